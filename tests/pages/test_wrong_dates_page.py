"""Activities whose date cannot be right, in lists and totals: none counts until their dates are set, all at once."""

from datetime import UTC, datetime, timedelta

import pytest

from milevault_core import store
from milevault_core.actions import judgement
from milevault_core.derive import clean
from milevault_core.store.queries import activity_list, gear, goals, health, highlights, totals, training
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters, rows, wrong_dates
from pages import _wrong_dates
from pages.parts import undo
from tests.builders import gpx
from tests.imports.test_files import brought_in
from tests.pages.test_pages import everything
from tests.pages.test_recordings_page import press

RIGHT = gpx.START
UNSET = [
    datetime(1970, 1, 1, 3, tzinfo=UTC),
    datetime(1901, 12, 13, 20, tzinfo=UTC),
    datetime(2090, 5, 1, tzinfo=UTC),
]


def run(start: datetime, name: str, lat: float = 47.0) -> tuple[str, bytes]:
    points = gpx.points(900, start=start, lat=lat)
    return f"{name}.gpx", gpx.gpx(gpx.track(points, name=name)).encode()


@pytest.fixture
def runs(user: int) -> list[int]:
    """A run with a date, and three without, two of which have the date in their name."""
    brought_in(
        user,
        run(RIGHT, "Right"),
        run(UNSET[0], "Run of 2024-05-03", 47.2),
        run(UNSET[1], "20240504_080000", 47.4),
        run(UNSET[2], "No idea", 47.6),
    )
    clean.clean(user)
    return store.read("SELECT id FROM activities ORDER BY name")["id"].tolist()


def test_they_count_nowhere(user: int, runs: list[int]) -> None:
    assert len(runs) == 4
    (metres,) = store.read("SELECT distance_m FROM activities WHERE name = 'Right'")["distance_m"]
    listed = filters.prepared(activity_list.figures(user))
    assert dict(filters.totals(listed, fmt.METRIC))["Activities"] == "1"
    assert dict(filters.totals(listed, fmt.METRIC))["Distance"] == fmt.distance(metres, fmt.METRIC)
    assert len(training.history(user)) == 1
    ever = RIGHT.date() - timedelta(60_000), RIGHT.date() + timedelta(60_000)
    assert len(health.loads(user, *ever)) == 1
    assert training.first_day(user) == RIGHT.date()
    days = totals.by_day(user, RIGHT.date() - timedelta(60_000), RIGHT.date() + timedelta(60_000))
    assert days["activity_count"].sum() == 1
    assert store.read("SELECT DISTINCT activity_id FROM personal_records")["activity_id"].nunique() == 1
    lines = "SELECT 1 FROM activity_lines l JOIN activities a ON a.id = l.activity_id WHERE a.date_doubted"
    assert store.read(lines).empty
    assert activity_list.of_days(user, RIGHT.date(), RIGHT.date())["counts"].tolist() == [True]
    for wrong in UNSET:
        assert activity_list.of_days(user, wrong.date(), wrong.date()).empty
    assert gear.totals(user).empty
    assert goals.progress(user, RIGHT.date()).empty
    assert highlights.to_do(user)["dates"] == 3


def test_the_list_has_them_under_a_heading_of_their_own(user: int, runs: list[int]) -> None:
    listed = filters.prepared(activity_list.figures(user))
    groups = rows.groups(listed, listed, {}, fmt.METRIC, rows.LATEST, {})
    assert [g.title for g in groups] == ["Date unknown", "May 2024", "Date unknown"]
    assert groups[0].totals == "3 activities that do not count in totals"
    assert groups[0].things[0].cells[0] == "Date unknown"
    assert filters.places(listed)[-1] == "undated"
    assert len(filters.found(listed, filters.Filters(places=("undated",)))) == 3


