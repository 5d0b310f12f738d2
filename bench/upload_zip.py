"""A Strava-shaped zip of any size as a stream, for `bench upload`: only one member is held in memory at a time.

Photos make real archives large: they are stored members that cannot be compressed. Every activity in the table refers
to its share of them.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

import numpy as np

from bench.hour import hour_fit

ACTIVITIES = 300
START = 1_704_092_400  # 2024-01-01 07:00 UTC
_BASES = 6
_HEADER = ["Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description", "Elapsed Time",
           "Distance", "Commute", "Filename", "Media"]  # fmt: skip


class Export:
    """An export of about `size` bytes, with the same bytes each time it is written."""

    def __init__(self, size: int, activities: int = ACTIVITIES) -> None:
        self.files = [hour_fit(number, 600) for number in range(activities)]
        self.bases = [_picture(seed) for seed in range(_BASES)]
        each = sum(map(len, self.bases)) / _BASES
        self.pictures = max(1, int((size - sum(map(len, self.files))) / each))

    def members(self) -> Iterator[tuple[str, bytes]]:
        of: list[list[str]] = [[] for _ in self.files]
        for number in range(self.pictures):
            of[number % len(of)].append(f"media/{number:08d}.jpg")
        table = io.StringIO(newline="")
        rows = csv.writer(table)
        rows.writerow(_HEADER)
        for number, pictures in enumerate(of):
            when = datetime.fromtimestamp(START + number * 86_400, UTC).strftime("%b %d, %Y, %I:%M:%S %p")
            rows.writerow([number, when, f"Ride {number}", "Ride", "", 599, "4.7", "false",
                           f"activities/{number}.fit", "|".join(pictures)])  # fmt: skip
        yield "activities.csv", table.getvalue().encode()
        for number, data in enumerate(self.files):
            yield f"activities/{number}.fit", data
        for number in range(self.pictures):
            yield f"media/{number:08d}.jpg", _its_own(self.bases[number % _BASES], number)

    def write(self, target: IO[bytes]) -> None:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.members():
                archive.writestr(zipfile.ZipInfo(name), data)

    def size(self) -> int:
        count = _Count()
        self.write(count)  # type: ignore[arg-type]
        return count.size


class _Count(io.RawIOBase):
    """Counts what is written."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.size += len(data)
        return len(data)


def _picture(seed: int) -> bytes:
    """A photo of a few megabytes: 12 megapixels of smooth shapes with sensor noise."""
    from PIL import Image

    rng = np.random.default_rng(seed)
    height, width = 3000, 4000
    hills = 90 + 60 * np.sin(np.arange(width) / 250 + seed) - np.arange(height)[:, None] / 40
    noise = rng.normal(0, 9, (height, width, 3))
    out = io.BytesIO()
    pixels = np.clip(hills[..., None] + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


def _its_own(jpeg: bytes, number: int) -> bytes:
    """The same picture with a comment of its own, so that its checksum differs."""
    comment = f"picture {number}".encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
