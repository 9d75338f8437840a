"""Where Grad-CAM reads is measured on known lesions, and chosen by a rule."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch

from ml.appraisal.layers import Subject, as_markdown, best_place, measure_layers, phantom_lesions
from ml.architecture import LAST
from ml.networks import build_network
from ml.preprocessing import Preprocessing
from ml.series.role import Role
from tests.ml.test_networks import SMALL, fill


def rows(**within: float | None) -> list[Mapping[str, Any]]:
    return [{"place": place, "within_10_mm": {"value": value}} for place, value in within.items()]


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        (rows(denseblock1=0.2, denseblock2=0.5, denseblock3=0.4, last=0.3), "denseblock2"),
        (rows(denseblock1=0.2, denseblock2=0.34, last=0.3), LAST),
        (rows(denseblock1=0.5, denseblock2=0.5, last=0.1), "denseblock2"),
        (rows(denseblock1=None, last=0.0), LAST),
    ],
    ids=["clearly better", "hardly better", "the later of equals", "nothing found"],
)
def test_an_earlier_place_must_point_clearly_better(found: list[Mapping[str, Any]], chosen: str) -> None:
    assert best_place(found) == chosen


def test_the_entrance_of_the_head_must_be_measured() -> None:
    with pytest.raises(ValueError, match="expected 'last' among them"):
        best_place(rows(denseblock1=0.5))


def test_every_place_of_a_network_is_measured() -> None:
    torch.set_num_threads(1)
    network = fill(build_network(SMALL), 4)
    subject = Subject("toy", Role.T2WI, network, Preprocessing(shape=(16, 48, 48)))
    lesions = list(phantom_lesions(2, 83, "internal", [Role.T2WI]))
    assert all(set(np.unique(lesion.mask.voxels)) == {0, 1} for lesion in lesions)
    measured = measure_layers([subject], lesions)
    assert tuple(row["place"] for row in measured) == SMALL.places
    assert all(row["cases"] == 2 and row["bundle"] == "toy" for row in measured)
    assert measured[0]["cell_size"] < measured[-1]["cell_size"]
    assert len(as_markdown(measured).splitlines()) == 2 + len(SMALL.places)
    with pytest.raises(ValueError, match="no T1WI"):
        measure_layers([Subject("toy", Role.T1WI, network, subject.preprocessing)], lesions)
