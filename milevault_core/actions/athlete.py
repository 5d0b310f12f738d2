"""Values and zones that users set for themselves, each in one transaction. What depends on them is computed again."""

from collections.abc import Sequence
from datetime import date

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.store.training import athlete as rows
from milevault_core.store.training.rows import timeline
from milevault_core.training.values import PERSON, VALUES, Refused, Timeline, athlete_on, check
from milevault_core.training.zones import KINDS, METHODS, check_bounds


def set_value(user_id: int, name: str, sport: str, day: date, value: float, today: date) -> None:
    """Set a value that is valid from a day on (SI units; sport "": for the athlete as a whole). Raises Refused, with a
    sentence for the field, for an impossible value; nothing is stored then."""
    known = VALUES.get(name)
    if known is None or (known.sports and sport not in known.sports):
        raise Refused("There is no such value for that sport.")
    kept_under = sport if known.sports else ""
    with store.session() as session:
        rows.lock(session, user_id)
        check(name, value, day, today, athlete_on(day, sport, timeline(session, user_id).on(day)))
        then = timeline(session, user_id, (name, kept_under, day, value, PERSON, ""))
        _check_later(name, kept_under, value, day, today, then)
        rows.set_value(session, user_id, name, kept_under, day, value)


def _check_later(name: str, sport: str, value: float, day: date, today: date, then: Timeline) -> None:
    """Raises Refused if a value would contradict one that begins later while this one is still valid."""
    for when in then.days_from(day)[1:]:
        known = then.on(when)
        if when > today or known.get((name, sport)) != value:
            return
        try:
            check(name, value, when, today, athlete_on(when, sport, known))
        except Refused as refused:
            raise Refused(f"From {when.isoformat()} on: {refused}") from None


def remove_value(user_id: int, value_id: int) -> None:
    """Remove a value that was entered by hand. Raises NotFound."""
    with store.session() as session:
        rows.lock(session, user_id)
        rows.remove_value(session, user_id, value_id)


def set_zones(
    user_id: int, kind: str, sport: str, day: date, method: str, bounds: Sequence[float] = ()
) -> None:
    """Set how a sport's zones are calculated from a day on; method "" is the default. Raises Refused."""
    if kind not in KINDS or (method and method not in METHODS):
        raise Refused("There are no such zones.")
    if method == "own":
        check_bounds(bounds)
    with store.session() as session:
        rows.lock(session, user_id)
        rows.set_zones(session, user_id, kind, sport, day, method, bounds if method == "own" else ())


def rate(user_id: int, activity_id: int, rating: int | None) -> None:
    """Set how hard an activity felt, 1 to 10; None removes the rating. The activity's metrics are computed at once.
    Raises NotFound, and Refused for any other number."""
    if rating is not None and rating not in range(1, 11):
        raise Refused("The rating is a whole number from 1 to 10.")
    with store.session() as session:
        rows.rate(session, user_id, activity_id, rating)
    clean.clean_some(user_id, [activity_id])


def use_grade_curve(user_id: int, is_used: bool) -> None:
    """Set whether grade-adjusted pace uses the athlete's own grade curve, once that is reliable, for all runs."""
    with store.session() as session:
        rows.lock(session, user_id)
        rows.forget_values(session, user_id, [name for name in VALUES if name.startswith("grade_")])
        if not is_used:
            rows.set_value(session, user_id, "grade_own", "running", date(1900, 1, 1), 0.0)
