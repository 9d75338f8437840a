"""A source that speaks DIMSE (PS3.4, PS3.7): C-ECHO, C-FIND, C-GET or C-MOVE, C-STORE, as a service class user."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings
from pydicom import DataElement, Dataset, config, dcmread
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.uid import UID
from pynetdicom import AE, Association, build_context, build_role, evt
from pynetdicom.pdu import A_ASSOCIATE_RJ
from pynetdicom.presentation import PresentationContext

from radapp.archive.headers import UNREADABLE
from radapp.dicomweb.attributes import ATTRIBUTES, BY_NAME, Level, Match
from radapp.upstream import dimse_objects, locks, records
from radapp.upstream.models import UpstreamSource
from radapp.upstream.peer import (
    DUPLICATE,
    FOR_GOOD,
    Answer,
    Outgoing,
    Query,
    Receipt,
    SourceConfusedError,
    SourceDownError,
    SourceError,
    Take,
    Verdict,
    broadened,
)

# Study root query and retrieve information models, verification (PS3.4 annexes C and A).
FIND, MOVE, GET = (f"1.2.840.10008.5.1.4.1.2.2.{number}" for number in (1, 2, 3))
ECHO = "1.2.840.10008.1.1"
CONNECT_S, ANSWER_S = 5.0, 30.0
QUIET_S = 60.0
"""Without an object or a word for so long, a retrieval is given up."""
MOVE_WAIT_S = 120.0
"""How long a C-MOVE waits for another one to free our port."""
UIDS_AT_ONCE = 100
ABOVE_AT_MOST = 25
"""Studies or series below which is searched, where none is named."""

LEVELS = {Level.STUDY: "STUDY", Level.SERIES: "SERIES", Level.INSTANCE: "IMAGE"}
_COUNTS = {
    Level.STUDY: ("NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances"),
    Level.SERIES: ("NumberOfSeriesRelatedInstances",),
    Level.INSTANCE: (),
}
_NOT_TOLD = frozenset({"00083002"})
"""Available Transfer Syntax UID: a key that sources do not know, and some refuse."""


class NothingAcceptedError(SourceConfusedError):
    """It accepts the association, and on it none of what we want."""


class DimsePeer:
    """Implements radapp.upstream.peer.Peer."""

    def __init__(self, source: UpstreamSource) -> None:
        self._source = source

    @contextmanager
    def _association(
        self,
        contexts: Sequence[PresentationContext],
        need: str = "",
        roles: Sequence[Any] = (),
        handlers: Sequence[Any] = (),
    ) -> Iterator[Association]:
        """An association with the source on which `need` is accepted, released or aborted at the end."""
        entity = AE(ae_title=self._source.calling_ae_title)
        entity.connection_timeout, entity.acse_timeout = CONNECT_S, ANSWER_S
        entity.dimse_timeout, entity.network_timeout = ANSWER_S, QUIET_S
        rejections: list[A_ASSOCIATE_RJ] = []
        association = entity.associate(
            self._source.host,
            self._source.port or 104,
            contexts=list(contexts),
            ae_title=self._source.ae_title,
            ext_neg=list(roles),
            evt_handlers=[*handlers, (evt.EVT_PDU_RECV, _keep_rejection, [rejections])],
        )
        try:
            if not association.is_established:
                if association.rejected_contexts:
                    raise NothingAcceptedError("it accepts nothing of what we need")
                raise SourceDownError(_why_not(rejected=bool(rejections)))
            if need and need not in _accepted(association):
                raise SourceConfusedError(f"it takes no {UID(need).name} from us")
            yield association
        except RuntimeError as error:  # pynetdicom's word for an association that ended meanwhile
            raise SourceDownError("it ended the association") from error
        finally:
            if association.is_established:
                association.release()

    def echo(self) -> str:
        """C-ECHO, and an association on which it would be searched."""
        contexts = [_context(ECHO), _context(FIND)]
        with self._association(contexts, FIND) as association:
            status = association.send_c_echo()
            if status.get("Status") != 0:
                raise SourceDownError("it does not answer C-ECHO with success")
        return "it answers C-ECHO and takes C-FIND"

    def find(self, query: Query, seconds: float) -> Answer:
        """C-FIND, study root. What is not searched within a study or series is searched level by level, as PACS want it."""
        ends_at = time.monotonic() + seconds
        with self._association([_context(FIND)], FIND) as association:
            association.dimse_timeout = seconds
            return _descend(association, query, ends_at)

    def fetch(self, study_uid: str, series_uid: str, wanted: Sequence[str], take: Take) -> Iterator[None]:
        """C-GET, or C-MOVE to our own port, of a series or of some of its instances."""
        retrieve = self._move if self._source.retrieve_by == UpstreamSource.Retrieve.MOVE else self._get
        slices = [wanted[start : start + UIDS_AT_ONCE] for start in range(0, len(wanted), UIDS_AT_ONCE)]
        for uids in slices or [[]]:
            identifier = Dataset()
            identifier.QueryRetrieveLevel = "IMAGE" if uids else "SERIES"
            identifier.StudyInstanceUID, identifier.SeriesInstanceUID = study_uid, series_uid
            if uids:
                identifier.SOPInstanceUID = list(uids)
            yield from retrieve(identifier, take)

    def _get(self, identifier: Dataset, take: Take) -> Iterator[None]:
        classes = self._classes_of(identifier)
        contexts = [_context(GET), *dimse_objects.storage_contexts(classes)]
        roles = [build_role(UID(one), scp_role=True) for one in classes]
        receiver = _Receiver(take)
        with self._association(contexts, GET, roles, [(evt.EVT_C_STORE, receiver.store)]) as association:
            for status, _ in association.send_c_get(identifier, GET):
                receiver.complain()
                _complain_of_retrieval(status)
                yield

    def _classes_of(self, identifier: Dataset) -> list[str]:
        """The SOP classes in the series, since C-GET must name what it is ready for."""
        within = (str(identifier.StudyInstanceUID), str(identifier.SeriesInstanceUID))
        answer = self.find(Query(Level.INSTANCE, (), within, 5000), ANSWER_S)
        found = {records.text_of(one, "00080016") for one in records.cleaned(answer.records, Level.INSTANCE)}
        return sorted(found - {""}) or list(dimse_objects.USUAL_CLASSES)

    def _move(self, identifier: Dataset, take: Take) -> Iterator[None]:
        """Listen on the port that the source knows as ours for as long as it sends: one C-MOVE at a time."""
        source, receiver = self._source, _Receiver(take)
        with locks.exclusive("port", str(source.move_port), MOVE_WAIT_S), _listening(source, receiver):
            with self._association([_context(MOVE)], MOVE) as association:
                association.dimse_timeout = QUIET_S
                for status, _ in association.send_c_move(identifier, source.move_ae_title, MOVE):
                    receiver.complain()
                    _complain_of_retrieval(status)
                    yield
            receiver.complain()

    def holds(self, result: Outgoing) -> bool:
        """C-FIND for the one instance."""
        within = (result.study_uid, result.series_uid)
        query = Query(Level.INSTANCE, ((BY_NAME["SOPInstanceUID"], result.sop_instance_uid),), within, 5)
        found = records.cleaned(self.find(query, ANSWER_S).records, Level.INSTANCE)
        return result.sop_instance_uid in {records.value_of(one, records.SOP_UID) for one in found}

    def store(self, results: Sequence[Outgoing]) -> Sequence[Receipt]:
        """C-STORE of all on one association."""
        contexts = [_context(one) for one in sorted({result.sop_class_uid for result in results})]
        try:
            with self._association(contexts) as association:
                accepted = _accepted(association)
                return [self._store(association, result, accepted) for result in results]
        except NothingAcceptedError:
            return [_not_taken(result) for result in results]

    def _store(self, association: Association, result: Outgoing, accepted: set[str]) -> Receipt:
        if result.sop_class_uid not in accepted:
            return _not_taken(result)
        if not association.is_established:
            return Receipt(result.delivery, Verdict.LATER, "it ended the association")
        status = association.send_c_store(dcmread(result.path))
        code = status.get("Status")
        if code is None:
            return Receipt(result.delivery, Verdict.LATER, "it did not answer C-STORE in time")
        if code in {0x0000, DUPLICATE} or 0xB000 <= code < 0xC000:
            return Receipt(result.delivery, Verdict.TAKEN)
        verdict = Verdict.REFUSED if code in FOR_GOOD else Verdict.LATER
        return Receipt(result.delivery, verdict, f"it answers C-STORE with status {code:04X}")


def _descend(association: Association, query: Query, ends_at: float) -> Answer:
    """The records of a level, found below each record of the level above where none is named."""
    above = Level(query.level.value - 1) if query.level.value else None
    if above is None or query.within[above.value]:
        own = tuple(condition for condition in query.conditions if condition[0].level is query.level)
        return _find(association, replace(query, conditions=own), ends_at)
    upper = tuple(condition for condition in query.conditions if condition[0].level.value <= above.value)
    parents = _descend(association, Query(above, upper, query.within, ABOVE_AT_MOST), ends_at)
    found, truncated = list[Any](), parents.truncated
    for parent in records.cleaned(parents.records, above):
        uids = [records.text_of(parent, tag) for tag in (records.STUDY_UID, records.SERIES_UID)]
        below = replace(query, within=(uids[0] or query.within[0], uids[1]), most=query.most - len(found))
        answer = _descend(association, below, ends_at)
        found += [parent | one for one in answer.records if isinstance(one, dict)]
        truncated |= answer.truncated
        if len(found) >= query.most:
            return Answer(found, truncated=True)
    return Answer(found, truncated)


def _find(association: Association, query: Query, ends_at: float) -> Answer:
    """One C-FIND, cancelled once there is enough."""
    found, cancelled = list[Any](), False
    for status, identifier in association.send_c_find(_identifier(query), FIND, msg_id=1):
        code = status.get("Status")
        if code is None or time.monotonic() > ends_at:
            association.abort()
            raise SourceDownError("it did not answer in time")
        if code in {0xFF00, 0xFF01} and identifier is not None:
            if len(found) < query.most:
                found.append(_json(identifier))
            elif not cancelled:
                cancelled = True
                association.send_c_cancel(1, query_model=FIND)
        elif code not in {0x0000, 0xFE00, 0xFF00, 0xFF01}:
            raise SourceConfusedError(f"it answers C-FIND with status {code:04X}")
    return Answer(found, truncated=cancelled)


class _Receiver:
    """Hands over what the source stores here, in whichever of pynetdicom's threads it arrives."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._lock = threading.Lock()
        self._error: Exception | None = None

    def store(self, event: evt.Event) -> int:
        """The handler of C-STORE: the octets as they came, with file meta information before them."""
        octets = event.encoded_dataset()
        try:
            with self._lock:
                self._take(lambda out: out.write(octets))
        except (SourceError, OSError) as error:
            self._error = error
            return 0xA700
        return 0x0000

    def complain(self) -> None:
        """Raise here what went wrong there."""
        if self._error is not None:
            raise self._error


