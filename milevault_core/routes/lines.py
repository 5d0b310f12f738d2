"""Lines kept in memory by a matching process: 8 kB an activity, so that a long-run route is not read again."""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from milevault_core.routes.relation import Line


def keep_lines(fetch: Callable[[int], Line], limit: int = 10_000) -> Callable[[int], Line]:
    """`fetch` (activity -> line), remembering the last `limit` lines; 80 MB at most.

    An activity whose track changed needs a new one of these.
    """
    kept: OrderedDict[int, tuple[np.ndarray, float, float, bool]] = OrderedDict()

    def load(activity: int) -> Line:
        if activity in kept:
            kept.move_to_end(activity)
        else:
            line = fetch(activity)
            e7 = np.rint(line.points * 1e7).astype(np.int64)
            if abs(e7).max() < 2**31:  # else a line across 180°, which stays as it is
                e7 = e7.astype(np.int32)
            kept[activity] = (e7, line.length_m, line.closing_gap_m, line.is_venue)
            if len(kept) > limit:
                kept.popitem(last=False)
        e7, length_m, closing_gap_m, is_venue = kept[activity]
        return Line(e7 * 1e-7, length_m, closing_gap_m, is_venue)

    return load
