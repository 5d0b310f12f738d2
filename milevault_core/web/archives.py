"""/upload/…: receives archives in pieces from the page's script (upload_script.py) and stores them in the database.

POST /upload/begin          {"name", "size", "key"} -> {"id", "received", "piece"}; the same key resumes an upload
PUT  /upload/{id}/{offset}  a piece of at most `piece` bytes -> {"received"}; the last one starts the plan
"""

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from milevault_core.imports import archives
from milevault_core.store import room
from milevault_core.web import cookies
from milevault_core.web.origin import is_from_elsewhere

PIECE = 4 << 20  # bytes; one piece per sending browser is in memory at a time
NONSENSE = "This is not a request from the import page."
_HEADERS = {"Cache-Control": "no-store"}


async def begin(request: Request) -> Response:
    account = await run_in_threadpool(cookies.signed_in, request)
    if account is None or is_from_elsewhere(request):
        return _say("Sign in first.", 401)
    if room.is_short():
        return _say(room.PAUSED, 507)
    body = await read_limited(request, 10_000)
    try:
        asked = json.loads(body or b"")
        name, size, key = str(asked["name"]), asked["size"], str(asked.get("key", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _say(NONSENSE, 400)
    if type(size) is not int:  # json.loads also accepts Infinity, and True is an int
        return _say(NONSENSE, 400)
    try:
        upload = await run_in_threadpool(archives.begin, account.id, name, size, key)
    except ValueError as error:
        return _say(str(error), 400)
    answer = {"id": upload.id, "received": upload.received_bytes, "piece": PIECE}
    return JSONResponse(answer, headers=_HEADERS)


async def piece(request: Request) -> Response:
    account = await run_in_threadpool(cookies.signed_in, request)
    if account is None or is_from_elsewhere(request):
        return _say("Sign in first.", 401)
    if room.is_short():  # the browser's script retries, and continues when there is room
        return _say(room.PAUSED, 507)
    data = await read_limited(request, PIECE)
    if data is None:
        return _say("This piece is too large.", 413)
    upload_id, offset = request.path_params["id"], request.path_params["offset"]
    if upload_id >= 2**63 or offset >= 2**63:
        return _say("There is no such upload.", 404)
    try:
        received = await run_in_threadpool(archives.append, account.id, upload_id, offset, data)
    except LookupError as error:
        return _say(str(error), 404)
    except ValueError as error:
        return _say(str(error), 409)
    return JSONResponse({"received": received}, headers=_HEADERS)


async def read_limited(request: Request, most: int) -> bytes | None:
    """The body, or None if it is longer than `most` or breaks off. Never holds more than `most` bytes and one chunk."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        return None
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > most:
                return None
            parts.append(part)
    except ClientDisconnect:
        return None
    return b"".join(parts)


def _say(sentence: str, status: int) -> Response:
    return JSONResponse({"error": sentence}, status, headers=_HEADERS)
