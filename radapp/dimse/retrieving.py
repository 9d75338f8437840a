"""C-MOVE and C-GET (PS3.4 annex C.4.2, C.4.3): what an identifier names, sent instance by instance as it is stored."""

import logging
from dataclasses import dataclass, field
from io import BytesIO

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import QuerySet
from pydicom import Dataset
from pydicom.uid import UID
from pynetdicom.dimse_primitives import C_GET, C_MOVE
from pynetdicom.dsutils import decode, encode
from pynetdicom.presentation import PresentationContext

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.archive.headers import UNREADABLE
from radapp.archive.models import Instance
from radapp.dimse import identifiers, outgoing, sending
from radapp.dimse.association import PeerAssociation
from radapp.dimse.identifiers import PATIENT, IdentifierError, Query
from radapp.dimse.models import Peer
from radapp.dimse.outgoing import CannotAssociateError
from radapp.dimse.peers import destination
from radapp.dimse.sending import FAILURE, SUCCESS, WARNING, CannotSendError, LostError

logger = logging.getLogger(__name__)

DONE = 0x0000
PENDING = 0xFF00
CANCELLED = 0xFE00
SOME_FAILED = 0xB000
CANNOT_COUNT = 0xA701
ALL_FAILED = 0xA702
UNKNOWN_DESTINATION = 0xA801
MISMATCH = 0xA900
UNABLE = 0xC000
MOST_SUBOPERATIONS = 65535

_UNIQUE_KEYS = {
    PATIENT: "PatientID",
    "STUDY": "StudyInstanceUID",
    "SERIES": "SeriesInstanceUID",
    "IMAGE": "SOPInstanceUID",
}
_COLUMNS = {
    "PatientID": "series__study__patient_id",
    "StudyInstanceUID": "series__study__study_instance_uid",
    "SeriesInstanceUID": "series__series_instance_uid",
    "SOPInstanceUID": "sop_instance_uid",
}
ORDER = ("series__study_id", "series__series_number", "series_id", "instance_number", "id")


@dataclass
class Progress:
    """The sub-operations of one retrieval."""

    remaining: int
    counts: dict[str, int] = field(default_factory=lambda: {FAILURE: 0, WARNING: 0, SUCCESS: 0})
    failed: list[str] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)

    def note(self, instance: Instance, kind: str) -> None:
        """One has come to its end."""
        self.remaining -= 1
        self.counts[kind] += 1
        if kind == FAILURE:
            self.failed.append(instance.sop_instance_uid)
        else:
            study_uid = instance.series.study.study_instance_uid
            self.sent[study_uid] = self.sent.get(study_uid, 0) + 1

    def give_up(self, instances: list[Instance]) -> None:
        """None of these can be sent any more."""
        for instance in instances:
            self.note(instance, FAILURE)

    @property
    def status(self) -> int:
        """The final status."""
        if not self.counts[FAILURE] and not self.counts[WARNING]:
            return DONE
        return SOME_FAILED if self.counts[SUCCESS] or self.counts[WARNING] else ALL_FAILED


class Retrieval:
    """One request: whom it came from, and the responses to it."""

    def __init__(self, association: PeerAssociation, request: C_GET | C_MOVE, context: PresentationContext) -> None:
        self.association = association
        self.request = request
        self.syntax = context.transfer_syntax[0]
        assert context.context_id is not None
        self._context_id = context.context_id
        self.sop_class_uid = str(request.AffectedSOPClassUID)

    @property
    def message_id(self) -> int:
        """The request's."""
        return int(self.request.MessageID or 0)

    @property
    def is_cancelled(self) -> bool:
        """Whether the peer has asked to stop."""
        return self.message_id in self.association.dimse.cancel_req

    def query(self) -> Query:
        """The identifier. Raises IdentifierError."""
        encoded = self.request.Identifier
        if encoded is None:
            raise IdentifierError("no identifier")
        try:
            found = decode(encoded, self.syntax.is_implicit_VR, self.syntax.is_little_endian, self.syntax.is_deflated)
        except UNREADABLE as error:
            raise IdentifierError(f"the identifier cannot be read: {error}") from error
        return identifiers.read(found, self.sop_class_uid)

    def respond(self, status: int, progress: Progress | None = None, comment: str = "") -> None:
        """Send one response; the final one names what could not be sent."""
        response = C_MOVE() if isinstance(self.request, C_MOVE) else C_GET()
        response.MessageIDBeingRespondedTo = self.message_id
        response.AffectedSOPClassUID = UID(self.sop_class_uid)
        response.Status = status
        if comment:
            response.ErrorComment = comment.encode("ascii", "replace").decode()[:64]  # type: ignore[assignment]
        if progress is not None:
            if status in {PENDING, CANCELLED}:
                response.NumberOfRemainingSuboperations = progress.remaining
            response.NumberOfCompletedSuboperations = progress.counts[SUCCESS]
            response.NumberOfFailedSuboperations = progress.counts[FAILURE]
            response.NumberOfWarningSuboperations = progress.counts[WARNING]
            if status not in {PENDING, DONE}:
                response.Identifier = BytesIO(self._failed(progress))
        self.association.dimse.send_msg(response, self._context_id)

    def _failed(self, progress: Progress) -> bytes:
        dataset = Dataset()
        dataset.FailedSOPInstanceUIDList = progress.failed
        syntax = self.syntax
        return encode(dataset, syntax.is_implicit_VR, syntax.is_little_endian, syntax.is_deflated) or b""


