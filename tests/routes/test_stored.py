"""Routes in the database: found, updated from the stored state, and the same whatever the order of arrival."""

import random

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.derive import clean as derive
from milevault_core.derive.steps import routes as steps_routes
from milevault_core.store import marks
from milevault_core.store.activities import save, trash
from milevault_core.store.activities.save import NotFound
from milevault_core.store.queries import routes as queries
from milevault_core.store.queries import search as search_queries
from milevault_core.store.routes import decisions
from milevault_core.store.routes import lines as route_lines
from milevault_core.view import format as fmt
from milevault_core.view import search
from milevault_core.view.routes import routes as view
from tests.builders.runs import add, clean


def names(user: int) -> dict[int, str]:
    """Names for the activities in these tests that do not depend on the order of arrival."""
    rows = store.read(
        "SELECT a.id, encode(o.sha256, 'hex') AS h FROM activities a JOIN activity_recordings r "
        "ON r.activity_id = a.id JOIN original_files o ON o.id = r.original_id WHERE a.user_id = $1",
        (user,),
    )
    return dict(zip(rows["id"], rows["h"], strict=True))


def picture(user: int) -> dict:
    """Everything stored about routes, with activities called by their fingerprints."""
    called = names(user)

    def rows(query: str) -> list[tuple]:
        with store.session() as session:
            return [tuple(row) for row in session.execute(text(query), {"u": user})]

    members = rows(
        "SELECT activity_id, route, kind, share, forced, leader, medoid, head, home, rest, profile, route_s "
        "FROM route_members WHERE user_id = :u"
    )
    return {
        "members": {called[m[0]]: (called[m[1]], *m[2:5], *map(called.get, m[5:10]), *m[10:]) for m in members},
        "routes": {called[r[0]]: r[1:] for r in rows(
            "SELECT id, shape, heading, place, length_m, outline FROM named_routes WHERE user_id = :u")},
        "links": {(called[r[0]], called[r[1]], *r[2:]) for r in rows(
            "SELECT route, other, kind, laps FROM route_links WHERE user_id = :u")},
    }  # fmt: skip


def routes_of(user: int) -> dict[int, int]:
    rows = store.read("SELECT activity_id, route FROM route_members WHERE user_id = $1", (user,))
    return dict(zip(rows["activity_id"], rows["route"], strict=True))


def test_a_way_gone_twice_becomes_a_route_with_a_name_a_link_and_profiles(user: int) -> None:
    first, second, third = (add(user, way, day) for day, way in enumerate(("loop", "elsewhere", "loop")))
    back, back_again, alone = add(user, "back", 3), add(user, "back", 4), add(user, "trail", 5)
    clean(user)
    routes = routes_of(user)
    assert len({routes[i] for i in (first, second, third)}) == 1
    assert routes[back] == routes[back_again] != routes[first]
    assert routes[alone] == alone
    named = store.read("SELECT * FROM named_routes WHERE user_id = $1", (user,)).set_index("id")
    assert set(named.index) == {routes[first], routes[back]}
    assert set(named["place"]) == {"Tegel"}
    assert set(named["shape"]) == {"loop"}
    link = store.read("SELECT kind FROM route_links WHERE user_id = $1", (user,))["kind"]
    assert list(link) in (["reversed"], ["rotated_reversed"])
    profiled = store.read("SELECT activity_id, route_s FROM route_members WHERE profile IS NOT NULL")
    assert set(profiled["activity_id"]) == {first, second, third, back, back_again}
    assert profiled["route_s"].between(400, 1_500).all()


@pytest.mark.parametrize("words", [{"is_indoor": True}, {"is_virtual": True}, {"sport": "motor_sports"}])
def test_what_follows_no_way_is_no_route(user: int, words: dict) -> None:
    for day in range(2):
        add(user, "loop", day, **words)
    clean(user)
    assert not routes_of(user)


def test_rides_and_runs_of_one_way_are_two_routes(user: int) -> None:
    runs = {add(user, "loop", day) for day in range(2)}
    rides = {add(user, "loop", day, sport="cycling") for day in range(2, 4)}
    clean(user)
    routes = routes_of(user)
    assert len({routes[i] for i in runs}) == len({routes[i] for i in rides}) == 1
    assert len(set(routes.values())) == 2
    with store.session() as session:  # one ride was really a run
        moved = min(rides)
        session.execute(text("UPDATE activities SET sport = 'running' WHERE id = :i"), {"i": moved})
        marks.mark_activity(session, user, moved)
    clean(user)
    assert routes_of(user)[moved] == routes_of(user)[min(runs)]
    with store.session() as session:  # then all are rides, including the head of the route
        session.execute(text("UPDATE activities SET sport = 'cycling' WHERE user_id = :u"), {"u": user})
        for activity in runs | rides:
            marks.mark_activity(session, user, activity)
    clean(user)
    assert len(set(routes_of(user).values())) == 1
    assert list(store.read("SELECT sport_group AS g FROM named_routes WHERE user_id = $1", (user,))["g"]) == [
        "ride"
    ]


