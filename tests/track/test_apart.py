"""No line is drawn across a gap where something was left out."""

import numpy as np
from PIL import Image

from milevault_core import formats, track
from milevault_core.formats.write_gpx import write_gpx
from milevault_core.track import TrackFacts
from milevault_core.view import map as map_view
from milevault_core.view.activities import outline
from milevault_core.view.activities.share_picture import picture
from tests.track.test_places import north, train


def ride():
    return track.clean(train(km=56.0), given=TrackFacts("cycling", (0, 1800)))[0]


def test_a_train_leaves_a_gap_in_every_line() -> None:
    cleaned = ride()
    assert np.flatnonzero(track.apart(cleaned)).tolist() == [1800]
    shape = track.outline(cleaned)
    assert np.isnan(shape[:, 0]).sum() == 1
    assert len(shape) <= 100
    assert outline.svg(shape[:, 0], shape[:, 1]).count("M") == 2
    cuts = map_view._cuts(cleaned, map_view._located(cleaned))
    assert cuts[1800]
    assert write_gpx(cleaned).count(b"<trkseg>") == 2
    again = formats.read(write_gpx(cleaned, sport="cycling")).recordings[0]
    assert again.details["segments"] == [0, 1800]


def test_nothing_is_painted_between_the_stations(tmp_path) -> None:
    cleaned = ride()
    lat, lon, altitude = (cleaned[name].to_numpy() for name in ("lat", "lon", "altitude"))
    for cut, is_painted in ((track.apart(cleaned), False), (None, True)):
        (tmp_path / "a.png").write_bytes(picture("", "", [], lat, lon, altitude, cut))
        pixels = np.asarray(Image.open(tmp_path / "a.png").convert("RGB"), int)
        line = (np.abs(pixels - (194, 65, 12)).sum(axis=2) < 40).any(axis=1)
        middle = slice(450, 560)  # rows of the picture between the two rides
        assert line[middle].any() == is_painted


def test_a_way_without_gaps_is_one_line() -> None:
    cleaned, _ = track.clean(north(600, 6.0), given=TrackFacts("cycling"))
    assert not track.apart(cleaned).any()
    assert not np.isnan(track.outline(cleaned)).any()
    assert write_gpx(cleaned).count(b"<trkseg>") == 1


def test_a_stretch_without_signal_that_was_ridden_stays_joined() -> None:
    cleaned, _ = track.clean(train(km=0.9, gap_s=200), given=TrackFacts("cycling"))
    assert not track.apart(cleaned).any()