def serve(association: PeerAssociation, peer: Peer, request: C_GET | C_MOVE, context: PresentationContext) -> None:
    """Answer one C-MOVE or C-GET request of the peer."""
    retrieval = Retrieval(association, request, context)
    try:
        found = named(retrieval.query())
        if found.count() > MOST_SUBOPERATIONS:
            retrieval.respond(CANNOT_COUNT, comment=f"more than {MOST_SUBOPERATIONS} instances: ask for less at once")
            return
        instances = list(found)
        if isinstance(request, C_MOVE):
            _move(retrieval, peer, instances)
        else:
            _send_all(retrieval, association, instances, peer.ae_title, by=peer)
    except IdentifierError as error:
        retrieval.respond(MISMATCH, comment=str(error))
    except (DatabaseError, InterfaceError) as error:
        logger.warning("%s: a retrieval failed: %s", association.name, error)
        retrieval.respond(UNABLE, comment="the database does not answer")


def named(query: Query) -> QuerySet[Instance]:
    """The instances that a retrieval names. Raises IdentifierError."""
    found = Instance.objects.select_related("series__study").order_by(*ORDER)
    wanted = _UNIQUE_KEYS[query.level]
    if not identifiers.uids(query, wanted):
        raise IdentifierError(f"no {wanted}, expected at least one at the level {query.level}")
    for keyword, column in _COLUMNS.items():
        values = identifiers.uids(query, keyword)
        if values:
            found = found.filter(**{f"{column}__in": values})
    return found


def _move(retrieval: Retrieval, peer: Peer, instances: list[Instance]) -> None:
    title = str(retrieval.request.MoveDestination or "").strip()  # type: ignore[union-attr]
    there = destination(title)
    if there is None:
        retrieval.respond(UNKNOWN_DESTINATION, comment=f"no peer {title} with a port is listed")
        return
    if not instances:
        retrieval.respond(DONE, Progress(0))
        return
    pairs = {(one.sop_class_uid, one.transfer_syntax_uid) for one in instances}
    try:
        towards = outgoing.associate(retrieval.association.ae, there, outgoing.proposals(pairs))
    except CannotAssociateError as error:
        logger.warning("C-MOVE of %s: %s", peer.ae_title, error)
        progress = Progress(len(instances))
        progress.give_up(instances)
        retrieval.respond(ALL_FAILED, progress, f"cannot associate with {title}")
        return
    try:
        _send_all(retrieval, towards, instances, there.ae_title, by=peer)
    finally:
        outgoing.release(towards)


def _send_all(
    retrieval: Retrieval, towards: PeerAssociation, instances: list[Instance], destination_title: str, *, by: Peer
) -> None:
    """Send one after the other; the peer may cancel between two."""
    progress = Progress(len(instances))
    originator = (by.ae_title, retrieval.message_id) if isinstance(retrieval.request, C_MOVE) else None
    try:
        for number, instance in enumerate(instances):
            if retrieval.is_cancelled:
                retrieval.respond(CANCELLED, progress)
                return
            if not retrieval.association.is_established or not retrieval.association.dul.is_alive():
                return
            try:
                progress.note(instance, sending.send(towards, instance, number % 65535 + 1, originator))
            except CannotSendError as error:
                logger.warning("instance %s not sent to %s: %s", instance.sop_instance_uid, destination_title, error)
                progress.note(instance, FAILURE)
            except LostError as error:
                logger.warning("sending to %s ended early: %s", destination_title, error)
                progress.give_up(instances[number:])
                break
            if progress.remaining:
                retrieval.respond(PENDING, progress)
        retrieval.respond(progress.status, progress)
    finally:
        _note(progress, by, destination_title)


def _note(progress: Progress, by: Peer, destination_title: str) -> None:
    """One audit row for each study that left."""
    if not progress.sent:
        return
    with transaction.atomic():
        for study_uid, number in progress.sent.items():
            audit.record(
                actor=None,
                actor_name=f"dimse {by.ae_title}",
                action=AuditEntry.Action.STUDY_SENT,
                study_uid=study_uid,
                target=f"peer {destination_title}",
                after={"instances": number},
            )
