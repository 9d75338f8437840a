"""Calibration of the tactic: against the paper, against a plain re-telling, and against truths that are known."""

import csv
import json
from collections.abc import Callable

import numpy as np
import pytest

from ml.evaluation.plain import plain
from ml.fingerprints import code_fingerprint, scores_fingerprint
from ml.tactic import Cutoffs, FinalCall, Tier, final_call, second_cutoff, tier, youden_cutoff
from ml.tactic_calibration import calibrate_tactic
from ml.tactic_cases import FUSED, MODELS, ROLES, CalibrationCases, Resampling, folds_of, resamples_of, tactic_calls
from tests.shared import SHARED, not_here

QUICK = Resampling(folds=5, repeats=2, resamples=40)


def draw(rng: np.random.Generator, n: int = 433, effect: float = 1.75) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Three correlated scores of cases of which 45.5 % are diseased, about as hard as the paper's."""
    y = np.arange(n) < round(0.455 * n)
    shared = rng.normal(0, 1, n)
    scores = {}
    for role, weight in (("T1WI", 0.75), ("T2WI", 0.75), ("T1WIC", 0.7)):
        latent = effect * y + weight * shared + np.sqrt(1 - weight**2) * rng.normal(0, 1, n)
        scores[role] = 1 / (1 + np.exp(-1.8 * (latent - effect / 2)))
    return scores, y


