"""The paper's published figures recomputed: sums, each value against an independent recomputation, and what changes it."""

import copy
import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ml.__main__ import main
from ml.evaluation.paper import rows as paper
from ml.evaluation.paper.explanations import EXPLANATIONS
from ml.evaluation.paper.found import half_up
from ml.evaluation.paper.page import page
from ml.evaluation.paper.published import FILE
from ml.evaluation.paper.rows import EXPECTED, Row, Verdict, reproduce, sums, tally
from ml.evaluation.paper.words import as_text, published, recomputed
from tests.shared import SHARED, not_here

SUMS = "226 reproduced, 13 explained, 122 not decidable"
ROOT = Path(__file__).resolve().parents[3]
STORED: dict[str, Any] = json.loads(FILE.read_text())
OTHERS = {entry["id"]: entry for entry in STORED["values"]}
"""What others recomputed, by other code, from the same counts."""


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {row.id: row for row in reproduce()}


def changed(change: Callable[[dict[str, dict[str, Any]], dict[str, Any]], None]) -> dict[str, Row]:
    """Rows after a change to the figures (by id) or the counts behind them."""
    stored = copy.deepcopy(STORED)
    change({entry["id"]: entry for entry in stored["values"]}, stored["implied_counts"])
    return {row.id: row for row in reproduce(json.dumps(stored))}


def test_the_sums(rows: dict[str, Row]) -> None:
    assert len(rows) == 361
    assert tally(rows.values()) == EXPECTED
    assert sums(EXPECTED) == SUMS


def test_the_copy_is_the_one_that_was_given() -> None:
    if SHARED is None:
        not_here("shared/paper is not beside this checkout")
    assert FILE.read_bytes() == (SHARED / "paper" / "published.json").read_bytes()
    for word in ("CC BY 4.0", "10.1186/s40644-025-00853-5"):
        assert word in FILE.with_name("README.md").read_text()


def test_what_others_recomputed_is_not_read(rows: dict[str, Row]) -> None:
    stored = copy.deepcopy(STORED)
    for entry in stored["values"]:
        for column in ("recomputed", "recomputed_rounded", "reproduces", "note", "method", "tolerance"):
            del entry[column]
    assert {row.id: row for row in reproduce(json.dumps(stored))} == rows


def test_verdicts_are_those_of_others(rows: dict[str, Row]) -> None:
    theirs = {True: Verdict.REPRODUCED, False: Verdict.EXPLAINED, None: Verdict.NOT_DECIDABLE}
    assert {row.id: row.verdict for row in rows.values()} == {id_: theirs[e["reproduces"]] for id_, e in OTHERS.items()}


def close(own: Any, theirs: Any) -> bool:
    """The same figures to nine digits; None where theirs is None."""
    if isinstance(theirs, list):
        return len(own) == len(theirs) and all(map(close, own, theirs))
    return own is None if theirs is None else own == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_values_are_those_of_others_in_full_precision(rows: dict[str, Row]) -> None:
    otherwise = {"z_cc", "p_z_cc", "exact_from_tiers", "tier_bounds", "verdict_at_0_05"}
    for row in rows.values():
        theirs = OTHERS[row.id]["recomputed"]
        if isinstance(theirs, dict):
            assert theirs.keys() - otherwise <= row.parts.keys(), row.id
            assert all(close(row.parts[name], theirs[name]) for name in theirs.keys() - otherwise), row.id
        elif theirs is not None:
            assert close(row.value, theirs), row.id
    assert sum(OTHERS[row.id]["recomputed"] is None for row in rows.values()) == 17


def test_the_verdict_on_pairings_is_that_of_others(rows: dict[str, Row]) -> None:
    words = {"always significant": "below 0.05", "never significant": "not below 0.05"}
    for row in rows.values():
        if row.id.startswith("mcnemar_bound"):
            theirs = OTHERS[row.id]["recomputed"]["verdict_at_0_05"]
            assert row.parts["significant_at_0_05"] == words.get(theirs, theirs)


