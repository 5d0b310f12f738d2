"""Reading, measured: our readers beside fitparse, fitdecode, garmin-fit-sdk and gpxpy over real files.

CPU time in one run, one file after the other: the best of five calls for our readers, and for theirs on small files. In
the comparison ours decodes every message and field (`formats.fit.decode_all`), as the others do; values are counted on
both sides after the clock has stopped. A file that another reader gives up on (fewer than nine tenths of our messages)
counts neither for nor against it.
"""

import contextlib
import io
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from bench import figure
from milevault_core.formats import MAX_BYTES, fit, gpx
from milevault_core.problems import BadFile

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "activities"
FEWEST_VALUES = 0.99  # share of fitparse's values; below it, the ratio to fitparse is void
LARGEST = 10
SMALL = 50_000  # bytes: every reader reads files below this size five times, and the best time counts


def samples(suffix: str) -> list[Path]:
    """Real files with this suffix: the folder MILEVAULT_SAMPLES, else the one beside the checkout."""
    folder = Path(os.environ.get("MILEVAULT_SAMPLES") or _BESIDE)
    found = folder.iterdir() if folder.is_dir() else []
    return sorted(p for p in found if p.suffix.lower() == suffix and 0 < p.stat().st_size <= MAX_BYTES)


def by_fitparse(data: bytes) -> list:
    import fitparse

    messages: list = []
    with contextlib.suppress(Exception):  # it raises at damage, after returning what came before
        for message in fitparse.FitFile(io.BytesIO(data), check_crc=False).get_messages():
            messages.append(message)
    return messages


def by_fitdecode(data: bytes) -> list:
    import fitdecode

    messages: list = []
    careless = {"check_crc": fitdecode.CrcCheck.DISABLED, "error_handling": fitdecode.ErrorHandling.WARN}
    with contextlib.suppress(Exception), fitdecode.FitReader(io.BytesIO(data), **careless) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage):
                messages.append(frame)
    return messages


def by_garmin(data: bytes) -> list:
    import garmin_fit_sdk

    stream = garmin_fit_sdk.Stream.from_byte_array(bytearray(data))
    messages: Any = garmin_fit_sdk.Decoder(stream).read()[0]
    return [message for found in messages.values() for message in found]


OTHERS: dict[str, tuple[Callable[[bytes], list], float]] = {  # reader, and how many times faster ours must be
    "fitparse": (by_fitparse, 80),
    "fitdecode": (by_fitdecode, 40),
    "garmin-fit-sdk": (by_garmin, 25),
}


def cpu_s[S, T](read: Callable[[S], T], data: S, times: int = 1) -> tuple[float, T]:
    """CPU seconds of the best of `times` calls, and what the call returned."""
    best = math.inf
    for _ in range(times):
        began = process_time()
        result = read(data)
        best = min(best, process_time() - began)
    return best, result


def count_values(columns: dict[int, dict[str, np.ndarray]]) -> int:
    """Values in decode_all's columns; a field with several values counts once per message."""
    total = 0
    for fields in columns.values():
        for values in fields.values():
            held = values != None if values.dtype == object else np.isfinite(values)  # noqa: E711
            total += int((held if held.ndim == 1 else held.any(axis=1)).sum())
    return total


def geometric_mean(ratios: Iterable[float]) -> float:
    logs = [math.log(r) for r in ratios]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def run() -> list[dict]:
    """Speed and memory of reading, with the budgets of the project."""
    files = samples(".fit")
    if not files:
        print(
            "The folder of real files is not here (MILEVAULT_SAMPLES); nothing to compare on.",
            file=sys.stderr,
        )
        return _one_hour()
    return [*_one_hour(), *_fit(files), *_gpx(samples(".gpx")), *_memory(files)]


def _one_hour() -> list[dict]:
    from bench.hour import hour_fit

    data = hour_fit(0)
    fit.read(data)
    seconds, _ = cpu_s(fit.read, data, times=15)
    return [figure("FIT of an hour: bytes to recording, CPU", seconds * 1000, "ms", "at most 5")]


