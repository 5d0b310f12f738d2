"""`bench apple [GB]` (2): an Apple Health export.xml of some gigabytes, made as a stream; memory and CPU of dividing it
by month, as an import does, and of reading the months."""

import multiprocessing
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta

from bench import figure
from milevault_core.formats import apple_health, apple_months
from milevault_core.formats.peek import unpacked

FIRST = date(2014, 1, 1)
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">\n <ExportDate value="2026-01-01"/>\n'
_WATCH = (
    'sourceName="Ann’s Apple Watch" sourceVersion="10.1" device="&lt;&lt;HKDevice: 0x281&gt;, name:Apple Watch, '
    'manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:10.1&gt;"'
)


def run(gigabytes: str = "2") -> list[dict]:
    """Measured in a process of its own, so that its peak memory is known."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        size, before, most, cpu_s, read_s, beats = pool.submit(_measure, float(gigabytes)).result()
    against = f"{size / 1e9:.2f} GB of XML, made as a stream"
    return [
        figure("most memory while it is divided and read", most / 2**20, "MB", "at most 300", against),
        figure("of which the program itself", before / 2**20, "MB", "", against),
        figure("divided by month", cpu_s / (size / 1e9), "CPU s a GB", "", against),
        figure("months read", read_s / (size / 1e9), "CPU s a GB", "", against),
        figure("heart rates read", beats / 1e6, "million", "", against),
    ]


def _measure(gigabytes: float) -> tuple[int, int, int, float, float, int]:
    """(bytes, memory before and at its peak in bytes, CPU s of dividing and of reading, heart rates)."""
    before, size = _most(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in export(int(gigabytes * 1e9)):
            size += len(piece)
            yield piece

    began = time.process_time()
    divided = apple_months.Months().feed(counted())
    cpu_s, beats = time.process_time() - began, 0
    began = time.process_time()
    for _, data in divided.files():
        beats += len(apple_health.read([unpacked(data)]).samples["hr"].time)
    return size, before, _most(), cpu_s, time.process_time() - began, beats


def _most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def export(size: int) -> Iterator[bytes]:
    """An export of about `size` bytes, day by day: a heart rate every minute, steps of a watch and a phone."""
    yield _HEAD
    days, made = [_day(k) for k in range(7)], len(_HEAD)
    number = 0
    while made < size:
        piece = days[number % 7].replace(b"@DAY@", f"{FIRST + timedelta(days=number)}".encode())
        made, number = made + len(piece), number + 1
        yield piece
    yield b"</HealthData>\n"


def _day(kind: int) -> bytes:
    lines = []
    for minute in range(1440):
        at = f"@DAY@ {minute // 60:02d}:{minute % 60:02d}:{(minute * 7 + kind) % 60:02d} +0100"
        rate = 48 + (minute * (kind + 3)) % 71
        lines.append(_record("HeartRate", "count/min", at, rate, _WATCH))
        if minute % 10 == 0:
            for source in (_WATCH, 'sourceName="Ann’s iPhone" sourceVersion="17.1"'):
                lines.append(_record("StepCount", "count", at, (minute * (kind + 1)) % 900, source))
    return "".join(lines).encode()


def _record(kind: str, unit: str, at: str, value: float, source: str) -> str:
    return (
        f' <Record type="HKQuantityTypeIdentifier{kind}" {source} unit="{unit}" creationDate="{at}" startDate="{at}" '
        f'endDate="{at}" value="{value}"/>\n'
    )
