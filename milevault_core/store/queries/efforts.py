"""Best efforts of an activity, the highest heart rate, and the activities before and after one."""

import pandas as pd

from milevault_core import store


def of_activity(user_id: int, activity_id: int) -> pd.DataFrame:
    """Best efforts of an activity: kind, key (metres or seconds), value, t0_s, t1_s (seconds since its first point)."""
    return store.read(
        "SELECT e.kind, e.key, e.value, e.t0_s, e.t1_s FROM activity_efforts e "
        "JOIN activities a ON a.id = e.activity_id WHERE a.user_id = $1 AND a.id = $2 ORDER BY e.kind, e.key",
        (user_id, activity_id),
    )


def highest_heart_rate(user_id: int) -> float | None:
    """The user's highest heart rate: the second highest maximum of all activities between 100 and 230 (the highest may
    be an error of the chest strap), or the only one; None if there is none."""
    rows = store.read(
        "SELECT max_heart_rate::float8 AS top FROM activities WHERE user_id = $1 "
        "AND NOT date_doubted AND max_heart_rate BETWEEN 100 AND 230 ORDER BY max_heart_rate DESC LIMIT 2",
        (user_id,),
    )
    return float(rows["top"].iloc[-1]) if len(rows) else None


def neighbours(user_id: int, activity_id: int) -> dict[str, int]:
    """The activities "before" and "after" an activity in order of time; a key is missing if there is none."""
    rows = store.read(
        "SELECT before, after FROM (SELECT id, lag(id) OVER w AS before, lead(id) OVER w AS after FROM activities "
        "WHERE user_id = $1 AND NOT is_transition WINDOW w AS (ORDER BY start_time, id)) o WHERE id = $2",
        (user_id, activity_id),
    )
    found = {} if rows.empty else rows.iloc[0].to_dict()
    return {name: int(one) for name, one in found.items() if one is not None and one == one}
