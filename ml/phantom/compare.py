"""The phantom beside real slices: a table of figures and a montage, as docs/cohort.md shows them.

    python -m ml.phantom.compare --real DIR [--cases 30] [--seed 8001] [--table FILE] [--montage FILE] [--kinds FILE]

`DIR` holds `images/NNN.jpg` and `masks/NNN.jpg`: axial T2 slices and lesion masks (Li et al. 2024, CC BY 4.0).
Needs Pillow (requirements-dev.txt).
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.phantom.canvas import Field
from ml.phantom.case import COHORTS, Case, generate_case
from ml.phantom.disease import Kind
from ml.phantom.statistics import SliceFigures, figures_of, head_of_slice, lesion_diameter, lesion_intensity
from ml.series.role import Role

TILE = 180
"""Pixels along a side of a tile."""
BAND = 4
MONTAGE = (4, 3)
"""Rows, and columns on each side."""


@dataclass(frozen=True, eq=False)
class Slice:
    """One axial T2 slice (rows, columns) and its lesion, if any; `top` is the value shown as white."""

    image: Field
    mask: NDArray[np.bool_]
    top: float


def real_slices(folder: Path) -> list[Slice]:
    """The slices of the folder in the order of their names. ValueError where there are none."""
    found = []
    for path in sorted((folder / "images").glob("*.jpg")):
        image = np.asarray(Image.open(path).convert("L"), np.float32)
        mask = np.zeros(image.shape, bool)
        if (folder / "masks" / path.name).exists():
            mask = np.asarray(Image.open(folder / "masks" / path.name).convert("L")) > 127
        found.append(Slice(image, mask, float(np.percentile(image[image > 8], 99.7))))
    if not found:
        raise ValueError(f"{folder} holds no images/*.jpg; expected images/NNN.jpg and masks/NNN.jpg.")
    return found


def phantom_slices(cases: int, seed: int) -> Iterator[Slice]:
    """For each recurrence of the internal cohort the T2 slice through its largest section."""
    for number in range(cases):
        case = generate_case(seed * 10_000 + number, label=1, roles=[Role.T2WI])
        yield case_slice(case, Role.T2WI)


def case_slice(case: Case, role: Role) -> Slice:
    """A series' slice through the lesion's largest section, or through the nasopharynx where there is none."""
    volume = case.volumes[role]
    if case.lesion is not None and case.lesion.voxels.any():
        k = int(np.argmax(case.lesion.voxels.sum(axis=(1, 2))))
        mask = case.lesion.voxels[k] > 0.5
    else:
        k = int(np.clip(round(float(volume.to_indices(np.array(case.examination.isocentre))[0])), 0, volume.shape[0] - 1))
        mask = np.zeros(volume.shape[1:], bool)
    return Slice(volume.voxels[k], mask, float(np.percentile(volume.voxels, 99.6)))


def table(real: Sequence[Slice], made: Sequence[Slice]) -> str:
    """Markdown: each figure's median and range in the real and the synthetic slices."""
    words = {field.name: str(field.metadata["words"]) for field in fields(SliceFigures)}
    rows = [f"| figure | real ({len(real)} slices) | phantom ({len(made)} slices) |", "|---|---|---|"]
    columns = [np.array([astuple(figures_of(s.image)) for s in group]) for group in (real, made)]
    for index, name in enumerate(words.values()):
        rows.append(f"| {name} | " + " | ".join(_summary(values[:, index], 3) for values in columns) + " |")
    lesions = [[s for s in group if s.mask.any()] for group in (real, made)]
    sizes = [np.array([lesion_diameter(s.mask, head_of_slice(s.image)) for s in group]) for group in lesions]
    rows.append("| lesion's longest side in the slice, mm at a head width of 150 mm | "
                + " | ".join(_summary(values, 0) for values in sizes) + " |")  # fmt: skip
    for index, name in enumerate(("lesion's mean / head's 95th percentile", "deviation within the lesion / its mean")):
        values = [np.array([lesion_intensity(s.image, s.mask)[index] for s in group]) for group in lesions]
        rows.append(f"| {name} | " + " | ".join(_summary(v, 2) for v in values) + " |")
    return "\n".join(rows) + "\n"


