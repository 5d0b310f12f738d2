"""Streamlit's own scripts and styles, compressed: uncompressed they are 4.6 MB on the first visit, 7.7 MB with an
activity's map.

Each file is compressed when it is first requested, and kept next to the data under a name that changes with the file.
Responses are then read from disk, which costs neither memory nor CPU.
"""

import atexit
import gzip
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_SMALLEST_BYTES = 1000
_FOREVER = "public, immutable, max-age=31536000"  # the file names contain a hash of the content
_PREFIX = "/static/"


class Compressed:
    """Middleware for `folder`, whose files are served at `/static/…`. The compressed files are kept below `data`."""

    def __init__(self, app: ASGIApp, folder: Path, data: Path):
        self.app = app
        self.folder, self.data = folder.resolve(), data

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _may_be(scope):
            file = await run_in_threadpool(self._compressed, scope["path"])
            if file is not None:
                headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "Cache-Control": _FOREVER}
                answer = FileResponse(file, headers=headers, media_type=_TYPES[Path(scope["path"]).suffix])
                return await answer(scope, receive, send)
        await self.app(scope, receive, send)

    def _compressed(self, path: str) -> Path | None:
        """The compressed file for an address; None if it should not be compressed or cannot be stored."""
        file = (self.folder / path.lstrip("/")).resolve() if "\0" not in path else self.folder
        if file.suffix not in _TYPES or not file.is_relative_to(self.folder) or not file.is_file():
            return None
        about = file.stat()
        if about.st_size < _SMALLEST_BYTES:
            return None
        kept = _kept_folder(self.data)
        found = kept / f"{file.name}-{about.st_size}-{about.st_mtime_ns}.gz"
        if not found.exists():
            try:
                _keep(file, found)
            except OSError:  # disk full, or not writable
                return None
        return found


def _may_be(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and scope["path"].startswith(_PREFIX)
        and "gzip" in Headers(scope=scope).get("accept-encoding", "")
    )


def _keep(file: Path, found: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=found.parent, delete=False) as draft:
        try:
            with file.open("rb") as source, gzip.GzipFile(fileobj=draft, mode="wb", mtime=0) as target:
                shutil.copyfileobj(source, target)
        except BaseException:
            os.unlink(draft.name)
            raise
    for old in found.parent.glob(f"{file.name}-*.gz"):  # from an earlier Streamlit
        old.unlink(missing_ok=True)
    os.replace(draft.name, found)


def _kept_folder(data: Path) -> Path:
    """The cache folder next to the data; if that is not writable, a temporary folder for this process alone."""
    folder = data / "cache" / "static"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    except OSError:
        return _temporary()


@cache
def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="milevault-static-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
