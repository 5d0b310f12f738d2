"""The Records page: decisions, filters, and that users only see their own; records on the activity's page."""

from collections.abc import Callable
from typing import Any

import pytest

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.records.sections import sections
from milevault_core.store.activities import save
from milevault_core.view.records import charts
from tests.pages.runs import run, save_runs
from tests.pages.shown import all_html, rows, shown_html
from tests.pages.test_pages import CANARY, everything

QUESTION = "Did you really run 400 m in 51.8 s? Your best efforts are usually about 1:06."


def texts(app) -> str:
    return "\n".join(m.value.replace("\\", "").replace("\u2060", "") for m in app.markdown)


def best_400(app) -> str:
    return next(row["Best"] for row in rows(app, "table-times") if row["name"] == "400 m")


@pytest.fixture
def runs(user: int, filled_once: Callable[..., Any]) -> dict[str, int]:
    return filled_once(save_runs, user)


def test_an_effort_that_waits_is_kept_taken_back_and_rejected(user: int, runs, open_page) -> None:
    app = open_page(user, "records")
    assert not app.exception, app.exception
    assert texts(app).count(QUESTION) == 1
    before = best_400(app)
    assert "51.8 s?" in {row["Waiting"] for row in rows(app, "table-times")}
    name = f"{runs['fast']}-best_time-400"

    app = app.button(key=f"keep-{name}").click().run()
    assert QUESTION not in texts(app)
    assert best_400(app) == "51.8 s" != before
    assert "Kept: 400 m in 51.8 s" in texts(app)

    app = app.button(key=f"undo-{name}").click().run()
    assert QUESTION in texts(app)
    assert best_400(app) == before

    app = app.button(key=f"reject-{name}").click().run()
    assert QUESTION not in texts(app)
    assert best_400(app) == before
    with store.session() as session:  # it stays so after recomputation
        save.save_activity(session, user, run(20, 0.8))
    clean.clean(user)
    app = open_page(user, "records")
    assert best_400(app) == before
    assert "Not a record: 400 m in 51.8 s" in texts(app)
    found = store.read("SELECT t0_s, t1_s FROM record_decisions").iloc[0]
    rest = store.read(
        "SELECT t0_s, t1_s FROM activity_efforts WHERE activity_id = $1 AND kind = 'best_time'",
        (runs["fast"],),
    )
    assert not ((rest["t0_s"] < found["t1_s"]) & (rest["t1_s"] > found["t0_s"])).any(), (
        "the stretch is cut out"
    )


def test_what_nobody_can_have_done_is_left_out_and_can_be_counted_anyway(user, runs, open_page) -> None:
    app = open_page(user, "records")
    assert "None of this activity counts." in texts(app)
    before = best_400(app)
    app = app.button(key=f"anyway-{runs['impossible']}-impossible").click().run()
    assert not app.exception, app.exception
    assert "None of this activity counts." not in texts(app)
    assert "Counted anyway" in texts(app)
    assert best_400(app) == "42.9 s" != before
    app = app.button(key=f"undo-{runs['impossible']}-*-0").click().run()
    assert best_400(app) == before


def test_filters(user: int, runs, open_page) -> None:
    with store.session() as session:
        inside = run(30, 0.9)
        inside.is_indoor = True
        save.save_activity(session, user, inside)
    clean.clean(user)
    app = open_page(user, "records")
    outside = best_400(app)
    app = app.button_group(key="place").set_value("indoor").run()
    assert not app.exception, app.exception
    assert best_400(app) != outside
    app = app.selectbox(key="record_sport").set_value("all").run()
    assert not app.exception, app.exception
    app = app.selectbox(key="record_sport").set_value("running").run()
    assert not app.sidebar.radio, "a phone has the sidebar folded away"
    for kind in app.radio(key="kind").options:
        app = app.radio(key="kind").set_value(kind_of(kind)).run()
        assert not app.exception, (kind, app.exception)
        assert any(key.startswith("table-") for key in shown_html(app)), kind
    app = app.selectbox(key="year").set_value(2026).run()
    assert not app.exception, app.exception
    assert "To your best" in all_html(app)


def kind_of(title: str) -> str:
    return next((name for name, (label, _) in sections().items() if label == title), "everything")


def test_another_users_records_are_never_shown(user: int, other_user: int, open_page) -> None:
    with store.session() as session:
        for day in range(11):
            save.save_activity(session, other_user, run(day, name=CANARY))
        save.save_activity(session, other_user, run(12, 1.0, name=CANARY))
        save.save_activity(session, other_user, run(13, 2.1, name=CANARY))
        save.save_activity(session, user, run(1))
    clean.clean(other_user)
    clean.clean(user)
    assert CANARY not in everything(open_page(user, "records"))
    assert CANARY in everything(open_page(other_user, "records"))


def test_an_activity_announces_its_records_and_shows_their_stretch(user: int, runs, open_page) -> None:
    best = store.read(
        "SELECT activity_id, t0_s, t1_s FROM personal_records WHERE kind = 'best_time' AND is_current"
    )
    row = best.iloc[0]
    window = {"from": f"{row['t0_s']:.1f}", "to": f"{row['t1_s']:.1f}"}
    app = open_page(user, "activity", id=str(int(row["activity_id"])), **window)
    assert not app.exception, app.exception
    assert "set here" in texts(app)
    stretch = shown_html(app)["stretch_figures"]
    assert "0.40 km" in stretch


@pytest.mark.parametrize("window", [("x", "y"), ("5", "5"), ("-1", "9"), ("9e9", "1"), ("0", "99999")])
def test_a_window_that_is_none_does_no_harm(user: int, runs, open_page, window) -> None:
    begin, end = window
    app = open_page(user, "activity", id=str(runs["fast"]), **{"from": begin, "to": end})
    assert not app.exception, app.exception


def test_a_page_opened_in_between_shows_the_new_curve_afterwards(
    user: int, runs, open_page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is opened after a faster run was saved but before it is derived; what is cached then must not stay."""
    drawn: list[dict] = []
    curve = charts.curve
    monkeypatch.setattr(charts, "curve", lambda *rest: drawn.append(curve(*rest)) or drawn[-1])

    def opened() -> list[dict]:
        app = open_page(user, "records", record_sport="running")
        assert not app.exception, app.exception
        return list(drawn)

    before = opened()
    assert before
    assert opened() == before  # cached
    with store.session() as session:
        save.save_activity(session, user, run(20, 0.83))
    assert opened() == before
    clean.clean(user)
    assert [spec for spec in opened() if spec not in before]
