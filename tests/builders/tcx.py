"""TCX files with exact truth, made of the plain points of builders.gpx."""

from datetime import timedelta

from tests.builders.gpx import iso

NAMESPACES = (
    'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
    'xmlns:x="http://www.garmin.com/xmlschemas/ActivityExtension/v2"'
)


def with_distance(points: list[dict], speed=3.0, every=1, start=0.0) -> list[dict]:
    return [p | {"distance": start + i * every * speed, "speed": speed} for i, p in enumerate(points)]


def point(p: dict) -> str:
    inner = f"<Time>{iso(p['time'])}</Time>" if "time" in p else ""
    if "lat" in p:
        inner += (f"<Position><LatitudeDegrees>{p['lat']:.9f}</LatitudeDegrees>"
                  f"<LongitudeDegrees>{p['lon']:.9f}</LongitudeDegrees></Position>")  # fmt: skip
    inner += f"<AltitudeMeters>{p['ele']}</AltitudeMeters>" if "ele" in p else ""
    inner += f"<DistanceMeters>{p['distance']}</DistanceMeters>" if "distance" in p else ""
    inner += f"<HeartRateBpm><Value>{p['hr']}</Value></HeartRateBpm>" if "hr" in p else ""
    inner += f"<Cadence>{p['cad']}</Cadence>" if "cad" in p else ""
    more = f"<x:Speed>{p['speed']}</x:Speed>" if "speed" in p else ""
    more += f"<x:Watts>{p['power']}</x:Watts>" if "power" in p else ""
    inner += f"<Extensions><x:TPX>{more}</x:TPX></Extensions>" if more else ""
    return f"<Trackpoint>{inner}</Trackpoint>"


def lap(*tracks: list[dict], seconds=None, metres=None, start=None, calories=50) -> str:
    """A lap of one or more tracks (a pause between them)."""
    filled = [t for t in tracks if t]
    begin = start or filled[0][0]["time"]
    if seconds is None:
        seconds = sum((t[-1]["time"] - t[0]["time"]).total_seconds() for t in filled)
    if metres is None:
        metres = sum(t[-1].get("distance", 0) - t[0].get("distance", 0) for t in filled)
    body = "".join(f"<Track>{''.join(map(point, t))}</Track>" for t in tracks)
    return (
        f'<Lap StartTime="{iso(begin)}"><TotalTimeSeconds>{seconds}</TotalTimeSeconds>'
        f"<DistanceMeters>{metres}</DistanceMeters><MaximumSpeed>4.5</MaximumSpeed><Calories>{calories}</Calories>"
        "<AverageHeartRateBpm><Value>130</Value></AverageHeartRateBpm>"
        "<MaximumHeartRateBpm><Value>159</Value></MaximumHeartRateBpm>"
        f"<Intensity>Active</Intensity><TriggerMethod>Manual</TriggerMethod>{body}"
        "<Extensions><x:LX><x:AvgSpeed>3.0</x:AvgSpeed><x:AvgWatts>225</x:AvgWatts></x:LX></Extensions></Lap>"
    )


def activity(*laps: str, sport="Running", start="2024-05-01T07:00:00Z", device="Test Watch 1") -> str:
    creator = (f'<Creator xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Device_t">'
               f"<Name>{device}</Name></Creator>")  # fmt: skip
    return (
        f'<Activity Sport="{sport}"><Id>{start}</Id>{"".join(laps)}<Notes>A note</Notes>{creator}</Activity>'
    )


def multisport(first: str, *others: tuple[str, str]) -> str:
    """A first activity, then (transition lap, activity) pairs."""
    rest = "".join(
        f"<NextSport>{t.replace('<Lap', '<Transition').replace('</Lap', '</Transition')}{a}</NextSport>"
        for t, a in others
    )
    return f"<MultiSportSession><Id>2024-05-01T07:00:00Z</Id><FirstSport>{first}</FirstSport>{rest}</MultiSportSession>"


def course(points: list[dict], name="Round the lake") -> str:
    places = [{k: p[k] for k in ("time", "lat", "lon", "ele", "distance") if k in p} for p in points]
    return (
        f"<Courses><Course><Name>{name}</Name><Lap><TotalTimeSeconds>60</TotalTimeSeconds></Lap>"
        f"<Track>{''.join(map(point, places))}</Track></Course></Courses>"
    )


def tcx(*activities: str, courses="", declaration='<?xml version="1.0" encoding="UTF-8"?>\n') -> str:
    """The document as text."""
    inner = f"<Activities>{''.join(activities)}</Activities>" if activities else ""
    return f"{declaration}<TrainingCenterDatabase {NAMESPACES}>{inner}{courses}</TrainingCenterDatabase>\n"


def later(points: list[dict], seconds: float) -> list[dict]:
    return [p | {"time": p["time"] + timedelta(seconds=seconds)} for p in points]
