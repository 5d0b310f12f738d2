"""How long an import will take: the arithmetic, and the pace taken from the log of the last import."""

import numpy as np
import pytest

from bench.hour import hour_fit
from milevault_core.formats.contents import Contents, Part
from milevault_core.imports import estimate, plan
from milevault_core.imports import files as imports
from milevault_core.imports.estimate import Work, pace_of_import, pace_of_looking
from milevault_core.store.imports import plan_lookup


def test_work_adds_up() -> None:
    one_by_one = Work()
    for _ in range(3):
        one_by_one.add("fit", 120_000)
    together = Work().add("fit", 360_000, files=3)
    assert one_by_one.import_s == pytest.approx(together.import_s)
    assert one_by_one.look_s == pytest.approx(together.look_s)
    assert Work().add("kept", 120_000).import_s < Work().add("fit", 120_000).import_s
    assert estimate.kind_of(hour_fit(0, 10)) == "fit"
    assert estimate.kind_of(b"<gpx></gpx>") == "xml"


def test_a_pace_is_that_of_the_machine_within_reason() -> None:
    work = Work().add("fit", 10e6, files=100)
    assert pace_of_looking(2 * work.look_s, work) == pytest.approx(2)
    assert pace_of_import(work.import_s, 2, work) == pytest.approx(2)
    assert pace_of_looking(1000.0, work) == estimate.SLOWEST
    assert pace_of_looking(0.0, work) == estimate.FASTEST
    assert pace_of_looking(1.0, Work()) == pace_of_import(1.0, 2, Work()) == 1.0


def test_the_last_import_tells_the_pace(user: int) -> None:
    assert plan_lookup.last_import(user, 3) is None
    batch = imports.begin(user, "page")
    sizes = []
    for day in range(4):
        data = hour_fit(day, 60)
        imports.add_and_process(user, batch, f"{day}.fit", data)
        sizes.append(len(data))
    found = plan_lookup.last_import(user, 3)
    assert found is not None
    took, read = found
    assert 0 < took < 40
    assert read == {"fit": (4, float(np.sum(sizes)))}
    assert plan_lookup.last_import(user, 5) is None


def test_what_is_here_costs_less_than_what_is_new(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the same pace, the estimate for files that are here already is that of files kept without new data."""
    monkeypatch.setattr(estimate, "pace_of_looking", lambda took_s, looked: 100.0)
    files = [hour_fit(day, 600) for day in range(6)]
    batch = imports.begin(user, "page")
    for number, data in enumerate(files[:3]):
        imports.add_and_process(user, batch, f"{number}.fit", data)

    def guess(some: list[bytes]) -> float:
        parts = [Part(f"{n}.fit", "row", data=data) for n, data in enumerate(some)]
        made = plan.look_through(user, Contents("files", parts), lambda number: None, lambda done, of: None)
        assert made["workers"] >= 1
        return made["import_s"]

    size = sum(map(len, files[3:]))
    assert guess(files[3:]) == pytest.approx(100 * Work().add("fit", size, files=3).import_s, abs=0.06)
    assert guess(files[:3]) == pytest.approx(100 * Work().add("kept", 0, files=3).import_s, abs=0.06)
