"""CSV downloads: one row per point, SI units, times in UTC; unknown values are empty."""

import pandas as pd

COLUMNS = {
    "time": "time_utc", "lat": "latitude_deg", "lon": "longitude_deg", "altitude": "altitude_m",
    "distance": "distance_m", "speed": "speed_m_per_s", "heart_rate": "heart_rate_bpm", "cadence": "cadence_per_min",
    "power": "power_w", "temperature": "temperature_c",
}  # fmt: skip
_DIGITS = {"lat": 7, "lon": 7, "altitude": 2, "distance": 2, "speed": 3}


def write_csv(points: pd.DataFrame, channels: dict[str, object] | None = None) -> bytes:
    """A track (milevault_core.track.table) as CSV, with the channels as further columns of one value per point. Names
    of channels are escaped so that no spreadsheet takes one for a formula."""
    table = points[list(COLUMNS)].copy()
    for name, digits in _DIGITS.items():
        table[name] = table[name].round(digits)
    table["time"] = table["time"].dt.strftime("%Y-%m-%dT%H:%M:%S.%f").str[:-3] + "Z"
    table = table.rename(columns=COLUMNS)
    for name, values in (channels or {}).items():
        safe = f"'{name}" if name[:1] in "=+-@\t\r" else name
        table[safe if safe not in table else f"{safe} (2)"] = values
    return table.to_csv(index=False, lineterminator="\r\n").encode()
