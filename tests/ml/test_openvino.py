"""The OpenVINO backbone computes what the network's own does, keeps what it compiled, and reports to nobody."""

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
import torch

from ml.architecture import COMPACT, COMPACT_RESNET, NetworkSpec
from ml.heatmap import explain_features, grad_cam
from ml.networks import build_network
from ml.openvino_backend import OpenVinoBackbone, OpenVinoRefused
from tests.ml.test_networks import SMALL, SMALL_RESNET, fill

SIZE = (24, 64, 64)
SPECS = [SMALL, COMPACT, SMALL_RESNET, COMPACT_RESNET]


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(5)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.architecture}-{sum(spec.block_config)}")
def test_scores_and_heatmaps_equal_the_networks_own(spec: NetworkSpec) -> None:
    network = fill(build_network(spec), 4)
    network.class_layers.out.weight.data.add_(0.1)
    x = torch.randn(2, 1, 24, 64, 64)
    with torch.inference_mode():
        own = network.backbone(x)
    compiled = OpenVinoBackbone(network, SIZE)(x)
    torch.testing.assert_close(compiled, own, rtol=0, atol=5e-6 * float(own.abs().max()))
    (logits, maps), (wanted, raw) = explain_features(network.head, compiled), grad_cam(network, x)
    torch.testing.assert_close(torch.sigmoid(logits), torch.sigmoid(wanted), rtol=0, atol=1e-5)
    torch.testing.assert_close(maps, raw, rtol=0, atol=1e-4 * float(raw.max()))


@pytest.mark.parametrize("spec", [SMALL, SMALL_RESNET], ids=lambda spec: spec.architecture)
def test_up_to_an_earlier_place_too(spec: NetworkSpec) -> None:
    network, x = fill(build_network(spec), 4), torch.randn(1, 1, 24, 64, 64)
    place = spec.places[1]
    with torch.inference_mode():
        own = network.cut(place)[0](x)
    compiled = OpenVinoBackbone(network, SIZE, place=place)(x)
    torch.testing.assert_close(compiled, own, rtol=0, atol=5e-6 * float(own.abs().max()))


def test_what_was_compiled_is_read_again_and_a_damaged_file_is_not_trusted(tmp_path: Path) -> None:
    network = fill(build_network(SMALL), 4)
    x = torch.randn(1, 1, 24, 64, 64)
    first = OpenVinoBackbone(network, SIZE, tmp_path)(x)
    (blob,) = tmp_path.glob("*.blob")
    assert torch.equal(OpenVinoBackbone(network, SIZE, tmp_path)(x), first)
    content = blob.read_bytes()
    blob.chmod(0o600)
    blob.write_bytes(content[: len(content) // 2])
    assert torch.equal(OpenVinoBackbone(network, SIZE, tmp_path)(x), first)


def test_other_weights_do_not_get_what_these_were_compiled_to(tmp_path: Path) -> None:
    x = torch.randn(1, 1, 24, 64, 64)
    found = [OpenVinoBackbone(fill(build_network(SMALL), seed), SIZE, tmp_path)(x) for seed in (1, 2)]
    assert len(list(tmp_path.glob("*.blob"))) == 2
    assert not torch.allclose(*found, atol=1e-3)


def test_a_cache_that_cannot_be_written_costs_no_result(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    network = fill(build_network(SMALL), 4)
    x = torch.randn(1, 1, 24, 64, 64)
    assert torch.equal(OpenVinoBackbone(network, SIZE, taken)(x), OpenVinoBackbone(network, SIZE)(x))


def test_nothing_is_reported_to_its_maker() -> None:
    """In a process of its own: openvino_telemetry, installed beside it, is never imported."""
    assert distribution("openvino-telemetry").version, "nothing would be shut out"
    code = (
        "import sys; from ml.openvino_backend import load_openvino; load_openvino().Core();"
        "print([name for name, module in sys.modules.items() if name.startswith('openvino_telemetry') and module])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="compiled for"):
        OpenVinoBackbone(fill(build_network(SMALL), 4), SIZE)(torch.zeros(1, 1, 24, 32, 32))


def test_a_network_in_training_is_not_compiled() -> None:
    with pytest.raises(ValueError, match="training mode"):
        OpenVinoBackbone(build_network(SMALL), SIZE)


def test_where_it_cannot_be_loaded_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(OpenVinoRefused, match=r"requirements-openvino\.txt"):
        OpenVinoBackbone(fill(build_network(SMALL), 4), SIZE)
