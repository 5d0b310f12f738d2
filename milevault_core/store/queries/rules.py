"""Rules, and how many activities each has changed."""

import json

import pandas as pd

from milevault_core import store


def listed(user_id: int) -> pd.DataFrame:
    """Rules in their order: id, is_active, conditions, actions (dicts), activities (how many it has changed)."""
    rows = store.read(
        "SELECT r.id, r.is_active, r.conditions::text AS conditions, r.actions::text AS actions, "
        "(SELECT count(DISTINCT e.activity_id) FROM rule_effects e WHERE e.rule_id = r.id) AS activities "
        "FROM rules r WHERE r.user_id = $1 ORDER BY r.place, r.id",
        (user_id,),
    )
    for column in ("conditions", "actions"):
        rows[column] = [json.loads(one) for one in rows[column]]
    return rows
