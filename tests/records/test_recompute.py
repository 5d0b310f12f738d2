"""Properties of the records of a whole history, compared with a naive recomputation."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from milevault_core.records import KINDS
from milevault_core.records.eligibility import History
from milevault_core.records.recompute import Records, compute, counted, rows_needed, touched
from tests.records import naive
from tests.records.histories import activity, history, parts

GROUP = ["kind", "sport", "is_indoor", "key"]


def without_ids(found: Records, had: History) -> tuple:
    """Records as text, with fingerprints instead of ids."""
    names = dict(zip(had.activities["activity_id"], had.activities["fingerprint"], strict=True))

    def text(frame):
        ids = [None if pd.isna(i) else names[i] for i in frame["activity_id"]]
        return frame.assign(activity_id=ids).to_csv(index=False)

    left_out = found.left_out.assign(name=found.left_out["activity_id"].map(names)).sort_values(
        ["name", "kind"]
    )
    return text(found.records), text(found.waiting), text(left_out)


def held(found: Records) -> dict:
    current = found.records[found.records["is_current"]]
    return {tuple(r[:4]): r[4] for r in current[[*GROUP, "value"]].itertuples(index=False, name=None)}


@settings(max_examples=60, deadline=None)
@given(parts)
def test_equals_the_naive_recomputation(some):
    had = history(some)
    got = compute(had)
    names = dict(zip(had.activities["activity_id"], had.activities["fingerprint"], strict=True))
    over_activities = got.records[got.records["kind"].map(lambda k: KINDS[k].over == "activity").astype(bool)]
    found: dict = {}
    for row in over_activities.itertuples(index=False):
        rows = found.setdefault((row.kind, row.sport, row.is_indoor, row.key), [])
        rows.append((names[row.activity_id], row.value, row.is_improvement, row.is_season_best))
    want, waiting = naive.records(some)
    assert found == want
    assert {(names[r.activity_id], r.kind, r.key) for r in got.waiting.itertuples()} == waiting


@settings(max_examples=25, deadline=None)
@given(parts, st.data())
def test_the_order_of_imports_does_not_matter(some, data):
    ids = data.draw(st.permutations(range(1, len(some) + 1)))
    one, other = history(some), history(some, ids)
    assert without_ids(compute(one), one) == without_ids(compute(other), other)


@settings(max_examples=25, deadline=None)
@given(parts, st.data())
def test_adding_and_removing_an_activity(some, data):
    gone = data.draw(st.integers(0, len(some) - 1))
    fewer = [None if n == gone else part for n, part in enumerate(some)]
    full, less = history(some), history(fewer)
    stored, target = compute(full), compute(less)
    changed = one_of(full, gone + 1)
    for begin, end, before, after in (
        (stored, target, changed, nothing(full)),
        (target, stored, nothing(full), changed),
    ):
        groups = affected(before, after)
        history_after = less if end is target else full
        fresh = compute(needed(history_after, groups), groups)
        assert same(replace(begin, fresh, groups), end)
    never_worse(target, stored, some[gone][0]["start_time"])


def never_worse(before: Records, after: Records, start: pd.Timestamp) -> None:
    """Check what adding an activity that began at `start` may do, exactly (docs/decisions, "a record that comes to
    wait"): the best of what counts and what waits never gets worse; what counted still counts or now waits, and waits
    only if the new activity came before it."""
    known, now = best_known(before), best_known(after)
    assert set(known) <= set(now)
    for group, value in known.items():
        sign = 1 if KINDS[group[0]].lower_is_better else -1
        assert sign * now[group] <= sign * value
    waited = keyed(before.waiting)
    for row in keyed(after.waiting):
        if row not in waited:
            assert row[5] >= start  # itself, or one that came later
    counts, waits = held(after), {row[:5] for row in keyed(after.waiting)}
    for group, value in held(before).items():
        sign = 1 if KINDS[group[0]].lower_is_better else -1
        if group not in counts or sign * counts[group] > sign * value:
            assert (*group, value) in waits


def keyed(waiting: pd.DataFrame) -> set[tuple]:
    return set(waiting[[*GROUP, "value", "start_time"]].itertuples(index=False, name=None))


def best_known(found: Records) -> dict:
    """The best of each group among what counts and what waits for the user."""
    best = held(found)
    for *group, value, _ in keyed(found.waiting):
        sign = 1 if KINDS[group[0]].lower_is_better else -1
        other = best.get(tuple(group), value)
        best[tuple(group)] = sign * min(sign * other, sign * value)
    return best


@settings(max_examples=20, deadline=None)
@given(parts, activity(), st.data())
def test_editing_an_activity_recomputes_exactly_what_it_touches(some, edited, data):
    n = data.draw(st.integers(0, len(some) - 1))
    changed = [edited if k == n else part for k, part in enumerate(some)]
    before, after = history(some), history(changed)
    groups = affected(one_of(before, n + 1), one_of(after, n + 1))
    fresh = compute(needed(after, groups), groups)
    assert same(replace(compute(before), fresh, groups), compute(after))


def test_a_rejected_record_stays_rejected_and_can_be_taken_back():
    def run(minute, seconds, *decisions):
        row = {
            "sport": "running", "start_time": pd.Timestamp("2025-01-01") + pd.Timedelta(minutes=minute),
            "local_day": pd.Timestamp("2025-01-01"), "is_indoor": False, "is_virtual": False,
            "is_transition": False, "date_doubted": False,
        }  # fmt: skip
        return row, [("best_time", 400.0, float(seconds), 0.0, 60.0, "gps")], list(decisions)

    no = ("best_time", 400.0, "not a record")
    some = [run(0, 90), run(1, 80), run(2, 85)]
    group = ("best_time", "running", False, 400.0)
    assert held(compute(history(some)))[group] == 80
    some[1] = run(1, 80, no)
    assert held(compute(history(some)))[group] == 85
    assert held(compute(history([*some, run(3, 84)])))[group] == 84
    some[1] = run(1, 80)
    found = compute(history(some)).records
    best = found[(found["kind"] == "best_time") & found["is_current"]].iloc[0]
    assert (best["value"], best["previous"], best["gain"]) == (80, 90, 10)


def affected(before: History, after: History):
    return touched(counted(before), counted(after))


def replace(stored: Records, fresh: Records, groups) -> Records:
    """The stored records with the recomputed ones replaced by `fresh = compute(…, groups)`, as the store does it."""
    periods = {k.name for k in KINDS.values() if k.over == "periods"}

    def put(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        stale = [
            g in groups or (*g[:3], None) in groups or g[0] in periods
            for g in old[GROUP].itertuples(index=False, name=None)
        ]
        return pd.concat([part for part in (old[[not s for s in stale]], new) if len(part)] or [new])

    return Records(put(stored.records, fresh.records), put(stored.waiting, fresh.waiting), fresh.left_out)


def test_nothing_gives_empty_frames():
    empty = compute(history([]))
    assert all(len(frame) == 0 for frame in empty)
    assert "value" in empty.records


def nothing(like: History) -> History:
    return History(*(frame.iloc[:0] for frame in like))


def one_of(had: History, activity_id: int) -> History:
    return History(*(frame[frame["activity_id"] == activity_id] for frame in had))


def needed(had: History, groups) -> History:
    """What a caller loads for an incremental recomputation: only the rows that rows_needed() asks for."""
    wanted = rows_needed(groups)
    pairs = zip(had.efforts["kind"], had.efforts["key"], strict=True)
    rows = [(kind, key) in wanted or (kind, None) in wanted for kind, key in pairs]
    return had._replace(efforts=had.efforts[pd.Series(rows, index=had.efforts.index, dtype=bool)])


def same(one: Records, other: Records) -> bool:
    def text(frame):
        return frame.sort_values(list(frame.columns), ignore_index=True).to_csv(index=False)

    return all(text(a) == text(b) for a, b in zip(one, other, strict=True))
