"""Bulk data (PS3.18 section 10.4.1.1.5 and .6): one value by its BulkDataURI, or all of an instance, a series or a study."""

import json
from collections.abc import Iterator, Sequence

import pydicom
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from radapp.archive.models import Instance
from radapp.dicomweb import cache, choices, metadata, multipart, pixels, whereabouts
from radapp.dicomweb.choices import FRAMES_KEPT
from radapp.dicomweb.multipart import BLOCK, Part
from radapp.dicomweb.negotiation import ANY, OCTETS, MediaRange, accepted
from radapp.dicomweb.pixels import PixelLayout
from radapp.dicomweb.ranges import asked_span, cut, send
from radapp.dicomweb.refusals import Refusal, answering, not_acceptable
from radapp.dicomweb.retrieve import finish, pixel_layout, readable_parts, unchanged
from radapp.dicomweb.syntaxes import BIG_ENDIAN, DEFLATED

PIXELS = frozenset({"7FE00008", "7FE00009", "7FE00010"})

_REFUSED = f'Bulk data is sent as multipart/related; type="{OCTETS}", or one value as {OCTETS}.'


def _octets_range(request: HttpRequest) -> MediaRange:
    """The best range under which plain octets may be sent."""
    found = next((one for one in accepted(request) if one.part_type in {OCTETS, ANY, "application/*"}), None)
    if found is None:
        raise not_acceptable(_REFUSED)
    return found


def _pixel_range(ranges: Sequence[MediaRange], layout: PixelLayout) -> tuple[MediaRange, bool]:
    """The first range for pixel data, and whether under it compressed pixels go as they are stored."""
    for one in ranges:
        stored = choices.as_stored(layout.syntax, one)
        if stored is not None:
            return one, stored
    raise not_acceptable(_REFUSED)


def _value(instance: Instance, tag: str) -> bytes:
    path, number = whereabouts.path_of(instance), int(tag, 16)
    element = pydicom.dcmread(path, stop_before_pixels=True, force=True, specific_tags=[number]).get(number)
    if element is None or not isinstance(element.value, bytes | bytearray):
        raise Http404
    return bytes(element.value)


def _value_part(instance: Instance, tag: str, address: str) -> Part:
    """One binary value; read when sent, so that a study's do not lie in memory together."""
    size = len(_value(instance, tag))
    return Part(OCTETS, size, lambda: iter((_value(instance, tag),)), f"{address}/bulkdata/{tag}")


def _pixel_parts(layout: PixelLayout, tag: str, address: str, *, stored: bool) -> list[Part]:
    """Pixel data: uncompressed ones are one part, compressed ones a part a frame, as stored or decoded."""
    if not layout.native:
        return readable_parts(layout, list(range(layout.frames)), as_stored=stored, address=address)
    size = layout.length if layout.bits_allocated < 8 else layout.frames * layout.frame_bits // 8
    kind = choices.frame_kind(layout, stored=False)
    return [Part(kind, size, lambda: _native_blocks(layout, size), f"{address}/bulkdata/{tag}")]


def _native_blocks(layout: PixelLayout, size: int) -> Iterator[bytes]:
    """Uncompressed pixel data as little endian octets, little by little."""
    if layout.syntax == DEFLATED and layout.bits_allocated < 8:
        yield bytes(pydicom.dcmread(layout.path, force=True)[layout.keyword].value)[:size]
        return
    if layout.syntax in {DEFLATED, BIG_ENDIAN}:
        yield from pixels.native_frames(layout, range(layout.frames))
        return
    with layout.path.open("rb", buffering=0) as file:
        file.seek(layout.offset)
        while size and (block := file.read(min(BLOCK, size))):
            yield block
            size -= len(block)


# -------------------------------------------------------------------------------------------------------- one value


