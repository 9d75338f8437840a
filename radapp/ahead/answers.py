"""The answer to each kind of retrieval, as far as it is sent as it is stored; None leaves it to Django."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from radapp.ahead.asked import Asked
from radapp.ahead.holdings import HeldInstance, HeldSeries
from radapp.ahead.reading import WHOLE_BYTES, Piece, Plan, chunks, length_of
from radapp.ahead.standing import Headers
from radapp.archive.byte_index import PixelLayout
from radapp.dicomweb import choices, metadata, multipart
from radapp.dicomweb.negotiation import ANY, DICOM, MediaRange, parse_accept, welcomes_gzip
from radapp.dicomweb.syntaxes import BIG_ENDIAN, DEFLATED, NATIVE


@dataclass(frozen=True)
class Answer:
    """200 with this body. The body is put together from `plan` when its turn comes."""

    content_type: str
    etag: str
    cache_control: str
    plan: Plan
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())

    @cached_property
    def common(self) -> Headers:
        """What is told of it also where the client holds it already."""
        return [
            (b"etag", f'"{self.etag}"'.encode()),
            (b"cache-control", self.cache_control.encode()),
            (b"vary", choices.VARY.encode()),
        ]

    @cached_property
    def head(self) -> Headers:
        """What is told of its content."""
        return [
            (b"content-type", self.content_type.encode()),
            (b"content-length", str(length_of(self.plan)).encode()),
            *self.headers,
            *self.common,
        ]

    def stretches(self) -> Iterator[Plan]:
        """The body in pieces of a bounded size."""
        return iter([self.plan]) if length_of(self.plan) <= WHOLE_BYTES else chunks(self.plan)


@lru_cache(maxsize=1024)
def ranges_of(accept: str) -> tuple[MediaRange, ...]:
    """An Accept header's ranges, best first, as radapp.dicomweb reads them."""
    return tuple(parse_accept(accept or ANY) or [MediaRange(ANY)])


def series_answer(asked: Asked, series: HeldSeries) -> Answer | None:
    """Every file of a series under the client's favourite range."""
    wanted = next(filter(choices.sends_dicom, ranges_of(asked.accept)), None)
    if wanted is None or not wanted.multipart:
        return None
    etag = series.etag_as_stored(wanted.transfer_syntax)
    if etag is None:
        return None
    boundary = multipart.new_boundary()
    plan: list[bytes | Piece] = []
    for one in series.instances:
        kind = f"{DICOM}; transfer-syntax={one.syntax}"
        plan.append(multipart.head_of(kind, one.size, "", boundary, first=not plan))
        plan.append(Piece(one.sha256, one.path, 0, one.size))
    plan.append(multipart.tail_of(boundary))
    return Answer(multipart.content_type(DICOM, boundary), etag, choices.REVALIDATED, plan)


def frames_answer(asked: Asked, one: HeldInstance) -> Answer | None:
    """Frames of one instance, as they lie in its file."""
    layout = one.layout
    media = _frames_range(asked.accept, layout.syntax) if layout.keyword else None
    indices = _indices(asked.numbers, layout.frames)
    if media is None or indices is None:
        return None
    wanted, stored = media
    if (
        wanted.multipart
        and not stored
        and choices.shrinks(layout)
        and welcomes_gzip(asked.headers.get("accept-encoding", ""))
    ):
        return None
    found = _pieces(one, layout, indices, stored=stored)
    if found is None:
        return None
    etag = choices.frames_etag(one.sha256, asked.numbers, asked.accept)
    kind = choices.frame_kind(layout, stored=stored)
    bare = kind.split(";")[0]
    if not wanted.multipart:
        plan: Plan = [piece for frame in found for piece in frame]
        pieces = ((b"accept-ranges", b"bytes"),) if len(indices) == 1 else ()
        return None if stored and len(indices) > 1 else Answer(bare, etag, choices.FRAMES_KEPT, plan, pieces)
    boundary = multipart.new_boundary()
    address = metadata.instance_url(asked.study_uid, asked.series_uid, asked.instance_uid)
    parts: list[bytes | Piece] = []
    for index, frame in zip(indices, found, strict=True):
        size = sum(piece.length for piece in frame)
        parts.append(multipart.head_of(kind, size, f"{address}/frames/{index + 1}", boundary, first=not parts))
        parts += frame
    parts.append(multipart.tail_of(boundary))
    return Answer(multipart.content_type(bare, boundary), etag, choices.FRAMES_KEPT, parts)


@lru_cache(maxsize=1024)
def _frames_range(accept: str, syntax: str) -> tuple[MediaRange, bool] | None:
    """The first range under which frames of this transfer syntax may be sent, and whether as stored; None: not from here."""
    for media in ranges_of(accept):
        stored = choices.as_stored(syntax, media)
        if stored is not None:
            return (media, stored) if stored or syntax in NATIVE else None
        if choices.compression_target(media) is not None:
            return None
    return None


def _indices(numbers: str, frames: int) -> list[int] | None:
    """Frame numbers as indices from 0; None for whatever Django will refuse."""
    texts = numbers.split(",")
    if len(texts) > choices.FRAMES_AT_MOST or not all(0 < len(text) < 10 for text in texts):
        return None
    found = [int(text) - 1 for text in texts]
    return found if min(found) >= 0 and max(found) < frames else None


def _pieces(one: HeldInstance, layout: PixelLayout, indices: list[int], *, stored: bool) -> list[list[Piece]] | None:
    """The pieces of each frame; None where frames have to be made rather than sent."""
    if stored:
        ranges = layout.ranges
        if ranges is None:
            return None
        return [[Piece(one.sha256, one.path, *place) for place in ranges[index]] for index in indices]
    if layout.syntax in {DEFLATED, BIG_ENDIAN} or layout.bits_allocated < 8 or layout.frame_bits % 8:
        return None
    size = layout.frame_bits // 8
    return [[Piece(one.sha256, one.path, layout.offset + index * size, size)] for index in indices]
