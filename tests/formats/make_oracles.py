"""Remake oracles.tsv: what other readers get from each real sample file. Counts only, no data.

    python -m tests.formats.make_oracles        (two to three minutes of CPU)

A file is an "activity" when one of the readers gets points with a time, sessions, laps or lengths from it, and the
file says that it is an activity or does not say what it is.
"""

import contextlib
import io
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import fitdecode
import fitparse
import garmin_fit_sdk
import gpxpy
from tcxreader.tcxreader import TCXReader

from tests.samples import sample_files

TABLE = Path(__file__).with_name("oracles.tsv")
NOT_ACTIVITY = {"device", "settings", "sport", "workout", "course", "schedules", "weight", "totals", "goals",
                "blood_pressure", "monitoring_a", "monitoring_b", "activity_summary", "monitoring_daily"}  # fmt: skip


def by_fitparse(data: bytes) -> Counter:
    seen: Counter = Counter()
    with contextlib.suppress(Exception):
        for message in fitparse.FitFile(io.BytesIO(data), check_crc=False).get_messages():
            if message.name != "record" or message.get_value("timestamp") is not None:
                seen[message.name] += 1
            if message.name == "file_id":
                seen[f"type {message.get_value('type')}"] += 1
    return seen


def by_fitdecode(data: bytes) -> Counter:
    seen: Counter = Counter()
    with contextlib.suppress(Exception), fitdecode.FitReader(
        io.BytesIO(data), error_handling=fitdecode.ErrorHandling.WARN, check_crc=fitdecode.CrcCheck.DISABLED
    ) as reader:  # fmt: skip
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage):
                if frame.name != "record" or frame.get_value("timestamp", fallback=None) is not None:
                    seen[frame.name] += 1
                if frame.name == "file_id":
                    seen[f"type {frame.get_value('type', fallback=None)}"] += 1
    return seen


def by_garmin(data: bytes) -> Counter:
    seen: Counter = Counter()
    with contextlib.suppress(Exception):
        decoder = garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_byte_array(bytearray(data)))
        messages, _ = decoder.read(enable_crc_check=False)
        for name, found in messages.items():
            timed = [m for m in found if name != "record_mesgs" or "timestamp" in m]
            seen[name.removesuffix("_mesgs")] += len(timed)
        for message in messages.get("file_id_mesgs", []):
            seen[f"type {message.get('type')}"] += 1
    return seen


def by_gpxpy(data: bytes) -> Counter:
    seen: Counter = Counter()
    with contextlib.suppress(Exception):
        read = gpxpy.parse(data.decode("utf-8-sig"))
        points = [p for t in read.tracks for s in t.segments for p in s.points]
        seen["record"] = sum(p.time is not None for p in points)
    return seen


def by_tcxreader(data: bytes, path: Path) -> Counter:
    seen: Counter = Counter()
    with contextlib.suppress(Exception):
        read = TCXReader().read(str(path), only_gps=False)
        if b"<Activity" in data:
            seen["record"] = sum(p.time is not None for p in read.trackpoints)
            seen["lap"] = len(read.laps)
    return seen


FIT: dict[str, Callable[[bytes], Counter]] = {
    "fitparse": by_fitparse, "fitdecode": by_fitdecode, "garmin-fit-sdk": by_garmin,
}  # fmt: skip


def is_activity(seen: Counter) -> bool:
    types = {name.removeprefix("type ") for name in seen if name.startswith("type ")}
    if types and types <= NOT_ACTIVITY:
        return False
    return any(seen[name] for name in ("record", "session", "lap", "length"))


def verdicts(path: Path) -> dict[str, Counter]:
    data = path.read_bytes()
    suffix = path.suffix.lower()
    if suffix == ".gpx":
        return {"gpxpy": by_gpxpy(data)}
    if suffix == ".tcx":
        return {"tcxreader": by_tcxreader(data, path)}
    return {name: read(data) for name, read in FIT.items()}


def main() -> None:
    warnings.simplefilter("ignore")
    lines = ["# made by make_oracles.py: file, activity or not, who gets it, the most records anyone gets"]
    for path in sample_files():
        seen = verdicts(path)
        who = [name for name, counts in seen.items() if is_activity(counts)]
        most = max(counts["record"] for counts in seen.values())
        lines.append(f"{path.name}\t{'activity' if who else '-'}\t{','.join(who) or '-'}\t{most}")
    TABLE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
