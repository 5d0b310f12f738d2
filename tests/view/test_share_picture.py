"""The picture to share: a PNG with the track's line, whatever data the activity has."""

import io

import numpy as np
import pytest
from PIL import Image

from milevault_core.view.activities.share_picture import HEIGHT, WIDTH, picture
from tests.builders.tracks import ride


def drawn(track, name: str = "Evening ride", figures=(("Distance", "28.4 km"),)) -> np.ndarray:
    lat, lon, altitude = (track[c].to_numpy(dtype=float) for c in ("lat", "lon", "altitude"))
    with Image.open(io.BytesIO(picture(name, "Cycling · 1 June 2026", figures, lat, lon, altitude))) as image:
        assert (image.format, image.size, image.info) == ("PNG", (WIDTH, HEIGHT), {})
        return np.asarray(image.convert("RGB")).astype(int)


def orange(pixels: np.ndarray) -> int:
    return int((np.abs(pixels - (194, 65, 12)).max(axis=2) < 12).sum())


def test_the_line_is_in_it_and_inside_its_frame() -> None:
    pixels = drawn(ride(3_600))
    assert orange(pixels) > 3_000
    assert orange(pixels[:200]) == 0
    assert orange(pixels[820:]) == 0


@pytest.mark.parametrize("name", ["", "x" * 500, "Größe 山 🚴 \u202e evil\n\n\x00", "a" * 60])
def test_any_name_and_no_way(name: str) -> None:
    indoor = ride(60).assign(lat=np.nan, lon=np.nan, altitude=np.nan)
    assert orange(drawn(indoor, name, ())) == 0
    assert orange(drawn(ride(2).assign(lat=47.0, lon=13.0), name)) >= 0


def named(name: str) -> np.ndarray:
    """The strip of the picture that contains the name."""
    return drawn(ride(2).assign(lat=np.nan, lon=np.nan, altitude=np.nan), name, ())[:140]


def test_letters_beyond_ascii_are_drawn_and_not_as_boxes() -> None:
    letters = "éöüßñłåç–ЖΩ"
    shown = {letter: named(letter).tobytes() for letter in letters}
    assert len(set(shown.values())) == len(letters)  # placeholder boxes all look alike
    assert named("").tobytes() not in shown.values()
    assert named("o\u0308").tobytes() == shown["ö"]


def test_what_the_font_lacks_is_left_out() -> None:
    assert named("Run 山🚴 home").tobytes() == named("Run home").tobytes()
    assert named("1\u202f234 km").tobytes() == named("1\u00a0234 km").tobytes() == named("1 234 km").tobytes()
    a_figure = [("Load", "1\u202f204 山km")]
    plain = ride(2).assign(lat=np.nan, lon=np.nan, altitude=np.nan)
    assert np.array_equal(drawn(plain, "", a_figure), drawn(plain, "", [("Load", "1 204 km")]))
