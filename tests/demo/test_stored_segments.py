"""The demo's segments have the athlete's true efforts: none missing, none invented, timed to the second."""

import numpy as np

from milevault_core import store
from milevault_core.demo import make, stored_segments
from milevault_core.demo.activity import activities
from milevault_core.derive import clean
from tests.demo.made import S

COUNT = 40


def test_efforts_are_those_of_the_truth(user: int) -> None:
    batch = make.begin(user, S)
    with store.session() as session:
        ids = stored_segments.add(session, user, S)
        assert stored_segments.add(session, user, S) == {}
    make.some(user, batch, S, 0, COUNT)
    clean.clean(user)
    found = store.read(
        "SELECT e.segment_id, i.name, e.t0_s, e.time_s, e.plus_minus_s FROM segment_efforts e JOIN import_items i "
        "ON i.activities @> ARRAY[e.activity_id] WHERE e.user_id = $1 ORDER BY i.name, e.segment_id, e.t0_s", (user,)
    )  # fmt: skip
    truth = [
        (ids[name], make.file_name(made), start, lasts)
        for made in activities(S, 0, COUNT)
        for name, start, lasts in made.segment_passes
        if name in ids
    ]
    truth.sort(key=lambda one: (one[1], one[0], one[2]))
    assert len(truth) >= 10
    assert [(s, n) for s, n, *_ in truth] == list(zip(found["segment_id"], found["name"], strict=True))
    errors = np.abs(found["time_s"].to_numpy() - [lasts for *_, lasts in truth])
    assert np.median(errors) <= 1.5
    assert np.mean(errors <= 3 * found["plus_minus_s"].to_numpy()) >= 0.95


def test_they_go_with_the_demo(user: int) -> None:
    with store.session() as session:
        assert stored_segments.add(session, user, S)
        stored_segments.remove(session, user)
        assert stored_segments.rows.of_origin(session, user, stored_segments.ORIGIN) == []
