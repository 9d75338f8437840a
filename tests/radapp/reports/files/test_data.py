"""Raw data for other programs: the long table, and iMRMC's and OR-DBM MRMC's files, read by readers from the manuals."""

import csv
import io
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from radapp.reports.files.mrmc import CALLS, LIKELIHOODS, NO_READERS, NOT_CROSSED, ONE_KIND, mrmc_files, mrmc_notes
from radapp.reports.files.readings import readings
from radapp.reports.files.rendering import as_csv
from radapp.reports.files.tables import MEANINGS
from radapp.reports.inputs.values import AnswerRow, CaseRow, StudyInputs
from tests.radapp.reports.made import answer, case, inputs, said
from tests.shared import SHARED, not_here

pytestmark = pytest.mark.once
Scores = dict[tuple[str, str, str], float]
"""{(reader, modality, case): score}"""


@dataclass
class Read:
    """What another program would take from a file."""

    scores: Scores
    truths: dict[str, int]
    sizes: dict[str, int]
    description: list[str]


def read_imrmc(content: bytes) -> Read:
    """iMRMC user manual 4.1.1 and 4.1.3: free text with four sizes; BEGIN DATA: exactly; four fields split by commas."""
    lines = content.decode().split("\n")
    begin = lines.index("BEGIN DATA:")
    sizes = {line[:2]: int(line[3:]) for line in lines[:begin] if re.match(r"(N0|N1|NR|NM):", line)}
    found = Read({}, {}, sizes, lines[:begin])
    for line in filter(None, lines[begin + 1 :]):
        reader, number, modality, score = line.split(",")
        assert not re.search(r"[ \t;]", line)
        if reader in {"-1", "truth"}:
            assert score in {"0", "1"}, "the truth state is 0 or 1"
            assert number not in found.truths, "the truth of each case is defined once"
            found.truths[number] = int(score)
        else:
            assert (reader, modality, number) not in found.scores
            found.scores[reader, modality, number] = float(score)
    assert {number for _, _, number in found.scores} <= set(found.truths), "every case scored has its truth"
    return found


def read_lrc(content: bytes) -> Read:
    """The text format of the MRMC programs of Iowa and Chicago: each reader's negatives, *, positives, *; # ends."""
    lines = iter(content.decode().split("\n"))
    found = Read({}, {}, {}, [next(lines)])
    reader, modalities, large = next(lines), shlex.split(next(lines)), next(lines).split()
    assert large == ["L"] * len(modalities)
    while reader != "#":
        for truth in (0, 1):
            while (line := next(lines)) != "*":
                *ratings, number = line.split()
                found.truths[number] = truth
                found.scores |= {
                    (reader, one, number): float(rating) for one, rating in zip(modalities, ratings, strict=True)
                }
        reader = next(lines)
    assert list(lines) == [""]
    return found


def files(cases: Sequence[CaseRow], answers: Sequence[AnswerRow]) -> dict[str, bytes]:
    return mrmc_files(inputs(cases, answers), "a title")


CASES = [case(number, number > 2, cohort="internal") for number in range(1, 5)]


def van_dyke() -> tuple[StudyInputs, Scores, dict[str, int]]:
    """Van Dyke's data as a study, and its scores."""
    path = SHARED / "oracles" / "VanDyke.csv" if SHARED else None
    if path is None or not path.is_file():
        not_here("shared/oracles/VanDyke.csv is not beside this checkout")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    truths = {row["case"]: int(row["truth"]) for row in rows}
    answers = [
        answer(
            int(row["case"]),
            float(row["rating"]) > 2,
            f"senior_{row['reader']}",
            arm=f"t{row['treatment']}",
            likelihood=float(row["rating"]),
        )
        for row in rows
    ]
    scores = {(f"senior_{row['reader']}", f"t{row['treatment']}", row["case"]): float(row["rating"]) for row in rows}
    cases = [case(int(number), bool(truth), cohort="all") for number, truth in truths.items()]
    return inputs(cases, answers), scores, truths


def test_van_dykes_data_go_out_as_they_are() -> None:
    made, scores, truths = van_dyke()
    found = mrmc_files(made, "Van Dyke")
    imrmc, lrc = read_imrmc(found["all.imrmc"]), read_lrc(found["all.lrc"])
    assert imrmc.sizes == {"N0": 69, "N1": 45, "NR": 5, "NM": 2}
    assert (imrmc.scores, imrmc.truths) == (lrc.scores, lrc.truths) == (scores, truths)
    assert mrmc_notes(made) == ()


