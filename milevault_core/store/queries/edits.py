"""What a user has changed: the edits of an activity, and the default sources of figures."""

import pandas as pd

from milevault_core import store
from milevault_core.activities.part_edits import BEFORE


def of_activity(user_id: int, activity_id: int) -> pd.DataFrame:
    """The edits of an activity, including those made on its recordings before they were one activity, oldest first:
    field, value, edited_at. Those that have no effect while their part is joined (store/activities/joined.py) are
    left out."""
    return store.read(
        "SELECT e.field, e.value, e.edited_at FROM activity_edits e WHERE e.user_id = $1 AND (e.activity_id = $2 OR "
        "e.activity_id IN (SELECT home_id FROM activity_recordings WHERE user_id = $1 AND activity_id = $2)) "
        "AND NOT starts_with(e.field, $3) ORDER BY e.edited_at, e.field",
        (user_id, activity_id, BEFORE),
    )


def split_from(user_id: int, activity_id: int) -> dict[str, int]:
    """Of an activity that was split off from another one: the name of the edit that trimmed it, with the activity that
    holds the first half now. Usually empty."""
    rows = store.read(
        "SELECT o.field, coalesce(r.activity_id, o.activity_id) AS first FROM activity_edits o "
        "LEFT JOIN activity_recordings r ON r.user_id = o.user_id AND r.home_id = o.activity_id "
        "WHERE o.user_id = $1 AND o.field LIKE 'track:%' AND (o.value::jsonb ->> 'split_off')::bigint IN "
        "(SELECT $2 UNION ALL SELECT home_id FROM activity_recordings WHERE user_id = $1 AND activity_id = $2)",
        (user_id, activity_id),
    )
    return {field: int(first) for field, first in zip(rows["field"], rows["first"], strict=True)}


def figure_defaults(user_id: int) -> dict[str, str]:
    """figure -> "device" or "computed", for figures whose source the user has chosen for all activities."""
    rows = store.read("SELECT name, origin FROM figure_defaults WHERE user_id = $1", (user_id,))
    return dict(zip(rows["name"], rows["origin"], strict=True))


def joined_parts(user_id: int, activity_id: int) -> list[int]:
    """The recordings of an activity that the user joined as parts of one workout; usually empty."""
    rows = store.read(
        "SELECT DISTINCT r.id FROM activity_recordings r JOIN recordings_joined j ON j.user_id = r.user_id "
        "AND r.fingerprint IN (j.first, j.second) WHERE r.user_id = $1 AND r.activity_id = $2 ORDER BY 1",
        (user_id, activity_id),
    )
    return [int(one) for one in rows["id"]]
