"""C-STORE (PS3.4 annex B): one data set after another into the archive, by the same ingest as every other door.

Success is answered when bytes and row are durable. What is refused leaves nothing.
"""

import logging

from pydicom.uid import UID
from pynetdicom.presentation import PresentationContext

from radapp.archive.clutter import Judgement, Kind
from radapp.archive.errors import StorageFull
from radapp.archive.group_commit import CommitFailedError, GroupCommit
from radapp.archive.inspection import BrokenFileError, ClutterError, Inspected, inspect
from radapp.archive.outcomes import Already, Outcome, PutAside, Refused, StoredInstance
from radapp.archive.receiving import Received
from radapp.archive.recording import Candidate
from radapp.dicomweb import store as stow
from radapp.dimse.commands import CommandSet
from radapp.dimse.sessions import Session, touched
from radapp.dimse.spool import Spool, TooLargeError, file_head

logger = logging.getLogger(__name__)

SUCCESS = 0x0000
NOT_AUTHORISED = 0x0124
NO_SUCH_CLASS = 0x0122
FULL = "the disk is full"

Answer = tuple[int, str]
"""Status and error comment."""


class Storing:
    """The C-STORE requests of one association, one at a time."""

    def __init__(self, session: Session, commit: GroupCommit, *, allowed: bool) -> None:
        self._session = session
        self._commit = commit
        self._allowed = allowed
        self._request: CommandSet | None = None
        self._spool: Spool | None = None
        self._refusal: Answer | None = None
        self.study_uids: dict[str, None] = {}
        self.series_uids: dict[str, None] = {}
        self.counts = {"stored": 0, "refused": 0}

    def begin(self, request: CommandSet, context: PresentationContext) -> None:
        """A request has come; its data set follows."""
        self._request, self._refusal = request, self._reason_to_refuse(request, context)
        if self._refusal is None:
            head = file_head(
                request.sop_class_uid, request.sop_instance_uid, context.transfer_syntax[0], self._session.ae_title
            )
            self._spool = Spool(head)

    def _reason_to_refuse(self, request: CommandSet, context: PresentationContext) -> Answer | None:
        if not self._allowed or not context.as_scp:
            return NOT_AUTHORISED, "this peer may not store"
        if request.sop_class_uid != context.abstract_syntax:
            return NO_SUCH_CLASS, "another SOP class than the presentation context's"
        if not request.has_data_set:
            return stow.CANNOT_UNDERSTAND, "no data set"
        return None

    def add(self, fragment: memoryview) -> None:
        """The next piece of the data set. What there is no room for is read to its end, and then refused."""
        if self._spool is None:
            return
        try:
            self._spool.add(fragment)
        except StorageFull:
            self._give_up((stow.OUT_OF_RESOURCES, FULL))
        except TooLargeError as error:
            self._give_up((stow.OUT_OF_RESOURCES, str(error)))
        except OSError as error:
            self._give_up((stow.OUT_OF_RESOURCES, f"cannot be written: {error.strerror}"))

    def _give_up(self, answer: Answer) -> None:
        self._refusal = answer
        self.discard()

    def told(self) -> str:
        """What became of the instances, for the log."""
        return ", ".join(f"{number} {word}" for word, number in self.counts.items() if number)

    def discard(self) -> None:
        """Leave nothing of a request that has not come to its end."""
        if self._spool is not None:
            self._spool.discard()
            self._spool = None

    def end(self) -> Answer:
        """The data set is whole: store it, and say what became of it."""
        assert self._request is not None
        answer = self._refusal if self._spool is None else self._store(self._request, self._spool)
        self._spool = None
        assert answer is not None
        refused = answer[0] not in {SUCCESS, stow.KEPT_ASIDE}
        self.counts["refused" if refused else "stored"] += 1
        return answer

    def _store(self, request: CommandSet, spool: Spool) -> Answer:
        try:
            received = spool.received()
        except StorageFull:
            spool.discard()
            return stow.OUT_OF_RESOURCES, FULL
        try:
            inspected = inspect(received.content, Judgement(Kind.DICOM))
            mismatch = _mismatch(request, inspected)
            if mismatch:
                return self._noted(Refused(request.sop_instance_uid, mismatch), stow.DATA_SET_MISMATCH)
            received.write_ahead()
            return self._recorded(request, inspected, received)
        except StorageFull:
            return stow.OUT_OF_RESOURCES, FULL
        except (BrokenFileError, ClutterError) as error:
            return self._noted(Refused(request.sop_instance_uid, str(error)), stow.CANNOT_UNDERSTAND)
        except CommitFailedError as error:
            return stow.OUT_OF_RESOURCES, str(error)
        finally:
            received.discard()

    def _recorded(self, request: CommandSet, inspected: Inspected, received: Received) -> Answer:
        outcome = self._commit.settle(Candidate(request.sop_instance_uid, inspected, received), self._session.origin)
        if touched(outcome):
            self.study_uids[inspected.identity.study_uid] = None
            self.series_uids[inspected.identity.series_uid] = None
        return self._noted(outcome, _status(outcome))

    def _noted(self, outcome: Outcome, status: int) -> Answer:
        self._session.note(outcome)
        return status, "" if isinstance(outcome, StoredInstance | Already) else outcome.reason


def _mismatch(request: CommandSet, inspected: Inspected) -> str:
    """What the command says otherwise than the data set; empty where they agree."""
    identity = inspected.identity
    if identity.sop_class_uid != request.sop_class_uid:
        return f"data set of class {UID(identity.sop_class_uid).name}, the command says another"
    if identity.sop_instance_uid != request.sop_instance_uid:
        return "data set of another SOP Instance UID than the command says"
    return ""


def _status(outcome: Outcome) -> int:
    if isinstance(outcome, StoredInstance | Already):
        return SUCCESS
    return stow.KEPT_ASIDE if isinstance(outcome, PutAside) else stow.failure_reason(outcome, "")
