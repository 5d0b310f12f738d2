"""What was special about an activity: a record, the longest in a year, 3rd fastest on this route."""

import json

import numpy as np
import pandas as pd
import pytest

from milevault_core import store
from milevault_core.store.activities import save
from milevault_core.store.queries import highlights as queries
from milevault_core.view import format as fmt
from milevault_core.view.activities import highlights as view
from tests.pages.runs import run, save_runs


def notes(**row: object) -> list[str]:
    rows = {"activity_id": 7, "sport": "running", "rank": np.nan, "timed": 0, "earlier": 0, "longer": 0,
            "records": []} | row  # fmt: skip
    return [text for _, text in view.notes(pd.DataFrame([rows]), fmt.METRIC).get(7, [])]


@pytest.mark.parametrize(
    ("rank", "timed", "said"),
    [
        (1, 4, ["Fastest of 4 on this route"]), (3, 12, ["3rd fastest of 12 on this route"]),
        (4, 12, []), (1, 3, []), (np.nan, 12, []),
    ],
)  # fmt: skip
def test_a_place_on_the_route(rank: float, timed: int, said: list[str]) -> None:
    assert notes(rank=rank, timed=timed) == said


@pytest.mark.parametrize(
    ("earlier", "longer", "said"), [(10, 0, ["Longest run in a year"]), (9, 0, []), (10, 1, [])]
)
def test_the_longest_in_a_year_takes_a_year_of_others(earlier: int, longer: int, said: list[str]) -> None:
    assert notes(earlier=earlier, longer=longer) == said


def test_the_weightiest_two_are_said_and_the_longest_only_once() -> None:
    records = [
        {"kind": "best_time", "key": 5000.0, "sport": "running", "value": 1200.0},
        {"kind": "longest_distance", "key": 0.0, "sport": "running", "value": 20_000.0},
    ]
    assert notes(records=records, earlier=20, rank=1, timed=9)[0] == "Longest run so far"
    assert len(notes(records=records, earlier=20, rank=1, timed=9)) == view.MOST
    assert notes(records=records[1:], earlier=20) == ["Longest run so far"]


def test_what_the_database_tells_of_a_year_and_of_records(user: int) -> None:
    made = save_runs(user)
    with store.session() as session:
        other = save.save_activity(session, user, run(370, 1.2))
    found = queries.of(user, [made["fast"], other]).set_index("activity_id")
    assert (found.loc[made["fast"], "earlier"], found.loc[made["fast"], "longer"]) == (11, 0)
    assert found.loc[other, "earlier"] < 13, "only those of the year before"
    assert json.dumps(found.loc[other, "records"]) == "[]", "nothing is derived yet"
