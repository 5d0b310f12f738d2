"""Writing derived rows: each function replaces what was stored before."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.metrics import METRICS


def save_metrics(session: Session, user_id: int, activity_id: int, values: dict[str, float]) -> None:
    """Replace an activity's computed metrics; those of the device and the edited ones stay."""
    own = {"u": user_id, "a": activity_id}
    session.execute(
        text(
            "DELETE FROM activity_metrics WHERE origin = 'computed' AND activity_id = "
            "(SELECT id FROM activities WHERE user_id = :u AND id = :a)"
        ),
        own,
    )
    if values:
        session.execute(
            text(
                "INSERT INTO activity_metrics (activity_id, name, origin, value, version) "
                "SELECT id, v.name, 'computed', v.value, v.version FROM activities, "
                "unnest(CAST(:names AS text[]), CAST(:values AS float8[]), CAST(:versions AS int[])) "
                "AS v(name, value, version) WHERE user_id = :u AND id = :a"
            ),
            own | {
                "names": list(values), "values": list(values.values()),
                "versions": [METRICS[name].version for name in values],
            },
        )  # fmt: skip


def save_day_totals(session: Session, user_id: int, day: date) -> None:
    """Replace a local day's totals by those of its activities; transitions of a triathlon do not count."""
    own = {"u": user_id, "d": day}
    session.execute(text("DELETE FROM day_totals WHERE user_id = :u AND day = :d"), own)
    session.execute(
        text(
            "INSERT INTO day_totals (user_id, day, sport, activity_count, elapsed_s, moving_s, distance_m, ascent_m) "
            "SELECT user_id, local_day, sport, count(*), sum(elapsed_s), sum(coalesce(moving_s, elapsed_s)), "
            "coalesce(sum(distance_m), 0), coalesce(sum(ascent_m), 0) FROM activities "
            "WHERE user_id = :u AND local_day = :d AND NOT is_transition GROUP BY user_id, local_day, sport"
        ),
        own,
    )
