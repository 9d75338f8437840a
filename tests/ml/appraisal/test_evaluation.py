"""The tables of `python -m ml evaluate`: on the paper's cases they are the paper's; from the command line they are whole."""

import csv
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

import ml
from ml.__main__ import main
from ml.appraisal.assessment import Prediction, Words
from ml.appraisal.evaluation import SEEDS, PhantomMaterial
from ml.appraisal.report import as_markdown, sheets
from ml.appraisal.table import OperatingPoints, tabulate
from ml.evaluation.errors import UNEXPLAINED, FalseAlarm, Miss
from ml.series.role import Role
from ml.tactic import Cutoffs, choose_cutoffs, fuse_all, youden_cutoff
from ml.tactic_cases import FUSED, MODELS, ROLES, TACTIC, Resampling
from ml.training.calibration import calibrate_predictions
from tests.shared import SHARED, not_here

DEMONSTRATION = Path(ml.__file__).parent / "bundles" / "demonstration"


def papers(cohort: str) -> list[Prediction]:
    """The paper's synthetic cases as predictions."""
    if SHARED is None:
        not_here("shared/paper is not beside this checkout")
    with (SHARED / "paper" / "synthetic_cases.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["cohort"] == cohort]
    return [
        Prediction(
            name=row["case_id"],
            label=int(row["truth"]),
            kind="",
            lesion_share=0.0,
            scores={Role(role): float(row[f"score_{role.lower()}"]) for role in ROLES},
            distances={},
        )
        for row in rows
    ]


def points_of(cases: list[Prediction]) -> OperatingPoints:
    """Cutoffs chosen on the cases, as the paper did."""
    labels = [case.label for case in cases]
    scores = {role: [case.scores[Role(role)] for case in cases] for role in ROLES}
    fused = fuse_all(scores["T1WI"], scores["T2WI"])
    chosen = choose_cutoffs(fused, labels, scores["T1WIC"]).cutoffs
    own = {role: youden_cutoff(scores[role], labels) for role in ROLES}
    return OperatingPoints("paper", "3D DenseNet", {**own, FUSED: chosen.first}, chosen, {}, {}, "")


@pytest.mark.parametrize("cohort", ["internal", "external"])
def test_table_1_is_the_papers(cohort: str) -> None:
    cases = papers(cohort)
    rows = tabulate(cases, points_of(cases))["models"]
    assert SHARED is not None
    published = json.loads((SHARED / "paper" / "published.json").read_text())["values"]
    names = {"ppv": "positive_predictive_value", "npv": "negative_predictive_value"}
    compared = 0
    for value in published:
        section, *place = value["id"].split(".")
        if section not in {"t1", "t2"} or place[0] != cohort or place[1] not in rows or not value["reproduces"]:
            continue
        found = rows[place[1]].get(names.get(place[2].lower(), place[2]))
        if not isinstance(found, dict) or "count" not in found:
            continue
        shown = [found["low"], found["high"]] if place[-1] == "ci95" else found["value"]
        assert 100 * np.array(shown) == pytest.approx(np.array(value["published"]), abs=0.006), value["id"]
        compared += 1
    assert compared > 30


def test_the_papers_areas_and_tiers() -> None:
    cases = papers("internal")
    found = tabulate(cases, points_of(cases), [0.03])
    assert [round(found["models"][model]["auc"]["value"], 4) for model in MODELS] == [0.9098, 0.9145, 0.9296, 0.9124]
    assert found["models"][TACTIC]["auc"] is None
    assert found["tactic_figures"]["tiers"] == {
        "positive": {"cases": 200, "recurrences": 166},
        "suspicious": {"cases": 74, "recurrences": 27},
        "negative": {"cases": 159, "recurrences": 4},
    }
    # Chosen on these cases themselves, the cutoffs are those in use; cross-validated, the tactic finds fewer.
    rechosen = found["rechosen"]
    assert rechosen["apparent"]["sensitivity"]["count"] == found["models"][TACTIC]["true_positive"] == 178
    assert rechosen["cross_validated"]["sensitivity"]["value"] < 178 / 197
    rare = found["models"][FUSED]["at_prevalence"][0]
    assert rare["positive"]["value"] < found["models"][FUSED]["positive_predictive_value"]["value"] / 4


def _case(label: int, scores: tuple[float, float, float | None], words: Words, **facts: object) -> Prediction:
    given = dict(zip(map(Role, ROLES), scores, strict=True))
    known = {role: score for role, score in given.items() if score is not None}
    values = {"name": "1", "kind": "none", "lesion_share": 0.0, "distances": {}} | facts
    return Prediction(label=label, scores=known, words=words, **values)  # type: ignore[arg-type]


POINTS = OperatingPoints("x", "y", dict.fromkeys(MODELS, 0.5), Cutoffs(0.5, 0.3, 0.5), {}, {}, "")


def test_errors_are_coded_by_the_heatmap_that_decided() -> None:
    """T1_T2 is shown by its higher network, the tactic on a suspicious case by T1WIC."""
    # In the patient's space, whose origin lies elsewhere than the phantom's.
    turbinate, wall = (10.0, -60.0, -20.0), (14.0, -22.0, -20.0)
    words = Words(imitators=("fibrosis", "enhancing turbinate"), synthetic=True, origin=(2.0, -30.0, -20.0))
    peaks = {Role.T1WI: wall, Role.T2WI: turbinate, Role.T1WIC: wall}
    alarm = _case(0, (0.5, 0.8, 0.9), words, peaks=peaks)
    suspicious = _case(0, (0.3, 0.4, 0.9), words, peaks=peaks)
    spared = _case(0, (0.1, 0.1, 0.1), Words(), peaks=peaks)
    focal = Words(stage="rT1", site="roof")
    missed = _case(1, (0.1, 0.2, 0.9), focal, kind="focal mucosal", distances={Role.T2WI: 25.0, Role.T1WI: 3.0})
    found = _case(1, (0.9, 0.9, 0.9), Words(stage="rT3"), kind="advanced")
    errors = tabulate([alarm, suspicious, spared, missed, found], POINTS)["errors"]

    def primary(model: str, which: str) -> dict[str, int]:
        return {row["category"]: row["primary"] for row in errors[model][which] if row["primary"]}

    assert primary(FUSED, "false_alarms") == {FalseAlarm.SINUSITIS: 1}
    assert primary("T1WI", "false_alarms") == {FalseAlarm.FIBROSIS: 1}
    assert primary(TACTIC, "false_alarms") == {FalseAlarm.SINUSITIS: 1, FalseAlarm.FIBROSIS: 1}
    assert primary(FUSED, "misses") == {Miss.FOCAL: 1}
    contributed = {row["category"]: row["any"] for row in errors[FUSED]["misses"]}
    assert (contributed[Miss.POSITION], contributed[Miss.CONFIDENCE]) == (1, 0)
    assert errors[FUSED]["imitators"][0]["wrong"]["n"] == 1
    assert errors[FUSED]["kinds"][0]["name"] == "focal mucosal"


def test_a_false_alarm_hangs_on_what_takes_the_call_back() -> None:
    """Three imitators: without fibrosis T1_T2 no longer calls, without the turbinate neither, but fibrosis weighs more."""
    words = Words(imitators=("mastoid effusion", "enhancing turbinate", "fibrosis"), synthetic=True)

    def without(t1wi: float, t2wi: float, t1wic: float) -> dict[Role, float]:
        return dict(zip(map(Role, ROLES), (t1wi, t2wi, t1wic), strict=True))

    tried = {
        "mastoid effusion": without(0.6, 0.55, 0.9),
        "enhancing turbinate": without(0.6, 0.38, 0.2),
        "fibrosis": without(0.2, 0.6, 0.9),
    }
    alarm = _case(0, (0.6, 0.6, 0.9), words, without=tried)
    deaf = _case(0, (0.6, 0.6, 0.9), words, without={name: without(0.6, 0.6, 0.9) for name in tried}, name="2")
    errors = tabulate([alarm, deaf, _case(1, (0.9, 0.9, 0.9), Words(), kind="advanced")], POINTS)["errors"]
    counted = {row["category"]: (row["primary"], row["any"]) for row in errors[FUSED]["false_alarms"]}
    assert counted[FalseAlarm.FIBROSIS] == (1, 1)
    assert counted[FalseAlarm.SINUSITIS] == (0, 1)
    assert counted[FalseAlarm.OTHER] == (1, 1)
    assert errors[FUSED]["causes"] == {"fibrosis": 1, UNEXPLAINED: 1}
    first, second = errors[FUSED]["cases"]
    assert (first["cause"], first["fall"]) == ("fibrosis", pytest.approx(0.2))
    assert (second["case"], second["by"]) == ("2", "called without any single imitator too")
    # T1WIC hangs on the turbinate alone. The tactic without fibrosis: suspicious, and T1WIC still calls.
    assert errors["T1WIC"]["causes"] == {"enhancing turbinate": 1, UNEXPLAINED: 1}
    assert errors[TACTIC]["causes"] == {"enhancing turbinate": 1, UNEXPLAINED: 1}


def test_sites_are_counted_without_their_side() -> None:
    cases = [
        _case(1, scores, Words(stage="rT1", site=site), kind="focal mucosal", name=site)
        for site, scores in (("left lateral wall", (0.1, 0.1, 0.1)), ("right lateral wall", (0.9, 0.9, 0.9)))
    ]
    errors = tabulate([*cases, _case(0, (0.1, 0.1, 0.1), Words())], POINTS)["errors"]
    (row,) = errors[FUSED]["sites"]
    assert (row["name"], row["wrong"]["count"], row["right"]["count"]) == ("lateral wall", 1, 1)


def test_missing_sequences_are_left_out_and_counted() -> None:
    cases = papers("external")[:40]
    without = [_case(case.label, (*list(case.scores.values())[:2], None), Words()) for case in cases[:10]]
    rows = tabulate([*without, *cases[10:]], points_of(papers("external")))["models"]
    assert (rows["T1WIC"]["left_out"], rows[FUSED]["left_out"], rows[TACTIC]["left_out"]) == (10, 0, 0)
    assert rows["T1WIC"]["accuracy"]["n"] == 30


def test_predictions_survive_json() -> None:
    words = Words(stage="rT1", site="roof", imitators=("fibrosis",), synthetic=True, origin=(1.0, -30.0, -20.0))
    facts = {"peaks": {Role.T1WI: (1.0, 2.0, 3.0), Role.T2WI: None}, "distances": {Role.T1WI: 4.0}}
    case = _case(1, (0.1, 0.2, None), words, without={"fibrosis": {Role.T1WI: 0.05}}, **facts)
    assert Prediction.from_json(json.loads(json.dumps(asdict(case)))) == case


def test_a_hospitals_own_cases_give_cutoffs_of_existing_networks() -> None:
    cases = papers("internal")
    lone = Prediction("lone", 1, "", 0.0, {Role.T1WI: 0.4}, {})
    found, left_out = calibrate_predictions([lone, *cases], resampling=Resampling(3, 1, 10))
    assert left_out == ["lone"]
    assert (round(found.cutoffs.first, 3), round(found.cutoffs.second, 3)) == (0.490, 0.197)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("internal:400", PhantomMaterial("internal", 400, SEEDS["internal"])),
        ("external:20:7", PhantomMaterial("external", 20, 7)),
    ],
)
def test_cohorts_are_named_briefly(text: str, expected: PhantomMaterial) -> None:
    assert PhantomMaterial.parse(text) == expected


