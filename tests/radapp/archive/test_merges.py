"""Patients that turn out to be one: the index moves, bytes stay, everything can be undone, and results are re-opened."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command

from radapp.accounts.models import AuditEntry
from radapp.archive import merges
from radapp.archive.ingest import Ingest
from radapp.archive.merges import MergeRefusedError
from radapp.archive.models import Instance, PatientMerge, Source, Study
from radapp.archive.outcomes import IntakeReport
from radapp.archive.signals import series_roles_changed
from tests.radapp.archive.makers import ROOT, content, mr

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND, THIRD = (f"{ROOT}{number}" for number in (31, 32, 33))


def take_in(study: str, patient: str, number: int = 1, **attributes: object) -> IntakeReport:
    """One image of a study of a patient."""
    with Ingest(Source.IMPORT) as ingest:
        dataset = mr(number, study=study, series=study + ".1", PatientID=patient, **attributes)
        ingest.add_stream(io.BytesIO(content(dataset)), "one.dcm")
    return ingest.report


@pytest.fixture
def two(transactional_db: None) -> None:
    """A patient under two IDs, each with a study."""
    take_in(FIRST, "OLD", PatientName="Test^A", PatientBirthDate="")
    take_in(SECOND, "NEW", PatientName="Test^Anna", PatientBirthDate="19700101")


@pytest.fixture
def changed() -> Iterator[list[str]]:
    """The studies that were announced to look at again."""
    found: list[str] = []

    def hear(*, study_uid: str, **_: object) -> None:
        found.append(study_uid)

    series_roles_changed.connect(hear)
    yield found
    series_roles_changed.disconnect(hear)


def identity(study: str) -> tuple[str, str, str]:
    row = Study.objects.get(study_instance_uid=study)
    return row.patient_id, row.patient_name, str(row.patient_birth_date)


def test_studies_move_and_bytes_stay(two: None, changed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = set(Instance.objects.values_list("sha256", flat=True))
    call_command("merge_patient", "OLD", "NEW", "--reason", "same person")
    assert capsys.readouterr().out.startswith("Merged: OLD into NEW, 1 studies, id ")
    assert identity(FIRST) == identity(SECOND) == ("NEW", "Test^Anna", "1970-01-01")
    assert set(Instance.objects.values_list("sha256", flat=True)) == before
    assert changed == [FIRST]
    entry = AuditEntry.objects.get(action="patient_merged")
    assert (entry.study_instance_uid, entry.reason) == (FIRST, "same person")
    assert (entry.before["patient_id"], entry.after["patient_id"]) == ("OLD", "NEW")  # type: ignore[index]


def test_undone_it_is_as_before(two: None, changed: list[str]) -> None:
    before = identity(FIRST)
    row = merges.merge("OLD", "NEW", actor_name="test")
    assert merges.marks(FIRST) == [row.pk]
    call_command("merge_patient", "--undo", str(row.pk))
    assert identity(FIRST) == before
    assert merges.marks(FIRST) == []
    assert changed == [FIRST, FIRST]
    with pytest.raises(MergeRefusedError, match="no merge"):
        merges.undo(row.pk, actor_name="test")


def test_late_images_under_the_old_id_still_fit(two: None) -> None:
    merges.merge("OLD", "NEW", actor_name="test")
    assert take_in(FIRST, "OLD", 2).stored == 1
    assert take_in(FIRST, "NEW", 3).stored == 1
    assert "expected one patient" in take_in(FIRST, "OTHER", 4).refused[0]["reason"]
    assert identity(FIRST)[0] == "NEW"


def test_merges_follow_each_other_and_are_undone_in_turn(two: None) -> None:
    take_in(THIRD, "NEWEST")
    first = merges.merge("OLD", "NEW", actor_name="test")
    second = merges.merge("NEW", "NEWEST", actor_name="test", despite_differences=True)
    assert {identity(study)[0] for study in (FIRST, SECOND, THIRD)} == {"NEWEST"}
    assert take_in(FIRST, "OLD", 2).stored == 1
    with pytest.raises(MergeRefusedError, match=f"merge {second.pk}: undo that one first"):
        merges.undo(first.pk, actor_name="test")
    merges.undo(second.pk, actor_name="test")
    merges.undo(first.pk, actor_name="test")
    assert [identity(study)[0] for study in (FIRST, SECOND, THIRD)] == ["OLD", "NEW", "NEWEST"]


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("OLD", "OLD"), "expected two Patient IDs"),
        (("NOBODY", "NEW"), "no study of the patient 'NOBODY'"),
        (("OLD", "NOBODY"), "no study of the patient 'NOBODY'"),
    ],
)
def test_what_cannot_be_merged_changes_nothing(two: None, pair: tuple[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=f"nothing changed: .*{words}"):
        call_command("merge_patient", *pair)
    assert not PatientMerge.objects.exists()


def test_two_who_differ_are_merged_only_when_asked_twice(two: None) -> None:
    take_in(THIRD, "MAN", PatientSex="M")
    with pytest.raises(MergeRefusedError, match=r"sex F .* M for 'MAN'"):
        merges.merge("NEW", "MAN", actor_name="test")
    call_command("merge_patient", "NEW", "MAN", "--despite-differences")
    assert identity(SECOND)[0] == "MAN"