def _summary(values: NDArray[np.floating], digits: int) -> str:
    low, middle, high = (float(v) for v in np.percentile(values, (0, 50, 100)))
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def tile(image: Field, top: float, mask: NDArray[np.bool_] | None = None) -> NDArray[np.uint8]:
    """A slice (rows, columns) as a tile of `TILE` pixels about its head; a mask's outline in white."""
    head = head_of_slice(image)
    rows, columns = np.nonzero(head.any(axis=1))[0], np.nonzero(head.any(axis=0))[0]
    side = int(max(np.ptp(rows), np.ptp(columns)) * 1.06) + 1
    first = [int((n[0] + n[-1] - side) / 2) for n in (rows, columns)]
    canvas = np.zeros((side, side), np.float32)
    low = [max(f, 0) for f in first]
    high = [min(f + side, n) for f, n in zip(first, image.shape, strict=True)]
    target = tuple(slice(a - f, b - f) for a, b, f in zip(low, high, first, strict=True))
    canvas[target] = image[low[0] : high[0], low[1] : high[1]]
    # 64 grey levels: half the file, nothing the eye would miss.
    grey = ((np.clip(canvas / max(top, 1e-6), 0, 1) * 63).astype(np.uint8)) * np.uint8(4)
    out = np.asarray(Image.fromarray(grey).resize((TILE, TILE), Image.Resampling.BICUBIC)) & np.uint8(0xFC)
    if mask is not None and mask.any():
        shown = np.zeros((side, side), np.uint8)
        shown[target] = mask[low[0] : high[0], low[1] : high[1]] * np.uint8(255)
        big = np.asarray(Image.fromarray(shown).resize((TILE, TILE), Image.Resampling.BILINEAR)) > 127
        inner = big.copy()
        inner[1:] &= big[:-1]
        inner[:-1] &= big[1:]
        inner[:, 1:] &= big[:, :-1]
        inner[:, :-1] &= big[:, 1:]
        out[big & ~inner] = 255
    return out


def montage(real: Sequence[Slice], made: Sequence[Slice]) -> NDArray[np.uint8]:
    """Real slices on the left, synthetic ones on the right of a white band, (rows, columns)."""
    rows, columns = MONTAGE
    sides = []
    for group in (real, made):
        chosen = [group[int(i)] for i in np.linspace(0, len(group) - 1, rows * columns).round()]
        tiles = [tile(s.image, s.top) for s in chosen]
        sides.append(np.vstack([np.hstack(tiles[r * columns : (r + 1) * columns]) for r in range(rows)]))
    band = np.full((rows * TILE, BAND), 255, np.uint8)
    return np.hstack([sides[0], band, sides[1]])


KINDS_SHOWN = (Kind.ADVANCED, Kind.NECROTIC, Kind.SKULL_BASE, Kind.CAVERNOUS, Kind.SUBMUCOSAL, Kind.FOCAL, Kind.ATYPICAL)


def kinds_montage(seed: int) -> NDArray[np.uint8]:
    """A row for each kind of recurrence and one negative case.

    Internal T1WI, T2WI, T1WIC and the T2WI with the lesion's outline, then external T1WI, T2WI, T1WIC.
    """
    rows = []
    for number, kind in enumerate((*KINDS_SHOWN, Kind.NONE)):
        parts = []
        for cohort in COHORTS:
            case = generate_case(seed * 10_000 + number, cohort, kind=kind)
            slices = {role: case_slice(case, role) for role in case.volumes}
            parts += [tile(s.image, s.top) for s in slices.values()]
            if cohort == "internal":
                outlined = slices[Role.T2WI]
                parts.append(tile(outlined.image, outlined.top, outlined.mask))
        rows.append(np.hstack(parts))
    return np.vstack(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print or write the table, and write the montages asked for."""
    parser = argparse.ArgumentParser(prog="python -m ml.phantom.compare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--real", type=Path, required=True, help="folder with images/ and masks/")
    parser.add_argument("--cases", type=int, default=30, help="synthetic recurrences to compare (default 30)")
    parser.add_argument("--seed", type=int, default=8001, help="their seed (default 8001)")
    parser.add_argument("--table", type=Path, help="write the table there instead of printing it")
    parser.add_argument("--montage", type=Path, help="write real beside synthetic slices there (PNG)")
    parser.add_argument("--kinds", type=Path, help="write one case of each kind there (PNG)")
    chosen = parser.parse_args(arguments)
    try:
        real = real_slices(chosen.real)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    made = list(phantom_slices(chosen.cases, chosen.seed))
    text = table(real, made)
    if chosen.table:
        chosen.table.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    if chosen.montage:
        Image.fromarray(montage(real, made)).save(chosen.montage, optimize=True)
    if chosen.kinds:
        Image.fromarray(kinds_montage(chosen.seed)).save(chosen.kinds, optimize=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
