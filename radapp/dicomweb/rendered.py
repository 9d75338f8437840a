"""Rendered resources (PS3.18 section 10.4.1.1.3): frames, instances, series and studies as pictures in ordinary formats."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import IO

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from radapp.archive.models import Instance
from radapp.dicomweb import cache, metadata, multipart, pictures, pixels, presentation, whereabouts
from radapp.dicomweb.choices import FRAMES_KEPT
from radapp.dicomweb.errands import errand_of
from radapp.dicomweb.frame_values import frame_of
from radapp.dicomweb.multipart import Part
from radapp.dicomweb.negotiation import ANY, MULTIPART, MediaRange, accepted
from radapp.dicomweb.pixels import DAMAGED, NoPixelsError, PixelLayout
from radapp.dicomweb.ranges import send
from radapp.dicomweb.refusals import Refusal, answering, not_acceptable
from radapp.dicomweb.render_query import Wish, clipped, rendered_wish
from radapp.dicomweb.retrieve import finish, frame_indices, pixel_layout, unchanged
from radapp.dicomweb.telling import telling_frame

logger = logging.getLogger(__name__)

FRAMES_AT_MOST = 4096
# Part of the kept pictures' names: raise it when what is drawn changes.
_FORM = "1"


@dataclass(frozen=True)
class Shot:
    """One frame to be drawn; `index` counts from 0."""

    instance: Instance
    layout: PixelLayout
    index: int
    address: str


@dataclass(frozen=True)
class Medium:
    """What the client gets: one picture, or several as parts."""

    media_type: str
    multipart: bool


def _media(ranges: Sequence[MediaRange]) -> Iterator[tuple[str, bool | None]]:
    """(media type, whether in parts; None: as fits) of each range under which pictures can be sent."""
    for one in ranges:
        if one.part_type in {ANY, "image/*"}:
            yield pictures.JPEG, True if one.media_type in {MULTIPART, "multipart/*"} else None
        elif one.part_type in pictures.MEDIA_TYPES:
            yield one.part_type, one.media_type == MULTIPART


def medium_for(request: HttpRequest, number: int) -> Medium:
    """What can be sent of so many pictures under the client's best range; 406 where nothing can."""
    refused = "Pictures are sent as image/jpeg, image/png or image/gif."
    for media_type, parts in _media(accepted(request)):
        if parts is None:
            return Medium(media_type, multipart=number > 1)
        if parts or number == 1:
            return Medium(media_type, multipart=parts)
        refused = f'Several pictures are sent as multipart/related; type="{media_type}"; one of them all is the thumbnail.'
    raise not_acceptable(refused)


def shots_of(instance: Instance, study_uid: str, indices: Sequence[int] | None = None) -> list[Shot]:
    """The frames of an instance; none where it has no pixels, as a report."""
    layout = pixels.layout_of(instance.sha256)
    if layout is None:
        return []
    address = metadata.instance_url(study_uid, instance.series.series_instance_uid, instance.sop_instance_uid)
    chosen = range(layout.frames) if indices is None else indices
    return [Shot(instance, layout, index, f"{address}/frames/{index + 1}") for index in chosen]


def draw(shot: Shot, wish: Wish, media_type: str) -> bytes:
    """One picture, kept for the next who wishes the same; NoPixelsError where the frame cannot be read."""
    digest = cache.digest_of([_FORM, shot.instance.sha256, str(shot.index), media_type, wish.name])
    return cache.kept("rendered", digest, lambda: _drawn(shot, wish, media_type))


def _drawn(shot: Shot, wish: Wish, media_type: str) -> bytes:
    frame = frame_of(shot.instance, shot.layout, shot.index)
    heat = shot.instance.series.generated and frame.is_float
    if heat:
        frame = replace(frame, fixed=(0.0, 1.0))  # never stretched to a case's own maximum
    try:
        picture = presentation.picture_of(frame, wish.window, heat=heat)
        aspect = pictures.aspect_of(frame.header)
    except DAMAGED as error:
        raise NoPixelsError("the frame's look-up tables or shape cannot be read") from error
    if picture.shape[2:] not in {(), (3,)}:
        raise NoPixelsError(f"found pixels of {picture.shape[2]} samples, expected one grey or three of a colour")
    rows, columns = picture.shape[:2]
    region = None if wish.region is None else clipped(wish.region, columns, rows, shares=wish.shares)
    return pictures.encode(picture, media_type, quality=wish.quality, region=region, box=wish.box, aspect=aspect)


