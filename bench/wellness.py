"""`bench wellness [DAYS]`: what importing a year of a watch's health files costs (DAYS: 365), whether the totals are
right, and how quickly charts over five years of minutes are made."""

import time
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from bench import figure, scratch
from milevault_core import store
from milevault_core.demo import health
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.wellness_writer import write_day
from milevault_core.derive import clean
from milevault_core.health.resolution import resolution
from milevault_core.imports import files
from milevault_core.store.queries import health as queries
from milevault_core.view import format as fmt
from milevault_core.view.health import over_time
from milevault_core.view.health.quantities import QUANTITIES

YEARS = 5
FILES_A_YEAR = 2500  # files that a watch writes in a year
TOTALS = ("steps", "distance_m", "kcal_active", "im_moderate", "im_vigorous", "rhr", "hr_max")


def run(days: str = "365") -> list[dict]:
    """Import, totals, charts."""
    athlete = Athlete(20_260_101, date(2025, 1, 1), int(days), max(1, int(days) // 4), health_days=int(days))
    lived = list(health.days(athlete))
    made = [
        (f"{day.day} {kind}.fit", data) for day in lived for kind, data in write_day(athlete, day).items()
    ]
    with scratch.database() as user:
        cpu, wall = scratch.Cpu(), time.monotonic()
        batch = files.begin(user, "command")
        for name, data in made:
            files.add_and_process(user, batch, name, data)
        read_s, _ = cpu.read()
        clean.clean(user)
        (cpu_s, server_s), wall_s = cpu.read(), time.monotonic() - wall
        year_s = (cpu_s + server_s) / len(made) * FILES_A_YEAR / 2
        wrong, samples = _wrong(user, athlete, lived), _count(user)
        against = f"{len(made):,} files, {samples:,} samples, {days} days, one process"
        figures = [
            figure("a wellness file, read, kept and derived", cpu_s / len(made), "CPU s", "at most 0.02", against),
            figure("of which reading and keeping", read_s / len(made), "CPU s", "", against),
            figure("the whole import", wall_s, "s", "", against),
            figure("a year of files on two cores, by the CPU used", year_s, "s", "at most 120",
                   f"{FILES_A_YEAR:,} files; CPU of the database is in it"),
            figure("CPU of the database for a file", server_s / len(made), "CPU s", "", against),
            figure("daily totals that differ from the truth", wrong, "", "at most 0", f"{len(TOTALS)} metrics a day"),
        ]  # fmt: skip
        _more_years(user)
        return figures + _charts(user, athlete.last_day)


def _wrong(user: int, athlete: Athlete, lived: list[health.Day]) -> int:
    """The number of daily totals that differ from those of the generated files."""
    found = queries.daily(user, TOTALS, lived[0].day, lived[-1].day).set_index("day")
    wrong = 0
    for day in lived:
        truth = health.truth_of(athlete, day)
        wrong += sum(abs(found.loc[day.day, name] - truth[name]) > 0.51 for name in TOTALS)
    return wrong


def _count(user: int) -> int:
    return int(
        store.read("SELECT count(*) AS n FROM wellness_samples WHERE user_id = $1", (user,))["n"].iloc[0]
    )


def _more_years(user: int) -> None:
    """Copy the year to the years before it, until there are five."""
    with store.session() as session:
        for k in range(1, YEARS):
            for table, when, rest in (
                ("wellness_samples", "time", "value, metric"),
                ("health_metrics", "day", "rhr, steps, hr_min, hr_max, stress_avg, hrv_last_night"),
            ):
                session.execute(
                    text(
                        f"INSERT INTO {table} (user_id, {when}, {rest}) SELECT user_id, {when} - {365 * k} * "
                        f"interval '1 day', {rest} FROM {table} WHERE user_id = :u AND {when} > :f "
                        "ON CONFLICT DO NOTHING"
                    ),
                    {"u": user, "f": date(2025, 1, 1)},
                )
    with store.database().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _charts(user: int, last: date) -> list[dict]:
    units, figures = fmt.units("metric"), []
    against = f"{_count(user):,} samples"
    for name, span in (("five years of heart rate", 1826), ("a year of heart rate", 365)):
        figures.append(figure(f"{name}, charted", _best_ms(lambda d=span: _daily(user, last, d, units)), "ms",
                              "at most 200", against))  # fmt: skip
    for name, span in (
        ("ten weeks of heart rate", 74),
        ("a week of heart rate", 7),
        ("a day of heart rate", 1),
    ):
        figures.append(figure(f"{name}, charted", _best_ms(lambda d=span: _samples(user, last, d, units)), "ms",
                              "at most 200", against))  # fmt: skip
    return figures


def _daily(user: int, last: date, days: int, units) -> dict:
    quantity, found = QUANTITIES["hr"], resolution(days * 86_400)
    frame = queries.daily(user, quantity.days, last - timedelta(days=days), last)
    rows = over_time.day_rows(frame, "hr", units, found.step_days)
    assert 0 < len(rows) <= 2001
    return over_time.chart(rows, "hr", units, found)


def _samples(user: int, last: date, days: int, units) -> dict:
    quantity, found = QUANTITIES["hr"], resolution(days * 86_400)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC)
    frame = queries.samples(user, ["hr"], end - timedelta(days=days), end, found.bucket_s)
    assert 0 < len(frame) <= 2001
    rows = over_time.sample_rows(frame, quantity, "Europe/Berlin", found.bucket_s)
    return over_time.chart(rows, "hr", units, found)


def _best_ms(work) -> float:
    work()
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best * 1000
