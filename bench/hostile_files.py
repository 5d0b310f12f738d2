"""Files that claim or unpack to far more than their size: one of each kind that once cost too much, made here.

for name, make in FILES.items(): data = make()
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

_GPX = b'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
_TCX = (
    b'<?xml version="1.0"?><TrainingCenterDatabase '
    b'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
)
_POINT = b'<trkpt lat="46.1" lon="7.1"><ele>1</ele><time>2024-01-01T00:00:00Z</time></trkpt>'
_BEGIN = datetime(2000, 1, 1)  # noqa: DTZ001 (only written out)
FILES: dict[str, Callable[[], bytes]] = {}


def _file(name: str):
    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        FILES[name] = make
        return make

    return register


def _time(hours: float) -> bytes:
    return (_BEGIN + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ").encode()


@_file("json, 65 kB that unpack to 64 MB of lists")
def json_of_lists() -> bytes:
    return gzip.compress(b'{"totalSteps":1,"x":[' + b"[]," * ((64 * 1024 * 1024 - 200) // 3) + b"0]}", 9)


@_file("gzip, a second member of 1 GB")
def gzip_two_members(mb: int = 1024) -> bytes:
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    second = b"".join(pack.compress(bytes(1 << 20)) for _ in range(mb)) + pack.flush()
    return gzip.compress(b"<gpx></gpx>") + second


@_file("gzip, 60 MB damaged near its end")
def gzip_damaged(mb: int = 60) -> bytes:
    noise = random.Random(1).randbytes(1 << 20)
    data = bytearray(gzip.compress(_GPX + noise * mb, 1))
    data[-1000] ^= 0xFF
    data[-900] ^= 0xFF
    return bytes(data[: 64 * 1024 * 1024])


@_file("gpx, 40,000 tracks of two points")
def gpx_two_points(n: int = 40_000) -> bytes:
    return _GPX + (b"<trk><trkseg>" + _POINT + _POINT + b"</trkseg></trk>") * n + b"</gpx>"


@_file("gpx, 5,000 tracks that join")
def gpx_joining(n: int = 5_000) -> bytes:
    return gpx_two_points(n)


@_file("gpx, 64,000 routes of a point")
def gpx_routes(n: int = 64_000) -> bytes:
    return _GPX + b'<rte><rtept lat="46" lon="7"/></rte>' * n + b"</gpx>"


@_file("gpx, 64 MB of empty tracks")
def gpx_empty_tracks() -> bytes:
    return _GPX + b"<trk/>" * (63 * 1024 * 1024 // 6) + b"</gpx>"


@_file("gpx, 4,900 activities hours apart")
def gpx_apart(n: int = 4_900) -> bytes:
    one = (
        b'<trk><trkseg><trkpt lat="46" lon="7"><time>%s</time></trkpt>'
        b'<trkpt lat="46.01" lon="7"><time>%s</time></trkpt></trkseg></trk>'
    )
    return _GPX + b"".join(one % (_time(5 * i), _time(5 * i + 0.15)) for i in range(n)) + b"</gpx>"


@_file("tcx, 4,000 activities")
def tcx_activities(n: int = 4_000) -> bytes:
    one = (
        b'<Activity Sport="Running"><Id>%s</Id><Lap StartTime="%s"><TotalTimeSeconds>600</TotalTimeSeconds>'
        b"<DistanceMeters>1000</DistanceMeters></Lap></Activity>"
    )
    body = b"".join(one % (_time(5 * i), _time(5 * i)) for i in range(n))
    return _TCX + body + b"</Activities></TrainingCenterDatabase>"


@_file("tcx, 990 activities")
def tcx_fewer_activities() -> bytes:
    return tcx_activities(990)


def _fit(body: bytes) -> bytes:
    return struct.pack("<BBHI4sH", 14, 0x20, 2132, len(body), b".FIT", 0) + body + b"\0\0"


_FIT_ID = (
    bytes([0x40, 0, 0]) + struct.pack("<HB", 0, 3) + bytes([0, 1, 0, 1, 2, 0x84, 4, 4, 0x86])
    + bytes([0]) + struct.pack("<BHI", 4, 1, 10**9)
)  # fmt: skip


@_file("fit, 4.9 million messages of a byte")
def fit_one_byte(n: int = 4_900_000) -> bytes:
    return _fit(_FIT_ID + bytes([0x41, 0, 0]) + struct.pack("<HB", 20, 0) + b"\1" * n)


@_file("fit, 990,000 points")
def fit_points(n: int = 990_000) -> bytes:
    fields = bytes([253, 4, 0x86, 0, 4, 0x85, 1, 4, 0x85, 2, 2, 0x84, 3, 1, 2, 4, 1, 2, 6, 2, 0x84])
    definition = bytes([0x41, 0, 0]) + struct.pack("<HB", 20, 7) + fields
    rows = (
        struct.pack("<BIiiHBBH", 1, 10**9 + i, 550_000_000 + 40 * i, 80_000_000, 3000, 120, 80, 3000)
        for i in range(n)
    )
    return _fit(_FIT_ID + definition + b"".join(rows))


@_file("zip, a member of 60 MB that says it is packed larger")
def zip_lie(packed: int = 60 << 20) -> bytes:
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, packed, 1000, 5, 0) + b"a.fit"
    directory = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, packed, 1000, 5, 0, 0, 0, 0, 0, 0
    )
    directory += b"a.fit"
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(local) + packed, 0)
    return local + bytes(packed) + directory + end


@_file("zip, 60 MB of zeros in bzip2")
def zip_bzip2() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr("a.gpx", bytes(60 << 20))
    return out.getvalue()


def _picture(kind: str, size: tuple[int, int], mode: str = "RGB", **options) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


@_file("webp, 64 million pixels in a few kilobytes")
def webp_large() -> bytes:
    return _picture("WEBP", (8_000, 8_000), lossless=True, quality=0, method=0)


@_file("jpeg, 80 million pixels, CMYK")
def jpeg_cmyk() -> bytes:
    return _picture("JPEG", (10_000, 8_000), "CMYK")


@_file("jpeg, 80 million pixels, progressive 4:4:4")
def jpeg_progressive() -> bytes:
    return _picture("JPEG", (10_000, 8_000), progressive=True, subsampling=0)


@_file("jpeg, 2,000 scans")
def jpeg_scans(scans: int = 2_000) -> bytes:
    data = _picture("JPEG", (6_000, 4_000), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


@_file("ico, a png of 50 million pixels")
def ico_with_png() -> bytes:
    return ico_of(_picture("PNG", (7_000, 7_000), "RGBA"))


def ico_of(png: bytes) -> bytes:
    """A Windows icon with one picture."""
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 0, 0, 0, 0, 1, 32, len(png), 22) + png


@_file("png, 49 million pixels")
def png_large() -> bytes:
    return _picture("PNG", (7_000, 7_000), "RGBA")


@_file("gif, 49 million pixels")
def gif_large() -> bytes:
    return _picture("GIF", (7_000, 7_000), "P")
