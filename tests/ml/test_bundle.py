"""Bundles: written once, read without pickle, refused when anything is off."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ml.bundle import DESCRIPTION, WEIGHTS, Bundle, BundleRefused, Manifest, write_bundle
from ml.networks import build_network
from ml.prediction import Predictor
from ml.preprocessing import Preprocessing
from ml.series import Role
from tests.ml.test_networks import SMALL, fill

MANIFEST = Manifest(
    name="test T2WI",
    role=Role.T2WI,
    network=SMALL,
    preprocessing=Preprocessing(),
    cutoff=0.5,
    heatmap_reference=0.02,
    fat_saturated=False,
    synthetic=True,
    label="demonstration, synthetic data",
    provenance={"seed": 1},
    metrics={"auc": 0.8},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    write_bundle(tmp_path / "bundle", fill(build_network(SMALL), 1), MANIFEST)
    return tmp_path / "bundle"


def test_what_was_written_is_read(folder: Path) -> None:
    bundle = Bundle.load(folder)
    assert bundle.facts == MANIFEST
    assert (bundle.role, bundle.cutoff, bundle.synthetic, bundle.fat_saturated) == ("T2WI", 0.5, True, False)
    assert len(bundle.sha256) == 64
    assert bundle.manifest["metrics"] == {"auc": 0.8}


def test_the_hash_stands_for_both_files(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = fill(build_network(SMALL), 1)
    same = write_bundle(tmp_path / "same", network, MANIFEST)
    assert same.sha256 == Bundle.load(folder).sha256
    renamed = write_bundle(tmp_path / "renamed", network, replace(MANIFEST, cutoff=0.51))
    retrained = write_bundle(tmp_path / "retrained", fill(network, 2), MANIFEST)
    assert len({same.sha256, renamed.sha256, retrained.sha256}) == 3


def test_a_bundle_is_never_written_over(folder: Path) -> None:
    with pytest.raises(BundleRefused, match="never written over"):
        write_bundle(folder, build_network(SMALL), MANIFEST)


def _edit(**values: object) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / DESCRIPTION
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    return spoil


def _drop(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / DESCRIPTION
        path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != name}))

    return spoil


def _flip(folder: Path) -> None:
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no description": (lambda f: (f / DESCRIPTION).unlink(), "is no bundle"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), "is no bundle"),
    "no json": (lambda f: (f / DESCRIPTION).write_text("{"), "cannot be read"),
    "a list": (lambda f: (f / DESCRIPTION).write_text("[]"), "holds no object"),
    "another format": (_edit(format=2), "format is 2"),
    "something missing": (_drop("cutoff"), r"Missing entries: \['cutoff'\]"),
    "something more": (_edit(threshold=1), r"unknown entries: \['threshold'\]"),
    "a word for a number": (_edit(cutoff="half"), "'cutoff' is str"),
    "truth for a number": (_edit(cutoff=True), "'cutoff' is bool"),
    "a cutoff beyond": (_edit(cutoff=1.5), "between 0 and 1"),
    "no reference": (_edit(heatmap_reference=0), "above 0"),
    "no role": (_edit(role="none"), "expected a name and one of"),
    "an unknown role": (_edit(role="FLAIR"), "FLAIR"),
    "a hidden origin": (_edit(label="clinical"), "must say so in its label"),
    "another network": (_edit(network={"architecture": "vgg"}), "'vgg' is unknown"),
    "other preprocessing": (_edit(preprocessing={"version": 9}), "version 9"),
    "a spacing that is no number": (_edit(preprocessing={"spacing": [5.0, float("nan"), 2.3]}), "no finite number"),
    "a bottomless description": (lambda f: (f / DESCRIPTION).write_text("[" * 100_000), "cannot be read"),
    "other weights": (_flip, "has SHA-256"),
    "another hash": (_edit(weights_sha256="0" * 64), "has SHA-256"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_no_bundle_is_refused(folder: Path, name: str) -> None:
    spoil, words = SPOILT[name]
    spoil(folder)
    with pytest.raises(BundleRefused, match=words):
        Bundle.load(folder)


def test_a_pickle_is_never_opened(folder: Path) -> None:
    torch.save({"features": torch.zeros(1)}, folder / WEIGHTS)
    _rehash(folder)
    with pytest.raises(BundleRefused, match="no safetensors file"):
        Bundle.load(folder)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(tmp_path: Path, value: float) -> None:
    network = build_network(SMALL)
    network.class_layers.out.weight.data[0, 0] = value
    with pytest.raises(BundleRefused, match=r"class_layers\.out\.weight holds values that are no finite numbers"):
        write_bundle(tmp_path / "bundle", network, MANIFEST)


def test_weights_of_another_kind_are_refused(folder: Path) -> None:
    save_file({"features": torch.zeros(3, dtype=torch.bfloat16)}, folder / WEIGHTS)
    _rehash(folder)
    with pytest.raises(BundleRefused, match="stored as BF16; expected one of F32, F16, I64"):
        Bundle.load(folder)


def test_weights_of_another_network_are_refused(folder: Path) -> None:
    _edit(network={**SMALL.to_json(), "growth_rate": 5})(folder)
    with pytest.raises(BundleRefused, match="does not fit its description"):
        Predictor(Bundle.load(folder))


def _rehash(folder: Path) -> None:
    _edit(weights_sha256=hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest())(folder)
