"""Writing pictures of activities."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def add(
    session: Session,
    user_id: int,
    import_id: int,
    item_id: int,
    original_id: int,
    media_type: str,
    width: int | None,
    height: int | None,
    thumbnail: bytes | None,
) -> bool:
    """Add a picture to the activity of an import item; returns False when the user has no such item or original."""
    row = session.execute(
        text(
            "INSERT INTO activity_photos "
            "(user_id, import_id, item_id, original_id, media_type, width, height, thumbnail) "
            "SELECT t.user_id, b.id, t.id, o.id, :m, :w, :h, :small FROM import_items t "
            "JOIN imports b ON b.id = :b AND b.user_id = t.user_id "
            "JOIN original_files o ON o.id = :o AND o.user_id = t.user_id WHERE t.id = :i AND t.user_id = :u "
            "ON CONFLICT (item_id, original_id) DO UPDATE SET thumbnail = excluded.thumbnail, width = excluded.width, "
            "height = excluded.height, media_type = excluded.media_type RETURNING id"
        ),
        {"u": user_id, "b": import_id, "i": item_id, "o": original_id, "m": media_type, "w": width, "h": height,
         "small": thumbnail},
    ).scalar()  # fmt: skip
    return row is not None
