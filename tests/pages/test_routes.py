"""The route pages: found routes are listed, opened, compared and changed; nothing from other users."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.derive import clean as derive
from milevault_core.store.queries import routes as queries
from tests.builders.runs import add, clean
from tests.pages.shown import rows, shown_html
from tests.pages.test_pages import everything


def make_runs(user: int) -> list[int]:
    made = [
        add(user, way, day) for day, way in enumerate(("loop", "loop", "loop", "elsewhere", "back", "back"))
    ]
    clean(user)
    return made


@pytest.fixture
def runs(user: int, filled_once: Callable[..., Any]) -> list[int]:
    return filled_once(make_runs, user)


def texts(app) -> str:
    return "\n".join(m.value for m in [*app.markdown, *app.caption])


def test_the_list_shows_routes_with_their_maps(user: int, runs, open_page) -> None:
    app = open_page(user, "routes")
    assert not app.exception, app.exception
    listed = rows(app)
    assert sorted(row["Times"] for row in listed) == ["2", "4"]
    assert all(row["name"].startswith("Loop of 2.4 km, Tegel, ") for row in listed)
    assert all(row["href"].startswith("/route?id=") for row in listed)
    assert shown_html(app)["list"].count("<path d=") == 2


@pytest.mark.parametrize("ascent_m", [None, 40.0, 1240.0])
def test_the_list_opens_whatever_the_climb(user: int, runs, open_page, ascent_m) -> None:
    with store.session() as session:
        session.execute(text("UPDATE activities SET ascent_m = :m"), {"m": ascent_m})
    app = open_page(user, "routes")
    assert not app.exception, app.exception
    assert len(rows(app)) == 2


def test_a_filter_in_the_address_is_heard(user: int, runs, open_page) -> None:
    app = open_page(user, "routes", times="3")
    assert [row["Times"] for row in rows(app)] == ["4"]


def test_a_route_shows_every_time_the_trend_and_where_the_time_went(user: int, runs, open_page) -> None:
    for activity in (runs[0], runs[2]):  # the id of any activity on the route finds it
        app = open_page(user, "route", id=str(activity))
        assert not app.exception, app.exception
        assert app.title[0].value.startswith(r"Loop of 2\.4 km\, Tegel\, ")
        assert len(rows(app, "attempts")) == 4
        shown = everything(app)
        assert shown.count("vega_lite_chart") >= 3
        assert "deck_gl_json_chart" in shown
        assert "than your" in texts(app).replace("\\", "")
        assert "The other way round" in shown


def test_the_activitys_page_says_how_it_stands(user: int, runs, open_page) -> None:
    best = queries.attempts(user, runs[0]).sort_values("time_s")["id"].iloc[0]
    shown = everything(open_page(user, "activity", id=str(best)))
    assert "1st of 4 on Loop of 2.4 km, Tegel, " in shown
    lonely = add(user, "trail", 9)
    derive.clean(user)
    assert "1st of" not in everything(open_page(user, "activity", id=str(lonely)))


def test_a_route_is_renamed_favoured_and_archived(user: int, runs, open_page) -> None:
    app = open_page(user, "route", id=str(runs[0]))
    app.button(key="favourite").click().run()
    app.text_input[0].set_value("Round the *lake*")
    next(b for b in app.button if b.label == "Save the name").click().run()
    assert not app.exception, app.exception
    assert app.title[0].value == r"Round the \*lake\*"
    derive.clean(user, "routes")
    app_of_all = open_page(user, "routes")
    assert "Round the *lake*" in [row["name"] for row in rows(app_of_all)]
    assert 'aria-label="Favourite"' in shown_html(app_of_all)["list"]
    app.button(key="archive_route").click().run()
    derive.clean(user, "routes")
    assert len(rows(open_page(user, "routes"))) == 1


def test_an_activity_is_taken_out_and_back_and_routes_are_merged(user: int, runs, open_page) -> None:
    app = open_page(user, "route", id=str(runs[0]))
    route = int(queries.one(user, runs[0])["id"])
    select = next(s for s in app.selectbox if s.label.startswith("An activity"))
    out = next(i for i in runs[:4] if i != route)
    select.set_value(out)
    next(b for b in app.button if b.label == "Remove from this route").click().run()
    assert not app.exception, app.exception
    derive.clean(user, "routes")
    assert out not in queries.attempts(user, route)["id"].tolist()
    app = open_page(user, "route", id=str(route))
    app.button(key=f"back-out-{out}").click().run()
    derive.clean(user, "routes")
    assert out in queries.attempts(user, route)["id"].tolist()
    app = open_page(user, "route", id=str(route))
    other = next(s for s in app.selectbox if s.label.startswith("Another route"))
    assert not other.proto.HasField("default"), "nothing is merged by mistake"
    other.set_value(next(int(i) for i in queries.listed(user)["id"] if int(i) != route))
    next(b for b in app.button if b.label == "Merge it into this route").click().run()
    derive.clean(user, "routes")
    assert set(queries.attempts(user, route)["id"]) == set(runs)
    app = open_page(user, "route", id=str(route))
    assert not app.exception, app.exception
    next(b for b in app.button if (b.key or "").startswith("back-merged")).click().run()
    derive.clean(user, "routes")
    assert len(queries.attempts(user, route)) == 4


def test_an_activity_is_put_into_a_route_by_its_day(user: int, runs, open_page) -> None:
    stray = add(user, "trail", 6)
    clean(user)
    app = open_page(user, "route", id=str(runs[0]))
    route = int(queries.one(user, runs[0])["id"])
    app.date_input(key="put-in-day").set_value(date(2024, 3, 7)).run()
    app.button(key=f"put-in-{stray}").click().run()
    assert not app.exception, app.exception
    derive.clean(user, "routes")
    row = queries.attempts(user, route).set_index("id").loc[stray]
    assert row["forced"]
    assert (
        rows(open_page(user, "route", id=str(route)), "attempts")[0]["under"]
        == "a different path, added by you"
    )


def test_anothers_route_and_one_that_is_not_look_the_same(
    user: int, other_user: int, runs, open_page
) -> None:
    foreign, missing = (everything(open_page(other_user, "route", id=i)) for i in (str(runs[0]), "999999"))
    assert foreign == missing
    assert "Tegel" not in everything(open_page(other_user, "routes"))
    assert len(store.read("SELECT 1 FROM named_routes WHERE user_id = $1", (user,))) == 2


def test_a_page_opened_while_routes_are_made_anew_shows_no_error(user: int, runs, open_page) -> None:
    """Derive removes the parts of a route in steps, and a page may be opened in between."""
    route = str(queries.one(user, runs[0])["id"])
    for taken in (
        "DELETE FROM activity_lines",
        "UPDATE route_members SET profile = NULL WHERE activity_id % 2 = 0",
        "UPDATE route_members SET route_s = NULL",
        "DELETE FROM route_members",
        "DELETE FROM named_routes",
    ):
        with store.session() as session:
            session.execute(text(taken))
        for page in ("route", "activity"):
            app = open_page(user, page, id=route)
            assert not app.exception, (taken, page, app.exception)
            assert all(chart.proto.json for chart in app.get("deck_gl_json_chart"))
    assert "There is no such route" in texts(open_page(user, "route", id=route))


def test_a_route_that_its_list_of_names_lacks_is_named_all_the_same(
    user: int, runs, open_page, monkeypatch
) -> None:
    names = queries.names
    monkeypatch.setattr(queries, "names", lambda user_id: names(user_id).head(0))
    app = open_page(user, "route", id=str(runs[0]))
    assert not app.exception, app.exception
    assert app.title[0].value.startswith("Loop of 2")
    app = open_page(user, "activity", id=str(runs[0]))
    assert not app.exception, app.exception


def test_what_is_compared_stands_in_the_address(user: int, runs, open_page) -> None:
    app = open_page(user, "route", id=str(runs[0]))
    options = app.selectbox(key="mine").options
    assert (app.selectbox(key="mine").index, app.selectbox(key="against").index) == (0, 0)
    again = open_page(user, "route", id=str(runs[0]), mine=options[1], against=options[2])
    assert not again.exception, again.exception
    assert again.selectbox(key="mine").index == 1
    assert again.selectbox(key="against").value == str(again.selectbox(key="against").value)
    assert options[2] in again.selectbox(key="against").options[again.selectbox(key="against").index]
