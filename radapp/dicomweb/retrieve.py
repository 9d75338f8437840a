"""WADO-RS (PS3.18 section 10.4): studies, series, instances, metadata and frames of what a person may see."""

import gzip
import json
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from radapp.archive import bare
from radapp.archive.models import Instance
from radapp.dicomweb import (
    cache,
    choices,
    compression,
    formats,
    frame_values,
    metadata,
    multipart,
    pixels,
    ranges,
    whereabouts,
)
from radapp.dicomweb.choices import FRAMES_KEPT, REVALIDATED, VARY
from radapp.dicomweb.multipart import Part
from radapp.dicomweb.negotiation import DICOM, OCTETS, MediaRange, accepted, accepts_gzip
from radapp.dicomweb.refusals import Refusal, answering, bad_request, not_acceptable
from radapp.dicomweb.syntaxes import EXPLICIT, ConversionImpossibleError, convert_instance, media_type_of


def finish(response: HttpResponseBase, etag: str, cache_control: str) -> HttpResponseBase:
    response["ETag"] = f'"{etag}"'
    response["Cache-Control"] = cache_control
    response["Vary"] = VARY
    return response


def unchanged(request: HttpRequest, etag: str, cache_control: str) -> HttpResponseBase | None:
    """304 where the client holds this answer already."""
    held = choices.client_holds(request.headers.get("If-None-Match", ""), etag)
    return finish(HttpResponse(status=304), etag, cache_control) if held else None


# ----------------------------------------------------------------------------------------------------- whole instances


def _dicom_ranges(request: HttpRequest) -> list[MediaRange]:
    """The ranges under which DICOM files may be sent, the client's favourite first."""
    found = [one for one in accepted(request) if choices.sends_dicom(one)]
    if not found:
        raise not_acceptable(
            'Whole instances are sent as multipart/related; type="application/dicom", or as application/dicom.'
        )
    return found


def dicom_part(instance: Instance, asked: str) -> Part:
    """One instance as a part; 406 where it cannot be sent in the syntax that was asked for."""
    target = choices.instance_syntax(instance.transfer_syntax_uid, asked)
    kind = f"{DICOM}; transfer-syntax={target}"
    if target == instance.transfer_syntax_uid:
        file = bare.completed(instance) if instance.pk else None  # others' files are never bare
        if file is not None:
            return Part.of_bytes(kind, file)
        return Part.of_file(kind, whereabouts.path_of(instance), instance.size)
    convert = compression.compress_instance if target in choices.COMPRESSED else convert_instance
    try:
        return Part.of_bytes(kind, convert(whereabouts.path_of(instance), target))
    except ConversionImpossibleError as error:
        raise not_acceptable(
            f"An instance cannot be sent in transfer syntax {target[:64]}; ask for transfer-syntax=* or {EXPLICIT}."
        ) from error


def _send_instances(request: HttpRequest, instances: Sequence[Instance]) -> HttpResponseBase:
    """The instances under the first accepted range that they can be sent under; the first refusal where there is none."""
    refusals: list[Refusal] = []
    for wanted in _dicom_ranges(request):
        try:
            return _send_under(wanted, request, instances)
        except Refusal as refusal:
            refusals.append(refusal)
    raise refusals[0]


def _send_under(wanted: MediaRange, request: HttpRequest, instances: Sequence[Instance]) -> HttpResponseBase:
    if not wanted.multipart and len(instances) > 1:
        raise not_acceptable('Several instances are sent as multipart/related; type="application/dicom".')
    etag = choices.instances_etag(wanted.transfer_syntax, (one.sha256 for one in instances))
    held = unchanged(request, etag, REVALIDATED)
    if held is not None:
        return held
    parts = [dicom_part(instance, wanted.transfer_syntax) for instance in instances]
    if wanted.multipart:
        return finish(multipart.respond(parts, DICOM), etag, REVALIDATED)
    return finish(ranges.send(request, parts[0], etag), etag, REVALIDATED)


