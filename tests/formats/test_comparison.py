"""Every value of every FIT sample file against garmin-fit-sdk and fitparse, by digests.

Those two need minutes for what takes our reader a second, so comparison.tsv holds what make_comparison.py found, with
a digest of everything that our reader gave then. The same digest today means the same comparison. test_fit_oracles
compares the smaller files on every run, value by value.
"""

from collections import Counter

import pytest

from tests.builders.fit import activity
from tests.formats.fit_differences import CLASSES
from tests.formats.make_comparison import READERS, TABLE, digest, read_table
from tests.samples import needs_samples, sample_files

LINES = read_table() if TABLE.exists() else []
ANEW = (
    "our reader gives other values than when comparison.tsv was made: python -m tests.formats.make_comparison"
)


@pytest.mark.samples
@needs_samples
def test_our_reader_gives_what_was_compared_and_every_file_was():
    known = {(one.file, one.reader): one.digest for one in LINES}
    files = [p for p in sample_files(".fit") if any((p.name, reader) in known for reader in READERS)]
    if not files:
        pytest.skip("another set of sample files")
    now = {p.name: digest(p.read_bytes()) for p in files}
    assert {name: mark for (name, _), mark in known.items() if name in now} == now, ANEW
    assert {(name, reader) for name in now for reader in READERS} <= known.keys()


def test_every_difference_has_its_class_and_its_count():
    counted = sum((one.differences for one in LINES), Counter())
    assert "?" not in counted
    assert counted == {c.name: c.count for c in CLASSES}
    values = sum(one.values for one in LINES)
    assert values > 10_000_000
    assert counted.total() <= 0.001 * values
    for one in LINES:
        assert one.equal + one.differences.total() >= one.values, one.file  # no value was skipped


def test_position_time_heart_rate_cadence_power_and_distance_are_the_same_in_every_file():
    assert {one.file for one in LINES if one.core} == set()


def test_a_digest_changes_with_any_value():
    whole = activity(20).file()
    assert digest(whole) == digest(bytes(whole))
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2] ^= 1
    assert digest(bytes(spoilt)) != digest(whole)
    assert digest(b"no such file") == "-"
