"""Segments that users create from part of an activity or from a route. Each action is one transaction."""

from collections.abc import Sequence

from milevault_core import store
from milevault_core.segments.draw import DrawnLine, draw, inside, metres
from milevault_core.segments.duplicates import Direction, duplicates
from milevault_core.segments.line import Line
from milevault_core.segments.packed import line_from
from milevault_core.store.activities import points
from milevault_core.store.routes import lines, named_routes
from milevault_core.store.segments import efforts, rows

GROUPS = (
    "run", "ride", "e_ride", "walk", "swim", "ski", "skate", "paddle", "sail", "surf", "horse", "wheel", "other",
)  # fmt: skip


def of_stretch(user_id: int, activity_id: int, span: tuple[int, int]) -> DrawnLine:
    """The segment along rows (start, stop) of an activity's track, ending a little inside the track's own ends. Raises
    ValueError, with a sentence, if there cannot be one."""
    track = points.load(user_id, activity_id)
    lat, lon, altitude = (track[name].to_numpy(float) for name in ("lat", "lon", "altitude"))
    first, stop = span
    drawn = draw(lat[first:stop], lon[first:stop], altitude[first:stop])
    after = slice(max(stop - 1, 0), None)
    return inside(drawn, metres(lat[: first + 1], lon[: first + 1]), metres(lat[after], lon[after]))


def of_route(user_id: int, route_id: int) -> tuple[str, DrawnLine]:
    """(sport group, segment along a route without its first and last metres, with the elevations of the activity that
    represents the route). Raises LookupError if the user has no such route. The elevations of a drawn course are in its
    file: see segment_files.of_course."""
    with store.session() as session:
        head = named_routes.head_of(session, user_id, route_id)
        found = lines.lines(session, user_id, [head[0]]) if head else {}
    if head is None or head[0] not in found:
        raise LookupError("There is no such route.")
    if head[0] > 0:
        track = points.load(user_id, head[0])
        return head[1], inside(draw(*(track[name].to_numpy(float) for name in ("lat", "lon", "altitude"))))
    places = found[head[0]].points
    return head[1], inside(draw(places[:, 0], places[:, 1]))


def like(user_id: int, line: Line, sport_group: str) -> dict[int, Direction]:
    """The existing segments of a sport group ("" for any) along the same line, in this direction or the other."""
    with store.session() as session:
        known = efforts.known(session, user_id)
    near = {i: line_from(one.line) for i, one in known.items() if sport_group in ("", one.sport_group)}
    return duplicates(line, near)


def make(
    user_id: int, name: str, sport_group: str, drawn: DrawnLine, origin: str = "drawn", origin_key: str = ""
) -> int:  # fmt: skip
    """Save a segment, search for it in all activities, and return its id. Raises ValueError with a sentence."""
    if not rows.tidy(name):
        raise ValueError("A segment needs a name.")
    if sport_group not in GROUPS:
        raise ValueError("There is no such sport." if sport_group else "Choose the sport it is for.")
    with store.session() as session:
        return rows.add(session, user_id, name, sport_group, drawn, origin, origin_key)


def change(user_id: int, segment_id: int, name: str, sport_group: str) -> None:
    """Change a segment's name and sport group. Raises ValueError with a sentence, LookupError if it is not theirs."""
    if sport_group not in GROUPS:
        raise ValueError("There is no such sport.")
    with store.session() as session:
        rows.rename(session, user_id, segment_id, name)
        rows.set_sport(session, user_id, segment_id, sport_group)


def redraw(user_id: int, segment_id: int, drawn: DrawnLine) -> None:
    """Change a segment's line; its efforts are searched for again. Raises LookupError if it is not the user's."""
    with store.session() as session:
        rows.redraw(session, user_id, segment_id, drawn)


def turn_round(user_id: int, segment_id: int, name: str) -> int:
    """Add the same segment in the opposite direction; returns its id."""
    with store.session() as session:
        return rows.add_reverse(session, user_id, segment_id, name)


def look_again(user_id: int, segment_ids: Sequence[int]) -> None:
    """Search for these segments in all activities again."""
    with store.session() as session:
        rows.look_again(session, user_id, segment_ids)


def delete(user_id: int, segment_ids: Sequence[int]) -> int:
    """Delete segments with their efforts; returns how many there were."""
    with store.session() as session:
        return rows.delete(session, user_id, segment_ids)
