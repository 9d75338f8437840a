"""Data sets told to a client: DICOM JSON, or XML by the Native DICOM Model (PS3.18 sections 8.7.3.2 and 10.6.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from radapp.dicomweb import multipart, native_xml
from radapp.dicomweb.multipart import Part
from radapp.dicomweb.negotiation import ANY, DICOM_JSON, MULTIPART, MediaRange, accepted
from radapp.dicomweb.refusals import not_acceptable

DICOM_XML = "application/dicom+xml"
JSON = "application/json"

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Format:
    """What the client would rather have. `multipart` counts for XML alone: JSON has arrays."""

    media_type: str
    multipart: bool = False

    @property
    def xml(self) -> bool:
        """XML rather than JSON."""
        return self.media_type == DICOM_XML


def chosen_format(request: HttpRequest) -> Format:
    """The best of the client's ranges that names a format of ours; 406 where none does."""
    found = format_under(accepted(request))
    if found is not None:
        return found
    raise not_acceptable(
        f'Data sets are told as {DICOM_JSON}, {JSON}, or multipart/related; type="{DICOM_XML}" '
        f"(one alone also as {DICOM_XML})."
    )


def format_under(ranges: Iterable[MediaRange]) -> Format | None:
    """The same of ranges that were read already; None where none names one."""
    for one in ranges:
        if one.part_type in {DICOM_JSON, ANY, "application/*"}:
            return Format(DICOM_JSON)
        if one.part_type == JSON:
            return Format(JSON)
        if one.part_type == DICOM_XML:
            return Format(DICOM_XML, multipart=one.media_type == MULTIPART)
    return None


def several(records: Sequence[Record], wanted: Format) -> HttpResponseBase:
    """Some data sets: an array, or one part each; none of them is 204 in XML, which has no empty multipart body."""
    if not wanted.xml:
        return JsonResponse(
            list(records), safe=False, content_type=wanted.media_type, json_dumps_params={"ensure_ascii": False}
        )
    return several_in_xml((native_xml.document(record) for record in records), wanted)


def several_in_xml(documents: Iterable[bytes], wanted: Format) -> HttpResponseBase:
    """The same of documents that are written already."""
    parts = [Part.of_bytes(DICOM_XML, document) for document in documents]
    if not parts:
        return HttpResponse(status=204)
    if wanted.multipart:
        return multipart.respond(parts, DICOM_XML)
    if len(parts) > 1:
        raise not_acceptable(f'Several data sets are sent as multipart/related; type="{DICOM_XML}".')
    return HttpResponse(b"".join(parts[0].blocks()), content_type=DICOM_XML)


def one(record: Record, wanted: Format, status: int) -> HttpResponseBase:
    """A single data set: an object, or one document."""
    if wanted.xml:
        return HttpResponse(native_xml.document(record), status=status, content_type=DICOM_XML)
    return JsonResponse(record, status=status, content_type=wanted.media_type)
