"""Record messages as a track and channels: one row per message, in the file's order."""

import numpy as np

from milevault_core.formats.fit import heartbeats
from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.developer import DeveloperField
from milevault_core.formats.fit.fields import UNITS
from milevault_core.formats.fit.summaries import numbers
from milevault_core.formats.fit.times import to_datetime
from milevault_core.formats.fit.whole import whole
from milevault_core.formats.recording import Channel
from milevault_core.problems import Problem

RECORD = 20
MAX_CHANNELS = 128
MAX_CHANNEL_VALUES = 40_000_000  # float32: 160 MB

# Track column -> the record fields for it, best first.
_TRACK = {
    "lat": ("position_lat",),
    "lon": ("position_long",),
    "altitude": ("enhanced_altitude",),
    "distance": ("distance",),
    "speed": ("enhanced_speed",),
    "heart_rate": ("heart_rate",),
    "cadence": ("cadence", "cadence256"),
    "power": ("power",),
    "temperature": ("temperature",),
}
# Data that is not in the lengths of a pool swim.
_ONLY_HERE = ("position_lat", "enhanced_altitude", "heart_rate", "cadence", "power")
# Fields that are already in the track or in another channel, or mean nothing on their own.
_USED = frozenset(
    [field for fields in _TRACK.values() for field in fields]
    + ["timestamp", "altitude", "speed", "fractional_cadence", "compressed_speed_distance", "cycles",
       "compressed_accumulated_power", "respiration_rate", "speed_1s", "time128", "activity_type",
       "device_index"]
)  # fmt: skip
# Developer fields that stand for a field of the record: by the number of the native field, or by name.
_NATIVE = {2: "altitude", 3: "heart_rate", 4: "cadence", 5: "distance", 6: "speed", 7: "power", 13: "temperature",
           73: "speed", 78: "altitude"}  # fmt: skip
_POWER_NAMES = {"power", "rp_power", "running power"}


def read_points(
    records: Table, events: Table, hr: Table, apps: dict[tuple[int, int], str], span: tuple[float, float]
) -> tuple[dict[str, np.ndarray], list[Channel], dict[str, str]]:
    """(columns of the track, channels, which app filled which column) of one session.

    span: FIT seconds between which `hr` messages may make points of their own.
    """
    if "timestamp" not in records.columns and not any(name in records.columns for name in _ONLY_HERE):
        records = Table()  # a pool swim from an old watch: the lengths have the times, the records nothing
    records = Table(records.n, records.offsets, records.columns, dict(records.developer))
    seconds = numbers(records, "timestamp")
    columns = track_columns(records)
    filled = fill_from_developers(columns, records, apps)
    found = channels(records, apps)
    if records.n:
        for name, values in gear_columns(events, seconds).items():
            found = [c for c in found if c.name != name]
            found.append(Channel(name, "teeth", _float32(values)))
    if hr.n:
        columns, rows = heartbeats.join(columns, seconds, hr, span)
        if rows is not None:
            columns["time"] = to_datetime(columns.pop("seconds"))
            found = [
                Channel(c.name, c.unit, np.where(rows < 0, np.float32(np.nan), c.values[rows]), c.developer)
                for c in found
            ]
    return columns, found, filled


def gear_columns(events: Table, seconds: np.ndarray) -> dict[str, np.ndarray]:
    """Teeth of the front and rear gear at each point, from the gear changes up to then. seconds: (n,) FIT seconds of
    the points."""
    out = {}
    times = numbers(events, "timestamp")
    for name in ("front_gear", "rear_gear"):
        teeth = numbers(events, name)
        rows = np.flatnonzero(~np.isnan(teeth) & ~np.isnan(times))
        if len(rows):
            rows = rows[np.argsort(times[rows], kind="stable")]
            index = np.searchsorted(times[rows], seconds, side="right") - 1
            out[name] = np.where(index >= 0, teeth[rows[np.maximum(index, 0)]], np.nan)
    return out


def track_columns(records: Table) -> dict[str, np.ndarray]:
    """Columns of milevault_core.track.table from record messages; columns without any value are left out."""
    columns = {"time": to_datetime(numbers(records, "timestamp"))}
    for name, fields in _TRACK.items():
        for field in fields:
            values = records.get(field)
            if values is not None and values.ndim == 1 and values.dtype != object:
                if name in columns:
                    values = np.where(np.isnan(columns[name]), values, columns[name])
                columns[name] = values
    fraction = records.get("fractional_cadence")
    if "cadence" in columns and fraction is not None and fraction.ndim == 1:
        columns["cadence"] = columns["cadence"] + np.nan_to_num(fraction)
    return columns


