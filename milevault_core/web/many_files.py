"""/files/activities.zip?kind=gpx&id=1&id=2: a zip of several activities as shown, or of their original files."""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from milevault_core.accounts.account import Account
from milevault_core.store.queries import activities
from milevault_core.web import cookies
from milevault_core.web.activity_files import written
from milevault_core.web.files import NOT_FOUND, attachment, from_title, safe_name

KINDS = ("original", "gpx", "tcx", "csv", "png")
MOST = 500
_MEMORY = 16 << 20


def many(request: Request) -> Response:
    """Several activities in one zip, in the requested format."""
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    kind, asked = request.query_params.get("kind", ""), request.query_params.getlist("id")
    ids = [int(one) for one in asked if re.fullmatch(r"[1-9][0-9]{0,8}", one)]
    if kind not in KINDS or not ids or len(ids) != len(asked):
        return PlainTextResponse(NOT_FOUND, 404)
    if len(ids) > MOST:
        return PlainTextResponse(f"Choose at most {MOST} activities at a time.", 413)
    spool = tempfile.SpooledTemporaryFile(_MEMORY)  # noqa: SIM115  (the response closes it)
    used: set[str] = set()
    with zipfile.ZipFile(spool, "w", zipfile.ZIP_DEFLATED) as archive:
        for activity_id in ids:
            for name, data in _files(account, activity_id, kind):
                archive.writestr(_unused(safe_name(name, "activity"), used), data)
    if not used:
        spool.close()
        return PlainTextResponse(NOT_FOUND, 404)
    spool.seek(0)
    headers = {"Content-Disposition": attachment("activities.zip", "activities.zip"),
               "Cache-Control": "private, no-store", "Content-Security-Policy": "sandbox"}  # fmt: skip
    return StreamingResponse(_pieces(spool), media_type="application/zip", headers=headers)


def _files(account: Account, activity_id: int, kind: str) -> Iterator[tuple[str, bytes]]:
    if kind != "original":
        made = written(account, activity_id, kind)
        if made is not None:
            yield from_title(f"{made[0]}.{kind}"), made[1]
        return
    for row in activities.originals_of(account.id, activity_id).itertuples():
        found = activities.original(account.id, int(row.original_id))
        if found is not None:
            yield found.name, found.data


def _unused(name: str, used: set[str]) -> str:
    """A name that differs from all used ones, even on file systems that ignore case."""
    stem, dot, end = name.rpartition(".")
    stem, end = (stem, dot + end) if dot else (end, "")
    number, made = 2, name
    while made.casefold() in used:
        made, number = f"{stem} ({number}){end}", number + 1
    used.add(made.casefold())
    return made


def _pieces(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        while piece := spool.read(1 << 18):
            yield piece
