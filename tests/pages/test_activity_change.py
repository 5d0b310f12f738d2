"""Changing an activity's track on its page: the forms are made when their section is opened, and do what they say."""

from milevault_core import store
from milevault_core.derive import clean as derive
from milevault_core.store.queries import activities
from tests.builders.runs import add


def test_the_track_is_changed_where_the_section_was_opened(user: int, open_page) -> None:
    activity = add(user, "loop", 0)
    derive.clean(user)
    before = activities.track(user, activity)["altitude"].max()
    app = open_page(user, "activity", id=str(activity))
    assert not app.exception, app.exception
    assert "Change the track" in [one.label for one in app.expander]
    assert "Correct" not in [button.label for button in app.button]
    app.session_state[f"change-track-{activity}"] = True  # as a click on its head
    app.run()
    next(field for field in app.number_input if field.label == "Multiply by").set_value(2.0)
    next(button for button in app.button if button.label == "Correct").click().run()
    assert not app.exception, app.exception
    assert list(store.read("SELECT field FROM activity_edits WHERE activity_id = $1", (activity,))["field"])
    assert activities.track(user, activity)["altitude"].max() > 1.9 * before
    assert any((button.key or "").startswith("revoke-") for button in app.button), (
        "what was changed is listed"
    )
