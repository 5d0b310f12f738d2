"""The health page and the day page: empty, with two weeks of a watch, and with several sources."""

import datetime as dt
import json
import re

import pyarrow
import pytest
from sqlalchemy import text as sql

from milevault_core import store
from milevault_core.actions import health as actions
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store.activities import save
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from tests.pages.runs import run
from tests.pages.shown import all_html
from tests.pages.test_pages import everything
from tests.pages.watch import LAST, measured, table

__all__ = ["measured"]  # a fixture

SECTIONS = {"Today": 0, "Over time": 1, "Training and nights": 0, "Sources": 0}


@pytest.mark.parametrize("page", ["health", "sleep", "body"])
def test_without_anything_it_says_so(user: int, open_page, page: str) -> None:
    shown = open_page(user, page)
    assert not shown.exception
    assert any(said in everything(shown) for said in ("No health data yet", "No body measurements yet"))


def test_health_shows_every_section(measured: int, open_page) -> None:
    for section, charts in SECTIONS.items():
        page = open_page(measured, "health", show=section)
        assert not page.exception, section
        assert len(page.get("vega_lite_chart")) >= charts
    for section in ("time", "sources"):  # the names in other pages' links
        assert open_page(measured, "health", show=section).radio(key="show").value == section
    page = open_page(measured, "health")
    assert "Resting heart rate" in everything(page)
    assert "normal" in everything(page)


@pytest.mark.parametrize(
    ("span", "point"),
    [("1 minute", "Every measurement"), ("1 day", "One point per minute"), ("1 week", "One point every 10 min"),
     ("3 months", "One point per day"), ("15 years", "One point per week")],
)  # fmt: skip
def test_one_chart_picks_its_resolution(measured: int, open_page, span: str, point: str) -> None:
    page = open_page(
        measured, "health", show="Over time", what="Heart rate", span=span, until=LAST.isoformat()
    )
    assert not page.exception
    assert any(caption.value.startswith(point) for caption in page.caption), [c.value for c in page.caption]
    assert page.get("vega_lite_chart")


def test_a_figure_of_today_leads_to_its_own_chart(user: int, open_page) -> None:
    today = dates.today("Europe/Berlin")
    table(
        user,
        *(
            f"{today},{metric},{value},"
            for metric, value in (("rhr", 50), ("hrv_last_night", 60), ("steps", 900))
        ),
    )
    links = re.findall(
        r'href="/health\?show=time&amp;what=(\w+)">([^<]+)<', all_html(open_page(user, "health"))
    )
    assert len(links) == 3
    for name, label in links:
        page = open_page(user, "health", show="time", what=name, span="1y")
        assert [one.value for one in page.subheader] == [label]
        assert page.selectbox(key="span").value == "1y"


def test_two_quantities_over_each_other(measured: int, open_page) -> None:
    page = open_page(measured, "health", **{"show": "Over time", "what": "Stress", "with": "Resting heart rate",
                                            "span": "3 months"})  # fmt: skip
    assert not page.exception
    assert "Stress and Resting heart rate" in [one.value for one in page.subheader]


def test_a_day_has_its_clock_and_notes(measured: int, open_page) -> None:
    page = open_page(measured, "day", date=LAST.isoformat())
    assert not page.exception
    assert "The day by the clock" in [one.value for one in page.subheader]
    assert (page.multiselect[0].value, page.text_area[0].value) == ([], "")
    page.multiselect[0].set_value(["ill"])
    page.text_area[0].set_value("A cold.")
    next(button for button in page.button if button.label == "Save").click().run()
    assert not page.exception
    found = queries.notes(measured, LAST, LAST)
    assert (found["note"].iloc[0], list(found["tags"].iloc[0])) == ("A cold.", ["ill"])


def other_source(user: int, day: dt.date) -> None:
    files.add_and_process(
        user,
        files.begin(user, "page"),
        "t.csv",
        f"day,metric,value,unit\n{day},steps,4321,\n{day},rhr,61,bpm\n".encode(),
    )
    clean.clean(user)