def _fit(files: list[Path]) -> list[dict]:
    ratios: dict[str, dict[str, float]] = {name: {} for name in OTHERS}
    values = {"ours": 0, "fitparse": 0}
    missing = set()
    for path in files:
        data = path.read_bytes()
        try:
            fit.decode_all(data)
        except BadFile:
            continue
        ours_s, columns = cpu_s(fit.decode_all, data, times=5)
        messages = sum(len(next(iter(fields.values()), [])) for fields in columns.values())
        for name, (read, _) in OTHERS.items():
            try:
                theirs_s, found = cpu_s(read, data, times=5 if len(data) < SMALL else 1)
            except ImportError:
                missing.add(name)
                continue
            if len(found) >= 0.9 * messages:
                ratios[name][path.name] = theirs_s / ours_s
            if name == "fitparse":
                values["fitparse"] += sum(int(f.value is not None) for m in found for f in m.fields)
                values["ours"] += count_values(columns)
    for name in sorted(missing):
        print(f"{name} is not installed (requirements-dev.txt): not compared.", file=sys.stderr)
    share = values["ours"] / values["fitparse"] if values["fitparse"] else math.nan
    counted = f"{values['ours']:,} values, fitparse {values['fitparse']:,}"
    out = [figure("values read, share of fitparse's", share, "", f"at least {FEWEST_VALUES}", counted)]
    largest = {p.name for p in sorted(files, key=lambda p: p.stat().st_size)[-LARGEST:]}
    for name, (_, budget) in OTHERS.items():
        if name in missing:
            continue
        valid = name != "fitparse" or share >= FEWEST_VALUES
        for what, chosen in (("largest", [r for f, r in ratios[name].items() if f in largest]),
                             ("all", list(ratios[name].values()))):  # fmt: skip
            if chosen:
                ratio = geometric_mean(chosen) if valid else 0.0
                against = f"{len(chosen)} files, {min(chosen):.0f} to {max(chosen):.0f}"
                label = f"FIT, {what}: times faster than {name}"
                out.append(figure(label, ratio, "x", f"at least {budget}", against))
    return out


def _gpx(files: list[Path]) -> list[dict]:
    import gpxpy

    ratios: dict[str, float] = {}
    for path in files:
        data = path.read_bytes()
        with contextlib.suppress(Exception):  # gpxpy cannot read them all
            text = data.decode("utf-8-sig")
            times = 5 if len(data) < SMALL else 1
            theirs_s, _ = cpu_s(gpxpy.parse, text, times)
            gpx.read(data)
            ratios[path.name] = theirs_s / cpu_s(gpx.read, data, times=5)[0]
    largest = {p.name for p in sorted(files, key=lambda p: p.stat().st_size)[-LARGEST:]}
    out = []
    for what, chosen, budget in (
        ("largest", [r for f, r in ratios.items() if f in largest], "at least 3"),
        ("all", list(ratios.values()), "at least 3"),
    ):
        if chosen:
            against = f"{len(chosen)} files, {min(chosen):.1f} to {max(chosen):.1f}"
            ratio = geometric_mean(chosen)
            out.append(figure(f"GPX, {what}: times faster than gpxpy", ratio, "x", budget, against))
    return out


# VmHWM, not getrusage, which starts at the parent's peak in a process made by fork or vfork.
_MEASURE = """
import re, sys
from bench import read
data, small = (open(name, "rb").read() for name in sys.argv[2:])
call = read.fit.decode_all if sys.argv[1] == "ours" else read.by_fitparse
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
call(small)  # what is imported on first use is not the reader's
before = peak()
call(data)
print(peak() - before)
"""


def peak_mib(who: str, path: Path, small: Path) -> float:
    """Peak resident memory (MiB) of reading one file in a process of its own, above that of a small file."""
    command = [sys.executable, "-W", "ignore", "-c", _MEASURE, who, str(path), str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    return int(done.stdout.split()[-1]) / 1024


def _memory(files: list[Path]) -> list[dict]:
    if not Path("/proc/self/status").exists():
        return []
    by_size = sorted(files, key=lambda p: p.stat().st_size)
    ours, theirs = (peak_mib(who, by_size[-1], by_size[len(by_size) // 4]) for who in ("ours", "fitparse"))
    against = f"{ours:.0f} MiB, fitparse {theirs:.0f} MiB for {by_size[-1].stat().st_size / 2**20:.1f} MiB"
    return [
        figure("FIT, largest: peak memory, share of fitparse's", ours / theirs, "", "at most 0.25", against)
    ]
