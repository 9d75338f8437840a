"""The paper's reader study from one table: 635 cases, 2 readers, 4 networks and the tactic, in under a minute; its fourfold
tables equal the paper's.
"""

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from radapp.environment import ROOT
from radapp.readerstudies.keeping.confusion import fourfold_tables
from radapp.readerstudies.keeping.finished import import_finished
from radapp.readerstudies.keeping.finished_table import TableRefusedError, read_table
from radapp.readerstudies.keeping.keys import own_public_key
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import Answer, Case, ChainEntry, Membership, NetworkCall, ReaderStudy
from tests.radapp.readerstudies import scene
from tests.shared import SHARED, not_here

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SHIPPED = ROOT / "radapp" / "readerstudies" / "data" / "synthetic_cases.csv"
# Table 1 and Fig 2 of the paper (published.json, implied_counts; synthetic_expected.json): TP, FN, FP, TN.
PAPER = {
    ("internal", "Senior reader 1"): (154, 43, 13, 223),
    ("internal", "Junior reader 1"): (166, 31, 41, 195),
    ("internal", "T1WI"): (168, 29, 40, 196),
    ("internal", "T2WI"): (164, 33, 40, 196),
    ("internal", "T1_T2"): (166, 31, 34, 202),
    ("internal", "T1WIC"): (166, 31, 35, 201),
    ("internal", "DARNDEST"): (178, 19, 42, 194),
    ("external", "Senior reader 1"): (77, 16, 3, 106),
    ("external", "Junior reader 1"): (72, 21, 4, 105),
    ("external", "T1WI"): (75, 18, 19, 90),
    ("external", "T2WI"): (76, 17, 16, 93),
    ("external", "T1_T2"): (79, 14, 18, 91),
    ("external", "T1WIC"): (78, 15, 19, 90),
    ("external", "DARNDEST"): (84, 9, 19, 90),
}


def test_the_papers_study_in_under_a_minute(settings: Any) -> None:
    ada = scene.person("ada", is_investigator=True)
    began = time.monotonic()
    out = io.StringIO()
    call_command("import_finished_reader_study", str(SHIPPED), "--title", "The paper's", "--investigator", "ada", stdout=out)
    assert time.monotonic() - began < 60
    study = ReaderStudy.objects.get()
    assert (study.state, study.imported, study.synthetic, study.created_by) == ("unblinded", True, True, ada)
    assert (Case.objects.count(), Answer.objects.count(), NetworkCall.objects.count()) == (635, 1270, 3175)
    assert not Case.objects.exclude(examination=None).exists()
    readers = Membership.objects.filter(part="reader").values_list("user", "name", "seniority", "simulated")
    assert list(readers) == [(None, "Senior reader 1", "senior", True), (None, "Junior reader 1", "junior", True)]
    found = {
        (one.cohort, one.who): (one.true_positive, one.false_negative, one.false_positive, one.true_negative)
        for one in fourfold_tables(study)
    }
    assert found == PAPER
    assert "DARNDEST               178    19    42   194" in out.getvalue()
    assert ChainEntry.objects.count() < 20, "a batch is one entry"
    verdict = verify(study, Path(settings.AUDIT_HEADS_DIR), frozenset({own_public_key() or ""}))
    assert (verdict.findings, verdict.remarks) == ([], [])
    assert verdict.rows > 635 * 7


def test_what_is_expected_is_what_the_paper_says() -> None:
    """The figures above against the project's shared material, where it is there."""
    if SHARED is None:
        not_here("shared/paper is not beside this checkout")
    implied = json.loads((SHARED / "paper" / "published.json").read_text())["implied_counts"]
    made = json.loads((SHARED / "paper" / "synthetic_expected.json").read_text())["results"]
    for cohort, counts in implied.items():
        for who in ("T1_T2", "DARNDEST"):
            assert PAPER[cohort, who] == tuple(counts[who][name] for name in ("tp", "fn", "fp", "tn"))
        for network in ("t1wi", "t2wi", "t1wic"):
            tp, _, fp, _ = PAPER[cohort, network.upper()]
            assert (tp, fp) == (made[cohort][network]["tp"], made[cohort][network]["fp"])
        for who, (tp, fp) in zip(("Senior reader 1", "Junior reader 1"), made[cohort]["doctors"], strict=True):
            assert PAPER[cohort, who][::2] == (tp, fp)
    shipped = [line for line in SHIPPED.read_text().splitlines() if not line.startswith("#")]
    assert shipped == (SHARED / "paper" / "synthetic_cases.csv").read_text().splitlines()


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text)
    return path


def test_a_table_without_networks_and_with_gaps(tmp_path: Path) -> None:
    made = read_table(table(tmp_path, "case_id,truth,reader_senior_1,reader_senior_2\na,1,1,\nb,0,1,0\n"))
    study = import_finished(made, "Two")
    assert not study.synthetic
    rows = {one.who: (one.true_positive, one.false_negative, one.false_positive, one.true_negative)
            for one in fourfold_tables(study)}  # fmt: skip
    assert rows == {"Senior reader 1": (1, 0, 1, 0), "Senior reader 2": (0, 0, 0, 1)}
    assert NetworkCall.objects.count() == 0


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"found the columns \(none\)"),
        ("case_id,truth,doctor_s\n", "found no case"),
        ("case_id,truth\na,1\n", "a column of calls for each reader"),
        ("case_id,truth,doctor_s,colour\na,1,1,red\n", "colour; expected"),
        ("case_id,truth,doctor_s\na,2,1\n", "line 2: truth: found '2'"),
        ("# note\ncase_id,truth,doctor_s\na,,1\n", "line 3: found no truth"),
        ("case_id,truth,doctor_s\na,1,yes\n", "line 2: doctor_s: found 'yes'"),
        ("case_id,truth,doctor_s\na,1,1\na,0,1\n", "line 3: found case a again"),
        ("case_id,truth,doctor_s,score_t1wi\na,1,1,1.5\n", "line 2: score_t1wi: found '1.5'"),
        ("case_id,truth,doctor_s,score_t1wi\na,1,1,nan\n", "expected a number from 0 to 1"),
        ("case_id,truth,doctor_s,tier\na,1,1,grey\n", "found the tier 'grey'"),
        ("case_id,truth,doctor_s\na,1\n", "another number of columns"),
        ("case_id,truth,doctor_s\na,1,1,1\n", "another number of columns"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_and_nothing_is_stored(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TableRefusedError, match=words):
        read_table(table(tmp_path, text))


def test_the_command_refuses_in_words(tmp_path: Path) -> None:
    good = str(table(tmp_path, "case_id,truth,doctor_s\na,1,1\n"))
    for args, words in (
        ((str(tmp_path / "none.csv"), "--title", "T"), "found no text"),
        ((good, "--title", " "), "found a title of 0 characters"),
        ((good, "--title", "T", "--investigator", "nobody"), "found no active investigator 'nobody'"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("import_finished_reader_study", *args)
    assert ReaderStudy.objects.count() == 0
