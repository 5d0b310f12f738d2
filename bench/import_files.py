"""A thousand one-hour files as Strava packs them, for `bench import`: FIT, GPX and TCX, all with different tracks."""

import csv
import gzip
import io
import zipfile
from datetime import UTC, datetime
from typing import IO

import numpy as np

from bench import hour

HEADER = (
    "Activity ID|Activity Date|Activity Name|Activity Type|Activity Description|Elapsed Time|Distance|Max Heart Rate|"
    "Relative Effort|Commute|Activity Private Note|Activity Gear|Filename"
)
START = 1_704_092_400  # 2024-01-01 07:00 UTC


def write_export(
    target: IO[bytes], fit: int, gpx: int, tcx: int, doubles: int, broken: int
) -> tuple[int, int]:
    """Write a Strava-shaped zip of that many files, including the `doubles` and `broken` ones; (distinct contents,
    points of the good files)."""
    good = fit + gpx + tcx - doubles - broken
    kinds = (["fit"] * fit + ["gpx"] * gpx + ["tcx"] * tcx)[:good]
    order = np.random.default_rng(6).permutation(good)  # mixed
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow(
        [
            "Activity ID",
            "Activity Date",
            "Activity Name",
            "Activity Type",
            "Activity Description",
            "Elapsed Time",
            "Distance",
            "Max Heart Rate",
            "Relative Effort",
            "Commute",
            "Activity Private Note",
            "Activity Gear",
            "Filename",
        ]
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:

        def put(number: int, name: str, data: bytes) -> None:
            stored = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
            archive.writestr(f"activities/{name}", data, compress_type=stored, compresslevel=1)
            when = datetime.fromtimestamp(START + number * 86_400, UTC).strftime("%b %d, %Y, %I:%M:%S %p")
            rows.writerow([7_000_000 + number, when, f"Ride {number}", "Ride", "", 3599, "28.1", 180, "", "false", "",
                           "Bike", f"activities/{name}"])  # fmt: skip

        for number in order.tolist():
            data, kind = one(number, kinds[number]), kinds[number]
            name = f"{number}.{kind}" if kind == "gpx" else f"{number}.{kind}.gz"
            put(number, name, data if kind == "gpx" else gzip.compress(data, 1))
        for number in range(doubles):
            put(good + number, f"again{number}.{kinds[number]}", one(number, kinds[number]))
        for number in range(broken):
            put(good + doubles + number, f"broken{number}.fit", BROKEN[number % len(BROKEN)](number))
        archive.writestr("activities.csv", table.getvalue())
    return good + min(broken, len(BROKEN)), good * 3600


def one(number: int, kind: str) -> bytes:
    """An hour's ride on a day and a track of its own."""
    if kind == "fit":
        return hour.hour_fit(number, seed=number)
    made = hour.samples(3600, number)
    start = START + number * 86_400
    times = np.datetime_as_string(np.datetime64(start, "s") + np.arange(3600), unit="s")
    columns = zip(times, made["lat"].tolist(), made["lon"].tolist(), made["altitude"].tolist(),
                  made["heart_rate"].astype(int).tolist(), made["cadence"].astype(int).tolist(),
                  made["distance"].tolist(), strict=True)  # fmt: skip
    return (_gpx if kind == "gpx" else _tcx)(columns, str(times[0]))


def _gpx(columns, start: str) -> bytes:
    points = "".join(
        f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>{alt:.1f}</ele><time>{t}Z</time><extensions>'
        f"<gpxtpx:TrackPointExtension><gpxtpx:hr>{hr}</gpxtpx:hr><gpxtpx:cad>{cad}</gpxtpx:cad>"
        "</gpxtpx:TrackPointExtension></extensions></trkpt>\n"
        for t, lat, lon, alt, hr, cad, _ in columns
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="bench" '
        'xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">'
        f"<metadata><time>{start}Z</time></metadata><trk><type>cycling</type><trkseg>\n{points}</trkseg></trk></gpx>"
    ).encode()


def _tcx(columns, start: str) -> bytes:
    points = "".join(
        f"<Trackpoint><Time>{t}Z</Time><Position><LatitudeDegrees>{lat:.7f}</LatitudeDegrees><LongitudeDegrees>{lon:.7f}"
        f"</LongitudeDegrees></Position><AltitudeMeters>{alt:.1f}</AltitudeMeters><DistanceMeters>{way:.1f}"
        f"</DistanceMeters><HeartRateBpm><Value>{hr}</Value></HeartRateBpm><Cadence>{cad}</Cadence></Trackpoint>\n"
        for t, lat, lon, alt, hr, cad, way in columns
    )
    head = '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">'
    return (
        f'          <?xml version="1.0" encoding="UTF-8"?>\n{head}<Activities><Activity Sport="Biking">'
        f'<Id>{start}Z</Id><Lap StartTime="{start}Z"><TotalTimeSeconds>3599</TotalTimeSeconds>'
        "<DistanceMeters>28000</DistanceMeters>"
        f"<Track>\n{points}</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
    ).encode()


# One of every kind of broken file: (number) -> bytes.
BROKEN = (
    lambda n: b"",
    lambda n: bytes(5000),
    lambda n: b"<!doctype html><html><body>Sign in</body></html>",
    lambda n: gzip.compress(b"x" * 1000 + bytes([n]))[:20],
    lambda n: b"PK\x03\x04 not a zip",
    lambda n: b"%PDF-1.7 a bill",
    lambda n: b"just a note",
    lambda n: b'<?xml version="1.0"?><gpx><trk><trkseg></trkseg></trk></gpx>',
    lambda n: b"\x89PNG\r\n\x1a\n",
    lambda n: b'{"strava_activity": {"name": "no date"}}',
)
