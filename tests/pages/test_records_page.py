"""The Records page: decisions, filters, and that it is one's own; records on the activity's page."""

import pytest

from milevault_core import derive, store
from milevault_core.store import save
from tests.pages.runs import run, save_runs
from tests.pages.test_pages import CANARY, everything


def texts(app) -> str:
    return "\n".join(m.value.replace("\\", "").replace("\u2060", "") for m in app.markdown)


def best_400(app) -> str:
    table = app.dataframe[0].value
    return table.loc[table["Record"] == "400 m", "Best"].iloc[0]


@pytest.fixture
def runs(user: int) -> dict[str, int]:
    return save_runs(user)


def test_an_effort_that_waits_is_kept_taken_back_and_rejected(user: int, runs, open_page) -> None:
    app = open_page(user, "records")
    assert not app.exception, app.exception
    assert "A 400 m in 51.8 s is 21 % faster than your next: keep it?" in texts(app)
    before = best_400(app)
    assert "51.8 s?" in set(app.dataframe[0].value["Waiting"])
    name = f"{runs['fast']}-best_time-400"

    app = app.button(key=f"keep-{name}").click().run()
    assert "keep it?" not in texts(app)
    assert best_400(app) == "51.8 s" != before
    assert "Kept: 400 m in 51.8 s" in texts(app)

    app = app.button(key=f"undo-{name}").click().run()
    assert "keep it?" in texts(app)
    assert best_400(app) == before

    app = app.button(key=f"reject-{name}").click().run()
    assert "keep it?" not in texts(app)
    assert best_400(app) == before
    with store.session() as session:  # whatever is computed again, it stays so
        save.save_activity(session, user, run(20, 0.8))
    derive.clean(user)
    app = open_page(user, "records")
    assert best_400(app) == before
    assert "Not a record: 400 m in 51.8 s" in texts(app)


def test_what_nobody_can_have_done_is_left_out_and_can_be_counted_anyway(user, runs, open_page) -> None:
    app = open_page(user, "records")
    assert "Nothing of this activity counts." in texts(app)
    before = best_400(app)
    app = app.button(key=f"anyway-{runs['impossible']}-impossible").click().run()
    assert not app.exception, app.exception
    assert "Nothing of this activity counts." not in texts(app)
    assert "Counted anyway" in texts(app)
    assert best_400(app) == "42.9 s" != before
    app = app.button(key=f"undo-{runs['impossible']}-*-0").click().run()
    assert best_400(app) == before


def test_filters(user: int, runs, open_page) -> None:
    with store.session() as session:
        inside = run(30, 0.9)
        inside.is_indoor = True
        save.save_activity(session, user, inside)
    derive.clean(user)
    app = open_page(user, "records")
    outside = best_400(app)
    app = app.button_group(key="place").set_value("indoor").run()
    assert not app.exception, app.exception
    assert best_400(app) != outside
    app = app.selectbox(key="sport").set_value("all").run()
    assert not app.exception, app.exception
    app = app.selectbox(key="sport").set_value("running").run()
    for kind in app.radio(key="kind").options:
        app = app.radio(key="kind").set_value(kind_of(kind)).run()
        assert not app.exception, (kind, app.exception)
        assert app.dataframe, kind
    app = app.selectbox(key="year").set_value(2026).run()
    assert not app.exception, app.exception
    assert "To your best" in app.dataframe[0].value.columns


def kind_of(title: str) -> str:
    from milevault_core.view.record_words import SECTIONS

    return next((name for name, (label, _) in SECTIONS.items() if label == title), "everything")


def test_another_users_records_are_never_shown(user: int, other_user: int, open_page) -> None:
    with store.session() as session:
        for day in range(11):
            save.save_activity(session, other_user, run(day, name=CANARY))
        save.save_activity(session, other_user, run(12, 1.0, name=CANARY))
        save.save_activity(session, other_user, run(13, 2.1, name=CANARY))
        save.save_activity(session, user, run(1))
    derive.clean(other_user)
    derive.clean(user)
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
    assert "stand" in texts(app)
    selected = [c.value for c in app.caption if c.value.startswith("Selected")]
    assert selected
    assert "0.40 km" in selected[0].replace("\\", "")


@pytest.mark.parametrize("window", [("x", "y"), ("5", "5"), ("-1", "9"), ("9e9", "1"), ("0", "99999")])
def test_a_window_that_is_none_does_no_harm(user: int, runs, open_page, window) -> None:
    begin, end = window
    app = open_page(user, "activity", id=str(runs["fast"]), **{"from": begin, "to": end})
    assert not app.exception, app.exception