PLAN = [("loop", 0.0), ("loop", 0.0), ("elsewhere", 1.0), ("loop", 2.0), ("back", 3.0), ("back", 3.0),
        ("trail", 4.0), ("next", 5.0), ("trail", 6.0), ("twice", 7.0), ("twice", 8.0), ("next", 9.0)]  # fmt: skip


def test_any_order_of_arrival_and_any_batches_give_the_same(user: int, other_user: int) -> None:
    """Two begin at the same moment: the fingerprint tells them apart, because ids depend on the order of arrival."""
    for number, (way, day) in enumerate(PLAN):
        add(user, way, day, number)
    clean(user)
    expected = picture(user)
    assert len(expected["routes"]) >= 4
    assert expected["links"]
    rng = random.Random(4)
    for _ in range(3):
        order = list(enumerate(PLAN))
        rng.shuffle(order)
        mine = {}
        for number, (way, day) in order:
            mine[number] = add(other_user, way, day, number)
            if rng.random() < 0.4:
                clean(other_user)
            # One goes and comes back, but none that began at the same moment as another: coming back would merge them.
            if rng.random() < 0.3 and day not in (0.0, 3.0):
                with store.session() as session:
                    save.delete_activity(session, other_user, mine[number])
                clean(other_user)
                with store.session() as session:
                    trash.restore(session, other_user, mine[number])
        clean(other_user)
        assert picture(other_user) == expected
        with store.session() as session:
            for activity in names(other_user):
                save.delete_activity(session, other_user, activity)
                trash.purge(session, other_user, activity)
        clean(other_user)
        assert not routes_of(other_user)


def test_decisions_outlive_recomputation_and_can_be_taken_back(user: int) -> None:
    loops = [add(user, "loop", day) for day in range(4)]
    trails = [add(user, "trail", day) for day in range(4, 6)]
    clean(user)
    found = routes_of(user)
    route, other = found[loops[0]], found[trails[0]]
    out = next(i for i in loops if i != route)
    stray = next(i for i in trails if i != other)

    def decide(function, *words) -> None:
        with store.session() as session:
            function(session, user, *words)
        derive.clean(user, "routes")

    def anew() -> dict[int, int]:
        before = routes_of(user)
        with store.session() as session:
            marks.mark_steps(session, user, 0, ("routes", "route_profiles"))
        derive.clean(user, "routes")
        assert routes_of(user) == before
        return before

    decide(decisions.keep_out_of_route, out, route)
    assert anew()[out] == out
    decide(decisions.put_into_route, stray, route)
    assert anew()[stray] == route
    decide(decisions.forget_decisions, out)
    assert anew()[out] == route
    decide(decisions.merge_routes, other, route)
    assert set(anew().values()) == {route}
    decide(decisions.merge_routes, route, other)  # in the other direction: no cycle
    assert set(anew().values()) == {other}
    decide(decisions.part_routes, other)
    decide(decisions.forget_decisions, stray)
    assert anew() == found
    decide(decisions.rename_route, route, "  Round the  lake ")
    assert anew() == found
    with store.session() as session:
        save.delete_activity(session, user, route)
    clean(user)
    rest = {i for i in loops if i != route}
    assert len({anew()[i] for i in rest}) == 1


def test_no_two_routes_share_a_name_through_rename_merge_and_undo(user: int) -> None:
    """In the list, on the page and in the search, in kilometres and in miles."""
    for day in range(2):
        for number, way in enumerate(("loop", "back", "trail", "next", "twice")):
            for later, sport in enumerate(
                ("running", "cycling", "hiking")
            ):  # no two at the same moment, or they would be merged
                add(user, way, 10 * later + day + number / 10, number, sport)
    clean(user)

    def called() -> dict[int, str]:
        every = queries.names(user)
        for units in (fmt.METRIC, fmt.IMPERIAL):
            named = view.names(every, units)
            assert len(set(named.values())) == len(every) == len(named), named
            found = search.things(search_queries.found(user, "tegel", 100), units, lambda: every)["route"]
            assert {thing.name for thing in found} == set(named.values())
        return named

    def decide(function, *words) -> dict[int, str]:
        with store.session() as session:
            function(session, user, *words)
        derive.clean(user, "routes")
        return called()

    first = called()
    assert len(first) >= 10
    every = queries.names(user)
    one, other, third, *_ = sorted(every.loc[every["sport_group"] == "run", "id"].tolist())
    named = decide(decisions.rename_route, one, first[other])  # the name of another route
    assert named[one] == first[other] != named[other]
    decide(decisions.rename_route, third, first[other])  # and a third one as well
    decide(decisions.rename_route, other, f"{first[other]} (2)")
    merged = decide(decisions.merge_routes, other, one)
    assert other not in merged
    assert set(decide(decisions.part_routes, one)) == set(first)
    for route in (one, other, third):
        again = decide(decisions.rename_route, route, "")
    assert again == first
    with store.session() as session:
        save.delete_activity(session, user, one)
    clean(user)
    called()
    with store.session() as session:
        trash.restore(session, user, one)
    clean(user)
    assert sorted(called().values()) == sorted(first.values())


