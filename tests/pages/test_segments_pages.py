"""The segment pages: segments are created from a stretch, listed, opened, compared and changed; nothing from other
users.
"""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.store.queries import segments as queries
from milevault_core.store.segments import rows as segments
from pages.parts.columns import key_of
from tests.pages.shown import all_html, rows, shown_html
from tests.segments.test_stored import THROUGH, TO_AND_FRO, add, block


def make_three(user: int) -> tuple[int, list[int]]:
    """(segment id, ids of the activities that pass it): four efforts, one with power."""
    ids = [add(user, 0, (0, 100), (500, 900)), add(user, 1, *TO_AND_FRO, power=200.0), add(user, 2, *THROUGH)]
    segment = block(user)
    clean.clean(user)
    return segment, ids


@pytest.fixture
def three(user: int, filled_once: Callable[..., Any]) -> tuple[int, list[int]]:
    return filled_once(make_three, user)


def said(app) -> str:
    return "\n".join(m.value for m in [*app.markdown, *app.caption]).replace("\\", "")


def test_nothing_yet(user: int, open_page) -> None:
    app = open_page(user, "segments")
    assert not app.exception, app.exception
    assert "No segments yet" in said(app)


def test_a_segment_that_is_still_looked_for_does_not_say_that_nobody_passed(user: int, open_page) -> None:
    segment = str(block(user))
    waits = said(open_page(user, "segment", id=segment))
    assert "Looking for every time" in waits
    assert "No activity has passed here" not in waits
    clean.clean(user)
    assert "No activity has passed here yet" in said(open_page(user, "segment", id=segment))


def test_the_list_and_its_filters(user: int, three, open_page) -> None:
    app = open_page(user, "segments")
    assert not app.exception, app.exception
    (row,) = rows(app)
    assert (row["name"], row["under"], row["Efforts"], row["Best"]) == ("Block", "Running", "4", "5:00")
    assert (row["Length"], row["Grade"]) == ("0.60 km", "5.0%")
    assert row["href"] == f"/segment?id={three[0]}"
    assert rows(open_page(user, "segments", least_efforts="4")) == [row]
    assert "No segment matches" in said(open_page(user, "segments", q="hill"))


def test_one_segment_with_its_efforts_and_a_comparison(user: int, three, open_page) -> None:
    segment, ids = three
    app = open_page(user, "segment", id=str(segment))
    assert not app.exception, app.exception
    assert app.title[0].value == "Block"
    listed = rows(app, "efforts")
    assert [r["Time"] for r in listed] == ["5:00", "5:00", "5:00", "6:15"]
    assert listed[3]["Rank"] == "4"
    assert listed[0]["href"].startswith(f"/activity?id={ids[2]}&from=50.")
    assert "than your" in said(app) or "As fast as" in said(app)
    by_time = rows(open_page(user, "segment", id=str(segment), sort="time", order="desc"), "efforts")
    assert by_time[0]["Time"] == "6:15"
    assert "There is no such segment" in said(open_page(user, "segment", id="999"))


def test_an_activitys_page_shows_its_efforts_and_climbs(user: int, three, open_page) -> None:
    _, ids = three
    app = open_page(user, "activity", id=str(ids[0]))
    assert not app.exception, app.exception
    (row,) = rows(app, "segments")
    assert (row["name"], row["Time"], row["Rank"], row["To the best"]) == ("Block", "6:15", "4 of 4", "+1:15")
    assert "Block: 6:15" in "".join(str(c.proto) for c in app.get("deck_gl_json_chart"))
    kinds = [c.options for c in app.get("button_group") if "Best efforts" in c.options]
    assert "Climbs" in kinds[0]


def test_a_segment_is_renamed_turned_round_and_deleted(user: int, three, open_page) -> None:
    segment, _ = three
    app = open_page(user, "segment", id=str(segment))
    app.text_input(key="segment_name").set_value("Hill")
    next(b for b in app.button if b.label == "Save").click().run()
    assert app.title[0].value == "Hill"
    app.button(key="turn_round").click().run()
    names = store.read("SELECT name FROM route_segments WHERE user_id = $1 ORDER BY id", (user,))["name"]
    assert names.tolist() == ["Hill", "Hill, back"]
    clean.clean(user)
    app = open_page(user, "segment", id=str(segment))
    app.button(key="delete_segment").click().run()
    assert len(store.read("SELECT 1 FROM route_segments WHERE id = $1", (segment,))) == 0


def test_another_persons_segment_is_none(user: int, other_user: int, three, open_page) -> None:
    assert "There is no such segment" in said(open_page(other_user, "segment", id=str(three[0])))
    assert "Block" not in all_html(open_page(other_user, "segments"))
    with store.session() as session:
        assert segments.delete(session, other_user, [three[0]]) == 0


def test_the_best_is_among_the_records_by_its_name(user: int, three, open_page) -> None:
    app = open_page(user, "records")
    app.radio(key="kind").set_value("segments").run()
    assert not app.exception, app.exception
    (row,) = rows(app, "table-segments")
    assert (row["name"], row["Best"]) == ("Block", "5:00")
    assert "Save as segment" not in shown_html(app)["table-segments"]  # it already is a segment


def test_a_best_effort_becomes_a_segment(user: int, three, open_page) -> None:
    """The link beside it on the Records page opens the form on the activity's page."""
    app = open_page(user, "records")
    times = shown_html(app)["table-times"]
    links = [
        a.get("href", "") for a in ElementTree.fromstring(f"<x>{times}</x>").iterfind(".//a[@class='action']")
    ]
    assert links
    wanted = dict(parse_qsl(links[0].partition("?")[2]))
    assert wanted["save"] == "segment"
    app = open_page(user, "activity", **wanted)
    assert not app.exception, app.exception
    assert app.text_input(key="segment_name").value == ""  # the rest is in tests/browser


