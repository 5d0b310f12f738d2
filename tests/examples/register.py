"""Where the example files are registered: `FILES[name]()` gives the bytes."""

from collections.abc import Callable

FILES: dict[str, Callable[[], bytes]] = {}


def example(function: Callable[[], bytes | str]) -> Callable[[], bytes]:
    def build() -> bytes:
        made = function()
        return made.encode() if isinstance(made, str) else made

    FILES[function.__name__] = build
    return build
