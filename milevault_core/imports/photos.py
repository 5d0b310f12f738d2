"""Pictures of activities: kept unchanged, with a thumbnail for the page. Only this module imports PIL and its HEIF
plugin.

Pictures are untrusted input: the size that a picture claims is checked before a pixel is decoded, and whatever a
decoder raises fails only that file.
"""

import contextlib
import io
from functools import cache

from milevault_core.formats import bounds
from milevault_core.problems import BadFile
from milevault_core.store.activities import photos
from milevault_core.store.imports import items

EDGE = 480  # longest side of a thumbnail, in pixels
MAX_PIXELS = 120_000_000
MAX_SCANS = 100  # scans of a progressive JPEG; each goes over all pixels, and cameras write about ten
MAX_SCANNED = 1_200_000_000  # pixels in all scans together
# Only a JPEG can be decoded at a reduced size; other formats take up to 8 bytes a pixel, 400 MB at this limit. The
# largest HEIC of a phone has 48 million pixels.
MAX_WHOLE = 50_000_000
_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "HEIF": "image/heic",
          "MPO": "image/jpeg"}  # fmt: skip
_OPENED = ("JPEG", "PNG", "WEBP", "GIF")  # Pillow opens MPO (several pictures in a file) as JPEG
_HEIC = (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftypmif1", b"ftyphevc", b"ftypmsf1")
NOT_SHOWN = "This picture cannot be shown here; it can be downloaded."


def keep(session, item: items.Item, original) -> items.Result:
    """Save a picture with the activity of the item that it names. Raises BadFile when it is not a picture."""
    owner = item.about.get("photo_of")
    media_type, small, width, height = thumbnail(original.data)
    if owner is None or not photos.add(
        session, item.user_id, item.import_id, owner, original.id, media_type, width, height, small
    ):
        return items.Result("not_activity", reason="A picture of an activity that is not here.")
    return items.Result("photo", reason="" if small else NOT_SHOWN)


def thumbnail(data: bytes) -> tuple[str, bytes | None, int | None, int | None]:
    """(media type, small JPEG, width, height of the whole picture). The JPEG and the sizes are None for a picture
    that cannot be opened here or would take too much memory. Raises BadFile for what is not a picture."""
    try:
        with bounds.within(len(data)):
            return _thumbnail(data)
    except TooCostly as error:
        return error.media_type, None, None, None


class TooCostly(Exception):
    """A picture that would take too much time or memory to open: it is kept but not shown."""

    def __init__(self, media_type: str) -> None:
        super().__init__(media_type)
        self.media_type = media_type


def _thumbnail(data: bytes) -> tuple[str, bytes | None, int | None, int | None]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    is_heif = data[4:12] in _HEIC
    if is_heif and not _has_heif():
        return "image/heic", None, None, None
    media_type = "application/octet-stream"
    try:
        with Image.open(io.BytesIO(data), formats=_OPENED + (("HEIF",) if is_heif else ())) as picture:
            pixels = picture.width * picture.height
            if pixels > MAX_PIXELS:
                raise BadFile("This picture is larger than any camera's.")
            media_type = _MEDIA.get(picture.format or "", "application/octet-stream")
            if pixels > _most_pixels(media_type, picture):
                raise TooCostly(media_type)
            scans = data.count(b"\xff\xda") if media_type == "image/jpeg" else 0
            if scans > MAX_SCANS or scans * pixels > MAX_SCANNED:
                raise TooCostly(media_type)
            width, height = picture.size
            picture.thumbnail((EDGE, EDGE))  # a JPEG is not even decoded larger than needed
            small = ImageOps.exif_transpose(picture)
            if (small.width > small.height) != (picture.width > picture.height):
                width, height = height, width
            out = io.BytesIO()
            small.convert("RGB").save(out, "JPEG", quality=82)
            return media_type, out.getvalue(), min(width, 32_767), min(height, 32_767)
    except (BadFile, TooCostly):
        raise
    except (MemoryError, bounds.TooLong):
        raise TooCostly(media_type) from None
    except UnidentifiedImageError as error:
        raise BadFile("This is not a picture, or it is damaged.") from error
    except Exception as error:  # Pillow raises anything its decoders raise
        raise BadFile("This picture is damaged.") from error


def _most_pixels(media_type: str, picture) -> int:
    """The most pixels a picture may have, so that opening it takes about 300 MB. A progressive JPEG is held whole, with
    two bytes per pixel and colour; the decoder of WebP holds three copies."""
    if media_type == "image/jpeg":
        return 40_000_000 if picture.info.get("progressive") else MAX_PIXELS
    return 25_000_000 if media_type == "image/webp" else MAX_WHOLE


@cache
def _has_heif() -> bool:
    """Whether HEIF pictures can be opened. The decoder is only installed where jobs run; it uses one thread."""
    with contextlib.suppress(ImportError):
        from pillow_heif import register_heif_opener

        register_heif_opener(depth_images=False, decode_threads=1)
        return True
    return False
