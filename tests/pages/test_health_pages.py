"""The pages of health: with nothing, with three weeks of a watch, what is entered by hand, notes and tags."""

import datetime as dt
import json
import re

import pyarrow
import pytest
from sqlalchemy import text as sql

from milevault_core import store
from milevault_core.actions import health as actions
from milevault_core.demo import health
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.wellness_writer import write_day
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store.activities import save
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from tests.pages.runs import run
from tests.pages.shown import all_html, say
from tests.pages.test_pages import everything

MONTH = Athlete(11, dt.date(2025, 2, 1), 40, 10, health_days=13)
LAST = MONTH.last_day
SECTIONS = {"Today": 0, "Over time": 1, "Training and nights": 0, "Sources": 0}


@pytest.fixture
def measured(user: int) -> int:
    """Thirteen days of a watch."""
    batch = files.begin(user, "page")
    for day in health.days(MONTH):
        for kind, data in write_day(MONTH, day).items():
            files.add_and_process(user, batch, f"{day.day} {kind}.fit", data)
    clean.clean(user)
    return user


@pytest.mark.parametrize("page", ["health", "sleep", "body"])
def test_without_anything_it_says_so(user: int, open_page, page: str) -> None:
    shown = open_page(user, page)
    assert not shown.exception
    assert any(
        said in everything(shown) for said in ("No health data yet", "No measurements of your body yet")
    )


def test_health_shows_every_section(measured: int, open_page) -> None:
    for section, charts in SECTIONS.items():
        page = open_page(measured, "health", show=section)
        assert not page.exception, section
        assert len(page.get("vega_lite_chart")) >= charts
    for section in ("time", "sources"):  # as the links of other pages name it
        assert open_page(measured, "health", show=section).radio(key="show").value == section
    page = open_page(measured, "health")
    assert "Resting heart rate" in everything(page)
    assert "normal" in everything(page)


