"""Filters of the activity list by tags, by route and by what was recorded."""

import numpy as np
import pandas as pd
import pytest

from milevault_core.view.activities.filters import Filters, found, tags_of

ROWS = pd.DataFrame({
    "id": [1, 2, 3],
    "sport": "running", "name": "Run", "is_indoor": False, "is_commute": False, "gear": "", "distance_m": 5000.0,
    "tags": ["wet, forest", "", "forest"], "route": [7, 0, 7], "has_track": [True, False, True],
    "avg_power": [np.nan, 200.0, 0.0], "avg_heart_rate": [150.0, np.nan, 140.0],
})  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filters(), [1, 2, 3]),
        (Filters(tags=("forest",)), [1, 3]),
        (Filters(tags=("forest", "wet")), [1]),
        (Filters(tags=("for",)), []),
        (Filters(route=7), [1, 3]),
        (Filters(held=("power",)), [2]),
        (Filters(held=("heart", "track")), [1, 3]),
    ],
)
def test_what_the_filters_leave(wanted: Filters, ids: list[int]) -> None:
    assert found(ROWS, wanted)["id"].tolist() == ids


def test_tags_the_most_frequent_first() -> None:
    assert tags_of(ROWS) == ["forest", "wet"]
