"""Pictures of activities."""

import pandas as pd

from milevault_core import store


def of_activity(user_id: int, activity_id: int) -> pd.DataFrame:
    """The pictures of an activity, each once, in the order they came: id, name, media_type, width, height (None if
    there is no thumbnail). They belong to the items that the activity's recordings came from."""
    return store.read(
        "SELECT DISTINCT ON (p.original_id) p.id, o.name, p.media_type, p.width, p.height FROM activity_recordings r "
        "JOIN import_items t ON t.original_id = r.original_id AND t.user_id = r.user_id "
        "JOIN activity_photos p ON p.item_id = t.id AND p.user_id = t.user_id "
        "JOIN original_files o ON o.id = p.original_id WHERE r.user_id = $1 AND r.activity_id = $2 "
        "ORDER BY p.original_id, p.id",
        (user_id, activity_id),
    )


def small(user_id: int, photo_id: int) -> bytes | None:
    """The thumbnail of a picture (JPEG); None if there is none."""
    rows = store.read(
        "SELECT thumbnail FROM activity_photos WHERE user_id = $1 AND id = $2 AND thumbnail IS NOT NULL",
        (user_id, photo_id),
    )
    return bytes(rows["thumbnail"].iloc[0]) if len(rows) else None


def original(user_id: int, photo_id: int) -> tuple[str, int] | None:
    """(media type, id of the original) of a picture; None if the user has no such picture."""
    rows = store.read(
        "SELECT media_type, original_id FROM activity_photos WHERE user_id = $1 AND id = $2",
        (user_id, photo_id),
    )
    return (rows["media_type"].iloc[0], int(rows["original_id"].iloc[0])) if len(rows) else None
