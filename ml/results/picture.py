"""The key image as pixels: the telling slice, the same with its heatmap, and the advice in words. Needs Pillow.

The slice stands as it was received, with letters for the patient's directions; colours, scale, threshold are the viewer's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ml.heatmap_look import THRESHOLD, colours, opacity
from ml.results.equipment import DEMONSTRATION, NOT_CLINICAL
from ml.results.statement import RESEARCH, Statement
from ml.results.telling import TellingSlice
from ml.volume import Volume

WIDTH, MARGIN, PANEL, BAR = 1280, 20, 580, 60
HEAD = 44
GROUND, WORDS, FAINT, LABEL = (12, 14, 18), (240, 240, 240), (185, 190, 198), (242, 169, 59)
TIER_COLOURS = {"positive": (242, 169, 59), "suspicious": (181, 140, 255), "negative": (143, 166, 191)}
"""Amber, violet, blue-grey; no green (DOMAIN)."""
DARKEST, BRIGHTEST = 1.0, 99.5
"""Percentiles of the series' voxels that are shown as black and as white."""
BIG, MIDDLE, SMALL = 32, 23, 20
LEADING = 1.3
BOLD = 1

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Line:
    """One line of text as it will be drawn."""

    text: str
    size: int
    colour: Colour = WORDS
    indent: int = 0
    bold: bool = False


def draw(said: Statement, telling: TellingSlice | None) -> NDArray[np.uint8]:
    """The picture, (rows, columns, 3); without a telling slice the words alone."""
    lines = list(_lines(said, telling))
    top = HEAD + (PANEL + MARGIN if telling else 0)
    height = top + MARGIN + sum(round(line.size * LEADING) for line in lines) + MARGIN
    image = Image.new("RGB", (WIDTH, height + height % 2), GROUND)
    pen = ImageDraw.Draw(image)
    _draw_head(pen, said, telling)
    if telling is not None:
        _draw_panels(image, pen, telling)
    at = top + MARGIN
    _draw_mark(pen, said, (MARGIN + 24, at + 20))
    for line in lines:
        weight = BOLD if line.bold else 0
        pen.text((MARGIN + line.indent, at), line.text, line.colour, _font(line.size), stroke_width=weight)
        at += round(line.size * LEADING)
    return np.asarray(image, np.uint8)


def plain(text: str) -> str:
    """As the font can write it: typographic signs by their plain ones, other scripts by question marks."""
    for sign, instead in (
        ("–", "-"),
        ("×", "x"),
        ("≥", ">="),
        ("≤", "<="),
        ("…", "..."),
        ("²", "2"),
        ("³", "3"),
        ("’", "'"),
    ):
        text = text.replace(sign, instead)
    return text.encode("ascii", "replace").decode()


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return font


# ---------------------------------------------------------------------------------------------------------------- words


