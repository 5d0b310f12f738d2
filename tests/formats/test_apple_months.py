"""Apple Health's XML split into monthly files: together they give what the whole gives, no night is divided and memory
stays flat."""

import gzip
import tracemalloc
from collections.abc import Iterator

import pytest

from milevault_core.formats import apple_health, apple_months
from milevault_core.health.days import join
from milevault_core.health.rank import latest
from milevault_core.problems import BadFile

Q, SLEEP = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifierSleepAnalysis"
HEAD = b'<?xml version="1.0"?><!DOCTYPE HealthData [<!ELEMENT HealthData ANY>]><HealthData locale="de_DE">'


def record(
    kind: str, start: str, end: str, value: str, unit: str = "count", source: str = "Ann&apos;s &lt;Watch&gt;"
) -> str:
    return (
        f'<Record type="{kind}" sourceName="{source}" unit="{unit}" creationDate="2024-05-02 00:00:00 +0200" '
        f'startDate="2024-{start} +0200" endDate="2024-{end} +0200" value="{value}"/>'
    )


def whole() -> bytes:
    stage = "HKCategoryValueSleepAnalysisAsleep"
    rows = [
        *(record(f"{Q}StepCount", f"{month}-{day:02d} 10:00:00", f"{month}-{day:02d} 10:05:00", str(100 + day))
          for month in ("03", "04") for day in range(1, 29)),
        *(record(f"{Q}HeartRate", f"{month}-05 10:{m:02d}:00", f"{month}-05 10:{m:02d}:00", str(60 + m), "count/min")
          for month in ("03", "04") for m in range(60)),
        record(f"{Q}BodyMass", "04-02 07:00:00", "04-02 07:00:00", "71.5", "kg"),
        record(SLEEP, "03-31 22:30:00", "03-31 23:50:00", f"{stage}Core"),  # the night from March to April
        record(SLEEP, "03-31 23:50:00", "04-01 06:00:00", f"{stage}Deep"),
        record(f"{Q}NumberOfTimesFallen", "04-02 07:00:00", "04-02 07:00:00", "1"),
        record(f"{Q}StepCount", "x", "y", "1"),
    ]  # fmt: skip
    return HEAD + "".join(rows).encode() + b"</HealthData>"


def divided(data: bytes, size: int = 1000) -> tuple[apple_months.Months, dict[str, bytes]]:
    made = apple_months.Months().feed(data[at : at + size] for at in range(0, len(data), size))
    return made, {name: gzip.decompress(packed) for name, packed in made.files()}


def test_the_months_say_what_the_whole_says() -> None:
    made, files = divided(whole())
    assert sorted(files) == ["2024-03", "2024-04"]
    assert made.left == 2
    together = join([apple_health.read([data]) for data in files.values()])
    alone = apple_health.read([whole()])
    assert sorted(map(repr, together.day_values)) == sorted(map(repr, alone.day_values))
    assert [(n.day, n.start, n.end, n.seconds) for n in together.nights] == [
        (n.day, n.start, n.end, n.seconds) for n in alone.nights
    ]
    assert len(together.nights) == 1
    for metric, series in alone.samples.items():
        assert series.time.tolist() == together.samples[metric].time.tolist()
        assert series.value.tolist() == together.samples[metric].value.tolist()


def test_an_amount_over_the_end_of_a_month_is_divided_between_the_months() -> None:
    rows = [
        record(f"{Q}StepCount", "10-31 20:00:00", "10-31 20:05:00", "500"),
        record(f"{Q}StepCount", "10-31 23:40:00", "11-01 00:20:00", "900"),
        record(f"{Q}StepCount", "11-01 09:00:00", "11-01 09:05:00", "1000"),
        record(f"{Q}StepCount", "11-30 23:50:00", "12-01 00:00:00", "80"),  # all of it in November
        record(f"{Q}StepCount", "11-29 10:00:00", "12-02 10:00:00", "70"),  # too long: left out
    ]
    data = HEAD + "".join(rows).encode() + b"</HealthData>"
    _, files = divided(data)
    assert sorted(files) == ["2024-10", "2024-11"]
    told = [(str(v.day), v.value) for one in files.values() for v in apple_health.read([one]).day_values]
    assert told == [("2024-10-31", 950), ("2024-11-01", 1450), ("2024-11-30", 80)]
    assert told == [(str(v.day), v.value) for v in apple_health.read([data]).day_values]


def test_the_same_export_gives_the_same_files() -> None:
    assert divided(whole(), 7)[1] == divided(whole(), 5000)[1]


def test_what_comes_before_the_damage_is_kept() -> None:
    assert list(divided(whole()[:4000])[1]) == ["2024-03"]


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE HealthData [<!ENTITY a "b">]><HealthData>&a;</HealthData>'
    with pytest.raises(BadFile):
        apple_months.Months().feed([bomb])


def told(*files: bytes) -> tuple[list, list, dict]:
    """What the files give together: daily values, nights, samples."""
    together = join([apple_health.read([data]) for data in files])
    values = sorted((str(v.day), v.metric, round(v.value, 6)) for v in latest(together.day_values))
    nights = sorted((n.day, n.start, n.end, n.seconds, n.stages) for n in together.nights)
    samples = {name: list(zip(*map(list, series), strict=True)) for name, series in together.samples.items()}
    return values, nights, samples


