"""Damaged FIT files: what came before the damage is kept, and the user is told."""

import struct

import numpy as np
import pytest

from milevault_core import formats
from milevault_core.formats import fit
from milevault_core.formats.fit import scan
from milevault_core.problems import BadFile
from tests.builders import fit as build
from tests.builders.fit import START, Writer, activity, definition, file_id, lap, records, session
from tests.formats.test_fit import assert_is_the_run, codes, only


def test_a_truncated_file_keeps_its_points_and_gets_a_summary_and_laps():
    w = file_id(Writer())
    records(w, 30)
    lap(w, START, 29, 87)
    records(w, 30, first=30)
    session(w, START, 59, 177)
    whole = w.file()
    cut = whole[: whole.rindex(b"\x01" + (START + 55).to_bytes(4, "little")) + 7]  # in the middle of point 55
    recording = only(cut)
    assert_is_the_run(recording, 55)
    assert codes(recording) == ["truncated", "summary_missing"]
    assert recording.understood > 0.99
    assert recording.laps["distance_m"].tolist() == [87, 24 * 3]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_cut_anywhere_the_points_before_the_cut_are_there(share):
    whole = activity(500).file()
    cut = whole[: int(len(whole) * share)]
    size = len(records(Writer(), 2).body) - len(records(Writer(), 1).body)
    found = len(only(cut).track)
    assert abs(found - (len(cut) - 120) / size) < 3
    assert_is_the_run(only(cut), found)


def test_a_wrong_checksum_is_only_a_remark():
    recording = only(activity().file(crc=1))
    assert_is_the_run(recording)
    assert codes(recording) == ["bad_checksum"]


def test_no_checksum_is_only_a_remark():
    recording = only(activity().file(crc=None))
    assert_is_the_run(recording)
    assert codes(recording) == ["no_checksum"]


@pytest.mark.parametrize("crc", [-1, 0, None])
def test_a_header_that_says_0_bytes_hides_nothing(crc):
    recording = only(activity().file(size=0, crc=crc))
    assert_is_the_run(recording)
    assert codes(recording) == ["length_missing"]
    assert recording.totals["distance_m"] == 177


def test_a_header_that_says_too_few_bytes_hides_nothing():
    recording = only(activity().file(size=300))
    assert_is_the_run(recording)
    assert codes(recording)[0] == "bad_checksum"


def test_a_message_nobody_defined_ends_the_reading_there():
    w = file_id(Writer())
    records(w, 40)
    w.raw(b"\x0f" * 30)
    records(w, 20, first=40)
    session(w, START, 59, 177)
    recording = only(w.file())
    assert_is_the_run(recording, 40)
    assert codes(recording) == ["damaged", "summary_missing"]
    assert recording.problems[0].where.startswith("byte ")
    assert 0.5 < recording.understood < 0.8


def test_a_file_of_which_little_is_left_says_so():
    w = file_id(Writer())
    records(w, 10)
    recording = only(w.raw(b"\x0f" * 3000).file())
    assert "mostly_damaged" in codes(recording)
    assert recording.understood < 0.5


@pytest.mark.parametrize("spoil", [lambda second: second[8:], lambda second: b"\0" * 12 + second[12:],
                                   lambda second: second[:11]])  # fmt: skip
def test_a_second_part_whose_header_is_damaged_leaves_the_first(spoil):
    recording = only(activity().file() + spoil(activity(start=START + 5000).file()))
    assert_is_the_run(recording)
    assert codes(recording) == ["trailing_bytes"]
    assert recording.understood < 1


def test_a_third_part_is_found_behind_a_damaged_second_one():
    parts = [activity(start=START + 5000 * k).file() for k in range(3)]
    found = fit.read(parts[0] + b"\0" * 14 + parts[1][14:] + parts[2]).recordings
    assert [r.track["time"].iloc[0].timestamp() - build.FIT_EPOCH for r in found] == [START, START + 10000]


