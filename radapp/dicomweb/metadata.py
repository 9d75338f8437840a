"""DICOM JSON (PS3.18 annex F) of stored instances without their bulk: built once a series, kept gzipped."""

import gzip
import json
import logging
import math
from collections.abc import Iterable, Sequence
from typing import Any

import pydicom
from django.conf import settings
from pydicom.dataelem import DataElement
from pydicom.tag import BaseTag

from ml.charset import without_escapes
from radapp.archive.headers import UNREADABLE, whole_number
from radapp.archive.models import Instance
from radapp.dicomweb import cache, whereabouts

logger = logging.getLogger(__name__)

# Binary values longer than this are named by address instead of being told in the metadata.
INLINE_BYTES = 1024
_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
KIND = "metadata"
# Part of the cache's names: raise it when what is written changes.
_FORM = "2"


def instance_url(study_uid: str, series_uid: str, sop_instance_uid: str) -> str:
    """The instance's address on PUBLIC_URL."""
    return f"{settings.PUBLIC_URL}/dicom-web/studies/{study_uid}/series/{series_uid}/instances/{sop_instance_uid}"


def _sendable(value: Any) -> Any:
    """JSON has no NaN or infinity: PS3.18 F.2.3 wants them as strings where they stand for a float. Escapes have no use in
    Unicode.
    """
    if isinstance(value, str):
        return without_escapes(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, dict):
        return {key: _sendable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_sendable(item) for item in value]
    return value


def _element(element: DataElement, address: str) -> dict[str, Any]:
    if element.VR in _BINARY and element.value is not None and len(element.value) > INLINE_BYTES:
        return {"vr": element.VR, "BulkDataURI": f"{address}/bulkdata/{element.tag:08X}"}
    return dict(_sendable(element.to_json_dict(None, INLINE_BYTES)))


def as_json(dataset: pydicom.Dataset, tag: BaseTag, address: str = "") -> dict[str, Any] | None:
    """One attribute as DICOM JSON; None where its value does not fit its VR."""
    try:
        return _element(dataset[tag], address)
    except UNREADABLE as error:
        logger.debug("metadata: %s left out of an instance's JSON (%s)", tag, type(error).__name__)
        return None


def _pixel_tag(dataset: pydicom.Dataset, sop_class_uid: str) -> tuple[str, str]:
    """Tag and VR of the pixel data that was not read: floats in Parametric Maps without BitsStored."""
    if sop_class_uid == "1.2.840.10008.5.1.4.1.1.30" and "BitsStored" not in dataset:
        return ("7FE00009", "OD") if whole_number(dataset, "BitsAllocated") == 64 else ("7FE00008", "OF")
    return "7FE00010", "OW" if (whole_number(dataset, "BitsAllocated") or 16) > 8 else "OB"


def dicom_json(instance: Instance, study_uid: str, series_uid: str, left_out: list[str] | None = None) -> dict[str, Any]:
    """One instance's data set as DICOM JSON; pixel data and long binary values by BulkDataURI.

    A value that does not fit its VR is left out (and its tag noted) rather than refusing the whole series.
    """
    with whereabouts.path_of(instance).open("rb") as file:
        dataset = pydicom.dcmread(file, stop_before_pixels=True, force=True)
    address = instance_url(study_uid, series_uid, instance.sop_instance_uid)
    answer: dict[str, Any] = {}
    for tag in sorted(dataset.keys()):
        if tag.element == 0:
            continue
        written = as_json(dataset, tag, address)
        if written is not None:
            answer[f"{tag:08X}"] = written
        elif left_out is not None:
            left_out.append(str(tag))
    answer["00083002"] = {"vr": "UI", "Value": [instance.transfer_syntax_uid]}
    if "Rows" in dataset:
        pixel_tag, vr = _pixel_tag(dataset, instance.sop_class_uid)
        answer[pixel_tag] = {"vr": vr, "BulkDataURI": f"{address}/bulkdata/{pixel_tag}"}
    return dict(sorted(answer.items()))


def series_digest(instances: Sequence[Instance]) -> str:
    """Changes whenever an instance is added or its bytes change; also the ETag."""
    return digest_of_pairs((one.sop_instance_uid, one.sha256) for one in instances)


def digest_of_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """The same from (SOP Instance UID, SHA-256)."""
    return cache.digest_of([_FORM, settings.PUBLIC_URL, *(f"{uid} {sha256}" for uid, sha256 in pairs)])


def series_json(instances: Sequence[Instance], study_uid: str, series_uid: str) -> bytes:
    """All instances of one series as a gzipped JSON array."""

    def make() -> bytes:
        left_out: list[str] = []
        found = [dicom_json(instance, study_uid, series_uid, left_out) for instance in instances]
        if left_out:  # one line a series, however many there are
            logger.warning("metadata: %d values left out of a series' JSON, %s first", len(left_out), left_out[0])
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return gzip.compress(text.encode(), compresslevel=4, mtime=0)

    return cache.kept(KIND, series_digest(instances), make)


def kept_series_json(digest: str) -> bytes | None:
    """The same where it was made before; `digest` is series_digest's."""
    return cache.found(KIND, digest)


def joined(arrays: Sequence[bytes]) -> bytes:
    """Several gzipped JSON arrays as one plain array, without parsing them."""
    inner = [text[1:-1] for text in map(gzip.decompress, arrays) if len(text) > 2]
    return b"[" + b",".join(inner) + b"]"