def test_likelihoods_where_every_call_has_one_else_calls() -> None:
    rated = [answer(number, number > 2, likelihood=10.5 * number) for number in range(1, 5)]
    found = read_imrmc(files(CASES, rated)["internal.imrmc"])
    assert found.scores["senior_1", "complete", "3"] == 31.5
    assert any(LIKELIHOODS in line for line in found.description)
    found = read_imrmc(files(CASES, [*rated, answer(1, True, "junior_1")])["internal.imrmc"])
    assert found.scores["senior_1", "complete", "3"] == 1
    assert any(CALLS in line for line in found.description)


def test_networks_are_modalities_of_one_reader() -> None:
    called = {"T1WI": said(True, 0.123456789), "DARNDEST": said(False)}
    found = read_imrmc(files([case(1, True, called), case(2, False, {"T1WI": said(None)})], [])["cohort-1.imrmc"])
    assert found.scores == {("networks", "T1WI", "1"): 0.123456789, ("networks", "DARNDEST", "1"): 0}
    assert found.sizes == {"N0": 0, "N1": 1, "NR": 1, "NM": 2}
    assert found.truths == {"1": 1}, "a case that nobody scored is left out"


def test_hidden_repeats_unestablished_truths_and_what_was_not_assessable_stay_out() -> None:
    cases = [*CASES, case(5, None, cohort="internal")]
    answers = [answer(number, None if number == 1 else True) for number in range(1, 6)]
    found = files(cases, [*answers, answer(2, False, repeat=True, position=9)])
    for read in (read_imrmc(found["internal.imrmc"]), read_lrc(found["internal.lrc"])):
        assert read.scores == {("senior_1", "complete", str(number)): 1 for number in (2, 3, 4)}
    (note,) = mrmc_notes(inputs(cases, answers))
    assert "holds 3 of 5 cases" in note


def test_stages_are_modalities() -> None:
    answers = [answer(number, stage == "aided", stage=stage) for number in range(1, 5) for stage in ("unaided", "aided")]
    found = read_lrc(files(CASES, answers)["internal.lrc"])
    assert {modality: score for (_, modality, number), score in found.scores.items() if number == "1"} == {
        "complete-unaided": 0,
        "complete-aided": 1,
    }


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([], NO_READERS),
        ([answer(1, True), answer(1, True, "senior_2", arm="other")], NOT_CROSSED),
        ([answer(1, True), answer(2, True)], ONE_KIND),
    ],
)
def test_a_file_that_cannot_be_says_why(answers: list[AnswerRow], reason: str) -> None:
    assert "internal.lrc" not in files(CASES, answers)
    assert mrmc_notes(inputs(CASES, answers)) == (f"No OR-DBM MRMC file of cohort internal: {reason}.",)


def test_one_file_a_cohort() -> None:
    cases = [case(number, number % 2 == 0, cohort="a" if number < 3 else "=b") for number in range(1, 5)]
    found = files(cases, [answer(number, True) for number in range(1, 5)])
    assert set(found) == {"a.imrmc", "a.lrc", "cohort-2.imrmc", "cohort-2.lrc"}
    assert set(read_lrc(found["cohort-2.lrc"]).truths) == {"3", "4"}


def test_the_long_table_holds_every_answer() -> None:
    called = {"T1WI": said(True, 0.7), "DARNDEST": said(True, tier="positive")}
    cases = [case(1, True, called, sites=("a", "b"), kinds=("c",)), case(2, None)]
    given = answer(1, None, mark=(1.0, 2.5, -3.0), milliseconds={"total": 1200}, likelihood=40.0)
    table = readings(inputs(cases, [given, answer(1, True, repeat=True, position=7), answer(2, False)]))
    rows = list(csv.DictReader(io.StringIO(as_csv(table.columns, table.rows).decode("utf-8-sig"))))
    assert [(row["case"], row["judge"], row["repeat"], row["call"]) for row in rows] == [
        ("1", "T1WI", "no", "yes"),
        ("1", "DARNDEST", "no", "yes"),
        ("1", "senior_1", "no", ""),
        ("1", "senior_1", "yes", "yes"),
        ("2", "senior_1", "no", "no"),
    ]
    assert rows[2] | {"score": "40.0", "mark_z": "-3.0", "milliseconds": "1200", "sites": "a;b"} == rows[2]
    assert (rows[0]["score"], rows[0]["cutoff"], rows[1]["tier"]) == ("0.7", "0.5", "positive")
    assert rows[4]["truth"] == ""
    assert set(table.columns) <= {*MEANINGS, *table.own}
