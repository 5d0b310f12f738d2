"""The training pages: athlete values, trends, metrics on the activity page and in the list."""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from milevault_core import metrics, store, track
from milevault_core.actions import athlete as actions
from milevault_core.actions import edits
from milevault_core.derive import clean
from milevault_core.formats import Recording
from milevault_core.metrics import NOTHING, metric
from milevault_core.store import marks
from milevault_core.store.activities import save
from milevault_core.store.queries import training as queries
from milevault_core.training.values import Timeline
from tests.builders.routes import some_route
from tests.builders.tracks import ride
from tests.pages.shown import all_html, shown_html
from tests.pages.test_pages import everything
from tests.training.test_stored import hilly

TODAY = dt.date(2026, 7, 1)
# Label of each section -> its value in the address.
SECTIONS = {"Volume": "volume", "Fitness and form": "form", "Intensity": "zone_time", "Efficiency": "efficiency",
            "Curves": "curves", "Forecasts": "scores", "Streaks and bests": "eddington"}  # fmt: skip


def recording(day: int, sport: str = "cycling", n: int = 900) -> Recording:
    made = ride(n)
    made["time"] = made["time"] + dt.timedelta(days=day)
    return Recording(sport, track.aware(made["time"].to_numpy()[0]), made[list(track.COLUMNS)])


def make_trained(user: int) -> int:
    """Ten rides and two runs with thresholds; the id of the first ride is 1."""
    with store.session() as session:
        for day in range(10):
            save.save_activity(session, user, recording(day))
        for day in range(2):
            save.save_activity(session, user, recording(day + 11, "running"))
    clean.clean(user)
    since = dt.date(2026, 1, 1)
    for name, sport, value in (("max_heart_rate", "", 190), ("resting_heart_rate", "", 50),
                               ("threshold_heart_rate", "cycling", 165),
                               ("threshold_power", "cycling", 250)):  # fmt: skip
        actions.set_value(user, name, sport, since, value, TODAY)
    clean.clean(user)
    return user


@pytest.fixture
def trained(user: int, filled_once: Callable[..., Any]) -> int:
    return filled_once(make_trained, user)


@pytest.mark.parametrize("section", SECTIONS)
def test_trends_shows_every_section(trained: int, open_page, section: str) -> None:
    page = open_page(trained, "trends", show=section, span="All time")
    assert not page.exception
    assert page.title[0].value == "Trends"
    assert page.radio(key="show").options[page.radio(key="show").index] == section
    assert "/metrics?name=" in all_html(page)
    if section not in ("Curves", "Forecasts"):  # the rides are not recent, and were not all-out
        assert page.get("vega_lite_chart")


def test_trends_filters_come_from_the_address(trained: int, open_page) -> None:
    page = open_page(trained, "trends", show="Streaks and bests", sport="Running", span="All time")
    assert page.sidebar.multiselect[0].value == ["running"]
    assert "longest 2" in shown_html(page)["streak_figures"]


def test_the_days_may_be_chosen_freely(trained: int, open_page) -> None:
    """Ten rides from 1 June, two runs on the 12th and 13th."""
    between = {"span": "dates", "dates": ["2026-06-03", "2026-06-05"]}
    page = open_page(trained, "trends", show="volume", by="Day", **between)
    assert not page.exception
    assert page.sidebar.date_input[0].value == (dt.date(2026, 6, 3), dt.date(2026, 6, 5))
    whole = open_page(trained, "trends", show="volume", by="Day", span="all")
    assert page.get("vega_lite_chart")[0].proto != whole.get("vega_lite_chart")[0].proto


def test_the_filters_hold_for_zones_curves_and_are_said_not_to_for_forecasts(trained: int, open_page) -> None:
    edits.edit_words(trained, [1], {"gear": "Bike"})
    clean.clean(trained)
    asked = {"show": "intensity", "span": "all", "by": "Month"}
    whole = open_page(trained, "trends", **asked).get("vega_lite_chart")[-1].proto
    assert open_page(trained, "trends", **asked).get("vega_lite_chart")[-1].proto == whole
    assert open_page(trained, "trends", gears="Bike", **asked).get("vega_lite_chart")[-1].proto != whole
    page = open_page(trained, "trends", show="curves", span="all", curve="Power", gears="Bike",
                     one=["2026-06-02", "2026-06-30"], two=["2025-06-02", "2025-06-30"])  # fmt: skip
    assert "Nothing was recorded" in "".join(c.value for c in page.caption)
    page = open_page(trained, "trends", show="forecast", gears="Bike")
    assert "do not apply" in "".join(c.value for c in page.caption)


