"""Decode some dozens or hundreds of messages of a kind: the whole numbers of all their fields at once, as a matrix."""

from itertools import compress, groupby
from typing import Any, NamedTuple

import numpy as np

from milevault_core.formats.fit.plan import Entry, Plan
from milevault_core.formats.fit.values import many


class Matrix(NamedTuple):
    """A plan's whole numbers of up to four bytes as columns: first fields with one value, then those with several."""

    names: tuple[Any, ...]  # names of the fields with one value
    several: tuple[tuple[Any, int, int], ...]  # fields with several values: (name, first column, columns)
    groups: tuple[tuple[str, np.ndarray], ...]  # columns stored alike: numpy code, positions of their bytes
    invalid: np.ndarray
    scale: np.ndarray
    offset: np.ndarray
    is_scaled: bool
    octets: tuple[tuple[int, int], ...]  # byte fields, missing only as a whole: (first column, columns)
    others: tuple[Entry, ...]  # text, fractions, numbers of eight bytes
    is_plain: bool  # no field occurs twice


def matrix_of(plan: Plan) -> Matrix:
    """The matrix of a plan, computed once and kept."""
    if plan.matrix is None:
        plan.matrix = _matrix_of(plan)
    return plan.matrix


def _matrix_of(plan: Plan) -> Matrix:
    whole = [e for e in plan.entries if e.invalid is not None and e.width <= 4]
    whole.sort(key=lambda e: (e.n > 1, e.code))
    groups, several, octets = [], [], []
    for (_, code), alike in groupby(whole, key=lambda e: (e.n > 1, e.code)):
        at = [e.position + i for e in alike for i in range(e.n * e.width)]
        groups.append(((">" if plan.big_endian else "<") + code, np.array(at)))
    columns: list[tuple[float, float, float]] = []
    for e in whole:
        if e.n > 1:
            several.append((e.name, len(columns), e.n))
        if e.is_bytes:
            octets.append((len(columns), e.n))
        # Bytes never equal -1: a byte field is missing only if all its bytes are, which `_values` checks.
        columns += [(-1.0 if e.is_bytes else float(e.invalid or 0), e.scale, e.offset)] * e.n
    invalid, scale, offset = np.array(columns, np.float64).reshape(-1, 3).T
    return Matrix(
        tuple(e.name for e in whole if e.n == 1), tuple(several), tuple(groups), invalid, scale, offset,
        bool((scale != 1).any() or offset.any()), tuple(octets),
        tuple(e for e in plan.entries if e not in whole),
        len({e.name for e in plan.entries}) == len(plan.entries),
    )  # fmt: skip


def of_one_layout(raw: np.ndarray, plan: Plan) -> dict | None:
    """The columns of messages gathered as (n, size of a message) uint8; None if a field occurs twice."""
    matrix = matrix_of(plan)
    if not matrix.is_plain:
        return None
    columns = _columns(matrix.names, matrix.several, _values(raw, matrix).T)
    for entry in matrix.others:
        values = many(raw, entry, plan.big_endian)
        if values is not None:
            columns[entry.name] = values
    return columns


def of_layouts(layouts: list[tuple[np.ndarray, np.ndarray, Plan]], n: int) -> dict | None:
    """The same for several layouts, each given as (rows of its messages in the table, their bytes, its plan).

    None if a layout cannot be a matrix (a field twice, text, fractions) or a field's width differs between layouts.
    """
    widths: dict = {}
    for _, _, plan in layouts:
        matrix = matrix_of(plan)
        here = [*((name, 1) for name in matrix.names), *((name, width) for name, _, width in matrix.several)]
        if not matrix.is_plain or matrix.others or any(widths.setdefault(k, w) != w for k, w in here):
            return None
    names = [name for name, width in widths.items() if width == 1]
    index, several, total = {name: i for i, name in enumerate(names)}, [], len(names)
    for name, width in widths.items():
        if width > 1:
            index[name] = total
            several.append((name, total, width))
            total += width
    table = np.full((total, n), np.nan)
    for rows, raw, plan in layouts:
        matrix = matrix_of(plan)
        at = [index[name] for name in matrix.names]
        for name, _, width in matrix.several:
            at += range(index[name], index[name] + width)
        table[np.array(at, np.int64)[:, None], rows] = _values(raw, matrix).T
    return _columns(names, several, table)


def _columns(names, several, table: np.ndarray) -> dict:
    """The columns that were measured in at least one message."""
    table = np.ascontiguousarray(table)
    measured = (table == table).any(axis=1)
    told = measured.tolist()
    columns = dict(zip(compress(names, told), table[measured], strict=False))
    for name, first, width in several:
        if True in told[first : first + width]:
            columns[name] = table[first : first + width].T
    return columns


def _values(raw: np.ndarray, matrix: Matrix) -> np.ndarray:
    """(messages, columns) as float64, scaled, with NaN where not measured."""
    if not matrix.groups:
        return np.empty((len(raw), 0))
    pieces = [raw.take(at, axis=1).view(code) for code, at in matrix.groups]
    values = np.concatenate(pieces, axis=1, dtype=np.float64, casting="unsafe")
    missing = values == matrix.invalid
    for first, width in matrix.octets:
        missing[:, first : first + width] = (values[:, first : first + width] == 0xFF).all(axis=1)[:, None]
    if missing.any():
        values[missing] = np.nan
    if matrix.is_scaled:
        values /= matrix.scale
        values -= matrix.offset
    return values