def channels(records: Table, apps: dict[tuple[int, int], str]) -> list[Channel]:
    """Everything else in the records, as channels. `apps`: developer by (part, developer index)."""
    found: list[Channel] = []
    for field, values in records.columns.items():
        if field in _USED or values.dtype == object or np.isnan(values).all():
            continue
        name = field.removeprefix("enhanced_")
        if values.ndim == 1:
            values = left_share(values) if field == "left_right_balance" else values
            found.append(Channel(name, UNITS.get(name, ""), _float32(values)))
            continue
        ends = ("start", "end") if "power_phase" in name else range(1, values.shape[1] + 1)
        for end, column in zip(ends, values.T, strict=False):
            if not np.isnan(column).all():
                found.append(Channel(f"{name}_{end}", UNITS.get(name, ""), _float32(column)))
    by_name: dict[tuple[str, str, int, int], Channel] = {}
    for (part, described), values in records.developer.items():
        if values.dtype == object:
            continue
        values = values if values.ndim == 1 else values[:, 0]
        if np.isnan(values).all():
            continue
        developer = apps.get((part, described.app_index), "")
        name = described.name or f"field {described.number}"
        same = (developer, name, described.app_index, described.number)
        if same in by_name:  # the same field in another part of the file, or described again
            before = by_name[same].values
            np.copyto(before, _float32(values), where=np.isnan(before))
        else:
            by_name[same] = Channel(name, described.unit, _float32(values), developer)
    return found + _told_apart(list(by_name.values()))


def bounded(found: list[Channel]) -> tuple[list[Channel], list[Problem]]:
    """As many of the channels as fit into the memory limit, and a problem if any were left out."""
    most = min(MAX_CHANNELS, max(1, MAX_CHANNEL_VALUES // max(1, len(found[0].values)))) if found else 0
    if len(found) <= most:
        return found, []
    text = f"{len(found) - most} of the {len(found)} further series in the file were left out: {found[most].name} …"
    return found[:most], [Problem("channels_left_out", text)]


def _told_apart(found: list[Channel]) -> list[Channel]:
    """Rename fields of the same name by the same developer (two sensors of a kind): the second becomes "name 2"."""
    counts: dict[tuple[str, str], int] = {}
    out = []
    for channel in found:
        key = (channel.developer, channel.name)
        counts[key] = counts.get(key, 0) + 1
        name = channel.name if counts[key] == 1 else f"{channel.name} {counts[key]}"
        out.append(Channel(name, channel.unit, channel.values, channel.developer))
    return out


def _float32(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return values.astype(np.float32, copy=False)


def left_share(balance: np.ndarray) -> np.ndarray:
    """The left leg's share in %, from a byte that holds the right leg's share if its highest bit is set."""
    raw = whole(balance)
    share = np.where(raw & 0x80, 100 - (raw & 0x7F), raw & 0x7F).astype(np.float64)
    share[np.isnan(balance) | (share < 0) | (share > 100)] = np.nan
    return share


def stand_in(described: DeveloperField, values: np.ndarray) -> str:
    """The track column that a developer field can fill, or ""."""
    if values.dtype == object or values.ndim != 1:
        return ""
    if described.native_message in (None, RECORD) and described.native_field in _NATIVE:
        return _NATIVE[described.native_field]
    if described.name.strip().lower() in _POWER_NAMES and described.unit.strip().lower() in (
        "watts",
        "watt",
        "w",
    ):
        return "power"
    return ""


def fill_from_developers(columns: dict[str, np.ndarray], records: Table, apps: dict) -> dict[str, str]:
    """Fill columns that the device left empty from developer fields with the same meaning.

    The developer fields used are removed from `records`. Returns which app filled which column.
    """
    filled: dict[str, str] = {}
    for key, values in list(records.developer.items()):
        part, described = key
        name = stand_in(described, values)
        if not name or np.isnan(values).all():
            continue
        before = columns.get(name)
        if before is None or (np.isnan(before) | (before == 0)).all():
            columns[name] = values
        elif name in filled:
            columns[name] = np.where(np.isnan(before), values, before)
        else:
            continue
        filled[name] = f"{apps.get((part, described.app_index), '')} {described.name}".strip()
        del records.developer[key]
    return filled
