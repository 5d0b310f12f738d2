"""Days whose health data was fetched from Garmin, and which are missing."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

PATIENCE = 4  # times that a day is asked for while something of it fails: after 6 h, 1 day and 4 days more
_MOST = 1000  # times that are counted
_WAIT = "interval '6 hours' * 4 ^ (LEAST(attempts, :patience) - 1)"
# A time that is still to come is of a clock that was wrong: it says nothing.
_WAITS = f"(fetched_at > :now - {_WAIT} AND fetched_at <= :now)"
_MISSING = (
    "SELECT d::date AS day, CASE WHEN d::date <= :settled THEN coalesce(g.left_out, '') ELSE '' END AS left_out "
    "FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d "
    "LEFT JOIN garmin_days g ON g.user_id = :u AND g.day = d::date "
    "WHERE g.day IS NULL OR NOT (g.is_final OR g.fetched_at BETWEEN :since AND :now "
    f"OR (attempts > 0 AND g.day <= :settled AND {_WAITS})) ORDER BY d DESC LIMIT :n"
)
_NOTE = (
    "INSERT INTO garmin_days (user_id, day, is_final, attempts, left_out, fetched_at) "
    "SELECT :u, day, day <= :until AND left_out = '', (left_out <> '')::int, "
    "CASE WHEN day <= :until THEN left_out ELSE '' END, :now "
    "FROM (SELECT d::date AS day, coalesce(bad.left_out, '') AS left_out "
    "FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d "
    "LEFT JOIN unnest(CAST(:bad AS date[]), CAST(:calls AS text[])) AS bad(day, left_out) ON bad.day = d::date) asked "
    "ON CONFLICT (user_id, day) DO UPDATE SET fetched_at = excluded.fetched_at, left_out = excluded.left_out, "
    "is_final = garmin_days.is_final OR excluded.is_final "
    "OR (excluded.day <= :until AND excluded.attempts > 0 AND garmin_days.attempts + 1 >= :patience), "
    "attempts = CASE WHEN excluded.attempts = 0 THEN 0 ELSE LEAST(garmin_days.attempts + 1, :most) END"
)


class Missing(NamedTuple):
    """A day to be fetched. left_out: the only calls it is still to be asked by, with spaces between; "" for all."""

    day: date
    left_out: str


def missing(
    session: Session, user_id: int, first: date, last: date, since: datetime, limit: int, settled: date,
    now: datetime,
) -> list[Missing]:  # fmt: skip
    """Days from `first` to `last` to be fetched, newest first: those never fetched, and those not final that were
    fetched before `since`. Those up to `settled` of which something could not be had wait, longer each time."""
    values = {"u": user_id, "first": first, "last": last, "since": since, "n": limit, "settled": settled,
              "now": now, "patience": PATIENCE}  # fmt: skip
    return [Missing(row.day, row.left_out) for row in session.execute(text(_MISSING), values)]


def note(
    session: Session, user_id: int, first: date, last: date, final_until: date, now: datetime,
    left_out: Mapping[date, Collection[str]] | None = None,
) -> None:  # fmt: skip
    """All days from `first` to `last` are fetched; those up to `final_until` for good. Where calls were left out,
    a day is final only when that was so PATIENCE times in a row."""
    bad = left_out or {}
    calls = [" ".join(sorted(each)) for each in bad.values()]
    values = {"u": user_id, "first": first, "last": last, "until": final_until, "now": now,
              "bad": list(bad), "calls": calls, "patience": PATIENCE, "most": _MOST}  # fmt: skip
    session.execute(text(_NOTE), values)


def is_incomplete(session: Session, user_id: int, now: datetime | None = None) -> bool:
    """Whether there is a day to be asked for again, since something of it could not be had; with `now`, whether it
    has waited long enough."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM garmin_days WHERE user_id = :u AND NOT is_final "
        "AND attempts BETWEEN 1 AND :patience - 1"
    )
    if now is not None:
        query += f" AND NOT {_WAITS}"
    return bool(session.scalar(text(f"{query})"), {"u": user_id, "patience": PATIENCE, "now": now}))


def known_sums(session: Session, user_id: int, sums: list[bytes]) -> set[bytes]:
    """Those of the SHA-256 sums whose files are kept already."""
    query = text("SELECT sha256 FROM original_files WHERE user_id = :u AND sha256 = ANY (:s)")
    return {bytes(each) for each in session.scalars(query, {"u": user_id, "s": sums})}