@pytest.mark.parametrize("text", ["internal", "elsewhere:4", "internal:x", "internal:1", "internal:4:5:6"])
def test_what_names_no_cohort_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="COHORT:CASES"):
        PhantomMaterial.parse(text)


def test_the_command_makes_every_table_and_goes_on_where_it_stopped(
    coarse: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "--bundles", str(DEMONSTRATION), "--phantom", "internal:4", "external:4", "--work", str(tmp_path)]
    assert main([*command, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    (one,) = result["evaluations"]
    assert (one["n"], one["positives"], set(one["models"])) == (4, 2, {*MODELS, TACTIC})
    assert result["skipped"][0]["reason"] == "other fat saturation than it was trained on"
    (part,) = tmp_path.glob("*/0*.json")
    made = part.stat().st_mtime_ns
    assert main([*command, "--markdown"]) == 0
    text = capsys.readouterr().out
    assert part.stat().st_mtime_ns == made, "what was read before is not read again"
    assert text == as_markdown(result)
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert "demonstration (3D DenseNet) on internal" in shown
    for sheet in sheets(result["evaluations"]):
        assert f"### {sheet.title}\n" in text
        assert f"\n{sheet.title}\n" in shown
        for row in sheet.rows:
            assert "| " + " | ".join(row) + " |" in text
            assert all(cell in shown for cell in row[sheet.place :])


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "nothing to assess"), (["--phantom", "nowhere:3"], "COHORT:CASES"),
     (["--phantom", "internal:4", "--prevalence", "3"], "between 0 and 1")],
)  # fmt: skip
def test_a_command_that_cannot_be_followed_says_why(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--bundles", str(DEMONSTRATION), *words]) == 1
    assert said in capsys.readouterr().err


def test_a_set_of_other_bundles_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(DEMONSTRATION, tmp_path, dirs_exist_ok=True)
    described = tmp_path / "T1WI" / "bundle.json"
    described.write_text(described.read_text() + "\n")
    assert main(["evaluate", "--bundles", str(tmp_path), "--phantom", "internal:4"]) == 1
    assert "not calibrated together" in capsys.readouterr().err
