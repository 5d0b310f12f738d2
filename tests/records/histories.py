"""Invented histories for the tests of records: small, full of ties, and none of a real person."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from milevault_core.records import EFFORTS
from milevault_core.records.eligibility import ACTIVITIES, DECISIONS, History
from milevault_core.records.plausible import IMPOSSIBLE

START = pd.Timestamp("2024-12-20")
_SINGLE = [
    ("best_time", 400.0),
    ("best_time", 5000.0),
    ("power", 60.0),
    ("heart_rate", 1.0),
    ("longest_distance", 0.0),
]


@st.composite
def activity(draw):
    """(activity row without id, effort rows, decision rows)."""
    minutes = draw(st.integers(0, 60)) * 7 * 60
    start = START + pd.Timedelta(minutes=minutes)
    row = {
        "sport": draw(st.sampled_from(["running", "running", "running", "cycling", "motor_sports"])),
        "start_time": start,
        "local_day": (start + pd.Timedelta(hours=1)).normalize(),
        "is_indoor": draw(st.booleans()) and draw(st.booleans()),
        "is_virtual": draw(st.integers(0, 9)) == 0,
        "is_transition": draw(st.integers(0, 19)) == 0,
        "date_doubted": draw(st.integers(0, 19)) == 0,
    }
    efforts = [("longest_time", 0.0, float(draw(st.integers(1, 9))), 0.0, 60.0, "")]
    efforts.append(("longest_distance", 0.0, draw(st.integers(1, 40)) / 10, 0.0, 60.0, "device"))
    efforts.append(("best_time", 400.0, float(draw(st.integers(60, 130))), 0.0, 60.0, "gps"))
    if draw(st.booleans()):
        efforts.append(("best_time", 5000.0, float(draw(st.integers(1000, 1400))), 5.0, 60.0, "device"))
        efforts.append(("power", 60.0, float(draw(st.integers(100, 300))), 7.0, 60.0, ""))
    if draw(st.integers(0, 14)) == 0:
        efforts.append((IMPOSSIBLE, 100.0, 5.0, 0.0, 5.0, "gps"))
    if draw(st.integers(0, 14)) == 0:
        efforts.append(("impossible_power", 1.0, 9000.0, 0.0, 1.0, ""))
    decisions = []
    if draw(st.integers(0, 7)) == 0:
        kind, key = draw(st.sampled_from([("*", 0.0), *_SINGLE]))
        decisions.append((kind, key, draw(st.sampled_from(["keep", "not a record"]))))
    return row, efforts, decisions


def crowd(seed: int) -> list:
    """Many runs of one athlete, some far too fast for them: enough for the plausibility guard to judge them."""
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(int(rng.integers(12, 70))):
        start = START + pd.Timedelta(minutes=int(rng.integers(0, 90)) * 300)
        row = {
            "sport": "running", "start_time": start, "local_day": start.normalize(),
            "is_indoor": bool(rng.random() < 0.1), "is_virtual": False, "is_transition": False, "date_doubted": False,
        }  # fmt: skip
        seconds = float(rng.integers(95, 115) if rng.random() < 0.9 else rng.integers(55, 95))
        decisions = []
        if rng.random() < (0.4 if seconds < 85 else 0.05):
            decisions = [("best_time", 400.0, str(rng.choice(["keep", "not a record"])))]
        begin = float(rng.integers(0, 200))
        some = [("best_time", 400.0, seconds, begin, begin + seconds, "gps")]
        if rng.random() < 0.6:  # contains the 400 m, touches them, or does neither
            begin, long = (
                float(rng.integers(0, 200)),
                float(rng.integers(180, 320) if rng.random() < 0.8 else 140),
            )
            some.append(("best_time", 1000.0, long, begin, begin + long, "gps"))
            some.append(("fastest_lap", 400.0, seconds, begin, begin + seconds, "device"))
        if rng.random() < 0.6:
            peak = float(rng.integers(180, 195) if rng.random() < 0.9 else rng.integers(195, 228))
            some.append(("heart_rate", 1.0, peak, 30.0, 31.0, ""))
            some.append(("heart_rate", 60.0, peak - 5.0, float(rng.integers(0, 60)), 90.0, ""))
        parts.append((row, some, decisions))
    return parts


parts = st.one_of(st.lists(activity(), min_size=1, max_size=12), st.integers(0, 2**32 - 1).map(crowd))


def history(parts, ids=None) -> History:
    """The history of `parts`: activity n has fingerprint n and its id from `ids` (default 1, 2, …), ordered by id."""
    ids = list(ids) if ids is not None else list(range(1, len(parts) + 1))
    order = sorted(range(len(parts)), key=lambda n: ids[n])
    activities = [{"activity_id": ids[n], "fingerprint": f"{n:05d}"} | parts[n][0] for n in order if parts[n]]
    efforts = [(ids[n], *e) for n in order if parts[n] for e in parts[n][1]]
    decisions = [(ids[n], *d, *window(parts[n][1], d)) for n in order if parts[n] for d in parts[n][2]]
    frame = pd.DataFrame(activities, columns=list(ACTIVITIES))
    frame["start_time"] = pd.to_datetime(frame["start_time"])
    frame["local_day"] = pd.to_datetime(frame["local_day"])
    return History(
        frame, pd.DataFrame(efforts, columns=list(EFFORTS)), pd.DataFrame(decisions, columns=list(DECISIONS))
    )


def window(efforts, decision) -> tuple[float, float]:
    """The stretch that a decision is about, as it is stored with the decision."""
    found = [(e[3], e[4]) for e in efforts if e[:2] == decision[:2]]
    return found[0] if found else (float("nan"), float("nan"))
