"""`manage.py bench page`: the activity page of a five-hour ride (18,000 points), warm process, not opened before."""

import json
import time

from milevault_core import derive, imports, store
from milevault_core.bench import figure, scratch
from milevault_core.bench.hour import hour_fit
from milevault_core.store.queries import activities as queries
from milevault_core.view import activity as view
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view import tables, timeline

OPENED = 10


def run() -> list[dict]:
    with scratch.database() as user_id:
        batch = imports.begin(user_id, "command")
        for day in range(OPENED):
            for item in imports.add(user_id, batch, f"{day}.fit", hour_fit(day, 18_000)):
                imports.process(item)
        derive.clean(user_id)
        ids = [int(i) for i in store.read("SELECT id FROM activities ORDER BY id")["id"]]
        _open(user_id, ids[0])  # warm: connections, imports
        took, size = [], 0
        for activity_id in ids[1:]:
            start = time.process_time()
            size = _open(user_id, activity_id)
            took.append(time.process_time() - start)
    return [
        figure(
            "activity page of 18,000 points, server CPU, median",
            1000 * sorted(took)[len(took) // 2],
            "ms",
            "at most 120",
        ),
        figure("the same, worst", 1000 * max(took), "ms", "at most 120"),
        figure("sent to the browser", size / 2**20, "MB", "at most 1"),
    ]


def _open(user_id: int, activity_id: int) -> int:
    """What pages/activity.py does, without Streamlit's own part (which tests/browser measures); bytes it sends."""
    units = fmt.METRIC
    activity = queries.one(user_id, activity_id)
    assert activity is not None
    track = queries.track(user_id, activity_id)
    view.figures(activity, units)
    metrics = view.colour_choices(track, activity["sport"])
    spec = json.dumps(timeline.timeline(track, units, view.zone(activity), activity["sport"]))
    deck = map_view.deck(track, view.default_colour(metrics) or "", units, activity["sport"])
    table = tables.lap_table(queries.laps(user_id, activity_id), units, activity["sport"])
    queries.laps(user_id, activity_id, "length")
    queries.sets(user_id, activity_id)
    queries.originals_of(user_id, activity_id)
    return len(spec) + len(deck) + len(table.to_json() or "")
