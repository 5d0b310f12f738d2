"""POST /api/upload: one file from a phone or a script, by a key made on the Profile page. The key lets in files and
nothing else; there is no other interface of this kind (docs/decisions).

The key comes as `Authorization: Bearer KEY`, or as `?token=KEY` from apps that cannot send headers. The file is the
body, its name in `?name=` or a Content-Disposition; or a multipart form with one or more files. A zip is taken as an
archive. The answer is JSON: what became of each file, or a link to where it can be seen.
"""

import asyncio
import io
import re
import time
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from milevault_core import archives, config, imports, store
from milevault_core.formats import MAX_BYTES, archive
from milevault_core.store import upload_tokens
from milevault_core.store.queries import imports as import_queries
from milevault_core.view import words
from milevault_core.web.archives import read_limited

MOST_FILES = 50  # of a form
RATE, RATE_MINUTES = 240, 10  # requests of one person
WAIT_S = 8.0  # so long the answer waits for the file to be imported
_HEADERS = {"Cache-Control": "no-store"}


async def upload(request: Request) -> Response:
    if request.method != "POST":
        return _say("Files come by POST.", 405, {"Allow": "POST"})
    user_id = await run_in_threadpool(_user_of, _token(request))
    if user_id is None:
        return _say(
            "This needs a key for uploads, made on the Profile page.", 401, {"WWW-Authenticate": "Bearer"}
        )
    if await run_in_threadpool(_is_too_often, user_id):
        return _say("Too many uploads; try again in a few minutes.", 429, {"Retry-After": "300"})
    if int(request.headers.get("content-length") or 0) > MAX_BYTES + 100_000:
        return _say(f"The file is larger than {MAX_BYTES // 2**20} MB.", 413)
    files = await _files(request)
    if isinstance(files, str):
        return _say(files, 413 if "larger" in files else 400)
    import_id, zips = await run_in_threadpool(_take, user_id, files)
    await _wait(user_id, import_id)
    return await run_in_threadpool(_answer, user_id, import_id, zips)


def _token(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else request.query_params.get("token", "")


def _user_of(token: str) -> int | None:
    if not token or len(token) > 200:
        return None
    with store.session() as session:
        found = upload_tokens.owner(session, token)
    return found[1] if found else None


def _is_too_often(user_id: int) -> bool:
    with store.session() as session:
        return upload_tokens.uploads_lately(session, user_id, RATE_MINUTES) >= RATE


async def _files(request: Request) -> list[tuple[str, bytes]] | str:
    """The files of a request, or a sentence."""
    too_large = f"The file is larger than {MAX_BYTES // 2**20} MB."
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        body = await read_limited(request, MAX_BYTES)
        if body is None:
            return too_large
        return [(_name(request), body)] if body else "There is no file in this request."
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
            found: list[tuple[str, bytes]] = []
            for value in form.values():
                if isinstance(value, UploadFile):
                    data = await value.read(MAX_BYTES + 1)
                    if len(data) > MAX_BYTES:
                        return too_large
                    found.append((value.filename or "upload", data))
    except MultiPartException as error:
        return f"This form cannot be read: {error.message}"
    except Exception as error:  # starlette turns a broken form into an HTTPException of its own
        return f"This form cannot be read: {getattr(error, 'detail', '')}"
    return found or "There is no file in this form."


def _name(request: Request) -> str:
    found = re.search(r'filename="?([^";]+)', request.headers.get("content-disposition", ""))
    return (request.query_params.get("name") or (found[1] if found else "") or "upload")[:255]


def _take(user_id: int, files: list[tuple[str, bytes]]) -> tuple[int, int]:
    """(the batch, the number of archives among the files)."""
    import_id, zips = 0, 0
    for name, data in files:
        if archive.is_archive(data[:4]):
            stream: IO[bytes] = io.BytesIO(data)
            upload_id = archives.from_stream(user_id, name, stream, "upload", look=False)
            import_id = archives.start(user_id, upload_id)
            zips += 1
    singles = [(name, data) for name, data in files if not archive.is_archive(data[:4])]
    if singles:
        import_id = imports.begin(user_id, "upload", ", ".join(name for name, _ in singles)[:500])
        for name, data in singles:
            imports.add(user_id, import_id, name, data)
    return import_id, zips


async def _wait(user_id: int, import_id: int) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        states = await run_in_threadpool(import_queries.counts, user_id, import_id)
        if states and not states.get("waiting"):
            return
        await asyncio.sleep(0.25)


def _answer(user_id: int, import_id: int, zips: int) -> Response:
    found = import_queries.items(user_id, import_id)
    settings = config.settings()
    files = [
        {
            "file": item.name,
            "outcome": item.outcome if item.state == "done" else "waiting",
            "says": words.outcome(item.outcome, len(item.activities), len(item.days), item.reason)
            if item.state == "done"
            else "It is being imported.",
            "activities": [f"{settings.base_url}/activity?id={int(a)}" for a in item.activities],
        }
        for item in found.itertuples()
    ]
    waiting = bool((found["state"] != "done").any()) or bool(zips and not len(found))
    answer = {"import": import_id, "see": f"{settings.base_url}/imports?import={import_id}", "files": files}
    return JSONResponse(answer, 202 if waiting else 200, headers=_HEADERS)


def _say(sentence: str, status: int, more: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers=_HEADERS | (more or {}))
