"""The split: by patient, stratified, the same every time, and none that leaks."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from ml.material.problems import DataRefused
from ml.material.split import EXTERNAL, INTERNAL, PARTS, Split, draw_split, parse_ratio


def cohort(positives: int, negatives: int) -> dict[str, int]:
    """Patients by name."""
    return {f"p{i:04d}": int(i < positives) for i in range(positives + negatives)}


@pytest.mark.parametrize(
    ("ratio", "patients", "sizes"),
    [(INTERNAL, (1977, 2372), (3479, 435, 435)), (EXTERNAL, (312, 365), (279, 199, 199)), (INTERNAL, (5, 7), (8, 2, 2))],
)
def test_parts_have_the_ratio_and_the_prevalence(
    ratio: tuple[float, float, float], patients: tuple[int, int], sizes: tuple[int, ...]
) -> None:
    labels = cohort(*patients)
    split = draw_split(labels, ratio)
    found = [getattr(split, part) for part in PARTS]
    assert sorted(name for part in found for name in part) == sorted(labels)
    for part, size in zip(found, sizes, strict=True):
        assert abs(len(part) - size) <= 1
        positives = Counter(labels[name] for name in part)[1]
        assert abs(positives - len(part) * patients[0] / sum(patients)) <= 1


def test_the_same_patients_give_the_same_split_in_any_order() -> None:
    labels = cohort(20, 30)
    again = draw_split(dict(reversed(labels.items())))
    assert draw_split(labels) == again
    assert draw_split(labels, seed=1).fingerprint != again.fingerprint
    assert draw_split({**labels, "p0000": 0}).fingerprint != again.fingerprint


def test_it_is_written_and_read_and_a_patient_in_two_parts_is_refused(tmp_path: Path) -> None:
    split = draw_split(cohort(20, 30))
    split.write(tmp_path / "split.json")
    assert Split.read(tmp_path / "split.json") == split
    twice = split.training[0]
    with pytest.raises(DataRefused, match=f"Patient {twice}: is in training and in test"):
        replace(split, test=(*split.test, twice))
    stored = json.loads((tmp_path / "split.json").read_text(encoding="utf-8"))
    stored["validation"].append(twice)
    (tmp_path / "split.json").write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(DataRefused, match="is in training and in validation"):
        Split.read(tmp_path / "split.json")


def test_one_kind_alone_is_refused() -> None:
    with pytest.raises(DataRefused, match="50 patients with and 0 without recurrence"):
        draw_split(cohort(50, 0))
    with pytest.raises(DataRefused, match="2 patients with and 50 without"):
        draw_split(cohort(2, 50))


def test_ratios_are_read() -> None:
    assert parse_ratio("8:1:1") == INTERNAL
    assert parse_ratio("1.4:1:1") == EXTERNAL
    for wrong in ("8:1", "8:1:0", "eight:1:1"):
        with pytest.raises(ValueError, match="8:1:1"):
            parse_ratio(wrong)
