"""Thumbnails of photos, HEIC included; a damaged or too large photo gives a sentence and does not kill the worker."""

import io

import numpy as np
import pytest
from PIL import Image
from pillow_heif import from_pillow

from milevault_core import store
from milevault_core.imports import photos
from milevault_core.problems import BadFile
from milevault_core.store.queries import imports as queries
from milevault_core.store.queries import photos as photo_queries
from tests.builders.archive import zipped
from tests.imports.test_archives import imported, run

TEAL, SAND = (0, 128, 128), (220, 200, 160)


def picture(width: int = 1200, height: int = 800) -> Image.Image:
    """Teal above, sand below."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2], pixels[height // 2 :] = TEAL, SAND
    return Image.fromarray(pixels)


def heic(made: Image.Image, **more) -> bytes:
    out = io.BytesIO()
    from_pillow(made).save(out, quality=80, **more)
    return out.getvalue()


def jpeg(made: Image.Image, **more) -> bytes:
    out = io.BytesIO()
    made.save(out, "JPEG", **more)
    return out.getvalue()


def assert_teal_above_sand(small: bytes | None) -> Image.Image:
    shown = Image.open(io.BytesIO(small or b""))
    for at, colour in ((0.25, TEAL), (0.75, SAND)):
        pixel = shown.convert("RGB").getpixel((shown.width // 2, int(at * shown.height)))
        assert np.abs(np.array(pixel) - colour).max() < 12
    return shown


def test_a_heic_is_shown_small() -> None:
    media_type, small, width, height = photos.thumbnail(heic(picture()))
    assert (media_type, width, height) == ("image/heic", 1200, 800)
    assert assert_teal_above_sand(small).size == (480, 320)


@pytest.mark.parametrize("write", [heic, jpeg])
def test_a_picture_stands_upright(write) -> None:
    """The camera was turned by 90°, and the EXIF data says so."""
    turned = picture(800, 1200).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    _, small, width, height = photos.thumbnail(write(turned, exif=exif.tobytes()))
    assert (width, height) == (800, 1200)
    assert assert_teal_above_sand(small).size == (320, 480)


def test_a_damaged_heic_says_so() -> None:
    whole = heic(picture())
    for data in (whole[: len(whole) // 2], whole[:40], whole[:8] + b"heic" + bytes(500)):
        with pytest.raises(BadFile):
            photos.thumbnail(data)


def test_a_heic_that_claims_to_be_huge_is_not_unpacked() -> None:
    """A small picture that claims to have 400 megapixels: nothing is unpacked."""
    whole = heic(picture())
    at = whole.index(b"ispe") + 8
    claimed = whole[:at] + (20_000).to_bytes(4, "big") * 2 + whole[at + 8 :]
    with pytest.raises(BadFile):
        photos.thumbnail(claimed)


@pytest.mark.parametrize("kind", ["PNG", "HEIF"])
def test_a_large_picture_is_kept_without_a_small_one(kind: str, monkeypatch) -> None:
    monkeypatch.setattr(photos, "MAX_WHOLE", 500_000)
    out = io.BytesIO()
    picture().save(out, "PNG")
    data = out.getvalue() if kind == "PNG" else heic(picture())
    assert photos.thumbnail(data) == (f"image/{'png' if kind == 'PNG' else 'heic'}", None, None, None)
    assert photos.thumbnail(jpeg(picture()))[1] is not None  # a JPEG is unpacked at a reduced size


def test_without_the_decoder_a_heic_is_kept(monkeypatch) -> None:
    monkeypatch.setattr(photos, "_has_heif", lambda: False)
    assert photos.thumbnail(heic(picture())) == ("image/heic", None, None, None)


def test_a_heic_of_an_archive_is_shown_with_its_activity(user: int) -> None:
    header = (
        "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
        "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Media"
    )
    row = '1,"Jun 1, 2026, 6:00:00 AM",Views,Run,Nice,59,0.2,,,true,,,activities/7.gpx,media/p.heic|media/q.heic'
    batch = imported(user, zipped({
        "activities.csv": f"{header}\n{row}\n".encode(), "activities/7.gpx": run(),
        "media/p.heic": heic(picture()), "media/q.heic": heic(picture())[:300],
    }))  # fmt: skip
    found = queries.items(user, batch)
    said = {name.rpartition("/")[2]: tuple(row) for name, *row in
            found[["name", "outcome", "reason"]].itertuples(index=False)}  # fmt: skip
    assert said["p.heic"] == ("photo", "")
    assert said["q.heic"][0] == "failed"
    assert said["q.heic"][1]
    activity = int(found.loc[found["name"].str.endswith("7.gpx"), "activities"].iloc[0][0])
    (photo,) = photo_queries.of_activity(user, activity).itertuples()
    assert (photo.width, photo.height, photo.media_type) == (1200, 800, "image/heic")
    assert_teal_above_sand(photo_queries.small(user, photo.id))
    assert store.read("SELECT size_bytes FROM original_files WHERE name LIKE '%p.heic'")["size_bytes"].iloc[
        0
    ] == len(heic(picture()))
