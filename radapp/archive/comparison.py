"""Another data set under a stored SOP Instance UID (DOMAIN: equal pixels are set aside, other pixels are refused)."""

import hashlib
import warnings
from typing import IO, BinaryIO, cast

import pydicom
from django.db import IntegrityError, transaction
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.archive import storage
from radapp.archive.changes import announce
from radapp.archive.errors import StorageFull
from radapp.archive.headers import UNREADABLE
from radapp.archive.models import Instance, SetAside, Source
from radapp.archive.outcomes import Already, Outcome, PutAside, Refused
from radapp.archive.recompression import decode_equally, may_be_recompressed
from radapp.archive.recording import Candidate, Origin, not_stored
from radapp.archive.walk import PIXEL_TAGS

OTHER_PIXELS = "found other pixels under a stored SOP Instance UID, expected a new UID for a new image"
REFUSED_BEFORE = "an administrator refused this data set before ({reason}); the stored one stays"
LOST = (
    "the bytes of the data set stored under this SOP Instance UID are lost, so nothing can be compared: "
    "send that one again, or see manage.py verify_archive"
)
ASIDE = "the stored data set differs in {names}: kept aside for an administrator, the stored one stays"
LONGEST_TEXT = 200
MOST_DIFFERENCES = 200
SHOWN_NAMES = 3

Difference = dict[str, str | None]


def settle_conflict(candidate: Candidate, origin: Origin) -> Outcome:
    """Decide about a file whose SOP Instance UID is stored with another data set."""
    identity = candidate.inspected.identity
    instance = Instance.every.select_related("series__study").get(sop_instance_uid=identity.sop_instance_uid)
    try:
        if not _same_pixels(instance, candidate):
            return Refused(candidate.path, OTHER_PIXELS, identity)
        found = differences(instance, candidate)
    except FileNotFoundError:
        return Refused(candidate.path, LOST, identity)
    except StorageFull as error:  # its store does not answer
        return Refused(candidate.path, not_stored(error), identity, storage_full=True)
    if not found:
        # Written otherwise (padding, a private element's VR, lossless compression), equal as read.
        return Already(candidate.path, identity)
    try:
        with storage.Batch() as batch:
            candidate.received.hand_over(batch)
            batch.commit()
    except StorageFull as error:
        return Refused(candidate.path, not_stored(error), identity, storage_full=True)
    return _set_aside(instance, candidate, found, origin)


def _same_pixels(instance: Instance, candidate: Candidate) -> bool:
    if instance.pixel_digest == candidate.inspected.pixel_digest:
        return True
    if not may_be_recompressed(instance.transfer_syntax_uid, candidate.inspected.transfer_syntax_uid):
        return False
    with storage.open_(instance.sha256) as stored, candidate.received.open() as received:
        return decode_equally(stored, received)


def _set_aside(instance: Instance, candidate: Candidate, found: list[Difference], origin: Origin) -> Outcome:
    inspected = candidate.inspected
    names = [str(one["keyword"] or one["tag"]) for one in found]
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    reason = ASIDE.format(names=", ".join(names[:SHOWN_NAMES]) + more)
    try:
        with transaction.atomic():
            row, created = SetAside.objects.select_for_update().get_or_create(
                instance=instance,
                dataset_digest=inspected.dataset_digest,
                defaults={
                    "sha256": candidate.received.sha256,
                    "size": candidate.received.size,
                    "transfer_syntax_uid": inspected.transfer_syntax_uid,
                    "differences": found[:MOST_DIFFERENCES],
                    "source": Source(origin.source),
                },
            )
            if not created and row.state == SetAside.State.REFUSED:
                return Refused(candidate.path, REFUSED_BEFORE.format(reason=row.reason), inspected.identity)
            if created or row.state == SetAside.State.ACCEPTED:
                _await_decision(row, instance, found, origin)
    except IntegrityError:
        # Another process set the same data set aside a moment ago.
        return PutAside(candidate.path, reason, inspected.identity)
    return PutAside(candidate.path, reason, inspected.identity)


