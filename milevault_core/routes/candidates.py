"""Which stored activities could follow the same path: the SQL predicate over arrays, then a corridor on a bitmap.

The predicate as SQL would have it (`box` is core PostgreSQL, west/south to east/north; `#` intersects):

    select activity_id from activity_tracks
    where user_id = :user and sport_group = :group and bbox && :box
      and area(bbox # :box) >= 0.5 * (area(bbox) + area(:box) - area(bbox # :box))
      and least(length_m, :length) >= 0.78 * greatest(length_m, :length)
      and not is_venue
    -- for a venue instead: bbox && :box and is_venue

The corridor then drops tracks that overlap but go elsewhere: it counts how many of 64 points of one track lie near the
other's line, with one look-up for all candidates. It never rejects what `relation` would call same or rotated,
whichever of the two makes the corridor: the 64 points are among the 128 that are aligned, of which 8 % (10) may be far,
and the bitmap covers every place within 35 m. So it decides nothing and only saves time. (A limit on the DTW distance,
`cdist_dtw`, would reject a loop that was started elsewhere.)
"""

from dataclasses import dataclass, field

import numpy as np

from milevault_core.routes.geometry import along, cumulative, project, project_line
from milevault_core.routes.prepare import Outline
from milevault_core.routes.relation import FAR, MIN_LENGTH_RATIO, SAME_SHARE, Line

SAME_BOX = 0.5  # share of the union of two padded boxes that their intersection must cover
CORRIDOR_CELL = 12.0  # m
CORRIDOR_MISSES = int(SAME_SHARE * 128)  # of 64 points


@dataclass
class Archive:
    """The outlines of all tracks of one user and sport group, as arrays that grow by doubling.

    row: activity id -> row. Rows of removed activities stay, marked dead, until the archive is rebuilt.
    """

    row: dict[int, int] = field(default_factory=dict)
    size: int = 0
    ids: np.ndarray = field(default_factory=lambda: np.zeros(64, np.int64))
    start: np.ndarray = field(default_factory=lambda: np.zeros(64, np.int64))  # µs since 1970, UTC
    box: np.ndarray = field(default_factory=lambda: np.full((4, 64), np.nan))
    length: np.ndarray = field(default_factory=lambda: np.zeros(64))
    is_venue: np.ndarray = field(default_factory=lambda: np.zeros(64, bool))
    signature: np.ndarray = field(default_factory=lambda: np.zeros((64, 64, 2), np.int32))
    tie: dict[int, str] = field(default_factory=dict)


def put(archive: Archive, activity: int, start_us: int, outline: Outline) -> None:
    """Add an activity, or replace it."""
    drop(archive, activity)
    k = archive.size
    if k == len(archive.ids):
        for name in ("ids", "start", "length", "is_venue", "signature"):
            old = getattr(archive, name)
            setattr(archive, name, np.concatenate([old, np.zeros_like(old)]))
        archive.box = np.concatenate([archive.box, np.full_like(archive.box, np.nan)], axis=1)
    archive.row[activity], archive.size = k, k + 1
    archive.tie[activity] = outline.tie
    archive.ids[k], archive.start[k], archive.box[:, k] = activity, start_us, outline.box
    archive.length[k], archive.is_venue[k], archive.signature[k] = (
        outline.length_m, outline.is_venue, outline.signature,
    )  # fmt: skip


def drop(archive: Archive, activity: int) -> None:
    """Remove an activity if it is there. Its row stays with a box of NaN, which overlaps nothing."""
    k = archive.row.pop(activity, None)
    archive.tie.pop(activity, None)
    if k is not None:
        archive.box[:, k] = np.nan


def order(archive: Archive, activity: int) -> tuple[int, str, int]:
    """Sort key of an activity: the start, then the fingerprint, and last the id, because that depends on the order of
    arrival."""
    return int(archive.start[archive.row[activity]]), archive.tie[activity], activity