def form(user: int, activity_id: int, open_page, span: tuple[int, int] = (0, 401), **more: str):
    """The form for a stretch of an activity, opened by a link."""
    begin, end = span
    app = open_page(
        user, "activity", id=str(activity_id), save="segment", **{"from": str(begin), "to": str(end)}, **more
    )
    assert not app.exception, app.exception
    return app


def save(app) -> None:
    app.button(key="save_segment").click()  # the whole page runs, which would close the dialog
    next(b for b in app.button if b.label == "Save" and b.proto.form_id == "segment").click().run()


def dialog(app) -> str:
    """The HTML of the open dialog."""
    found: list[str] = []

    def walk(node) -> None:
        proto = getattr(node, "proto", None)
        if getattr(proto, "component_name", "") == "milevault_block":
            found.append(json.loads(proto.json)["html"])
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app._tree[2])
    return "\n".join(found)


def stored(user: int):
    return store.read(
        "SELECT id, name, sport_group, origin, length_m, gain_m FROM route_segments WHERE user_id = $1 ORDER BY id",
        (user,),
    )


def test_the_form_names_sport_and_direction(user: int, three, open_page) -> None:
    _, ids = three
    app = form(user, ids[2], open_page)
    app.text_input(key="segment_name").set_value("Home")
    app.selectbox(key="segment_sport").set_value("walk")
    app.radio(key="segment_way").set_value("back")
    save(app)
    made = stored(user).iloc[-1]
    assert (made["name"], made["sport_group"]) == ("Home", "walk")
    assert made["gain_m"] < -10  # downhill in reverse
    assert made["origin"] == "effort"  # as the Records page requests it


def test_a_duplicate_is_pointed_out_whatever_sport_is_chosen(user: int, three, open_page) -> None:
    """There is a cycling segment on the same street; the form opened from a run offers running first."""
    segment, ids = three
    with store.session() as session:
        segments.set_sport(session, user, segment, "ride")
    clean.clean(user)
    app = form(user, ids[2], open_page, span=(50, 351))
    assert "You already have this segment: " in dialog(app)
    assert "Block</a>, cycling" in dialog(app)
    app = form(user, ids[2], open_page, span=(100, 200))
    assert "already" not in dialog(app)


def test_what_the_device_timed_becomes_a_segment(user: int, three, open_page) -> None:
    """A segment_lap and a climb_pro, each with a button that fills in the form and keeps the segment's origin."""
    _, ids = three
    timed = [
        {"kind": kind, "name": name, "key": name or "climb", "start_time": begin, "end_time": end}
        for kind, name, begin, end in (
            ("segment", "Mill Lane", "2026-06-03T12:01:00", "2026-06-03T12:04:00"),
            ("climb", "", "2026-06-03T12:02:00", "2026-06-03T12:05:00"),
        )
    ]
    with store.session() as session:
        store.raw(session).execute(
            "UPDATE activities SET details = details || jsonb_build_object('stretches', %s::jsonb) WHERE id = %s",
            (json.dumps(timed), ids[2]),
        )
    app = open_page(user, "activity", id=str(ids[2]))
    assert not app.exception, app.exception
    assert "Mill Lane, 3:00" in said(app)
    assert "Climb, 3:00" in said(app)
    app.button(key="told-0").click().run()
    assert app.text_input(key="segment_name").value == "Mill Lane"
    app.button(key="told-0").click()
    next(b for b in app.button if b.label == "Save" and b.proto.form_id == "segment").click().run()
    made = stored(user).iloc[-1]
    assert (made["name"], made["origin"]) == ("Mill Lane", "device")
    assert made["length_m"] == pytest.approx(360, abs=3)


def test_the_segments_page_takes_a_file(user: int, open_page) -> None:
    app = open_page(user, "segments")
    app.button(key="from_file").click().run()
    assert not app.exception, app.exception
    assert app.file_uploader(key="segment_file").label.startswith("A GPX")


def test_the_ends_of_a_duplicate_are_moved_instead(user: int, three, open_page) -> None:
    """For nearly the same stretch the form offers this; afterwards there is still one segment, with the new ends."""
    segment, ids = three
    app = form(user, ids[2], open_page, span=(60, 351))
    app.button(key="save_segment").click()  # for the same reason as in save()
    app.button(key=f"redraw-{segment}").click().run()
    assert not app.exception, app.exception
    (only,) = stored(user).to_dict("records")
    assert (only["id"], only["name"]) == (segment, "Block")
    assert only["length_m"] == pytest.approx(582, abs=1)
    assert queries.waiting(user) == [segment]
    clean.clean(user)
    listed = rows(open_page(user, "segment", id=str(segment)), "efforts")
    assert [r["Time"] for r in listed][:3] == ["4:51", "4:51", "4:51"]


def test_it_is_looked_for_again(user: int, three, open_page) -> None:
    """From the segment's page, and for many at once from the list."""
    segment, _ = three
    assert queries.waiting(user) == []
    open_page(user, "segment", id=str(segment)).button(key="look_again").click().run()
    assert queries.waiting(user) == [segment]
    clean.clean(user)
    app = open_page(user, "segments", many="true")
    selected = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.session_state[key_of("many_rows", [segment])] = selected
    app.run()
    app.button(key="many_again").click().run()
    assert not app.exception, app.exception
    assert queries.waiting(user) == [segment]
    assert len(stored(user)) == 1
