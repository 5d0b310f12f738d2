"""What the derived steps for training read and write: the athlete's values, and the training metrics of activities."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from milevault_core.activities.summary import METRICS_OF_STAGE_1
from milevault_core.metrics import METRICS, Results
from milevault_core.store import engine
from milevault_core.training.values import Timeline, athlete_on, lookups

FOLLOWED = METRICS_OF_STAGE_1  # columns of activities that follow the winner of their metric


@dataclass
class TrainingInputs:
    """An activity's stored metrics by origin, and the athlete's values and zone settings on its day."""

    device: dict[str, float]
    edited: dict[str, float]
    computed: dict[str, float]  # by stage 1, which has just read the file; empty once stage 2 has run
    athlete: dict[str, float]
    zones: dict[str, tuple[str, list[float]]]

    @property
    def inputs(self) -> dict:
        """What the result depends on besides the recording; stored with it to detect when it becomes stale."""
        return inputs_of(self.athlete, self.zones)


def inputs_of(athlete: Mapping[str, float], zones: Mapping[str, tuple[str, list[float]]]) -> dict:
    return {"athlete": dict(athlete), "zones": {kind: [how, list(own)] for kind, (how, own) in zones.items()}}


def known(session: Session, user_id: int, activity_id: int, sport: str, day: date) -> TrainingInputs:
    """Everything that the metrics of one activity need from the database, in one statement."""
    pairs = lookups(sport)
    own = {"u": user_id, "a": activity_id, "d": day, "s": sport,
           "names": [n for n, _ in pairs], "sports": [s for _, s in pairs]}  # fmt: skip
    found = TrainingInputs({}, {}, {}, {}, {})
    values: dict[tuple[str, str], float] = {}
    for what, name, more, value, version, bounds in engine.raw(session).execute(_KNOWN, own):
        if what == "athlete":
            values[name, more] = value
        elif what == "zones":
            found.zones[name] = (more, bounds)
        elif more == "device":
            found.device[name] = value
        elif more == "edited":
            found.edited[name] = value
        elif name in METRICS and METRICS[name].version == version:
            found.computed[name] = value
    found.athlete = athlete_on(day, sport, values)
    return found


_KNOWN = """
SELECT 'metric', m.name, m.origin, m.value, m.version::int, NULL::jsonb
FROM activity_metrics m JOIN activities a ON a.id = m.activity_id
WHERE a.user_id = %(u)s AND a.id = %(a)s
    AND (m.origin <> 'computed' OR NOT EXISTS (SELECT 1 FROM activity_training t WHERE t.activity_id = a.id))
UNION ALL
(SELECT 'metric', 'rpe', 'edited', e.value::float8, 0, NULL FROM activity_edits e
 WHERE e.user_id = %(u)s AND e.field = 'rpe' AND (e.activity_id = %(a)s OR e.activity_id IN (
    SELECT home_id FROM activity_recordings WHERE user_id = %(u)s AND activity_id = %(a)s))
 ORDER BY e.edited_at DESC LIMIT 1)
UNION ALL
SELECT 'athlete', n.name, n.sport, v.value, 0, NULL
FROM unnest(%(names)s::text[], %(sports)s::text[]) AS n (name, sport) JOIN LATERAL (
    SELECT value FROM athlete_values v WHERE v.user_id = %(u)s AND v.name = n.name AND v.sport = n.sport
        AND v.valid_from <= %(d)s
    ORDER BY v.origin = 'computed' DESC, v.origin = 'device', v.valid_from DESC, v.told_at DESC, v.value DESC
    LIMIT 1) v ON true
UNION ALL
(SELECT DISTINCT ON (kind) 'zones', kind, method, 0, 0, bounds FROM athlete_zones
 WHERE user_id = %(u)s AND sport = %(s)s AND valid_from <= %(d)s ORDER BY kind, valid_from DESC)
