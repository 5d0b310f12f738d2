"""The grid that segments are found by: cells of 0.001 degrees, the same over the whole world."""

import numpy as np

CELL_DEGREES = 0.001
ROWS = 180_000
COLUMNS = 360_000


def cells_of(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Every cell that the line passes, including between its points, as sorted int64 (a `bigint[]` for `&&` with a GIN
    index).

    The number of a cell is row * 360,000 + column, rows from the South Pole, columns from 180° west. Edges are walked
    in quarter cells, so that no cell is lost in a sparse recording.
    """
    if not len(lat):
        return np.empty(0, dtype=np.int64)
    lon = np.unwrap(lon, period=360.0)
    longest = np.maximum(np.abs(np.diff(lat)), np.abs(np.diff(lon)))
    parts = np.maximum(1, np.ceil(longest / (CELL_DEGREES / 4))).astype(np.int64)
    edge = np.repeat(np.arange(len(parts)), parts)
    share = (np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)) / parts[edge]
    all_lat = np.append(lat[edge] + share * np.diff(lat)[edge], lat[-1])
    all_lon = np.append(lon[edge] + share * np.diff(lon)[edge], lon[-1])
    row = np.clip(np.floor((all_lat + 90.0) / CELL_DEGREES), 0, ROWS - 1).astype(np.int64)
    column = np.mod(np.floor((all_lon + 180.0) / CELL_DEGREES), COLUMNS).astype(np.int64)
    return np.unique(row * COLUMNS + column)


def cells_around(lat: float, lon: float) -> np.ndarray:
    """The cell of a place and the eight around it. lat, lon: degrees; nine int64."""
    row, column = np.floor((lat + 90.0) / CELL_DEGREES), np.floor((lon + 180.0) / CELL_DEGREES)
    steps = np.arange(-1, 2)
    rows = np.clip(row + steps, 0, ROWS - 1).astype(np.int64)
    columns = np.mod(column + steps, COLUMNS).astype(np.int64)
    return np.unique(rows[:, None] * COLUMNS + columns[None, :])
