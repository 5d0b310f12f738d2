"""The backup file: complete and unchanged, or rejected with a message; readable without MileVault."""

import errno
import json
import random
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from milevault_core.backup import BackupError, BadBackup, archive, tables


def test_it_can_be_read_without_milevault(backup_file: Path, tmp_path: Path, filled: str) -> None:
    """tar, gunzip and sha256sum, as docs/backup.md says."""
    subprocess.run(["tar", "xf", backup_file, "-C", tmp_path], check=True)
    subprocess.run(["sha256sum", "--check", "--quiet", "manifest.sha256"], cwd=tmp_path, check=True)
    subprocess.run(["gunzip", "-r", tmp_path / "tables"], check=True)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for name, table in manifest["tables"].items():
        text = tmp_path / "tables" / f"{name}.copy"
        assert text.read_bytes().count(b"\n") == table["rows"]
        said = subprocess.run(["sha256sum", text], capture_output=True, text=True, check=True).stdout
        assert said.split()[0] == table["digest"]
    assert {n: (t["rows"], t["digest"]) for n, t in manifest["tables"].items()} == tables.digests(filled)
    assert "gunzip" in (tmp_path / "README.txt").read_text()
    assert backup_file.stat().st_mode & 0o777 == 0o600  # it reveals where people live


def test_every_truncation_is_refused(backup_file: Path, tmp_path: Path) -> None:
    data = backup_file.read_bytes()
    torn = tmp_path / "torn.tar"
    for length in [0, 1, 511, 512, 1024, *random.Random(5).sample(range(len(data) - 1024), 40)]:
        torn.write_bytes(data[:length])
        with pytest.raises(BadBackup):
            archive.read(torn)


def test_every_flipped_byte_is_refused_or_harmless(backup_file: Path, tmp_path: Path) -> None:
    """Only bytes that do not matter are harmless: the zeros that fill a block, and a member's date."""
    data = backup_file.read_bytes()
    wanted = archive.read(backup_file)
    flipped = tmp_path / "flipped.tar"
    refused = 0
    for at in random.Random(7).sample(range(len(data) - 1024), 150):
        flipped.write_bytes(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :])
        try:
            assert archive.read(flipped) == wanted
            rows = {n: b"".join(archive.rows(flipped, t["file"])) for n, t in wanted["tables"].items()}
            assert rows == {
                n: b"".join(archive.rows(backup_file, t["file"])) for n, t in wanted["tables"].items()
            }
        except BadBackup:
            refused += 1
    assert refused > 50


FOREIGN = {
    "text": b"Dear diary",
    "dump": b"PGDMP\x01\x0e" + bytes(600),
    "zip": b"PK\x03\x04" + bytes(600),
    "nothing": b"",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_files_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FOREIGN[name])
    with pytest.raises(BadBackup, match="backup of MileVault"):
        archive.read(tmp_path / name)


def test_another_tar_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.add(__file__)
    with pytest.raises(BadBackup, match="holds something else"):
        archive.read(tmp_path / "other.tar")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="No such file"):
        archive.read(tmp_path / "no.tar")
    with pytest.raises(BadBackup, match="Is a directory"):
        archive.read(tmp_path)


def test_one_of_a_newer_form_is_refused(tmp_path: Path) -> None:
    with archive.writing(tmp_path / "b.tar") as writer:
        writer.put(archive.README, b"")
        writer.seal({"format": archive.FORMAT, "version": archive.VERSION + 1, "tables": {}})
    with pytest.raises(BadBackup, match="newer MileVault"):
        archive.read(tmp_path / "b.tar")


def test_half_a_backup_never_has_the_name(tmp_path: Path) -> None:
    path = tmp_path / "b.tar"

    def die_half_way() -> None:
        with archive.writing(path) as writer:
            writer.put("README.txt", bytes(100_000))
            assert not path.exists()
            shutil.copy(tmp_path / "b.tar.part", tmp_path / "seen.tar")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        die_half_way()
    assert [p.name for p in tmp_path.iterdir()] == ["seen.tar"]
    with pytest.raises(BadBackup):
        archive.read(tmp_path / "seen.tar")


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("precious")
    with pytest.raises(BackupError, match="already exists"), archive.writing(tmp_path / "b.tar"):
        raise AssertionError
    assert (tmp_path / "b.tar").read_text() == "precious"


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.os, "fsync", full)
    with pytest.raises(BackupError, match="No space left"), archive.writing(tmp_path / "b.tar") as writer:
        writer.put("README.txt", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_member_beyond_eight_gigabytes_has_its_size(tmp_path: Path) -> None:
    """The size of a large table does not fit tar's old size field; the header still is one block."""
    info = tarfile.TarInfo("tables/activity_data_points.copy.gz")
    info.size = 300 << 30
    head = info.tobuf(tarfile.GNU_FORMAT)
    assert len(head) == 512
    assert tarfile.TarInfo.frombuf(head, "utf-8", "strict").size == info.size
