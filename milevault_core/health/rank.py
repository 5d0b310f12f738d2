"""Decide which source counts if several have a value for the same day and metric. They are never added or averaged."""

from collections.abc import Iterable, Mapping
from datetime import date

from milevault_core.formats.health_data import DayValue

RANK = ("manual", "garmin_connect", "garmin_export", "fit")  # best first; all others follow, with equal rank
EVERY = "*"  # in place of a metric: the ranking for all metrics that have none of their own


def place(source: str, metric: str, ranking: Mapping[str, tuple[str, ...]] | None = None) -> int:
    """A source's position in the ranking for a metric, 0 is best; `ranking`: the user's own, by metric or EVERY."""
    own = ranking or {}
    order = own.get(metric) or own.get(EVERY) or RANK
    return order.index(source) if source in order else len(order)


def latest(values: Iterable[DayValue]) -> list[DayValue]:
    """One value per day, metric and source: the one observed last, whatever the order of the files. So an older,
    partial file never replaces a later one. Of two values observed at the same time, the one read last counts."""
    kept: dict[tuple[date, str, str], DayValue] = {}
    for value in values:
        key = (value.day, value.metric, value.source)
        if key not in kept or value.observed_at >= kept[key].observed_at:
            kept[key] = value
    return list(kept.values())


def winners(
    values: Iterable[DayValue], ranking: Mapping[str, tuple[str, ...]] | None = None
) -> list[DayValue]:
    """One value per day and metric: the best source's; among equal sources the one observed last, then by name."""
    best: dict[tuple[date, str], DayValue] = {}
    for value in latest(values):
        key = (value.day, value.metric)
        if key not in best or _order(value, ranking) < _order(best[key], ranking):
            best[key] = value
    return [best[key] for key in sorted(best)]


def _order(value: DayValue, ranking: Mapping[str, tuple[str, ...]] | None) -> tuple[int, int, str]:
    return place(value.source, value.metric, ranking), -value.observed_at, value.source
