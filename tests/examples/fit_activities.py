"""FIT example files by sport and by what is measured beside place and time."""

from tests.builders import fit_sports
from tests.builders.fit import START, Writer, developer_field, file_id, point, records, session, timer
from tests.builders.fit_sports import BEATS, heart_beats
from tests.examples.fit_files import with_summary
from tests.examples.register import example

STRYD = bytes.fromhex("18fb2cf01a4b430dad66988c847421f4")


def measured(*fields, sport: int = 1, sub: int = 0, without=(0, 1)) -> bytes:
    """A run of 60 points; fields: (number, base, function of the row). `without`: fields left out, here places."""
    w = file_id(Writer())
    for i in range(60):
        own = [f for f in point(i) if f[0] not in without]
        w.add(20, *own, *[(number, base, value(i)) for number, base, value in fields], local=1)
    return with_summary(w, sport=sport, sub=sub)


@example
def fit_multisport_with_transitions():
    return fit_sports.triathlon()


@example
def fit_multisport_with_a_distance_for_each_leg():
    w = records(file_id(Writer()), 20)
    records(w, 30, start=START + 20)
    session(w, START, 20, 57, sport=2)
    return session(w, START + 20, 30, 87, sport=1).file()


@example
def fit_pool_swim():
    return fit_sports.pool_swim()


@example
def fit_heart_rate_only_in_hr_messages():
    w = file_id(Writer())
    for i in range(60):
        w.add(20, (253, "uint32", START + i), (5, "uint32", i * 100), local=1)
    return with_summary(heart_beats(w, BEATS, START), 59, 59, sport=5, sub=18)


@example
def fit_heart_rate_and_nothing_else():
    return with_summary(heart_beats(file_id(Writer()), BEATS, START), 60, 50, sport=5, sub=17)


@example
def fit_treadmill():
    return measured(sport=1, sub=1)


@example
def fit_trainer():
    return measured(sport=2, sub=6)


@example
def fit_strength():
    return fit_sports.strength()


@example
def fit_no_gps():
    """Rowing on a machine: heart rate and time, not even a distance."""
    return measured(sport=4, sub=14, without=(0, 1, 5, 73, 78))


@example
def fit_virtual_ride():
    w = records(file_id(Writer(), maker=260, product=0), 60)
    return with_summary(w, sport=2, sub=58)


@example
def fit_enhanced():
    """As most devices write it: the narrow fields are there and hold nothing."""
    return measured((6, "uint16", lambda i: None), (2, "uint16", lambda i: None))


@example
def fit_enhanced_and_narrow_that_differ():
    """The narrow speed and altitude tell other numbers than the enhanced ones, which are right."""
    return measured((6, "uint16", lambda i: 1000), (2, "uint16", lambda i: 2600))


@example
def fit_narrow_speed_and_altitude():
    return measured(
        (6, "uint16", lambda i: 3000), (2, "uint16", lambda i: 2600 + 5 * i), without=(0, 1, 73, 78)
    )


@example
def fit_compressed_speed_and_distance():
    """Speed and distance in three bytes; the distance rolls over at 256 m."""

    def packed(i: int) -> list[int]:
        speed, ticks = 500, i * 5 * 16 & 0xFFF
        return [speed & 255, speed >> 8 | (ticks & 15) << 4, ticks >> 4]

    w = file_id(Writer())
    for i in range(60):
        w.add(20, (253, "uint32", START + i), (8, "byte", packed(i)), (3, "uint8", 120), local=1)
    return with_summary(w, 59, 295)


@example
def fit_left_right_balance():
    return measured((30, "uint8", lambda i: 0x80 | 48), sport=2)


@example
def fit_gears():
    w = records(file_id(Writer()), 30)
    for at, rear in ((30, 11), (45, 13)):
        data = 3 | rear << 8 | 2 << 16 | 52 << 24
        w.add(21, (253, "uint32", START + at), (0, "enum", 43), (1, "enum", 3), (3, "uint32", data), local=4)
        records(w, 15, first=at)
    return with_summary(w, sport=2)


@example
def fit_running_dynamics():
    return measured(
        (39, "uint16", lambda i: 850 + i), (41, "uint16", lambda i: 2400), (40, "uint16", lambda i: 3300),
        (83, "uint16", lambda i: 780), (84, "uint16", lambda i: 4950), (85, "uint16", lambda i: 11_000 + 10 * i),
    )  # fmt: skip


@example
def fit_power_phase():
    return measured((69, "uint8", lambda i: [128, 64]), (67, "sint8", lambda i: -3), sport=2)


@example
def fit_respiration():
    return measured((108, "uint16", lambda i: 3250 + i))