def papers(cohort: str) -> tuple[dict[str, list[float]], list[bool]]:
    """The paper's synthetic cases."""
    if SHARED is None:
        not_here("the paper's synthetic cases are not beside this checkout")
    with (SHARED / "paper" / "synthetic_cases.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["cohort"] == cohort]
    scores = {role: [float(row[f"score_{role.lower()}"]) for row in rows] for role in ROLES}
    return scores, [row["truth"] == "1" for row in rows]


@pytest.mark.parametrize(
    ("cohort", "sensitivity", "specificity", "tiers"),
    [("internal", (90.36, 85.13, 93.94), (82.20, 76.59, 86.74), [(200, 166), (74, 27), (159, 4)]),
     ("external", (90.32, 81.97, 95.20), (82.57, 73.86, 88.92), [(97, 79), (18, 7), (87, 7)])],
)  # fmt: skip
def test_apparent_figures_are_the_papers(
    cohort: str, sensitivity: tuple[float, ...], specificity: tuple[float, ...], tiers: list[tuple[int, int]]
) -> None:
    """Table 2, and the cases per tier behind it."""
    found = calibrate_tactic(*papers(cohort), resampling=QUICK).tactic
    for figure, published in ((found.apparent.sensitivity, sensitivity), (found.apparent.specificity, specificity)):
        assert [round(100 * value, 2) for value in (figure.value, figure.low, figure.high)] == pytest.approx(  # type: ignore[operator]
            published, abs=0.011
        )
    assert [(found.apparent_tiers[t].cases, found.apparent_tiers[t].recurrences) for t in map(str, Tier)] == tiers
    assert found.apparent_spared.value == tiers[2][0] / sum(n for n, _ in tiers)


def test_cross_validation_is_its_plain_retelling() -> None:
    """Loops over folds with the tactic's own scalar functions, on the folds that the seed deals."""
    scores, y = draw(np.random.default_rng(4), 120)
    plan = Resampling(folds=6, repeats=1, resamples=2, seed=11)
    cases = CalibrationCases.of(scores, y)
    fold = folds_of(cases, 6, np.random.default_rng([11, 1]))
    called, tiers = {}, {}
    for index in range(6):
        rest = [i for i in range(120) if fold[i] != index]
        fused = [(scores["T1WI"][i] + scores["T2WI"][i]) / 2 for i in rest]
        truths, enhanced = [y[i] for i in rest], [scores["T1WIC"][i] for i in rest]
        first, own = youden_cutoff(fused, truths), youden_cutoff(enhanced, truths)
        second = second_cutoff(fused, truths, enhanced, first, own).value
        assert second is not None
        for i in set(range(120)) - set(rest):
            score = (scores["T1WI"][i] + scores["T2WI"][i]) / 2
            cutoffs = Cutoffs(first, second, own)
            tiers[i] = tier(score, cutoffs)
            called[i] = final_call(tiers[i], scores["T1WIC"][i], cutoffs) is FinalCall.POSITIVE
    found = calibrate_tactic(scores, y, resampling=plan).tactic
    diseased = [i for i in range(120) if y[i]]
    assert found.cross_validated.sensitivity.value == pytest.approx(np.mean([called[i] for i in diseased]))
    assert found.cross_validated.specificity.value == pytest.approx(np.mean([not called[i] for i in range(120) if not y[i]]))
    assert found.cross_validated_spared.value == pytest.approx(np.mean([t is Tier.NEGATIVE for t in tiers.values()]))
    assert found.cross_validated_tiers["suspicious"].cases == sum(t is Tier.SUSPICIOUS for t in tiers.values())


def test_apparent_flatters_and_the_others_say_what_is_true() -> None:
    """In 60 samples of 433: the truth of each sample's cutoffs is known from 100 000 further cases (docs/calibration.md)."""
    rng = np.random.default_rng(1)
    many, labels = draw(rng, 100_000)
    fused = CalibrationCases.of(many, labels).scores[FUSED]
    truths, apparent, validated, covered, covered_too = [], [], [], 0, 0
    for _ in range(60):
        found = calibrate_tactic(*draw(rng), resampling=Resampling(folds=10, repeats=2, resamples=60))
        truth = float(tactic_calls(fused, many["T1WIC"], found.cutoffs)[labels].mean())
        honest, drawn = found.tactic.cross_validated.sensitivity, found.tactic.sensitivity
        assert honest.value is not None
        assert honest.low is not None
        assert honest.high is not None
        assert drawn.low is not None
        assert drawn.high is not None
        truths.append(truth)
        apparent.append(found.tactic.apparent.sensitivity.value)
        validated.append(honest.value)
        covered += honest.low <= truth <= honest.high
        covered_too += drawn.low <= truth <= drawn.high
    assert np.mean(np.array(truths) < 0.9) > 0.55, "below the target more often than not, as STATISTICS says"
    assert abs(np.mean(validated) - np.mean(truths)) < 0.01
    assert np.mean(apparent) - np.mean(truths) > 0.008
    assert covered / 60 > 0.88
    assert covered_too / 60 > 0.88


def test_noise_is_found_out() -> None:
    """Scores that know nothing: cutoffs still look useful on their own cases, in ten cohorts on the average."""
    apparent, honest, optimism = [], [], []
    for seed in range(10):
        scores, y = draw(np.random.default_rng(seed), 100, effect=0.0)
        found = calibrate_tactic(scores, y, resampling=QUICK)
        fused = found.models[FUSED]
        apparent.append(fused.apparent.sensitivity.value + fused.apparent.specificity.value - 1)  # type: ignore[operator]
        validated = fused.cross_validated
        honest.append(validated.sensitivity.value + validated.specificity.value - 1)  # type: ignore[operator]
        optimism.append(found.tactic.optimism)
    assert np.mean(apparent) > 0.07
    assert abs(np.mean(honest)) < 0.06
    assert np.mean(optimism) > 0.02


def test_folds_are_stratified_and_keep_a_patient_together() -> None:
    scores, y = draw(np.random.default_rng(2), 90)
    patients = np.array([f"P{i // 3}" for i in range(90)])
    cases = CalibrationCases.of(scores, y, patients)
    fold = folds_of(cases, 5, np.random.default_rng(0))
    for patient in set(patients.tolist()):
        assert len(set(fold[patients == patient].tolist())) == 1
    sizes = [int(((fold == k) & y).sum()) for k in range(5)]
    assert max(sizes) - min(sizes) <= 3
    rows = next(resamples_of(cases, np.random.default_rng(0)))
    times = np.bincount(rows, minlength=90)
    assert all(len(set(times[patients == patient].tolist())) == 1 for patient in set(patients.tolist()))
    assert len(set(times.tolist())) > 1


def test_the_same_seed_gives_the_same_figures() -> None:
    scores, y = draw(np.random.default_rng(3), 150)
    once = calibrate_tactic(scores, y, resampling=QUICK).to_json()
    assert calibrate_tactic(scores, y, resampling=QUICK).to_json() == once
    other = calibrate_tactic(scores, y, resampling=Resampling(5, 2, 40, seed=1)).to_json()
    assert other["tactic"]["cross_validated"] != once["tactic"]["cross_validated"]
    assert other["second"] == once["second"]


def test_what_is_kept_gives_the_cutoffs_again_to_the_last_bit() -> None:
    scores, y = draw(np.random.default_rng(5), 200)
    found = calibrate_tactic(scores, y, resampling=QUICK, fingerprints={"inputs": "abc"})
    kept = json.loads(json.dumps(found.to_json(), allow_nan=False))
    s, truths = [case[0] for case in kept["cases"]], [case[1] for case in kept["cases"]]
    own = kept["models"]["T1WIC"]["cutoff"]["value"]
    assert youden_cutoff(s, truths) == found.cutoffs.first == kept["models"]["T1_T2"]["cutoff"]["value"]
    assert youden_cutoff(kept["t1wic"], truths) == own == found.cutoffs.t1wic
    assert second_cutoff(s, truths, kept["t1wic"], found.cutoffs.first, own).value == found.cutoffs.second
    assert kept["fingerprints"] == {
        "inputs": "abc",
        "scores": scores_fingerprint(scores, y),
        "code": code_fingerprint(),
    }
    assert set(kept["models"]) == set(MODELS)
    assert kept["probability"]["brier"]["value"] > 0
    assert found.of_role("T2WI")["cutoff"]["value"] == youden_cutoff(scores["T2WI"], y)


def test_every_resampled_cutoff_lies_about_the_chosen_one() -> None:
    found = calibrate_tactic(*draw(np.random.default_rng(6), 300), resampling=QUICK)
    for figure in (found.tactic.second_cutoff, *(model.cutoff for model in found.models.values())):
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high
        assert figure.low < figure.high


def _far_apart(scores: dict[str, np.ndarray], y: np.ndarray) -> None:
    for role in ("T1WI", "T2WI"):
        scores[role] = np.where(y, 0.9, 0.1) + np.linspace(0, 0.05, y.size)


def _blind(scores: dict[str, np.ndarray], y: np.ndarray) -> None:
    """T1WIC knows what T1WI and T2WI know, and no more."""
    scores["T1WIC"] = np.where(scores["T1WI"] + scores["T2WI"] > 1.0, 0.8, 0.1)


@pytest.mark.parametrize(
    ("change", "attainment", "words"),
    [(_far_apart, "not needed", "first cutoff alone"), (_blind, "unattainable", "out of reach"),
     (lambda scores, y: None, "found", "highest second cutoff")],
)  # fmt: skip
def test_how_the_second_cutoff_came_about_is_said(
    change: Callable[[dict[str, np.ndarray], np.ndarray], None], attainment: str, words: str
) -> None:
    scores, y = draw(np.random.default_rng(7), 200)
    change(scores, y)
    found = calibrate_tactic(scores, y, resampling=QUICK)
    said = found.to_json()["second"]
    assert said["attainment"] == attainment
    assert words in said["note"]
    sensitivity = found.tactic.apparent.sensitivity.value
    assert sensitivity == pytest.approx(said["sensitivity"])
    if attainment == "unattainable":
        assert sensitivity < 0.9
        assert found.tactic.unattainable > 0.5
    if attainment == "not needed":
        assert found.cutoffs.second == found.cutoffs.first
        assert found.tactic.apparent_tiers["suspicious"].cases == 0


def test_cases_without_t1wic_count_as_not_found_and_are_named() -> None:
    scores, y = draw(np.random.default_rng(9), 200)
    scores["T1WIC"][::3] = np.nan
    found = calibrate_tactic(scores, y, resampling=QUICK)
    assert found.second.missing_t1wic > 0
    assert "have no T1WIC score" in found.second.words
    assert found.models["T1WIC"].auc.n == int((~np.isnan(scores["T1WIC"])).sum())
    assert found.to_json()["t1wic"].count(None) == int(np.isnan(scores["T1WIC"]).sum())


def test_a_single_patient_of_a_kind_leaves_nothing_to_validate_on() -> None:
    scores, y = draw(np.random.default_rng(10), 40)
    only = np.flatnonzero(y)[0]
    y = np.arange(40) == only
    found = calibrate_tactic(scores, y, resampling=QUICK).tactic
    assert found.cross_validated.sensitivity.value is None
    assert "single patient" in found.cross_validated.sensitivity.reason
    assert found.cross_validated_tiers == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [({"T1WI": [0.1, 0.2]}, "expected one of each"), ({"T2WI": [0.1, np.nan, 0.2, 0.3]}, "missing or not from 0 to 1"),
     ({"T1WIC": [0.1, 1.3, 0.2, 0.3]}, "missing or not from 0 to 1"), ({"T1WIC": [None] * 4}, "both kinds")],
)  # fmt: skip
def test_what_is_no_set_of_cases_is_refused(change: dict[str, list[float]], words: str) -> None:
    scores = {role: [0.1, 0.4, 0.6, 0.9] for role in ROLES} | change
    with pytest.raises(ValueError, match=words):
        calibrate_tactic(scores, [0, 0, 1, 1])
    with pytest.raises(ValueError, match="expected at least 2, 1 and 2"):
        Resampling(folds=1)


def test_plain_values_hold_no_nan() -> None:
    assert plain({"a": np.float64(0.1), "b": (np.int64(2), Tier.NEGATIVE)}) == {"a": 0.1, "b": [2, "negative"]}
    with pytest.raises(ValueError, match="nan"):
        plain([float("nan")])
    with pytest.raises(TypeError, match="no place in JSON"):
        plain(object())