def test_the_order_of_sources_is_chosen_by_metric(measured: int, open_page) -> None:
    other_source(measured, LAST)
    page = open_page(measured, "health", show="Sources", date=LAST.isoformat())
    page.selectbox(key="rank_of").set_value("steps").run()
    page.multiselect(key="order-steps").set_value(["csv", "fit"]).run()
    page.button(key="rank").click().run()
    assert not page.exception
    clean.clean(measured)
    row = store.read(
        "SELECT steps, sources->>'steps' AS a, sources->>'rhr' AS b FROM health_metrics WHERE day = $1",
        (LAST,),
    )
    assert (row["steps"][0], row["a"][0], row["b"][0]) == (4321, "csv", "fit")
    assert "Steps: A table, then Files of the watch" in everything(page)
    page.button(key="unrank").click().run()
    assert queries.rankings(measured) == {}


def test_the_cycle_is_shown_only_to_who_asked(measured: int, open_page) -> None:
    told = [{"startDate": f"{LAST - dt.timedelta(days=3)}", "actualCycleLength": 4, "actualPeriodLength": 5}]
    files.add_and_process(
        measured, files.begin(measured, "page"), "x_MenstrualCycles.json", json.dumps(told).encode()
    )
    clean.clean(measured)
    assert "Day 4" not in everything(open_page(measured, "health"))
    page = open_page(measured, "health", show="Sources", date=LAST.isoformat())
    shown = page.dataframe[0].value["Metric"].tolist()
    assert "Day of the cycle" not in shown
    page.toggle(key="cycle").set_value(True).run()
    assert "Day of the cycle" in page.dataframe[0].value["Metric"].tolist()
    said = everything(open_page(measured, "health"))
    assert "Day 4" in said
    assert "Menstruation" in said


def test_a_range_of_the_address_is_shown_with_ways_to_others(measured: int, open_page) -> None:
    page = open_page(measured, "health", show="Over time", what="Heart rate",
                     **{"from": f"{LAST}T10:00:00", "to": f"{LAST}T11:00:00"})  # fmt: skip
    assert not page.exception
    assert any("10:00 to 11:00" in c.value for c in page.caption)
    assert any(c.value.startswith("One point") or c.value.startswith("Every") for c in page.caption)
    said = everything(page)
    for way in ("Earlier", "Later", "Zoom in", "Zoom out", "Choose in the sidebar"):
        assert way in said
    assert not [one for one in page.selectbox if one.key == "span"]


def test_marked_days_are_left_out(measured: int, open_page) -> None:
    actions.set_note(measured, LAST, "", ["ill"])
    asked = {"show": "Over time", "what": "Steps", "span": "1 month", "until": LAST.isoformat()}
    whole = open_page(measured, "health", **asked).get("vega_lite_chart")[0].proto
    page = open_page(measured, "health", **asked, **{"not": "ill"})
    assert not page.exception
    assert page.get("vega_lite_chart")[0].proto != whole


@pytest.mark.parametrize("span", ["1 day", "1 month", "3 months"])
def test_where_only_days_are_told_they_are_shown(user: int, open_page, span: str) -> None:
    table(user, *(f"2025-03-{day:02d},stress_avg,{20 + day}," for day in range(1, 29)))
    page = open_page(user, "health", show="Over time", what="Stress", span=span, until="2025-03-28")
    assert not page.exception
    assert "Nothing was measured in this period." not in [one.value for one in page.caption]
    assert any(one.value.startswith("One point per day") for one in page.caption)
    assert page.get("vega_lite_chart")


def test_one_file_with_a_clock_ahead_hides_nothing(user: int, open_page) -> None:
    today = dates.today("Europe/Berlin")
    days = [today - dt.timedelta(days=n) for n in range(60)]
    told = [f"{day},{metric},{value},"
            for n, day in enumerate(days) for metric, value in (("rhr", 50 + n % 3), ("hrv_last_night", 60 + n % 5),
                                                                ("resp_avg", 14 + n % 2))]  # fmt: skip
    table(user, *told, f"{today + dt.timedelta(days=3000)},rhr,50,")
    with store.session() as session:
        for n in range(0, 50, 2):
            save.save_activity(session, user, run((days[n] - dt.date(2026, 6, 1)).days))
    clean.clean(user)
    page = open_page(user, "health", show="Training and nights")
    assert not page.exception
    assert "This needs some weeks of training and of nights." not in [one.value for one in page.markdown]
    assert "Early warning of illness" in [one.value for one in page.subheader]


def test_a_day_that_is_still_to_come_is_not_the_latest(user: int, open_page) -> None:
    today = dates.today("Europe/Berlin")
    last = today - dt.timedelta(days=200)
    table(user, f"{last},rhr,47,bpm", f"{today + dt.timedelta(days=3000)},rhr,99,bpm")
    page = open_page(user, "health")
    assert (
        f'The latest day with data is <a class="within" href="/day?date={last}">{dates.day(last)}</a>.'
        in all_html(page)
    )
    assert "47 bpm" in all_html(page)
    assert f'href="/day?date={last}"' in all_html(page)
    nights = open_page(user, "sleep")
    assert not nights.exception
    assert f'href="/day?date={last}"' in all_html(nights)


