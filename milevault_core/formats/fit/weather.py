"""The weather that a device received: the report of current conditions, never a forecast."""

from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.words import WEATHER

MAX_ROWS = 1_000
CURRENT = 0
FASTEST_M_S = 60.0  # nobody trains in a stronger wind, so a higher value is damaged


def weather(reports: Table, start: float) -> dict:
    """The report of current conditions nearest to `start` (FIT seconds): condition, temperature and feels_like in °C,
    wind_m_s, wind_from (degrees), humidity in %. Only what the file contains; {} if there is no such report."""
    rows = [
        row
        for row in reports.take(slice(0, MAX_ROWS)).rows()
        if row.get("weather_report", CURRENT) == CURRENT
    ]
    if not rows:
        return {}
    row = min(rows, key=lambda one: abs(one.get("observed_at_time", one.get("timestamp", start)) - start))
    found: dict = {}
    if row.get("condition") in WEATHER:
        found["condition"] = WEATHER[int(row["condition"])]
    for ours, field, least, most in (
        ("temperature", "temperature", -80.0, 80.0), ("feels_like", "temperature_feels_like", -100.0, 100.0),
        ("wind_m_s", "wind_speed", 0.0, FASTEST_M_S), ("wind_from", "wind_direction", 0.0, 360.0),
        ("humidity", "relative_humidity", 0.0, 100.0),
    ):  # fmt: skip
        if field in row and least <= row[field] <= most:
            found[ours] = row[field]
    return found
