"""GPX files with exact truth, made of plain points. Made up, nobody's tracks."""

from datetime import UTC, datetime, timedelta

from milevault_core.geo.sphere import DEGREE_M

START = datetime(2024, 5, 1, 7, 0, tzinfo=UTC)
GARMIN = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1"


def points(n=60, speed=3.0, start=START, lat=47.0, lon=8.0, every=1) -> list[dict]:
    """`n` points due north at `speed` m/s, one `every` seconds, with all sensors. Keys as in `point`."""
    return [
        {
            "time": start + timedelta(seconds=i * every),
            "lat": lat + i * every * speed / DEGREE_M,
            "lon": lon,
            "ele": 400 + i * 0.5,
            "hr": 120 + i % 40,
            "cad": 80 + i % 10,
            "power": 200 + i % 50,
            "temp": 18,
        }
        for i in range(n)
    ]


def iso(time: datetime | str) -> str:
    return time if isinstance(time, str) else time.strftime("%Y-%m-%dT%H:%M:%SZ")


def point(p: dict, tag="trkpt", extensions="garmin") -> str:
    """One point; keys that are missing are left out. extensions: "garmin", "cluetrust", "bare" or "upper"."""
    where = "".join(f' {k}="{p[k]:.9f}"' if isinstance(p[k], float) else f' {k}="{p[k]}"'
                    for k in ("lat", "lon") if k in p)  # fmt: skip
    inner = f"<ele>{p['ele']:.2f}</ele>" if "ele" in p else ""
    inner += f"<time>{iso(p['time'])}</time>" if "time" in p else ""
    names = {
        "garmin": {"hr": "g:hr", "cad": "g:cad", "temp": "g:atemp", "power": "power"},
        "cluetrust": {"hr": "c:hr", "cad": "c:cadence", "temp": "c:temp", "power": "c:power"},
        "bare": {"hr": "heartrate", "cad": "cadence", "temp": "temperature", "power": "power"},
        "upper": {"hr": "g:HR", "cad": "g:Cad", "temp": "g:Temperature", "power": "p:PowerInWatts"},
    }[extensions]
    values = "".join(f"<{names[k]}>{p[k]}</{names[k]}>" for k in ("power", "temp", "hr", "cad") if k in p)
    if values and extensions in ("garmin", "upper"):
        values = f"<g:TrackPointExtension>{values}</g:TrackPointExtension>"
    if values:
        inner += f"<extensions>{values}</extensions>" if extensions != "bare" else values
    return f"<{tag}{where}>{inner}</{tag}>"


def track(*segments: list[dict], name="Morning", type="running", extensions="garmin") -> str:
    """A `<trk>` of segments of points."""
    body = "".join(
        f"<trkseg>{''.join(point(p, extensions=extensions) for p in s)}</trkseg>\n" for s in segments
    )
    return f"<trk><name>{name}</name><type>{type}</type>{body}</trk>\n"


def route(course: list[dict], name="Plan") -> str:
    places = [{k: p[k] for k in ("lat", "lon", "ele")} for p in course]
    return f"<rte><name>{name}</name>{''.join(point(p, 'rtept') for p in places)}</rte>\n"


def gpx(*parts: str, version="1.1", creator="MileVault tests", declaration='<?xml version="1.0"?>\n') -> str:
    """The document as text: encode it as the test needs."""
    namespaces = (
        f'xmlns="http://www.topografix.com/GPX/{version.replace(".", "/")}" xmlns:g="{GARMIN}" '
        'xmlns:c="http://www.cluetrust.com/XML/GPXDATA/1/0" '
        'xmlns:p="http://www.garmin.com/xmlschemas/PowerExtension/v1"'
    )
    body = "".join(parts)
    return f'{declaration}<gpx version="{version}" creator="{creator}" {namespaces}>\n{body}</gpx>\n'