def test_a_quantity_is_offered_that_has_samples_only(user: int, open_page) -> None:
    table(user, "2025-03-01,steps,9000,")
    with store.session() as session:
        session.execute(sql("INSERT INTO wellness_samples (time, user_id, value, metric) "
                            "VALUES ('2025-03-01 10:00+00', :u, 61, 0)"), {"u": user})  # fmt: skip
    what = open_page(user, "health", show="Over time").selectbox(key="what")
    assert what.options == ["Heart rate", "Steps"]


def test_an_illness_is_warned_of_and_the_warnings_are_counted(user: int, open_page) -> None:
    today = dates.today("Europe/Berlin")
    told = []
    for n in range(60):
        is_ill, day = n < 2, today - dt.timedelta(days=n)
        told += [f"{day},rhr,{70 if is_ill else 50 + n % 3},", f"{day},hrv_last_night,{20 if is_ill else 60 + n % 5},",
                 f"{day},resp_avg,{20 if is_ill else 14 + n % 2},"]  # fmt: skip
    table(user, *told)
    app = open_page(user, "health")
    assert not app.exception, app.exception
    assert "your body was further from its normal" in app.warning[0].value
    assert "resting heart rate" in app.warning[0].value


def test_the_hit_rate_of_the_warning_is_told_from_days_that_were_marked(user: int, open_page) -> None:
    today = dates.today("Europe/Berlin")
    told = []
    for n in range(100):
        is_off, day = (
            n in (3, 40),
            today - dt.timedelta(days=n),
        )  # two bad nights, one of them before an illness
        told += [f"{day},rhr,{70 if is_off else 50 + n % 3},", f"{day},hrv_last_night,{20 if is_off else 60 + n % 5},",
                 f"{day},resp_avg,{20 if is_off else 14 + n % 2},"]  # fmt: skip
    table(user, *told)
    asked = {"show": "Training and nights"}  # there is no training, but the nights alone give a result
    before = everything(open_page(user, "health", **asked))
    assert "Mark the days when you are ill on their day pages" in before
    for n in (1, 2, 20):  # an illness of two days, and one that no night announced
        actions.set_note(user, today - dt.timedelta(days=n), "", ["ill"])
    said = everything(open_page(user, "health", **asked))
    assert (
        "Of 2 illnesses that you marked, it warned of 1 up to 3 days before; it warned falsely on 1 of "
        in said
    )


def test_only_days_that_are_marked_are_shown(measured: int, open_page) -> None:
    actions.set_note(measured, LAST, "", ["ill"])
    shown = {"show": "Over time", "what": "Steps", "span": "3 months", "until": LAST.isoformat()}
    values = [open_page(measured, "health", **shown, **more) for more in ({}, {"tag": "ill"}, {"not": "ill"})]
    counts = [spec_values(page) for page in values]
    assert counts[1] == 1
    assert counts[0] == counts[2] + 1 > 10


def spec_values(page) -> int:
    """The number of values in the page's only chart."""
    (chart,) = page.get("vega_lite_chart")
    rows = chart.proto.data.data or chart.proto.datasets[0].data.data
    table = pyarrow.ipc.open_stream(rows).read_all().to_pandas()
    return int(table["value"].notna().sum())


def test_a_history_of_steps_alone(user: int, open_page) -> None:
    """A step counter's data has none of the values that announce an illness."""
    table(user, "2014-12-27,steps,3173,", "2014-12-27,kcal_active,69,kcal")
    page = open_page(user, "health")
    assert not page.exception
    assert shown_values(page) == ["3173"]
    page = open_page(user, "day", date="2014-12-27")
    assert not page.exception
    assert {"3173", "69 kcal"} <= set(shown_values(page))
    assert "3173" not in shown_values(open_page(user, "day", date="2014-12-28")), "of the day alone"


def shown_values(page) -> list[str]:
    """The figures on a page, without the spaces within numbers."""
    found = re.findall(r'class="value[^"]*">(.*?)</', all_html(page))
    return [re.sub(r"(?<=\d)\W(?=\d)", "", re.sub("<[^>]*>", "", value)) for value in found]
