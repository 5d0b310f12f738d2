"""Makes the table of places from GeoNames' file of places with 1,000 people or more (geonames.org, CC BY 4.0).

    python -m milevault_core.routes.make_places cities1000.zip

The file has one place per line, in columns separated by tabs: 1 name, 4 and 5 latitude and longitude, 14 population
(GeoNames' readme.txt, "The main 'geoname' table").
"""

import csv
import io
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from milevault_core.routes import places


def rows(file: Path) -> Iterator[tuple[str, float, float, int]]:
    """(name, latitude, longitude, population) of each place in GeoNames' file, zipped or not."""
    data = file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            data = archive.read(archive.namelist()[0])
    for row in csv.reader(io.StringIO(data.decode("utf-8")), delimiter="\t", quoting=csv.QUOTE_NONE):
        yield row[1], float(row[4]), float(row[5]), int(row[14])


def write(found: Iterable[tuple[str, float, float, int]], table: Path) -> int:
    """Write the table, ordered by latitude; returns the number of places. See places.load for the format."""
    ordered = sorted((lat, lon, name.replace("\n", " "), people) for name, lat, lon, people in found)
    lat, lon, people = (np.array([row[i] for row in ordered], float) for i in (0, 1, 3))
    # Differences compress better, because neighbours in latitude are close to each other.
    parts = [
        np.diff(np.rint(lat * places.SCALE).astype("<i4"), prepend=np.int32(0)).astype("<i4").tobytes(),
        np.rint(lon * places.SCALE).astype("<i4").tobytes(),
        np.rint(10 * np.log10(np.maximum(people, 10.0))).astype("u1").tobytes(),
        "\n".join(row[2] for row in ordered).encode(),
    ]
    table.write_bytes(zlib.compress(len(ordered).to_bytes(4, "little") + b"".join(parts), 9))
    return len(ordered)


if __name__ == "__main__":
    print(write(rows(Path(sys.argv[1])), places.TABLE), "places")  # noqa: T201
