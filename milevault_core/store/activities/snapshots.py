"""An activity's stage-1 rows and the facts of its recordings as bytes, and back: for undoing a re-read.

Rows are kept as the JSON that PostgreSQL makes of them (numbers come back to the last bit), points as a binary COPY.
"""

import json
import zlib
from typing import LiteralString, cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import engine, marks
from milevault_core.store.activities import activity_rows, apply_names
from milevault_core.store.models import Activity

_TABLES = ("activity_laps", "activity_sets", "activity_channels", "activity_tracks")
_OWN = {"id", "user_id", "version", "created_at"}
_FACTS = ("start_time", "clock_start", "elapsed_s", "distance_m", "point_count", "channel_count", "device", "line",
          "words", "format", "filled", "shift_s", "is_primary")  # fmt: skip
_POINTS = ("time", "activity_id", "lat_e7", "lon_e7", "altitude", "distance", "speed", "seq", "heart_rate", "cadence",
           "power", "temperature")  # fmt: skip


def take(session: Session, user_id: int, activity_id: int) -> bytes:
    """Pack everything that came from an activity's files. The caller has checked that the activity is the user's."""
    own = {"u": user_id, "a": activity_id}
    kept: dict = {
        "activity": session.execute(
            text("SELECT to_jsonb(a) FROM activities a WHERE user_id = :u AND id = :a"), own
        ).scalar_one()
    }
    for table in _TABLES:
        kept[table] = session.scalars(
            text(f"SELECT to_jsonb(t) FROM {table} t WHERE activity_id = :a"), own
        ).all()
    kept["metrics"] = session.scalars(
        text("SELECT to_jsonb(t) FROM activity_metrics t WHERE activity_id = :a AND origin = 'device'"), own
    ).all()
    kept["recordings"] = session.scalars(
        text(
            "SELECT to_jsonb(t) FROM activity_recordings t WHERE user_id = :u AND activity_id = :a ORDER BY id"
        ),
        own,
    ).all()
    head = zlib.compress(
        json.dumps({k: list(v) if k != "activity" else v for k, v in kept.items()}).encode(), 1
    )
    copy = (
        f"COPY (SELECT {', '.join(_POINTS)} FROM activity_data_points WHERE activity_id = {int(activity_id)} "
    )
    copy += "ORDER BY time, seq) TO STDOUT (FORMAT binary)"
    with engine.raw(session).cursor().copy(cast(LiteralString, copy)) as out:
        points = b"".join(bytes(piece) for piece in out)
    return len(head).to_bytes(4, "big") + head + zlib.compress(points, 1)


def put_back(session: Session, user_id: int, activity_id: int, packed: bytes) -> bool:
    """Restore the rows as they were; does nothing and returns False if the activity is made of other recordings now."""
    size = int.from_bytes(packed[:4], "big")
    kept = json.loads(zlib.decompress(packed[4 : 4 + size]))
    own = {"u": user_id, "a": activity_id}
    now = session.scalars(
        text("SELECT fingerprint FROM activity_recordings WHERE user_id = :u AND activity_id = :a"), own
    ).all()
    activity = session.get(Activity, activity_id)
    if activity is None or activity.user_id != user_id:
        return False
    if sorted(now) != sorted(one["fingerprint"] for one in kept["recordings"]):
        return False
    activity_rows.clear(session, user_id, activity_id)
    columns = sorted(set(kept["activity"]) - _OWN)
    session.execute(
        text(
            f"UPDATE activities a SET {', '.join(f'{name} = k.{name}' for name in columns)}, version = a.version + 1 "
            "FROM jsonb_populate_record(NULL::activities, CAST(:row AS jsonb)) k WHERE a.user_id = :u AND a.id = :a"
        ),
        own | {"row": json.dumps(kept["activity"])},
    )
    for table in _TABLES:
        _insert(session, table, kept[table])
    _insert(session, "activity_metrics", kept["metrics"])
    session.execute(
        text(
            f"UPDATE activity_recordings r SET {', '.join(f'{name} = k.{name}' for name in _FACTS)} FROM "
            "jsonb_populate_recordset(NULL::activity_recordings, CAST(:rows AS jsonb)) k "
            "WHERE r.user_id = :u AND r.fingerprint = k.fingerprint"
        ),
        own | {"rows": json.dumps(kept["recordings"])},
    )
    copy = f"COPY activity_data_points ({', '.join(_POINTS)}) FROM STDIN (FORMAT binary)"
    with engine.raw(session).cursor().copy(cast(LiteralString, copy)) as into:
        into.write(zlib.decompress(packed[4 + size :]))
    session.expire_all()
    again = session.get(Activity, activity_id)
    assert again is not None
    apply_names.retell(session, user_id, again)  # keeps what the user has edited since
    marks.mark_activity(session, user_id, activity_id)
    return True


def _insert(session: Session, table: str, kept: list[dict]) -> None:
    if kept:
        columns = ", ".join(f'"{name}"' for name in sorted(kept[0]))
        session.execute(
            text(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM "
                f"jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"
            ),
            {"rows": json.dumps(kept)},
        )
