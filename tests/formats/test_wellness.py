"""Wellness FIT files: a generated file for each trap that real watches set."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milevault_core.formats import wellness
from milevault_core.formats.health_data import HealthData
from milevault_core.health.days import day_values, join
from milevault_core.health.nights import nights
from milevault_core.problems import BadFile
from tests.builders.fit import FIT_EPOCH, Writer, file_id

MIDNIGHT = int(datetime(2025, 11, 5, 23, 0, tzinfo=UTC).timestamp())  # 6 November, an hour ahead of UTC
T0, DAY, EVE = MIDNIGHT - FIT_EPOCH, date(2025, 11, 6), date(2025, 11, 5)
WALKING, RUNNING = 6, 1


def monitoring(start: int = T0, offset: int | None = 3600, kind: int = 32) -> Writer:
    w = file_id(Writer(), kind, created=start)
    local = None if offset is None else start + offset
    return w.add(103, (253, "uint32", start), (0, "uint32", local), (5, "uint16", 1900), local=1)


def counter(w: Writer, at: int, kind: int, steps: int, metres: float = 0, kcal: int = 0) -> Writer:
    return w.add(55, (253, "uint32", at), (5, "enum", kind), (3, "uint32", steps), (2, "uint32", round(metres * 100)),
                 (19, "uint16", kcal), local=2)  # fmt: skip


def beat(w: Writer, at: int, bpm: int) -> Writer:
    return w.add(55, (26, "uint16", at & 0xFFFF), (27, "uint8", bpm), local=3)


def of_day(data: HealthData, metric: str, otherwise_s: int = 3600) -> dict[date, float]:
    return {v.day: v.value for v in day_values(data, otherwise_s) if v.metric == metric}


def test_times_of_16_bits_run_over():
    w = monitoring()
    at = [T0 + 60 + 20_000 * i for i in range(10)]  # almost three wrap-arounds of 65,536 s
    for second in at:
        beat(w, second, 60)
    assert wellness.read(w.file()).samples["hr"].time.tolist() == [second + FIT_EPOCH for second in at]


def test_a_full_time_sets_the_clock_between_short_ones():
    w = monitoring()
    beat(w, T0 + 60, 50)
    counter(w, T0 + 90_000, WALKING, 5)  # later than one wrap-around of the 16 bits
    beat(w, T0 + 90_060, 51)
    w.add(103, (253, "uint32", T0 + 300_000), (0, "uint32", T0 + 303_600), (5, "uint16", 1900), local=1)
    beat(w, T0 + 300_120, 52)
    times = wellness.read(w.file()).samples["hr"].time - FIT_EPOCH - T0
    assert times.tolist() == [60, 90_060, 300_120]


def test_short_times_before_any_full_one_are_reported():
    w = beat(file_id(Writer(), 32), T0, 60)
    beat(counter(w, T0 + 60, WALKING, 5), T0 + 120, 61)
    data = wellness.read(w.file())
    assert data.samples["hr"].value.tolist() == [61]
    assert [p.code for p in data.problems] == ["points_dropped"]


def test_steps_hide_as_cycles():
    """The same number: parsers say 208 steps if the type has its own field, and 104 cycles if it is packed."""
    w = counter(monitoring(), T0 + 900, WALKING, 208)
    w.add(55, (253, "uint32", T0 + 1800), (24, "byte", RUNNING | 3 << 5), (3, "uint32", 500), local=4)
    w.add(
        55, (253, "uint32", T0 + 1800), (5, "enum", 2), (3, "uint32", 999), local=2
    )  # cycling: revolutions, not steps
    assert of_day(wellness.read(w.file()), "steps") == {DAY: 708}


def test_counters_go_up_from_midnight_by_type_and_are_never_summed():
    w = monitoring()
    for at, walked, ran in ((900, 100, 0), (1800, 300, 50), (2700, 300, 80)):
        counter(w, T0 + at, WALKING, walked, walked * 0.7, 10)
        counter(w, T0 + at, RUNNING, ran, ran * 1.1, 20)
    again = monitoring(T0 + 2700)  # the next file begins with the last counters of this one
    counter(again, T0 + 2700, WALKING, 300, 210, 10)
    counter(again, T0 + 2700, RUNNING, 80, 88, 20)
    for files in ([w, again], [again, w], [w, again, w]):
        data = join(wellness.read(f.file()) for f in files)
        assert of_day(data, "steps") == {DAY: 380}
        assert of_day(data, "distance_m") == {DAY: pytest.approx(298)}
        assert of_day(data, "kcal_active") == {DAY: 30}


def test_the_sample_of_midnight_belongs_to_the_day_before():
    w = counter(monitoring(), T0, WALKING, 8625)
    counter(w, T0 + 900, WALKING, 12)
    data = wellness.read(w.file())
    assert of_day(data, "steps") == {EVE: 8625, DAY: 12}


def test_intensity_minutes_are_increments():
    w = monitoring()
    for at, moderate, vigorous in ((600, 3, 0), (1200, 4, 2), (1800, 1, 0)):
        w.add(55, (253, "uint32", T0 + at), (33, "uint16", moderate), (34, "uint16", vigorous), local=5)
    data = join([wellness.read(w.file()), wellness.read(w.file())])  # the same file twice counts once
    assert (of_day(data, "im_moderate"), of_day(data, "im_vigorous")) == ({DAY: 8}, {DAY: 2})


def test_codes_are_not_measurements():
    w = monitoring()
    for i, (bpm, stress, battery, breath) in enumerate([(0, -1, 40, -100), (60, -2, 41, 0), (70, 30, 42, 1450),
                                                        (80, 50, 255, -200)]):  # fmt: skip
        beat(w, T0 + 60 + i * 60, bpm)
        at = T0 + 60 + i * 60
        w.add(227, (0, "sint16", stress), (1, "uint32", at), (3, "uint8", battery), local=6)
        w.add(297, (253, "uint32", at), (0, "sint16", breath), local=7)
        w.add(269, (253, "uint32", at), (0, "uint8", [0, 97, 255, 95][i]), (1, "uint8", 3), local=8)
    data = wellness.read(w.file())
    assert {k: v.value.tolist() for k, v in data.samples.items() if k != "kcal_bmr"} == {
        "hr": [60, 70, 80], "stress": [30, 50], "body_battery": [40, 41, 42], "respiration": [14.5], "spo2": [97, 95],
    }  # fmt: skip
    assert (of_day(data, "hr_min"), of_day(data, "stress_avg")) == ({DAY: 60}, {DAY: 40})
    assert (of_day(data, "bb_high"), of_day(data, "spo2_low")) == ({DAY: 42}, {DAY: 95})


def test_the_last_resting_heart_rate_counts_but_not_that_of_midnight():
    w = monitoring()
    for at, resting in ((5_280, 75), (37_140, 63), (86_400, 71)):
        w.add(211, (253, "uint32", T0 + at), (0, "uint8", 61), (1, "uint8", resting), local=6)
    assert of_day(wellness.read(w.file()), "rhr") == {DAY: 63}


def test_the_offset_is_that_of_each_file():
    home = counter(monitoring(), T0 + 82_800, WALKING, 5000)  # 23:00 at home
    away = counter(
        monitoring(T0 + 90_000, -8 * 3600), T0 + 90_060, WALKING, 6000
    )  # still the 6th there, 9 h behind home
    data = join([wellness.read(home.file()), wellness.read(away.file())])
    assert of_day(data, "steps") == {DAY: 6000}
    assert data.offsets.value.tolist() == [3600, -28_800]


def test_an_offset_that_is_nowhere_on_earth_is_not_believed():
    data = wellness.read(counter(monitoring(offset=-T0), T0 + 900, WALKING, 7).file())
    assert len(data.offsets.time) == 0
    assert of_day(data, "steps") == {DAY: 7}


def test_local_stamps_are_not_taken_for_utc():
    wake = T0 + 6 * 3600
    w = file_id(Writer(), 73, created=wake)
    w.add(
        398,
        (253, "uint32", wake),
        (0, "uint32", wake + 3600),
        (1, "float32", -0.4),
        (4, "float32", 33.1),
        local=1,
    )
    data = wellness.read(w.file())
    assert data.samples["skin_temp_dev"].time.tolist() == [wake + FIT_EPOCH]
    assert of_day(data, "skin_temp_dev", 0) == {DAY: pytest.approx(-0.4, abs=1e-6)}


def stages(*marks: tuple[int, int], kind: int = 49) -> bytes:
    w = file_id(Writer(), kind, created=T0 + marks[-1][0])
    for at, level in marks:
        w.add(275, (253, "uint32", T0 + at), (0, "enum", level), local=1)
    return w.file()


def test_a_night_in_many_files_belongs_to_the_morning():
    first, second = stages((-3600, 2), (0, 3), (1800, 4)), stages((3600, 1), (3900, 2), (21_600, 1))
    for files in ([first, second], [second, first]):
        (night,) = nights(join(map(wellness.read, files)), 3600)
        assert (night.day, night.start, night.end) == (DAY, MIDNIGHT - 3600, MIDNIGHT + 21_600)
        assert night.seconds == {"light": 3600 + 17_700, "deep": 1800, "rem": 1800, "awake": 300}
        assert [s.stage for s in night.stages] == ["light", "deep", "rem", "awake", "light"]


def test_a_night_that_ends_before_midnight_belongs_to_that_day():
    (night,) = nights(wellness.read(stages((-20_000, 2), (-60, 1))), 3600)
    assert night.day == EVE


def test_files_that_are_only_awake_hold_no_night():
    assert nights(wellness.read(stages((0, 1), (600, 0), (3600, 1), (20_000, 1))), 3600) == []


def test_being_up_before_and_after_is_not_part_of_the_night():
    (night,) = nights(wellness.read(stages((-1200, 1), (0, 2), (20_000, 1), (20_060, 1), (20_120, 1))), 3600)
    assert (night.start - MIDNIGHT, night.end - MIDNIGHT, night.seconds) == (0, 20_000, {"light": 20_000})


def test_a_second_sleep_of_the_day_is_a_nap():
    found = nights(wellness.read(stages((0, 2), (20_000, 1), (50_000, 2), (52_000, 1))), 3600)
    assert [(n.is_nap, n.asleep_s) for n in found] == [(False, 20_000), (True, 2_000)]


def test_naps_but_not_deleted_ones():
    w = file_id(Writer(), 49)
    for start, deleted in ((50_000, 0), (60_000, 1)):
        w.add(412, (0, "uint32", T0 + start), (1, "sint16", 60), (2, "uint32", T0 + start + 1500), (3, "sint16", 60),
              (5, "enum", deleted), local=1)  # fmt: skip
    (nap,) = wellness.read(w.file()).nights
    assert (nap.is_nap, nap.day, nap.end - nap.start, nap.utc_offset_s) == (True, DAY, 1500, 3600)


def test_the_score_of_a_night_has_the_time_of_its_file():
    w = file_id(Writer(), 49, created=T0 + 22_000)
    w.add(346, (6, "uint8", 82), (11, "uint8", 3), (15, "uint16", 1450), local=1)
    data = wellness.read(w.file())
    assert of_day(data, "sleep_score") == {DAY: 82}
    assert (of_day(data, "sleep_stress"), of_day(data, "awakenings")) == ({DAY: 14.5}, {DAY: 3})


def test_hrv_status():
    w = file_id(Writer(), 68)
    raw = [60 * 128, 55 * 128, 90 * 128, 40 * 128, 45 * 128, 70 * 128]
    w.add(371, (253, "uint32", T0 + 300), (0, "uint16", 64 * 128), local=1)
    w.add(
        370,
        (253, "uint32", T0 + 20_000),
        *((i, "uint16", v) for i, v in enumerate(raw)),
        (6, "enum", 4),
        local=2,
    )
    data = wellness.read(w.file())
    names = (
        "hrv_weekly",
        "hrv_last_night",
        "hrv_high",
        "hrv_base_low",
        "hrv_balanced_low",
        "hrv_balanced_high",
    )
    assert [of_day(data, name)[DAY] for name in names] == [60, 55, 90, 40, 45, 70]
    assert (of_day(data, "hrv_status"), data.samples["hrv"].value.tolist()) == ({DAY: 4}, [64])


def test_the_last_vo2max_of_the_day_by_sport():
    w = file_id(Writer(), 44)
    for at, value, sport in ((100, 500, 1), (200, 520, 1), (300, 560, 2)):
        w.add(229, (0, "uint32", T0 + at), (2, "uint16", value), (5, "enum", sport), local=1)
    data = wellness.read(w.file())
    assert (of_day(data, "vo2max"), of_day(data, "vo2max_cycling")) == ({DAY: 52}, {DAY: 56})


def test_weight_and_blood_pressure():
    w = file_id(Writer(), 9)
    w.add(30, (253, "uint32", T0 + 100), (0, "uint16", 7230), (1, "uint16", 1540), (5, "uint16", 3410),
          (13, "uint16", 224), local=1)  # fmt: skip
    w.add(51, (253, "uint32", T0 + 200), (0, "uint16", 121), (1, "uint16", 78), local=2)
    data = wellness.read(w.file())
    found = {v.metric: v.value for v in day_values(data, 3600)}
    assert found == {"weight_kg": 72.3, "fat_pct": 15.4, "muscle_kg": 34.1, "bmi": 22.4, "bp_systolic": 121,
                     "bp_diastolic": 78}  # fmt: skip


def test_a_cut_file_keeps_what_came_before():
    w = monitoring()
    for i in range(100):
        beat(w, T0 + 60 * i, 60)
    data = wellness.read(w.file()[:-150])
    assert 50 < len(data.samples["hr"].time) < 100
    assert "truncated" in [p.code for p in data.problems]


@pytest.mark.parametrize("data", [b"", b"PK\3\4 not FIT at all", file_id(Writer(), 32).file()])
def test_nothing_in_it_is_said(data):
    with pytest.raises(BadFile):
        wellness.read(data)


@pytest.fixture(scope="module")
def everything() -> bytes:
    w = counter(monitoring(), T0 + 900, WALKING, 208)
    beat(w, T0 + 960, 60)
    w.add(227, (0, "sint16", 30), (1, "uint32", T0 + 960), (3, "uint8", 40), local=4)
    w.add(229, (0, "uint32", T0 + 960), (2, "uint16", 500), (5, "enum", 1), local=5)
    for at, level in ((1000, 2), (2000, 3), (3000, 1)):
        w.add(275, (253, "uint32", T0 + at), (0, "enum", level), local=6)
    w.add(346, (6, "uint8", 82), local=7)
    w.add(412, (0, "uint32", T0 + 50), (1, "sint16", 60), (2, "uint32", T0 + 999), (5, "enum", 0), local=8)
    return w.file()


@given(st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_read_or_refused_with_a_sentence(everything, data):
    octets = bytearray(everything)
    for at in data.draw(st.lists(st.integers(14, len(octets) - 1), min_size=1, max_size=4)):
        octets[at] = data.draw(st.integers(0, 255))
    try:
        found = wellness.read(bytes(octets))
    except BadFile:
        return
    day_values(join([found]))
    nights(found)
