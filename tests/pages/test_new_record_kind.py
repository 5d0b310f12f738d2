"""A new record kind only needs a file: once registered, it is computed, stored and shown."""

import numpy as np
import pytest

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.records import KINDS, Effort, record
from milevault_core.store.activities import save
from tests.pages.runs import run
from tests.pages.shown import rows as rows_of
from tests.pages.shown import shown_html


@pytest.fixture
def most_work():
    @record("most_work", "Most work", "J", real_place=False, section="Work and heat")
    def compute(performance):
        """Joules of one activity."""
        yield Effort("most_work", 0.0, float(np.nansum(performance.track["power"].to_numpy())), 0.0, 1.0)

    yield
    del KINDS["most_work"]


@pytest.fixture
def of_no_section():
    @record("longest_nap", "Longest nap", "s", key_unit="m")
    def compute(performance):
        """Seconds asleep in the first 5 km."""
        yield Effort("longest_nap", 5_000.0, 125.0, 0.0, 1.0)

    yield
    del KINDS["longest_nap"]


def test_a_new_kind_is_on_the_records_page_and_on_the_activitys(
    user, most_work, of_no_section, open_page
) -> None:
    with store.session() as session:
        made = run(0)
        made.track["power"] = 250.0
        activity = save.save_activity(session, user, made)
    clean.clean(user)
    assert set(store.read("SELECT kind FROM personal_records")["kind"]) >= {"most_work", "longest_nap"}
    work = f"{250 * len(made.track):,} J".replace(",", "\u202f")

    app = open_page(user, "records").radio(key="kind").set_value("everything").run()
    assert not app.exception, app.exception
    heads = [s.value for s in app.subheader]
    assert [h for h in heads if h in ("Best times", "Streaks", "Work and heat", "Other")] == [
        "Best times", "Streaks", "Work and heat", "Other",
    ]  # fmt: skip
    tables = [key for key in shown_html(app) if key.startswith("table-")]
    rows = {row["name"]: row["Best"] for key in tables for row in rows_of(app, key)}
    assert rows["Most work"] == work
    assert rows["Longest nap, 5 km"] == "2:05"
    app = app.selectbox(key="record").set_value("most_work-0").run()
    assert not app.exception, app.exception

    app = open_page(user, "activity", id=str(activity))
    assert not app.exception, app.exception
    app = app.toggle(key="all_records").set_value(True).run()
    assert not app.exception, app.exception
    options = app.button_group(key="record_here").options
    assert any("Most work" in o and "500 J" in o for o in options), options
