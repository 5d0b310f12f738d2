"""Fitness, fatigue and form from a daily load; monotony, strain and acute to chronic beside them."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

FITNESS_DAYS, FATIGUE_DAYS = 42, 7
WARMING_UP_DAYS = 42  # days; before that, fitness still climbs from zero whatever the training


def dense(days: pd.Series, loads: pd.Series, first: date, last: date) -> pd.Series:
    """One load for each local day from `first` to `last`, those without an activity 0. Several of a day are added."""
    index = pd.Index([first + timedelta(days=n) for n in range((last - first).days + 1)], name="day")
    by_day = pd.Series(np.asarray(loads, float), index=pd.Index(days)).groupby(level=0).sum()
    return by_day.reindex(index, fill_value=0.0)


def fitness(load: pd.Series, days: int = FITNESS_DAYS, start: float = 0.0) -> np.ndarray:
    """The exponentially weighted mean of a dense daily load, shape (n,): c += (load - c) (1 - e^(-1/days)).

    Source: Banister 1975; Coggan's performance manager with the exact exponential (others use 1/days, which is 0.7%
    more after 42 equal days).
    """
    share, level, out = 1.0 - np.exp(-1.0 / days), start, []
    for value in np.asarray(load, float).tolist():
        level += (value - level) * share
        out.append(level)
    return np.array(out)


def form(load: pd.Series) -> pd.DataFrame:
    """By day: load, fitness (42 days), fatigue (7 days), form (yesterday's fitness less yesterday's fatigue), and
    is_warming_up in the first 42 days."""
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
    """From tomorrow on: plan ("rest" or "as now": the mean daily load of the last 28 days), fitness, fatigue, form;
    index day. past: of `form`; empty without a past."""
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
    """By day, over the days until then: monotony and strain (Foster 1998, MSSE 30:1164: mean through sample standard
    deviation of 7 daily loads; weekly load x monotony; NaN where every day was alike), acute_chronic (mean of 7 through
    mean of 28 days, coupled; Gabbett 2016; its evidence is disputed: context only). NaN before there are that many
    days."""
    week = load.rolling(7)
    spread = week.std(ddof=1)
    monotony = (week.mean() / spread.where(spread > 1e-9)).to_numpy()
    month = load.rolling(28).mean()
    ratio = (week.mean() / month.where(month > 0)).to_numpy()
    return pd.DataFrame(
        {"monotony": monotony, "strain": week.sum().to_numpy() * monotony, "acute_chronic": ratio},
        index=load.index,
    )
