"""FIT example files: every way of writing, packing and classing a file."""

from tests.builders.archive import gzipped, zipped
from tests.builders.fit import (
    START,
    Writer,
    activity,
    definition,
    developer_field,
    file_id,
    lap,
    point,
    records,
    session,
)
from tests.examples.register import example


def with_summary(w: Writer, seconds: int = 59, metres: float = 177, sport: int = 1, sub: int = 0,
                 start: int = START) -> bytes:  # fmt: skip
    """The file of a writer's points, with the lap and the session they make."""
    lap(w, start, seconds, metres)
    return session(w, start, seconds, metres, sport, sub).file()


@example
def fit_plain():
    return activity().file()


@example
def fit_compressed_timestamps():
    """Every fourth point has a full time; the others five bits of it, across roll-overs."""
    w = file_id(Writer())
    for i in range(60):
        if i % 4 == 0:
            w.add(20, *point(i), local=1)
        else:
            w.add(20, *point(i)[1:], local=2, offset=START + i)
    lap(w, START, 59, 177, local=3)
    return session(w, START, 59, 177, local=0).file()


@example
def fit_big_endian():
    return activity(big=True).file()


@example
def fit_header_of_12_bytes():
    return activity().file(header=12)


@example
def fit_header_checksum_0():
    return activity().file(header_crc=False)


@example
def fit_chained():
    return activity().file() + activity(30, sport=2, start=START + 86_400).file()


@example
def fit_developer_field():
    w = file_id(Writer())
    developer_field(w, 0, 5, "SmO2", "uint16", "%")
    for i in range(60):
        w.add(20, *point(i), local=1, developer=[(5, 0, "uint16", 40 + i)])
    return with_summary(w)


@example
def fit_developer_field_with_scale():
    w = file_id(Writer())
    developer_field(w, 0, 5, "SmO2", "uint16", "%", scale=10, offset=2)
    for i in range(60):
        w.add(20, *point(i), local=1, developer=[(5, 0, "uint16", 570 + i)])
    return with_summary(w)


@example
def fit_two_apps_with_one_field_name():
    w = file_id(Writer())
    developer_field(w, 0, 0, "Strain", "uint8")
    developer_field(w, 1, 0, "Strain", "uint8")
    for i in range(60):
        w.add(20, *point(i), local=1, developer=[(0, 0, "uint8", 1 + i), (0, 1, "uint8", 101 + i)])
    return with_summary(w)


@example
def fit_fields_of_unexpected_size():
    """A heart rate of 4 bytes' type in one byte (as Coros wrote it), one of three bytes, two values for one."""
    w = file_id(Writer())
    w.raw(definition(1, 20, [(253, 4, 0x86), (3, 1, 0x86), (5, 4, 0x86), (7, 4, 0x84), (13, 3, 0x86)]))
    for i in range(60):
        w.raw(
            b"\x01" + (START + i).to_bytes(4, "little") + bytes([120 + i]) + (i * 300).to_bytes(4, "little")
        )
        w.raw((200 + i).to_bytes(2, "little") + b"\xff\xff" + b"\x01\x02\x03")
    return with_summary(w)


@example
def fit_many_redefinitions():
    w = records(file_id(Writer(always_define=True)), 1000)
    return with_summary(w, 999, 2997)


@example
def fit_gz():
    return gzipped(fit_plain())


@example
def fit_zip_named_fit():
    return zipped({"ride.gpx": fit_plain()})


@example
def fit_garmin_original_zip():
    return zipped({"12345678901_ACTIVITY.fit": fit_plain()})


def of_kind(kind: int, *messages) -> bytes:
    w = file_id(Writer(), kind)
    for number, *fields in messages:
        w.add(number, *fields, local=1)
    return w.file()


@example
def fit_settings():
    return of_kind(2, (3, (1, "enum", 1), (2, "uint8", 40), (4, "uint16", 700)))


@example
def fit_workout():
    return of_kind(
        5,
        (26, (4, "enum", 1), (6, "uint16", 1), (8, "string", "5 x 1000")),
        (27, (254, "uint16", 0), (1, "enum", 1), (2, "uint32", 100_000)),
    )


@example
def fit_course():
    w = records(file_id(Writer(), kind=6), 60)
    return lap(w, START, 59, 177).file()


@example
def fit_weight():
    return of_kind(9, (30, (253, "uint32", START), (0, "uint16", 7050), (1, "uint16", 1500)))


@example
def fit_monitoring():
    step = [(253, "uint32", START), (2, "uint32", 0), (3, "uint32", 120), (5, "enum", 6)]
    return of_kind(32, (103, (253, "uint32", START), (0, "uint32", START + 7200)), (55, *step),
                   (55, (253, "uint32", START + 60), (2, "uint32", 0), (3, "uint32", 240), (5, "enum", 6)))  # fmt: skip


@example
def fit_sleep():
    levels = [(275, (253, "uint32", START + 60 * i), (0, "enum", 1 + i % 4)) for i in range(10)]
    return of_kind(49, *levels, (346, (6, "uint8", 81), (4, "uint8", 70)))


@example
def fit_hrv():
    values = [(371, (253, "uint32", START + 300 * i), (0, "uint16", 128 * (40 + i))) for i in range(10)]
    return of_kind(
        68, *values, (370, (253, "uint32", START), (0, "uint16", 128 * 45), (1, "uint16", 128 * 47))
    )


@example
def fit_metrics():
    return of_kind(44, (140, (253, "uint32", START), (7, "sint32", 12345)))
