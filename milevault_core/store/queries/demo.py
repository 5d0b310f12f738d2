"""The demo data of a user, and how much of it is ready."""

import pandas as pd

from milevault_core import store


def batches(user_id: int) -> pd.DataFrame:
    """The user's demo data, usually one row or none: id, label, created_at, is_going (being removed), files (of
    activities, made so far), activities (those that exist now), jobs (that will make more), dirty (how much of this
    user is still to be derived), dirty_totals (only activities and days of that)."""
    return store.read(
        "SELECT i.id, i.label, i.created_at, i.undo_asked_at IS NOT NULL AS is_going, "
        "(SELECT count(*) FROM import_items t WHERE t.import_id = i.id AND t.outcome IS DISTINCT FROM 'health') "
        "AS files, "
        "(SELECT count(DISTINCT r.activity_id) FROM activity_recordings r WHERE r.user_id = i.user_id "
        "AND r.import_id = i.id) AS activities, "
        "(SELECT count(*) FROM procrastinate_jobs j WHERE j.task_name = 'make_demo_part' "
        "AND j.status IN ('todo', 'doing') AND (j.args->>'import_id')::int = i.id) AS jobs, "
        "(SELECT count(*) FROM dirty_activities d WHERE d.user_id = i.user_id) + "
        "(SELECT count(*) FROM dirty_days d WHERE d.user_id = i.user_id) + "
        "(SELECT count(*) FROM dirty_steps d WHERE d.user_id = i.user_id) AS dirty, "
        "(SELECT count(*) FROM dirty_activities d WHERE d.user_id = i.user_id) + "
        "(SELECT count(*) FROM dirty_days d WHERE d.user_id = i.user_id) AS dirty_totals "
        "FROM imports i WHERE i.user_id = $1 AND i.source = 'demo' AND i.undone_at IS NULL ORDER BY i.id",
        (user_id,),
    )
