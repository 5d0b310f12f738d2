"""Expand packed fields: several small numbers in one field, counters that roll over, wider twins of a field."""

import numpy as np

from milevault_core.formats.fit.whole import is_whole, whole

# The narrow field and its wider twin: the wide one wins where it has a value, and is filled from the narrow one.
TWINS = (
    ("speed", "enhanced_speed"),
    ("altitude", "enhanced_altitude"),
    ("respiration_rate", "enhanced_respiration_rate"),
    ("avg_speed", "enhanced_avg_speed"),
    ("max_speed", "enhanced_max_speed"),
    ("avg_altitude", "enhanced_avg_altitude"),
    ("min_altitude", "enhanced_min_altitude"),
    ("max_altitude", "enhanced_max_altitude"),
    ("avg_respiration_rate", "enhanced_avg_respiration_rate"),
    ("max_respiration_rate", "enhanced_max_respiration_rate"),
)
HR, RECORD, EVENT, MONITORING = 132, 20, 21, 55
WITH_TWINS = frozenset([18, 19, RECORD, 101, 285])  # session, lap, length, jump
FRONT_GEAR, REAR_GEAR = 42, 43  # events whose data packs four gear numbers


def expand(message: int, columns: dict[str, np.ndarray]) -> None:
    """Add the columns that are packed into others, in place."""
    if message == RECORD:
        _speed_and_distance(columns)
        _accumulate(columns, "cycles", "total_cycles", 0xFF)
        _accumulate(columns, "compressed_accumulated_power", "accumulated_power", 0xFFFF)
    elif message == EVENT:
        if "data16" in columns:
            _fill(columns, "data", columns["data16"])
        _gears(columns)
    elif message == HR:
        _beats(columns)
    elif message == MONITORING:
        _activity_and_intensity(columns)
    if message in WITH_TWINS:
        for narrow, wide in TWINS:
            if narrow in columns:
                _fill(columns, wide, columns[narrow])


def _fill(columns: dict, name: str, values: np.ndarray) -> None:
    """Fill the values into a column where it has none."""
    given = columns.get(name)
    if given is None:
        columns[name] = values
    elif given.shape == values.shape and given.dtype == values.dtype:
        missing = np.isnan(given)
        if missing.any():
            columns[name] = np.where(missing, values, given)


def roll_up(values: np.ndarray, mask: int) -> np.ndarray:
    """The running total of a counter that rolls over after a few bits (mask = 2^bits - 1), shape (n,). NaN stays NaN
    and does not affect the count."""
    total = np.full(len(values), np.nan)
    measured = np.flatnonzero(is_whole(values))
    if len(measured):
        counts = whole(values[measured])
        counts[1:] = (counts[1:] - counts[:-1]) & mask
        total[measured] = np.cumsum(counts)
    return total


def _accumulate(columns: dict, narrow: str, wide: str, mask: int) -> None:
    values = columns.get(narrow)
    if values is not None and values.ndim == 1 and values.dtype != object:
        _fill(columns, wide, roll_up(values, mask))


def _speed_and_distance(columns: dict) -> None:
    """Unpack 12 bits of speed in 1/100 m/s and 12 bits of distance in 1/16 m, which roll over every 256 m."""
    packed = columns.get("compressed_speed_distance")
    if packed is None or packed.ndim != 2 or packed.shape[1] < 3:
        return
    missing = np.isnan(packed[:, :3]).any(axis=1)
    low, middle, high = whole(packed[:, :3]).T
    speed = np.where(missing, np.nan, (low | (middle & 15) << 8) / 100)
    distance = np.where(missing, np.nan, (middle >> 4) | high << 4)
    _fill(columns, "speed", speed)
    _fill(columns, "distance", roll_up(distance, 0xFFF) / 16)


def _gears(columns: dict) -> None:
    """Unpack gear changes: rear gear number and teeth, then front gear number and teeth, one byte each."""
    event, data = columns.get("event"), columns.get("data")
    if event is None or data is None or data.ndim != 1 or data.dtype == object:
        return
    is_gear = ((event == FRONT_GEAR) | (event == REAR_GEAR)) & ~np.isnan(data)
    if is_gear.any():
        packed = np.where(is_gear, whole(data), 0)
        for place, name in enumerate(("rear_gear_num", "rear_gear", "front_gear_num", "front_gear")):
            values = (packed >> (8 * place) & 0xFF).astype(np.float64)
            _fill(columns, name, np.where(is_gear & (values > 0), values, np.nan))


def _activity_and_intensity(columns: dict) -> None:
    """Unpack a monitoring byte: five bits of activity type, three of intensity."""
    packed = columns.get("current_activity_type_intensity")
    if packed is not None:
        packed = packed if packed.ndim == 1 else packed[:, 0]
        octet, missing = whole(packed), np.isnan(packed)
        _fill(columns, "activity_type", np.where(missing, np.nan, octet & 31))
        _fill(columns, "intensity", np.where(missing, np.nan, octet >> 5))


def _beats(columns: dict) -> None:
    """Unpack the times of heart beats as (n, k): a full time in 1/1024 s, then 12 bits per beat that roll over."""
    full, packed = columns.get("event_timestamp"), columns.get("event_timestamp_12")
    if packed is None or packed.ndim != 2 or packed.shape[1] < 3:
        return
    threes = packed.shape[1] // 3 * 3
    octets = whole(packed[:, :threes]).reshape(len(packed), -1, 3)
    pairs = np.stack(
        [octets[:, :, 0] | (octets[:, :, 1] & 15) << 8, octets[:, :, 1] >> 4 | octets[:, :, 2] << 4], 2
    )
    bits = pairs.reshape(len(packed), -1).astype(np.float64)
    bits[np.isnan(packed[:, 0])] = np.nan
    times = np.full(bits.shape, np.nan)
    if full is not None:
        full = full[:, None] if full.ndim == 1 else full
        width = max(full.shape[1], bits.shape[1])
        times, bits = _widened(times, width), _widened(bits, width)
        times[:, : full.shape[1]] = full
    columns["event_timestamp"] = _carry(times, bits)


def _widened(values: np.ndarray, width: int) -> np.ndarray:
    return np.pad(values, ((0, 0), (0, width - values.shape[1])), constant_values=np.nan)


def _carry(times: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Fill missing times (s) from the 12 bits, counting on from the last full time, in file order."""
    flat, low = times.ravel() * 1024, bits.ravel()
    is_full = ~np.isnan(flat)
    used = np.flatnonzero(is_full | ~np.isnan(low))
    if not len(used):
        return times
    full, values = is_full[used], whole(np.where(is_full, flat, low)[used])
    steps = np.zeros(len(values), np.int64)
    steps[1:] = (values[1:] - values[:-1]) & 0xFFF
    steps[full] = 0
    passed = np.cumsum(steps)
    anchor = np.maximum.accumulate(np.where(full, np.arange(len(values)), -1))
    flat[used] = np.where(anchor >= 0, values[anchor] + passed - passed[anchor], np.nan)
    return (flat / 1024).reshape(times.shape)
