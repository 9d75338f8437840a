"""The blinded DICOMweb: what one Sight shows, and the same 404 for everything else.

A name is looked up among the few that the Sight has, never in the archive: so an original UID, another case's pseudonym and
a word that was never a name cost the same and get the same answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import NotFound

from radapp.dicomweb import pixels
from radapp.dicomweb.negotiation import DICOM_JSON, accepts_gzip
from radapp.dicomweb.refusals import answering
from radapp.readerstudies.blinding import frames
from radapp.readerstudies.blinding.admission import Sights
from radapp.readerstudies.blinding.look import Look, ShownSeries, look
from radapp.readerstudies.permissions import admit

NO_STORE = "private, no-store"
"""Nothing is kept on a reader's disk, neither header nor pixel; the open page keeps its pixels in memory."""
FRAMES_AT_MOST = 512


@dataclass(frozen=True)
class BlindedViews:
    """The four views of one root; `sights` says what the person of this request may see of this subject now."""

    sights: Sights

    def _look(self, request: HttpRequest, key: str, subject: str, study_uid: str) -> Look:
        try:
            found = look(self.sights.of(admit(request, key), subject))
        except NotFound as error:
            raise Http404 from error
        if found.study_uid != study_uid:
            raise Http404
        return found

    def _series(self, request: HttpRequest, key: str, subject: str, study_uid: str, series_uid: str) -> ShownSeries:
        found = self._look(request, key, subject, study_uid).series.get(series_uid)
        if found is None:
            raise Http404
        return found

    def study_metadata(self, request: HttpRequest, key: str, subject: str, study_uid: str) -> HttpResponseBase:
        """DICOM JSON of every object in sight."""
        return _json(self._look(request, key, subject, study_uid).metadata)

    def series(self, request: HttpRequest, key: str, subject: str, study_uid: str) -> HttpResponseBase:
        """DICOM JSON of the series in sight."""
        return _json(self._look(request, key, subject, study_uid).listing)

    def series_metadata(
        self, request: HttpRequest, key: str, subject: str, study_uid: str, series_uid: str
    ) -> HttpResponseBase:
        """DICOM JSON of every object of a series."""
        found = self._series(request, key, subject, study_uid, series_uid)
        return _json(found.zipped_metadata, zipped=True) if accepts_gzip(request) else _json(found.metadata)

    def frames(
        self, request: HttpRequest, key: str, subject: str, study_uid: str, series_uid: str, instance_uid: str, numbers: str
    ) -> HttpResponseBase:
        """Frames by number, from 1, comma-separated; uncompressed."""
        one = self._series(request, key, subject, study_uid, series_uid).objects.get(instance_uid)
        if one is None:
            raise Http404
        planes = [one.planes[place] for place in _places(numbers, len(one.planes))]
        indices = [plane.index for plane in planes]
        zipped = one.heatmap and accepts_gzip(request)
        make = frames.zipped_body if zipped else frames.body
        try:
            return _answer(make(one.plane.sha256, indices), frames.CONTENT_TYPE, zipped=zipped)
        except pixels.NoPixelsError as error:
            raise Http404 from error


def _places(numbers: str, of: int) -> list[int]:
    """Frame numbers as places from 0; 404 for anything that is none."""
    found = numbers.split(",")
    if len(found) > FRAMES_AT_MOST or not all(one.isascii() and one.isdigit() and len(one) < 6 for one in found):
        raise Http404
    places = [int(one) - 1 for one in found]
    if min(places) < 0 or max(places) >= of:
        raise Http404
    return places


def _json(body: bytes, *, zipped: bool = False) -> HttpResponse:
    return _answer(body, DICOM_JSON, zipped=zipped)


def _answer(body: bytes, content_type: str, *, zipped: bool) -> HttpResponse:
    """The body and nothing that names it: no ETag, no Last-Modified."""
    response = HttpResponse(body, content_type=content_type)
    response["Cache-Control"] = NO_STORE
    if zipped:
        response["Content-Encoding"] = "gzip"
    return response


def view_of(views: BlindedViews, level: str) -> Callable[..., HttpResponseBase]:
    """The view of one level as Django calls it."""
    return answering(getattr(views, level.replace("-", "_")))
