"""Several studies in one forward pass: the same scores, half as many at once where memory ends, half precision only where
it leaves the scores.
"""

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.bundle import Bundle, BundleRefused, write_bundle
from ml.memory import is_out_of_memory
from ml.networks import build_network
from ml.precision import FULL, HALF, choose_precision, halved, probe_inputs
from ml.prediction import AUTO, OPENVINO, TORCH, Predictor
from ml.preprocessing import NetworkInput
from tests.ml.test_bundle import MANIFEST
from tests.ml.test_networks import SMALL, fill

SHAPE = MANIFEST.preprocessing.shape


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("bundle") / "T2WI"
    write_bundle(folder, fill(build_network(SMALL), 1), MANIFEST)
    return Bundle.load(folder)


def _inputs(count: int) -> list[NetworkInput]:
    generator = np.random.default_rng(3)
    return [NetworkInput(generator.random(SHAPE, np.float32), np.eye(4), resampled=False) for _ in range(count)]


@pytest.mark.parametrize("backend", [TORCH, OPENVINO])
def test_a_batch_says_what_its_studies_say_one_by_one(bundle: Bundle, backend: str) -> None:
    predictor = Predictor(bundle, backend=backend)
    assert (predictor.backend, predictor.remarks) == (backend, [])
    inputs = _inputs(3)
    for alone, together in zip(map(predictor.read, inputs), predictor.read_all(inputs), strict=True):
        assert together.score == pytest.approx(alone.score, abs=1e-6)
        np.testing.assert_allclose(together.heatmap.values, alone.heatmap.values, atol=1e-5)


def test_backends_agree(bundle: Bundle) -> None:
    (one,) = _inputs(1)
    by_torch, compiled = (Predictor(bundle, backend=backend).read(one) for backend in (TORCH, OPENVINO))
    assert compiled.score == pytest.approx(by_torch.score, abs=1e-5)
    peak = float(by_torch.heatmap.evidence.max())
    np.testing.assert_allclose(compiled.heatmap.evidence, by_torch.heatmap.evidence, atol=1e-4 * peak)


def test_auto_takes_openvino_and_falls_back_with_one_remark(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert Predictor(bundle, backend=AUTO).backend == OPENVINO
    monkeypatch.setitem(sys.modules, "openvino", None)
    predictor = Predictor(bundle, backend=OPENVINO)
    assert predictor.backend == TORCH
    assert len(predictor.remarks) == len(caplog.records) == 1
    assert "requirements-openvino.txt" in caplog.text
    with pytest.raises(ValueError, match="expected one of"):
        Predictor(bundle, backend="onnx")


@pytest.mark.parametrize("backend", [TORCH, OPENVINO])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_gets_no_score(bundle: Bundle, backend: str, value: float) -> None:
    """OpenVINO's ReLU makes 0 of NaN: without a look at the input there would be a score."""
    (one,) = _inputs(1)
    one.voxels[3, 4, 5] = value
    with pytest.raises(ValueError, match="no finite numbers"):
        Predictor(bundle, backend=backend).read(one)


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    network = fill(build_network(SMALL), 1)
    network.features.conv0.weight.data[0, 0, 0, 0, 0] = np.nan
    with pytest.raises(BundleRefused, match=r"features\.conv0\.weight"):
        write_bundle(tmp_path / "T2WI", network, MANIFEST)


def test_the_whole_network_is_there_for_who_needs_its_gradients(bundle: Bundle) -> None:
    predictor = Predictor(bundle)
    (one,) = _inputs(1)
    with torch.inference_mode():
        score = torch.sigmoid(predictor.network(torch.from_numpy(one.voxels)[None, None]))
    assert float(score) == pytest.approx(predictor.read(one).score, abs=1e-6)


STARVED = """
import resource, sys, numpy as np, torch
from pathlib import Path
from ml.bundle import Bundle
from ml.prediction import Predictor
from ml.preprocessing import NetworkInput
torch.set_num_threads(1)
predictor = Predictor(Bundle.load(Path(sys.argv[1])))
voxels = np.zeros(predictor.bundle.preprocessing.shape, np.float32)
inputs = [NetworkInput(voxels, np.eye(4), resampled=False) for _ in range(256)]
predictor.read_all(inputs[:2])
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 160 * 2**20,) * 2)
print(len(predictor.read_all(inputs)), predictor.batch_limit, *predictor.remarks, sep="|")
"""


def test_memory_that_runs_out_halves_the_batch_and_says_so(bundle: Bundle) -> None:
    """A process that may have 160 MB more: 256 studies need more than that at once, and are all read."""
    done = subprocess.run([sys.executable, "-c", STARVED, str(bundle.folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    read, limit, *remarks = done.stdout.strip().split("|")
    assert int(read) == 256
    assert 1 <= int(limit) < 256
    assert "memory ran out with 256 at once; now 128" in remarks[0]


def test_other_errors_are_no_lack_of_memory() -> None:
    assert not is_out_of_memory(RuntimeError("The size of tensor a (3) must match"))
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"))
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY, "the limit was for the other process"


def _pull_apart(head: torch.nn.Sequential, full: torch.Tensor, half: torch.Tensor) -> None:
    """Weigh the features so that the probe furthest apart scores 0.02 and 0.98, whichever way this processor rounds."""
    out = head.get_submodule("out")
    assert isinstance(out, torch.nn.Linear)
    out.bias.zero_()  # beside it the small differences would round to nothing
    apart = (head(half) - head(full)).flatten()
    furthest = int(apart.abs().argmax())
    out.weight.mul_(8 / float(apart[furthest].abs()))
    out.bias.sub_((head(half) + head(full)).flatten()[furthest] / 2)


def test_half_precision_is_taken_where_it_leaves_the_scores_and_refused_where_not() -> None:
    torch.set_num_threads(1)
    network = fill(build_network(SMALL), 1)
    probes = probe_inputs(SHAPE, "cpu")
    assert torch.equal(probes, probe_inputs(SHAPE, "cpu"))
    reduced = halved(network.backbone, "cpu", torch.bfloat16)
    with torch.no_grad():
        network.head.out.weight.mul_(1e-3)
        mild = choose_precision(network.backbone, reduced, network.head, probes)
        assert (mild.precision, mild.backbone, mild.reason) == (HALF, reduced, "")
        _pull_apart(network.head, network.backbone(probes), reduced(probes))
        wild = choose_precision(network.backbone, reduced, network.head, probes)
    assert (wild.precision, wild.backbone) == (FULL, network.backbone)
    assert "half precision is off" in wild.reason
