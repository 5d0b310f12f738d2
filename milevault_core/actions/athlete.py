"""What users set about themselves: values and zones, each in one transaction. What depends on them is computed
again."""

from collections.abc import Mapping, Sequence
from datetime import date

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.metrics.graded import KNOTS
from milevault_core.store.training import athlete as rows
from milevault_core.store.training.rows import timeline
from milevault_core.training.values import VALUES, Refused, athlete_on, check
from milevault_core.training.zones import KINDS, METHODS, check_bounds


def set_value(user_id: int, name: str, sport: str, day: date, value: float, today: date) -> None:
    """Set a value valid from a day on (SI units; sport "": of the athlete as a whole). Raises Refused, with a
    sentence for the field, for an impossible value; nothing is stored then."""
    set_values(user_id, sport, day, {name: value}, today)


def set_values(user_id: int, sport: str, day: date, values: Mapping[str, float], today: date) -> None:
    """Several values of one sport and day, all or none of them. Raises Refused."""
    with store.session() as session:
        rows.lock(session, user_id)
        for name, value in values.items():
            known = VALUES.get(name)
            if known is None or (known.sports and sport not in known.sports):
                raise Refused("There is no such value for that sport.")
            kept_under = sport if known.sports else ""
            others = dict(athlete_on(day, sport, timeline(session, user_id).on(day)))
            check(name, value, day, today, others)
            rows.set_value(session, user_id, name, kept_under, day, value)


def remove_value(user_id: int, value_id: int) -> None:
    """Remove a value that was entered by hand. Raises NotFound."""
    with store.session() as session:
        rows.lock(session, user_id)
        rows.remove_value(session, user_id, value_id)


def set_zones(
    user_id: int, kind: str, sport: str, day: date, method: str, bounds: Sequence[float] = ()
) -> None:
    """Set how a sport's zones are made from a day on; method "" is the default. Raises Refused."""
    if kind not in KINDS or (method and method not in METHODS):
        raise Refused("There are no such zones.")
    if method == "own":
        check_bounds(bounds)
    with store.session() as session:
        rows.lock(session, user_id)
        rows.set_zones(session, user_id, kind, sport, day, method, bounds if method == "own" else ())


def rate(user_id: int, activity_id: int, rating: int | None) -> None:
    """Set how hard an activity felt, 1 to 10; None removes it. Its metrics are computed at once. Raises NotFound, and
    Refused for another number."""
    if rating is not None and rating not in range(1, 11):
        raise Refused("The rating is a whole number from 1 to 10.")
    with store.session() as session:
        rows.rate(session, user_id, activity_id, rating)
    clean.clean_some(user_id, [activity_id])


def take_grade_curve(user_id: int, factors: Sequence[float], day: date, today: date) -> None:
    """Use the athlete's own grade curve (factors by metrics.graded.KNOTS) from a day on."""
    named = {f"grade_{knot}": float(f) for knot, f in zip(KNOTS, factors, strict=True) if knot}
    set_values(user_id, "running", day, named, today)
