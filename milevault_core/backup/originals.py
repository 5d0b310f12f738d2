"""Export every imported file, unchanged, from the database to folders."""

import csv
import errno
import hashlib
import re
import unicodedata
import zlib
from pathlib import Path

import psycopg

from milevault_core.backup import BackupError, tables

_QUERY = """
SELECT u.username, o.id, o.name, o.encoding, o.content, o.sha256, o.received_at
FROM original_files o JOIN users u ON u.id = o.user_id ORDER BY u.username, o.id
"""
JOINERS = "\u200c\u200d"  # used in Persian and Hindi words and in emoji; formats/texts.py keeps them too
_HEAD = ("file", "name", "sha256_of_content", "received_at")


def export(dsn: str, folder: Path) -> int:
    """Write every original under its name to `folder`/user/, and a list of them; returns how many. Files are read one
    at a time, so memory use stays constant.

    Raises BackupError if the folder is not empty or cannot be written; files written so far stay.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BackupError(f"{folder} already contains files. Choose a new or an empty folder.")
        with (
            psycopg.connect(dsn) as connection,
            connection.cursor(name="originals", binary=True) as cursor,
            (folder / "originals.csv").open("w", newline="", encoding="utf-8") as listing,
        ):
            tables.settle(connection)
            cursor.itersize = 1  # a row can have 64 MB
            out = csv.writer(listing)
            out.writerow(_HEAD)
            taken: set[str] = set()
            count = 0
            for username, number, name, encoding, content, sha256, received_at in cursor.execute(_QUERY):
                data = content if encoding == "gzip" else zlib.decompress(content)
                file = folder / username / _free(file_name(name, number), username, number, taken)
                file.parent.mkdir(exist_ok=True)
                file = _written(file, data)
                _check(file, data, encoding, sha256)
                out.writerow(
                    (file.relative_to(folder), _harmless(name), sha256.hex(), received_at.isoformat())
                )
                count += 1
            return count
    except OSError as error:
        raise BackupError(f"The files could not be written to {folder}: {error.strerror}.") from error


def file_name(name: str, number: int) -> str:
    """A file's name in a form that every system accepts: without folders and control or reserved characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    clean = "".join("_" if c in '<>:"|?*' or not (c.isprintable() or c in JOINERS) else c for c in last)
    clean = clean.strip(f" .{JOINERS}")
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", clean):
        clean = f"_{clean}"
    while len(clean.encode()) > 180:  # leaves room for a number within the limit of 255 bytes
        clean = clean[1:]
    return clean or f"file-{number}"


def _free(name: str, username: str, number: int, taken: set[str]) -> str:
    """The name; if another file already has it (ignoring case), with the file's number before the extensions."""
    if f"{username}/{name}".casefold() in taken:
        stem, dot, ending = name.partition(".")
        name = f"{stem}-{number}{dot}{ending}"
    taken.add(f"{username}/{name}".casefold())
    return name


def _written(file: Path, data: bytes) -> Path:
    """Write a file and return its path; if the file system refuses JOINERS in names, they are removed."""
    try:
        file.write_bytes(data)
    except (OSError, UnicodeEncodeError) as error:
        plain = file.with_name("".join(c for c in file.name if c not in JOINERS))
        is_refused = isinstance(error, UnicodeEncodeError) or error.errno in (errno.EILSEQ, errno.EINVAL)
        if plain == file or not is_refused or plain.exists():
            raise
        file = plain
        file.write_bytes(data)
    return file


def _check(file: Path, data: bytes, encoding: str, sha256: bytes) -> None:
    if encoding == "zlib" and hashlib.sha256(data).digest() != sha256:
        raise BackupError(f"{file} is not as it was imported: its digest differs.")


def _harmless(text: str) -> str:
    """The name, with an apostrophe in front if a spreadsheet would read it as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
