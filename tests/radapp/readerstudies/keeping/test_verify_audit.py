"""`verify_audit` finds what somebody who owns the database did, and names it; it finds nothing where nobody did anything."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from radapp.readerstudies import chain
from radapp.readerstudies.facts import BOUND, fact_of, name_of, rows_of
from radapp.readerstudies.keeping.heads import sign_head
from radapp.readerstudies.keeping.keys import own_public_key
from radapp.readerstudies.keeping.verdict import Verdict
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import Answer, Case, ChainEntry, ReaderStudy, SignedHead
from tests.radapp.readerstudies.keeping import kept
from tests.radapp.readerstudies.keeping.kept import as_owner, rehash

pytestmark = pytest.mark.django_db
CHAIN = "readerstudies_chainentry"


@pytest.fixture
def study(django_capture_on_commit_callbacks: Any) -> ReaderStudy:
    with django_capture_on_commit_callbacks(execute=True):
        return kept.finished()


def verdict_of(study: ReaderStudy) -> Verdict:
    from django.conf import settings

    study.refresh_from_db()
    return verify(study, Path(settings.AUDIT_HEADS_DIR), frozenset({own_public_key() or ""}))


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings}


def test_a_study_that_nobody_touched_is_whole(study: ReaderStudy) -> None:
    verdict = verdict_of(study)
    assert verdict.findings == []
    assert verdict.remarks == []
    assert (verdict.heads, verdict.files) == (3, 3)
    kinds = {type(row) for row in rows_of(study)}
    assert kinds == {bound.model for bound in BOUND}, "the scene has a row of every kind"
    assert verdict.entries == ChainEntry.objects.filter(study=study).count() > 20


@pytest.mark.once
def test_names_are_each_rows_own(study: ReaderStudy) -> None:
    rows = list(rows_of(study))
    assert len({name_of(row) for row in rows}) == len(rows)
    again = list(rows_of(study))
    assert [fact_of(row) for row in rows] == [fact_of(row) for row in again]


@dataclass(frozen=True)
class Attack:
    """Something done by SQL, and what must be said of it."""

    name: str
    sql: str
    code: str
    where: str


ATTACKS = (
    Attack("an entry's reason", f"UPDATE {CHAIN} SET reason = 'none' WHERE sequence = 4", "digest", "entry 4"),
    Attack("an entry's actor", f"UPDATE {CHAIN} SET actor_name = 'eve' WHERE sequence = 5", "digest", "entry 5"),
    Attack("an entry's account", f"UPDATE {CHAIN} SET actor_id = (SELECT id FROM accounts_user WHERE username = 'cody') "
           "WHERE sequence = 3", "actor", "entry 3"),
    Attack("an entry's time", f"UPDATE {CHAIN} SET at = '2026-01-01 00:00:00+00:00' WHERE sequence = 6",
           "digest", "entry 6"),
    Attack("an entry's link", f"UPDATE {CHAIN} SET previous = digest WHERE sequence = 7", "link", "entry 7"),
    Attack("an entry deleted", f"DELETE FROM {CHAIN} WHERE sequence = 8", "gap", "entry 8"),
    Attack("the first entry deleted", f"DELETE FROM {CHAIN} WHERE sequence = 1", "gap", "entry 1"),
    Attack("an answer", "UPDATE readerstudies_answer SET answers = '{\"recurrence\": true}' "
           "WHERE id = (SELECT MIN(id) FROM readerstudies_answer)", "row_changed", "answer"),
    Attack("an answer's time", "UPDATE readerstudies_answer SET submitted_at = '2026-01-01 00:00:00+00:00' "
           "WHERE id = (SELECT MAX(id) FROM readerstudies_answer)", "row_changed", "answer"),
    Attack("whose answer it is", "UPDATE readerstudies_answer SET submitted_by_id = "
           "(SELECT id FROM accounts_user WHERE username = 'ada') WHERE id = (SELECT MIN(id) FROM readerstudies_answer)",
           "row_changed", "answer"),
    Attack("a truth", "UPDATE readerstudies_referencestep SET recurrence = NULL, basis = 'images' "
           "WHERE id = (SELECT MIN(id) FROM readerstudies_referencestep)", "row_changed", "step"),
    Attack("a protocol", "UPDATE readerstudies_protocolversion SET content = '{}'", "row_changed", "protocol 1"),
    Attack("an order", "UPDATE readerstudies_assignment SET position = position + 10", "row_changed", "session"),
    Attack("a signature", "UPDATE readerstudies_studysignature SET signed_name = 'Eve' WHERE act = 'lock'",
           "row_changed", "signature lock"),
    Attack("a code", "UPDATE readerstudies_code SET \"primary\" = 'other' WHERE place = 1", "row_changed", "code"),
    Attack("a network's score", "UPDATE readerstudies_networkcall SET score = 0.9 "
           "WHERE id = (SELECT MIN(id) FROM readerstudies_networkcall)", "row_changed", "call"),
    Attack("a seniority", "UPDATE readerstudies_membership SET seniority = 'senior' WHERE seniority = 'junior'",
           "row_changed", "member"),
    Attack("the state", "UPDATE readerstudies_readerstudy SET state = 'locked', unblinded_at = NULL",
           "row_changed", "study"),
    Attack("an event deleted", "DELETE FROM readerstudies_readingevent "
           "WHERE id = (SELECT MIN(id) FROM readerstudies_readingevent)", "row_missing", "event"),
    Attack("a head deleted", "DELETE FROM readerstudies_signedhead WHERE occasion = 'lock'", "head_missing", "head"),
    Attack("a head's digest", "UPDATE readerstudies_signedhead SET digest = '" + "0" * 64 + "' WHERE occasion = 'lock'",
           "signature", "head"),
)  # fmt: skip


def test_what_an_owner_of_the_database_changes_is_found_and_named(study: ReaderStudy) -> None:
    """One attack at a time, each taken back before the next; which of them were not found."""
    unnoticed = {}
    for attack in ATTACKS:
        with transaction.atomic():
            assert as_owner(attack.sql) >= 1, attack.name
            findings = verdict_of(study).findings
            if not any(one.code == attack.code and one.where.startswith(attack.where) for one in findings):
                unnoticed[attack.name] = findings
            transaction.set_rollback(True)
    assert unnoticed == {}
    assert verdict_of(study).findings == []


@pytest.mark.once
def test_swapped_rows_are_found(study: ReaderStudy) -> None:
    """Two answers with each other's content, and two entries at each other's place."""
    first, second = Answer.objects.order_by("pk")[:2]
    for one, other in ((first, second), (second, first)):
        sql = "UPDATE readerstudies_answer SET assignment_id = %s, version = 9, reason = 'none' WHERE id = %s"
        as_owner(sql, other.assignment_id, one.pk)
    names = {name_of(one).rsplit(" ", 1)[0] for one in (first, second)}
    found = verdict_of(study)
    assert {one.where.rsplit(" ", 1)[0] for one in found.findings} >= names
    assert codes(found) >= {"row_unknown", "row_missing"}


def test_swapped_entries_are_found(study: ReaderStudy) -> None:
    as_owner(f"UPDATE {CHAIN} SET sequence = CASE sequence WHEN 4 THEN 1004 ELSE 1005 END WHERE sequence IN (4, 5)")
    as_owner(f"UPDATE {CHAIN} SET sequence = CASE sequence WHEN 1004 THEN 5 ELSE 4 END WHERE sequence IN (1004, 1005)")
    found = [one.where for one in verdict_of(study).findings if one.code in {"digest", "link"}]
    assert any(where.startswith("entry 4") for where in found)
    assert any(where.startswith("entry 5") for where in found)


def test_a_removed_tail_is_found_by_the_heads(study: ReaderStudy) -> None:
    """With everything that the removed entries tell of, so that the rest agrees with itself."""
    last = SignedHead.objects.get(occasion="unblind").sequence
    as_owner(f"DELETE FROM {CHAIN} WHERE sequence >= %s", last - 1)
    as_owner("DELETE FROM readerstudies_signedhead WHERE sequence >= %s", last - 1)
    found = verdict_of(study)
    assert "tail" in codes(found)
    assert "head_missing" in codes(found)


def test_a_chain_written_anew_is_found_by_the_heads(study: ReaderStudy) -> None:
    """An answer changed, its entry changed with it, and every hash made again: only what was signed still tells."""
    answer = Answer.objects.order_by("pk").first()
    assert answer is not None
    as_owner("UPDATE readerstudies_answer SET answers = '{\"recurrence\": true}' WHERE id = %s", answer.pk)
    answer.refresh_from_db()
    entry = next(one for one in ChainEntry.objects.filter(study=study) if name_of(answer) in one.rows)
    rows = json.dumps({**entry.rows, name_of(answer): fact_of(answer)})
    as_owner(f"UPDATE {CHAIN} SET rows = %s WHERE id = %s", rows, entry.pk)
    assert "digest" in codes(verdict_of(study))
    rehash(study)
    found = verdict_of(study)
    assert codes(found) == {"rewritten"}
    assert {one.where.split()[0] for one in found.findings} == {"head"}


@pytest.mark.once
def test_a_chain_signed_anew_with_another_key_is_found(
    study: ReaderStudy, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """The forger makes a key of their own and signs; the files, which they cannot reach, still have the true heads."""
    true_key, true_heads = settings.AUDIT_KEY_FILE, settings.AUDIT_HEADS_DIR
    as_owner("DELETE FROM readerstudies_signedhead")
    as_owner(f"DELETE FROM {CHAIN} WHERE action = 'head_signed'")
    for place, entry in enumerate(ChainEntry.objects.filter(study=study).order_by("sequence"), start=1):
        as_owner(f"UPDATE {CHAIN} SET sequence = %s WHERE id = %s", place, entry.pk)
    rehash(study)
    settings.AUDIT_KEY_FILE, settings.AUDIT_HEADS_DIR = true_key.with_name("forged.pem"), true_heads.with_name("forged")
    with django_capture_on_commit_callbacks(execute=True):
        sign_head(study, "unblind")
    settings.AUDIT_KEY_FILE, settings.AUDIT_HEADS_DIR = true_key, true_heads
    found = verdict_of(study)
    assert codes(found) >= {"unknown_key", "file_missing", "head_missing", "rewritten"}


@pytest.mark.once
def test_a_head_whose_file_waits_for_its_name_is_whole(settings: Any) -> None:
    """The process died between the commit and the name: the file is there, and gets read."""
    study = kept.finished()
    assert not list(Path(settings.AUDIT_HEADS_DIR).rglob("*.json"))
    assert verdict_of(study).findings == []
    as_owner("DELETE FROM readerstudies_signedhead WHERE occasion = 'open'")
    assert verdict_of(study).files == 2, "a file whose transaction came to nothing is none"


@pytest.mark.once
def test_removed_files_and_rows_of_heads_leave_a_state_that_needs_one(study: ReaderStudy, settings: Any) -> None:
    as_owner("DELETE FROM readerstudies_signedhead")
    as_owner(f"DELETE FROM {CHAIN} WHERE action = 'head_signed'")
    for path in Path(settings.AUDIT_HEADS_DIR).rglob("*.json"):
        path.unlink()
    rehash(study)
    assert "no_head" in codes(verdict_of(study))


@pytest.mark.once
def test_a_damaged_file_is_named(study: ReaderStudy, settings: Any) -> None:
    min(Path(settings.AUDIT_HEADS_DIR).rglob("*.json")).write_text("{")
    found = verdict_of(study)
    assert codes(found) == {"file_damaged", "file_missing"}


@pytest.mark.once
def test_a_clock_that_goes_back_is_a_remark(study: ReaderStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ChainEntry.objects.filter(study=study).order_by("-sequence").values_list("at", flat=True)[0]
    monkeypatch.setattr("radapp.readerstudies.chain.timezone.now", lambda: before - timedelta(hours=1))
    kept.tell(study, chain.Action.STUDY_EXPORTED)
    found = verdict_of(study)
    assert found.findings == []
    assert [one.code for one in found.remarks] == ["clock"]


@pytest.mark.once
def test_a_row_that_comes_back_is_found(study: ReaderStudy) -> None:
    case = Case(study=study, number=99, patient="p")
    with_row = Case.objects.create(study=study, number=99, patient="p", key=case.key)
    kept.tell(study, chain.Action.CASES_ADDED, with_row)
    kept.tell(study, chain.Action.CASE_REMOVED, removed=[with_row])
    assert codes(verdict_of(study)) == {"row_unknown"}
    with_row.delete()
    assert verdict_of(study).findings == []


@pytest.mark.once
def test_links_to_examinations_count_where_the_study_was_made() -> None:
    study = kept.finished("Examined", cases=2, examined=True)
    assert verdict_of(study).findings == []
    first, second = Case.objects.order_by("number")
    Case.objects.filter(pk=first.pk).update(examination=None)
    Case.objects.filter(pk=second.pk).update(examination=first.examination)
    found = verdict_of(study)
    assert [(one.code, one.where) for one in found.findings] == [
        ("row_changed", name_of(first)),
        ("row_changed", name_of(second)),
    ]
    # Nor does it help to call the study imported: an entry must tell of that, and links may be lost, not changed.
    ReaderStudy.objects.filter(pk=study.pk).update(imported=True)
    assert [(one.code, one.where) for one in verdict_of(study).findings] == [
        ("row_changed", name_of(second)),
        ("not_imported", "study"),
    ]


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run() -> Run:
    """The command: its exit status and what it wrote."""

    def call(*args: str) -> tuple[int, str]:
        out = io.StringIO()
        try:
            call_command("verify_audit", *args, stdout=out)
        except SystemExit as end:
            return int(end.code or 0), out.getvalue()
        return 0, out.getvalue()

    return call


def test_the_command_tells_and_exits_by_what_it_found(study: ReaderStudy, run: Run) -> None:
    other = kept.finished("Other")
    assert run()[0] == 0
    assert "whole" in run(study.key)[1]
    as_owner("DELETE FROM readerstudies_reminder WHERE membership_id IN "
             "(SELECT id FROM readerstudies_membership WHERE study_id = %s)", other.pk)  # fmt: skip
    status, text = run()
    assert status == 1
    assert "NOT WHOLE: 1 findings" in text
    assert "row_missing: reminder" in text
    assert run(study.key)[0] == 0
    status, text = run("--json")
    said = json.loads(text)
    assert (status, said["whole"]) == (1, False)
    assert [one["whole"] for one in said["studies"]] == [True, False]
    with pytest.raises(CommandError, match="no reader study 'none'"):
        run("none")


@pytest.mark.once
def test_heads_kept_elsewhere_are_compared_too(study: ReaderStudy, run: Run, tmp_path: Path) -> None:
    """A copy of the folder; then one of a database in which the study is no more."""
    assert run(study.key, "--heads", str(tmp_path / "heads"))[0] == 0
    status, text = run(study.key, "--heads", str(tmp_path / "empty"))
    assert status == 1
    assert "file_missing" in text
    (tmp_path / "heads" / "gone").mkdir()
    status, text = run()
    assert status == 1
    assert "study_missing: study gone" in text


@pytest.mark.once
def test_an_earlier_key_can_be_trusted_by_name(study: ReaderStudy, run: Run, settings: Any) -> None:
    earlier = own_public_key()
    settings.AUDIT_KEY_FILE = settings.AUDIT_KEY_FILE.with_name("next.pem")
    sign_head(study, "lock")
    assert own_public_key() != earlier
    status, text = run(study.key)
    assert status == 1
    assert "unknown_key" in text
    assert run(study.key, "--trust", str(earlier))[0] == 0


def test_facts_do_not_depend_on_the_order_of_rows_in_a_table(study: ReaderStudy) -> None:
    before = {name_of(row): fact_of(row) for row in rows_of(study)}
    as_owner("UPDATE readerstudies_reminder SET id = id + 1000")
    Case.objects.filter(study=study).update(number=F("number"))
    assert {name_of(row): fact_of(row) for row in rows_of(study)} == before
