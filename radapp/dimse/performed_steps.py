"""Modality Performed Procedure Step (PS3.4 annex F.7): what a scanner says it does and has done, kept as evidence."""

import logging
from collections.abc import Callable, Iterable
from typing import cast

from django.db import DatabaseError, IntegrityError, InterfaceError, transaction
from pydicom import Dataset
from pynetdicom.dimse_primitives import N_CREATE, N_SET
from pynetdicom.events import Event

from radapp.archive.encoding import is_uid
from radapp.archive.headers import UNREADABLE, text
from radapp.archive.signals import performed_step_changed
from radapp.dimse.models import PerformedStep, StepSeries

logger = logging.getLogger(__name__)

DONE = 0x0000
INVALID_VALUE = 0x0106
PROCESSING_FAILURE = 0x0110
DUPLICATE = 0x0111
NO_SUCH_INSTANCE = 0x0112
INVALID_INSTANCE = 0x0117
MISSING_VALUE = 0x0121
NO_LONGER_CHANGED = 0xA710
"""Error ID beside a processing failure: the step was completed or discontinued before (PS3.4 table F.7.2-3)."""

MOST_SERIES = 1000
MOST_INSTANCES = 100_000


class StepRefusedError(ValueError):
    """A request that cannot be heeded: status, and the reason in words."""

    def __init__(self, status: int, words: str, error_id: int | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.error_id = error_id


def handle_create(event: Event, peer: str) -> tuple[int | Dataset, Dataset | None]:
    """N-CREATE: a step begins."""
    uid = str(cast(N_CREATE, event.request).AffectedSOPInstanceUID or "")
    return _answered(lambda: create(uid, event.attribute_list, peer), peer)


def handle_set(event: Event, peer: str) -> tuple[int | Dataset, Dataset | None]:
    """N-SET: a step goes on, is completed or discontinued."""
    uid = str(cast(N_SET, event.request).RequestedSOPInstanceUID or "")
    return _answered(lambda: change(uid, event.modification_list), peer)


def _answered(act: Callable[[], PerformedStep], peer: str) -> tuple[int | Dataset, Dataset | None]:
    try:
        act()
    except StepRefusedError as error:
        logger.warning("a performed step of %s is refused: %s", peer, error)
        return _failure(error.status, str(error), error.error_id), None
    except UNREADABLE as error:
        return _failure(INVALID_VALUE, f"it cannot be read: {error}"), None
    except (DatabaseError, InterfaceError) as error:
        logger.warning("a performed step of %s could not be kept: %s", peer, error)
        return _failure(PROCESSING_FAILURE, "the database does not answer"), None
    return DONE, Dataset()


def _failure(status: int, words: str, error_id: int | None = None) -> Dataset:
    dataset = Dataset()
    dataset.Status, dataset.ErrorComment = status, words.encode("ascii", "replace").decode()[:64]
    if error_id is not None:
        dataset.ErrorID = error_id
    return dataset


def create(sop_instance_uid: str, said: Dataset, peer: str) -> PerformedStep:
    """Keep a new step and announce it. Raises StepRefusedError."""
    if not is_uid(sop_instance_uid):
        raise StepRefusedError(INVALID_INSTANCE, "no SOP Instance UID, expected one")
    state = text(said, "PerformedProcedureStepStatus")
    if state != PerformedStep.State.IN_PROGRESS:
        raise StepRefusedError(INVALID_VALUE, f"status {state[:16]!r}, expected IN PROGRESS")
    studies = _studies(said)
    if not studies:
        raise StepRefusedError(MISSING_VALUE, "no Study Instance UID in ScheduledStepAttributesSequence")
    step = PerformedStep(
        sop_instance_uid=sop_instance_uid,
        peer=peer,
        state=state,
        step_id=text(said, "PerformedProcedureStepID", 64),
        modality=text(said, "Modality", 16),
        station=text(said, "PerformedStationAETitle", 64),
        study_uids=studies,
        begun=_moment(said, "Start"),
    )
    try:
        with transaction.atomic():
            step.save(force_insert=True)
            _keep_series(step, said)
            _announce(step)
    except IntegrityError as error:
        raise StepRefusedError(DUPLICATE, "a step with this SOP Instance UID is there already") from error
    return step


def change(sop_instance_uid: str, said: Dataset) -> PerformedStep:
    """Keep what a step has become and announce it. Raises StepRefusedError."""
    with transaction.atomic():
        step = PerformedStep.objects.select_for_update().filter(sop_instance_uid=sop_instance_uid).first()
        if step is None:
            raise StepRefusedError(NO_SUCH_INSTANCE, "no step with this SOP Instance UID")
        if step.state != PerformedStep.State.IN_PROGRESS:
            raise StepRefusedError(PROCESSING_FAILURE, f"the step is {step.state} already", NO_LONGER_CHANGED)
        state = text(said, "PerformedProcedureStepStatus") or step.state
        if state not in PerformedStep.State.values:
            raise StepRefusedError(INVALID_VALUE, f"status {state[:16]!r}, expected COMPLETED or DISCONTINUED")
        step.state = state
        step.ended = _moment(said, "End") or step.ended
        step.save(update_fields=["state", "ended", "changed_at"])
        _keep_series(step, said)
        _announce(step)
    return step


def _studies(said: Dataset) -> list[str]:
    found = (text(item, "StudyInstanceUID") for item in _items(said, "ScheduledStepAttributesSequence"))
    return list(dict.fromkeys(uid for uid in found if is_uid(uid)))


def _items(dataset: Dataset, keyword: str) -> Iterable[Dataset]:
    value = dataset.get(keyword)
    return value if value is not None and dataset[keyword].VR == "SQ" else ()


def _moment(said: Dataset, which: str) -> str:
    """Start or end, date and time as the modality's clock had them."""
    day, clock = (text(said, f"PerformedProcedureStep{which}{part}", 16) for part in ("Date", "Time"))
    return f"{day} {clock}".strip()


def _keep_series(step: PerformedStep, said: Dataset) -> None:
    """The series that a message lists; those of earlier ones stay unless it lists them anew."""
    items = list(_items(said, "PerformedSeriesSequence"))
    if len(items) > MOST_SERIES:
        raise StepRefusedError(INVALID_VALUE, f"{len(items)} performed series, expected at most {MOST_SERIES}")
    for item in items:
        uid = text(item, "SeriesInstanceUID")
        if not is_uid(uid):
            raise StepRefusedError(INVALID_VALUE, "a performed series without a Series Instance UID")
        instances = _instances(item)
        StepSeries.objects.update_or_create(
            step=step,
            series_instance_uid=uid,
            defaults={"description": text(item, "SeriesDescription", 256), "instance_uids": instances},
        )


def _instances(item: Dataset) -> list[str]:
    """The instances of a performed series, images and others."""
    found: dict[str, None] = {}
    for keyword in ("ReferencedImageSequence", "ReferencedNonImageCompositeSOPInstanceSequence"):
        for reference in _items(item, keyword):
            uid = text(reference, "ReferencedSOPInstanceUID")
            if is_uid(uid):
                found[uid] = None
    if len(found) > MOST_INSTANCES:
        raise StepRefusedError(INVALID_VALUE, f"{len(found)} instances in a series, expected at most {MOST_INSTANCES}")
    return list(found)


def _announce(step: PerformedStep) -> None:
    """Tell each study of the step, once this is committed."""
    series = {one.series_instance_uid: len(one.instance_uids) for one in step.series.all()}
    for study_uid in step.study_uids:
        transaction.on_commit(lambda uid=study_uid: _send(uid, step.state, series))  # type: ignore[misc]


def _send(study_uid: str, state: str, series: dict[str, int]) -> None:
    performed_step_changed.send_robust(sender=PerformedStep, study_uid=study_uid, state=state, series=series)
