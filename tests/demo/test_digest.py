"""Same seed, same bytes: on every machine, in every time zone, in every language."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Digest of the files below. If it changes, every demo athlete changes, so this must be intended.
DIGEST = "e3a2dbbe01f9ae4de5189c9969ff0908d42b437a9b4e5e41b35e8409f8e3a732"


def digest() -> str:
    """Digest of activities of every kind in every format, some days, and both archives."""
    from milevault_core.demo.fit_writer import write_activity
    from milevault_core.demo.garmin_archive import write_garmin
    from milevault_core.demo.gpx_writer import write_gpx
    from milevault_core.demo.strava_archive import write_strava
    from milevault_core.demo.tcx_writer import write_tcx
    from milevault_core.demo.wellness_writer import write_day
    from tests.demo.made import YEARS, S, one_of_each, some_days

    found = hashlib.sha256()
    for _, made in sorted(one_of_each().items()):
        found.update(write_activity(made) + write_tcx(made))
        if "lat" in made.columns:
            found.update(write_gpx(made))
    for day in some_days(YEARS, 3):
        for _, data in sorted(write_day(YEARS, day).items()):
            found.update(data)
    for write, more in ((write_strava, {"language": "de"}), (write_garmin, {})):
        target = io.BytesIO()
        write(S, target, start=20, stop=32, **more)
        found.update(target.getvalue())
    return found.hexdigest()


@pytest.mark.parametrize("zone", ["America/St_Johns", "UTC"])
def test_the_bytes_are_the_same_everywhere(zone):
    environment = os.environ | {
        "TZ": zone, "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "random", "NPY_DISABLE_CPU_FEATURES": _fast_features(),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-c", "from tests.demo.test_digest import digest; print(digest())"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == DIGEST


def _fast_features() -> str:
    """The CPU features that numpy can use here; with them disabled, the numbers must stay the same."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name])


def test_the_bytes_are_the_same_here_with_all_vector_units():
    assert digest() == DIGEST


def test_another_seed_gives_other_bytes():
    from milevault_core.demo.activity import activities
    from milevault_core.demo.athlete import sized
    from milevault_core.demo.fit_writer import write_activity

    ours, theirs = (write_activity(next(activities(sized("S", seed)[0]))) for seed in (1, 2))
    assert ours != theirs


def test_any_part_can_be_made_alone():
    from milevault_core.demo.activity import activities
    from milevault_core.demo.fit_writer import write_activity
    from tests.demo.made import S, all_of_s

    alone = [write_activity(made) for made in activities(S, 40, 44)]
    assert alone == [write_activity(made) for made in all_of_s()[40:44]]
