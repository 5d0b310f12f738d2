"""POST /api/upload: files from a phone or a script, with a key made on the Profile page. The key allows uploads and
nothing else; there is no other API of this kind (docs/decisions).

The key is sent as `Authorization: Bearer KEY`, never in the address, because proxies log addresses. The request body is
the file, with its name in `?name=` or a Content-Disposition; or it is a multipart form with one or more files. A zip is
treated as an archive. The response is JSON: the outcome of each file, or a link to where it will be shown.

The body is not held in memory: it is counted as it streams in, and kept in an unnamed temporary file until it is in the
database.
"""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from milevault_core import config, store
from milevault_core.formats import MAX_BYTES
from milevault_core.imports import archives
from milevault_core.store import room
from milevault_core.store.imports import upload_tokens
from milevault_core.store.queries import imports as import_queries
from milevault_core.view import texts
from milevault_core.view.imports import log

MOST_FILES = 50  # per form
MOST_BYTES = MAX_BYTES + 100_000  # per request: a file, and the parts of the form around it
RATE, RATE_MINUTES = 240, 10  # requests per user, in so many minutes
DAY_BYTES = 4 << 30  # that one user's keys may store in 24 hours
WAIT_S = 8.0  # how long the response waits for the files to be imported
TOO_LARGE = f"The file is larger than {MAX_BYTES // 2**20} MB."
IN_ADDRESS = (
    "Do not put a key in an address, because addresses end up in logs. Send it in the Authorization header, as Bearer "
    "KEY. Make a new key on the Profile page: this one may have been read."
)
_HEADERS = {"Cache-Control": "no-store"}
_IN_MEMORY = 1 << 20
_ENCODED_NAME = re.compile(r"\bfilename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^\s;]+)", re.IGNORECASE)

Files = list[tuple[str, IO[bytes]]]


class _TooLarge(Exception):
    pass


async def upload(request: Request) -> Response:
    if request.method != "POST":
        return _say("Send files by POST.", 405, {"Allow": "POST"})
    if "token" in request.query_params:
        return _say(IN_ADDRESS, 400)
    user_id = await run_in_threadpool(_user_of, _token(request))
    if user_id is None:
        return _say(
            "This needs an upload key, which you can make on the Profile page.",
            401,
            {"WWW-Authenticate": "Bearer"},
        )
    if refusal := await run_in_threadpool(_refusal, user_id):
        return refusal
    if _length(request) > MOST_BYTES:
        return _say(TOO_LARGE, 413)
    form, files = FormData(), cast(Files, [])
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            form = await _form(request)
            files = [
                (each.filename or "upload", each.file)
                for _, each in form.multi_items()
                if isinstance(each, UploadFile)
            ]
            if any(
                (each.size or 0) > MAX_BYTES for _, each in form.multi_items() if isinstance(each, UploadFile)
            ):
                return _say(TOO_LARGE, 413)
        else:
            files = await _body(request)
        if not files:
            return _say("There is no file in this request.", 400)
        batches = await run_in_threadpool(archives.hand_over, user_id, files, "upload")
    except _TooLarge:
        return _say(TOO_LARGE, 413)
    except (MultiPartException, ClientDisconnect) as error:
        return _say(f"This form cannot be read: {getattr(error, 'message', 'it ends too early.')}", 400)
    finally:
        await form.close()
        for _, file in files:
            file.close()
    await _wait(user_id, batches)
    return await run_in_threadpool(_answer, user_id, batches)


def _refusal(user_id: int) -> Response | None:
    """The response that says why this user's keys may not upload now; None if they may."""
    if room.is_short():
        return _say(room.PAUSED, 507, {"Retry-After": "3600"})
    with store.session() as session:
        if upload_tokens.uploads_lately(session, user_id, RATE_MINUTES) >= RATE:
            return _say("Too many uploads; try again in a few minutes.", 429, {"Retry-After": "300"})
        if upload_tokens.bytes_lately(session, user_id, hours=24) >= DAY_BYTES:
            said = (
                f"Your keys have stored {DAY_BYTES // 2**30} GB within a day, which is the limit. Try "
                f"again tomorrow."
            )
            return _say(said, 429, {"Retry-After": "3600"})
    return None


def _token(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def _user_of(token: str) -> int | None:
    if not token or len(token) > 200:
        return None
    with store.session() as session:
        found = upload_tokens.owner(session, token)
    return found[1] if found else None


def _length(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    """The body as it arrives, because a request without Content-Length may have any length. Raises _TooLarge."""
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise _TooLarge
        yield part


async def _form(request: Request) -> FormData:
    """Every part of a form, including several with the same name. Raises MultiPartException, _TooLarge."""
    parser = MultiPartParser(request.headers, _limited(request), max_files=MOST_FILES, max_fields=MOST_FILES)
    return await parser.parse()


async def _body(request: Request) -> Files:
    """The body as one file; an empty list if it is empty. Raises _TooLarge."""
    file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    size = 0
    try:
        async for part in _limited(request):
            size += len(part)
            await run_in_threadpool(file.write, part)
    except BaseException:
        file.close()
        raise
    if size > MAX_BYTES:
        file.close()
        raise _TooLarge
    file.seek(0)
    return [(_name(request), file)] if size else []


def _name(request: Request) -> str:
    told = request.query_params.get("name") or _told_name(request.headers.get("content-disposition", ""))
    return (told or "upload")[:255]


def _told_name(disposition: str) -> str:
    """The file name in a Content-Disposition; "" if there is none. `filename*` is preferred, because it states its
    encoding; `filename` beside it is a fallback (RFC 6266)."""
    if found := _ENCODED_NAME.search(disposition):
        name = unquote(found[2], encoding=found[1], errors="replace")
        return re.split(r"[/\\]", name)[-1]
    found = re.search(r'filename="?([^";]+)', disposition)
    return found[1] if found else ""


async def _wait(user_id: int, batches: Iterable[int]) -> None:
    end = time.monotonic() + WAIT_S
    for import_id in batches:
        while time.monotonic() < end:
            states = await run_in_threadpool(import_queries.counts, user_id, import_id)
            if states and not states.get("waiting"):
                break
            await asyncio.sleep(0.25)


def _answer(user_id: int, batches: list[int]) -> Response:
    """The response: every batch with all its files. An archive has no files until a worker has listed them."""
    imports = [_batch(user_id, import_id) for import_id in batches]
    waiting = any(
        not each["files"] or any(f["outcome"] == "waiting" for f in each["files"]) for each in imports
    )
    files = [file for each in imports for file in each["files"]]
    see = imports[0]["see"] if len(imports) == 1 else f"{config.settings().base_url}/imports"
    answer = {"import": batches[0], "see": see, "files": files, "imports": imports}
    return JSONResponse(answer, 202 if waiting else 200, headers=_HEADERS)


def _batch(user_id: int, import_id: int) -> dict[str, Any]:
    base = config.settings().base_url
    files = [
        {
            "file": item.name,
            "outcome": item.outcome if item.state == "done" else "waiting",
            "says": texts.outcome(item.outcome, len(item.activities), len(item.days), log.reason(item))
            if item.state == "done"
            else "It is being imported.",
            "activities": [f"{base}/activity?id={int(a)}" for a in item.activities],
        }
        for item in import_queries.items(user_id, import_id).itertuples()
    ]
    return {"import": import_id, "see": f"{base}/imports?import={import_id}", "files": files}


def _say(sentence: str, status: int, more: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers=_HEADERS | (more or {}))
