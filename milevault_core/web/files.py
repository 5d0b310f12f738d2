"""Downloads: original files, byte for byte as they came, and activities as GPX."""

import re
import unicodedata
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from milevault_core.accounts.account import Account
from milevault_core.store.queries import activities
from milevault_core.web import cookies

_NOT_FOUND = "There is no such file."  # the same for another user's file and for one that never was


def attachment(name: str, otherwise: str) -> str:
    """A Content-Disposition that saves under `name`, freed of all that a header or a file system trips over."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    plain = re.sub(r'[<>:"|?*;%]', "_", plain).strip(" .")[:120] or otherwise
    ascii_only = re.sub(r"[^\x20-\x7e]", "_", plain)
    return f"attachment; filename=\"{ascii_only}\"; filename*=UTF-8''{quote(plain, safe='')}"


def original(request: Request) -> Response:
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    original_id = request.path_params["id"]
    found = activities.original(account.id, original_id) if original_id < 2**63 else None
    if found is None:
        return PlainTextResponse(_NOT_FOUND, 404)
    return download(found.data, "application/octet-stream", attachment(found.name, "activity"))


def activity_gpx(request: Request) -> Response:
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    activity_id = request.path_params["id"]
    made = _gpx(account, activity_id) if activity_id < 2**31 else None
    if made is None:
        return PlainTextResponse(_NOT_FOUND, 404)
    name, data = made
    return download(data, "application/gpx+xml", attachment(f"{name}.gpx", "activity.gpx"))


def _gpx(account: Account, activity_id: int) -> tuple[str, bytes] | None:
    """Name and GPX of an activity of this user; None without one, or where it has no positions."""
    from milevault_core.formats.write_gpx import write_gpx
    from milevault_core.view.words import activity_name

    row = activities.one(account.id, activity_id)
    if row is None:
        return None
    zone = row["time_zone"] or row["utc_offset_s"]
    name = activity_name(row["name"], row["sport"], row["start_time"], zone)
    try:
        return name, write_gpx(activities.track(account.id, activity_id), name=name, sport=row["sport"])
    except ValueError:
        return None


def download(data: bytes, media_type: str, disposition: str) -> Response:
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return Response(data, media_type=media_type, headers=headers | {"Content-Security-Policy": "sandbox"})