"""


def save_training(
    session: Session, user_id: int, activity_id: int, results: Results, inputs: dict, zones: dict,
    grades: bytes | None,
) -> None:  # fmt: skip
    """Replace an activity's computed metrics and what depends on them; those from the device and edits stay."""
    values = results.computed
    own = {
        "u": user_id, "a": activity_id, "names": list(values), "values": list(values.values()),
        "versions": [METRICS[name].version for name in values], "metrics": Jsonb(results.metrics),
        "reasons": Jsonb(results.reasons), "inputs": Jsonb(inputs), "zones": Jsonb(zones), "grades": grades,
    }  # fmt: skip
    engine.raw(session).execute(_REPLACE, own)  # a plain statement: this is the import's hot path


_REPLACE = """
WITH mine AS (SELECT id FROM activities WHERE user_id = %(u)s AND id = %(a)s),
gone AS (DELETE FROM activity_metrics WHERE origin = 'computed' AND activity_id IN (SELECT id FROM mine)
    AND name <> ALL (%(names)s::text[])),
whole AS (
    INSERT INTO activity_training (activity_id, metrics, reasons, inputs, zones, grades)
    SELECT id, %(metrics)s, %(reasons)s, %(inputs)s, %(zones)s, %(grades)s FROM mine
    ON CONFLICT (activity_id) DO UPDATE SET metrics = excluded.metrics, reasons = excluded.reasons,
        inputs = excluded.inputs, zones = excluded.zones, grades = excluded.grades)
INSERT INTO activity_metrics (activity_id, name, origin, value, version)
SELECT mine.id, v.name, 'computed', v.value, v.version
FROM mine, unnest(%(names)s::text[], %(values)s::float8[], %(versions)s::int[]) AS v(name, value, version)
ON CONFLICT (activity_id, name, origin) DO UPDATE SET value = excluded.value, version = excluded.version
WHERE (activity_metrics.value, activity_metrics.version) IS DISTINCT FROM (excluded.value, excluded.version)
"""


def follow_winners(session: Session, row, metrics: Mapping[str, float]) -> bool:
    """Set the columns of an activity's row (moving time, ascent, descent) to the winners of their metrics; returns
    whether one of them changed."""
    changed = False
    for name in FOLLOWED:
        if name in metrics and getattr(row, name) != metrics[name]:
            setattr(row, name, metrics[name])
            changed = True
    if changed:
        session.flush()
    return changed


# ── The athlete's values ────────────────────────────────────────────────────────────────────────────────────


def save_told(
    session: Session, user_id: int, activity_id: int, day: date, start: datetime,
    told: Mapping[tuple[str, str], float],
) -> None:  # fmt: skip
    """Replace the athlete values that the device stored in an activity. told: (name, sport) -> value."""
    own = {"u": user_id, "a": activity_id, "d": day, "t": start, "names": [n for n, _ in told],
           "sports": [s for _, s in told], "values": list(told.values())}  # fmt: skip
    engine.raw(session).execute(_REPLACE_TOLD, own)


_REPLACE_TOLD = """
WITH gone AS (DELETE FROM athlete_values WHERE user_id = %(u)s AND activity_id = %(a)s)
INSERT INTO athlete_values (user_id, name, sport, valid_from, value, origin, activity_id, told_at)
SELECT %(u)s, v.name, v.sport, %(d)s, v.value, 'device', a.id, %(t)s
FROM unnest(%(names)s::text[], %(sports)s::text[], %(values)s::float8[]) AS v (name, sport, value)
JOIN activities a ON a.user_id = %(u)s AND a.id = %(a)s
"""


GRADE_SUMS = """
SELECT a.id AS activity_id, t.grades FROM activity_training t JOIN activities a ON a.id = t.activity_id
WHERE a.user_id = {user_id} AND t.grades IS NOT NULL AND NOT a.is_left_out ORDER BY a.start_time, a.id
"""