def busy_month(zone: str) -> bytes:
    """Two devices that record in the same hours around every midnight; sleep at night, and on some days by day."""
    stage = "HKCategoryValueSleepAnalysisAsleep"
    rows = []
    for day in range(1, 29):
        for hour in (22, 23):
            for source, steps, beats in (("Watch", 300, 5), ("Phone", 200, 3)):
                rows.append(record(f"{Q}StepCount", f"03-{day:02d} {hour}:10:00", f"03-{day:02d} {hour}:20:00",
                                   str(steps + day), source=source))  # fmt: skip
                for m in range(beats):
                    at = f"03-{day:02d} {hour}:{10 * m:02d}:00"
                    rows.append(record(f"{Q}HeartRate", at, at, str(60 + m + beats), "count/min", source))
        over = f"03-{day + 1:02d} 00:30:00"
        rows.append(record(f"{Q}StepCount", f"03-{day:02d} 23:30:00", over, "120", source="Watch"))
        rows.append(record(f"{Q}HeartRate", f"03-{day + 1:02d} 00:10:00", f"03-{day + 1:02d} 00:10:00", "99",
                           "count/min", "Phone"))  # fmt: skip
        by_day = day % 5 == 1  # a shift worker sleeps through noon
        for begin, end, kind in (("08:00", "11:30", "Core"), ("11:30", "15:00", "Deep")) if by_day else (
            ("00:40", "04:00", "Core"), ("04:00", "06:00", "Deep")
        ):  # fmt: skip
            rows.append(record(SLEEP, f"03-{day:02d} {begin}:00", f"03-{day:02d} {end}:00", stage + kind))
    rows.sort(key=lambda row: row[:80])  # by type, as in Apple's exports
    return HEAD + "".join(rows).replace("+0200", zone).encode() + b"</HealthData>"


@pytest.mark.parametrize("zone", ["+0200", "-0800", "+0530", "-0330"])
def test_a_month_with_more_than_a_file_holds_is_several_of_whole_days(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    data = busy_month(zone)
    monkeypatch.setattr(apple_months, "MOST", 12_000)
    _, files = divided(data)
    assert len(files) > 5
    assert all(len(one) < 13_000 for one in files.values())
    assert told(*files.values()) == told(data)
    assert divided(data, 7)[1] == files


@pytest.mark.parametrize("zone", ["+0200", "+0530"])
def test_no_night_by_day_and_no_hour_is_divided_between_months(zone: str) -> None:
    data = busy_month(zone).replace(b"-03-2", b"-04-0").replace(b"-03-1", b"-03-3")
    data = b"".join(part for part in data.replace(b"/>", b"/>\n").splitlines(True)
                    if not any(f"-03-3{n}".encode() in part for n in range(2, 10))
                    and b"-04-00" not in part)  # fmt: skip
    _, files = divided(data)
    assert list(files) == ["2024-03", "2024-04"]
    assert told(*files.values()) == told(data)


def a_night(until: int, zone: str) -> bytes:
    """The first stages of a night of twelve around midnight, as in an export made during it; a phone records it too."""
    stage = "HKCategoryValueSleepAnalysisAsleep"
    clock = [
        f"03-{1 + (n + 4) // 48:02d} {(n + 4) // 2 % 24:02d}:{(n % 2) * 30:02d}:00" for n in range(36, 70)
    ]
    rows = [
        record(SLEEP, clock[n], clock[n + 1], stage + ("Core", "Deep", "REM")[n % 3]) for n in range(until)
    ]
    rows.append(record(SLEEP, clock[1], clock[until], f"{stage}Unspecified", source="Phone"))
    return HEAD + "".join(rows).replace("+0200", zone).encode() + b"</HealthData>"


@pytest.mark.parametrize("zone", ["+0200", "-0800"])
@pytest.mark.parametrize("until", [2, 6, 8, 11])
def test_an_export_made_during_a_night_cuts_none_short_whenever_it_is_imported(until: int, zone: str) -> None:
    whole_night, part = a_night(12, zone), a_night(until, zone)
    assert told(whole_night, part) == told(part, whole_night) == told(whole_night)
    assert told(part) != told(whole_night)


def test_a_stretch_of_sleep_that_cannot_be_right_spoils_no_night() -> None:
    good = record(SLEEP, "03-03 23:00:00", "03-04 06:00:00", "HKCategoryValueSleepAnalysisAsleepCore")
    bad = record(SLEEP, "03-01 23:00:00", "03-20 06:00:00", "HKCategoryValueSleepAnalysisAsleepCore")
    data = HEAD + (good + bad).encode() + b"</HealthData>"
    assert [n.asleep_s for n in apple_health.read([data]).nights] == [7 * 3600]
    assert "1 record is not in Apple's format" in apple_health.read([data]).problems[0].text
    made, files = divided(data)
    assert (made.left, [n.asleep_s for n in apple_health.read(files.values()).nights]) == (1, [7 * 3600])


def test_memory_stays_flat() -> None:
    def pieces(count: int) -> Iterator[bytes]:
        yield HEAD
        beat = record(f"{Q}HeartRate", "03-05 10:10:00", "03-05 10:10:00", "61", "count/min").encode() * 100
        for _ in range(count):
            yield beat

    def peak(count: int) -> int:
        tracemalloc.start()
        apple_months.Months().feed(pieces(count))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(200) < 1.5 * peak(50) + 200_000
