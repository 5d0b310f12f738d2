"""The records on an activity's page while they are being recomputed."""

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from milevault_core import store
from milevault_core.actions import edits
from milevault_core.derive import clean
from milevault_core.store.queries import activities
from milevault_core.store.set_aside import put
from tests.pages.runs import save_runs

PENDING = "Records and training figures are still being worked out."


def said(app: AppTest) -> str:
    assert not app.exception, app.exception
    return "\n".join(one.value for one in (*app.caption, *app.markdown))


@pytest.fixture
def activity(user: int) -> int:
    return save_runs(user)["fast"]


def test_a_changed_activity_shows_no_records_of_before(user: int, activity: int, open_page) -> None:
    clean.clean(user)
    before = open_page(user, "activity", id=str(activity))
    assert before.button_group(key="record_here").options
    assert PENDING not in said(before)
    assert "set here" in said(before)
    edits.edit_words(user, [activity], {"sport": "hiking"})
    assert activities.is_pending(user, activity)
    changed = open_page(user, "activity", id=str(activity))
    assert PENDING in said(changed)
    assert "set here" not in said(changed)
    clean.clean(user)
    assert PENDING not in said(changed.run())


def test_what_failed_is_not_waited_for(user: int, activity: int) -> None:
    clean.clean(user)
    with store.session() as session:
        session.execute(
            text("INSERT INTO dirty_steps (user_id, step, activity_id) VALUES (:u, 'personal_records', :a)"),
            {"u": user, "a": activity},
        )
    assert activities.is_pending(user, activity)
    with store.session() as session:
        put(session, user, "athlete", "personal_records", "", 0.0)
    assert not activities.is_pending(user, activity)