def grade_sums(session: Session, user_id: int) -> list[bytes]:
    """The grade curve sums of each run that counts, in order of time, packed (grade_curve.unpack)."""
    return [grades for _, grades in engine.raw(session).execute(GRADE_SUMS.format(user_id="%s"), (user_id,))]


def save_computed(session: Session, user_id: int, sport: str, values: Mapping[str, float]) -> None:
    """Replace the computed values of the athlete in a sport; they are valid on every day."""
    own = {"u": user_id, "s": sport, "names": list(values), "values": list(values.values())}
    engine.raw(session).execute(_REPLACE_COMPUTED, own)


_REPLACE_COMPUTED = """
WITH new AS (SELECT * FROM unnest(%(names)s::text[], %(values)s::float8[]) AS n (name, value)),
kept AS (SELECT v.name FROM athlete_values v JOIN new n ON n.name = v.name AND n.value = v.value
    WHERE v.user_id = %(u)s AND v.sport = %(s)s AND v.origin = 'computed'),
gone AS (DELETE FROM athlete_values v WHERE user_id = %(u)s AND sport = %(s)s AND origin = 'computed'
    AND NOT EXISTS (SELECT 1 FROM new n WHERE n.name = v.name AND n.value = v.value))
INSERT INTO athlete_values (user_id, name, sport, valid_from, value, origin)
SELECT u.id, n.name, %(s)s, DATE '1900-01-01', n.value, 'computed' FROM new n JOIN users u ON u.id = %(u)s
WHERE n.name NOT IN (SELECT name FROM kept)
"""


def timeline(session: Session, user_id: int, *more: tuple[str, str, date, float, str, object]) -> Timeline:
    """Every value of the athlete, by day; `more`: rows to be treated as if they were stored too."""
    query = "SELECT name, sport, valid_from, value, origin, told_at FROM athlete_values WHERE user_id = %s"
    return Timeline([*engine.raw(session).execute(query, (user_id,)).fetchall(), *more])


def stale(session: Session, user_id: int) -> list[int]:
    """Activities whose metrics were computed with other athlete values or zones than those now valid on their day."""
    times = timeline(session, user_id)
    settings = engine.raw(session).execute(
        "SELECT kind, sport, valid_from, method, bounds FROM athlete_zones WHERE user_id = %s ORDER BY valid_from",
        (user_id,),
    ).fetchall()  # fmt: skip
    rows = engine.raw(session).execute(
        "SELECT a.id, a.sport, a.local_day, t.inputs::text FROM activities a "
        "JOIN activity_training t ON t.activity_id = a.id WHERE a.user_id = %s ORDER BY a.id",
        (user_id,),
    )
    found: list[int] = []
    on_day: dict = {}
    texts: dict[str, dict] = {}
    for activity_id, sport, day, stored in rows:
        if (sport, day) not in on_day:
            values = on_day.get(day)
            if values is None:
                values = on_day[day] = times.on(day)
            zones = {k: (m, b) for k, s, since, m, b in settings if s == sport and since <= day}
            on_day[sport, day] = inputs_of(athlete_on(day, sport, values), zones)
        if stored not in texts:
            texts[stored] = json.loads(stored)
        if texts[stored] != on_day[sport, day]:
            found.append(activity_id)
    return found


def mark_stale(session: Session, user_id: int) -> int:
    """Mark the metrics of stale activities to be computed again; returns how many activities are stale.

    An activity that is already marked is not marked twice. If a worker is taking that mark right now, it marks this
    step when it is done, and anything that it computed with old values is found then.
    """
    ids = stale(session, user_id)
    if ids:
        engine.raw(session).execute(
            "INSERT INTO dirty_activities (activity_id, step, user_id) SELECT id, 'metrics', %(u)s "
            "FROM unnest(%(ids)s::int[]) AS stale (id) WHERE NOT EXISTS (SELECT 1 FROM dirty_activities d "
            "WHERE d.activity_id = stale.id AND d.step IN ('', 'metrics'))",
            {"u": user_id, "ids": ids},
        )
    return len(ids)
