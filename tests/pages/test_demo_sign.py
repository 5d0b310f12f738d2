"""What the dashboard says about the demo data."""

import pandas as pd
import pytest

from milevault_core.demo import life
from pages import _demo


def state(minutes_old: float, **changed) -> pd.DataFrame:
    begun = pd.Timestamp.now(tz="UTC") - pd.Timedelta(minutes=minutes_old)
    return pd.DataFrame(
        [dict.fromkeys(("is_going", "jobs", "dirty", "dirty_totals"), 0) | {"created_at": begun} | changed]
    )


@pytest.mark.parametrize(
    ("minutes_old", "changed", "phase"),
    [
        (1, {"jobs": 2}, "coming"),
        (1, {"dirty": 5, "dirty_totals": 5}, "coming"),
        (1, {"dirty": 5}, "deriving"),
        (1, {}, "there"),
        (600, {"dirty": 5, "dirty_totals": 5}, "there"),  # from the user's own import
        (600, {"is_going": True}, "going"),
    ],
)
def test_the_demo_is_not_made_again_while_files_are_imported(
    minutes_old: float, changed: dict, phase: str
) -> None:
    assert _demo._phase(state(minutes_old, **changed)) == phase


def test_a_deleted_activity_is_not_one_that_could_not_be_made() -> None:
    assert "Only" not in _demo._sentence("there", life.ACTIVITIES)
    assert "Only 399 activities" in _demo._sentence("there", life.ACTIVITIES - 1)
