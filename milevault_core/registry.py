"""Import every module of a package once, so that its decorators run. The only magic in MileVault."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules


def load_all(package: str, path: Iterable[str]) -> None:
    """Import each module of `package` in alphabetical order; `path` is the package's `__path__`."""
    for module in sorted(iter_modules(path), key=lambda m: m.name):
        import_module(f"{package}.{module.name}")
