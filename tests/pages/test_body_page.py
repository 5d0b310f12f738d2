"""The body page: values entered by hand, changed and deleted, and goals."""

import datetime as dt

import pytest

from milevault_core.actions import health as actions
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from tests.pages.shown import all_html, say
from tests.pages.test_pages import everything


def test_a_weight_is_entered_changed_deleted(user: int, open_page) -> None:
    at = dt.datetime(2026, 3, 1, 7, tzinfo=dt.UTC)
    number = actions.add_entry(user, dt.date(2026, 3, 1), at, {"weight_kg": 71.0, "hydration_ml": 500.0})
    day = dt.date(2026, 3, 1)

    def kept(name: str) -> list[float]:
        return queries.daily(user, [name], day, day)[name].tolist()

    assert (kept("weight_kg"), kept("hydration_ml")) == ([71.0], [500.0])
    actions.add_entry(user, day, at, {"hydration_ml": 250.0})
    assert kept("hydration_ml") == [750.0]  # drinks are summed
    actions.change_entry(user, number, day, at, {"weight_kg": 70.0})
    assert (kept("weight_kg"), kept("hydration_ml")) == ([70.0], [250.0])
    page = open_page(user, "body", span="All time")
    assert not page.exception
    assert "70 kg" in everything(page) or "70.0 kg" in everything(page)
    gone = actions.remove_entry(user, number)
    assert len(kept("weight_kg")) == 0 or kept("weight_kg") != [70.0]
    actions.add_entry(user, **gone)
    assert kept("weight_kg") == [70.0]
    for wrong in (
        {},
        {"weight_kg": 7000.0},
        {"bp_systolic": 120.0},
        {"bp_systolic": 80.0, "bp_diastolic": 120.0},
    ):
        with pytest.raises(ValueError, match=r"\."):
            actions.add_entry(user, day, at, wrong)


def test_the_pages_of_the_body_enter_change_delete(user: int, open_page) -> None:
    app = open_page(user, "body", "imperial", span="All time")
    assert "No body measurements yet" in everything(app)
    app.number_input(key="new-weight_kg").set_value(160.0)
    app.text_input(key="new-note").set_value("at *home*")
    next(button for button in app.button if button.label == "Add").click()
    app.run()
    assert not app.exception, app.exception
    first = queries.entries(user, 5).iloc[0]
    assert first["weight_kg"] == pytest.approx(72.5748)
    number = int(first["id"])
    # Saved unchanged, the value keeps every digit, although pounds are shown rounded.
    actions.change_entry(user, number, first["day"], first["measured_at"], {"weight_kg": 70.0}, "")
    app.run()
    app.button(key=f"change-{number}").click().run()
    assert app.number_input(key=f"change-{number}-weight_kg").value == 154.32
    saving(app, number)
    assert queries.entries(user, 5)["weight_kg"].tolist() == [70.0]
    app.button(key=f"change-{number}").click().run()
    app.number_input(key=f"change-{number}-weight_kg").set_value(150.0)
    saving(app, number)
    assert queries.entries(user, 5)["weight_kg"].tolist() == pytest.approx([68.0388555])
    app.button(key=f"delete-{number}").click().run()
    assert queries.entries(user, 5).empty
    say(app, "undo_notice", "undo")
    assert not app.exception, app.exception
    assert queries.entries(user, 5)["weight_kg"].tolist() == pytest.approx([68.0388555])


def saving(app, number: int) -> None:
    """Save the dialog; each run opens it again."""
    app.button(key=f"change-{number}").click()
    next(button for button in app.button if button.label == "Save").click()
    app.run()
    assert not app.exception, app.exception


def test_an_entry_of_long_ago_can_be_changed_too(user: int, open_page) -> None:
    at = dt.datetime(2026, 3, 1, 7, tzinfo=dt.UTC)
    numbers = [
        actions.add_entry(
            user, at.date() + dt.timedelta(days=n), at + dt.timedelta(days=n), {"weight_kg": 71.0}
        )
        for n in range(32)
    ]
    page = open_page(user, "body")
    shown = [button.key for button in page.button]
    assert f"change-{numbers[-1]}" in shown
    assert f"change-{numbers[0]}" not in shown
    assert 'href="/body?entries=150"' in all_html(page)
    more = open_page(user, "body", entries="150")
    assert f"change-{numbers[0]}" in [button.key for button in more.button]
    assert "Earlier entries" not in all_html(more)


def test_a_goal_has_a_weight_and_a_day(user: int, open_page) -> None:
    today = dates.today("Europe/Berlin")
    actions.add_entry(user, today, dt.datetime.now(dt.UTC), {"weight_kg": 71.0})
    app = open_page(user, "body")
    assert f'href="/day?date={today}"' in all_html(app)
    next(box for box in app.number_input if box.label.startswith("Weight goal")).set_value(70.0)
    by = today + dt.timedelta(days=90)
    app.date_input(key="goal-day").set_value(by)
    next(button for button in app.button if button.label == "Set the goal").click()
    app.run()
    assert not app.exception, app.exception
    assert queries.choices(user) == {"weight_goal_kg": "70.000", "weight_goal_day": str(by)}
    assert f"1.0 kg from your goal by {dates.short_day(by)}" in all_html(app)