def test_printed_intervals_of_areas_are_those_of_others(rows: dict[str, Row]) -> None:
    for row in rows.values():
        if row.id.startswith("auc."):
            low, high = row.parts["ci95_of_printed"]
            assert f"Wald CI {low:.4f}-{high:.4f}" in OTHERS[row.id]["note"]


def test_every_count_of_a_fourfold_table_counts() -> None:
    """Three true calls fewer of either kind: no cell of Tables 1 and 2 is what is printed, and no interval."""

    def fewer(figures: dict[str, dict[str, Any]], _: dict[str, Any]) -> None:
        for name, entry in figures.items():
            if name.startswith(("t1.", "t2.")):
                counts, figure = entry["inputs"], name.split(".")[3]
                counts["tp"] -= 3
                counts["tn"] -= 3
                tp, fn, fp, tn = (counts[one] for one in ("tp", "fn", "fp", "tn"))
                counts["k"], counts["n"] = {
                    "sensitivity": (tp, tp + fn),
                    "specificity": (tn, tn + fp),
                    "accuracy": (tp + tn, tp + fn + fp + tn),
                    "ppv": (tp, tp + fp),
                    "npv": (tn, tn + fn),
                }[figure]

    found = [row for row in changed(fewer).values() if row.id.startswith(("t1.", "t2."))]
    assert len(found) == 144
    assert {row.verdict for row in found} == {Verdict.NOT_REPRODUCED}
    assert all(row.reason.startswith("The counts give another figure") for row in found)
    assert all(row.value != OTHERS[row.id]["recomputed"] for row in found)


def test_a_count_that_contradicts_itself_is_said() -> None:
    def change(figures: dict[str, dict[str, Any]], _: dict[str, Any]) -> None:
        figures["t1.external.T2WI.ppv"]["inputs"]["k"] = 75

    found = changed(change)
    assert found["t1.external.T2WI.ppv"].reason == "Its input k is 75, and the counts behind it give 76."
    assert tally(found.values())[Verdict.REPRODUCED] == 225


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("demog.internal.submucosal", {"k": 1710}),
        ("demog.fphf.histology", {"k": 139}),
        ("resnet.internal.T1WIC.sens", {"k": 164}),
        ("tier.internal.suspicious.n_per_1000", {"k": 75}),
        ("tariff.conventional", {"tariff_cny": 2445}),
        ("cost.internal.DARNDEST.cny", {"n_enhanced": 275}),
        ("cost.external.DARNDEST.usd", {"rate": 7.18}),
        ("time.conventional.h", {"seconds_per_exam": 816}),
        ("time.external.DARNDEST.h", {"n_enhanced": 117}),
        ("saving.external.cny", {"darndest": 2358722}),
        ("saving.internal.h", {"darndest": 190.8}),
        ("pct_of_conventional.external", {"a": 2360000}),
        ("cost_per_tp.internal.suspicious", {"detected_per_1000": 27}),
        ("cost_per_tp.internal.positive.ci95", {"k": 165}),
        ("ratio.external.suspicious", {"b": 24}),
        ("mcnemar.external.T1WI_vs_T1WIC.specificity", {"correct_other": 50}),
    ],
)
def test_a_changed_count_changes_value_and_verdict(rows: dict[str, Row], name: str, inputs: dict[str, float]) -> None:
    def change(figures: dict[str, dict[str, Any]], _: dict[str, Any]) -> None:
        assert figures[name]["inputs"].keys() >= inputs.keys()
        figures[name]["inputs"].update(inputs)

    assert rows[name].verdict is Verdict.REPRODUCED
    found = changed(change)[name]
    assert found.verdict is Verdict.NOT_REPRODUCED
    assert found.value != rows[name].value
    assert found.reason


