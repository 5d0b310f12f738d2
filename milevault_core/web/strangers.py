"""The websockets of those who are not signed in: only a few, and the oldest makes way for the newest.

Refusing the newest would let one visitor keep everybody else from the login. So the oldest of the address with the
most connections is closed: whoever opens hundreds loses their own.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

MOST = 100  # at a time, of everybody
# Of one address (of IPv6, a network of /64); a household, or everybody behind a proxy that TRUSTED_PROXIES does not
# name.
MOST_OF_ONE = 30


@dataclass
class Strangers:
    """The open websockets of strangers. Used on the event loop alone, so it needs no lock."""

    most: int = MOST
    most_of_one: int = MOST_OF_ONE
    _inside: dict[int, tuple[str, Callable[[], None]]] = field(default_factory=dict)  # in the order they came
    _next: int = 0

    def enter(self, address: str, end: Callable[[], None]) -> int:
        """Let one in; a number for `leave`. `end` is called when this one has to make way."""
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
        """Also for one that has had to make way."""
        self._inside.pop(number, None)

    def __len__(self) -> int:
        return len(self._inside)
