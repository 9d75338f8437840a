"""Thumbnails (PS3.18 section 10.4.1.1.4): one small picture that stands for a study, a series, an instance or a frame."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from radapp.archive.models import Instance
from radapp.dicomweb import whereabouts
from radapp.dicomweb.refusals import Refusal, answering, not_acceptable
from radapp.dicomweb.render_query import thumbnail_wish
from radapp.dicomweb.rendered import medium_for, send_one, shots_of
from radapp.dicomweb.retrieve import frame_indices
from radapp.dicomweb.telling import telling_frame, telling_instance


def _send(request: HttpRequest, study_uid: str, instances: Sequence[Instance], numbers: str = "") -> HttpResponseBase:
    wish = thumbnail_wish(request.GET.dict())
    medium = medium_for(request, 1)
    if medium.multipart:
        raise not_acceptable("A thumbnail is one picture, sent alone as image/jpeg, image/png or image/gif.")
    chosen = telling_instance(instances)
    shots = [] if chosen is None else shots_of(chosen, study_uid)
    if not shots:
        raise Refusal(404, "no_image", "There is no image here that a thumbnail could be made of.")
    index = frame_indices(numbers, len(shots))[0] if numbers else telling_frame(shots[0].layout)
    return send_one(request, shots[index], wish, medium.media_type)


@answering
def study(request: HttpRequest, study_uid: str) -> HttpResponseBase:
    """Of a study: the middle of its most telling series."""
    return _send(request, study_uid, whereabouts.instances(request, study_uid))


@answering
def series(request: HttpRequest, study_uid: str, series_uid: str) -> HttpResponseBase:
    """Of a series: its middle image."""
    return _send(request, study_uid, whereabouts.instances(request, study_uid, series_uid))


@answering
def instance(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str) -> HttpResponseBase:
    """Of an instance: its middle frame."""
    return _send(request, study_uid, [whereabouts.instance(request, study_uid, series_uid, instance_uid)])


@answering
def frame(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str, numbers: str) -> HttpResponseBase:
    """Of one frame; of several, the first."""
    return _send(request, study_uid, [whereabouts.instance(request, study_uid, series_uid, instance_uid)], numbers)
