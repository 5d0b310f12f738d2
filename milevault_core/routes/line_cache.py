"""Keeps lines in memory in a matching process, 8 kB per activity, so that those of a popular route are not read
again."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from milevault_core.routes.relation import Line


@dataclass
class KeptLines:
    """`fetch` (activity -> line) with a cache of the last `limit` lines, 8 kB each. Called like `fetch` itself."""

    fetch: Callable[[int], Line]
    limit: int = 10_000
    kept: OrderedDict[int, tuple[np.ndarray, float, float, bool]] = field(default_factory=OrderedDict)

    def __call__(self, activity: int) -> Line:
        if activity in self.kept:
            self.kept.move_to_end(activity)
        else:
            line = self.fetch(activity)
            e7 = np.rint(line.points * 1e7).astype(np.int64)
            if abs(e7).max() < 2**31:  # else the line crosses 180° and stays int64
                e7 = e7.astype(np.int32)
            self.kept[activity] = (e7, line.length_m, line.closing_gap_m, line.is_venue)
            if len(self.kept) > self.limit:
                self.kept.popitem(last=False)
        e7, length_m, closing_gap_m, is_venue = self.kept[activity]
        return Line(e7 * 1e-7, length_m, closing_gap_m, is_venue)

    def forget(self, activity: int) -> None:
        """Drop an activity's line because its track has changed or is gone."""
        self.kept.pop(activity, None)
