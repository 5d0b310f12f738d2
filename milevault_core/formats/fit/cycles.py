"""Note many messages at once where they repeat in the same order.

Most of a file is one record after another, or a record and one or two other messages in turn. The rule is exact:
if the bytes at position, position + cycle, position + 2 cycles … are all the same plain header byte, and this holds
for each message in the cycle, then each of them begins a message, because the message before it ends there.
"""

import numpy as np

from milevault_core.formats.fit.layout import Layout

LONGEST = 4  # messages in a cycle
FEWEST = 8  # cycles; with fewer it is not worth it


def note_cycles(body: bytes, position: int, local: list[Layout | None], most: int) -> tuple[int, int]:
    """Note the messages of the cycle that begins at `position`, about `most` of them. Returns (how many messages were
    noted, where they end); nothing is noted if there is no cycle.

    body: the part's bytes up to its end; local: the layouts by local type.
    """
    first, at, end = body[position], position, len(body)
    cycle: list[tuple[int, int, Layout]] = []  # header byte, distance from the first message, layout
    while len(cycle) < LONGEST and at < end:
        head = body[at]
        layout = local[head] if head < 16 else None
        if layout is None:
            break
        cycle.append((head, at - position, layout))
        at += layout.definition.size
        if at < end and body[at] == first:
            length = at - position
            count = min((end - position) // length, most // len(cycle) + 1)
            for head, distance, _ in cycle:
                count = _repeats(body, position + distance, length, head, count)
                if count < FEWEST:
                    break
            else:
                begins = np.arange(position, position + count * length, length, dtype=np.int64)
                for layout in {id(layout): layout for _, _, layout in cycle}.values():
                    distances = [distance for _, distance, other in cycle if other is layout]
                    layout.starts.frombytes((begins[:, None] + distances).tobytes())  # in the file's order
                return count * len(cycle), position + count * length
    return 0, position


def _repeats(body: bytes, start: int, step: int, head: int, most: int) -> int:
    """How many times in a row, at most `most`, the byte `head` is at start, start + step, start + 2 steps …"""
    wanted, count, more = bytes((head,)), 0, 16
    while count < most:
        more = min(more, most - count)
        begin = start + count * step
        found = more - len(body[begin : begin + more * step : step].lstrip(wanted))
        count += found
        if found < more:
            break
        more *= 8
    return count