def test_an_address_may_name_a_section_by_its_key(trained: int, open_page) -> None:
    page = open_page(trained, "trends", show="form", span="all")
    assert page.radio(key="show").value == "form"
    assert page.sidebar.selectbox[0].value == "all"
    assert "Fatigue" in shown_html(page)["form_figures"]


def test_the_activity_page_shows_load_and_zones(trained: int, open_page) -> None:
    found = queries.of_activity(trained, 1)
    assert found is not None
    assert found["metrics"]["load_basis"] == 1.0
    page = open_page(trained, "activity", id="1")
    assert not page.exception
    shown = all_html(page) + "".join(h.body for h in page.get("html"))
    assert "Load by power" in shown
    assert re.search(r">Load from</a><span[^>]*>power<", shown), (
        "each activity tells what its load is made of"
    )
    assert "Zone 3" in shown


@pytest.mark.parametrize(("activity_id", "rate", "unit"), [(1, "Speed", "km/h"), (11, "Pace", "min /km")])
def test_the_activity_page_has_its_curves(
    trained: int, open_page, activity_id: int, rate: str, unit: str
) -> None:
    """Power, heart rate, and speed on a ride, pace on a run."""
    page = open_page(trained, "activity", id=str(activity_id))
    (kinds,) = [c for c in page.get("button_group") if "Curves" in c.options]
    page = kinds.set_value("Curves").run()
    assert not page.exception, page.exception
    (names,) = [c for c in page.get("button_group") if "Heart rate" in c.options]
    assert names.options == ["Power", rate, "Heart rate"]
    for value, axis in (("power", "W"), ("speed", unit), ("heart_rate", "bpm")):
        (names,) = [c for c in page.get("button_group") if "Heart rate" in c.options]
        page = names.set_value(value).run()
        assert not page.exception, page.exception
        (spec,) = [c.proto.spec for c in page.get("vega_lite_chart") if '"over"' in c.proto.spec]
        assert json.loads(spec)["encoding"]["y"]["title"] == axis


def test_without_a_power_meter_the_activity_page_says_what_it_takes(user: int, open_page) -> None:
    made = recording(0)
    made.track["power"] = np.nan
    with store.session() as session:
        save.save_activity(session, user, made)
    clean.clean(user)
    shown = shown_html(open_page(user, "activity", id="1"))
    assert "No power was recorded" in shown["unrecorded"]
    assert "Normalized power" in shown["unrecorded"]
    assert "NaN" not in "".join(shown.values())


def test_a_new_metric_reaches_page_and_list_by_its_description(user: int, open_page, monkeypatch) -> None:
    monkeypatch.setattr(metrics, "METRICS", metrics.METRICS)

    @metric("loudness", "Loudness", "dB", columns=("power",), decimals=1)
    def loudness(track, context=NOTHING) -> float:
        """How loud it was.

        Source: none. Definition: a tenth of the mean power.
        """
        return float(np.nanmean(track["power"])) / 10

    try:
        with store.session() as session:
            activity = save.save_activity(session, user, recording(0))
        clean.clean(user)
        value = queries.of_activity(user, activity)["metrics"]["loudness"]
        page = open_page(user, "activity", id=str(activity))
        shown = all_html(page)
        assert ">Loudness</a>" in shown
        assert f"{value:.1f} dB" in shown
        listed = everything(open_page(user, "activities", columns="Loudness (dB)"))
        assert "Loudness (dB)" in listed
        assert f"{value:.1f} dB" in listed
        together = shown_html(open_page(user, "activities", columns="Loudness (dB)"))["totals"]
        assert "Loudness, mean" in together
        assert f"{value:.1f} dB" in together
        assert "Loudness (dB)" in [h.value for h in open_page(user, "metrics").subheader]
        assert [h.value for h in open_page(user, "metrics", name="loudness").subheader] == ["Loudness (dB)"]
    finally:
        del metrics.METRICS["loudness"]
        metrics._ordered.clear()


