"""Small data sets that several tests read."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings

from ml.material.npc_source import write_patient
from ml.phantom import case as phantom
from ml.phantom.case import cohort_seeds, generate_case
from ml.phantom.dicom import write_study
from ml.phantom.scanner import Examination, sample_examination

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

CASES = 6
MATRIX = 64
THICKNESS, GAP = 8.0, 0.5
"""mm: half as many slices as a scanner's, as far apart as preprocessing takes them."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six coarse patients in both layouts; the labels alternate so that both kinds have three."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("sets")
    lines = ["case,label,patient"]
    for number, (seed, _) in enumerate(cohort_seeds(CASES, 8990), start=1):
        case = coarse_case(seed, label=number % 2)
        write_patient(case, root / "npc" / f"{number:03d}")
        write_study(case, root / "dicom" / f"{number:03d}")
        lines.append(f"{number:03d},{number % 2},patient {number}")
    (root / "dicom" / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def coarse_case(seed: int, label: int) -> phantom.Case:
    """A case of the internal cohort, quickly made, written and read."""
    with pytest.MonkeyPatch.context() as patch:
        make_coarse(patch)
        return generate_case(seed, label=label)


def make_coarse(patch: pytest.MonkeyPatch, side: int = MATRIX, *, thick: bool = True) -> None:
    """Phantoms of few pixels a side, unless a side is asked for, and few slices: commands make theirs quickly."""

    def sample(rng: np.random.Generator, matrix: int | None, cohort: phantom.Cohort = "internal") -> Examination:
        drawn = sample_examination(rng, matrix or side, cohort)
        if not thick:
            return drawn
        slices = round(drawn.slices * drawn.pitch / (THICKNESS + GAP))
        return replace(drawn, slices=slices, thickness=THICKNESS, gap=GAP)

    patch.setattr(phantom, "sample_examination", sample)


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `make_coarse`, for one test."""
    make_coarse(monkeypatch)
