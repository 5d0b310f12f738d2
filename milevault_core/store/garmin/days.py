"""Days whose health data was fetched from Garmin, and which are missing."""

from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_MISSING = (
    "SELECT d::date FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d "
    "WHERE NOT EXISTS (SELECT 1 FROM garmin_days g WHERE g.user_id = :u AND g.day = d::date "
    "AND (g.is_final OR g.fetched_at >= :since)) ORDER BY d DESC LIMIT :n"
)


def missing(
    session: Session, user_id: int, first: date, last: date, since: datetime, limit: int
) -> list[date]:
    """Days from `first` to `last` to be fetched, newest first: those never fetched, and those not final that were
    fetched before `since`."""
    values = {"u": user_id, "first": first, "last": last, "since": since, "n": limit}
    return list(session.scalars(text(_MISSING), values))


def note(session: Session, user_id: int, first: date, last: date, final_until: date, now: datetime) -> None:
    """All days from `first` to `last` are fetched; those up to `final_until` for good."""
    session.execute(
        text(
            "INSERT INTO garmin_days (user_id, day, is_final, fetched_at) "
            "SELECT :u, d::date, d::date <= :until, :now "
            "FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d "
            "ON CONFLICT (user_id, day) DO UPDATE SET is_final = garmin_days.is_final OR excluded.is_final, "
            "fetched_at = excluded.fetched_at"
        ),
        {"u": user_id, "first": first, "last": last, "until": final_until, "now": now},
    )


def known_sums(session: Session, user_id: int, sums: list[bytes]) -> set[bytes]:
    """Those of the SHA-256 sums whose files are kept already."""
    query = text("SELECT sha256 FROM original_files WHERE user_id = :u AND sha256 = ANY (:s)")
    return {bytes(each) for each in session.scalars(query, {"u": user_id, "s": sums})}
