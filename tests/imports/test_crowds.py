"""Files of a clock that starts at one moment whenever it is switched on are no copies, and their dates are wrong."""

import itertools
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from milevault_core import store
from milevault_core.actions import judgement
from milevault_core.activities.dates import CROWD, CROWD_SPAN
from milevault_core.imports import files, undo
from milevault_core.store.activities import crowds

MOMENT = datetime(2015, 1, 1, 12, tzinfo=UTC)


def run(number: int, start: datetime = MOMENT) -> bytes:
    """Ten minutes on a loop, each run a little faster than the one before; a few of them look like copies."""
    seconds = np.arange(0, 600 + 2 * number, 5)
    angle = seconds * (2.8 + 0.004 * number) / 400
    points = "".join(
        f'<trkpt lat="{50 + 400 * (1 - np.cos(a)) / 111_195:.7f}" lon="{10 + 400 * np.sin(a) / 71_475:.7f}">'
        f"<time>{(start + timedelta(seconds=int(s))).isoformat()}</time></trkpt>"
        for s, a in zip(seconds, angle, strict=True)
    )
    return (
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type>'
        f"<trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def bring(user: int, numbers, start: datetime = MOMENT) -> int:
    batch = files.begin(user, "command")
    for number in numbers:
        files.add_and_process(user, batch, f"{number}.gpx", run(number, start))
    return batch


def stored(user: int) -> list[tuple]:
    """(files of the activity, whether its date is in doubt) of each activity, ordered by files."""
    rows = store.read(
        "SELECT string_agg(o.name, ' ' ORDER BY o.name) AS names, a.date_doubted AS doubted FROM activities a "
        "JOIN activity_recordings r ON r.activity_id = a.id JOIN original_files o ON o.id = r.original_id "
        "WHERE a.user_id = $1 GROUP BY a.id, a.date_doubted ORDER BY 1",
        (user,),
    )
    return list(rows.itertuples(index=False, name=None))


def test_twelve_files_of_one_moment_are_twelve_activities_whose_date_is_in_doubt(
    user: int, other_user: int
) -> None:
    bring(user, range(CROWD - 1))
    assert len(stored(user)) < CROWD - 1  # so few may be copies
    bring(user, [CROWD - 1])
    alone = stored(user)
    assert len(alone) == CROWD
    assert all(doubted for _, doubted in alone)
    said = store.read("SELECT problems::text AS p FROM activities")["p"]
    assert said.str.contains("the device's clock starts there when it is switched on").all()
    bring(user, [CROWD])
    assert len(stored(user)) == CROWD + 1
    bring(other_user, reversed(range(CROWD + 1)))
    assert stored(other_user) == stored(user)


def test_without_the_last_they_may_be_copies_again(user: int, other_user: int) -> None:
    bring(user, range(CROWD - 1))
    before = stored(user)
    last = bring(user, [CROWD - 1, CROWD])
    assert len(stored(user)) == CROWD + 1
    undo.ask(user, last)
    undo.run(user, last)
    assert stored(user) == before


def test_a_date_that_its_owner_has_set_counts_and_leaves_the_others_in_doubt(user: int) -> None:
    bring(user, range(CROWD))
    ids = store.read("SELECT id FROM activities ORDER BY id")["id"].tolist()
    for day, activity in enumerate(ids[:3]):
        judgement.set_start(user, activity, datetime(2021, 5, 1 + day, 7, tzinfo=UTC))
        judgement.judge(user, activity)
    with store.session() as session:
        assert crowds.count(session, user, crowds.moment(MOMENT)) == CROWD
    rows = store.read("SELECT id, date_doubted FROM activities ORDER BY id")
    assert rows["date_doubted"].tolist() == [False] * 3 + [True] * (CROWD - 3)
    judgement.count_as_recorded(user, ids[5], True)
    judgement.judge(user, ids[5])  # judged among the remaining ones
    assert len(store.read("SELECT 1 FROM activities")) == CROWD


@pytest.mark.parametrize("apart", [CROWD_SPAN, timedelta(days=1)])
def test_files_of_several_moments_are_no_crowd(user: int, apart: timedelta) -> None:
    for number, start in zip(range(CROWD + 1), itertools.count()):
        bring(user, [number], MOMENT + start * apart)
    assert not any(doubted for _, doubted in stored(user))
