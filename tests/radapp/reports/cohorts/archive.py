"""A small archive whose examinations were read by networks, with days, truths and decisions as wanted."""

from datetime import date
from typing import Any

from radapp.archive.models import Study
from radapp.triage import runs, services
from radapp.triage.models import Run, StudyTriage, Truth
from tests.radapp.triage import examinations as given


def examined(
    t1wi: float, t1wic: float | None = None, *, day: date | None = None, truth: bool | None = None, **facts: Any
) -> Study:
    """One that the networks read; T2WI scores as T1WI. Its truth is established a year and a month later."""
    guards = facts.pop("guards", [])
    study = given.study(study_date=day, **facts)
    for role in ("T1WI", "T2WI", *(("T1WIC",) if t1wic is not None else ())):
        given.series(study, role, images=1, manufacturer="Maker")
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(t1wi, t1wi, t1wic, guards=guards, synthetic=False))
    if truth is not None:
        established(study, truth)
    return study


def established(study: Study, label: bool, *, on: date | None = None, basis: str = "follow_up") -> Truth:
    """What turned out."""
    return Truth.objects.create(study=study, label=label, basis=basis, established_on=on, origin="test")


def unreadable(**facts: Any) -> Study:
    """One whose run ended without a result."""
    study = given.study(**facts)
    for role in ("T1WI", "T2WI"):
        given.series(study, role)
    services.consider(study.study_instance_uid)
    run = Run.objects.get(study=study, state=Run.State.QUEUED)
    Run.objects.filter(pk=run.pk).update(state=Run.State.NOT_ASSESSABLE, reason="Too dark.")
    StudyTriage.objects.filter(study=study).update(state="not_assessable", reason="Too dark.")
    assert runs.claim(run.pk, "test") is None
    return study
