"""Work that failed and was set aside, for the user to see."""

import pandas as pd

from milevault_core import store


def waiting(user_id: int) -> pd.DataFrame:
    """What is set aside, newest first: scope, step, key, reason, tries, since, retry_at (UTC), and `label`: the name of
    the activity, segment, file or import, "" if it has none."""
    return store.read(
        "SELECT s.scope, s.step, s.key, s.reason, s.tries, s.since, s.retry_at, "
        "coalesce(o.name, a.name, i.label, t.name, g.name, '') AS label FROM set_aside s "
        "LEFT JOIN activities a ON (s.scope IN ('activity', 'athlete') OR s.step IN ('judge', 'put_together') "
        "OR (s.scope = 'undo' AND s.step = 'activity')) AND a.user_id = s.user_id "
        "AND a.id::text = CASE s.scope WHEN 'undo' THEN split_part(s.key, ':', 2) ELSE s.key END "
        "LEFT JOIN imports i ON s.scope IN ('undo', 'reread') AND i.user_id = s.user_id "
        "AND i.id::text = split_part(s.key, ':', 1) "
        "LEFT JOIN trashed_activities t ON s.scope = 'act' AND s.step = 'restore' AND t.user_id = s.user_id "
        "AND t.activity_id::text = s.key "
        "LEFT JOIN original_files o ON s.scope = 'undo' AND s.step <> 'activity' AND o.user_id = s.user_id "
        "AND o.id::text = nullif(split_part(s.key, ':', 2), '') "
        "LEFT JOIN route_segments g ON s.step = 'segment_efforts' AND g.user_id = s.user_id AND (-g.id)::text = s.key "
        "WHERE s.user_id = $1 ORDER BY s.since DESC, s.scope, s.step, s.key",
        (user_id,),
    )
