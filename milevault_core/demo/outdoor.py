"""Runs, rides, hikes and open-water swims: along a path, with GPS."""

import numpy as np

from milevault_core.demo import body, draws, effort, exact, form, gps, motion, places, routes, segments
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.made import Activity, device_of, start_of, temperature_of
from milevault_core.demo.plan import Session

_BIKE_KG = 9.0
# sport: (metres between pauses, the longest pause in s, standard deviation of positions in m)
_HABITS = {
    "running": (4_000.0, 80, 2.6), "cycling": (9_000.0, 150, 2.2), "hiking": (1_800.0, 700, 3.5),
    "swimming": (1e9, 1, 5.0),
}  # fmt: skip
_SUB_SPORTS = {"intervals": "track", "hike": "", "open_water": "open_water"}


def build(athlete: Athlete, session: Session) -> Activity:
    """An activity along session.route; takes about 3 ms of CPU per hour."""
    seed, route, sport = athlete.seed, session.route, session.sport
    assert route is not None
    source = draws.stream(seed, *session.names, "body")
    sky = draws.stream(seed, *session.names, "sky")
    path = routes.path(seed, route, session.reverse, session.shift, session.laps)
    threshold = form.form_on(athlete, session.day)
    pieces = np.diff(path.knots)
    grade = np.diff(path.z) / pieces
    middle = path.knots[:-1] + pieces / 2
    hard, speed = _pace(athlete, session, source, middle, path.length_m, grade, threshold)

    every, longest, sigma = _HABITS[sport]
    no_stop = session.kind in ("race", "intervals") or sport == "swimming"
    pauses = [] if no_stop else motion.choose_pauses(source, path.knots, every, longest)
    if pauses and sport == "cycling":  # brake and set off again
        for k, _ in pauses:
            speed[k - 1 : k + 1] = np.minimum(speed[k - 1 : k + 1], 3.0)
    way = motion.journey(path.knots, speed, pauses)
    at = motion.sample(way)
    standing = at.leg < 0
    warmth = temperature_of(session) + 2.5 * draws.normal(source)

    columns: dict[str, np.ndarray] = {}
    i, share = exact.locate(at.s, path.s)
    x, y = exact.between(path.x, i, share), exact.between(path.y, i, share)
    x, y = gps.positions(sky, x, y, sigma)
    spikes = gps.spikes(sky, len(x))
    x[spikes] += 900.0
    y[spikes] -= 700.0
    lat, lon = places.to_degrees(path.place, x, y)
    columns["lat"], columns["lon"] = gps.semicircles(lat), gps.semicircles(lon)
    if sport != "swimming":
        ground = exact.lerp(at.s, path.knots, path.z)
        altitude = ground + gps.wander(sky, len(x), 1.2, 900.0) + 0.08 * draws.normals(sky, len(x))
        columns["altitude"] = np.rint((altitude + 500.0) * 5.0).astype(np.int64)
    columns["distance"] = np.rint(at.s * 100.0).astype(np.int64)
    felt_speed = np.where(standing, 0.0, exact.lag(at.speed, 3.0))
    unsteady = felt_speed * (1.0 + 0.012 * draws.normals(source, len(x)))
    columns["speed"] = np.rint(np.clip(unsteady, 0.0, 25.0) * 1000.0).astype(np.int64)

    felt = np.where(standing, 0.0, hard[at.leg])
    resting = form.resting_on(athlete, session.day)
    columns["heart_rate"] = body.heart_rate(source, felt, resting, athlete.max_heart_rate, warmth)
    slope = np.where(standing, 0.0, grade[at.leg])
    has_meter = session.day.year >= 2014 and session.kind != "commute"
    if sport == "cycling":
        watts = effort.cycling_power(felt_speed, slope, athlete.weight_kg + _BIKE_KG)
        watts = np.where(standing, 0.0, watts)
        columns["cadence"] = body.cycling_cadence(source, felt_speed, watts, slope)
        if has_meter:
            columns["power"] = body.noisy_power(source, watts, 0.10)
    elif sport in ("running", "hiking"):
        columns["cadence"] = body.running_cadence(source, felt_speed)
        if sport == "running" and session.day.year >= 2021:
            watts = athlete.weight_kg * felt_speed * effort.running_cost(slope)
            columns["power"] = body.noisy_power(source, np.where(standing, 0.0, watts), 0.03)
    sensor = warmth + 5.0 * (
        1.0 - exact.lag(np.ones(len(x)), 600.0, start=0.0)
    )  # the watch was in a warm room before
    columns["temperature"] = np.rint(sensor).astype(np.int64)

    start, offset = start_of(session)
    steps = np.concatenate([[0.0], np.diff(path.z)])
    up, down = np.cumsum(np.maximum(steps, 0.0)), np.cumsum(np.maximum(-steps, 0.0))
    made = Activity(
        athlete, session, start, offset, device_of(athlete, session), at.seconds, columns,
        timer=[(0, way.seconds)], sub_sport=_sub_sport(session), spikes=spikes.tolist(), journey=way,
        climb=np.stack([path.knots, up, down]), ascent_m=float(up[-1]), descent_m=float(down[-1]),
        distance_m=path.length_m, moving_s=way.moving_s, lap_marks=_lap_marks(session, at.s, path.length_m),
        calories=_calories(athlete, session, path.length_m),
    )  # fmt: skip
    made.segment_passes = _passes(seed, path, sport, way)
    if draws.chance(sky, 0.05):  # no satellites found yet
        columns["lat"][:20] = columns["lon"][:20] = gps.MISSING
    _record(made, sky)
    return made