@example
def fit_core_temperature():
    return measured((139, "uint16", lambda i: 3815 + i))


@example
def fit_stryd_power():
    w = file_id(Writer())
    developer_field(w, 0, 0, "Power", "uint16", "Watts", app=STRYD)
    for i in range(60):
        own = [f for f in point(i) if f[0] != 7]
        w.add(20, *own, local=1, developer=[(0, 0, "uint16", 250 + i)])
    return with_summary(w)


@example
def fit_time_in_zone():
    w = records(file_id(Writer()), 60)
    w.add(216, (0, "uint16", 18), (1, "uint16", 0), (2, "uint32", [20_000, 39_000]),
          (6, "uint8", [120, 150]), local=9)  # fmt: skip
    return with_summary(w)


@example
def fit_splits():
    w = records(file_id(Writer()), 60)
    w.add(312, (0, "enum", 3), (1, "uint32", 40_000), (3, "uint32", 12_000), (9, "uint32", START), local=8)
    w.add(
        312, (0, "enum", 4), (1, "uint32", 19_000), (3, "uint32", 5_700), (9, "uint32", START + 40), local=8
    )
    return with_summary(w)


@example
def fit_timer_events():
    w = file_id(Writer())
    timer(w, START, 0)
    records(w, 30)
    timer(w, START + 29, 4)
    timer(w, START + 40, 0)
    records(w, 20, first=40)
    timer(w, START + 59, 4)
    return with_summary(w)


@example
def fit_device_info():
    w = file_id(Writer())
    w.add(23, (253, "uint32", START), (0, "uint8", 0), (2, "uint16", 1), (4, "uint16", 3843), (5, "uint16", 2110),
          local=4)  # fmt: skip
    w.add(23, (253, "uint32", START), (0, "uint8", 1), (1, "uint8", 120), (3, "uint32z", 777),
          (11, "uint8", 3), (25, "enum", 1), local=5)  # fmt: skip
    return with_summary(records(w, 60))


@example
def fit_hrv_beats():
    w = file_id(Writer())
    for i in range(4):
        w.add(20, *point(i), local=1)
        w.add(78, (0, "uint16", [800 + i, 810 + i, None]), local=5)
    return with_summary(w, 3, 9)


@example
def fit_workout_name():
    w = file_id(Writer())
    w.add(26, (4, "enum", 1), (8, "string", "5 x 1000"), local=6)
    return with_summary(records(w, 60))


@example
def fit_workout_steps():
    """A planned workout: a warm-up with a name and notes, two intervals with targets that repeat, a cool-down."""
    w = file_id(Writer())
    w.add(26, (4, "enum", 1), (6, "uint16", 5), (8, "string", "2 x 1000"), (17, "string", "By feel"), local=6)
    steps = (
        (0, "Jog", 2, 0, 600_000, 2, 0, None, None, "Loose shoulders"),
        (1, None, 5, 1, 100_000, 1, 0, 250, 260, None),
        (2, None, 4, 0, 90_000, 1, 2, None, None, None),
        (3, None, None, 6, 1, None, 2, None, None, None),
        (4, None, 3, 5, None, 4, 0, 1150, 1200, None),
    )
    for number, name, intensity, lasts, value, aim, zone, low, high, notes in steps:
        w.add(27, (254, "uint16", number), (0, "string", name), (1, "enum", lasts), (2, "uint32", value),
              (3, "enum", aim), (4, "uint32", zone), (5, "uint32", low), (6, "uint32", high),
              (7, "enum", intensity), (8, "string", notes), local=7)  # fmt: skip
    records(w, 60)
    for place, step in enumerate((0, 1, 2, 1, 4, None)):
        w.add(19, (253, "uint32", START + 10 * place + 10), (2, "uint32", START + 10 * place),
              (7, "uint32", 10_000), (71, "uint16", step), local=2)  # fmt: skip
    return session(w, START, 59, 177).file()


@example
def fit_weather():
    """A forecast, the report of an hour before, and the one of the start."""
    w = file_id(Writer())
    for report, at, degrees, sky, wind in (
        (1, 0, 30, 0, 1000),
        (0, -3600, 9, 8, 2000),
        (0, -60, -2, 16, 5500),
    ):
        w.add(128, (253, "uint32", START + at), (0, "enum", report), (1, "sint8", degrees), (2, "enum", sky),
              (3, "uint16", 225), (4, "uint16", wind), (6, "sint8", degrees - 3), (7, "uint8", 80),
              (8, "string", "Nowhere"), (9, "uint32", START + at), local=6)  # fmt: skip
    return with_summary(records(w, 60))
