"""Put on the Python path of a browser test's processes: replaces Garmin by a stand-in and removes delays.

Every process of `manage.py run` imports this file automatically, including the workers.
"""

import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder


def _client(module) -> None:
    module.BASE_URL = os.environ["GARMIN_STAND_IN"]


def _sso(module) -> None:
    for name in ("MOBILE", "WIDGET", "LOGIN"):
        for end in ("MIN", "MAX"):
            setattr(module, f"{name}_DELAY_{end}_S", 0)


def _manners(module) -> None:
    module.BETWEEN_S = module.JITTER_S = 0.01


CHANGED = {
    "milevault_core.garmin.client": _client, "milevault_core.garmin.manners": _manners,
    "garminconnect.client.sso": _sso,
}  # fmt: skip


class Finder(MetaPathFinder):
    """Change a module right after it is loaded."""

    def find_spec(self, name, path=None, target=None):
        change = CHANGED.get(name)
        spec = PathFinder.find_spec(name, path, target) if change else None
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def loaded(module) -> None:
            load(module)
            change(module)

        spec.loader.exec_module = loaded
        return spec


sys.meta_path.insert(0, Finder())
