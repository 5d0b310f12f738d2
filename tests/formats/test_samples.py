"""Every real sample file that another reader gets an activity from is read as an activity by ours.

What the other readers get is kept in oracles.tsv (make_oracles.py remakes it): names and counts only.
"""

import logging

import pytest

from milevault_core import formats, track
from milevault_core.problems import BadFile
from tests.formats.make_oracles import TABLE
from tests.samples import needs_samples, sample_files

pytestmark = [needs_samples, pytest.mark.samples]

VERDICTS = {
    name: (verdict == "activity", who, int(most))
    for name, verdict, who, most in (
        line.split("\t") for line in TABLE.read_text().splitlines() if not line.startswith("#")
    )
}
# Files that another reader calls an activity and ours does not, and why ours is right.
EXCEPTIONS: dict[str, str] = {}
# A file chained to itself: other readers count its points twice; ours counts them once and says so.
TWICE = {"dtcooper-python-fitparse__activity-activity-filecrc.fit"}


def test_the_table_is_of_these_files():
    assert VERDICTS.keys() == {p.name for p in sample_files()}


@pytest.mark.parametrize("path", sample_files(), ids=lambda p: p.name)
def test_a_sample(path, caplog):
    is_activity, who, most = VERDICTS[path.name]
    with caplog.at_level(logging.ERROR):
        try:
            reading, sentence = formats.read(path.read_bytes(), path.name), ""
        except BadFile as refused:
            reading, sentence = None, str(refused)
    assert not caplog.records  # a record here means that a reader failed with another exception
    if reading is None or reading.kind != "activity":
        sentence = sentence or reading.reason or f"This is a {reading.kind}."
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert path.name in EXCEPTIONS or not is_activity, f"{who} read it: {sentence}"
        return
    assert path.name not in EXCEPTIONS
    assert reading.recordings
    for recording in reading.recordings:
        cleaned, _ = track.clean(recording.track)
        assert (
            not is_activity
            or len(cleaned)
            or len(recording.laps)
            or len(recording.lengths)
            or recording.totals
        )
    points = sum(int(r.track["time"].notna().sum()) for r in reading.recordings)
    repeated = {p.code for r in reading.recordings for p in r.problems} & {"activity_repeated"}
    assert bool(repeated) == (path.name in TWICE)
    assert points >= (most // 2 if repeated else most), f"{who} got {most} points"