def test_nobody_decides_about_anothers_routes(user: int, other_user: int) -> None:
    mine, theirs = add(user, "loop", 0), add(other_user, "loop", 0)
    for function, words in (
        (decisions.rename_route, (theirs, "Mine")),
        (decisions.flag_route, (theirs, "favourite", True)),
        (decisions.merge_routes, (theirs, mine)),
        (decisions.merge_routes, (mine, theirs)),
        (decisions.put_into_route, (mine, theirs)),
        (decisions.keep_out_of_route, (theirs, mine)),
    ):
        with pytest.raises(NotFound), store.session() as session:
            function(session, user, *words)
    assert store.read("SELECT count(*) AS n FROM route_overrides")["n"].iloc[0] == 0


def test_the_profiles_come_in_batches(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from milevault_core.derive.steps import route_profiles

    monkeypatch.setattr(route_profiles, "BATCH", 2)
    for day in range(5):
        add(user, "loop", day)
    clean(user)
    assert store.read("SELECT count(*) AS n FROM route_members WHERE profile IS NOT NULL")["n"].iloc[0] == 5


def test_an_attempt_whose_profile_fails_does_not_hold_up_the_others(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from milevault_core.derive.steps import route_profiles

    good, calls = route_profiles.profile.profile, []

    def fail_the_second_time(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise ZeroDivisionError
        return good(*arguments)

    monkeypatch.setattr(route_profiles.profile, "profile", fail_the_second_time)
    attempts = [add(user, "loop", day) for day in range(3)]
    clean(user)
    found = store.read("SELECT activity_id, profile IS NULL AS failed FROM route_members WHERE is_profiled")
    failed = set(found["activity_id"][found["failed"]])
    assert set(found["activity_id"]) == set(attempts)
    assert len(failed) == 1
    assert len(calls) == 3
    noted = store.read("SELECT id FROM activities WHERE problems::text LIKE '%not_computed%'")["id"]
    assert set(noted) == failed


@pytest.mark.parametrize("victims", [["loop"], ["head"], ["loop", "head", "trail"]])
def test_what_is_removed_while_the_routes_are_matched_is_skipped_and_looked_at_again(
    user: int, monkeypatch: pytest.MonkeyPatch, victims: list[str]
) -> None:
    ids = [add(user, "loop", day) for day in range(4)] + [add(user, "trail", day) for day in (5, 6)]
    clean(user)
    steps_routes._kept.clear()  # as in a worker that has just started
    held = {"loop": ids[1], "head": routes_of(user)[ids[0]], "trail": ids[4]}
    new = add(user, "loop", 8)
    derive.clean(user)
    gone = {held[name] for name in victims}
    real, todo = route_lines.lines, [held[name] for name in victims]

    def lines(session, user_id, activities):
        if todo:  # an undo in another worker deletes it at this moment
            with store.session() as other:
                save.delete_activity(other, user_id, todo.pop())
        return real(session, user_id, activities)

    monkeypatch.setattr(route_lines, "lines", lines)
    derive.clean(user, "routes")
    derive.clean(user)
    derive.clean(user, "routes")
    assert set(routes_of(user)) == {*ids, new} - gone
    assert not store.read("SELECT 1 FROM dirty_steps WHERE step = 'routes'").size
    stored = picture(user)
    with store.session() as session:
        marks.mark_steps(session, user, 0, ("routes", "route_profiles"))
    derive.clean(user, "routes")
    assert picture(user) == stored, "nothing is left of what has gone"


def test_what_has_gone_before_its_mark_is_taken_fails_nothing(user: int) -> None:
    """Marks are taken in parts: one activity is matched when the head of its group has just been deleted."""
    ids = [add(user, "loop", day) for day in range(4)]
    clean(user)
    steps_routes._kept.clear()
    head = routes_of(user)[ids[0]]
    with store.session() as session:
        save.delete_activity(session, user, head)
        session.execute(text("DELETE FROM dirty_steps"))
        marks.mark_steps(session, user, next(i for i in ids if i != head), ("routes",))
    assert derive.clean_step(user, derive.STEPS["routes"]) == 1
    assert set(routes_of(user)) == set(ids) - {head}
    assert not len(store.read("SELECT 1 FROM activities WHERE problems::text LIKE '%not_computed%'")), (
        "none set aside"
    )
