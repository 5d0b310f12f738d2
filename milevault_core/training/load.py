"""Fitness, fatigue and form from a daily load, plus monotony, strain and the acute to chronic ratio."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

FITNESS_DAYS, FATIGUE_DAYS = 42, 7
WARMING_UP_DAYS = 42  # days; before that, fitness still climbs from zero whatever the training


def dense(days: pd.Series, loads: pd.Series, first: date, last: date) -> pd.Series:
    """One load for each local day from `first` to `last`, 0 for days without activity. Loads of one day are added."""
    index = pd.Index([first + timedelta(days=n) for n in range((last - first).days + 1)], name="day")
    by_day = pd.Series(np.asarray(loads, float), index=pd.Index(days)).groupby(level=0).sum()
    return by_day.reindex(index, fill_value=0.0)


def fitness(load: pd.Series, days: int = FITNESS_DAYS, start: float = 0.0) -> np.ndarray:
    """The exponentially weighted mean of a dense daily load, shape (n,): c += (load - c) (1 - e^(-1/days)).

    Source: Banister 1975; Coggan's Performance Manager with the exact exponential (others use 1/days, which gives 0.7%
    more after 42 equal days).
    """
    share, level, out = 1.0 - np.exp(-1.0 / days), start, []
    for value in np.asarray(load, float).tolist():
        level += (value - level) * share
        out.append(level)
    return np.array(out)


def form(load: pd.Series) -> pd.DataFrame:
    """By day: load, fitness (42 days), fatigue (7 days), form (yesterday's fitness minus yesterday's fatigue), and
    is_warming_up, which is true for the first 42 days."""
    chronic, acute = fitness(load, FITNESS_DAYS), fitness(load, FATIGUE_DAYS)
    before = np.append(0.0, (chronic - acute)[:-1]) if len(load) else np.empty(0)
    return pd.DataFrame(
        {
            "load": load.to_numpy(float), "fitness": chronic, "fatigue": acute, "form": before,
            "is_warming_up": np.arange(len(load)) < WARMING_UP_DAYS,
        },
        index=load.index,
    )  # fmt: skip


def projection(past: pd.DataFrame, days: int = 28) -> pd.DataFrame:
    """Fitness, fatigue and form from tomorrow on, indexed by day, for each plan: "rest", or "as now" (the mean daily
    load of the last 28 days). past: from `form`; the result is empty if it is."""
    if past.empty:
        return pd.DataFrame(columns=["plan", "fitness", "fatigue", "form"])
    last = past.iloc[-1]
    as_now = float(past["load"].tail(28).mean())
    parts = []
    for plan, load in (("rest", 0.0), ("as now", as_now)):
        index = pd.Index([past.index[-1] + timedelta(days=n + 1) for n in range(days)], name="day")
        future = pd.Series(load, index=index)
        chronic = fitness(future, FITNESS_DAYS, float(last["fitness"]))
        acute = fitness(future, FATIGUE_DAYS, float(last["fatigue"]))
        before = np.append(last["fitness"] - last["fatigue"], (chronic - acute)[:-1])
        part = pd.DataFrame({"fitness": chronic, "fatigue": acute, "form": before}, index=index)
        parts.append(part.assign(plan=plan))
    return pd.concat(parts)


def context(load: pd.Series) -> pd.DataFrame:
    """By day, over the days up to it: monotony and strain (Foster 1998, MSSE 30:1164: mean divided by sample standard
    deviation of 7 daily loads; weekly load x monotony; NaN if all days are equal), acute_chronic (mean of 7 days
    divided by mean of 28 days, coupled; Gabbett 2016; the evidence is disputed, so for context only). NaN until there
    are that many days."""
    week = load.rolling(7)
    spread = week.std(ddof=1)
    monotony = (week.mean() / spread.where(spread > 1e-9)).to_numpy()
    month = load.rolling(28).mean()
    ratio = (week.mean() / month.where(month > 0)).to_numpy()
    return pd.DataFrame(
        {"monotony": monotony, "strain": week.sum().to_numpy() * monotony, "acute_chronic": ratio},
        index=load.index,
    )