def _lines(said: Statement, telling: TellingSlice | None) -> Iterator[Line]:
    advised = TIER_COLOURS.get(said.tier, WORDS) if said.given else WORDS
    yield from _wrapped(said.advice, BIG, advised, indent=60, bold=True)
    if said.reason:
        yield from _wrapped(said.reason, MIDDLE, WORDS, indent=60)
    yield from _wrapped(said.tier_words, MIDDLE, WORDS, indent=60)
    yield Line("", SMALL // 2)
    for score in said.scores:
        yield from _wrapped(score.words, SMALL, WORDS)
    yield from _wrapped(said.neighbours, SMALL, FAINT)
    if telling is not None:
        yield from _wrapped(_about_heatmap(telling), SMALL, FAINT)
    yield Line("", SMALL // 2)
    for words in said.limits:
        yield from _wrapped(words, SMALL, FAINT)
    ending = [words for words in (said.replaces_words, f"Protocol {said.protocol}." if said.protocol else "") if words]
    yield from _wrapped(" ".join([f"Report no. {said.number}.", *ending]), SMALL, FAINT)


def _about_heatmap(telling: TellingSlice) -> str:
    slices, rows, columns = telling.mapped.cell_size
    cells = f"its cells measure {slices:.0f} x {rows:.0f} x {columns:.0f} mm: a pointer, no contour"
    if telling.strength <= 0:
        return f"The heatmaps mark nothing, which does not exclude recurrence; {cells}."
    seen = "" if telling.size else f", below the threshold {THRESHOLD:g} and not drawn"
    return f"The {telling.mapped.sequence} heatmap reaches {telling.strength:.2f} on this slice{seen}; {cells}."


def _wrapped(text: str, size: int, colour: Colour, indent: int = 0, bold: bool = False) -> Iterator[Line]:
    """The text in lines that fit the picture's width; a word longer than a line is broken."""
    room, font = WIDTH - 2 * MARGIN - indent, _font(size)
    line = ""
    for word in _breakable(plain(text).split(), font, room):
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > room:
            yield Line(line, size, colour, indent, bold)
            line = word
        else:
            line = longer
    if line:
        yield Line(line, size, colour, indent, bold)


def _breakable(words: Sequence[str], font: ImageFont.FreeTypeFont, room: int) -> Iterator[str]:
    for word in words:
        while font.getlength(word) > room:
            fits = next(n for n in range(len(word), 0, -1) if font.getlength(word[:n]) <= room)
            yield word[:fits]
            word = word[fits:]
        yield word


# -------------------------------------------------------------------------------------------------------------- drawing


def _draw_head(pen: ImageDraw.ImageDraw, said: Statement, telling: TellingSlice | None) -> None:
    font = _font(SMALL)
    pen.text((MARGIN, HEAD // 2), f"DARNDEST  {RESEARCH}", FAINT, font, anchor="lm")
    label = f"{DEMONSTRATION}. {NOT_CLINICAL}".upper() if said.synthetic else ""
    if label:
        box = pen.textbbox((WIDTH - MARGIN - 8, HEAD // 2), label, font, anchor="rm")
        pen.rectangle((box[0] - 8, box[1] - 6, box[2] + 8, box[3] + 6), LABEL)
        pen.text((WIDTH - MARGIN - 8, HEAD // 2), label, GROUND, font, anchor="rm", stroke_width=BOLD)


def _draw_mark(pen: ImageDraw.ImageDraw, said: Statement, centre: tuple[int, int]) -> None:
    """The tier's shape beside the advice: never colour alone. Striped where no advice is given."""
    x, y = centre
    colour = TIER_COLOURS.get(said.tier, WORDS)
    if not said.given:
        pen.rectangle((x - 20, y - 20, x + 20, y + 20), WORDS)
        for step in range(-40, 41, 10):
            for row in range(-20, 21):
                left = max(x - 20, x + step + row)
                right = min(x + 20, x + step + row + 4)
                if left <= right:
                    pen.line((left, y + row, right, y + row), (110, 110, 110))
    elif said.tier == "positive":
        pen.polygon([(x, y - 20), (x + 22, y + 18), (x - 22, y + 18)], colour)
    elif said.tier == "suspicious":
        pen.polygon([(x, y - 22), (x + 22, y), (x, y + 22), (x - 22, y)], colour)
    else:
        pen.ellipse((x - 19, y - 19, x + 19, y + 19), outline=colour, width=6)


def _draw_panels(image: Image.Image, pen: ImageDraw.ImageDraw, telling: TellingSlice) -> None:
    volume = telling.mapped.source.volume
    original, fused = _panels(telling)
    for number, (panel, name) in enumerate(((original, telling.words), (fused, "with heatmap"))):
        left = MARGIN + number * (PANEL + MARGIN)
        shown = _fitted(panel, volume)
        corner = (left + (PANEL - shown.width) // 2, HEAD + (PANEL - shown.height) // 2)
        image.paste(shown, corner)
        _letter(pen, left, name, volume)
    _draw_scale(pen, MARGIN + 2 * PANEL + MARGIN + 12)


def _panels(telling: TellingSlice) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    volume = telling.mapped.source.volume
    low, high = (float(np.percentile(volume.voxels, share)) for share in (DARKEST, BRIGHTEST))
    grey = np.clip((volume.voxels[telling.slice] - low) / max(high - low, 1e-6), 0, 1)
    original = np.repeat(np.rint(255 * grey)[..., None], 3, axis=-1)
    values = telling.mapped.values[telling.slice]
    share = opacity(values)[..., None]
    fused = np.rint(original * (1 - share) + colours(values) * share)
    return original.astype(np.uint8), fused.astype(np.uint8)


def _fitted(panel: NDArray[np.uint8], volume: Volume) -> Image.Image:
    """Square pixels, as large as the panel allows."""
    _, rows, columns = volume.spacing
    height, width = panel.shape[0] * rows, panel.shape[1] * columns
    scale = PANEL / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return Image.fromarray(panel).resize(size, Image.Resampling.BICUBIC)


def _letter(pen: ImageDraw.ImageDraw, left: int, name: str, volume: Volume) -> None:
    """The panel's name, and the patient's directions at its edges."""
    middle, right, low = left + PANEL // 2, left + PANEL - 6, HEAD + PANEL - 6
    across, down = direction_letters(volume)
    places = (
        ((left + 6, HEAD + 6), name, "la"),
        ((right, HEAD + PANEL // 2), across, "rm"),
        ((left + 6, HEAD + PANEL // 2), opposite(across), "lm"),
        ((middle, low), down, "ms"),
        ((middle, HEAD + 6), opposite(down), "ma"),
    )
    for at, words, anchor in places:
        font = _font(SMALL)
        box = pen.textbbox(at, plain(words), font, anchor)
        pen.rectangle((box[0] - 3, box[1] - 2, box[2] + 2, box[3] + 2), (0, 0, 0))
        pen.text(at, plain(words), WORDS, font, anchor)


def direction_letters(volume: Volume) -> tuple[str, str]:
    """Towards which side of the patient columns (to the picture's right) and rows (downwards) run: L, P, H or others."""
    return _side(volume.axes[:, 2]), _side(volume.axes[:, 1])


def opposite(letters: str) -> str:
    """The letters of the other end."""
    return letters.translate(str.maketrans("LRAPHF", "RLPAFH"))


def _side(direction: NDArray[np.float64]) -> str:
    """Largest component first; a second one from a third of the length on (20 degrees)."""
    names = ("LR", "PA", "HF")
    order = np.argsort(-np.abs(direction))
    told = [names[axis][0 if direction[axis] > 0 else 1] for axis in order if abs(direction[axis]) > 0.342]
    return "".join(told[:2])


def _draw_scale(pen: ImageDraw.ImageDraw, left: int) -> None:
    """The one scale of all heatmaps, 0 to 1; nothing is drawn below the threshold."""
    top, height, font = HEAD + 20, PANEL - 40, _font(16)
    for number, colour in enumerate(colours(np.linspace(1, 0, height))):
        value = 1 - number / (height - 1)
        shade = tuple(int(part) for part in colour) if value > THRESHOLD else GROUND
        pen.line((left, top + number, left + 14, top + number), shade)
    pen.rectangle((left - 1, top - 1, left + 15, top + height), outline=FAINT)
    for value in (0.0, THRESHOLD, 1.0):
        pen.text((left + 20, top + (1 - value) * (height - 1)), f"{value:g}", FAINT, font, anchor="lm")
