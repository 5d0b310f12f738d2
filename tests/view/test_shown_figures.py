"""The speed shown is the distance shown divided by the time shown, within rounding: on activity pages, in lists, on
cards, for laps and in exported files, for every sample and example.
"""

import contextlib
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
import pytest

from milevault_core import formats
from milevault_core.activities.prepare import Prepared, prepare
from milevault_core.formats.write_gpx import write_gpx
from milevault_core.formats.write_tcx import write_tcx
from milevault_core.problems import BadFile
from milevault_core.sports import SPORTS
from milevault_core.view import format as fmt
from milevault_core.view import tables
from milevault_core.view.activities import activity as page
from milevault_core.view.activities import filters, rows
from tests.examples.files import FILES
from tests.samples import REPORTS, needs_reports, needs_samples, sample_files

NUMBERS = ("distance_m", "moving_s", "elapsed_s", "timer_s", "ascent_m", "avg_speed", "max_speed", "avg_heart_rate",
           "avg_power", "avg_cadence", "calories")  # fmt: skip
UNITS = {"km": 1000.0, "mi": 1609.344, "m": 1.0, "yd": 0.9144, "ft": 0.3048}


def activities(data: bytes, name: str) -> Iterator[Prepared]:
    with contextlib.suppress(BadFile):
        reading = formats.read(data, name)
        for recording in reading.recordings if reading.kind == "activity" else []:
            with contextlib.suppress(BadFile):
                yield prepare(recording, lambda: "UTC")


def stored(made: Prepared) -> dict:
    """The columns of `activities` that pages need, as read from the database."""
    row = {**made.row, "id": 1, "name": made.recording.name, "sport": made.recording.sport, "sport_name": "",
           "gear": "", "is_commute": False, "counts": True}  # fmt: skip
    return row | {name: np.nan if row[name] is None else float(np.float32(row[name])) for name in NUMBERS}


def between(text: str) -> tuple[float, float] | None:
    """The lowest and highest value that a text like "8.42 km", "1:02:03", "5:12 /km" or "24.1 km/h" can stand for, in
    SI units; None for a dash."""
    text = text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2009", " ").strip()
    if text in ("", fmt.MISSING):
        return None
    if found := re.fullmatch(r"([\d:]+)(?: /(\d*) ?(km|mi|m|yd))?", text):
        parts = [int(part) for part in found[1].split(":")]
        seconds = float(sum(part * 60**k for k, part in enumerate(reversed(parts))))
        if not found[3]:
            return seconds - 0.5, seconds + 0.5
        metres = float(found[2] or 1) * UNITS[found[3]]
        return metres / (seconds + 0.5), metres / max(seconds - 0.5, 1e-3)
    found = re.fullmatch(r"([\d ]+(?:\.\d+)?) (km/h|mph|km|mi|m|yd|ft)", text)
    assert found, text
    value, unit = float(found[1].replace(" ", "")), found[2]
    half = 0.5 * 10 ** -len(found[1].partition(".")[2])
    factor = {"km/h": 1 / 3.6, "mph": 0.44704}.get(unit) or UNITS[unit]
    return (value - half) * factor, (value + half) * factor


def agree(distance: str, time: str, rate: str, where: str) -> None:
    metres, seconds, speed = between(distance), between(time), between(rate)
    if metres is None or seconds is None or speed is None or seconds[0] <= 0:
        return
    assert metres[0] / seconds[1] <= speed[1] * 1.0001 + 1e-6, (where, distance, time, rate)
    assert metres[1] / seconds[0] >= speed[0] * 0.9999 - 1e-6, (where, distance, time, rate)