def test_all_that_their_files_tell_is_set_with_one_click(user: int, runs: list[int], open_page) -> None:
    app = open_page(user, "activities")
    shown = everything(app)
    assert "3 activities have dates that cannot be right" in shown
    assert "Set the 2 dates from their files" in {b.label for b in app.button}
    press(app, "set_dates")
    clean.clean(user)
    left = activity_list.doubted(user)
    assert left["name"].tolist() == ["No idea"]
    days = store.read("SELECT day::text AS day, activity_count FROM day_totals ORDER BY day")
    assert days["day"].str[:10].tolist() == ["2024-05-01", "2024-05-03", "2024-05-04"]
    assert "One activity has a date that cannot be right" in everything(app)
    assert "set_dates" not in {b.key for b in app.button}


def test_setting_all_dates_is_undone_with_one_click(user: int, runs: list[int], open_page) -> None:
    before = activity_list.doubted(user)
    app = open_page(user, "activities")
    press(app, "set_dates")
    offered = app.session_state["undo_offered"]
    assert offered["sentence"] == "2 dates are set."
    asked: list[int] = []
    _wrong_dates.done_by_worker, kept = (lambda verb, *ids: asked.extend(ids)), _wrong_dates.done_by_worker
    try:
        undo.ACTIONS[offered["name"]](user, **offered["arguments"])
    finally:
        _wrong_dates.done_by_worker = kept
    for activity in asked:
        judgement.judge(user, activity)
    clean.clean(user)
    assert activity_list.doubted(user).to_dict() == before.to_dict()
    assert store.read("SELECT 1 FROM activity_edits").empty
    assert store.read("SELECT day::text AS day FROM day_totals")["day"].str[:10].tolist() == ["2024-05-01"]


def test_dates_that_were_set_by_hand_come_back(user: int, runs: list[int]) -> None:
    """Also for an activity that has been merged into another one since."""
    unset = activity_list.doubted(user)["id"].tolist()
    judgement.set_start(user, unset[0], datetime(2023, 1, 1, tzinfo=UTC))
    before = judgement.set_starts(user, dict.fromkeys(unset, datetime(2024, 6, 1, tzinfo=UTC)))
    assert [before[one] for one in unset] == ["2023-01-01T00:00:00+00:00", "", ""]
    judgement.set_starts(user, before)
    edits = store.read("SELECT activity_id, value FROM activity_edits")
    assert edits.to_numpy().tolist() == [[unset[0], "2023-01-01T00:00:00+00:00"]]


def test_a_date_is_taken_back_of_what_became_part_of_another(user: int) -> None:
    brought_in(user, run(RIGHT, "Right"), run(UNSET[0], "Run of 2024-05-01"))
    right, unset = store.read("SELECT id FROM activities ORDER BY start_time DESC")["id"].tolist()
    before = judgement.set_starts(user, {unset: RIGHT + timedelta(seconds=1)})
    judgement.judge(user, unset)
    assert store.read("SELECT id FROM activities")["id"].tolist() == [right]
    judgement.set_starts(user, before)
    assert judgement.activities_of(user, [unset]) == [right]
    judgement.judge(user, right)
    assert sorted(store.read("SELECT id FROM activities")["id"]) == sorted([right, unset])
    assert activity_list.doubted(user)["id"].tolist() == [unset]


def test_the_dashboard_says_so(user: int, runs: list[int], open_page) -> None:
    assert "3 activities have dates that cannot be right" in everything(open_page(user, "dashboard"))


def test_who_has_none_sees_nothing_of_it(user: int, open_page) -> None:
    brought_in(user, run(RIGHT, "Right"))
    app = open_page(user, "activities")
    assert "cannot be right" not in everything(app)
    assert "undated" not in filters.places(filters.prepared(activity_list.figures(user)))


@pytest.mark.parametrize(
    ("told", "count", "text"),
    [
        (1, 1, "Set the date from the file"), (3, 3, "Set all 3 to the dates from their files"),
        (1, 3, "Set the one date from its file"), (2, 3, "Set the 2 dates from their files"),
    ],
)  # fmt: skip
def test_what_the_button_says(told: int, count: int, text: str) -> None:
    assert wrong_dates.button(told, count) == text