def _await_decision(row: SetAside, instance: Instance, found: list[Difference], origin: Origin) -> None:
    """Note it for the administrator: new, or accepted once and since replaced by another one."""
    study_uid = instance.series.study.study_instance_uid
    row.state, row.decided_by, row.decided_at, row.reason = SetAside.State.WAITING, None, None, ""
    row.differences = found[:MOST_DIFFERENCES]
    row.save()
    audit.record(
        actor=origin.user,
        actor_name=origin.actor_name,
        action=AuditEntry.Action.SET_ASIDE,
        study_uid=study_uid,
        target=f"instance {instance.sop_instance_uid}",
        before={"dataset_digest": instance.dataset_digest},
        after={"dataset_digest": row.dataset_digest, "attributes": [one["tag"] for one in found[:MOST_DIFFERENCES]]},
    )
    announce(study_uid)


def differences(instance: Instance, candidate: Candidate) -> list[Difference]:
    """The attributes in which the received data set differs from the stored one, pixel data and file meta aside."""
    with storage.open_(instance.sha256) as stored_file:
        stored = attributes_of(stored_file)
    with candidate.received.open() as received_file:
        received = attributes_of(received_file)
    paths = sorted(path for path in stored.keys() | received.keys() if stored.get(path) != received.get(path))
    return [_difference(path, stored.get(path), received.get(path)) for path in paths]


def _difference(path: tuple[int, ...], stored: str | None, received: str | None) -> Difference:
    """One entry; `keyword` is the path of keywords for an attribute inside a sequence."""
    names = [keyword_for_tag(part) or f"{part:08x}" for part in path[::2]]
    numbers = [f"[{number + 1}]." for number in path[1::2]] + [""]
    keyword = "".join(name + number for name, number in zip(names, numbers, strict=True))
    tag = path[-1]
    return {
        "keyword": "" if len(path) == 1 and not keyword_for_tag(tag) else keyword,
        "tag": f"({tag >> 16:04x},{tag & 0xFFFF:04x})",
        "stored": None if stored is None else stored[:LONGEST_TEXT],
        "received": None if received is None else received[:LONGEST_TEXT],
    }


def attributes_of(file: IO[bytes]) -> dict[tuple[int, ...], str]:
    """Every attribute as text by its path (tag, item, tag, …, tag). The file was inspected, so its depth is bounded."""
    found: dict[tuple[int, ...], str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stack: list[tuple[tuple[int, ...], pydicom.Dataset]] = [((), pydicom.dcmread(cast(BinaryIO, file), force=True))]
        while stack:
            prefix, dataset = stack.pop()
            for tag in list(dataset.keys()):  # iterating a Dataset would parse every element
                if tag.element == 0 or (not prefix and tag in PIXEL_TAGS):
                    continue
                path = (*prefix, int(tag))
                element = _element(dataset, tag)
                if isinstance(element, DataElement) and element.VR == "SQ":
                    found[path] = f"{len(element.value)} items"
                    stack += [((*path, number), item) for number, item in enumerate(element.value)]
                else:
                    found[path] = element if isinstance(element, str) else _text(element)
    return found


def _element(dataset: pydicom.Dataset, tag: pydicom.tag.BaseTag) -> DataElement | str:
    """The element, or its raw bytes as text where pydicom cannot read its value."""
    raw = dataset.get_item(tag)
    try:
        return dataset[tag]
    except UNREADABLE:
        return repr(getattr(raw, "value", None))


def _text(element: DataElement) -> str:
    value = element.value
    if isinstance(value, bytes) and len(value) > LONGEST_TEXT // 4:
        return f"{len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()}"
    try:
        return str(value).rstrip("\0 ") if value is not None else ""
    except UNREADABLE:
        return repr(value)
