"""Compared with the devices themselves: normalized power and time in zones of the sample files."""

import numpy as np

from milevault_core import formats, track
from milevault_core.metrics import Context, compute_all
from milevault_core.problems import BadFile
from milevault_core.training.zones import channel, seconds_in
from tests.samples import needs_samples, sample_files

# Files that are more than 1 % off the device, and why.
EXPLAINED = {
    "dtcooper-python-fitparse__2019-02-17-062644-ELEMNT-297E-195-0.fit": "long pauses that the device counts as 0 W",
    "dtcooper-python-fitparse__elemnt-bolt-no-application-id-inside-developer-data-id.fit": "two minutes long",
    "jimmykane-fit-parser__road-with-power.fit": "long pauses that the device counts as 0 W",
    "tormoder-fit__unterminated-strings.fit": "half a minute long",
}


def cleaned():
    for path in sample_files(".fit"):
        try:
            reading = formats.read(path.read_bytes(), path.name)
        except BadFile:
            continue
        if len(reading.recordings) == 1 and len(reading.recordings[0].track) > 1:
            recording = reading.recordings[0]
            yield path.name, recording, track.arrays(track.clean(recording.track)[0])


@needs_samples
def test_normalized_power_is_the_devices() -> None:
    off, outliers = [], []
    for name, recording, columns in cleaned():
        device = recording.totals.get("normalized_power")
        ours = compute_all(columns, Context(recording.sport)).computed.get("normalized_power")
        if device and ours:
            off.append(abs(100 * (ours / device - 1)))
            if off[-1] > 1:
                outliers.append(name)
    assert len(off) >= 14
    assert np.median(off) <= 0.3
    assert set(outliers) <= set(EXPLAINED)


@needs_samples
def test_time_in_heart_rate_zones_is_the_devices() -> None:
    off = []
    for _, recording, columns in cleaned():
        told = recording.details.get("time_in_zone", {})
        seconds, bounds = told.get("heart_rate_s"), told.get("heart_rate_bounds")
        if not seconds or not bounds or not sum(seconds) or np.isfinite(columns["heart_rate"]).sum() < 60:
            continue
        ours = np.array(seconds_in(channel("heart_rate", columns, Context(recording.sport)), bounds), float)
        device = np.zeros(len(ours))
        device[: len(seconds)] = seconds[: len(ours)]
        off.append(100 * np.abs(ours / ours.sum() - device / device.sum()).max())
    assert len(off) >= 19
    assert np.median(off) <= 0.2


@needs_samples
def test_what_devices_say_of_the_athlete_and_of_themselves() -> None:
    found = [(r.details.get("athlete", {}), r.totals) for _, r, _ in cleaned()]
    for name, at_least in (("weight_kg", 25), ("threshold_power", 20), ("max_heart_rate", 25)):
        assert sum(name in told for told, _ in found) >= at_least, name
    values = [totals["vo2max"] for _, totals in found if "vo2max" in totals]
    assert len(values) >= 20
    assert all(25 < value < 90 for value in values)
    for name, at_least, most in (("training_effect", 20, 5), ("recovery_s", 10, 96 * 3600), ("rpe", 1, 10),
                                 ("feel", 1, 100)):  # fmt: skip
        told = [totals[name] for _, totals in found if totals.get(name) is not None]
        assert len(told) >= at_least, name
        assert all(0 <= value <= most for value in told), name