def test_a_value_is_saved_and_a_wrong_one_says_why(trained: int, open_page) -> None:
    page = open_page(trained, "athlete")
    assert not page.exception
    choice = next(s for s in page.selectbox if s.label == "Value")
    choice.set_value(
        choice.options[choice.options.index("Weight")] if "Weight" in choice.options else "Weight"
    )
    page.run()
    page.text_input(key="typed-weight_kg-0").set_value("7")
    next(b for b in page.button if b.label == "Save").click().run()
    assert [e.value for e in page.error] == ["Weight must be between 20 kg and 350 kg."]
    assert page.text_input(key="typed-weight_kg-0").value == "7", "to be corrected, not typed anew"
    page.text_input(key="typed-weight_kg-0").set_value("72,5")
    next(b for b in page.button if b.label == "Save").click().run()
    assert not page.error
    known = Timeline(queries.athlete_rows(trained).itertuples(index=False)).on(dt.date.today())  # noqa: DTZ011
    assert known["weight_kg", ""] == 72.5
    assert page.text_input(key="typed-weight_kg-1").value == ""


REFUSED = (
    ("Threshold power (FTP)", "0", "Threshold power (FTP) must be between 20 W and 700 W."),
    ("Maximal heart rate", "105", "The maximal heart rate must be above the resting heart rate."),
    ("Resting heart rate", "0", "Resting heart rate must be between 20 bpm and 120 bpm."),
    ("Threshold pace", "0:00", "Write the pace as minutes and seconds: 4:35."),
)


def test_bad_input_is_a_sentence_at_the_field_and_nothing_is_stored(trained: int, open_page) -> None:
    actions.set_value(trained, "resting_heart_rate", "", dt.date(2026, 1, 1), 118, TODAY)
    before = queries.athlete_values(trained).to_dict("records")
    page = open_page(trained, "athlete")
    for label, typed, sentence in REFUSED:
        next(s for s in page.selectbox if s.label == "Value").set_value(label)
        page.run()
        next(t for t in page.text_input if t.label.startswith(label)).set_value(typed)
        next(b for b in page.button if b.label == "Save").click().run()
        assert [e.value for e in page.error] == [sentence]
    next(s for s in page.selectbox if s.label == "Value").set_value("Birth date")
    page.run()
    next(b for b in page.button if b.label == "Save").click().run()
    assert [e.value for e in page.error] == ["Enter the date."]
    for method, typed, sentence in (
        (
            "own",
            "140, 120",
            "The boundaries are out of order: each must be above the one before.",
        ),
        ("own", "", "Enter between one and nine boundaries."),
    ):
        next(s for s in page.selectbox if s.label == "Based on").set_value(method)
        page.text_input(key="bounds").set_value(typed)
        next(b for b in page.button if b.label == "Save the zones").click().run()
        assert [e.value for e in page.error] == [sentence]
    assert queries.athlete_values(trained).to_dict("records") == before
    assert queries.zone_settings(trained).empty


def test_what_is_absent_says_why_on_hover_and_is_never_0_or_nan(user: int, open_page) -> None:
    """A ride without thresholds, and with every channel."""
    with store.session() as session:
        save.save_activity(session, user, recording(0))
    clean.clean(user)
    html = shown_html(open_page(user, "activity", id="1"))["training"]
    rows = {
        "".join(row.find("a").itertext()): (row.get("title"), "".join(row.find("span").itertext()))
        for row in ElementTree.fromstring(html)
    }
    for label in ("Load by power", "Intensity", "TRIMP", "Load by heart rate", "Time easy", "Lowest W\u2032"):
        why, value = rows[label]
        assert (why[:9], value) == ("It needs ", "\u2013"), label
    assert "threshold for that day, or your own rating" in rows["Load"][0]
    assert rows["Load"][1] == "\u2013"
    listed = everything(open_page(user, "activities", columns=["Load", "TRIMP"]))
    for section in SECTIONS:
        listed += everything(open_page(user, "trends", show=section, span="all"))
    assert not re.search(r"\bnan\b|\binf\b", listed, re.IGNORECASE)


