"""The websockets of visitors who are not signed in: only a limited number, and the oldest makes way for the newest.

Refusing the newest would let one visitor keep everybody else from signing in. So the oldest connection of the address
with the most connections is closed: a visitor who opens hundreds loses their own.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

MOST = 100  # at a time, in total
# Per address (for IPv6, per /64 network), which may be a household, or everybody behind a proxy that is not in
# TRUSTED_PROXIES.
MOST_OF_ONE = 30


@dataclass
class Strangers:
    """The open websockets of visitors who are not signed in. Used only on the event loop, so it needs no lock."""

    most: int = MOST
    most_of_one: int = MOST_OF_ONE
    _inside: dict[int, tuple[str, Callable[[], None]]] = field(default_factory=dict)  # oldest first
    _next: int = 0

    def enter(self, address: str, end: Callable[[], None]) -> int:
        """Add a connection; returns a number for `leave`. `end` is called if the connection has to make way."""
        counts = Counter(where for where, _ in self._inside.values())
        crowd = address if counts[address] >= self.most_of_one else ""
        if not crowd and len(self._inside) >= self.most:
            crowd = counts.most_common(1)[0][0]
        if crowd:
            oldest = next(number for number, (where, _) in self._inside.items() if where == crowd)
            self._inside.pop(oldest)[1]()
        self._next += 1
        self._inside[self._next] = (address, end)
        return self._next

    def leave(self, number: int) -> None:
        """Remove a connection; does nothing if it already had to make way."""
        self._inside.pop(number, None)

    def __len__(self) -> int:
        return len(self._inside)
