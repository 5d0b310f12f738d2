"""/upload.js: the drop area for archives and folders on the import page. A separate file, because the content policy
allows no inline scripts."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response


@cache
def _script() -> str:
    return Path(__file__).with_name("upload.js").read_text(encoding="utf-8")


def upload_script(request: Request) -> Response:
    return Response(_script(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})
