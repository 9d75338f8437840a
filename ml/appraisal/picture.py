"""Original | heatmap | fused of a case's sequences on one slice, as the viewer shows them, in one PNG. Needs Pillow.

Radiological orientation: the patient's right on the left, the nose up. Colours, scale, opacity and threshold are those of
`ml.heatmap_look`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import map_coordinates

from ml.heatmap import Heatmap
from ml.heatmap_look import colours, opacity
from ml.volume import Volume

SIDE = 176
"""Pixels along a tile."""
PIXEL = 0.9
"""mm."""
GAP, HEAD, FOOT = 3, 40, 26
OUTLINE = (90, 220, 255)
WORDS, FAINT = (235, 235, 235), (165, 165, 165)
GREYS = 40
"""Levels of grey kept: a smaller file, nothing the eye would miss."""
WHITE_AT = 99.8
"""Percentile of a series that is shown as white."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Row:
    """One sequence on one slice (from 0): its heatmap, an outline (mask like the volume), and what stands in its corner."""

    volume: Volume
    heatmap: Heatmap
    slice: int
    outline: NDArray[np.bool_] | None
    words: str
    dashed: bool = False
    """An imitator's outline is dashed, a lesion's is not."""


def draw(rows: Sequence[Row], title: str, subtitle: str) -> Image.Image:
    """The picture: a line of three tiles for each row, title above, scales below; "synthetic" in every tile."""
    width = 3 * SIDE + 2 * GAP
    image = Image.new("RGB", (width, HEAD + len(rows) * (SIDE + GAP) + FOOT))
    pen = ImageDraw.Draw(image)
    pen.text((4, 3), title, WORDS, ImageFont.load_default(15))
    pen.text((4, 23), subtitle, FAINT, ImageFont.load_default(11))
    centre = _centre(rows[0].heatmap)
    for number, row in enumerate(rows):
        top = HEAD + number * (SIDE + GAP)
        tiles = _tiles(row, centre)
        names = (row.words, "heatmap", "fused")
        for column, (tile, name) in enumerate(zip(tiles, names, strict=True)):
            left = column * (SIDE + GAP)
            image.paste(Image.fromarray(tile), (left, top))
            _letter(pen, (left, top), name, f"{row.slice + 1}/{row.volume.shape[0]}" if column == 0 else "")
    _scales(pen, width, image.height - FOOT)
    return _fewer_colours(image)


def _fewer_colours(image: Image.Image) -> Image.Image:
    """A third of the file: all greys, an even scale of the heatmap's colours, and the most frequent blends of the two."""
    fixed = [(level, level, level) for level in _greys(np.linspace(0, 1, GREYS)).astype(int).tolist()]
    fixed += [tuple(colour) for colour in colours(np.linspace(0, 1, 110)).tolist()] + [OUTLINE, WORDS, FAINT]
    blends = 256 - len(fixed)
    fused = image.crop((2 * (SIDE + GAP), HEAD, image.width, image.height - FOOT)).quantize(blends)
    palette = [part for colour in fixed for part in colour] + (fused.getpalette() or [])[: 3 * blends]
    chosen = Image.new("P", (1, 1))
    chosen.putpalette(palette)
    return image.quantize(palette=chosen, dither=Image.Dither.NONE)


def _greys(shares: NDArray[np.floating]) -> NDArray[np.floating]:
    """Shares of white from 0 to 1 as the nearest of the grey levels kept, 0 to 255."""
    return np.rint(np.rint(shares * (GREYS - 1)) * (255 / (GREYS - 1)))


def _centre(heatmap: Heatmap) -> NDArray[np.float64]:
    """The middle of what the network read, LPS mm."""
    middle = (np.array(heatmap.values.shape) - 1) / 2
    return np.asarray(heatmap.affine[:3, :3] @ middle + heatmap.affine[:3, 3])


def _tiles(row: Row, centre: NDArray[np.float64]) -> tuple[Pixels, Pixels, Pixels]:
    volume = row.volume
    places = _places(volume, centre)
    white = max(float(np.percentile(volume.voxels, WHITE_AT)), 1e-6)
    grey = np.clip(map_coordinates(volume.voxels[row.slice], places, order=1, cval=0.0) / white, 0, 1)
    original = np.repeat(_greys(grey)[..., None], 3, axis=-1)
    values = map_coordinates(row.heatmap.on_grid(volume)[row.slice], places, order=1, cval=0.0)
    heat = colours(values)
    share = opacity(values)[..., None]
    fused = np.rint(original * (1 - share) + heat * share).astype(np.uint8)
    tiles = original.astype(np.uint8), heat, fused
    if row.outline is not None:
        edge = _edge(map_coordinates(row.outline[row.slice].astype(np.float32), places, order=1, cval=0.0) > 0.5, row.dashed)
        # The original stays as it is read; the outline is on the two others.
        tiles[1][edge] = OUTLINE
        tiles[2][edge] = OUTLINE
    return tiles


def _places(volume: Volume, centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row and column (2, SIDE, SIDE) in a slice of each pixel of a tile, the patient's right and front first."""
    _, middle_row, middle_column = volume.to_indices(centre)
    rows, columns = volume.affine[:3, 1], volume.affine[:3, 2]
    steps = (np.arange(SIDE) - (SIDE - 1) / 2) * PIXEL
    down = middle_row + steps / np.linalg.norm(rows) * (1 if rows[1] >= 0 else -1)
    right = middle_column + steps / np.linalg.norm(columns) * (1 if columns[0] >= 0 else -1)
    return np.stack(np.meshgrid(down, right, indexing="ij"))


def _edge(mask: NDArray[np.bool_], dashed: bool) -> NDArray[np.bool_]:
    inner = mask.copy()
    for axis in (0, 1):
        for step in (1, -1):
            inner &= np.roll(mask, step, axis)
    edge = mask & ~inner
    if dashed:
        down, right = np.indices(mask.shape)
        edge &= (down + right) // 3 % 2 == 0
    return np.asarray(edge)


def _letter(pen: ImageDraw.ImageDraw, corner: tuple[int, int], name: str, place: str) -> None:
    left, top = corner
    small = ImageFont.load_default(11)
    for at, words, anchor in (
        ((left + 4, top + 3), name, "la"),
        ((left + 4, top + SIDE // 2), "R", "lm"),
        ((left + SIDE - 4, top + SIDE // 2), "L", "rm"),
        ((left + 4, top + SIDE - 4), place, "ls"),
        ((left + SIDE - 4, top + SIDE - 4), "SYNTHETIC", "rs"),
    ):
        if words:
            low = pen.textbbox(at, words, small, anchor)
            pen.rectangle((low[0] - 2, low[1] - 1, low[2] + 1, low[3] + 1), (0, 0, 0))
            pen.text(at, words, WORDS, small, anchor)


def _scales(pen: ImageDraw.ImageDraw, width: int, top: int) -> None:
    """5 cm, and the heatmap's colours from 0 to 1."""
    small = ImageFont.load_default(11)
    length = round(50 / PIXEL)
    pen.line((6, top + 13, 6 + length, top + 13), WORDS, 2)
    pen.text((14 + length, top + 13), "5 cm", WORDS, small, anchor="lm")
    bar = 120
    for number, colour in enumerate(colours(np.linspace(0, 1, bar))):
        left = width - bar - 20 + number
        pen.line((left, top + 8, left, top + 18), tuple(int(part) for part in colour))
    pen.text((width - bar - 26, top + 13), "heatmap, one scale for all: 0", WORDS, small, anchor="rm")
    pen.text((width - 14, top + 13), "1", WORDS, small, anchor="lm")