@answering
def study(request: HttpRequest, study_uid: str) -> HttpResponseBase:
    """Every instance of a study."""
    return _send_instances(request, whereabouts.instances(request, study_uid))


@answering
def series(request: HttpRequest, study_uid: str, series_uid: str) -> HttpResponseBase:
    """Every instance of a series."""
    return _send_instances(request, whereabouts.instances(request, study_uid, series_uid))


@answering
def instance(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str) -> HttpResponseBase:
    """One instance."""
    return _send_instances(request, whereabouts.instances(request, study_uid, series_uid, instance_uid))


# ------------------------------------------------------------------------------------------------------------ metadata


def _send_metadata(request: HttpRequest, study_uid: str, instances: Sequence[Instance]) -> HttpResponseBase:
    wanted = formats.chosen_format(request)
    etag = metadata.series_digest(instances)[:32] + ("-xml" if wanted.xml else "")
    held = unchanged(request, etag, REVALIDATED)
    if held is not None:
        return held
    by_series = whereabouts.by_series(instances)
    arrays = [metadata.series_json(members, study_uid, uid) for uid, members in by_series.items()]
    if wanted.xml:
        return finish(formats.several(json.loads(metadata.joined(arrays)), wanted), etag, REVALIDATED)
    zipped = accepts_gzip(request)
    if zipped:
        body = arrays[0] if len(arrays) == 1 else gzip.compress(metadata.joined(arrays), compresslevel=1, mtime=0)
    else:
        body = metadata.joined(arrays)
    response = HttpResponse(body, content_type=wanted.media_type)
    if zipped:
        response["Content-Encoding"] = "gzip"
    return finish(response, etag, REVALIDATED)


@answering
def study_metadata(request: HttpRequest, study_uid: str) -> HttpResponseBase:
    """DICOM JSON of every instance of a study."""
    return _send_metadata(request, study_uid, whereabouts.instances(request, study_uid))


@answering
def series_metadata(request: HttpRequest, study_uid: str, series_uid: str) -> HttpResponseBase:
    """DICOM JSON of every instance of a series."""
    return _send_metadata(request, study_uid, whereabouts.instances(request, study_uid, series_uid))


@answering
def instance_metadata(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str) -> HttpResponseBase:
    """DICOM JSON of one instance."""
    return _send_metadata(request, study_uid, whereabouts.instances(request, study_uid, series_uid, instance_uid))


# -------------------------------------------------------------------------------------------------------------- frames


def frame_indices(text: str, frames: int) -> list[int]:
    """Frame numbers from 1, comma-separated, as indices from 0; 400 for words, 404 for frames that are not there."""
    numbers = text.split(",")
    if not all(number.isascii() and number.isdigit() and 0 < len(number) < 10 for number in numbers):
        raise bad_request("The frame list must be frame numbers from 1, separated by commas.")
    if len(numbers) > choices.FRAMES_AT_MOST:
        raise bad_request(f"At most {choices.FRAMES_AT_MOST} frames are sent in one answer.")
    found = [int(number) for number in numbers]
    if min(found) < 1 or max(found) > frames:
        raise Http404
    return [number - 1 for number in found]


def pixel_layout(instance: Instance) -> pixels.PixelLayout:
    """Where its pixels lie; 404 where it has none."""
    layout = pixels.layout_of(instance.sha256)
    if layout is None:
        raise Refusal(404, "no_frames", "This instance has no frames.")
    return layout


def _frame_parts(layout: pixels.PixelLayout, indices: list[int], *, as_stored: bool, address: str) -> list[Part]:
    kind = choices.frame_kind(layout, stored=as_stored)
    if as_stored:
        octets = pixels.stored_frames(layout, indices)
    else:
        octets = pixels.native_frames(layout, indices) if layout.native else pixels.decoded_frames(layout, indices)
    return _parts_of(octets, kind, indices, address)


def _parts_of(frames: Sequence[bytes], kind: str, indices: Sequence[int], address: str) -> list[Part]:
    return [
        Part.of_bytes(kind, octets, f"{address}/frames/{index + 1}") for index, octets in zip(indices, frames, strict=True)
    ]


