"""Pictures cut out, scaled and written as JPEG, PNG or GIF (PS3.18 table 8.7.4-1)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pydicom
from PIL import Image

from radapp.dicomweb.presentation import Picture

JPEG, PNG, GIF = "image/jpeg", "image/png", "image/gif"
MEDIA_TYPES = (JPEG, PNG, GIF)
QUALITY = 90


@dataclass(frozen=True)
class Region:
    """A rectangle of the source image in pixels, from its upper left corner; flipped where it was asked for so."""

    x: float
    y: float
    width: float
    height: float
    flip_x: bool = False
    flip_y: bool = False


@dataclass(frozen=True)
class Box:
    """The most columns and rows that the picture may have; None leaves that side to the other."""

    columns: int | None
    rows: int | None


def encode(
    picture: Picture, media_type: str, *, quality: int = QUALITY, region: Region | None = None, box: Box | None = None,
    aspect: float = 1.0,
) -> bytes:  # fmt: skip
    """One picture as a file. `aspect`: height of a pixel over its width, heeded where the picture is scaled."""
    image = Image.fromarray(picture)
    if region is not None:
        image = _cut(image, region)
    if box is not None:
        size = _fitted(image.size, box, aspect)
        shrinks = size[0] < image.size[0] or size[1] < image.size[1]
        image = image.resize(size, Image.Resampling.LANCZOS if shrinks else Image.Resampling.BICUBIC)
    out = io.BytesIO()
    if media_type == JPEG:
        image.save(out, "JPEG", quality=quality)
    elif media_type == GIF:
        image.save(out, "GIF")
    else:
        image.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _cut(image: Image.Image, region: Region) -> Image.Image:
    """The region's pixels; one that begins or ends within a pixel has the whole of it."""
    left, top = int(region.x), int(region.y)
    right, bottom = -int(-(region.x + region.width) // 1), -int(-(region.y + region.height) // 1)
    image = image.crop((left, top, min(max(right, left + 1), image.width), min(max(bottom, top + 1), image.height)))
    if region.flip_x:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if region.flip_y else image


def _fitted(size: Sequence[int], box: Box, aspect: float) -> tuple[int, int]:
    """The largest (columns, rows) within the box that keep the shape."""
    width, height = float(size[0]), size[1] * aspect
    scales = [limit / side for limit, side in ((box.columns, width), (box.rows, height)) if limit is not None]
    scale = min(scales)
    fits = (max(1, round(side * scale)) for side in (width, height))
    columns, rows = fits
    return min(columns, box.columns or columns), min(rows, box.rows or rows)


def aspect_of(header: pydicom.Dataset) -> float:
    """Height of a pixel over its width: PixelAspectRatio, or a spacing; 1 where none is told."""
    shared: Any = (header.get("SharedFunctionalGroupsSequence") or [pydicom.Dataset()])[0]
    measures = (shared.get("PixelMeasuresSequence") or [pydicom.Dataset()])[0]
    for group, name in (
        (header, "PixelAspectRatio"),
        (header, "PixelSpacing"),
        (measures, "PixelSpacing"),
        (header, "ImagerPixelSpacing"),
    ):
        value = group.get(name)
        try:
            height, width = (float(one) for one in value)
        except (TypeError, ValueError):
            continue
        if width > 0 and 0.02 < height / width < 50:
            return height / width
    return 1.0