def send_one(request: HttpRequest, shot: Shot, wish: Wish, media_type: str) -> HttpResponseBase:
    """One picture as the whole answer."""
    etag = cache.digest_of([_FORM, shot.instance.sha256, str(shot.index), media_type, wish.name])[:32]
    held = unchanged(request, etag, FRAMES_KEPT)
    if held is not None:
        return held
    try:
        octets = draw(shot, wish, media_type)
    except NoPixelsError as error:
        raise not_drawable() from error
    part = Part.of_bytes(media_type, octets)
    return finish(send(request, part, etag), etag, FRAMES_KEPT)


def not_drawable() -> Refusal:
    """406: no picture can be made of what is there."""
    return not_acceptable("No picture can be made of this: it has no pixels, or none that can be decoded here.")


def _send_several(request: HttpRequest, shots: Sequence[Shot], wish: Wish, medium: Medium) -> HttpResponseBase:
    """Several pictures as parts; 206 where some could not be drawn, 406 where none could."""
    if len(shots) > FRAMES_AT_MOST:
        raise Refusal(413, "too_many", f"At most {FRAMES_AT_MOST} pictures are sent in one answer; ask for fewer frames.")
    facts = [f"{shot.instance.sha256} {shot.index}" for shot in shots]
    etag = cache.digest_of([_FORM, "parts", medium.media_type, wish.name, *facts])[:32]
    held = unchanged(request, etag, FRAMES_KEPT)
    if held is not None:
        return held
    boundary = multipart.new_boundary()
    body = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - closed with the answer
    errand_of(request).ends.append(body.close)
    drawn = _write_parts(body, shots, wish, medium.media_type, boundary)
    if not drawn:
        raise not_drawable()
    length = body.tell()
    body.seek(0)
    response = StreamingHttpResponse(
        iter(partial(body.read, multipart.BLOCK), b""), status=200 if drawn == len(shots) else 206,
        content_type=multipart.content_type(medium.media_type, boundary),
    )  # fmt: skip
    response["Content-Length"] = str(length)
    if drawn < len(shots):
        errand_of(request).warn(f"{len(shots) - drawn} of {len(shots)} frames could not be drawn")
    return finish(response, etag, FRAMES_KEPT)


def _write_parts(body: IO[bytes], shots: Sequence[Shot], wish: Wish, media_type: str, boundary: str) -> int:
    """Draw each into the body; how many could be."""
    drawn = 0
    for shot in shots:
        try:
            octets = draw(shot, wish, media_type)
        except NoPixelsError:
            logger.info("rendered: a frame of instance %s cannot be drawn", shot.instance.sop_instance_uid)
            continue
        head = multipart.head_of(media_type, len(octets), f"{shot.address}/rendered", boundary, first=not drawn)
        body.write(head + octets)
        drawn += 1
    body.write(multipart.tail_of(boundary))
    return drawn


def _send(request: HttpRequest, shots: Sequence[Shot]) -> HttpResponseBase:
    wish = rendered_wish(request.GET.dict())
    if not shots:
        raise not_drawable()
    medium = medium_for(request, len(shots))
    for words in wish.warnings:
        errand_of(request).warn(words)
    if medium.multipart:
        return _send_several(request, shots, wish, medium)
    return send_one(request, shots[0], wish, medium.media_type)


# ---------------------------------------------------------------------------------------------------------------- views


@answering
def study(request: HttpRequest, study_uid: str) -> HttpResponseBase:
    """Every image of a study."""
    return _send(request, _all(whereabouts.instances(request, study_uid), study_uid))


@answering
def series(request: HttpRequest, study_uid: str, series_uid: str) -> HttpResponseBase:
    """Every image of a series."""
    return _send(request, _all(whereabouts.instances(request, study_uid, series_uid), study_uid))


def _all(instances: Sequence[Instance], study_uid: str) -> list[Shot]:
    return [shot for one in instances for shot in shots_of(one, study_uid)]


@answering
def instance(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str) -> HttpResponseBase:
    """Every frame of an instance; its most telling one where the client takes one picture and no parts."""
    one = whereabouts.instance(request, study_uid, series_uid, instance_uid)
    shots = shots_of(one, study_uid)
    if len(shots) > 1 and not any(parts for _, parts in _media(accepted(request))):
        chosen = telling_frame(shots[0].layout)
        errand_of(request).warn(f"Frame {chosen + 1} of {len(shots)} is shown; ask for frames/NUMBER/rendered, or for parts")
        shots = [shots[chosen]]
    return _send(request, shots)


@answering
def frames(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str, numbers: str) -> HttpResponseBase:
    """Frames by number."""
    one = whereabouts.instance(request, study_uid, series_uid, instance_uid)
    return _send(request, shots_of(one, study_uid, frame_indices(numbers, pixel_layout(one).frames)))
