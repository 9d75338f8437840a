"""Figures of slices tell what they should, and the phantom's lie where those of real slices lie."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ml.phantom.case import generate_case
from ml.phantom.compare import case_slice, main, real_slices, table
from ml.phantom.statistics import WIDTH, figures_of, lesion_diameter
from ml.series import Role
from tests.shared import SHARED, not_here


def _disc(value: float = 100.0) -> np.ndarray:
    """An even head 100 pixels wide and 120 long."""
    y, x = np.mgrid[:200, :200]
    return np.where(((x - 100) / 50) ** 2 + ((y - 100) / 60) ** 2 < 1, value, 0).astype(np.float32)


def test_figures_of_an_even_disc() -> None:
    figures = figures_of(_disc())
    assert figures.length == pytest.approx(1.2, abs=0.03)
    assert figures.median == pytest.approx(1.0)
    assert figures.fine < 0.05


def test_texture_is_told_by_its_size() -> None:
    noise = np.random.default_rng(1).standard_normal((200, 200)).astype(np.float32)
    head = _disc()
    fine = figures_of(head + 20 * noise * (head > 0))
    smooth = ndimage.gaussian_filter(noise, 2.0)
    coarse = figures_of(head + 20 * smooth / smooth.std() * (head > 0))
    assert fine.fine > 4 * coarse.fine
    assert coarse.middle / coarse.fine > 4 * fine.middle / fine.fine


def test_a_lesion_is_measured_against_the_heads_width() -> None:
    head = _disc() > 0
    mask = np.zeros_like(head)
    mask[90:110, 80:120] = True
    assert lesion_diameter(mask, head) == pytest.approx(40 / 100 * WIDTH, rel=0.05)


def test_a_slice_without_a_head_and_a_folder_without_slices_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="No head"):
        figures_of(np.zeros((64, 64), np.float32))
    assert main(["--real", str(tmp_path)]) == 2
    assert "images/" in capsys.readouterr().err


def test_the_phantoms_figures_lie_within_those_of_real_slices(tmp_path: Path) -> None:
    """Medians of a few synthetic slices within the real slices' range, widened by a tenth; table and montage are made."""
    real_folder = SHARED / "data" / "npc-t2wi-slices" if SHARED else Path("/nonexistent")
    if not real_folder.is_dir():
        not_here("shared/data/npc-t2wi-slices is not beside this checkout")
    real = [figures_of(s.image) for s in real_slices(real_folder)]
    made = [figures_of(case_slice(generate_case(700 + n, label=1, roles=[Role.T2WI]), Role.T2WI).image) for n in range(3)]
    for name in ("median", "p75", "deviation", "dark", "edges", "fine", "middle", "length"):
        values = [getattr(figures, name) for figures in real]
        middle = float(np.median([getattr(figures, name) for figures in made]))
        assert 0.9 * min(values) < middle < 1.1 * max(values), name
    for kind in ("images", "masks"):
        (tmp_path / kind).mkdir()
        for path in sorted((real_folder / kind).iterdir())[:4]:
            (tmp_path / kind / path.name).symlink_to(path)
    asked = [
        "--real",
        str(tmp_path),
        "--cases",
        "1",
        "--table",
        str(tmp_path / "t.md"),
        "--montage",
        str(tmp_path / "m.png"),
    ]
    assert main(asked) == 0
    assert "head's length" in (tmp_path / "t.md").read_text(encoding="utf-8")
    with Image.open(tmp_path / "m.png") as picture:
        assert picture.size[0] > 600


def test_a_table_without_lesions_in_the_real_slices_still_stands() -> None:
    case = generate_case(701, label=1, roles=[Role.T2WI], matrix=128)
    made = [case_slice(case, Role.T2WI)]
    assert table(made, made).count("\n") == 15
