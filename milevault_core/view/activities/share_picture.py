"""A picture of an activity to share: its name, its route, its profile and its figures, as PNG. It has no map tiles, so
no server is contacted and the place is not revealed. This is the only module that draws with Pillow."""

import io
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from milevault_core import config
from milevault_core.geo.simplify import simplify, unwrap

WIDTH, HEIGHT = 1200, 1200
_GROUND, _INK, _SOFT, _LINE = (251, 249, 246), (28, 30, 34), (104, 108, 116), (194, 65, 12)
_SCALE = 2  # drawn larger, then scaled down for smooth edges
_FONT = config.ROOT / "pages" / "static" / "fonts" / "Inter-Regular.woff2"  # the interface's own


def picture(
    name: str,
    under: str,
    figures: Sequence[tuple[str, str]],
    lat: np.ndarray,
    lon: np.ndarray,
    altitude: np.ndarray,
    cut: np.ndarray | None = None,
) -> bytes:
    """PNG of 1200 by 1200. figures: (label, value), at most six are shown. lat, lon, altitude: of the track, NaN where
    unknown; without positions the picture shows only the figures and the profile. cut: mask of points that are not
    joined to the one before."""
    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), _GROUND)
    draw = ImageDraw.Draw(image)
    margin = 80 * _SCALE
    _text(draw, (margin, 64 * _SCALE), _fitting(draw, name, 64, WIDTH * _SCALE - 2 * margin), 64, _INK)
    _text(draw, (margin, 150 * _SCALE), _fitting(draw, under, 30, WIDTH * _SCALE - 2 * margin), 30, _SOFT)
    has_way = _way(draw, lat, lon, cut, (margin, 230 * _SCALE, WIDTH * _SCALE - margin, 790 * _SCALE))
    _profile(draw, altitude, (margin, 810 * _SCALE, WIDTH * _SCALE - margin, 900 * _SCALE))
    top = 940 if has_way else 420
    for i, (label, value) in enumerate(figures[:6]):
        x, y = margin + (i % 3) * 350 * _SCALE, (top + (i // 3) * 115) * _SCALE
        _text(draw, (x, y), label, 26, _SOFT)
        _text(draw, (x, y + 32 * _SCALE), value, 46, _INK)
    _text(draw, (WIDTH * _SCALE - margin - 140 * _SCALE, 1158 * _SCALE), "MileVault", 24, _SOFT)
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _way(
    draw: ImageDraw.ImageDraw,
    lat: np.ndarray,
    lon: np.ndarray,
    cut: np.ndarray | None,
    box: tuple[int, int, int, int],
) -> bool:
    known = np.isfinite(lat) & np.isfinite(lon)
    if known.sum() < 2:
        return False
    y, x = lat[known], unwrap(lon[known])
    cut = np.zeros(len(x), dtype=bool) if cut is None else cut[known]
    kept = simplify(y, x, cut, 1500)
    y, x = -y[kept], x[kept] * np.cos(np.radians(float(np.mean(y))))
    wide, high = max(float(np.ptp(x)), 1e-9), max(float(np.ptp(y)), 1e-9)
    scale = min((box[2] - box[0]) / wide, (box[3] - box[1]) / high)
    left = (box[0] + box[2] - scale * wide) / 2
    top = (box[1] + box[3] - scale * high) / 2
    points = list(
        zip((left + (x - x.min()) * scale).tolist(), (top + (y - y.min()) * scale).tolist(), strict=True)
    )
    piece = np.cumsum(cut)[kept]
    for number in np.unique(piece).tolist():
        first, last = np.searchsorted(piece, [number, number + 1]).tolist()
        draw.line(points[first:last], fill=_LINE, width=7 * _SCALE, joint="curve")
    for place, colour in ((points[-1], (214, 48, 49)), (points[0], (18, 165, 98))):
        r = 11 * _SCALE
        draw.ellipse((place[0] - r, place[1] - r, place[0] + r, place[1] + r), fill=colour, outline="white",
                     width=3 * _SCALE)  # fmt: skip
    return True


def _profile(draw: ImageDraw.ImageDraw, altitude: np.ndarray, box: tuple[int, int, int, int]) -> None:
    held = altitude[np.isfinite(altitude)]
    if len(held) < 20 or np.ptp(held) < 5:
        return
    values = np.interp(np.linspace(0, len(held) - 1, 400), np.arange(len(held)), held)
    low, span = float(values.min()), max(float(np.ptp(values)), 30.0)
    xs = np.linspace(box[0], box[2], len(values))
    ys = box[3] - (values - low) / span * (box[3] - box[1])
    top = list(zip(xs.tolist(), ys.tolist(), strict=True))
    draw.polygon([(box[0], box[3]), *top, (box[2], box[3])], fill=(231, 224, 214))
    draw.line(top, fill=(160, 150, 136), width=2 * _SCALE)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size * _SCALE)


@lru_cache(maxsize=2048)
def _has(letter: str) -> bool:
    """Whether the font has this character: all missing characters look the same."""
    return letter == " " or _drawn(letter) != _drawn("\U0010ffff")


def _drawn(letter: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(30).getmask(letter)
    return mask.size, bytes(mask)


def _line_of(text: str) -> str:
    """The text in one line, without the characters that the font lacks."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return " ".join("".join(c for c in spaced if c.isprintable() and _has(c)).split())


def _text(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: tuple[int, int, int]
) -> None:
    draw.text(at, _line_of(text), font=_font(size), fill=colour)


def _fitting(draw: ImageDraw.ImageDraw, text: str, size: int, width: int) -> str:
    """The text in one line, shortened with an ellipsis if it is too long; characters the font lacks are left out."""
    text = _line_of(text)[:200]
    if draw.textlength(text, font=_font(size)) <= width:
        return text
    while text and draw.textlength(text + "…", font=_font(size)) > width:
        text = text[:-1]
    return text.rstrip() + "…"
