"""Data in a FIT file other than points and laps: timer, devices, zones, splits, heart rate variability."""

import numpy as np

from milevault_core.formats.fit import devices
from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.developer import APPS
from milevault_core.formats.fit.summaries import numbers
from milevault_core.formats.fit.times import FIRST_ABSOLUTE_S, to_datetime
from milevault_core.formats.fit.words import BATTERIES, SPLITS, START, STOPS, TIMER

MAX_ROWS = 1_000  # of any list in details
MAX_INTERVALS = 300_000  # the heart beats of a day and a half
SESSION = 18


def timer_pairs(events: Table, end: float) -> list[tuple[float, float]]:
    """(start, stop) of the running timer in FIT seconds; if it was never stopped, it ends at `end`."""
    is_timer = numbers(events, "event") == TIMER
    pairs, running = [], None
    kinds, times = numbers(events, "event_type")[is_timer], numbers(events, "timestamp")[is_timer]
    for kind, time in zip(kinds.tolist(), times.tolist(), strict=True):
        if time != time:
            continue
        if kind == START:
            running = time if running is None else running
        elif kind in STOPS and running is not None:
            if time > running:
                pairs.append((running, time))
            running = None
    if running is not None and end > running:
        pairs.append((running, end))
    return pairs


def clip(
    pairs: list[tuple[float, float]], low: float, high: float
) -> list[tuple[np.datetime64, np.datetime64]]:
    """The pairs cut to the time between `low` and `high`, as datetime64[us]."""
    cut = [(max(a, low), min(b, high)) for a, b in pairs if b > low and a < high]
    if not cut:
        return []
    times = to_datetime(np.array(cut, float).ravel()).reshape(-1, 2)
    return [(a, b) for a, b in times]


def app_names(ids: Table, parts: np.ndarray) -> dict[tuple[int, int], str]:
    """Developer by (part, developer index): the app's name if known, otherwise its id in hex. parts: index of the
    file's part for each row."""
    index, application = ids.get("developer_data_index"), ids.get("application_id")
    found: dict[tuple[int, int], str] = {}
    for i in range(ids.n):
        if index is None or np.isnan(index[i]):
            continue
        name = ""
        if application is not None and application.ndim == 2:
            octets = np.clip(np.nan_to_num(application[i], nan=255), 0, 255).astype(np.uint8).tobytes().hex()
            name = APPS.get(octets, octets if octets.strip("f0") else "")
        found[int(parts[i]), int(index[i])] = name
    return found


def utc_offset_s(activity: Table) -> int | None:
    """The device's offset from UTC in seconds, rounded to a quarter of an hour; None if the file does not say."""
    local, utc = numbers(activity, "local_timestamp"), numbers(activity, "timestamp")
    for a, b in zip(local.tolist(), utc.tolist(), strict=True):
        if a == a and b == b and b >= FIRST_ABSOLUTE_S:
            offset = round((a - b) / 900) * 900
            if abs(offset) <= 14 * 3600:
                return offset
    return None


def device_list(infos: Table) -> list[dict]:
    """One entry per device with the latest information: name, kind, serial, battery, software."""
    found: dict[tuple, dict] = {}
    for row in infos.take(slice(0, 5 * MAX_ROWS)).rows():
        number = row.get("device_index")
        key = (number, row.get("serial_number"), row.get("device_type"))
        entry = found.setdefault(key, {})
        name = devices.name_of(row.get("manufacturer"), row.get("product"), row.get("product_name"))
        if name:
            entry["name"] = name
        kind = row.get("device_type")
        source = row.get("source_type", devices.ANT_NETWORK)
        if kind is not None and source in (0, devices.ANT_NETWORK) and int(kind) in devices.SENSORS:
            entry["kind"] = devices.SENSORS[int(kind)]
        if number == 0:
            entry["kind"] = "Recorder"
        for ours, field in (("serial", "serial_number"), ("software", "software_version"),
                            ("battery_volt", "battery_voltage"), ("battery_percent", "battery_level"),
                            ("descriptor", "descriptor")):  # fmt: skip
            value = row.get(field)
            if value is not None:
                entry[ours] = int(value) if ours in ("serial", "battery_percent") else value
        if row.get("battery_status") in BATTERIES:
            entry["battery"] = BATTERIES[int(row["battery_status"])]
    return [entry for entry in found.values() if "name" in entry or "kind" in entry][:MAX_ROWS]


def zones(table: Table, session_index: int) -> dict:
    """For one session, the seconds in each heart rate and power zone, and the upper bounds of the zones."""
    reference = numbers(table, "reference_mesg")
    index = np.nan_to_num(numbers(table, "reference_index"))
    rows = np.flatnonzero((reference == SESSION) & (index == session_index))
    found = {}
    if len(rows):
        for ours, field in (("heart_rate_s", "time_in_hr_zone"), ("power_s", "time_in_power_zone"),
                            ("heart_rate_bounds", "hr_zone_high_boundary"),
                            ("power_bounds", "power_zone_high_boundary"),
                            ("max_heart_rate", "max_heart_rate"), ("resting_heart_rate", "resting_heart_rate"),
                            ("threshold_heart_rate", "threshold_heart_rate"),
                            ("threshold_power", "functional_threshold_power")):  # fmt: skip
            values = table.get(field)
            if values is not None:
                value = np.atleast_1d(values[rows[0]])
                value = value[~np.isnan(value)].tolist()
                if value:
                    found[ours] = value if values.ndim == 2 else value[0]
    return found


def split_list(table: Table) -> list[dict]:
    """Split messages (climbs, intervals, the runs of a ski day), with times as ISO texts in UTC."""
    out = []
    for row in table.take(slice(0, MAX_ROWS)).rows():
        entry = {"kind": SPLITS.get(int(row["split_type"]), "other") if "split_type" in row else "other"}
        for ours, field in (("elapsed_s", "total_elapsed_time"), ("timer_s", "total_timer_time"),
                            ("distance_m", "total_distance"), ("ascent_m", "total_ascent"),
                            ("descent_m", "total_descent"), ("avg_speed", "avg_speed"),
                            ("max_speed", "max_speed"), ("avg_heart_rate", "avg_heart_rate"),
                            ("calories", "total_calories")):  # fmt: skip
            if field in row:
                entry[ours] = row[field]
        for name in ("start_time", "end_time"):
            if name in row:
                entry[name] = str(to_datetime(np.array([row[name]]))[0])
        out.append(entry)
    return out


def rr_intervals_ms(hrv: Table) -> list[int]:
    """Milliseconds between heart beats, in file order."""
    values = hrv.get("time")
    if values is None:
        return []
    values = values[~np.isnan(values)][:MAX_INTERVALS]
    return np.round(values[np.abs(values) < 2**31] * 1000).astype(int).tolist()