def test_a_changed_tier_is_followed_through_money_and_hours(rows: dict[str, Row]) -> None:
    """One patient less among the internal suspicious: whatever is made of that number no longer stands."""

    def change(_: dict[str, dict[str, Any]], implied: dict[str, Any]) -> None:
        implied["internal"]["tiers"]["suspicious"]["n"] -= 1

    lost = {name for name, row in changed(change).items() if row.verdict is Verdict.NOT_REPRODUCED}
    assert {
        "tier.internal.suspicious.n_per_1000",
        "cost.internal.DARNDEST.cny",
        "cost.internal.DARNDEST.usd",
        "saving.internal.cny",
        "saving.internal.usd",
        "time.internal.DARNDEST.h",
        "pct_of_T1_T2.internal",
        "kappa.internal.DARNDEST_vs_T1_T2",
    } <= lost
    assert not any("external" in name for name in lost - {"pct_of_T1_T2.external"})


def test_claims_about_p_are_decided_by_the_counts(rows: dict[str, Row]) -> None:
    """The one claim that hangs on the pairing is reproduced where the marginals are nearer, and fails where they are far."""
    name = "mcnemar.internal.T2WI_vs_T1WIC.accuracy"

    def with_correct(diseased: int) -> Row:
        def change(figures: dict[str, dict[str, Any]], _: dict[str, Any]) -> None:
            for id_, entry in figures.items():
                if id_.startswith("t1.internal.T2WI."):
                    entry["inputs"]["tp"], entry["inputs"]["fn"] = diseased, 197 - diseased
            figures[name]["inputs"]["correct_other"] = diseased + 196

        return changed(change)[name]

    assert "at least 9 patients" in rows[name].reason
    assert with_correct(166).verdict is Verdict.REPRODUCED
    assert with_correct(164).verdict is Verdict.NOT_DECIDABLE
    assert with_correct(60).verdict is Verdict.NOT_REPRODUCED


def test_claims_about_areas_are_decided_by_the_correlation() -> None:
    def change(figures: dict[str, dict[str, Any]], _: dict[str, Any]) -> None:
        for network, area in (("T1WI", 0.9124), ("T2WI", 0.7)):
            figures[f"auc.densenet.internal.{network}"]["published"] = area
            figures[f"auc_p.densenet.internal.{network}_vs_T1WIC"]["inputs"]["auc"] = area

    found = changed(change)
    assert found["auc_p.densenet.internal.T1WI_vs_T1WIC"].verdict is Verdict.REPRODUCED
    assert found["auc_p.densenet.internal.T2WI_vs_T1WIC"].verdict is Verdict.NOT_REPRODUCED


def test_each_of_the_thirteen_says_why(rows: dict[str, Row]) -> None:
    explained = {name for name, row in rows.items() if row.verdict is Verdict.EXPLAINED}
    assert explained == set(EXPLANATIONS)
    assert all(rows[name].reason == EXPLANATIONS[name].words for name in explained)
    named = [name for name in explained if rows[name].reason.startswith("Misprint")]
    assert len(named) == 10
    assert sum("text range" in rows[name].reason for name in named) == 5
    for name, right in (
        ("t1.internal.T1WI.specificity", "83.05 %"),
        ("t1.internal.T2WI.specificity", "83.05 %"),
        ("pct_of_T1_T2.external", "105.02 %"),
        ("ratio.internal.suspicious", "13.7 times"),
        ("cost_per_tp.internal.negative.ci95", "135,778 to 2,444,000 CNY"),
    ):
        assert recomputed(rows[name]) == right


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("t1.internal.T1WI.specificity", 82.58),
        ("t1.internal.T2WI.specificity", 85.31),
        ("pct_of_T1_T2.external", 100.54),
        ("cost_per_tp.internal.negative.ci95", [135778, 254000]),
        ("ratio.internal.suspicious", 13.8),
        ("split.internal_test_n", 450),
        ("range.results.internal.specificity_models_vs_J", [82.57, 85.18]),
        ("range.results.external.specificity_models_vs_J", [82.57, 96.34]),
        ("range.discussion.internal.sensitivity_models", [83.25, 84.27]),
        ("range.discussion.internal.specificity_models", [82.58, 85.59]),
    ],
)
def test_an_explanation_explains_only_what_is_printed(name: str, printed: Any) -> None:
    def change(figures: dict[str, dict[str, Any]], _: dict[str, Any]) -> None:
        figures[name]["published"] = printed

    assert changed(change)[name].verdict is Verdict.NOT_REPRODUCED


