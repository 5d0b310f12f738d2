"""Pictures of activities: kept as they came, with a small one for the page. The only importer of PIL."""

import io

from milevault_core.formats import BadFile
from milevault_core.store import items, pictures

EDGE = 480  # of a small picture, in pixels
MAX_PIXELS = 120_000_000
_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "HEIF": "image/heic",
          "MPO": "image/jpeg"}  # fmt: skip
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypmsf1")


def keep(session, item: items.Item, original) -> items.Result:
    """Keep a picture with the activity whose item it names. Raises BadFile when it is none."""
    owner = item.about.get("photo_of")
    media_type, small, width, height = thumbnail(original.data)
    if owner is None or not pictures.add(
        session, item.user_id, item.import_id, owner, original.id, media_type, width, height, small
    ):
        return items.Result("not_activity", reason="A picture of an activity that is not here.")
    reason = "" if small else "This server cannot show HEIC pictures; it can be downloaded."
    return items.Result("photo", reason=reason)


def thumbnail(data: bytes) -> tuple[str, bytes | None, int | None, int | None]:
    """(media type, small JPEG, width, height of the whole picture). Small and sizes are None for a HEIC picture where
    nothing here can open it. Raises BadFile for what is no picture."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadFile("This picture is larger than any camera's.")
            media_type = _MEDIA.get(picture.format or "", "application/octet-stream")
            turned = ImageOps.exif_transpose(picture)
            width, height = turned.size
            turned.thumbnail((EDGE, EDGE))
            out = io.BytesIO()
            turned.convert("RGB").save(out, "JPEG", quality=82)
            return media_type, out.getvalue(), min(width, 32_767), min(height, 32_767)
    except BadFile:
        raise
    except UnidentifiedImageError as error:
        if data[4:12] in _HEIC:
            return "image/heic", None, None, None
        raise BadFile("This is not a picture, or it is damaged.") from error
    except Exception as error:  # Pillow raises whatever its decoders meet
        raise BadFile("This picture is damaged.") from error
