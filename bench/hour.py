"""One hour of cycling at 1 Hz with eight channels, as a FIT file of 3,600 points; invented, with the day as seed."""

import struct
from functools import cache

import numpy as np

from milevault_core.formats.fit.crc import crc16

_SEMICIRCLES = 2**31 / 180
_EPOCH = 631065600
_TYPES = {"enum": (0x00, "B"), "u1": (0x02, "B"), "i1": (0x01, "b"), "u2": (0x84, "H"), "i4": (0x85, "i"),
          "u4": (0x86, "I"), "u4z": (0x8C, "I")}  # fmt: skip


def hour_fit(day: int, seconds: int = 3600, seed: int | None = None) -> bytes:
    """The FIT file of a day, on one of seven tracks or on the track of a seed: position, altitude, distance, speed,
    heart rate, cadence, power, temperature."""
    start = 1_704_092_400 - _EPOCH + day * 86_400  # 2024-01-01 07:00 UTC
    body = bytearray()
    wide = _samples(seconds, day % 7) if seed is None else samples(seconds, seed)
    body += _message(
        0, 0, [(0, "enum", 4), (1, "u2", 1), (2, "u2", 3113), (3, "u4z", 12345678), (4, "u4", start)]
    )
    body += _message(1, 21, [(253, "u4", start), (0, "enum", 0), (1, "enum", 0)])
    fields = [(253, "u4"), (0, "i4"), (1, "i4"), (5, "u4"), (2, "u2"), (78, "u4"), (6, "u2"), (73, "u4"),
              (3, "u1"), (4, "u1"), (7, "u2"), (13, "i1")]  # fmt: skip
    body += _definition(2, 20, fields)
    rows = np.empty(seconds, [("h", "u1")] + [(f"f{i}", "<" + _np(t)) for i, (_, t) in enumerate(fields)])
    rows["h"] = 2
    altitude = (wide["altitude"] + 500) * 5
    speed = wide["speed"] * 1000
    columns = [start + np.arange(seconds), wide["lat"] * _SEMICIRCLES, wide["lon"] * _SEMICIRCLES,
               wide["distance"] * 100, altitude, altitude, speed, speed, wide["heart_rate"], wide["cadence"],
               wide["power"], np.full(seconds, 18)]  # fmt: skip
    for i, values in enumerate(columns):
        rows[f"f{i}"] = values
    body += rows.tobytes()
    end, way = start + seconds - 1, int(wide["distance"][-1] * 100)
    span = (seconds - 1) * 1000
    body += _message(3, 19, [(253, "u4", end), (254, "u2", 0), (2, "u4", start), (7, "u4", span), (8, "u4", span),
                             (9, "u4", way), (25, "enum", 2)])  # fmt: skip
    body += _message(4, 18, [(253, "u4", end), (254, "u2", 0), (2, "u4", start), (5, "enum", 2), (6, "enum", 0),
                             (7, "u4", span), (8, "u4", span), (9, "u4", way), (11, "u2", 600),
                             (26, "u2", 1)])  # fmt: skip
    body += _message(
        5, 34, [(253, "u4", end), (0, "u4", span), (1, "u2", 1), (2, "enum", 0), (3, "enum", 26)]
    )
    head = struct.pack("<BBHI4s", 14, 0x20, 2158, len(body), b".FIT")
    whole = head + struct.pack("<H", crc16(head)) + bytes(body)
    return whole + struct.pack("<H", crc16(whole))


def _np(kind: str) -> str:
    return {"enum": "u1", "u4z": "u4"}.get(kind, kind)


def _definition(local: int, number: int, fields: list[tuple[int, str]]) -> bytes:
    out = struct.pack("<BBBHB", 0x40 | local, 0, 0, number, len(fields))
    return out + b"".join(bytes((n, struct.calcsize(_TYPES[t][1]), _TYPES[t][0])) for n, t in fields)


def _message(local: int, number: int, values: list[tuple[int, str, int]]) -> bytes:
    pattern = "<B" + "".join(_TYPES[kind][1] for _, kind, _ in values)
    definition = _definition(local, number, [(n, kind) for n, kind, _ in values])
    return definition + struct.pack(pattern, local, *(value for _, _, value in values))


def samples(seconds: int, seed: int) -> dict[str, np.ndarray]:
    """An hour's track for a seed, by column; each seed above six has a track of its own."""
    random = np.random.default_rng(seed)
    t = np.arange(seconds)
    grade = 0.03 * np.sin(t / 240 + (seed // 7) * 0.37)
    speed = np.maximum(0.5, 7.8 * (1 - 4 * grade) + 0.15 * np.sin(t / 17) + random.normal(0, 0.05, seconds))
    for share in (0.2, 0.55, 0.8):
        speed[int(seconds * share) : int(seconds * share) + 30] = 0.0
    heading = 2 * np.pi * t / seconds + 0.3 * np.sin(t / (90 + seed // 7))
    north, east = np.cumsum(speed * np.cos(heading)), np.cumsum(speed * np.sin(heading))
    power = np.where(speed > 0, np.clip(240 * (1 + 8 * grade) + random.normal(0, 25, seconds), 0, 2000), 0)
    return {
        "lat": -30 + seed * 0.01 + north / 111_195, "lon": -20 + east / 96_000,  # in the middle of an ocean
        "altitude": 420 + np.cumsum(speed * grade), "distance": np.cumsum(speed), "speed": speed,
        "heart_rate": np.round(140 + 60 * grade * 10 + random.normal(0, 1, seconds)).clip(60, 200),
        "cadence": np.where(speed > 0, np.round(88 + random.normal(0, 2, seconds)), 0), "power": power,
    }  # fmt: skip


_samples = cache(samples)  # for the seven tracks
