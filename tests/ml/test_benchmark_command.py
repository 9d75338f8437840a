"""`python -m ml benchmark`: every backend of this machine, how equal they are; and the pipelines that benchmarks compare."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import preparing
from ml.__main__ import main
from ml.bundle import write_bundle
from ml.nasopharynx import find_nasopharynx
from ml.networks import build_network
from ml.preprocessing import Preprocessing
from tests.ml.heads import AXIAL, head
from tests.ml.test_bundle import MANIFEST
from tests.ml.test_networks import SMALL, fill


def test_it_times_every_backend_and_says_how_equal_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.set_num_threads(1)
    write_bundle(tmp_path / "T2WI", fill(build_network(SMALL), 1), MANIFEST)
    told = ["benchmark", "--bundles", str(tmp_path), "--rounds", "1", "--threads", "1", "--batch", "2"]
    assert main([*told, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [way["backend"] for way in found["ways"] if way["device"] == "cpu"] == ["torch", "openvino"]
    assert all(way["score_apart"] <= 1e-4 and way["ms_one"] > 0 for way in found["ways"])
    assert found["peak_mb"] > 50
    assert main(told) == 0
    assert "score 0e+00 from torch's" in capsys.readouterr().out
    assert main(["benchmark", "--bundles", str(tmp_path / "none")]) == 1
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize(("shape", "spacing"), [((24, 64, 64), (5.0, 2.3, 2.3)), ((24, 96, 96), (5.0, 1.5, 1.5))])
def test_simpleitk_prepares_the_same_input(shape: tuple[int, int, int], spacing: tuple[float, float, float]) -> None:
    """Ours against filters that others wrote: crop, block means, linear interpolation, scaling."""
    volume = head((6.0, -25.0, 14.0), AXIAL, (28, 240, 220), (5.5, 1.0, 1.0))
    how = Preprocessing(shape=shape, spacing=spacing)
    ours = how.apply(volume, find_nasopharynx(volume))
    theirs = preparing.prepare_with_simpleitk(how, preparing.as_image(volume), volume.affine, ours.affine)
    assert float(ours.voxels.max()) > 1
    np.testing.assert_allclose(ours.voxels, theirs, atol=1e-4)
