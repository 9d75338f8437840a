"""A model card says what its bundle knows, and what it does not."""

import json
from pathlib import Path

import pytest

from ml.model_card import SYNTHETIC, UNPROVEN, model_card

BUNDLES = Path(__file__).resolve().parents[2] / "ml" / "bundles"
SHIPPED = sorted(path.parent for path in BUNDLES.glob("*/*/bundle.json"))


def test_bundles_ship() -> None:
    assert len(SHIPPED) >= 6


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_shipped_bundle_has_its_card(folder: Path) -> None:
    manifest = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    card = (folder / "model-card.md").read_text(encoding="utf-8")
    assert card == model_card(manifest), "written from another bundle.json"
    assert SYNTHETIC in card
    assert f"{manifest['metrics']['heldout']['auc']:.3f}" in card
    assert manifest["weights_sha256"] in card
    assert card.count("\n| ") > len(manifest["provenance"]["curves"]) >= 10


def test_a_bundle_that_knows_little_says_so() -> None:
    manifest = {
        "name": "ours", "role": "T1WI", "label": "", "synthetic": False, "fat_saturated": None, "cutoff": 0.123456789012,
        "heatmap_reference": 0.1, "heatmap_layer": "layer2", "provenance": {}, "metrics": {}, "guard": {}, "quality": {},
        "network": {"architecture": "resnet3d", "block_config": [3, 4, 6, 3]},
        "preprocessing": {"shape": [24, 128, 128], "spacing": [5.0, 1.5, 1.5]},
    }  # fmt: skip
    card = model_card(manifest)
    assert UNPROVEN in card
    assert SYNTHETIC not in card
    for words in (
        "0.123456789012",
        "the end of layer2",
        "is not recorded",
        "no guard",
        "no quality gates",
        "24 × 128 × 128",
    ):
        assert words in card
