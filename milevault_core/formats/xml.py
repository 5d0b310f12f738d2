"""Read untrusted XML in chunks with constant memory: the base of the GPX and TCX readers.

The following is refused with a sentence: any DOCTYPE (so there are no entities and nothing is fetched), nesting deeper
than 256 (libxml2's own limit), a tag or text above MAX_PIECE, too many elements kept at once, and more than
MAX_SECONDS of this thread's CPU time. A damaged file is first repaired (xml_repair.py), then read with libxml2's
recovery, which keeps what comes before the damage and, if possible, what comes after; the reading says so.
"""

import codecs
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from time import thread_time
from typing import Any

from lxml import etree

from milevault_core.formats import xml_repair
from milevault_core.problems import BadFile, Problem

CHUNK = 256 * 1024
MAX_SECONDS = 60.0
MAX_KEPT_ELEMENTS = 200_000  # not counting points, which are removed from the tree as they arrive
MAX_PIECE = 4 * 1024 * 1024  # bytes of one tag or text; each attribute of a tag takes 300 bytes of memory
TOO_LONG = "The file is nested too deeply or holds a text that is too long."
_8_BIT = ("iso8859", "cp125", "koi8", "mac", "gb", "big5", "shift_jis", "euc")
# libxml2's codes for its own limits: depth, name length, text length, entity loops.
_LIMIT_CODES = {110, 118, 119, 89}

# (what, local name, element); what: "start", "more" (still growing: take all children but the last), "end"
Event = tuple[str, str, etree._Element]


def read[T](
    data: bytes, containers: tuple[str, ...], reader: Callable[[Iterator[Event]], T]
) -> tuple[T, list[Problem]]:
    """The result of `reader`, called with the events of the elements whose local names are in `containers`, in any
    namespace.

    `reader` removes the children of the containers as they arrive. If the file is damaged it is called again: after
    repairs (xml_repair), and finally with a recovering parser. Raises BadFile.
    """
    text = to_utf8(data)
    if b"<!DOCTYPE" in text:
        raise BadFile("The file contains a document type definition, which is not allowed here.")
    try:
        return reader(_of_tree(text, containers) if len(text) <= CHUNK else _events(text, containers)), []
    except etree.XMLSyntaxError as error:
        _refuse_limits(error)
        where, is_prefix = f"line {error.lineno}", error.code == xml_repair.UNDEFINED_PREFIX
    if is_prefix:  # an undeclared prefix is not damage: the elements can be read anyway
        text = xml_repair.with_prefixes(text)
        try:
            return reader(_events(text, containers)), []
        except etree.XMLSyntaxError as error:
            _refuse_limits(error)
            where = f"line {error.lineno}"
    text, problems, is_cut_off = xml_repair.repair(text, root_name(text))
    if is_cut_off:
        problems.append(Problem("truncated", "The file ends too early; what came before was kept.", where))
    elif not problems:
        problems.append(Problem("repaired", "The file is damaged; what could be read was kept.", where))
    try:
        return reader(_events(text, containers)), problems
    except etree.XMLSyntaxError as error:
        _refuse_limits(error)
    if not is_cut_off and problems[0].code != "repaired":
        problems.append(Problem("repaired", "The file is damaged; what could be read was kept.", where))
    try:
        return reader(_events(text, containers, recover=True)), problems
    except etree.XMLSyntaxError as error:
        raise BadFile("The file is damaged, and nothing in it can be read.") from error


def _refuse_limits(error: etree.XMLSyntaxError) -> None:
    message = str(error)
    if error.code in _LIMIT_CODES or "XML_PARSE_HUGE" in message or "xcessive depth" in message:
        raise BadFile(TOO_LONG) from error


_SAFELY: dict[str, Any] = {
    "encoding": "utf-8", "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False,
    "remove_comments": True, "remove_pis": True, "collect_ids": False,
}  # fmt: skip


def _of_tree(text: bytes, containers: tuple[str, ...]) -> Iterator[Event]:
    """The events of a document that fits in one chunk. Parsing it at once takes two thirds of the time of feeding."""
    root = etree.fromstring(text, etree.XMLParser(**_SAFELY))
    for what, element in [*etree.iterwalk(root, ("start", "end"), _tags(containers))]:
        yield what, local_name(element.tag), element


@cache
def _tags(containers: tuple[str, ...]) -> list[str]:
    return [f"{{*}}{name}" for name in containers]


