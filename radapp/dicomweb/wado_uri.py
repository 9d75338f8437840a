"""WADO-URI (PS3.18 section 9): one instance by query parameters, as Cornerstone's `wadouri:` loader asks."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse

from radapp.dicomweb import cache, whereabouts
from radapp.dicomweb.negotiation import DICOM
from radapp.dicomweb.refusals import answering, bad_request, not_acceptable
from radapp.dicomweb.retrieve import REVALIDATED, dicom_part, finish, unchanged


@answering
def retrieve(request: HttpRequest) -> HttpResponseBase:
    """`?requestType=WADO&studyUID&seriesUID&objectUID[&contentType=application/dicom][&transferSyntax=UID]`."""
    query = request.GET
    if query.get("requestType") != "WADO":
        raise bad_request("requestType must be WADO.")
    uids = [query.get(name, "") for name in ("studyUID", "seriesUID", "objectUID")]
    if not all(uids):
        raise bad_request("studyUID, seriesUID and objectUID are all needed.")
    kinds = [kind.split(";")[0].strip().lower() for kind in (query.get("contentType") or DICOM).split(",")]
    if not {DICOM, "*/*", "application/*"} & set(kinds):
        raise not_acceptable("WADO-URI sends contentType=application/dicom here; for pixels ask /dicom-web/…/frames.")
    instance = whereabouts.instance(request, *uids)
    asked = query.get("transferSyntax", "")
    etag = cache.digest_of([asked, instance.sha256])[:32]
    held = unchanged(request, etag, REVALIDATED)
    if held is not None:
        return held
    part = dicom_part(instance, asked)
    response = StreamingHttpResponse(part.blocks(), content_type=DICOM)
    response["Content-Length"] = str(part.size)
    return finish(response, etag, REVALIDATED)
