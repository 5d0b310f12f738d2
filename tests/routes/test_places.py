"""The table of places: it reads what was written, and finds the nearest place."""

import zipfile
from pathlib import Path

import pytest

from milevault_core.routes import make_places, places

ROWS = [
    ("Wien", 48.20849, 16.37208, 1_691_468),
    ("Nagykanizsa", 46.45347, 16.99104, 46_866),
    ("Puerto Natales", -51.72987, -72.50603, 18_000),
    ("Åre", 63.39908, 13.08183, 3_200),
]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(places, "TABLE", tmp_path / "places.bin")
    places.load.cache_clear()
    yield tmp_path
    places.load.cache_clear()


@pytest.mark.parametrize("packed", [False, True])
def test_from_geonames_file_to_a_name(table: Path, packed: bool) -> None:
    lines = []
    for number, (name, lat, lon, people) in enumerate(ROWS):
        row = [str(number), name, "", "", str(lat), str(lon), "P", "PPL", "", "", "", "", "", "", str(people)]
        lines.append("\t".join([*row, "", "", "Europe/Vienna", "2026-01-01"]))
    file = table / "cities1000.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    if packed:
        with zipfile.ZipFile(table / "cities1000.zip", "w") as archive:
            archive.write(file, "cities1000.txt")
        file = table / "cities1000.zip"
    assert make_places.write(make_places.rows(file), places.TABLE) == 4
    known = places.load()
    assert known.names == ["Puerto Natales", "Nagykanizsa", "Wien", "Åre"]
    assert known.lat == pytest.approx([-51.72987, 46.45347, 48.20849, 63.39908], abs=5e-5)
    assert known.lon == pytest.approx([-72.50603, 16.99104, 16.37208, 13.08183], abs=5e-5)
    assert places.nearest(48.25, 16.30) == "Wien"
    assert places.nearest(0.0, -140.0) == ""


def test_the_table_that_comes_along() -> None:
    known = places.load()
    assert len(known.names) == len(known.lat) == len(known.lon) == len(known.weight) > 100_000
    assert (known.lat[1:] >= known.lat[:-1]).all()
    assert places.nearest(52.58, 13.28) == "Tegel"
