"""Sums per day, week, month or year, with those of the year before; cumulative lines; best weeks."""

from datetime import date

import numpy as np
import pandas as pd

PERIODS = ("day", "week", "month", "year")
SUMS = ("activity_count", "elapsed_s", "moving_s", "distance_m", "ascent_m", "load")


def start_of(day: pd.Series, period: str, first_weekday: int = 0) -> pd.Series:
    """The first day of each day's period, datetime64[s]; weeks begin on `first_weekday` (0 is Monday, as in ISO)."""
    when = pd.to_datetime(day).astype("datetime64[s]")
    if period == "week":
        since = (when.dt.day_of_week - first_weekday) % 7
        return when - pd.to_timedelta(since, unit="D").astype("timedelta64[s]")
    if period == "day":
        return when
    return when.dt.to_period({"month": "M", "year": "Y"}[period]).dt.start_time.astype("datetime64[s]")


def starts(first: date, last: date, period: str, first_weekday: int = 0) -> pd.DatetimeIndex:
    """The first day of every period, from the period of `first` to that of `last`."""
    begin = start_of(pd.Series([first]), period, first_weekday).iloc[0]
    step = {"day": "D", "week": "7D", "month": "MS", "year": "YS"}[period]
    return pd.date_range(begin, pd.Timestamp(last), freq=step)


def sums(activities: pd.DataFrame, period: str, first_weekday: int = 0) -> pd.DataFrame:
    """SUMS by period and sport: start, sport, … activities: rows with local_day, sport and the summed columns."""
    frame = activities.assign(
        start=start_of(activities["local_day"], period, first_weekday), activity_count=1
    )
    return frame.groupby(["start", "sport"], as_index=False)[list(SUMS)].sum()


def with_last_year(
    activities: pd.DataFrame,
    period: str,
    what: str,
    first_weekday: int = 0,
    at: pd.DatetimeIndex | None = None,
) -> pd.DataFrame:
    """start, value, last_year of one sum. last_year: the same week, month or day a year before; NaN if there was none.
    The same week has the same ISO number (52 for week 53 if the year has no week 53); for weeks that begin on another
    day, the number of their Monday. at: the first days of the periods (`starts`), by default those with an
    activity."""
    total = sums(activities, period, first_weekday).groupby("start")[what].sum()
    if total.empty:
        return pd.DataFrame(columns=["start", "value", "last_year"])
    index = total.index if at is None else at
    before = [total.get(_year_before(start, period, first_weekday), np.nan) for start in index]
    return pd.DataFrame({"start": index, "value": total.reindex(index).to_numpy(), "last_year": before})


def _year_before(start: pd.Timestamp, period: str, first_weekday: int) -> pd.Timestamp:
    day = start.date()
    if period == "week" and first_weekday:
        shift = pd.Timedelta(days=7 - first_weekday)
        return _year_before(start + shift, period, 0) - shift
    if period == "week":
        year, week, _ = day.isocalendar()
        last = date(year - 1, 12, 28).isocalendar().week  # 28 December is always in the last week
        return pd.Timestamp(date.fromisocalendar(year - 1, min(week, last), 1))
    if (day.month, day.day) == (2, 29):
        day = date(day.year, 2, 28)
    return pd.Timestamp(day.replace(year=day.year - 1))


def cumulative(activities: pd.DataFrame, what: str) -> pd.DataFrame:
    """year, day_of_year (1 to 366), total: the running total of the year on each day with an activity."""
    days = pd.to_datetime(activities["local_day"])
    value = (
        pd.Series(1.0, index=activities.index) if what == "activity_count" else activities[what].fillna(0.0)
    )
    frame = pd.DataFrame({"year": days.dt.year, "day_of_year": days.dt.day_of_year, "value": value})
    by_day = frame.groupby(["year", "day_of_year"], as_index=False)["value"].sum()
    by_day["total"] = by_day.groupby("year")["value"].cumsum()
    return by_day[["year", "day_of_year", "total"]]


def to_the_end(sums: pd.DataFrame, today: date) -> pd.DataFrame:
    """Rows of `cumulative` with one more per year: its total on day 366, or today for the current year."""
    ends = sums.groupby("year").tail(1).copy()
    ends["day_of_year"] = np.where(ends["year"] == today.year, today.timetuple().tm_yday, 366)
    both = pd.concat([sums, ends]).drop_duplicates(["year", "day_of_year"])
    return both.sort_values(["year", "day_of_year"])


def best_weeks(activities: pd.DataFrame, what: str, count: int = 5, first_weekday: int = 0) -> pd.DataFrame:
    """The weeks with the highest sums: start, value. Of equal ones the earlier comes first."""
    total = sums(activities, "week", first_weekday).groupby("start", as_index=False)[what].sum()
    total = total[total[what] > 0].sort_values([what, "start"], ascending=[False, True]).head(count)
    return total.rename(columns={what: "value"}).reset_index(drop=True)
