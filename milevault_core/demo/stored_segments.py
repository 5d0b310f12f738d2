"""The athlete's favourite segments in a user's account: those of the catalog, so that all passes are known."""

from sqlalchemy.orm import Session

from milevault_core.demo import places, segments
from milevault_core.demo.athlete import Athlete
from milevault_core.segments.draw import draw
from milevault_core.segments.sports import group_of
from milevault_core.store.segments import rows

ORIGIN = "demo"
_NAMES = {"running": ("Block sprint", "Long straight", "Park side", "Bridge run", "Mill lane", "Canal", "Ridge"),
          "cycling": ("Causeway", "Harbour road", "Time trial", "Old mill", "Ring road", "Quarry hill")}  # fmt: skip


def add(session: Session, user_id: int, athlete: Athlete, place: str = "home") -> dict[str, int]:
    """Save the segments of a place that do not exist yet; returns catalog id -> stored id."""
    known = rows.known_keys(session, user_id, ORIGIN)
    made: dict[str, int] = {}
    for n, segment in enumerate(segments.catalog(athlete.seed, place)):
        if segment.id in known:
            continue
        x, y = segments.line(athlete.seed, segment)
        where = places.PLACES[place]
        lat, lon = places.to_degrees(where, x, y)
        drawn = draw(lat, lon, places.altitude(athlete.seed, where, x, y))
        names = _NAMES.get(segment.sport, ("Segment",))
        name = names[n % len(names)] + (f" {n // len(names) + 1}" if n >= len(names) else "")
        made[segment.id] = rows.add(
            session, user_id, name, group_of(segment.sport), drawn, ORIGIN, segment.id
        )
    return made


def remove(session: Session, user_id: int) -> None:
    """Delete the segments that came with the demo."""
    rows.delete(session, user_id, rows.of_origin(session, user_id, ORIGIN))
