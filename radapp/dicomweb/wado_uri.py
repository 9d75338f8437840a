"""WADO-URI (PS3.18 chapter 9): one instance by query parameters, as a DICOM file or as a picture."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from radapp.archive.models import Instance
from radapp.dicomweb import choices, pictures, ranges, whereabouts
from radapp.dicomweb.choices import REVALIDATED
from radapp.dicomweb.errands import errand_of
from radapp.dicomweb.negotiation import ANY, DICOM, parse_accept
from radapp.dicomweb.pictures import Box, Region
from radapp.dicomweb.refusals import answering, bad_request, not_acceptable
from radapp.dicomweb.render_query import Wish, number_of, quality_of, side_of, window_of
from radapp.dicomweb.rendered import Shot, send_one, shots_of
from radapp.dicomweb.retrieve import dicom_part, finish, unchanged

_PICTURES_ALONE = (
    *("windowCenter", "windowWidth", "rows", "columns", "region", "imageQuality"),
    *("frameNumber", "presentationUID", "annotation"),
)


@answering
def retrieve(request: HttpRequest) -> HttpResponseBase:
    """`?requestType=WADO&studyUID&seriesUID&objectUID[&contentType][&transferSyntax]`, and a picture's parameters.

    Without contentType the Accept header decides; where that says nothing, an image of one frame is sent as JPEG and
    everything else as a DICOM file.
    """
    query = request.GET.dict()
    if query.get("requestType") != "WADO":
        raise bad_request("requestType must be WADO.")
    study, series, uid = (query.get(name, "") for name in ("studyUID", "seriesUID", "objectUID"))
    if not all((study, series, uid)):
        raise bad_request("studyUID, seriesUID and objectUID are all needed.")
    if query.get("anonymize", "no") != "no":
        raise not_acceptable("Nothing is de-identified on the way; export the study by the options of PS3.15 instead.")
    kinds = _kinds(request, query)
    instance = whereabouts.instance(request, study, series, uid)
    for kind in kinds:
        if kind == ANY:
            kind = _default(instance, study, query)
        if kind in {DICOM, "application/*"}:
            return _file(request, instance, query)
        if kind in {*pictures.MEDIA_TYPES, "image/*"}:
            return _picture(request, instance, study, query, pictures.JPEG if kind == "image/*" else kind)
    raise not_acceptable(f"WADO-URI sends {DICOM}, image/jpeg, image/png and image/gif.")


def _kinds(request: HttpRequest, query: Mapping[str, str]) -> list[str]:
    """Media types that the client would have, best first: contentType, else Accept."""
    text = query.get("contentType") or request.headers.get("Accept") or ANY
    return [one.media_type for one in parse_accept(text)] or [ANY]


def _default(instance: Instance, study_uid: str, query: Mapping[str, str]) -> str:
    """What is sent where anything will do (PS3.18 section 9.1.2.2.2)."""
    single = len(shots_of(instance, study_uid)) == 1 or "frameNumber" in query
    return pictures.JPEG if single and "transferSyntax" not in query else DICOM


def _file(request: HttpRequest, instance: Instance, query: Mapping[str, str]) -> HttpResponseBase:
    """The instance as a file; a picture's parameters have no place beside it (PS3.18 section 9.1.2)."""
    wrong = [name for name in _PICTURES_ALONE if query.get(name)]
    if wrong:
        raise bad_request(f"{', '.join(wrong)}: only for pictures; contentType is {DICOM} here.")
    asked = query.get("transferSyntax", "")
    etag = choices.instances_etag(asked, [instance.sha256])
    held = unchanged(request, etag, REVALIDATED)
    return held or finish(ranges.send(request, dicom_part(instance, asked), etag, DICOM), etag, REVALIDATED)


def _picture(
    request: HttpRequest, instance: Instance, study_uid: str, query: Mapping[str, str], media_type: str
) -> HttpResponseBase:
    if query.get("presentationUID") or query.get("presentationSeriesUID"):
        raise not_acceptable("Presentation states are not applied here; leave presentationUID out.")
    wish = _wish(query)
    for words in wish.warnings:
        errand_of(request).warn(words)
    return send_one(request, _shot(instance, study_uid, query), wish, media_type)


def _shot(instance: Instance, study_uid: str, query: Mapping[str, str]) -> Shot:
    """The frame that is named, from 1; without a number, the first."""
    shots = shots_of(instance, study_uid)
    if not shots:
        raise not_acceptable(f"This instance has no pixels; ask for contentType={DICOM}.")
    text = query.get("frameNumber", "1")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0):
        raise bad_request("frameNumber must be a whole number from 1.")
    if int(text) > len(shots):
        raise Http404
    return shots[int(text) - 1]


def _wish(query: Mapping[str, str]) -> Wish:
    center, width = query.get("windowCenter", ""), query.get("windowWidth", "")
    if bool(center) != bool(width):
        raise bad_request("windowCenter and windowWidth belong together.")
    rows, columns = query.get("rows", ""), query.get("columns", "")
    box = Box(side_of(columns, "columns") if columns else None, side_of(rows, "rows") if rows else None)
    annotated = ("No annotation is drawn into pictures here",) if query.get("annotation") else ()
    return Wish(
        window=window_of(center, width, "windowWidth") if center else None,
        box=box if rows or columns else None,
        region=_region(query.get("region", "")),
        shares=True,
        quality=quality_of(query.get("imageQuality", ""), "imageQuality"),
        warnings=annotated,
    )


def _region(text: str) -> Region | None:
    """`xmin,ymin,xmax,ymax` as shares of the image, 0 to 1."""
    if not text:
        return None
    parts = [number_of(part.strip(), "region") for part in text.split(",")]
    if len(parts) != 4 or not (0 <= parts[0] < parts[2] <= 1 and 0 <= parts[1] < parts[3] <= 1):
        raise bad_request("region must be xmin,ymin,xmax,ymax from 0 to 1, each minimum below its maximum.")
    left, top, right, bottom = parts
    return Region(left, top, right - left, bottom - top)
