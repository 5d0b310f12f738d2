"""Repairs of a damaged XML document, tried before libxml2's own recovery.

That recovery keeps what comes before the damage and little of what comes after; here, a damaged point costs only that
point. Every repair changes bytes, and a strict parser checks the result.
"""

import html
import re

import numpy as np
from lxml import etree

from milevault_core.problems import Problem, thousands

MAX_CUTS = 20
MAX_BYTES = 4 * 1024 * 1024  # above this no point is cut out, because the parser's tree would be too large
UNDEFINED_PREFIX = 201  # libxml2's error code
_CONTROL = bytes(c for c in range(32) if c not in (9, 10, 13))
_CONTROL_SIGN = re.compile(b"[" + re.escape(_CONTROL) + b"]")
_CONTROL_REFERENCE = re.compile(rb"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));", re.I)
_AMPERSAND = re.compile(
    rb"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(?:([A-Za-z0-9]{2,31});)?"
)
_POINT = re.compile(rb"<(?:[\w.-]{1,30}:)?(?:trkpt|rtept|wpt|Trackpoint)[\s>/]")
_END_OF_POINTS = re.compile(rb"</(?:[\w.-]{1,30}:)?(?:trkseg|rte|Track)\s*>")


def repair(text: bytes, root: str) -> tuple[bytes, list[Problem], bool]:
    """(repaired document, what was done to it, whether its end is missing). `root`: the name of the root element in
    lower case."""
    problems = []
    if _CONTROL_SIGN.search(text):  # copy only if there is something to remove: the text may be large
        text = text.translate(None, _CONTROL)
    if _CONTROL_REFERENCE.search(text):
        text = _CONTROL_REFERENCE.sub(b"", text)
    if _AMPERSAND.search(text):
        text = _AMPERSAND.sub(_entity, text)
    text, count = _one_document(text, root)
    if count:
        problems.append(Problem("joined", f"The file is {count + 1} files one after another; all were read."))
    ends = list(re.finditer(rb"</(?:[\w.-]{1,30}:)?" + root.encode() + rb"\s*>", text, re.I))
    if ends:
        rest = text[ends[-1].end() :].strip()
        if rest:
            what = f"{thousands(len(rest))} bytes that follow the end of the file's content were left out."
            problems.append(Problem("trailing_bytes", what))
        text = text[: ends[0].end()] if len(ends) > 1 else text[: ends[-1].end()]
    for _ in range(MAX_CUTS if len(text) <= MAX_BYTES else 0):
        error = _error(text)
        if error is None:
            break
        if error.code == UNDEFINED_PREFIX:
            mended = with_prefixes(text)
        else:
            mended = _without_point(text, error, bool(ends))
        if mended == text:
            break
        text = mended
    return text, problems, not ends


def _entity(found: re.Match) -> bytes:
    """Escape a bare &, and replace HTML entities by their characters."""
    name = found[1]
    if name is None:
        return b"&amp;"
    character = html.unescape(f"&{name.decode()};")
    return character.encode() if not character.startswith("&") else b"&amp;" + name + b";"


def _one_document(text: bytes, root: str) -> tuple[bytes, int]:
    """Merge concatenated documents by removing everything from the end of one root element to the start of the next.
    Also returns the number of joins."""
    name = rb"(?:[\w.-]{1,30}:)?" + root.encode()
    between = (
        rb"</"
        + name
        + rb"\s*>[\s\xef\xbb\xbf]{0,100}(?:<\?xml[^>]{0,200}\?>\s{0,100})?<"
        + name
        + rb"\b[^>]*>"
    )
    if not re.search(between, text, re.I):
        return text, 0
    return re.subn(between, b"", text, flags=re.I)


def _error(text: bytes) -> etree.XMLSyntaxError | None:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        return error
    return None


def with_prefixes(text: bytes) -> bytes:
    """The document with a declaration in the root element for every prefix that is used but not declared."""
    used = set(re.findall(rb"</?([A-Za-z_][\w.-]{0,30}):[A-Za-z_]", text))
    used |= set(re.findall(rb"\s([A-Za-z_][\w.-]{0,30}):[\w.-]{1,60}\s*=", text))
    declared = set(re.findall(rb"xmlns:([\w.-]{1,31})\s*=", text)) | {b"xml", b"xmlns"}
    found = re.search(rb"<[A-Za-z_][\w:.-]*", text)
    if found is None:
        return text
    more = b"".join(b' xmlns:%s="urn:undeclared:%s"' % (p, p) for p in sorted(used - declared)[:100])
    return text[: found.end()] + more + text[found.end() :]


def _without_point(text: bytes, error: etree.XMLSyntaxError, has_end: bool) -> bytes:
    """The text without the point that contains the error. Unchanged if there is no such point, or if the file simply
    ends there."""
    line, column = error.position
    lines = np.flatnonzero(np.frombuffer(text, np.uint8) == 10)
    start = int(lines[min(line - 2, len(lines) - 1)]) + 1 if line > 1 and len(lines) else 0
    at = min(start + max(column - 1, 0), len(text))
    before = [found.start() for found in _POINT.finditer(text, max(0, at - 20_000), at)]
    after = _POINT.search(text, at) or _END_OF_POINTS.search(text, at)
    if not before or after is None or (not has_end and at >= len(text) - 2):
        return text
    return text[: before[-1]] + text[after.start() :]
