"""Every public function of the rooms that handle users' data, found by walking the packages."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from types import ModuleType

from milevault_core import actions, imports, store

ROOMS: tuple[ModuleType, ...] = (store, actions, imports)
NOT_ABOUT_A_USER = {
    "store.engine": "opens the database",
    "store.migrate": "the schema",
    "store.migrations": "the schema, frozen",
    "store.models": "the tables",
    "store.embedded_server": "the server itself",
    "store.v1": "an archive of version 1, before it belongs to anybody",
}
ROOT = "milevault_core."
_READS_OR_WRITES = {"session", "raw", "read", "read_arrow", "database"}


def modules() -> list[ModuleType]:
    """Every module of the rooms, except those that are not about a user."""
    found = []
    for room in ROOMS:
        for info in pkgutil.walk_packages(room.__path__, room.__name__ + ".", onerror=_fail):
            if not is_not_about_a_user(info.name):
                found.append(importlib.import_module(info.name))
    return found


def is_not_about_a_user(module: str) -> bool:
    name = module.removeprefix(ROOT)
    return any(name == room or name.startswith(room + ".") for room in NOT_ABOUT_A_USER)


def _fail(name: str) -> None:
    raise AssertionError(f"{name} cannot be imported")


def functions() -> dict[str, Callable]:
    """Every public function by its label, like `store.gear.save`."""
    return {
        f"{module.__name__.removeprefix(ROOT)}.{name}": function
        for module in modules()
        for name, function in inspect.getmembers(module, inspect.isroutine)
        if getattr(function, "__module__", "") == module.__name__ and not name.startswith("_")
    }


def parameters(function: Callable) -> list[str]:
    return list(inspect.signature(function).parameters)


def is_for_a_user(function: Callable) -> bool:
    return "user_id" in parameters(function)


def touches_the_database(function: Callable) -> bool:
    """Whether a function without `user_id` takes a session, opens one, or reads the database itself."""
    code = inspect.unwrap(function).__code__
    return "session" in parameters(function) or bool(_READS_OR_WRITES & set(code.co_names))