def check(made: Prepared, where: str) -> None:
    check_laps(made, f"{where}: laps")
    row = stored(made)
    sport = row["sport"]
    for units in (fmt.METRIC, fmt.IMPERIAL):
        head = dict(page.figures({k: None if v != v else v for k, v in row.items()}, units))
        time = head.get("Moving time") or head.get("Time", fmt.MISSING)
        rate = head.get(fmt.rate_label(sport), fmt.MISSING)
        agree(head.get("Distance", fmt.MISSING), time, rate, f"{where}: page")
        (listed,) = pd.DataFrame([row]).itertuples()
        cells = rows.thing(listed, units, None, []).cells
        assert (cells[1], cells[2], cells[4]) == (head.get("Distance", fmt.MISSING), time, rate), where
        shown = dict(rows.card(listed, units, None, []).figures)
        for label in ("Distance", "Time", fmt.rate_label(sport)):
            here = {"Time": time}.get(label) or head.get(label, fmt.MISSING)
            assert shown.get(label, fmt.MISSING) == here, (where, label)
        total = dict(filters.totals(filters.prepared(pd.DataFrame([row])), units))
        assert total["Time"] == fmt.hours(
            row["moving_s"] if row["moving_s"] == row["moving_s"] else row["elapsed_s"]
        )


@pytest.mark.parametrize("name", FILES)
def test_of_the_examples(name: str) -> None:
    for made in activities(FILES[name](), name):
        check(made, name)


def test_a_contradiction_is_found() -> None:
    agree("10.00 km", "50:00", "5:00 /km", "right")
    agree("8.42 km", "20:57", "24.1 km/h", "right")
    for rate in ("4:58 /km", "5:02 /km", "12.2 km/h"):
        with pytest.raises(AssertionError):
            agree("10.00 km", "50:00", rate, "wrong")


@cache
def sampled() -> list[tuple[str, Prepared]]:
    return [(path.name, made) for path in sample_files() for made in activities(path.read_bytes(), path.name)]


@needs_samples
def test_of_the_samples() -> None:
    for name, made in sampled():
        check(made, name)


@needs_reports
def test_of_the_files_that_were_handed_over() -> None:
    assert REPORTS is not None
    for path in sorted(REPORTS.iterdir()):
        for made in activities(path.read_bytes(), path.name):
            check(made, path.name)


def check_laps(made: Prepared, where: str) -> None:
    laps = made.recording.laps
    if not len(laps):
        return
    sport = made.recording.sport
    table = tables.lap_table(laps.assign(strokes=np.nan, stroke=""), fmt.METRIC, sport)
    if {"Distance", "Time", fmt.rate_label(sport)} <= set(table):
        for row in table.to_dict("records"):
            agree(row["Distance"], row["Time"], row[fmt.rate_label(sport)], where)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_exported_says_what_the_page_says(name: str) -> None:
    for made in activities(FILES[name](), name):
        exported(made, name)


@needs_samples
def test_so_do_the_samples() -> None:
    for name, made in sampled()[::8]:
        if len(made.cleaned) < 20_000:
            exported(made, name)


def exported(made: Prepared, where: str) -> None:
    """Check that a TCX has the page's figures, and that a TCX or GPX, read again, is consistent and agrees with the
    page as far as the format allows."""
    row = made.row
    if (
        not row["distance_m"]
        or not len(made.cleaned)
        or SPORTS[made.recording.sport].group in ("motor", "air")
    ):
        return
    points = made.cleaned.reset_index(drop=True)
    no_laps = made.recording.laps.iloc[:0]
    data = write_tcx(points, no_laps, made.recording.sport, row["start_time"], row, "")
    text = data.decode()
    metres = float(re.findall(r"<DistanceMeters>([\d.]+)<", text)[0])
    seconds = float(re.findall(r"<TotalTimeSeconds>([\d.]+)<", text)[0])
    assert metres == pytest.approx(row["distance_m"], abs=0.1), where
    assert seconds == pytest.approx(row["moving_s"] or row["elapsed_s"], abs=0.1), where
    for again in activities(data, where):
        check(again, f"{where}: TCX")
        assert again.row["distance_m"] == pytest.approx(row["distance_m"], rel=0.03, abs=50), where
    if np.isfinite(points["lat"]).sum() > 1:
        for again in activities(write_gpx(points, sport=made.recording.sport), where):
            check(again, f"{where}: GPX")
