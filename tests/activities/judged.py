"""Judge files as the import does, and build FIT files to try it with. The tests that use this: test_judged_*.py."""

from datetime import timedelta

import numpy as np
import pytest

from milevault_core import formats
from milevault_core.activities.prepare import Prepared, prepare
from tests.builders import fit
from tests.builders.fit import START, Writer, semicircles

DAY = timedelta(days=1)


def judged(data: bytes | str, name: str = "a", **said: str) -> Prepared:
    reading = formats.read(data.encode() if isinstance(data, str) else data, name)
    assert reading.kind == "activity", reading.reason
    (recording,) = reading.recordings
    made = prepare(recording, lambda: "UTC", said=said)
    hold_together(made)
    return made


def hold_together(made: Prepared) -> None:
    """Check what must be true of every activity."""
    row = made.row
    assert row["elapsed_s"] >= (row["timer_s"] or 0) >= 0
    longest = row["elapsed_s"] if row["timer_s"] is None else row["timer_s"]
    assert longest >= (row["moving_s"] or 0)
    if row["distance_m"] and row["moving_s"] and row["avg_speed"]:
        assert row["avg_speed"] == pytest.approx(row["distance_m"] / row["moving_s"], rel=1e-6)
    assert all(value is None or np.isfinite(value) for value in row.values() if isinstance(value, float))
    assert row["distance_m"] is None or row["distance_m"] > 0


def codes(made: Prepared) -> list[str]:
    return [p.code for p in made.recording.problems]


def ride(n: int = 1200, speed: float = 6.0, extra=(), **session) -> Writer:
    """FIT: `n` points going east along 48° N, one per second; `extra(i)` gives more fields of point i."""
    w = fit.file_id(Writer())
    for i in range(n):
        fields = [(253, "uint32", START + i), (0, "sint32", semicircles(48.0)),
                  (1, "sint32", semicircles(11 + i * speed / 74_402.8)),
                  (5, "uint32", round(i * speed * 100))]  # fmt: skip
        w.add(20, *fields, *(extra(i) if extra else ()), local=1)
    return w


def close(
    w: Writer, seconds: float, metres: float, sport: int = 2, timer_s: float | None = None, extra=()
) -> bytes:
    w.add(18, (253, "uint32", int(START + seconds)), (2, "uint32", START), (5, "enum", sport), (6, "enum", 0),
          (7, "uint32", round(seconds * 1000)), (8, "uint32", round((timer_s or seconds) * 1000)),
          (9, "uint32", round(metres * 100)), *extra, local=3)  # fmt: skip
    return w.file()
