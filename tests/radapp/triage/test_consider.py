"""What a study's images ask for: a table of what it holds against where it then stands."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from radapp.archive.models import Instance, Intake, Source, StudyChange
from radapp.archive.signals import series_roles_changed, studies_received
from radapp.triage import services
from radapp.triage.models import Run, State, StudyTriage
from tests.radapp.triage import examinations as given

pytestmark = pytest.mark.django_db

STANDINGS = [
    # series as (role, modality), protocol there?, state, reason
    ([], True, State.NOT_ASSESSABLE, services.NO_MR),
    ([("none", "CT")], True, State.NOT_ASSESSABLE, services.NO_MR),
    ([("none", "MR")], True, State.NOT_ASSESSABLE, services.NO_ROLE),
    ([("T1WI", "MR")], True, State.WAITING, "T2WI has not arrived."),
    ([("T2WI", "MR"), ("none", "MR")], True, State.WAITING, "T1WI has not arrived."),
    ([("T1WIC", "MR")], True, State.WAITING, "T1WI and T2WI have not arrived."),
    ([("T1WI", "MR"), ("T1WIC", "MR")], True, State.WAITING, "T2WI has not arrived."),
    ([("T1WI", "MR"), ("T2WI", "MR")], True, State.QUEUED, ""),
    ([("T1WI", "MR"), ("T2WI", "MR"), ("T1WIC", "MR")], True, State.QUEUED, ""),
    ([("T1WI", "MR"), ("T2WI", "MR")], False, State.WAITING, services.NO_PROTOCOL),
    ([("T1WI", "MR")], False, State.WAITING, "T2WI has not arrived."),
    ([("none", "CT")], False, State.NOT_ASSESSABLE, services.NO_MR),
]


@pytest.mark.parametrize(("held", "protocol", "state", "reason"), STANDINGS)
def test_standing(held: Sequence[tuple[str, str]], protocol: bool, state: State, reason: str) -> None:
    if protocol:
        given.protocol()
    study = given.study()
    for role, modality in held:
        given.series(study, role, modality=modality)
    services.consider(study.study_instance_uid)
    row = StudyTriage.objects.get(study=study)
    assert (row.state, row.reason) == (state, reason)
    assert bool(row.remedy) == (state != State.QUEUED), "whatever is missing, something would help"
    assert Run.objects.filter(study=study).count() == (1 if state == State.QUEUED else 0)


@pytest.mark.parametrize("saturated", [False, True])
def test_of_two_alike_the_run_reads_what_its_network_was_trained_on(saturated: bool) -> None:
    protocol = given.protocol()
    type(protocol.t2wi).objects.filter(pk=protocol.t2wi_id).update(fat_saturated=saturated)
    study = given.study()
    given.series(study, "T1WI")
    kinds = {kind: given.series(study, "T2WI", fat_saturated=kind, preference=1.0) for kind in (False, True)}
    services.consider(study.study_instance_uid)
    assert Run.objects.get(study=study).inputs["T2WI"] == kinds[saturated].series_instance_uid


def _ready() -> tuple[object, Run]:
    given.protocol()
    study = given.study()
    given.series(study, "T1WI")
    given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    return study, Run.objects.get(study=study)


def test_the_same_input_again_changes_and_announces_nothing() -> None:
    study, run = _ready()
    announced = StudyChange.objects.count()
    services.consider(study.study_instance_uid)
    assert Run.objects.get(study=study) == run
    assert StudyChange.objects.count() == announced


def test_a_later_slice_supersedes_the_open_run() -> None:
    study, run = _ready()
    given.instance(study.series.first(), 99)
    services.consider(study.study_instance_uid)
    run.refresh_from_db()
    newer = Run.objects.exclude(pk=run.pk).get()
    assert (run.state, newer.state) == (Run.State.SUPERSEDED, Run.State.QUEUED)
    assert StudyTriage.objects.get(study=study).run == newer


def test_t1wic_arriving_later_is_part_of_a_new_run_and_the_tier_stays_in_sight() -> None:
    study, run = _ready()
    given.finished(study, given.findings(0.4, 0.4))
    enhanced = given.series(study, "T1WIC")
    services.consider(study.study_instance_uid)
    row = StudyTriage.objects.get(study=study)
    assert row.run.inputs["T1WIC"] == enhanced.series_instance_uid
    assert (row.state, row.tier, row.result.run_id) == (State.QUEUED, "suspicious", run.pk)


def test_changed_attributes_make_a_new_run() -> None:
    study, run = _ready()
    Instance.objects.filter(series__study=study).update(dataset_digest="other")
    services.consider(study.study_instance_uid)
    assert Run.objects.exclude(pk=run.pk).get().fingerprint != run.fingerprint


@pytest.mark.parametrize("done", [True, False])
def test_an_input_that_comes_back_finds_its_own_run_again(done: bool) -> None:
    """A role changed by hand and changed back."""
    study, run = _ready()
    if done:
        given.finished(study, given.findings(0.9, 0.9))
    t2wi = study.series.get(recognised_role="T2WI")
    t2wi.recognised_role = "none"
    t2wi.save()
    services.consider(study.study_instance_uid)
    row = StudyTriage.objects.get(study=study)
    assert (row.state, row.tier, row.run) == (State.WAITING, "", None)
    t2wi.recognised_role = "T2WI"
    t2wi.save()
    services.consider(study.study_instance_uid)
    row.refresh_from_db()
    assert row.run_id == run.pk
    assert row.state == (State.DONE if done else State.QUEUED)
    assert row.tier == ("positive" if done else "")


def test_generated_series_are_no_input() -> None:
    study, run = _ready()
    given.series(study, "T1WI", generated=True)
    services.consider(study.study_instance_uid)
    assert Run.objects.get(study=study) == run


def test_a_lone_role_waits_two_hours_after_its_newest_image() -> None:
    given.protocol()
    study = given.study()
    given.series(study, "T1WI")
    services.consider(study.study_instance_uid)
    assert services.expire_waiting() == 0
    then = timezone.now() - services.LONE_ROLE_WAIT - timedelta(seconds=1)
    Instance.objects.update(received_at=then)
    StudyTriage.objects.update(waiting_since=then)
    assert services.expire_waiting() == 1
    row = StudyTriage.objects.get(study=study)
    assert (row.state, row.reason) == (State.NOT_ASSESSABLE, "T2WI did not arrive within 2 hours of the last image.")
    given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    assert StudyTriage.objects.get(study=study).state == State.QUEUED


def test_a_protocol_installed_later_weighs_what_waited_for_it() -> None:
    study = given.study()
    given.series(study, "T1WI")
    given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    given.protocol()
    assert services.consider_waiting_for_protocol() == 1
    assert StudyTriage.objects.get(study=study).state == State.QUEUED


def test_an_intake_that_nobody_weighed_is_found() -> None:
    """The process died between the intake's end and the weighing."""
    given.protocol()
    study, weighed = given.study(), given.study()
    services.consider(weighed.study_instance_uid)
    ended = timezone.now() - timedelta(seconds=60)
    intake = Intake.objects.create(source=Source.IMPORT, studies=[study.study_instance_uid, weighed.study_instance_uid])
    Intake.objects.filter(pk=intake.pk).update(started_at=ended, finished_at=ended)
    assert services.consider_forgotten() == 1
    assert services.consider_forgotten() == 0
    assert StudyTriage.objects.filter(study=study).exists()


def test_the_archives_signals_are_heard() -> None:
    given.protocol()
    first, second = given.study(), given.study()
    studies_received.send(sender=Intake, study_uids=[first.study_instance_uid])
    series_roles_changed.send(sender=type(second), study_uid=second.study_instance_uid)
    assert StudyTriage.objects.filter(study__in=[first, second]).count() == 2


def test_an_unknown_study_is_no_error() -> None:
    services.consider("1.2.3")
