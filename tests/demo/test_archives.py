"""The archives have the layout of Strava's and Garmin's, and contain what was made."""

import csv
import gzip
import io
import json
import zipfile

import pytest

from milevault_core import formats
from milevault_core.demo import archive_zip, laps, plan
from milevault_core.demo.garmin_archive import write_garmin
from milevault_core.demo.strava_archive import HEADERS, write_strava
from tests.demo.made import S, all_of_s

PART = (10, 40)


def _strava(language: str) -> zipfile.ZipFile:
    target = io.BytesIO()
    write_strava(S, target, language, *PART)
    return zipfile.ZipFile(target)


def _rows(archive: zipfile.ZipFile) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive.read("activities.csv").decode(), newline="")))


@pytest.mark.parametrize("language", ["en", "de"])
def test_strava(language):
    archive = _strava(language)
    assert archive.testzip() is None
    header, *rows = _rows(archive)
    assert header == HEADERS[language].split("|")
    assert header[5] == header[15]
    assert header[6] == header[17]
    assert len(rows) == PART[1] - PART[0] + 2
    formats_seen = set()
    for row, made in zip(rows, all_of_s()[slice(*PART)], strict=False):
        assert len(row) == len(header)
        data = archive.read(row[12])
        formats_seen.add(row[12].split(".", 1)[1])
        recording = formats.read(data).recordings[0]
        assert abs(recording.start_time.timestamp() - made.start) <= 20  # GPX omits points without a position
        metres = float(row[17].replace(",", "."))
        assert metres == pytest.approx(made.distance_m, abs=0.06)
        assert float(row[6].replace(",", ".")) == pytest.approx(metres / 1000, abs=0.006)
        assert row[7] == str(laps.totals(made)["max_heart_rate"])
    assert formats_seen >= {"fit.gz", "tcx.gz"}
    assert {"gpx", "gpx.gz"} & formats_seen
    assert [row[12] for row in rows[-2:]] == ["", "#error#"]
    assert {"bikes.csv", "shoes.csv", "profile.csv"} <= set(archive.namelist())


def test_dates_are_written_without_a_locale():
    english, german = (_rows(_strava(language))[1][1] for language in ("en", "de"))
    made = all_of_s()[PART[0]]
    assert str(made.session.day.year) in english
    assert english.endswith(("AM", "PM"))
    assert german.count(".") == 2


def test_garmin():
    target = io.BytesIO()
    write_garmin(S, target, *PART)
    archive = zipfile.ZipFile(target)
    assert archive.testzip() is None
    fits = {}
    for name in archive.namelist():
        if "UploadedFiles_0-_Part" in name:
            inner = zipfile.ZipFile(io.BytesIO(archive.read(name)))
            fits |= {member: inner.read(member) for member in inner.namelist()}
    kinds = [formats.read(data).kind for data in fits.values()]
    assert kinds.count("activity") == PART[1] - PART[0]
    assert len(kinds) - kinds.count("activity") >= 4 * S.health_days

    def content(end: str) -> list:
        return [
            one for name in archive.namelist() if name.endswith(end) for one in json.loads(archive.read(name))
        ]

    summaries = content("_summarizedActivities.json")[0]["summarizedActivitiesExport"]
    for summary, made in zip(summaries, all_of_s()[slice(*PART)], strict=True):
        assert summary["beginTimestamp"] == made.start * 1000
        assert summary["startTimeLocal"] - summary["beginTimestamp"] == made.utc_offset_s * 1000
        assert summary["distance"] == pytest.approx(made.distance_m * 100, abs=1)
        assert summary["duration"] == made.timer_s * 1000
    assert len(content("_sleepData.json")) == len(content("_healthStatusData.json")) == S.health_days
    days = [
        e["calendarDate"] for n in archive.namelist() if "UDSFile_" in n for e in json.loads(archive.read(n))
    ]
    assert days == sorted(set(days))
    assert len(days) == S.health_days


def test_gzip_in_stored_blocks():
    for data in (b"", b"a", bytes(65_535), bytes(65_536), bytes(range(256)) * 1000):
        packed = archive_zip.gzipped(data)
        assert gzip.decompress(packed) == data
        assert packed[:2] == b"\x1f\x8b"


def test_zips_have_no_clock_in_them():
    archive = _strava("en")
    assert {member.date_time for member in archive.infolist()} == {(2025, 1, 1, 0, 0, 0)}
    assert len(plan.sessions(S)) == S.activities
