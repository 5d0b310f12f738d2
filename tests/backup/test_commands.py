"""backup, backup verify, restore and export-originals as an operator runs them, on an embedded database."""

import csv
import errno
import gzip
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from milevault_core import cli
from milevault_core.backup import originals, tables
from milevault_core.imports import files
from milevault_core.store.embedded_server import embedded
from tests.backup.filled import opened
from tests.commands import PASSWORD, command, data_folder
from tests.conftest import make_user
from tests.jobs.processes import gpx_file

FILES = {
    "ride.gpx": gpx_file(1),
    "2025/ride.gpx": gpx_file(2),
    "run.gpx.gz": gzip.compress(gpx_file(3)),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with an account and three files, two of them with the same name."""
    home = tmp_path_factory.mktemp("home")
    with data_folder(home / "data") as folder:
        server = embedded.start(folder)
        with opened(server.dsn):
            ann = make_user("ann")
            batch = files.begin(ann, "command")
            for name, data in FILES.items():
                for item in files.add(ann, batch, name, data):
                    files.process(item)
        server.leave()
        yield folder


def digests(data: Path) -> dict:
    server = embedded.start(data)
    try:
        return tables.digests(server.dsn)
    finally:
        server.leave()


@pytest.fixture
def said(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """`said(...)` runs a command in this process (a new one costs two seconds), checks whether it succeeds and returns
    its output."""

    def say(*words: object, ok: bool = True, stdin: str = "", **environment: str) -> str:
        for name, value in {"MILEVAULT_DATA": "", **environment}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        assert (cli.main([str(word) for word in words]) == 0) is ok
        out, err = capsys.readouterr()
        return out if ok else err

    return say


def test_back_up_verify_and_restore_elsewhere(data: Path, tmp_path: Path, said: Callable) -> None:
    file = tmp_path / "all.tar"
    assert f"Everything is in {file}" in said("backup", file, "--data", data)
    assert "already exists and was not changed" in said("backup", file, "--data", data, ok=False)
    assert "Verified:" in said("backup", "verify", file, "--data", data)
    with data_folder(tmp_path / "new") as new:
        assert "Restored:" in said("restore", file, "--data", new)
        assert digests(new) == digests(data)
        assert "add --replace" in said("restore", file, "--data", new, ok=False)
        other = said("user", "add", "bob", "--password-stdin", "--data", new, stdin=PASSWORD)
        assert "bob" in other
        before = digests(new)
        told = said("restore", file, "--replace", "--data", new)
        assert digests(new) == digests(data)
        (kept,) = (new / "backups").iterdir()
        assert kept.name.endswith("-before-restore.tar")
        assert f"What the database held before is in {kept}" in told
        back = command("restore", kept, "--replace", "--data", new)  # back again, as a separate process
        assert "Restored:" in back.stdout, back.stderr
        assert digests(new) == before


def test_nothing_is_backed_up_for_a_restore_that_is_refused(
    data: Path, tmp_path: Path, said: Callable
) -> None:
    file = tmp_path / "all.tar"
    said("backup", file, "--data", data)
    kept = tmp_path / "kept"
    server = embedded.start(data)
    try:
        with psycopg.connect(server.dsn):  # like a running MileVault
            told = said("restore", file, "--replace", "--data", data, ok=False, BACKUP_FOLDER=str(kept))
    finally:
        server.leave()
    assert "MileVault is still running on this database. Nothing was changed." in told
    assert not kept.exists()


def test_a_backup_without_a_name_goes_to_the_folder(data: Path, tmp_path: Path, said: Callable) -> None:
    folder = tmp_path / "backups"
    assert str(folder) in said("backup", "--data", data, BACKUP_FOLDER=str(folder))
    (file,) = folder.iterdir()
    assert file.suffix == ".tar"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("backup", "verify"), "Write: backup [FILE]"),
        (("backup", "a", "b"), "Write: backup [FILE]"),
        (("backup", "verify", __file__), "is not a backup of MileVault"),
        (("restore", __file__, "--replace"), "is not a backup of MileVault"),
        (("restore", "/no/such/file"), "cannot be read: No such file"),
        (("backup", "/proc/nowhere/b.tar"), "could not be written"),
    ],
)
def test_what_cannot_be_done_is_said(data: Path, said: Callable, words: tuple, sentence: str) -> None:
    assert sentence in said(*words, "--data", data, ok=False)


def test_originals_come_out_as_they_went_in(data: Path, tmp_path: Path, said: Callable) -> None:
    out = tmp_path / "out"
    assert "3 files are in" in said("export-originals", out, "--data", data)
    assert sorted(p.read_bytes() for p in (out / "ann").iterdir()) == sorted(FILES.values())
    with (out / "originals.csv").open(newline="") as file:
        listed = list(csv.DictReader(file))
    for row in listed:
        raw = (out / row["file"]).read_bytes()
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        assert hashlib.sha256(content).hexdigest() == row["sha256_of_content"]
    assert "already contains files" in said("export-originals", out, "--data", data, ok=False)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ride.fit", "ride.fit"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\ride.fit", "ride.fit"),
        ("a/b/ride.fit.gz", "ride.fit.gz"),
        ("", "file-9"),
        ("..", "file-9"),
        ("CON.gpx", "_CON.gpx"),
        ('w"h:a*t?.gpx', "w_h_a_t_.gpx"),
        ("evil\x00\x1b[31m.fit", "evil__[31m.fit"),
        ("x" * 300 + ".fit", "x" * 176 + ".fit"),
        ("🏃\u200d♀️ می\u200cدوم.gpx", "🏃\u200d♀️ می\u200cدوم.gpx"),
        ("\u200dride\u202e.gpx\u200c", "ride_.gpx"),
    ],
)
def test_names_become_names_of_files(name: str, file: str) -> None:
    assert originals.file_name(name, 9) == file


def test_joiners_go_where_the_file_system_refuses_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def refuse(self: Path, data: bytes) -> int:
        if "\u200c" in self.name:
            raise OSError(errno.EILSEQ, "Invalid or incomplete multibyte or wide character")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert originals._written(tmp_path / "a\u200cb.fit", b"x") == tmp_path / "ab.fit"
    assert (tmp_path / "ab.fit").read_bytes() == b"x"
