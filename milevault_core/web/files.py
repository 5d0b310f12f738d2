"""Downloads of original files, byte for byte as they were uploaded."""

import re
import unicodedata
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from milevault_core.formats.texts import JOINERS
from milevault_core.store.queries import activities
from milevault_core.web import cookies

NOT_FOUND = "There is no such file."  # the same for another user's file and for one that never existed


def attachment(name: str, otherwise: str) -> str:
    """A Content-Disposition that saves as `name`, without anything that would break a header or a file system."""
    plain = safe_name(name, otherwise)
    ascii_only = re.sub(r"[^\x20-\x7e]", "_", plain)
    return f"attachment; filename=\"{ascii_only}\"; filename*=UTF-8''{quote(plain, safe='')}"


def from_title(title: str) -> str:
    """A title as a file name. Unlike in the name of an original file, a slash is not a folder ("Run 10/12 km")."""
    return re.sub(r"[/\\]", "-", title)


def safe_name(name: str, otherwise: str) -> str:
    """A file name without its folder, and without characters that would break a file system."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    gone = ("Cc", "Cf", "Cs", "Co", "Cn")
    plain = "".join(c for c in plain if unicodedata.category(c) not in gone or c in JOINERS)
    return re.sub(r'[<>:"|?*;%]', "_", plain).strip(" .")[:120] or otherwise


def original(request: Request) -> Response:
    """The original file of an activity, unchanged."""
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    original_id = request.path_params["id"]
    found = activities.original(account.id, original_id) if original_id < 2**63 else None
    if found is None:
        return PlainTextResponse(NOT_FOUND, 404)
    return download(found.data, "application/octet-stream", attachment(found.name, "activity"))


def download(data: bytes, media_type: str, disposition: str) -> Response:
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return Response(data, media_type=media_type, headers=headers | {"Content-Security-Policy": "sandbox"})