def _events(text: bytes, containers: tuple[str, ...], recover: bool = False) -> Iterator[Event]:
    parser = etree.XMLPullParser(events=("start", "end"), tag=_tags(containers), recover=recover, **_SAFELY)
    is_long = len(text) > CHUNK  # a shorter file needs no time or memory checks
    stop = thread_time() + MAX_SECONDS if is_long else 0.0
    opened: list[etree._Element] = []
    root = None
    quiet = 0
    for at in range(0, len(text), CHUNK):
        chunk = text[at : at + CHUNK]
        quiet = 0 if b"<" in chunk else quiet + len(chunk)
        if quiet > MAX_PIECE:
            raise BadFile(TOO_LONG)
        parser.feed(chunk)
        for what, element in parser.read_events():
            if what == "start":
                opened.append(element)
            elif opened:
                opened.pop()
            yield what, local_name(element.tag), element
        if opened:
            if root is None and is_long:
                root = opened[0].getroottree().getroot()
            yield "more", local_name(opened[-1].tag), opened[-1]
            if is_long:
                _bound(root)
        if is_long and thread_time() > stop:
            raise BadFile("The file takes too long to read.")
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        _refuse_limits(error)
        if not (recover and (opened or root is not None)):
            raise
    for what, element in parser.read_events():
        if what == "end" and opened:
            opened.pop()
            yield what, local_name(element.tag), element
    while opened:  # truncated: close everything that is still open
        element = opened.pop()
        yield "end", local_name(element.tag), element


def _bound(root: etree._Element) -> None:
    if root.xpath("count(//*)") > MAX_KEPT_ELEMENTS:
        raise BadFile("The file holds too many elements outside of tracks.")


@lru_cache(maxsize=4096)
def local_name(tag) -> str:
    """The name without namespace or prefix; "" for anything that is not an element (an undefined entity)."""
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def children(element: etree._Element) -> dict[str, etree._Element]:
    """The children by local name; the first of each name."""
    found: dict[str, etree._Element] = {}
    for child in element:
        found.setdefault(local_name(child.tag), child)
    return found


def text_of(element: etree._Element, *path: str) -> str | None:
    """The text of the descendant at `path` (local names); None if there is none."""
    here: etree._Element | None = element
    for name in path:
        here = next((c for c in here if local_name(c.tag) == name), None) if here is not None else None
    return None if here is None else here.text


def to_utf8(data: bytes) -> bytes:
    """The document as valid UTF-8 without byte order mark and leading white space, whatever its encoding.

    A document that is neither in its declared encoding nor in UTF-8 is read as Windows-1252.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return data.decode("utf-32", "replace").strip("\ufeff \t\r\n\0").encode("utf-8", "replace")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").strip("\ufeff \t\r\n\0").encode("utf-8", "replace")
    if data[:2] in (b"<\0", b"\0<"):
        wide = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return data.decode(wide, "replace").strip("\ufeff \t\r\n\0").encode("utf-8", "replace")
    data = data.lstrip(codecs.BOM_UTF8 + b" \t\r\n\0")
    name = _declared(data)
    if name.startswith(_8_BIT):
        return data.decode(name, "replace").encode("utf-8", "replace")
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
        return data
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        spoilt = text.count("\ufffd")
        if (
            len(text) - spoilt - sum(map(text.count, map(chr, range(128)))) > spoilt
        ):  # UTF-8 with some bad bytes
            return text.encode("utf-8")
        return data.decode("cp1252", "replace").encode("utf-8")


def _declared(data: bytes) -> str:
    """Python's name for the encoding in the XML declaration; "" if there is none."""
    head = data[:200].partition(b"?>")[0]
    value = head.partition(b"encoding")[2].lstrip(b" \t=\"'") if head.startswith(b"<?xml") else b""
    name = value.replace(b"'", b'"').partition(b'"')[0].decode("ascii", "ignore")
    try:
        return codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""


def root_name(data: bytes) -> str:
    """Local name of the document's first element, in lower case; "" if `data` has none."""
    if data[:4].strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] not in (b"<", b""):
        return ""
    text = to_utf8(data[:1_000_000])
    while text.startswith(b"<"):
        if text.startswith(b"<!--"):
            text = text.partition(b"-->")[2].lstrip()
        elif text.startswith((b"<?", b"<!")):
            declaration, _, rest = text.partition(b">")
            if b"[" in declaration:  # a document type with inline definitions
                rest = text.partition(b"]")[2].partition(b">")[2]
            text = rest.lstrip()
        else:
            name = text[1:200].replace(b"/", b" ").replace(b">", b" ").split(None, 1)
            return local_name(name[0].decode("utf-8", "replace")).lower() if name else ""
    return ""