def test_a_definition_without_fields_is_no_message():
    w = file_id(Writer())
    w.raw(build.definition(9, 20, [])).raw(b"\x09" * 1000)
    records(w, 60)
    recording = only(w.file())
    assert_is_the_run(recording)


def test_a_flood_of_one_byte_messages_is_refused_in_time(monkeypatch):
    monkeypatch.setattr(scan, "MAX_MESSAGES", 10_000)
    data = file_id(Writer()).raw(build.definition(9, 20, [])).raw(b"\x09" * 20_000).file()
    with pytest.raises(BadFile, match="more than 10\u202f000 messages"):
        fit.read(data)


def test_more_points_than_any_activity_are_refused(monkeypatch):
    monkeypatch.setattr(fit, "MAX_POINTS", 50)
    with pytest.raises(BadFile, match="more than 50 points"):
        fit.read(activity().file())


def test_endless_new_layouts_are_refused(monkeypatch):
    monkeypatch.setattr(scan, "MAX_LAYOUTS", 100)
    w = file_id(Writer())
    for i in range(200):
        w.add(1000 + i, (1, "uint8", 1))
    with pytest.raises(BadFile, match="thousands of different ways"):
        fit.read(w.file())


def test_text_where_a_number_belongs_and_a_number_where_text_belongs_are_left_out():
    w = Writer()
    w.add(0, (0, "enum", 4), (1, "string", "Garmin"), (8, "uint16", 5), (4, "uint32", START))
    w.add(20, (253, "uint32", START), (3, "string", "fast"), (5, "float64", 1e300), local=1)
    w.add(20, (253, "float64", 1e300), (3, "uint8", 99), local=1)
    session(w, START, 5, 5)
    recording = only(w.file())
    assert recording.track["heart_rate"].isna().tolist() == [True, False]
    assert np.isnat(recording.track["time"].to_numpy()).tolist() == [False, True]


def test_strings_end_at_their_first_zero_and_may_hold_anything():
    w = file_id(Writer())
    w.add(26, (8, "string", b"Tempo \xff\0garbage"), local=6)
    records(w, 3)
    assert only(w.file()).details["workout"] == {"name": "Tempo \ufffd"}


def test_a_number_whose_damaged_type_reads_as_text_is_left_out():
    w = Writer()
    w.raw(definition(0, 0, [(0, 1, 0x00), (4, 4, 0x87)])).raw(b"\0\4text")  # 0x87 is one bit away from text
    recording = only(session(records(w, 3), START, 2, 6).file())
    assert (recording.date_hints, len(recording.track)) == ((), 3)


def points_before(whole: bytes, at: int) -> int:
    """How many whole points of build.activity() end before byte `at`."""
    first = whole.index(b"\x01" + START.to_bytes(4, "little"))
    size = len(records(Writer(), 2).body) - len(records(Writer(), 1).body)
    return max(0, (at - first) // size)


@pytest.mark.parametrize("define", [False, True], ids=["defined once", "defined each time"])
def test_one_changed_byte_costs_little(define):
    """Of files with one byte changed after the first tenth, 95 % keep at least 80 % of the points before that byte."""
    whole = activity(300, always_define=define).file()
    random = np.random.default_rng(7)
    mutants = 1000
    good = 0
    for _ in range(mutants):
        at = int(random.integers(len(whole) // 10, len(whole)))
        mutant = bytearray(whole)
        mutant[at] ^= int(random.integers(1, 256))
        truth = min(300, points_before(whole, at)) if not define else int((at / len(whole)) * 300) - 2
        try:
            tracks = [r.track for r in formats.read(bytes(mutant)).recordings]
        except BadFile:
            tracks = []
        kept = sum(int(((t["lat"] - 48).abs() < 1e-6).sum()) for t in tracks)
        good += kept >= 0.8 * truth
    assert good >= 0.95 * mutants


def test_a_header_and_nothing_else():
    data = struct.pack("<BBHI4s", 14, 0x20, 2158, 0, b".FIT") + b"\0\0"
    with pytest.raises(BadFile):
        fit.read(data)
    assert fit.sniff(data)