@pytest.mark.parametrize(
    ("span", "point"),
    [("1 minute", "Every measurement"), ("1 day", "A point a minute"), ("1 week", "A point every 10 min"),
     ("3 months", "A point a day"), ("15 years", "A point a week")],
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


def test_a_night(measured: int, open_page) -> None:
    page = open_page(measured, "sleep", date=LAST.isoformat())
    assert not page.exception
    shown = everything(page)
    assert "Deep" in shown
    assert "estimate" in shown
    assert "Regularity index" in shown
    assert re.search(
        r"If you also got up at \d\d:\d\d on Sundays, your index would go from \d+ to \d+\."
        r"|Also getting up at \d\d:\d\d on Sundays would not change it\.",
        shown,
    )
    assert len(page.get("vega_lite_chart")) == 3
    empty = open_page(measured, "sleep", date="2020-01-01")
    assert not empty.exception
    assert "No night ending on this day" in everything(empty)


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


def test_a_weight_is_entered_changed_deleted(user: int, open_page) -> None:
    at = dt.datetime(2026, 3, 1, 7, tzinfo=dt.UTC)
    number = actions.add_entry(user, dt.date(2026, 3, 1), at, {"weight_kg": 71.0, "hydration_ml": 500.0})
    day = dt.date(2026, 3, 1)

    def kept(name: str) -> list[float]:
        return queries.daily(user, [name], day, day)[name].tolist()

    assert (kept("weight_kg"), kept("hydration_ml")) == ([71.0], [500.0])
    actions.add_entry(user, day, at, {"hydration_ml": 250.0})
    assert kept("hydration_ml") == [750.0]  # of what was drunk the sum
    actions.change_entry(user, number, day, at, {"weight_kg": 70.0})
    assert (kept("weight_kg"), kept("hydration_ml")) == ([70.0], [250.0])
    page = open_page(user, "body", span="All time")
    assert not page.exception
    assert "70 kg" in everything(page) or "70.0 kg" in everything(page)
    gone = actions.remove_entry(user, number)
    assert len(kept("weight_kg")) == 0 or kept("weight_kg") != [70.0]
    actions.add_entry(user, **gone)
    assert kept("weight_kg") == [70.0]
    for wrong in (
        {},
        {"weight_kg": 7000.0},
        {"bp_systolic": 120.0},
        {"bp_systolic": 80.0, "bp_diastolic": 120.0},
    ):
        with pytest.raises(ValueError, match=r"\."):
            actions.add_entry(user, day, at, wrong)


def test_last_night_is_on_the_dashboard(user: int, open_page) -> None:
    today = dates.today("Europe/Berlin")
    slept = {"calendarDate": str(today), "sleepStartTimestampGMT": f"{today - dt.timedelta(days=1)}T22:00:00.0",
             "sleepEndTimestampGMT": f"{today}T05:30:00.0", "deepSleepSeconds": 7200,
             "lightSleepSeconds": 18000}  # fmt: skip
    files.add_and_process(user, files.begin(user, "page"), "1_sleepData.json", json.dumps([slept]).encode())
    with store.session() as session:
        save.save_activity(session, user, run(0))
    clean.clean(user)
    page = open_page(user, "dashboard")
    assert not page.exception
    assert "Last night" in [one.value for one in page.subheader]
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
    assert store.read("SELECT sleep_s FROM health_metrics")["sleep_s"].tolist() == [
        25_200
    ]  # naps are not added
    whole = open_page(user, "day", date=str(day))
    assert "The day by the clock" in [one.value for one in whole.subheader]
    lone = open_page(user, "sleep", date=str(day + dt.timedelta(days=1)))
    assert "Nap from" not in everything(lone)


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
    assert any(c.value.startswith("A point") or c.value.startswith("Every") for c in page.caption)
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


def table(user: int, *lines: str) -> None:
    files.add_and_process(
        user, files.begin(user, "page"), "t.csv", "\n".join(["day,metric,value,unit", *lines]).encode()
    )
    clean.clean(user)


@pytest.mark.parametrize("span", ["1 day", "1 month", "3 months"])
def test_where_only_days_are_told_they_are_shown(user: int, open_page, span: str) -> None:
    table(user, *(f"2025-03-{day:02d},stress_avg,{20 + day}," for day in range(1, 29)))
    page = open_page(user, "health", show="Over time", what="Stress", span=span, until="2025-03-28")
    assert not page.exception
    assert "Nothing was measured in this period." not in [one.value for one in page.caption]
    assert any(one.value.startswith("A point a day") for one in page.caption)
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


def test_a_quantity_is_offered_that_has_samples_only(user: int, open_page) -> None:
    table(user, "2025-03-01,steps,9000,")
    with store.session() as session:
        session.execute(sql("INSERT INTO wellness_samples (time, user_id, value, metric) "
                            "VALUES ('2025-03-01 10:00+00', :u, 61, 0)"), {"u": user})  # fmt: skip
    what = open_page(user, "health", show="Over time").selectbox(key="what")
    assert what.options == ["Heart rate", "Steps"]


def test_the_pages_of_the_body_enter_change_delete(user: int, open_page) -> None:
    app = open_page(user, "body", "imperial", span="All time")
    assert "No measurements of your body yet" in everything(app)
    app.number_input(key="new-weight_kg").set_value(160.0)
    app.text_input(key="new-note").set_value("at *home*")
    next(button for button in app.button if button.label == "Add").click()
    app.run()
    assert not app.exception, app.exception
    first = queries.entries(user, 5).iloc[0]
    assert first["weight_kg"] == pytest.approx(72.5748)
    number = int(first["id"])
    # Saved without a change, the value stays to the last digit: in pounds it is shown rounded.
    actions.change_entry(user, number, first["day"], first["measured_at"], {"weight_kg": 70.0}, "")
    app.run()
    app.button(key=f"change-{number}").click().run()
    assert app.number_input(key=f"change-{number}-weight_kg").value == 154.32
    saving(app, number)
    assert queries.entries(user, 5)["weight_kg"].tolist() == [70.0]
    app.button(key=f"change-{number}").click().run()
    app.number_input(key=f"change-{number}-weight_kg").set_value(150.0)
    saving(app, number)
    assert queries.entries(user, 5)["weight_kg"].tolist() == pytest.approx([68.0388555])
    app.button(key=f"delete-{number}").click().run()
    assert queries.entries(user, 5).empty
    say(app, "undo_notice", "undo")
    assert not app.exception, app.exception
    assert queries.entries(user, 5)["weight_kg"].tolist() == pytest.approx([68.0388555])


def saving(app, number: int) -> None:
    """Save the dialog; each run opens it again."""
    app.button(key=f"change-{number}").click()
    next(button for button in app.button if button.label == "Save").click()
    app.run()
    assert not app.exception, app.exception


def test_an_entry_of_long_ago_can_be_changed_too(user: int, open_page) -> None:
    at = dt.datetime(2026, 3, 1, 7, tzinfo=dt.UTC)
    numbers = [
        actions.add_entry(
            user, at.date() + dt.timedelta(days=n), at + dt.timedelta(days=n), {"weight_kg": 71.0}
        )
        for n in range(32)
    ]
    page = open_page(user, "body")
    shown = [button.key for button in page.button]
    assert f"change-{numbers[-1]}" in shown
    assert f"change-{numbers[0]}" not in shown
    assert 'href="/body?entries=150"' in all_html(page)
    more = open_page(user, "body", entries="150")
    assert f"change-{numbers[0]}" in [button.key for button in more.button]
    assert "Earlier entries" not in all_html(more)


def test_a_goal_has_a_weight_and_a_day(user: int, open_page) -> None:
    today = dates.today("Europe/Berlin")
    actions.add_entry(user, today, dt.datetime.now(dt.UTC), {"weight_kg": 71.0})
    app = open_page(user, "body")
    assert f'href="/day?date={today}"' in all_html(app)
    next(box for box in app.number_input if box.label.startswith("Weight goal")).set_value(70.0)
    by = today + dt.timedelta(days=90)
    app.date_input(key="goal-day").set_value(by)
    next(button for button in app.button if button.label == "Set the goal").click()
    app.run()
    assert not app.exception, app.exception
    assert queries.choices(user) == {"weight_goal_kg": "70.000", "weight_goal_day": str(by)}
    assert f"1.0 kg from your goal by {dates.short_day(by)}" in all_html(app)


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
    asked = {"show": "Training and nights"}  # there is none, but the nights tell something all the same
    before = everything(open_page(user, "health", **asked))
    assert "Mark the days when you are ill on their day pages" in before
    for n in (1, 2, 20):  # an illness of two days, and one of which no night told anything
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
    """How many values the one chart of a page has."""
    (chart,) = page.get("vega_lite_chart")
    rows = chart.proto.data.data or chart.proto.datasets[0].data.data
    table = pyarrow.ipc.open_stream(rows).read_all().to_pandas()
    return int(table["value"].notna().sum())
