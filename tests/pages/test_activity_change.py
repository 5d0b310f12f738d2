"""Changing an activity's track on its page: the forms are only built when their section is opened, and do what they
say.
"""

from milevault_core import store
from milevault_core.derive import clean as derive
from milevault_core.store.queries import activities
from tests.builders.runs import add
from tests.pages.shown import all_html, say


def test_the_track_is_changed_where_the_section_was_opened(user: int, open_page) -> None:
    activity = add(user, "loop", 0)
    derive.clean(user)
    before = activities.track(user, activity)["altitude"].max()
    app = open_page(user, "activity", id=str(activity))
    assert not app.exception, app.exception
    assert "Change the track" in [one.label for one in app.expander]
    assert "Apply" not in [button.label for button in app.button]
    app.session_state[f"change-track-{activity}"] = True  # as a click on its heading does
    app.run()
    next(field for field in app.number_input if field.label == "Multiply by").set_value(2.0)
    next(button for button in app.button if button.label == "Apply").click().run()
    assert not app.exception, app.exception
    assert list(store.read("SELECT field FROM activity_edits WHERE activity_id = $1", (activity,))["field"])
    assert activities.track(user, activity)["altitude"].max() > 1.9 * before
    assert any((button.key or "").startswith("revoke-") for button in app.button), (
        "what was changed is listed"
    )


def test_what_a_person_says_of_an_activity_is_saved_shown_and_taken_back(user: int, open_page) -> None:
    activity = add(user, "loop", 0)
    derive.clean(user)
    columns = ("name", "sport", "gear", "tags", "is_race", "is_commute", "is_left_out", "rpe", "description",
               "private_note")  # fmt: skip
    before = {name: activities.one(user, activity)[name] for name in columns}
    app = open_page(user, "activity", id=str(activity))
    app.button(key="edit_words").click().run()
    assert not app.exception, app.exception
    fields = {"Name": "Round the lake", "Notes": "Wet leaves", "Private note": "Sore knee"}
    for label, words in fields.items():
        next(one for one in (*app.text_input, *app.text_area) if one.label == label).set_value(words)
    next(one for one in app.selectbox if one.label == "Sport").set_value("hiking")
    for label in ("Race", "Commute", "Leave out of totals and records"):
        next(one for one in app.checkbox if one.label == label).set_value(True)
    next(one for one in app.select_slider if one.label == "How hard it felt").set_value("7")
    app.button(key="edit_words").click()  # the dialog only stays open if each run opens it
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception, app.exception
    now = activities.one(user, activity)
    assert {name: now[name] for name in columns} == before | {
        "name": "Round the lake", "sport": "hiking", "is_race": True, "is_commute": True, "is_left_out": True,
        "rpe": 7.0, "description": "Wet leaves", "private_note": "Sore knee",
    }  # fmt: skip
    assert "Round the lake" in [one.value for one in app.title] or "Round the lake" in all_html(app)
    assert all(word in all_html(app) for word in ("Race", "Commute", "Left out of totals", "Effort 7 of 10"))
    say(app, "undo_notice", "undo")
    assert not app.exception, app.exception
    now = activities.one(user, activity)
    assert {name: now[name] for name in columns} == before
