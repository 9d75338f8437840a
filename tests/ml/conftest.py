"""Small data sets that several tests read."""

from pathlib import Path

import pytest
import torch

from ml.material.npc_source import write_patient
from ml.phantom.case import cohort_seeds, generate_case
from ml.phantom.dicom import write_study

CASES = 6


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six coarse patients in both layouts; the labels alternate so that both kinds have three."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("sets")
    lines = ["case,label,patient"]
    for number, (seed, _) in enumerate(cohort_seeds(CASES, 8990), start=1):
        case = generate_case(seed, label=number % 2, matrix=96)
        write_patient(case, root / "npc" / f"{number:03d}")
        write_study(case, root / "dicom" / f"{number:03d}")
        lines.append(f"{number:03d},{number % 2},patient {number}")
    (root / "dicom" / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root