def readable_parts(layout: pixels.PixelLayout, indices: list[int], *, as_stored: bool, address: str) -> list[Part]:
    """The parts, or the refusal that says what could be asked instead."""
    try:
        return _frame_parts(layout, indices, as_stored=as_stored, address=address)
    except pixels.NoPixelsError as error:
        if as_stored:
            raise Refusal(404, "no_frames", "This instance's compressed pixels cannot be told apart by frames.") from error
        raise not_acceptable(
            "No decoder here reads these frames; accept transfer-syntax=* to get them as stored."
        ) from error


def _zipped_frames(layout: pixels.PixelLayout, indices: list[int], address: str) -> HttpResponse:
    """Several frames of a map as one gzipped answer, kept for the next viewer."""
    digest = cache.digest_of([layout.sha256, address, ",".join(map(str, indices))])
    boundary = digest[:32]

    def make() -> bytes:
        parts = readable_parts(layout, indices, as_stored=False, address=address)
        return gzip.compress(multipart.body_of(parts, boundary), compresslevel=1, mtime=0)

    body = cache.kept("frames", digest, make)
    response = HttpResponse(body, content_type=multipart.content_type(OCTETS, boundary))
    response["Content-Encoding"] = "gzip"
    return response


@answering
def frames(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str, numbers: str) -> HttpResponseBase:
    """Frames by number. Uncompressed octets, or the stored compressed ones where the client accepts their syntax."""
    one = whereabouts.instance(request, study_uid, series_uid, instance_uid)
    layout = pixel_layout(one)
    indices = frame_indices(numbers, layout.frames)
    etag = choices.frames_etag(one.sha256, numbers, request.headers.get("Accept", ""))
    held = unchanged(request, etag, FRAMES_KEPT)
    if held is not None:
        return held
    address = metadata.instance_url(study_uid, series_uid, instance_uid)
    for media in accepted(request):
        as_stored = choices.as_stored(layout.syntax, media)
        if as_stored is not None:
            if media.multipart and not as_stored and choices.shrinks(layout) and accepts_gzip(request):
                return finish(_zipped_frames(layout, indices, address), etag, FRAMES_KEPT)
            parts = readable_parts(layout, indices, as_stored=as_stored, address=address)
            return finish(_send_frames(request, parts, media, etag), etag, FRAMES_KEPT)
        target = compression.target_under(layout, media)
        compressed = _compressed_parts(one, layout, indices, target, address) if target else None
        if compressed is not None:
            return finish(_send_frames(request, compressed, media, etag), etag, FRAMES_KEPT)
    raise not_acceptable(
        f'Frames are sent as multipart/related; type="{OCTETS}", compressed as stored with transfer-syntax=*, '
        "or in JPEG-LS, JPEG 2000 or RLE, all lossless."
    )


def _compressed_parts(
    instance: Instance, layout: pixels.PixelLayout, indices: list[int], target: str, address: str
) -> list[Part] | None:
    """Frames in a syntax that they are not stored in; None where these pixels cannot be written in it."""
    header = frame_values.header_of(whereabouts.path_of(instance), instance.sha256)
    try:
        octets = compression.compressed_frames(layout, header, indices, target)
    except pixels.NoPixelsError:
        return None
    return _parts_of(octets, f"{media_type_of(target)}; transfer-syntax={target}", indices, address)


def _send_frames(request: HttpRequest, parts: list[Part], media: MediaRange, etag: str) -> HttpResponseBase:
    bare = parts[0].content_type.split(";")[0]
    if media.multipart:
        return multipart.respond(parts, bare)
    if len(parts) == 1:
        return ranges.send(request, parts[0], etag, bare)
    if bare != OCTETS:
        raise not_acceptable("Several compressed frames are sent as multipart/related.")
    return HttpResponse(b"".join(block for part in parts for block in part.blocks()), content_type=bare)