def test_each_of_the_undecidable_says_why(rows: dict[str, Row]) -> None:
    undecided = [row for row in rows.values() if row.verdict is Verdict.NOT_DECIDABLE]
    assert all(row.reason for row in undecided)
    assert sum(row.printed is None for row in undecided) == 93
    assert rows["cost_per_tp.external.negative"].text == "488,800 (76,375 to no limit) CNY"
    assert not any(row.reason for row in rows.values() if row.verdict is Verdict.REPRODUCED)


def test_rows_are_frozen(rows: dict[str, Row]) -> None:
    with pytest.raises(FrozenInstanceError):
        rows["tariff.conventional"].value = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"), [(0.125, 2, 0.13), (2.5, 0, 3.0), (Fraction(1, 8), 2, 0.13), (-0.125, 2, -0.13)]
)
def test_a_half_goes_up(value: float, decimals: int, rounded: float) -> None:
    assert half_up(value, decimals) == rounded


def test_the_command_prints_every_row_its_reasons_and_the_sums(
    rows: dict[str, Row], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reproduce-paper"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == SUMS
    for row in rows.values():
        line = next(line for line in lines if line.startswith(f"{row.id} "))
        assert line.endswith(f"  {row.verdict}")
        assert published(row) in line
        assert recomputed(row) in line
        assert not row.reason or f"  {row.reason}" in lines


def test_only_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce-paper", "--only", "table 2"]) == 0
    out = capsys.readouterr().out
    assert "t2.internal.DARNDEST.accuracy" in out
    assert "t1." not in out
    assert out.splitlines()[-1] == SUMS
    assert "table 2: 36 reproduced" in out
    assert main(["reproduce-paper", "--only", "Table 7"]) == 1
    assert "No part of the paper is called 'Table 7'; there are: Table 1; Table 2;" in capsys.readouterr().err


def test_as_json(tmp_path: Path, rows: dict[str, Row], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce-paper", "--json", str(tmp_path / "paper.json")]) == 0
    stored = json.loads((tmp_path / "paper.json").read_text())
    assert stored["sums"] == {"reproduced": 226, "explained": 13, "not decidable": 122}
    assert "CC BY 4.0" in stored["source"]
    assert [entry["id"] for entry in stored["rows"]] == list(rows)
    assert stored["rows"][0]["value"] == rows["t1.internal.T1WIC.sensitivity"].value
    assert main(["reproduce-paper", "--json", str(tmp_path / "none" / "paper.json")]) == 1
    assert "none" in capsys.readouterr().err


def test_other_sums_are_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    first, *others = reproduce()
    lost = [replace(first, verdict=Verdict.NOT_REPRODUCED, reason="another figure"), *others]
    monkeypatch.setattr(paper, "reproduce", lambda: tuple(lost))
    assert main(["reproduce-paper", "--only", "Discussion"]) == 1
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "225 reproduced, 13 explained, 122 not decidable, 1 not reproduced"
    assert f"Expected {SUMS}" in told.err
    assert "Why 1 are not reproduced\n  another figure" in as_text(lost)
    assert "## Not reproduced" in page(lost)


def test_the_page_of_the_docs_is_current(rows: dict[str, Row]) -> None:
    assert (ROOT / "docs" / "paper.md").read_text() == page(list(rows.values())), "renew it: see the page itself"
