"""FIT example files with something wrong: damage, clocks and positions that cannot be right."""

from collections.abc import Callable

from tests.builders.fit import START, Writer, activity, file_id, lap, point, records, semicircles, session
from tests.examples.fit_files import with_summary
from tests.examples.register import example

YEAR_S = 366 * 86_400


def altered(**values: Callable[[int, int], int | None]) -> bytes:
    """A run of 60 points; values: functions of row and stored value, by `time`, `lat`, `lon`."""
    numbers = {"time": 253, "lat": 0, "lon": 1}
    w = file_id(Writer())
    for i in range(60):
        fields = {number: (number, base, value) for number, base, value in point(i)}
        for name, change in values.items():
            number, base, value = fields[numbers[name]]
            fields[numbers[name]] = (number, base, change(i, value))
        w.add(20, *fields.values(), local=1)
    return with_summary(w)


@example
def fit_truncated():
    whole = with_summary(records(file_id(Writer()), 60))
    return whole[: whole.rindex(b"\x01" + (START + 55).to_bytes(4, "little")) + 7]  # amid point 55


@example
def fit_wrong_checksum():
    return activity().file(crc=1)


@example
def fit_header_says_0_bytes():
    return activity().file(size=0)


@example
def fit_undefined_local_type_midway():
    w = records(file_id(Writer()), 40)
    w.raw(b"\x0f" * 30)
    records(w, 20, first=40)
    return with_summary(w)


@example
def fit_second_part_without_header():
    return activity().file() + activity(start=START + 5000).file()[8:]


@example
def fit_second_part_damaged_midway():
    second = records(file_id(Writer()), 20, start=START + 5000)
    records(second.raw(b"\x0f" * 30), 20, first=20, start=START + 5000)
    return activity().file() + second.file()


@example
def fit_third_part_behind_a_damaged_second():
    first, second, third = (activity(start=START + 86_400 * k).file() for k in range(3))
    return first + b"\0" * 14 + second[14:] + third


@example
def fit_times_going_back():
    return altered(time=lambda i, t: t + {20: 1, 21: -1}.get(i, 0))


@example
def fit_times_equal():
    return altered(time=lambda i, t: t - i % 2)


@example
def fit_times_jump_of_a_second():
    return altered(time=lambda i, t: t + (i >= 30))


@example
def fit_times_jump_of_a_year():
    return altered(time=lambda i, t: t + YEAR_S * (i >= 30))


@example
def fit_times_epoch_0():
    return altered(time=lambda i, t: i if i < 10 else t)


@example
def fit_clock_never_set():
    w = records(file_id(Writer()), 60, start=1000)
    lap(w, 1000, 59, 177)
    return session(w, 1000, 59, 177).file()


@example
def fit_times_in_the_future():
    start = START + 75 * 365 * 86_400
    w = records(file_id(Writer(), created=start), 60, start=start)
    return with_summary(w, start=start)


@example
def fit_position_spike():
    return altered(lat=lambda i, v: semicircles(48.3) if i == 30 else v)


@example
def fit_position_null_island():
    return altered(lat=lambda i, v: 0 if i == 30 else v, lon=lambda i, v: 0 if i == 30 else v)


@example
def fit_position_not_measured():
    return altered(lat=lambda i, v: None if i == 30 else v, lon=lambda i, v: None if i == 30 else v)


@example
def fit_position_beyond_the_pole():
    return altered(lat=lambda i, v: semicircles(120.0) if i == 30 else v)


@example
def fit_latitude_0():
    return altered(lat=lambda i, v: 0)


@example
def fit_longitude_0():
    return altered(lat=lambda i, v: semicircles(51.4 + i * 3 / 111_195.08), lon=lambda i, v: 0)


@example
def fit_first_part_cut_off():
    return activity().file()[:-400] + activity(start=START + 5000).file()


@example
def fit_first_part_damaged_midway():
    first = records(file_id(Writer()), 20)
    records(first.raw(b"\x0f" * 30), 20, first=20)
    return first.file() + activity(start=START + 5000).file()


@example
def fit_first_part_says_0_bytes():
    return activity().file(size=0) + activity(start=START + 5000).file()


@example
def fit_of_a_virtual_world():
    return with_summary(records(file_id(Writer(), maker=331), 60), sport=2)
