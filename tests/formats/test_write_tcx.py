"""TCX and CSV downloads hold what was stored."""

import io
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from milevault_core import formats, track
from milevault_core.formats.write_csv import write_csv
from milevault_core.formats.write_tcx import write_tcx
from tests.builders.tracks import ride

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
FIGURES = {
    "elapsed_s": 599.0,
    "moving_s": 590.0,
    "distance_m": 4800.0,
    "calories": 210.0,
    "avg_heart_rate": 140.0,
}


def laps(track_: pd.DataFrame) -> pd.DataFrame:
    times = track_["time"].iloc[[0, 200, 400]].dt.tz_localize("UTC")
    return pd.DataFrame({"start_time": times.to_numpy(), "elapsed_s": [200.0, 200.0, 199.0], "timer_s": np.nan,
                         "distance_m": [1.0, 2.0, 3.0], "intensity": ["active", "rest", "active"]})  # fmt: skip


@pytest.mark.parametrize("with_laps", [False, True])
def test_tcx_comes_back_as_it_went(with_laps: bool) -> None:
    made = ride(600, pause_at=300)
    data = write_tcx(
        made, laps(made) if with_laps else pd.DataFrame(), "cycling", START, FIGURES, "Notes & <more>"
    )
    (back,) = formats.read(data, "a.tcx").recordings
    assert back.sport == "cycling"
    assert len(back.laps) == (3 if with_laps else 1)
    cleaned, _ = track.clean(back.track)
    assert len(cleaned) == 600
    for column, near in (("lat", 1e-6), ("lon", 1e-6), ("altitude", 0.06), ("distance", 0.01), ("speed", 0.001),
                         ("heart_rate", 0.5), ("power", 0.5), ("cadence", 0.5)):  # fmt: skip
        assert np.abs(cleaned[column].to_numpy() - made[column].to_numpy()).max() <= near, column
    assert (cleaned["time"].to_numpy() == made["time"].to_numpy()).all()


def test_tcx_of_an_activity_without_points_is_an_activity_again() -> None:
    data = write_tcx(ride(0), pd.DataFrame(), "running", START, FIGURES)
    (back,) = formats.read(data, "by hand.tcx").recordings
    assert back.sport == "running"
    assert back.start_time == START
    assert back.totals["distance_m"] == pytest.approx(4800)
    assert back.totals["calories"] == 210


def test_csv_holds_every_point_and_channel() -> None:
    made = ride(50).assign(power=np.nan)
    data = write_csv(made, {"core_temperature": np.arange(50.0), "=cmd()": np.zeros(50)})
    back = pd.read_csv(io.BytesIO(data))
    assert len(back) == 50
    assert back["power_w"].isna().all()
    assert back["time_utc"].iloc[0] == "2026-06-01T06:00:00.000Z"
    assert back["distance_m"].to_numpy() == pytest.approx(made["distance"].to_numpy(), abs=0.01)
    assert back["core_temperature"].tolist() == list(range(50))
    assert "'=cmd()" in back.columns, "a spreadsheet must not take a name for a formula"


def test_joiners_stay_in_notes() -> None:
    text = "🏃\u200d♀️ می\u200cدوم क्\u200dष"
    empty = track.from_columns({name: np.empty(0) for name in track.COLUMNS})
    data = write_tcx(
        empty, pd.DataFrame(), "running", datetime(2024, 5, 1, tzinfo=UTC), {"elapsed_s": 60.0}, text
    )
    assert text in data.decode()
