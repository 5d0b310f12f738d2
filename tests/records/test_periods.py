"""Totals and streaks against sums computed with Python's own calendar."""

from collections import defaultdict
from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from milevault_core.records.streaks import streak_days, streak_weeks
from milevault_core.records.totals import most_activities, most_distance

entries = st.lists(
    st.tuples(
        st.dates(date(1969, 12, 20), date(1971, 1, 20)),
        st.sampled_from(["running", "cycling"]),
        st.integers(1, 50),
    ),
    min_size=1,
    max_size=40,
)


def frame_of(rows):
    days, sports, metres = zip(*rows, strict=True)
    frame = pd.DataFrame({"local_day": pd.to_datetime(list(days)), "sport": list(sports)})
    return frame.assign(distance_m=[float(m) for m in metres], moving_s=1.0, ascent_m=float("nan"))


def period(day, key):
    """(first, last) day of the period that holds `day`; key: 1 day, 7 week, 30 month, otherwise year."""
    if key == 1:
        return day, day
    if key == 7:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if key == 30:
        after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return day.replace(day=1), after - timedelta(days=1)
    return date(day.year, 1, 1), date(day.year, 12, 31)


def as_set(found):
    rows = found[["sport", "key", "day", "last_day", "value"]].itertuples(index=False, name=None)
    return {(s, k, a.date(), b.date(), v) for s, k, a, b, v in rows}


@settings(max_examples=60, deadline=None)
@given(entries)
def test_sums_by_day_week_month_and_year(rows):
    metres, count = defaultdict(float), defaultdict(float)
    for day, sport, m in rows:
        for key in (1, 7, 30, 365):
            metres[sport, key, *period(day, key)] += m
            for name in (sport, "all"):
                count[name, key, *period(day, key)] += 1
    days = frame_of(rows)
    assert as_set(most_distance(days)) == {(*k, v) for k, v in metres.items()}
    assert as_set(most_activities(days)) == {(*k, v) for k, v in count.items()}


@settings(max_examples=60, deadline=None)
@given(entries)
def test_streaks(rows):
    for kind, key, step in ((streak_days, 1, 1), (streak_weeks, 7, 7)):
        want = set()
        for name in {sport for _, sport, _ in rows} | {"all"}:
            starts = sorted({period(d, key)[0] for d, sport, _ in rows if name in (sport, "all")})
            begin = starts[0]
            for a, b in zip(starts, [*starts[1:], None], strict=True):
                if b is None or (b - a).days != step:
                    last = a + timedelta(days=step - 1)
                    want.add((name, 0.0, begin, last, float(((a - begin).days // step) + 1)))
                    begin = b
        assert as_set(kind(frame_of(rows))) == want
