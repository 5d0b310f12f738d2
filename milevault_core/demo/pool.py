"""Swims in a 25 m pool: sets of lengths with rests at the wall."""

import numpy as np

from milevault_core.demo import body, draws, form
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.made import Activity, device_of, start_of
from milevault_core.demo.plan import Session

POOL_M = 25.0
_SETS = ((8, "freestyle"), (4, "backstroke"), (4, "freestyle"), (16, "freestyle"), (2, "breaststroke"))


def build(athlete: Athlete, session: Session) -> Activity:
    """Lengths until the time is up; distance is known only at the wall, as on a watch."""
    source = draws.stream(athlete.seed, *session.names, "body")
    pace = POOL_M / (athlete.swim_speed * form.form_on(athlete, session.day))
    until = session.hours * 3600 * draws.uniform(source, 0.85, 1.1)
    lengths, marks, now, number = [], [], 0, 0
    while now < until:
        count, stroke = _SETS[number % len(_SETS)]
        slower = {"freestyle": 1.0, "backstroke": 1.15, "breaststroke": 1.28}[stroke]
        for _ in range(count):
            took = round(pace * slower * draws.uniform(source, 0.97, 1.06))
            lengths.append((now, took, draws.integer(source, 8, 11), stroke, True))
            now += took
        marks.append((now, "manual", "active"))
        rest = draws.integer(source, 15, 45)
        lengths.append((now, rest, 0, "", False))
        now += rest
        marks.append((now, "manual", "rest"))
        number += 1
    lengths.pop()  # the last rest is not recorded
    marks.pop()
    end = lengths[-1][0] + lengths[-1][1]
    marks[-1] = (end, "session_end", "active")

    second = np.arange(end + 1)
    starts = np.array([one[0] for one in lengths])
    active = np.array([one[4] for one in lengths])
    lasted = np.array([one[1] for one in lengths])
    swum = np.concatenate([[0], np.cumsum(np.where(active, 2500, 0))])  # cm at the start of each length
    now_in = np.clip(np.searchsorted(starts, second, side="right") - 1, 0, len(lengths) - 1)
    columns = {
        "distance": swum[now_in].astype(np.int64),
        "speed": np.where(active, 25_000 // lasted, 0)[now_in].astype(np.int64),
        "heart_rate": body.heart_rate(
            source, np.where(active, 0.80, 0.15)[now_in], form.resting_on(athlete, session.day),
            athlete.max_heart_rate - 12,
        ),
        "temperature": np.full(end + 1, 27, dtype=np.int64),
    }  # fmt: skip
    columns["distance"][-1] = swum[-1]
    start, offset = start_of(session)
    return Activity(
        athlete, session, start, offset, device_of(athlete, session), second, columns, timer=[(0, end)],
        sub_sport="lap_swimming", lap_marks=marks, lengths=lengths, distance_m=float(swum[-1]) / 100.0,
        moving_s=float(lasted[active].sum()), pool_length_m=POOL_M, calories=int(end / 3600 * 7.5 * athlete.weight_kg),
    )  # fmt: skip