def test_what_is_still_to_be_computed_is_counted_on_the_page(trained: int, open_page) -> None:
    """For example after a release has changed a metric, without anyone asking for it."""
    assert not open_page(trained, "trends").info
    with store.session() as session:
        marks.raise_version(session, "metrics", "of another release", "activity")
    for page in ("trends", "athlete"):
        (said,) = [i.value for i in open_page(trained, page).info]
        assert said.startswith("12 activities are still being computed")
    clean.clean(trained)
    assert not open_page(trained, "trends").info


def test_a_suggestion_is_taken_with_a_click(user: int, open_page) -> None:
    today = dt.date.today()  # noqa: DTZ011
    with store.session() as session:
        save.save_activity(session, user, recording((today - dt.date(2026, 6, 1)).days - 3))
    clean.clean(user)
    page = open_page(user, "athlete")
    said = next(m.value for m in page.markdown if "maximal heart rate" in m.value)
    assert said.startswith("Your last 90 days suggest maximal heart rate")
    assert queries.athlete_values(user).empty, "only suggested"
    next(b for b in page.button if b.key == "take-max_heart_rate-").click().run()
    assert not page.exception
    (value,) = queries.athlete_values(user).itertuples()
    assert (value.name, value.origin, f"{value.value:.0f} bpm" in said) == ("max_heart_rate", "person", True)
    assert not [b for b in page.button if b.key == "take-max_heart_rate-"]


def test_what_it_was_computed_by_is_said(trained: int, open_page) -> None:
    """Without a known sex, TRIMP is the mean of both formulas; graded pace uses the selected curve."""
    assert "(mean of women and men)" in all_html(open_page(trained, "activity", id="1"))
    run = all_html(open_page(trained, "activity", id="11"))
    assert "your own grade curve" not in run
    actions.set_value(trained, "is_female", "", dt.date(2026, 1, 1), 1.0, TODAY)
    with store.session() as session:
        save.save_activity(session, trained, hilly(0, minutes=240))
    assert not open_page(trained, "athlete").toggle
    clean.clean(trained)
    clean.clean(trained)  # the earlier runs too
    assert "(mean of women and men)" not in all_html(open_page(trained, "activity", id="1"))
    assert "your own grade curve" in all_html(open_page(trained, "activity", id="11"))
    page = open_page(trained, "athlete")
    assert "Graded pace uses your own curve." in "".join(c.value for c in page.caption)
    page.toggle(key="use_curve").set_value(False).run()
    assert not page.exception, page.exception
    assert "Graded pace uses the published one." in "".join(c.value for c in page.caption)
    clean.clean(trained)
    assert "your own grade curve" not in all_html(open_page(trained, "activity", id="11"))


def test_every_filter_of_trends_is_in_the_address(trained: int, open_page) -> None:
    edits.edit_words(trained, [1, 2], {"gear": "Bike", "tags": "hills"})
    edits.edit_words(trained, [3], {"tags": "flat"})
    edits.edit_words(trained, [4, 5, 6], {"is_commute": "true"})
    clean.clean(trained)
    some_route(trained, 1, "To the lake")
    asked = {"show": "streaks", "span": "all"}
    for filtered, days in (({"sport": "Running"}, 2), ({"gears": "Bike"}, 2), ({"tag": "hills"}, 2),
                           ({"tag": ["hills", "flat"]}, 0), ({"place": "Outdoor"}, 10), ({"place": "Indoor"}, 0),
                           ({"route": "To the lake"}, 1), ({"commutes": "Only"}, 3),
                           ({"span": "dates", "dates": ["2026-06-02", "2026-06-30"]}, 10)):  # fmt: skip
        page = open_page(trained, "trends", **(asked | filtered))
        assert not page.exception, page.exception
        longest = re.search(r"longest (\d+)", shown_html(page).get("streak_figures", "longest 0"))
        assert longest is not None and int(longest[1]) == days, filtered  # noqa: PT018


@pytest.mark.parametrize("page", ["trends", "athlete", "metrics"])
def test_strangers_see_nothing(database, open_page, page: str) -> None:
    shown = open_page(None, page)
    assert not shown.title
