"""Last night on the dashboard, if it was measured."""

from datetime import date

from milevault_core.accounts.account import Account
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.health import today as view
from milevault_core.view.parts.figures import figures
from milevault_core.view.parts.text import heading
from pages import _health


def last_night(user: Account, today: date) -> str:
    """Sleep, HRV, resting heart rate and body battery of the latest morning compared with the user's normal, as HTML;
    "" without a night."""
    mornings = queries.mornings(user.id, _health.ALL_DAYS, today - view.LOOK_BACK, today)
    day, made = view.last_night(mornings, today, fmt.units(user.units), user.time_zone)
    if day is None:
        return ""
    return heading("Last night" if day == today else f"The night into {dates.day(day)}") + figures(made)