@contextmanager
def _listening(source: UpstreamSource, receiver: _Receiver) -> Iterator[None]:
    """Our port, open for every storage class while a C-MOVE goes on."""
    entity = AE(ae_title=source.move_ae_title)
    entity.require_called_aet = True
    entity.network_timeout = QUIET_S
    for context in dimse_objects.any_storage():
        entity.add_supported_context(context.abstract_syntax or UID(""), context.transfer_syntax)
    address = (settings.DIMSE.host, source.move_port or 0)
    try:
        entity.start_server(address, block=False, evt_handlers=[(evt.EVT_C_STORE, receiver.store)])
    except OSError as error:
        raise SourceConfusedError(f"C-MOVE needs {address[0]}:{address[1]} here, which is taken or not ours") from error
    try:
        yield
    finally:
        entity.shutdown()


def _not_taken(result: Outgoing) -> Receipt:
    name = UID(result.sop_class_uid).name
    return Receipt(result.delivery, Verdict.REFUSED, f"it takes no objects of the class {name}")


def _accepted(association: Association) -> set[str]:
    return {str(context.abstract_syntax) for context in association.accepted_contexts}


def _context(sop_class: str) -> PresentationContext:
    return build_context(sop_class, [*dimse_objects.NATIVE])


def _identifier(query: Query) -> Dataset:
    """The keys: what is matched, and empty ones for what shall be told."""
    told = [one for one in ATTRIBUTES if one.level is query.level and one.tag not in _NOT_TOLD and "." not in one.tag]
    keys: dict[str, Any] = {one.keyword: None for one in told}
    # Above the level only the UIDs of what is searched within may stand (PS3.4 C.4.1.2.1).
    keys |= dict.fromkeys(_COUNTS[query.level])
    keys |= dict(zip(("StudyInstanceUID", "SeriesInstanceUID"), query.within, strict=True)) if query.within[0] else {}
    for attribute, value in query.conditions:
        sent = broadened(attribute, value)
        keys[attribute.keyword] = sent.split(",") if attribute.match in {Match.UIDS, Match.CODES, Match.CLASSES} else sent
    identifier = Dataset()
    identifier.QueryRetrieveLevel = LEVELS[query.level]
    if any(not value.isascii() for _, value in query.conditions):
        identifier.SpecificCharacterSet = "ISO_IR 192"
    for keyword, value in keys.items():
        tag = tag_for_keyword(keyword)
        assert tag is not None
        vr = dictionary_VR(tag)
        number = int(value) if vr == "US" and value else value
        identifier.add(DataElement(tag, vr, number, validation_mode=config.IGNORE))
    return identifier


def _json(identifier: Dataset) -> object:
    """The answer as DICOM JSON; what cannot be read is no record."""
    try:
        return identifier.to_json_dict(suppress_invalid_tags=True)
    except UNREADABLE:
        return None


def _complain_of_retrieval(status: Dataset) -> None:
    """Raise where a C-GET or C-MOVE went wrong. Sub-operations that failed are found by what is missing."""
    code = status.get("Status")
    if code is None:
        raise SourceDownError("it stopped answering in the middle of a retrieval")
    if code not in {0x0000, 0xFF00, 0xB000}:
        hint = "; it does not know us as a destination" if code == 0xA801 else ""
        raise SourceConfusedError(f"it answers a retrieval with status {code:04X}{hint}")


def _keep_rejection(event: evt.Event, rejections: list[A_ASSOCIATE_RJ]) -> None:
    """Association.is_rejected misses one read before pynetdicom looks whether the connection stands: it says aborted."""
    if isinstance(event.pdu, A_ASSOCIATE_RJ):
        rejections.append(event.pdu)


def _why_not(*, rejected: bool) -> str:
    if rejected:
        return "it rejects our association; see the AE titles, and whom it knows"
    return "it cannot be reached, or aborts our association"
