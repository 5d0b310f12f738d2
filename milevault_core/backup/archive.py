"""The backup file: a tar whose last two members are the manifest and its SHA-256.

The size of a member is not known until it is written, so its header is filled in afterwards. The file has a temporary
name until it is complete and on disk, so a file with its final name is always complete.
"""

import hashlib
import json
import os
import tarfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from milevault_core.backup import BackupError, BadBackup

FORMAT = "milevault-backup"
VERSION = 1  # of the file format; raised when older versions of MileVault can no longer read it
MANIFEST, SEAL, README = "manifest.json", "manifest.sha256", "README.txt"
_BLOCK = 512  # bytes in a tar block
_CHUNK = 1 << 20


class Member:
    """A gzipped member being written; its digests are known after `close`."""

    def __init__(self, file: BinaryIO, strategy: int) -> None:
        self._file = file
        self._packer = zlib.compressobj(1, zlib.DEFLATED, 31, 9, strategy)
        self._plain, self._packed = hashlib.sha256(), hashlib.sha256()

    def write(self, plain: bytes | bytearray) -> None:
        self._plain.update(plain)
        self._put(self._packer.compress(plain))

    def close(self) -> None:
        self._put(self._packer.flush())

    def _put(self, packed: bytes) -> None:
        self._packed.update(packed)
        self._file.write(packed)

    @property
    def digest(self) -> str:
        """SHA-256 of the uncompressed data."""
        return self._plain.hexdigest()

    @property
    def sha256(self) -> str:
        """SHA-256 of the compressed member, as stored in the file."""
        return self._packed.hexdigest()


class Writer:
    """Writes the archive, while it is still called `FILE.part`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @contextmanager
    def member(self, name: str, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> Iterator[Member]:
        """Write a member, compressed as it arrives; its size and digest are known at the end."""
        with self._space(name):
            member = Member(self._file, strategy)
            yield member
            member.close()

    def put(self, name: str, data: bytes) -> None:
        """Write a small member uncompressed."""
        with self._space(name):
            self._file.write(data)

    @contextmanager
    def _space(self, name: str) -> Iterator[None]:
        at = self._file.tell()
        self._file.write(bytes(_BLOCK))
        yield
        end = self._file.tell()
        self._file.write(bytes(-end % _BLOCK))
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = end - at - _BLOCK, int(time.time()), 0o600
        self._file.seek(at)
        self._file.write(info.tobuf(tarfile.GNU_FORMAT))  # one block, however large the member
        self._file.seek(0, os.SEEK_END)

    def seal(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, its digest, and the end of the tar."""
        text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
        self.put(MANIFEST, text)
        self.put(SEAL, f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode())
        self._file.write(bytes(2 * _BLOCK))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write a new file that only its owner can read; it gets its name when complete, and is deleted after an error.

    Raises BackupError if the name is taken or the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise BackupError(f"{path} already exists and was not changed. Choose another name.")
        part.unlink(missing_ok=True)  # left by a run that was killed
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield Writer(file)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
            _flush_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BackupError(f"The backup could not be written to {path}: {error.strerror}.") from error


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> dict[str, Any]:
    """The manifest of a backup, after every member was compared with its digest. Raises BadBackup."""
    try:
        with path.open("rb") as file, _opened(path, file) as tar:
            members = {m.name: m for m in _members(path, tar)}
            if MANIFEST not in members or SEAL not in members:
                raise BadBackup(f"{path} is not a complete backup of MileVault: {_incomplete(members)}")
            text = _bytes_of(tar, members[MANIFEST])
            seal = _bytes_of(tar, members[SEAL]).split(b" ")[0].decode(errors="replace")
            if hashlib.sha256(text).hexdigest() != seal:
                raise BadBackup(f"{path} is damaged: its list of contents has been altered.")
            manifest: dict[str, Any] = json.loads(text)
            if manifest.get("format") != FORMAT:
                raise BadBackup(f"{path} is not a backup of MileVault.")
            if manifest["version"] > VERSION:
                raise BadBackup(f"{path} was made by a newer MileVault. Update MileVault first.")
            _compare(path, tar, members, manifest)
            return manifest
    except OSError as error:
        raise BadBackup(f"{path} cannot be read: {error.strerror}.") from error


def _compare(path: Path, tar: tarfile.TarFile, members: dict[str, Any], manifest: dict[str, Any]) -> None:
    listed = {table["file"]: table["sha256"] for table in manifest["tables"].values()}
    if set(members) != {*listed, MANIFEST, SEAL, README}:
        raise BadBackup(f"{path} is damaged: it does not match its list of contents.")
    for name, sha256 in listed.items():
        stream = tar.extractfile(members[name])
        assert stream is not None
        found = hashlib.sha256()
        while block := stream.read(_CHUNK):
            found.update(block)
        if found.hexdigest() != sha256:
            raise BadBackup(f"{path} is damaged: {name} has been altered.")


def rows(path: Path, member: str) -> Iterator[bytes]:
    """The uncompressed data of a member, in blocks of about 1 MiB."""
    with tarfile.open(path, "r:") as tar:
        stream = tar.extractfile(member)
        assert stream is not None
        unpacker = zlib.decompressobj(31)
        while packed := stream.read(_CHUNK // 4):
            while packed:
                yield unpacker.decompress(packed, _CHUNK)
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()


def _opened(path: Path, file: BinaryIO) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=file, mode="r:")
    except tarfile.TarError:
        raise BadBackup(f"{path} is not a backup of MileVault.") from None


def _members(path: Path, tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    try:
        return [member for member in tar.getmembers() if member.isreg()]
    except tarfile.TarError:
        raise BadBackup(f"{path} is damaged or was cut off; use another backup.") from None


def _incomplete(members: dict[str, Any]) -> str:
    ours = README in members or any(name.startswith("tables/") for name in members)
    return "it was cut off, or never finished." if ours else "it holds something else."


def _bytes_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    assert stream is not None
    return stream.read()
