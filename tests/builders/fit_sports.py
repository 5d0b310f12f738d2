"""FIT files of sports that are more than points on a way: for the reader's tests and for the examples."""

from tests.builders.fit import START, Writer, file_id, lap, records, session

BEATS = [(0.5 + k * 0.75, 100 + k) for k in range(80)]  # (s, bpm): a minute of beats, 80 to the minute


def heart_beats(w: Writer, beats: list[tuple[float, int]], at: int) -> Writer:
    """`hr` messages as a chest strap writes them: a full time first, then eight beats in 12 bits each."""
    clock = 5_000_000
    w.add(
        132, (253, "uint32", at), (0, "uint16", 0), (9, "uint32", clock), (6, "uint8", beats[0][1]), local=8
    )
    for k in range(0, len(beats), 8):
        eight = beats[k : k + 8]
        ticks = [clock + round(s * 1024) & 0xFFF for s, _ in eight]
        octets = []
        for a, b in zip(ticks[::2], ticks[1::2], strict=True):
            octets += [a & 255, a >> 8 | (b & 15) << 4, b >> 4]
        w.add(132, (10, "byte", octets), (6, "uint8", [bpm for _, bpm in eight]), local=9)
    return w


def pool_swim() -> bytes:
    """Four lengths of 25 m in 30 s each, the third at rest, and no points."""
    w = file_id(Writer())
    for k in range(4):
        w.add(101, (253, "uint32", START + 30 * k + 30), (2, "uint32", START + 30 * k), (3, "uint32", 30_000),
              (4, "uint32", 30_000), (5, "uint16", 12), (7, "enum", 2), (12, "enum", int(k != 2)),
              local=7)  # fmt: skip
    lap(w, START, 120, 75)
    session(w, START, 120, 75, sport=5, sub=17, extra=((44, "uint16", 2500), (10, "uint32", 48)))
    return w.file()


def strength() -> bytes:
    """Three sets of 40 s, the second at rest: bench press, nothing, squat."""
    w = file_id(Writer())
    for k, (kind, category) in enumerate(((1, 0), (0, None), (1, 28))):
        w.add(225, (254, "uint32", START + 60 * k + 40), (0, "uint32", 40_000), (3, "uint16", 10 + k),
              (4, "uint16", 80 * 16), (5, "enum", kind), (6, "uint32", START + 60 * k),
              (7, "uint16", [category, None]), local=7)  # fmt: skip
    session(w, START, 180, 0, sport=10, sub=20)
    return w.file()


def triathlon() -> bytes:
    """Swim, ride and run of 20, 30 and 20 s, with two transitions of 5 s."""
    w = file_id(Writer())
    legs = [(5, 18, 20), (3, 0, 5), (2, 0, 30), (3, 0, 5), (1, 0, 20)]
    records(w, 80)
    begin = START
    for sport, sub, seconds in legs:
        lap(w, begin, seconds, seconds * 3)
        session(w, begin, seconds, seconds * 3, sport, sub)
        begin += seconds
    return w.file()
