"""Choose the reader by the file's content. This is also the last safeguard: no exception but BadFile leaves here.

bounds.py limits time and memory. Signals are not used because the workers read files in threads, which get none.
"""

import logging
import re
from functools import cache
from pathlib import Path

from milevault_core.formats import archive, bounds, health_csv, strava_export, xml
from milevault_core.formats.invented import take_for_courses
from milevault_core.formats.readers import MAX_BYTES, READERS
from milevault_core.formats.recording import Reading
from milevault_core.formats.repeated import take_once
from milevault_core.formats.resumed import split_resumed
from milevault_core.problems import BadFile, Problem
from milevault_core.registry import load_all

# A log line at ERROR means that a reader has a bug: the contract test fails on it.
log = logging.getLogger(__name__)

TOO_BIG = f"The file is larger than {MAX_BYTES // 2**20} MB unpacked, more than any activity."
STRAVAS_LIST = (
    "This is the activity list from a Strava export. Import the export's zip, or its whole folder, and the activities "
    "get their names, sports and gear from this list."
)
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\0\0\0\x18ftyp",
    b"\0\0\0 ftyp",
)
_KINDS = (
    (b"%PDF", "This is a PDF document, not an activity file."),
    (b"SQLite format 3", "This is a database file, not an activity file."),
    (b"7z\xbc\xaf\x27\x1c", "This is a 7-Zip archive; please pack it as a zip instead."),
    (b"Rar!", "This is a RAR archive; please pack it as a zip instead."),
    (b"\xfd7zXZ", "This is an xz archive; please pack it as a zip instead."),
    (b"BZh", "This is a bzip2 archive; please pack it as a zip instead."),
    (b"[Params]", "This is a Polar HRM file; please export the activity as FIT, GPX or TCX."),
)
_DOCUMENT = re.compile(rb"<\?xml\s|<(?:gpx|TrainingCenterDatabase)[\s>]")
_ROOTS = {
    "html": "This is a web page, not an activity file.",
    "kml": "This is a Google Earth KML file; please export the activity as FIT, GPX or TCX.",
    "pwx": "This is a TrainingPeaks PWX file; please export the activity as FIT, GPX or TCX.",
    "sml": "This is a Suunto SML file; please export the activity as FIT, GPX or TCX.",
    "fitnessworkbook": "This is a FITLOG file; please export the activity as FIT, GPX or TCX.",
    "svg": "This is a picture, not an activity file.",
}


@cache
def load_readers() -> None:
    """Import every file of this package once, so that the readers are registered."""
    load_all(__package__, [str(Path(__file__).parent)])


def read(data: bytes, name: str = "") -> Reading:
    """Read the bytes of one file. The name is only a label: the content decides which reader is used.

    A `.gz` is unpacked first. Raises BadFile, and nothing else, when there is nothing to read.
    """
    load_readers()
    try:
        with bounds.within(len(data)):
            reading = _read(bytes(data))
            take_for_courses(reading)
            take_once(reading)
            split_resumed(reading)
            return bounds.check(reading)
    except BadFile:
        raise
    except MemoryError as error:
        raise BadFile("There is not enough memory to read this file.") from error
    except RecursionError as error:
        raise BadFile("The file is nested too deeply.") from error
    except Exception as error:
        log.exception("A reader failed on %r", name[:100])
        raise BadFile("The file is damaged in a way that MileVault does not understand.") from error


def _read(data: bytes, inside: bool = False) -> Reading:
    """Read a file as uploaded; with `inside` (a member of an archive), further archives are not opened."""
    cut = None
    if data.startswith(b"\x1f\x8b"):
        data, cut = archive.gunzip(data, MAX_BYTES)
    if not data:
        raise BadFile("The file is empty.")
    if len(data) > MAX_BYTES:
        raise BadFile(TOO_BIG)
    try:
        reading = _only_member(data) if archive.is_archive(data) and not inside else _by_content(data)
    except BadFile as error:
        if cut is None:
            raise
        how = cut.text.split(";")[0]  # the unpacked part may be too short to recognise
        raise BadFile(f"{how}, and what could be unpacked is not an activity.") from error
    if cut:
        reading.problems.append(cut)
        for recording in reading.recordings:
            recording.problems.append(cut)
    return reading


def _by_content(data: bytes) -> Reading:
    head = data[:4096]
    for known in READERS.values():
        if known.sniff(head):
            return known.read(data)
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in (b"<", b""):
        root = xml.root_name(data)  # the root may follow a long comment or a lot of white space
        if root in READERS or root == "trainingcenterdatabase":
            return READERS["tcx" if root == "trainingcenterdatabase" else root].read(data)
    elif begin := _DOCUMENT.search(head):  # preceded by a warning from the web server that wrote the file
        reading = _by_content(data[begin.start() :])
        note = Problem("leading_bytes", "The file begins with something else, which was left out.", "byte 0")
        for problems in (reading.problems, *(r.problems for r in reading.recordings)):
            problems.append(note)
        return reading
    raise BadFile(_what_else(data))


def _only_member(data: bytes) -> Reading:
    """A zip that contains one activity file is treated as that file, whatever its name."""
    found: list[Reading] = []
    reasons: list[str] = []
    for member in archive.members(data):
        if member.data is None:
            reasons.append(member.problem or "")
            continue
        try:
            found.append(_read(member.data, inside=True))
        except BadFile as error:
            reasons.append(str(error))
        if len(found) > 1:
            raise BadFile("This is an archive of several files, not an activity file.")
    if found:
        return found[0]
    raise BadFile(reasons[0] if len(reasons) == 1 else "This is an archive without an activity file in it.")


def _what_else(data: bytes) -> str:
    head = data[:1_000_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.strip(b"\0"):
        return "The file contains nothing but zeros."
    for start, sentence in _KINDS:
        if head.startswith(start):
            return sentence
    if head.startswith(_PICTURES):
        return "This is a picture or a video, not an activity file."
    lower = head[:4096].lower()
    if lower.startswith(b"<!doctype html") or b"<html" in lower:
        return _ROOTS["html"]
    if head.startswith(b"<"):
        root = xml.root_name(data)
        return (
            _ROOTS.get(root)
            or f"This is an XML file of a kind MileVault does not know ({root[:40] or 'damaged'})."
        )
    if strava_export.is_table(data[:200_000]):
        return STRAVAS_LIST
    if head.startswith((b"{", b"[")):
        return "This is a JSON file, not an activity file."
    try:
        text = head[:4096].decode("utf-8", "ignore")
        printable = sum(c.isprintable() or c in "\r\n\t" for c in text) / max(1, len(text))
    except UnicodeDecodeError:
        printable = 0.0
    if health_csv.has_days(head[:4096]):
        return (
            "This is a table, not an activity file; apart from the date it has no column that is read as a daily "
            "value, such as “weight” or “steps”."
        )
    if printable > 0.95 and b"\0" not in head[:4096]:
        return "This is a text file, not an activity file."
    return "This is not an activity file: it is neither FIT nor GPX nor TCX."
