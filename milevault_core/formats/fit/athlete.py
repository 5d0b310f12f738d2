"""What a FIT file says about the athlete: the device's settings, and values that it computed (message 140)."""

import numpy as np

from milevault_core.formats.fit.columns import Table

# Plausible values; anything else is a field that nobody filled in.
_LIMITS = {
    "weight_kg": (20.0, 300.0), "height_m": (1.0, 2.5), "resting_heart_rate": (25.0, 120.0),
    "max_heart_rate": (100.0, 230.0), "threshold_heart_rate": (80.0, 220.0), "threshold_power": (30.0, 600.0),
    "threshold_speed": (1.0, 8.0), "vo2max": (10.0, 100.0), "recovery_s": (0.0, 10 * 86_400.0),
    "training_effect": (0.1, 6.0), "anaerobic_training_effect": (0.1, 6.0),
}  # fmt: skip


def told(profile: Table, target: Table, physiology: Table, session: dict, zones: dict) -> dict[str, float]:
    """The athlete's values in a file, in SI units, as far as present: weight_kg, height_m, is_female (1 or 0),
    resting_heart_rate, max_heart_rate, threshold_heart_rate, threshold_power, threshold_speed."""
    found = {
        "weight_kg": profile.first("weight"),
        "height_m": profile.first("height"),
        "resting_heart_rate": zones.get("resting_heart_rate", profile.first("resting_heart_rate")),
        "max_heart_rate": _first(
            zones.get("max_heart_rate"),
            target.first("max_heart_rate"),
            profile.first("default_max_heart_rate"),
        ),
        "threshold_heart_rate": _first(
            zones.get("threshold_heart_rate"),
            target.first("threshold_heart_rate"),
            _last(physiology, "threshold_heart_rate"),
        ),
        "threshold_power": _first(
            session.get("threshold_power"),
            zones.get("threshold_power"),
            target.first("functional_threshold_power"),
        ),
        "threshold_speed": _last(physiology, "threshold_speed"),
    }
    values = _plausible(found)
    gender = profile.first("gender")
    if gender in (0, 1):
        values["is_female"] = float(gender == 0)
    return values


def physiology(table: Table) -> dict[str, float]:
    """The device's own VO2max (ml/kg/min), training effects and recovery time (s), as far as present."""
    if not table.n:
        return {}
    minutes = _last(table, "recovery_time_min")
    found = {name: _last(table, name) for name in ("vo2max", "training_effect", "anaerobic_training_effect")}
    return _plausible(found | {"recovery_s": None if minutes is None else minutes * 60.0})


def _plausible(found: dict) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in found.items()
        if isinstance(value, int | float | np.number) and _LIMITS[name][0] <= value <= _LIMITS[name][1]
    }


def _first(*values):
    """The first value that is present and not 0, because devices write 0 for a setting that was never made."""
    return next((v for v in values if v), None)


def _last(table: Table, name: str) -> float | None:
    values = table.get(name)
    if values is None or values.dtype == object or values.ndim != 1:
        return None
    values = values[~np.isnan(values)]
    return float(values[-1]) if len(values) else None
