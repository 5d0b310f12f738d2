"""Two watches on one wrist: nothing counts twice."""

from datetime import UTC, date, datetime

from milevault_core.formats import wellness
from milevault_core.health.devices import by_device, of_devices
from tests.builders.fit import FIT_EPOCH, Writer

T0 = int(datetime(2025, 11, 6, tzinfo=UTC).timestamp()) - FIT_EPOCH
DAY = date(2025, 11, 6)


def watch(serial: int, beats: int, steps: int, minutes: int, at: int = 600) -> bytes:
    w = Writer().add(0, (0, "enum", 32), (3, "uint32z", serial), (4, "uint32", T0))
    w.add(103, (253, "uint32", T0), (0, "uint32", T0), local=1)
    for k in range(beats):
        w.add(55, (26, "uint16", (T0 + 60 * k + 60) & 0xFFFF), (27, "uint8", 60), local=2)
    w.add(55, (253, "uint32", T0 + at), (5, "enum", 6), (3, "uint32", steps), local=3)
    w.add(55, (253, "uint32", T0 + at), (33, "uint16", minutes), (34, "uint16", 0), local=4)
    return w.file()


def totals(*files: bytes) -> dict[str, float]:
    found = of_devices(by_device(wellness.read(file) for file in files))
    assert {value.day for value in found} == {DAY}
    return {value.metric: value.value for value in found}


def test_the_watch_that_was_worn_longest_counts_alone():
    files = watch(1, 100, 5000, 30), watch(2, 20, 5100, 25, at=900)
    for order in (files, files[::-1]):
        found = totals(*order)
        assert (found["steps"], found["im_moderate"]) == (5000, 30)


def test_files_of_one_watch_add_up():
    found = totals(watch(1, 10, 5000, 30), watch(1, 10, 5600, 25, at=900))
    assert (found["steps"], found["im_moderate"]) == (5600, 55)


def test_what_only_the_other_device_measures_counts_too():
    scale = Writer().add(0, (0, "enum", 9), (3, "uint32z", 7), (4, "uint32", T0))
    scale.add(30, (253, "uint32", T0 + 600), (0, "uint16", 7200), local=1)
    found = totals(watch(1, 10, 5000, 30), scale.file())
    assert (found["steps"], found["weight_kg"]) == (5000, 72)
