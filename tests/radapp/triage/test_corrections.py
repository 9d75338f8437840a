"""Rejection notes and merges of patients re-open results: the run is made anew, and what it said before is out of date."""

import pytest

from radapp.archive import merges
from radapp.archive.models import Instance, Rejection, RejectionNote
from radapp.archive.rejections import _apply
from radapp.triage import services
from radapp.triage.models import Result, Run, State, StudyTriage
from tests.radapp.triage import examinations as given

pytestmark = pytest.mark.django_db(transaction=True)


def _finished() -> tuple[object, Run, object]:
    """A study with a result; its T2WI series."""
    given.protocol()
    study = given.study()
    given.series(study, "T1WI")
    t2wi = given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(0.4, 0.4))
    return study, Run.objects.get(study=study), t2wi


def _reject(study: object, *images: Instance) -> RejectionNote:
    """A note about these images acts, as it does when it is stored."""
    from django.db import transaction

    notes = given.series(study, "none", modality="KO", images=1)  # type: ignore[arg-type]
    with transaction.atomic():
        note = RejectionNote.objects.create(instance=notes.instances.get(), title="113001")
        for image in images:
            uids = (image.series.study.study_instance_uid, image.series.series_instance_uid, image.sop_instance_uid)
            names = ("study_instance_uid", "series_instance_uid", "sop_instance_uid")
            Rejection.objects.create(note=note, **dict(zip(names, uids, strict=True)))
        _apply([image.sop_instance_uid for image in images])
    return note


@pytest.fixture(autouse=True)
def _no_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    """These examinations are rows alone: their roles stay as given."""
    monkeypatch.setattr("radapp.archive.rejections.recognise_study", lambda study: None)


def test_a_rejected_slice_opens_a_new_run() -> None:
    study, run, t2wi = _finished()
    _reject(study, t2wi.instances.first())  # type: ignore[attr-defined]
    newer = Run.objects.exclude(pk=run.pk).get()
    row = StudyTriage.objects.get(study=study)
    assert (row.state, row.run) == (State.QUEUED, newer)


def test_a_rejected_series_withholds_the_result() -> None:
    study, run, t2wi = _finished()
    _reject(study, *t2wi.instances.all())  # type: ignore[attr-defined]
    row = StudyTriage.objects.get(study=study)
    assert (row.state, row.result) == (State.WAITING, None)
    assert row.reason == "T2WI has not arrived."
    assert Result.objects.filter(run=run).exists(), "what was computed is kept"


def test_a_note_that_is_taken_back_brings_the_result_back() -> None:
    study, run, t2wi = _finished()
    note = _reject(study, t2wi.instances.first())  # type: ignore[attr-defined]
    note.delete()
    row = StudyTriage.objects.get(study=study)
    assert row.run == run


def test_a_merge_opens_a_new_run_and_its_undoing_brings_the_first_one_back() -> None:
    study, run, _ = _finished()
    given.study(patient_id="P2", patient_name="Test^Other")
    row = merges.merge("P1", "P2", actor_name="test")
    newer = Run.objects.exclude(pk=run.pk).get()
    assert StudyTriage.objects.get(study=study).run == newer
    merges.undo(row.pk, actor_name="test")
    assert StudyTriage.objects.get(study=study).run == run
