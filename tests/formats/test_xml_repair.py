"""A damaged GPX or TCX file loses little: what is repaired, and what a changed byte costs."""

import random

import pytest

from milevault_core import formats
from milevault_core.formats import xml_repair
from milevault_core.problems import BadFile
from tests.builders.gpx import gpx, points
from tests.builders.gpx import track as trk
from tests.builders.tcx import activity, lap, tcx, with_distance

GPX = gpx(trk(points(200))).encode()
TCX = tcx(activity(lap(with_distance(points(200))))).encode()
SIGNS = b"<>/\"'&=\0\xffQ 0"


def count(data: bytes) -> int:
    try:
        return sum(len(r.track) for r in formats.read(data).recordings)
    except BadFile:
        return 0


@pytest.mark.parametrize("whole", [GPX, TCX], ids=["gpx", "tcx"])
def test_a_changed_byte_costs_a_point_or_two(whole):
    """Changed anywhere after the first tenth: 95 in 100 files keep nearly all points, also those after the damage."""
    chance = random.Random(7)
    kept = []
    for _ in range(200):
        at = chance.randrange(len(whole) // 10, len(whole))
        spoilt = whole[:at] + bytes([chance.choice(SIGNS)]) + whole[at + 1 :]
        kept.append(count(spoilt))
    assert sum(n >= 197 for n in kept) >= 190


@pytest.mark.parametrize("whole", [GPX, TCX], ids=["gpx", "tcx"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_cut_anywhere_what_came_before_is_there_and_the_file_is_said_to_be_cut(whole, share):
    cut = whole[: int(len(whole) * share)]
    (recording,) = formats.read(cut).recordings
    complete = cut.count(b"</trkpt>") + cut.count(b"</Trackpoint>")
    assert complete <= len(recording.track) <= complete + 1
    assert "truncated" in {p.code for p in recording.problems}


def test_nothing_is_repaired_in_a_whole_file():
    for whole in (GPX, TCX):
        (recording,) = formats.read(whole).recordings
        assert recording.problems == []


def test_a_large_damaged_file_is_left_to_the_recovery(monkeypatch):
    monkeypatch.setattr(xml_repair, "MAX_BYTES", 1000)
    at = GPX.index(b"<trkpt", len(GPX) // 2)
    assert count(GPX[:at] + b"<<" + GPX[at + 2 :]) >= 95


def test_entities_and_prefixes():
    text, problems, is_cut = xml_repair.repair(b"<gpx>&nbsp;&amp;&#38;&x & y:<a:b>&#0;</a:b></gpx>", "gpx")
    assert text == (
        '<gpx xmlns:a="urn:undeclared:a">\u00a0&amp;&#38;&amp;x &amp; y:<a:b></a:b></gpx>'.encode()
    )
    assert (problems, is_cut) == ([], False)
