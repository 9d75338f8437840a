"""Sending what is due: one process at a time to a source, which is asked whether it has a result before it is sent again."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from radapp.archive import borrowed
from radapp.archive.models import Instance
from radapp.dicomweb.syntaxes import EXPLICIT, ConversionImpossibleError, convert_instance
from radapp.upstream import circuit, folder, inventory, locks, outbox
from radapp.upstream.circuit import OfflineError
from radapp.upstream.models import Delivery, UpstreamSource
from radapp.upstream.peer import Outgoing, Peer, Receipt, SourceDownError, SourceError, Verdict

logger = logging.getLogger(__name__)

AT_ONCE = 20
GONE = "the object is not in the archive any more"


def deliver_due() -> int:
    """Send what is due to every source; how many objects arrived."""
    return sum(_deliver(source) for source in outbox.takers())


def _deliver(source: UpstreamSource) -> int:
    held = locks.try_exclusive("outbox", str(source.pk))
    if held is None:
        return 0
    arrived = 0
    with held:
        outbox.drop_overtaken(source)
        while deliveries := outbox.due(source, AT_ONCE):
            try:
                receipts = _send(source, deliveries)
            except OfflineError as error:
                outbox.wait_for_source(source, error.seconds)
                break
            except SourceDownError as error:
                for one in deliveries:
                    outbox.put_off(one, str(error))
                break
            except SourceError as error:
                receipts = [Receipt(one.pk, Verdict.LATER, str(error)) for one in deliveries]
            by_id = {receipt.delivery: receipt for receipt in receipts}
            for one in deliveries:
                outbox.settle(one, by_id[one.pk])
            arrived += sum(receipt.verdict is Verdict.TAKEN for receipt in receipts)
    return arrived


def _send(source: UpstreamSource, deliveries: Sequence[Delivery]) -> list[Receipt]:
    """A receipt for each, of one study."""
    if source.results == UpstreamSource.Results.HELD and not _holds_study(source, deliveries[0].study_instance_uid):
        return [Receipt(one.pk, Verdict.LATER, outbox.NOT_ITS_STUDY) for one in deliveries]
    doubtful = {one.pk for one in deliveries if one.attempts or one.state == Delivery.State.SENDING}
    with TemporaryDirectory(dir=folder.below("outgoing")) as aside:
        ready, receipts = _ready(deliveries, Path(aside))
        outbox.begin(deliveries)
        there = [one for one in ready if one.delivery in doubtful and circuit.ask(source, partial(_has, one))]
        receipts += [Receipt(one.delivery, Verdict.TAKEN) for one in there]
        rest = [one for one in ready if one not in there]
        return receipts + (list(circuit.ask(source, lambda peer: peer.store(rest))) if rest else [])


def _has(result: Outgoing, peer: Peer) -> bool:
    return peer.holds(result)


def _holds_study(source: UpstreamSource, study_uid: str) -> bool:
    """Whether the source has the study itself: a result tells of a patient, and goes nowhere where that one is unknown."""
    return circuit.ask(source, lambda peer: inventory.has_study(peer, study_uid))


def _ready(deliveries: Sequence[Delivery], aside: Path) -> tuple[list[Outgoing], list[Receipt]]:
    """The objects as files in a syntax that every PACS reads, and receipts for those that cannot be had."""
    ready, receipts = [], []
    for delivery in deliveries:
        try:
            ready.append(_outgoing(delivery, aside))
        except (Instance.DoesNotExist, FileNotFoundError, ConversionImpossibleError):
            receipts.append(Receipt(delivery.pk, Verdict.REFUSED, GONE))
    return ready, receipts


def _outgoing(delivery: Delivery, aside: Path) -> Outgoing:
    instance = Instance.objects.get(sop_instance_uid=delivery.sop_instance_uid)
    path = aside / str(delivery.pk)
    path.write_bytes(convert_instance(borrowed.path_of(instance.sha256), EXPLICIT))
    return Outgoing(
        delivery=delivery.pk,
        study_uid=delivery.study_instance_uid,
        series_uid=delivery.series_instance_uid,
        sop_class_uid=instance.sop_class_uid,
        sop_instance_uid=instance.sop_instance_uid,
        path=path,
    )
