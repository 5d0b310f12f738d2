"""Nights on the sleep page and the dashboard, and what is left out."""

import datetime as dt
import json
import re

import pytest

from milevault_core import store
from milevault_core.actions import goals
from milevault_core.actions import health as actions
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store.activities import save
from milevault_core.view import dates
from tests.pages.runs import run
from tests.pages.shown import all_html
from tests.pages.test_pages import everything
from tests.pages.watch import LAST, measured, table

__all__ = ["measured"]  # a fixture


def test_a_night(measured: int, open_page) -> None:
    page = open_page(measured, "sleep", date=LAST.isoformat())
    assert not page.exception
    shown = everything(page)
    assert "Deep" in shown
    assert "estimate" in shown
    assert "Regularity index" in shown
    assert re.search(
        r"If you also got up at \d\d:\d\d on Sundays, your index would go from \d+ to \d+\."
        r"|Getting up at \d\d:\d\d on Sundays too would not change your index\.",
        shown,
    )
    assert len(page.get("vega_lite_chart")) == 3
    empty = open_page(measured, "sleep", date="2020-01-01")
    assert not empty.exception
    assert "No night ending on this day" in everything(empty)


@pytest.mark.parametrize("days_ago", [3, 400])
def test_last_night_and_goals_are_of_today_whenever_the_last_activity_was(
    user: int, open_page, days_ago: int
) -> None:
    today = dates.today("Europe/Berlin")
    slept = {"calendarDate": str(today), "sleepStartTimestampGMT": f"{today - dt.timedelta(days=1)}T22:00:00.0",
             "sleepEndTimestampGMT": f"{today}T05:30:00.0", "deepSleepSeconds": 7200,
             "lightSleepSeconds": 18000}  # fmt: skip
    files.add_and_process(user, files.begin(user, "page"), "1_sleepData.json", json.dumps([slept]).encode())
    with store.session() as session:
        save.save_activity(session, user, run((today - dt.date(2026, 6, 1)).days - days_ago))
    clean.clean(user)
    goals.add(user, "count", 10, "year")
    page = open_page(user, "dashboard")
    assert not page.exception
    assert ("Your last activity was on" in all_html(page)) == (days_ago == 400)
    assert "<h2>Last night</h2>" in all_html(page)
    assert "10 activities a year" in all_html(page)
    assert "7 h 00" in everything(page)


def test_naps_are_told_beside_the_night_and_on_the_day(user: int, open_page) -> None:
    day = dt.date(2025, 6, 4)
    slept = {"calendarDate": str(day), "sleepStartTimestampGMT": "2025-06-03T21:00:00.0",
             "sleepEndTimestampGMT": "2025-06-04T04:30:00.0", "deepSleepSeconds": 7200, "lightSleepSeconds": 18000,
             "napList": [{"napStartTimestampGMT": f"{day}T{begin}:00.0", "napEndTimestampGMT": f"{day}T{end}:00.0"}
                         for begin, end in (("11:00", "11:40"), ("16:00", "16:25"))]}  # fmt: skip
    offset = {"calendarDate": str(day), "totalSteps": 100, "includesWellnessData": True,
              "wellnessStartTimeGmt": "2025-06-03T22:00:00.0", "wellnessStartTimeLocal": "2025-06-04T00:00:00.0",
              "wellnessEndTimeGmt": "2025-06-04T22:00:00.0"}  # fmt: skip
    batch = files.begin(user, "page")
    files.add_and_process(user, batch, "1_sleepData.json", json.dumps([slept]).encode())
    files.add_and_process(user, batch, "UDSFile_1.json", json.dumps([offset]).encode())
    clean.clean(user)
    page = open_page(user, "sleep", date=str(day))
    assert not page.exception, page.exception
    said = everything(page)
    assert "Nap from 13:00 to 13:40: 40 min." in said
    assert "Nap from 18:00 to 18:25: 25 min." in said
    assert "23:00 to 06:30" in said
    assert store.read("SELECT sleep_s FROM health_metrics")["sleep_s"].tolist() == [25_200]  # without naps
    whole = open_page(user, "day", date=str(day))
    assert "The day by the clock" in [one.value for one in whole.subheader]
    lone = open_page(user, "sleep", date=str(day + dt.timedelta(days=1)))
    assert "Nap from" not in everything(lone)


def test_marked_days_are_left_out_of_regularity_and_of_what_training_does(user: int, open_page) -> None:
    first = dt.date(2025, 6, 2)
    days = [first + dt.timedelta(days=n) for n in range(56)]
    away = days[20:27]
    slept = [{"calendarDate": str(day), "sleepStartTimestampGMT": f"{day}T{'09' if day in away else '00'}:00:00.0",
              "sleepEndTimestampGMT": f"{day}T{'16' if day in away else '07'}:00:00.0", "deepSleepSeconds": 25_200}
             for day in days]  # fmt: skip
    files.add_and_process(user, files.begin(user, "page"), "1_sleepData.json", json.dumps(slept).encode())
    with store.session() as session:
        for day in days[::2]:
            save.save_activity(session, user, run((day - dt.date(2026, 6, 1)).days))
    clean.clean(user)
    for day in away:
        actions.set_note(user, day, "", ["travel"])
    asked = {"date": str(days[-1])}
    index = [re.search(r"Regularity index.*?>(\d+)<", all_html(open_page(user, "sleep", **asked, **more)), re.S)
             for more in ({}, {"not": "travel"})]  # fmt: skip
    before, after = (int(found[1]) for found in index if found)
    assert before < after == 100
    said = [
        next(
            one.value
            for one in open_page(user, "health", show="training", **more).markdown
            if "sleep" in one.value
        )
        for more in ({}, {"not": "travel"})
    ]
    nights = [sum(map(int, re.findall(r"(\d+) (?:nights after|others)", text))) for text in said]
    assert nights[0] == nights[1] + len(away)


def test_a_night_of_which_only_the_length_is_told(user: int, open_page) -> None:
    table(user, "2025-03-01,sleep_s,25200,s", "2025-03-01,rhr,51,bpm", "2025-03-02,rhr,52,bpm")
    page = open_page(user, "sleep", date="2025-03-01")
    assert not page.exception, page.exception
    assert "7 h 00" in all_html(page)
    assert "51 bpm" in all_html(page)
    assert "How long you slept is known, but not when." in [one.value for one in page.caption]
    assert "No night ending on this day was measured." in everything(
        open_page(user, "sleep", date="2025-03-02")
    )


def test_a_day_at_the_end_of_the_calendar_is_no_night(user: int, open_page) -> None:
    table(user, "2025-03-01,sleep_s,25200,s")
    for asked in ("9999-12-31", "0001-01-01"):
        shown = open_page(user, "sleep", date=asked)
        assert not shown.exception, shown.exception
