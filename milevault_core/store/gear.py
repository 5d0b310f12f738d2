"""What a user records about bikes, shoes and parts, and their service."""

import json
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

FIELDS = ("label", "kind", "opening_m", "cost", "sports", "part_of", "mounted_on", "retired_on")


def save(session: Session, user_id: int, name: str, about: dict) -> int:
    """Save `about` (keys from FIELDS) for the gear that activities call `name`; returns its id. Raises LookupError if
    its bike is not the user's. A sport has one default: the user's other gear loses it."""
    session.execute(
        text("INSERT INTO gear_items (user_id, name) VALUES (:u, :n) ON CONFLICT (user_id, name) DO NOTHING"),
        {"u": user_id, "n": name},
    )
    values = {field: about[field] for field in FIELDS if field in about}
    if values.get("sports"):
        session.execute(
            text(
                "UPDATE gear_items SET sports = sports - CAST(:sports AS text[]) WHERE user_id = :u AND name <> :n "
                "AND sports ?| CAST(:sports AS text[])"
            ),
            {"u": user_id, "n": name, "sports": list(values["sports"])},
        )
    if "sports" in values:
        values["sports"] = json.dumps(values["sports"])
    sets = ", ".join(f"{f} = CAST(:{f} AS jsonb)" if f == "sports" else f"{f} = :{f}" for f in values)
    if (
        "part_of" in values
        and values["part_of"] is not None
        and not _is_own(session, user_id, values["part_of"])
    ):
        raise LookupError("There is no such bike.")
    where = "WHERE user_id = :u AND name = :n RETURNING id"
    query = f"UPDATE gear_items SET {sets} {where}" if values else f"SELECT id FROM gear_items {where[:-13]}"
    return int(session.execute(text(query), {"u": user_id, "n": name} | values).scalar_one())


def is_there(session: Session, user_id: int, name: str, apart_from: str = "") -> bool:
    """Whether the user has gear that is called this, ignoring case: entered here (also by its new name), from an import
    or from an activity. apart_from: the name of gear that does not count."""
    query = text(
        "SELECT 1 FROM gear_items WHERE user_id = :u AND lower(:n) IN (lower(name), lower(label)) AND name <> :a "
        "UNION ALL SELECT 1 FROM gear WHERE user_id = :u AND lower(name) = lower(:n) AND name <> :a UNION ALL "
        "SELECT 1 FROM activities WHERE user_id = :u AND lower(gear) = lower(:n) AND gear <> :a LIMIT 1"
    )
    return session.execute(query, {"u": user_id, "n": name, "a": apart_from}).first() is not None


def name_of(session: Session, user_id: int, label: str) -> str:
    """The name by which activities call the gear that the user renamed to `label` (ignoring case); "" if there is none,
    or if other gear has this very name."""
    query = text(
        "SELECT name FROM gear_items WHERE user_id = :u AND lower(label) = lower(:n) "
        "AND NOT EXISTS (SELECT 1 FROM gear_items WHERE user_id = :u AND name = :n) "
        "AND NOT EXISTS (SELECT 1 FROM gear WHERE user_id = :u AND name = :n) "
        "AND NOT EXISTS (SELECT 1 FROM activities WHERE user_id = :u AND gear = :n) ORDER BY id LIMIT 1"
    )
    return str(session.scalar(query, {"u": user_id, "n": label}) or "")


def label_of(session: Session, user_id: int, name: str) -> str:
    """What the user renamed this gear to; "" for nothing."""
    query = text("SELECT label FROM gear_items WHERE user_id = :u AND name = :n")
    return str(session.scalar(query, {"u": user_id, "n": name}) or "")


def _is_own(session: Session, user_id: int, gear_id: int) -> bool:
    query = text("SELECT 1 FROM gear_items WHERE user_id = :u AND id = :g")
    return session.execute(query, {"u": user_id, "g": gear_id}).first() is not None


def add_service(
    session: Session, user_id: int, gear_id: int, what: str, every_m: float, last_on: date
) -> int:
    """Add a service that is due every `every_m` metres, counted from a day; returns its id. Raises LookupError if the
    user has no such gear."""
    row = session.execute(
        text(
            "INSERT INTO gear_services (user_id, gear_id, what, every_m, last_on) SELECT user_id, id, :w, :e, :d "
            "FROM gear_items WHERE user_id = :u AND id = :g RETURNING id"
        ),
        {"u": user_id, "g": gear_id, "w": what, "e": every_m, "d": last_on},
    ).first()
    if row is None:
        raise LookupError("There is no such gear.")
    return int(row[0])


def set_service_day(session: Session, user_id: int, service_id: int, last_on: date) -> date:
    """Note that a service was done on this day; returns the previous day. Raises LookupError if there is no such
    service."""
    own = {"u": user_id, "s": service_id, "d": last_on}
    before = session.execute(
        text("SELECT last_on FROM gear_services WHERE user_id = :u AND id = :s FOR UPDATE"), own
    ).scalar()
    if before is None:
        raise LookupError("There is no such service.")
    session.execute(text("UPDATE gear_services SET last_on = :d WHERE user_id = :u AND id = :s"), own)
    return before


def remove_service(session: Session, user_id: int, service_id: int) -> None:
    """Delete a service. Raises LookupError if there is none."""
    gone = session.execute(
        text("DELETE FROM gear_services WHERE user_id = :u AND id = :s RETURNING 1"),
        {"u": user_id, "s": service_id},
    )
    if gone.first() is None:
        raise LookupError("There is no such service.")
