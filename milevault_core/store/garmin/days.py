"""Days whose health data was fetched from Garmin, and days that are missing."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

PATIENCE = 4  # attempts at a day while part of it fails: retried after 6 h, 1 day and 4 days
_MOST = 1000  # attempts are counted up to this
_WAIT = "interval '6 hours' * 4 ^ (LEAST(attempts, :patience) - 1)"
# A time in the future comes from a clock that was wrong and is ignored.
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
    """A day to be fetched. left_out: the only calls still to be made for it, separated by spaces; "" for all."""

    day: date
    left_out: str


def missing(
    session: Session, user_id: int, first: date, last: date, since: datetime, limit: int, settled: date,
    now: datetime,
) -> list[Missing]:  # fmt: skip
    """Days from `first` to `last` to be fetched, newest first: those never fetched, and those that are not final and
    were fetched before `since`. Days up to `settled` of which something failed wait, longer each time."""
    values = {"u": user_id, "first": first, "last": last, "since": since, "n": limit, "settled": settled,
              "now": now, "patience": PATIENCE}  # fmt: skip
    return [Missing(row.day, row.left_out) for row in session.execute(text(_MISSING), values)]


def note(
    session: Session, user_id: int, first: date, last: date, final_until: date, now: datetime,
    left_out: Mapping[date, Collection[str]] | None = None,
) -> None:  # fmt: skip
    """Note that all days from `first` to `last` were fetched, those up to `final_until` for good. A day with calls left
    out becomes final only when that happened PATIENCE times in a row."""
    bad = left_out or {}
    calls = [" ".join(sorted(each)) for each in bad.values()]
    values = {"u": user_id, "first": first, "last": last, "until": final_until, "now": now,
              "bad": list(bad), "calls": calls, "patience": PATIENCE, "most": _MOST}  # fmt: skip
    session.execute(text(_NOTE), values)


def is_incomplete(session: Session, user_id: int, now: datetime | None = None) -> bool:
    """Whether a day has to be fetched again because something of it failed; with `now`, whether one of these has waited
    long enough."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM garmin_days WHERE user_id = :u AND NOT is_final "
        "AND attempts BETWEEN 1 AND :patience - 1"
    )
    if now is not None:
        query += f" AND NOT {_WAITS}"
    return bool(session.scalar(text(f"{query})"), {"u": user_id, "patience": PATIENCE, "now": now}))


def known_sums(session: Session, user_id: int, sums: list[bytes]) -> set[bytes]:
    """Those of the SHA-256 sums whose files are already stored."""
    query = text("SELECT sha256 FROM original_files WHERE user_id = :u AND sha256 = ANY (:s)")
    return {bytes(each) for each in session.scalars(query, {"u": user_id, "s": sums})}