def candidates(archive: Archive, activity: int, laps: bool = False) -> np.ndarray:
    """Ids, shape (k,), of the activities that pass the predicate, without the activity itself. laps: instead those that
    could be several laps of it, or it of them."""
    k, n = archive.row[activity], archive.size
    west, south, east, north = archive.box[:, :n]
    w, s, e, t = archive.box[:, k]
    wide = np.minimum(east, e) - np.maximum(west, w)
    high = np.minimum(north, t) - np.maximum(south, s)
    near = np.flatnonzero((wide > 0) & (high > 0))
    near = near[near != k]
    if archive.is_venue[k]:
        return archive.ids[near[archive.is_venue[near]]] if not laps else near[:0]
    common = wide[near] * high[near]
    area = (east[near] - west[near]) * (north[near] - south[near]) + (e - w) * (t - s)
    length, own = archive.length[near], archive.length[k]
    alike = np.minimum(length, own) >= MIN_LENGTH_RATIO * np.maximum(length, own)
    good = (common >= SAME_BOX * (area - common)) & (alike != laps) & ~archive.is_venue[near]
    return archive.ids[near[good]]


@dataclass(frozen=True)
class Corridor:
    """A bitmap around one line: True where a point is close enough to belong to it."""

    origin: tuple[float, float]
    corner: np.ndarray
    cell: float
    near: np.ndarray


def corridor(line: Line) -> Corridor:
    """The corridor of a line. A long ride gets coarser cells, so that there are fewer than four million."""
    origin = (float(line.points[:, 0].mean()), float(line.points[:, 1].mean()))
    xy = project_line(line.points[:, 0], line.points[:, 1], origin)
    cell = max(CORRIDOR_CELL, float(np.ptp(xy, axis=0).max()) / 2_000)
    reach = FAR + cell
    path = cumulative(xy)
    dense = along(xy, np.linspace(0, path[-1], max(2, int(path[-1] / cell) + 2)), path)
    corner = xy.min(axis=0) - reach - 2 * cell
    shape = np.ceil((xy.max(axis=0) + reach + 2 * cell - corner) / cell).astype(int) + 1
    near = np.zeros(shape[0] * shape[1], dtype=bool)
    middle = np.unique(((dense - corner) // cell).astype(np.int64) @ np.array([shape[1], 1]))
    r = int(np.ceil(reach / cell))
    dx, dy = np.meshgrid(np.arange(-r, r + 1), np.arange(-r, r + 1), indexing="ij")
    inside = np.hypot(dx, dy) * cell <= reach + cell
    for step in (dx[inside] * shape[1] + dy[inside]).tolist():
        near[middle + step] = True
    return Corridor(origin, corner, cell, near.reshape(shape[0], shape[1]))


def passes(signatures: np.ndarray, way: Corridor) -> np.ndarray:
    """Mask over (k, 64, 2) signatures: those with at most 10 points outside the corridor."""
    degrees = signatures.reshape(-1, 2) * 1e-7
    xy = (project(degrees[:, 0], degrees[:, 1], way.origin) - way.corner) // way.cell
    limit = np.array(way.near.shape)
    inside = ((xy >= 0) & (xy < limit)).all(axis=1)
    cell = np.where(inside[:, None], xy, 0).astype(np.int64)
    hit = way.near[cell[:, 0], cell[:, 1]] & inside
    return (~hit).reshape(len(signatures), -1).sum(axis=1) <= CORRIDOR_MISSES


def local_signatures(archive: Archive, activities: list[int]) -> np.ndarray:
    """Signatures in metres around the middle of the first one, (k, 64, 2), for `relation.distances`."""
    rows = [archive.row[a] for a in activities]
    degrees = archive.signature[rows] * 1e-7
    origin = (float(np.median(degrees[0, :, 0])), float(np.median(degrees[0, :, 1])))
    return project(degrees[..., 0].ravel(), degrees[..., 1].ravel(), origin).reshape(degrees.shape)
