"""What the user calls the gear of some activities, for filters."""

import pandas as pd

from milevault_core.store.queries import gear as queries
from milevault_core.view import gear as view


def gear_called(user_id: int, rows: pd.DataFrame, with_parts: bool = False) -> dict[str, str]:
    """What the user calls the gear of these activities (column gear), by the name that activities have for it;
    with_parts: and all parts, which count what their bike does."""
    names = queries.names(user_id)
    return view.called(names[names["name"].isin(rows["gear"].unique()) | (names["is_part"] & with_parts)])
