"""Rejection notes hide what they name, whenever it comes, delete nothing, and re-open the study."""

import io
from collections.abc import Iterator

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import KeyObjectSelectionDocumentStorage

from radapp.accounts.models import AuditEntry
from radapp.archive import references, selectors, storage
from radapp.archive.ingest import Ingest
from radapp.archive.models import Instance, Rejection, RejectionNote, Source, Study
from radapp.archive.outcomes import Already, Outcome
from radapp.archive.signals import series_roles_changed
from tests.radapp.archive.makers import ROOT, SERIES, STUDY, content, mr, report

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_SERIES = ROOT + "1.2"


def note(title: str = "113001", number: int = 1, *uids: str, series: str = SERIES, study: str = STUDY) -> Dataset:
    """A key object selection about these instances of one series."""
    dataset = report(number)
    dataset.SOPClassUID, dataset.Modality = KeyObjectSelectionDocumentStorage, "KO"
    dataset.SOPInstanceUID = f"{ROOT}1.9.{900 + number}"
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = title, "DCM", "Rejected"
    dataset.ConceptNameCodeSequence = Sequence([code])
    referenced = Sequence()
    for uid in uids:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4", uid
        referenced.append(item)
    of_series, of_study = Dataset(), Dataset()
    of_series.SeriesInstanceUID, of_series.ReferencedSOPSequence = series, referenced
    of_study.StudyInstanceUID, of_study.ReferencedSeriesSequence = study, Sequence([of_series])
    dataset.CurrentRequestedProcedureEvidenceSequence = Sequence([of_study])
    return dataset


def take_in(*datasets: Dataset) -> list[Outcome]:
    """What became of each."""
    with Ingest(Source.IMPORT) as ingest:
        for number, dataset in enumerate(datasets):
            ingest.add_stream(io.BytesIO(content(dataset)), f"{number}.dcm")
    assert not ingest.report.refused, ingest.report
    return ingest.report.outcomes


@pytest.fixture
def changed() -> Iterator[list[str]]:
    """The studies that were announced to look at again."""
    found: list[str] = []

    def hear(*, study_uid: str, **_: object) -> None:
        found.append(study_uid)

    series_roles_changed.connect(hear)
    yield found
    series_roles_changed.disconnect(hear)


def shown() -> set[str]:
    """SOP Instance UIDs of the images that are shown."""
    return set(Instance.objects.filter(sop_class_uid="1.2.840.10008.5.1.4.1.1.4").values_list("sop_instance_uid", flat=True))


@pytest.mark.parametrize("title", RejectionNote.Title.values)
def test_every_title_hides_and_nothing_is_deleted(title: str, changed: list[str]) -> None:
    take_in(*(mr(number) for number in (1, 2, 3)))
    take_in(note(title, 1, f"{SERIES}.1", f"{SERIES}.3"))
    assert shown() == {f"{SERIES}.2"}
    assert Instance.every.count() == 4
    for row in Instance.every.all():
        assert storage.path_of(row.sha256).is_file()
        assert references.named([row.sha256]) == {row.sha256}
    assert changed == [STUDY]
    entry = AuditEntry.objects.get(action="instances_rejected")
    assert (entry.study_instance_uid, entry.after["instances"]) == (STUDY, 2)  # type: ignore[index]
    assert entry.after["title"].startswith(title)  # type: ignore[index]


def test_another_key_object_hides_nothing(changed: list[str]) -> None:
    take_in(mr(1), note("113000", 1, f"{SERIES}.1"))
    assert shown() == {f"{SERIES}.1"}
    assert not Rejection.objects.exists()
    assert changed == []


def test_what_comes_after_its_rejection_is_hidden_too(changed: list[str]) -> None:
    take_in(note("113037", 1, f"{SERIES}.2"))
    assert changed == []
    take_in(mr(1), mr(2))
    assert shown() == {f"{SERIES}.1"}
    assert changed == [STUDY]
    again = take_in(mr(2))
    assert isinstance(again[0], Already)
    assert shown() == {f"{SERIES}.1"}


def test_a_note_for_another_study_hides_nothing() -> None:
    take_in(mr(1), note("113001", 1, f"{SERIES}.1", study=ROOT + "2"))
    assert shown() == {f"{SERIES}.1"}


def test_a_rejected_note_stands_no_longer(changed: list[str]) -> None:
    take_in(mr(1), mr(2))
    first = note("113001", 1, f"{SERIES}.1")
    take_in(first)
    assert shown() == {f"{SERIES}.2"}
    take_in(note("113001", 2, first.SOPInstanceUID, series=first.SeriesInstanceUID))
    assert shown() == {f"{SERIES}.1", f"{SERIES}.2"}
    assert changed == [STUDY, STUDY, STUDY]  # twice by the second note: what it names, and what that had hidden


def test_a_deleted_note_stands_no_longer() -> None:
    take_in(mr(1), note("113001", 1, f"{SERIES}.1"))
    assert shown() == set()
    Instance.objects.get(sop_class_uid=KeyObjectSelectionDocumentStorage).delete()
    assert shown() == {f"{SERIES}.1"}


def test_a_series_without_shown_instances_is_shown_nowhere() -> None:
    take_in(mr(1), mr(2, series=OTHER_SERIES), note("113001", 1, f"{SERIES}.1"))
    detail = selectors.study_detail(Study.objects.get(study_instance_uid=STUDY))
    series = {one["uid"]: one["instances"] for one in detail["series"]}
    assert SERIES not in series
    assert series[OTHER_SERIES] == 1


def test_a_note_that_cannot_be_read_is_stored_and_hides_nothing() -> None:
    broken = note("113001", 1, f"{SERIES}.1")
    broken.CurrentRequestedProcedureEvidenceSequence[0].StudyInstanceUID = ""
    take_in(mr(1), broken)
    assert shown() == {f"{SERIES}.1"}
    assert Instance.objects.count() == 2