def _pace(athlete, session, source, middle, length_m, grade, threshold) -> tuple[np.ndarray, np.ndarray]:
    """(effort, speed) of each piece of the path."""
    if session.sport == "swimming":
        hard = np.full(len(middle), 0.80)
        wander = 1.0 + 0.06 * exact.lag(draws.normals(source, len(middle)), 4.0)
        return hard, athlete.swim_speed * 0.9 * threshold * wander
    if session.sport == "hiking":
        speed = effort.hiking_speed(source, grade)
        return np.clip(0.36 + 2.2 * np.maximum(grade, 0.0) + 0.06 * speed, 0.0, 0.95), speed
    hard = effort.profile(source, session.kind, middle, length_m)
    if session.sport == "running":
        return hard, effort.running_speed(hard, grade, athlete.threshold_speed * threshold)
    pushed = hard * (1.0 + 3.0 * np.clip(grade, -0.25, 0.10))
    mass = athlete.weight_kg + _BIKE_KG
    speed = effort.cycling_speed(athlete.threshold_power * threshold * pushed, grade, mass)
    speed = np.maximum(exact.lag(speed, 3.0), 1.8)
    power = effort.cycling_power(speed, grade, mass) / (athlete.threshold_power * threshold)
    return np.clip(exact.lag(power, 4.0), 0.1, 1.3), speed


def _sub_sport(session: Session) -> str:
    if session.sport == "cycling":
        return "road" if session.kind != "commute" else "commuting"
    return _SUB_SPORTS.get(session.kind, "")


def _lap_marks(session: Session, s: np.ndarray, length_m: float) -> list[tuple[int, str, str]]:
    """Seconds at which laps end: automatically every km or 5 km; by hand in interval sessions."""
    end = len(s) - 1
    if session.kind == "intervals":
        marks = effort.interval_marks(length_m)
        kinds = [*["warmup", *(["active", "rest"] * len(marks))][: len(marks)], "cooldown"]
    elif session.kind == "open_water":
        return [(end, "session_end", "active")]
    else:
        step = 5000.0 if session.sport == "cycling" else 1000.0
        marks = np.arange(1, int(length_m / step) + 1) * step
        kinds = ["active"] * (len(marks) + 1)
    seconds = np.searchsorted(s, marks, side="left").tolist()
    trigger = "manual" if session.kind == "intervals" else "distance"
    laps = [
        (second, trigger, kind) for second, kind in zip(seconds, kinds, strict=False) if 0 < second < end - 3
    ]
    return [*laps, (end, "session_end", kinds[len(laps)] if len(laps) < len(kinds) else "active")]


def _passes(seed, path, sport, way) -> list[tuple[str, float, float]]:
    """(segment, seconds since the start, duration): elapsed time, pauses included."""
    found = []
    for name, first, last in segments.passes(seed, path, sport):
        # A pause exactly on the line would be ambiguous, but knots are never in the middle of a block by chance.
        a, b = exact.lerp(np.array([first, last]), way.s, way.t).tolist()
        found.append((name, a, b - a))
    return found


def _record(made: Activity, source: draws.Stream) -> None:
    """What the watch does in pauses and to save memory: it stops the timer, and keeps only some samples."""
    way, session = made.journey, made.session
    assert way is not None
    keep = np.ones(len(made.seconds), dtype=bool)
    needed = np.zeros(len(made.seconds), dtype=bool)
    if session.sport != "hiking" and draws.chance(source, 0.7):  # a watch with automatic pause
        made.timer = []
        begun = 0
        for a, b in way.pauses:
            stop, go = int(np.ceil(a)), int(b)
            if go - stop < 3:
                continue
            keep[stop + 1 : go] = False
            needed[[stop, go]] = True
            made.timer.append((begun, stop))
            begun = go
        made.timer.append((begun, way.seconds))
    if session.smart:
        needed[[second for second, _, _ in made.lap_marks]] = True
        keep &= gps.smart(source, made.seconds, needed)
    keep[0] = keep[-1] = True
    rows = np.flatnonzero(keep)
    made.spikes = np.flatnonzero(np.isin(rows, made.spikes)).tolist()
    made.seconds = made.seconds[rows]
    made.columns = {name: values[rows] for name, values in made.columns.items()}


def _calories(athlete: Athlete, session: Session, length_m: float) -> int:
    per_km = {"running": 1.0, "cycling": 0.33, "hiking": 0.75, "swimming": 3.2}[session.sport]
    return int(per_km * athlete.weight_kg * length_m / 1000.0)
