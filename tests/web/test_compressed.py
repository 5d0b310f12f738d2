"""Streamlit's scripts are sent compressed, otherwise unchanged."""

import gzip
import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from milevault_core.web.compressed import Compressed

SCRIPT = b"console.log('hello');\n" * 100


def client(folder: Path, data: Path) -> TestClient:
    async def uncompressed(request):
        return PlainTextResponse("as it is")

    routes = [Route("/{path:path}", uncompressed, methods=["GET", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Compressed, folder=folder, data=data)]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site" / "static" / "js").mkdir(parents=True)
    for name, data in {"js/a.js": SCRIPT, "js/small.js": b"1", "font.woff2": SCRIPT}.items():
        (tmp_path / "site" / "static" / name).write_bytes(data)
    (tmp_path / "secret.js").write_bytes(SCRIPT)
    (tmp_path / "site" / "static" / "link.js").symlink_to(tmp_path / "secret.js")
    return tmp_path / "site"


def test_a_script_is_compressed_once_and_sent_so(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with client(folder, data).stream(
        "GET", "/static/js/a.js", headers={"Accept-Encoding": "gzip, br"}
    ) as answer:
        sent = b"".join(answer.iter_raw())
    assert gzip.decompress(sent) == SCRIPT
    assert len(sent) == int(answer.headers["content-length"]) < len(SCRIPT) / 4
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"
    (once,) = (data / "cache" / "static").iterdir()
    made = once.stat().st_mtime_ns
    assert client(folder, data).get("/static/js/a.js").content == SCRIPT
    assert once.stat().st_mtime_ns == made


def test_a_file_that_changed_is_compressed_anew(folder: Path, tmp_path: Path) -> None:
    one = client(folder, tmp_path / "data")
    one.get("/static/js/a.js")
    (folder / "static" / "js" / "a.js").write_bytes(SCRIPT * 2)
    assert one.get("/static/js/a.js").content == SCRIPT * 2
    assert len(list((tmp_path / "data" / "cache" / "static").iterdir())) == 1


@pytest.mark.parametrize(
    ("path", "accepts"),
    [
        ("/static/js/a.js", "identity"),
        ("/static/js/small.js", "gzip"),
        ("/static/font.woff2", "gzip"),
        ("/static/nothing.js", "gzip"),
        ("/static/link.js", "gzip"),
        ("/static/%2e%2e/%2e%2e/secret.js", "gzip"),
        ("/static/a%00.js", "gzip"),
        ("/elsewhere/js/a.js", "gzip"),
    ],
)
def test_everything_else_goes_its_way(folder: Path, tmp_path: Path, path: str, accepts: str) -> None:
    answer = client(folder, tmp_path / "data").get(path, headers={"Accept-Encoding": accepts})
    assert answer.text == "as it is"


def test_where_the_data_folder_cannot_be_written_they_are_kept_elsewhere(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    answer = client(folder, tmp_path / "data").get("/static/js/a.js")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == SCRIPT


def test_streamlits_own_scripts_are_among_them(tmp_path: Path) -> None:
    folder = Path(streamlit.__file__).parent / "static"
    scripts = re.findall(r'src="\.?/(static/js/[^"]+)"', (folder / "index.html").read_text())
    one = client(folder, tmp_path / "data")
    assert (
        [one.get(f"/{name}").headers["content-encoding"] for name in scripts] == ["gzip"] * len(scripts) != []
    )
