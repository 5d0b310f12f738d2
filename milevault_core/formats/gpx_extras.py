"""Data that some programs write outside the tracks of a GPX file: heart rates by time, Samsung's exercise type."""

import numpy as np

from milevault_core.formats import xml
from milevault_core.formats.texts import floats, times

NEAR_S = 15.0  # s; a heart rate applies only to points this close in time
MOST = 200_000
_BEATS = ("heartrate", "heart_rate", "hr")
# Samsung Health's numbers for the exercises that have a track.
_SAMSUNG = {
    "1001": "walking", "1002": "running", "11007": "cycling", "13001": "hiking", "13002": "rock climbing",
    "14001": "swimming", "11009": "horse riding", "16001": "alpine skiing", "16004": "cross-country skiing",
    "16002": "snowboarding", "10007": "inline skating", "15002": "mountain biking", "14013": "kayaking",
    "15005": "treadmill running", "15003": "indoor cycling", "14008": "sailing", "14010": "rowing",
}  # fmt: skip


def note(element, about: dict) -> None:
    """Store what is found under the root element in `about`: `heart_rates` (times, bpm) and `type`."""
    beats = [_beat(e) for e in element.iter() if xml.local_name(e.tag).lower() in _BEATS]
    found = [(when, bpm) for when, bpm in beats if when and bpm][:MOST]
    if found:
        when, _ = times([when for when, _ in found])
        about["heart_rates"] = when, floats([bpm for _, bpm in found])
    kind = xml.text_of(element, "exerciseinfo", "exercisetype")
    about["type"] = _SAMSUNG.get((kind or "").strip(), "")


def _beat(element) -> tuple[str | None, str | None]:
    """The time and heart rate in an element, from its attributes or child elements."""
    told = {xml.local_name(name).lower(): value for name, value in element.attrib.items()}
    told |= {xml.local_name(child.tag).lower(): child.text for child in element}
    return told.get("time"), next(
        (told[name] for name in ("bpm", "value", "hr") if name in told), element.text
    )


def heart_rate_at(point_times: np.ndarray, when: np.ndarray, beats: np.ndarray) -> np.ndarray:
    """The heart rate at each point from the nearest noted value, as (n,) bpm; NaN if that is more than NEAR_S away."""
    known = ~np.isnat(when) & np.isfinite(beats)
    order = np.argsort(when[known], kind="stable")
    t, v = when[known][order].astype(np.int64) / 1e6, beats[known][order]
    out = np.full(len(point_times), np.nan)
    timed = np.flatnonzero(~np.isnat(point_times))
    if len(t) and len(timed):
        at = point_times[timed].astype("datetime64[us]").astype(np.int64) / 1e6
        after = np.searchsorted(t, at).clip(0, len(t) - 1)
        before = np.maximum(after - 1, 0)
        nearest = np.where(np.abs(t[before] - at) <= np.abs(t[after] - at), before, after)
        out[timed] = np.where(np.abs(t[nearest] - at) <= NEAR_S, v[nearest], np.nan)
    return out