@answering
def value(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str, tag: str) -> HttpResponseBase:
    """The octets that a metadata BulkDataURI names, or the piece of them that a Range asks for."""
    one = whereabouts.instance(request, study_uid, series_uid, instance_uid)
    address, tag = metadata.instance_url(study_uid, series_uid, instance_uid), tag.upper()
    if tag in PIXELS:
        layout = pixel_layout(one)
        media, stored = _pixel_range(accepted(request), layout)
        parts = _pixel_parts(layout, tag, address, stored=stored)
        etag = f"{one.sha256[:24]}-{tag}-{'stored' if stored else 'plain'}"
    else:
        media = _octets_range(request)
        parts, etag = [_value_part(one, tag, address)], f"{one.sha256[:24]}-{tag}"
    held = unchanged(request, etag, FRAMES_KEPT)
    return held or finish(_send_value(request, parts, media, etag), etag, FRAMES_KEPT)


def _send_value(request: HttpRequest, parts: Sequence[Part], media: MediaRange, etag: str) -> HttpResponseBase:
    bare = parts[0].content_type.split(";")[0]
    # Browsers ask for bulk data with */*: they cannot read multipart/related, so they get the octets alone.
    alone = not media.multipart or (media.media_type == ANY and len(parts) == 1)
    if alone and len(parts) > 1:
        raise not_acceptable("Several compressed frames are sent as multipart/related.")
    if alone:
        return send(request, parts[0], etag, bare)
    # A piece of a value in a multipart body (as dicomweb-client asks for) is a piece of the value, not of the body.
    span = asked_span(request, parts[0].size, etag) if len(parts) == 1 else None
    response = multipart.respond(parts if span is None else [cut(parts[0], span)], bare)
    if span is not None:
        response.status_code = 206
        response["Content-Range"] = span.content_range
    return response


# -------------------------------------------------------------------------------------------------------- all values


def _all(request: HttpRequest, study_uid: str, instances: Sequence[Instance], *, pixels_alone: bool) -> HttpResponseBase:
    """Every value that the metadata of these instances names by a BulkDataURI, in their order."""
    wanted = [one for one in accepted(request) if one.multipart]
    if not wanted:
        raise not_acceptable(f'The bulk data of several values is sent as multipart/related; type="{OCTETS}".')
    facts = [metadata.series_digest(instances), str(pixels_alone), request.headers.get("Accept", "")]
    etag = cache.digest_of(["bulk", *facts, request.GET.get("accept", "")])[:32]
    held = unchanged(request, etag, FRAMES_KEPT)
    if held is not None:
        return held
    parts: list[Part] = []
    for one, tags in _named(instances, study_uid):
        address = metadata.instance_url(study_uid, one.series.series_instance_uid, one.sop_instance_uid)
        for tag in tags:
            if tag in PIXELS:
                layout = pixels.layout_of(one.sha256)
                if layout is not None:
                    parts += _pixel_parts(layout, tag, address, stored=_pixel_range(wanted, layout)[1])
            elif not pixels_alone:
                parts.append(_value_part(one, tag, address))
    if not parts:
        raise Refusal(404, "no_bulk_data", "There is no bulk data here.")
    inner = {part.content_type.split(";")[0] for part in parts}
    return finish(multipart.respond(parts, inner.pop() if len(inner) == 1 else OCTETS), etag, FRAMES_KEPT)


def _named(instances: Sequence[Instance], study_uid: str) -> Iterator[tuple[Instance, list[str]]]:
    """The tags of the values that each instance's metadata names by address."""
    for uid, members in whereabouts.by_series(instances).items():
        records = json.loads(metadata.joined([metadata.series_json(members, study_uid, uid)]))
        for one, record in zip(members, records, strict=True):
            yield one, [tag for tag, written in record.items() if "BulkDataURI" in written]


@answering
def values(request: HttpRequest, study_uid: str, series_uid: str = "", instance_uid: str = "") -> HttpResponseBase:
    """All bulk data of a study, a series or an instance."""
    found = whereabouts.instances(request, study_uid, series_uid, instance_uid)
    return _all(request, study_uid, found, pixels_alone=False)


@answering
def pixel_data(request: HttpRequest, study_uid: str, series_uid: str = "", instance_uid: str = "") -> HttpResponseBase:
    """All pixel data of a study, a series or an instance."""
    found = whereabouts.instances(request, study_uid, series_uid, instance_uid)
    return _all(request, study_uid, found, pixels_alone=True)
