"""The life of an intake: opened, fed in batches, finished; then roles are recognised and the studies announced."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from radapp.accounts.models import Role, User
from radapp.archive import arrivals, storage
from radapp.archive.models import Intake, Source, Study
from radapp.archive.outcomes import IntakeReport
from radapp.archive.roles import recognise_study
from radapp.archive.signals import studies_received

# A page that was closed in mid-upload never says that it is finished: after this long without a file, we do.
IDLE = timedelta(seconds=60)


def open_intake(*, source: Source, user: User | None) -> Intake:
    """Begin an intake; its batches follow."""
    return Intake.objects.create(source=source, user=user)


def intake_or_404(user: User, intake_id: UUID) -> Intake:
    """The intake, if it is this person's or the person is an administrator."""
    intake = Intake.objects.filter(id=intake_id).first()
    if intake is None or (intake.user_id != user.pk and Role.ADMINISTRATOR not in user.roles):
        raise Http404("No intake under this id.")
    return intake


def finish_intake(intake: Intake) -> Intake:
    """End an intake: recognise the roles of its studies, announce them, note the end. Safe to repeat.

    The end is noted last, so that an intake whose process died in between is finished again by finish_idle_intakes().
    """
    intake.refresh_from_db()
    if intake.finished_at is None:
        end_intake(intake)
        intake.refresh_from_db()
    return intake


def end_intake(intake: Intake) -> None:
    """The same for whoever opened it and fed it last, which knows its row as it stands."""
    if arrivals.is_live(intake.source):
        _end_live(intake)
    else:
        _end_whole(intake)
    # Unless a batch came meanwhile: then the intake stays open, and the next end announces that batch too.
    Intake.objects.filter(id=intake.id, active_at=intake.active_at).update(finished_at=timezone.now())


def _end_whole(intake: Intake) -> None:
    """What came as a whole is complete now."""
    studies = list(Study.objects.filter(study_instance_uid__in=intake.studies))
    for study in studies:
        recognise_study(study)
    if studies and not intake.storage_full:
        studies_received.send(sender=Intake, study_uids=[study.study_instance_uid for study in studies])


def _end_live(intake: Intake) -> None:
    """The end of a request is evidence (an association tells of its own); what is complete is followed up at once."""
    if intake.source == Source.STOW:
        arrivals.release_studies(intake.studies)
    arrivals.follow_all(intake.studies)


def finish_idle_intakes() -> int:
    """Finish every intake that got no file for a minute, and clear what dead processes left; returns how many ended."""
    idle = list(Intake.objects.filter(finished_at__isnull=True, active_at__lt=timezone.now() - IDLE))
    for intake in idle:
        finish_intake(intake)
    storage.remove_stale()
    return len(idle)


def note_batch(intake: Intake, report: IntakeReport) -> Intake:
    """Add a batch's report to the intake's; the row as it stands then. One that ended meanwhile (idle) goes on."""
    with transaction.atomic():
        row = Intake.objects.select_for_update().get(id=intake.id)
        row.stored += report.stored
        row.already += report.already
        row.skipped += report.skipped
        row.set_aside += report.set_aside
        row.refused += report.refused
        row.studies += [uid for uid in report.studies if uid not in row.studies]
        row.storage_full = row.storage_full or report.storage_full
        row.finished_at = None
        row.save()
    return row
