"""Pictures of activities: kept as they came, with a small one for the page. The only importer of PIL and its HEIF
plugin.

Decoders are fed by strangers: what a picture says of its size is looked at before a pixel is unpacked, and whatever a
decoder raises ends that one file.
"""

import contextlib
import io
from functools import cache

from milevault_core.formats import BadFile
from milevault_core.store import items, pictures

EDGE = 480  # of a small picture, in pixels
MAX_PIXELS = 120_000_000
# Only a JPEG can be unpacked at a part of its size; others take up to 8 bytes a pixel, 400 MB for these. A phone's
# largest HEIC has 48 million pixels.
MAX_WHOLE = 50_000_000
_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "HEIF": "image/heic",
          "MPO": "image/jpeg"}  # fmt: skip
_HEIC = (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftypmif1", b"ftyphevc", b"ftypmsf1")
NOT_SHOWN = "This picture cannot be shown here; it can be downloaded."


def keep(session, item: items.Item, original) -> items.Result:
    """Keep a picture with the activity whose item it names. Raises BadFile when it is none."""
    owner = item.about.get("photo_of")
    media_type, small, width, height = thumbnail(original.data)
    if owner is None or not pictures.add(
        session, item.user_id, item.import_id, owner, original.id, media_type, width, height, small
    ):
        return items.Result("not_activity", reason="A picture of an activity that is not here.")
    return items.Result("photo", reason="" if small else NOT_SHOWN)


def thumbnail(data: bytes) -> tuple[str, bytes | None, int | None, int | None]:
    """(media type, small JPEG, width, height of the whole picture). Small and sizes are None for a picture that
    nothing here can open, or that would take too much memory. Raises BadFile for what is no picture."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    is_heif = data[4:12] in _HEIC
    if is_heif and not _has_heif():
        return "image/heic", None, None, None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            pixels = picture.width * picture.height
            if pixels > MAX_PIXELS:
                raise BadFile("This picture is larger than any camera's.")
            media_type = _MEDIA.get(picture.format or "", "application/octet-stream")
            if pixels > MAX_WHOLE and media_type != "image/jpeg":
                return media_type, None, None, None
            width, height = picture.size
            picture.thumbnail((EDGE, EDGE))  # a JPEG is not even unpacked any larger than needed
            small = ImageOps.exif_transpose(picture)
            if (small.width > small.height) != (picture.width > picture.height):
                width, height = height, width
            out = io.BytesIO()
            small.convert("RGB").save(out, "JPEG", quality=82)
            return media_type, out.getvalue(), min(width, 32_767), min(height, 32_767)
    except BadFile:
        raise
    except UnidentifiedImageError as error:
        raise BadFile("This is not a picture, or it is damaged.") from error
    except Exception as error:  # Pillow raises whatever its decoders meet
        raise BadFile("This picture is damaged.") from error


@cache
def _has_heif() -> bool:
    """Whether HEIF pictures can be opened: the decoder is there where jobs run, and takes one thread."""
    with contextlib.suppress(ImportError):
        from pillow_heif import register_heif_opener

        register_heif_opener(depth_images=False, decode_threads=1)
        return True
    return False
