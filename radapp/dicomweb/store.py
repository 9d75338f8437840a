"""STOW-RS (PS3.18 section 10.5): take instances in, and say of each what became of it."""

import io
import mmap
import tempfile
from contextlib import ExitStack
from typing import IO, Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase

from radapp.accounts.models import User
from radapp.archive import intakes, outcomes
from radapp.archive.clutter import HEAD_BYTES, Judgement, Kind, judge
from radapp.archive.errors import StorageFull, is_full
from radapp.archive.ingest import Ingest
from radapp.archive.inspection import BrokenFileError, ClutterError, inspect
from radapp.archive.models import Source
from radapp.archive.outcomes import Identity, Outcome
from radapp.archive.receiving import TooLargeError, refuse_larger
from radapp.archive.recording import FULL
from radapp.dicomweb import formats, metadata
from radapp.dicomweb.attributes import element
from radapp.dicomweb.multipart_reader import MultipartError, MultipartReader, Stream, parameters_of
from radapp.dicomweb.negotiation import DICOM, MULTIPART
from radapp.dicomweb.refusals import Refusal, answering, bad_request

# Failure reasons (PS3.18 table I.2-2, PS3.4 table B.2-1, PS3.7 annex C).
PROCESSING_FAILURE = 0x0110
DUPLICATE_INSTANCE = 0x0111
OUT_OF_RESOURCES = 0xA700
DATA_SET_MISMATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000
# Warning reason "coercion of data elements": what is shown stays the stored data set until an administrator decides.
KEPT_ASIDE = 0xB000

PART_IN_MEMORY_BYTES = 4 * 1024 * 1024


class _Store:
    """One request: its parts go through the archive's ingest one by one; what became of each is kept in their order."""

    def __init__(self, ingest: Ingest, study_uid: str) -> None:
        self._ingest = ingest
        self._study_uid = study_uid
        self._refused: list[Outcome] = []
        self.parts = 0

    def take(self, part: "_Part", content_type: str) -> None:
        """Take one part."""
        self.parts += 1
        name = f"part {self.parts}.dcm"
        refusal = part.lost or self._refusal(part, name, content_type)
        if refusal is not None:
            self._refused.append(refusal)
        elif part.file is None:
            self._ingest.add_content(part.content, name)
        else:
            part.file.seek(0)
            self._ingest.add_stream(part.file, name)

    def _refusal(self, part: "_Part", name: str, content_type: str) -> Outcome | None:
        """What is refused before ingest: other media types, archives, instances of another study than the address names."""
        if content_type not in {"", DICOM}:
            return outcomes.Refused(name, f"found a part of another media type, expected {DICOM}")
        judgement = judge(name, part.head())
        if judgement.kind is Kind.ZIP:
            return outcomes.Refused(name, f"found a zip archive, expected {DICOM}")
        identity = _identity(part, judgement) if self._study_uid else None
        if identity is not None and identity.study_uid != self._study_uid:
            return outcomes.Refused(name, "belongs to another study than the address names", identity)
        return None

    @property
    def storage_full(self) -> bool:
        """Whether a part found no room."""
        lost = any(isinstance(one, outcomes.Refused) and one.storage_full for one in self._refused)
        return lost or self._ingest.report.storage_full

    def outcomes(self) -> list[Outcome]:
        """Every part's outcome; those refused beforehand come last."""
        return [*self._ingest.report.outcomes, *self._refused]


class _Part(io.RawIOBase):
    """What came of a part: `content` while it is small, `file` where it is not. As much as an instance may have, and as
    there is room for; `lost` says why octets were dropped, None where all are there.
    """

    def __init__(self) -> None:
        self._size = 0
        self.content = bytearray()
        self.file: IO[bytes] | None = None
        self.lost: Outcome | None = None

    def write(self, piece: Any, /) -> int:
        self._size += len(piece)
        if self.lost is None:
            try:
                refuse_larger(self._size)
                self._keep(piece)
            except TooLargeError as error:
                self._give_up(outcomes.Refused("", str(error)))
            except OSError as error:
                if not is_full(error):
                    raise
                self._give_up(outcomes.Refused("", FULL, storage_full=True))
        return len(piece)

    def _keep(self, piece: bytes | bytearray) -> None:
        if self.file is None and self._size > PART_IN_MEMORY_BYTES:
            self.file = tempfile.TemporaryFile(dir=str(settings.FILE_UPLOAD_TEMP_DIR), buffering=0)  # noqa: SIM115 - see close
            piece, self.content = self.content + piece, bytearray()
        if self.file is None:
            self.content += piece
            return
        left = memoryview(piece)
        while left:  # a full disk takes a part, and then raises
            left = left[self.file.write(left) :]

    def _give_up(self, why: Outcome) -> None:
        self.lost = why
        self.close()

    def head(self) -> bytes:
        """Its first octets."""
        if self.file is None:
            return bytes(self.content[:HEAD_BYTES])
        self.file.seek(0)
        return self.file.read(HEAD_BYTES)

    def close(self) -> None:
        """Forget what is kept."""
        self.content = bytearray()
        if self.file is not None:
            self.file.close()
            self.file = None
        super().close()


def _identity(part: _Part, judgement: Judgement) -> Identity | None:
    """The instance's UIDs; None where it is broken, which ingest will then say in its own words."""
    with ExitStack() as ended:
        content: bytearray | mmap.mmap = part.content
        if part.file is not None:
            content = ended.enter_context(mmap.mmap(part.file.fileno(), 0, access=mmap.ACCESS_READ))
        try:
            return inspect(content, judgement).identity if content else None
        except (BrokenFileError, ClutterError):
            return None


def _boundary(request: HttpRequest) -> str | None:
    """The multipart boundary, or None for a single instance as the whole body; 415 for anything else."""
    media_type, parameters = parameters_of(request.headers.get("Content-Type", ""))
    if media_type == DICOM:
        return None
    if media_type == MULTIPART and parameters.get("type", DICOM).lower() == DICOM:
        if not parameters.get("boundary"):
            raise bad_request("The Content-Type names no boundary.")
        return parameters["boundary"]
    raise Refusal(
        415, "unsupported_media_type", f'Instances are taken as multipart/related; type="{DICOM}", or one as {DICOM}.'
    )


def _stream(request: HttpRequest) -> Stream:
    """The request's body. Django reads Content-Length octets, which is none of a chunked body: that one is read below it."""
    environ = getattr(request, "environ", {})
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and not environ.get("CONTENT_LENGTH"):
        return cast(Stream, environ["wsgi.input"])
    return cast(Stream, request)


def _receive(store: _Store, stream: Stream, boundary: str | None) -> None:
    """Read the body part by part; one that is not small lies in a temporary file until the archive has it."""
    if boundary is None:
        with _Part() as part:
            while block := stream.read(1024 * 1024):
                part.write(block)
            store.take(part, DICOM)
        return
    reader = MultipartReader(stream, boundary)
    for head in reader.parts():
        with _Part() as part:
            reader.copy_to(cast(Any, part))
            store.take(part, head.content_type)


@answering
def store(request: HttpRequest, study_uid: str = "") -> HttpResponseBase:
    """Take in the instances of a request. 200: all are in; 202: some, or with warnings; 409: none."""
    wanted = formats.chosen_format(request)
    boundary = _boundary(request)
    ingest = Ingest(Source.STOW, user=cast(User, request.user))
    broken = ""
    try:
        with ingest:
            taking = _Store(ingest, study_uid)
            try:
                _receive(taking, _stream(request), boundary)
            except MultipartError as error:
                broken = str(error)
            except (UnreadablePostError, ConnectionError):
                broken = "the connection ended within the body"
    finally:
        intakes.end_intake(ingest.intake)
    if broken:
        held = ingest.report.stored + ingest.report.already
        raise bad_request(
            f"The multipart body cannot be read: {broken}. {held} whole instances before that place are stored."
        )
    if not taking.parts:
        raise bad_request("The body holds no part; send each instance as one part.")
    if taking.storage_full and not ingest.report.stored:
        raise StorageFull
    return _answer(taking.outcomes(), study_uid, wanted)


def _reference(identity: Identity | None) -> dict[str, Any]:
    if identity is None:
        return {}
    return {
        "00081150": element("UI", identity.sop_class_uid),
        "00081155": element("UI", identity.sop_instance_uid),
    }


def _stored(identity: Identity) -> dict[str, Any]:
    address = metadata.instance_url(identity.study_uid, identity.series_uid, identity.sop_instance_uid)
    return {**_reference(identity), "00081190": element("UR", address)}


def failure_reason(outcome: outcomes.Refused | outcomes.Skipped, study_uid: str) -> int:
    """The code that says best why the instance is not in."""
    if isinstance(outcome, outcomes.Skipped) or outcome.identity is None:
        full = isinstance(outcome, outcomes.Refused) and outcome.storage_full
        return OUT_OF_RESOURCES if full else CANNOT_UNDERSTAND
    if outcome.storage_full:
        return OUT_OF_RESOURCES
    if study_uid and outcome.identity.study_uid != study_uid:
        return DATA_SET_MISMATCH
    return DUPLICATE_INSTANCE if "other pixels" in outcome.reason.lower() else PROCESSING_FAILURE


def _answer(found: list[Outcome], study_uid: str, wanted: formats.Format) -> HttpResponseBase:
    """The store response module (PS3.18 annex I.2)."""
    stored: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    warned = False
    for outcome in found:
        match outcome:
            case outcomes.StoredInstance(identity=identity) | outcomes.Already(identity=identity):
                stored.append(_stored(identity))
            case outcomes.PutAside(identity=identity):
                stored.append({**_stored(identity), "00081196": element("US", KEPT_ASIDE)})
                warned = True
            case outcomes.Refused() | outcomes.Skipped():
                identity_or_none = getattr(outcome, "identity", None)
                reason = element("US", failure_reason(outcome, study_uid))
                failed.append(
                    {**_reference(identity_or_none), "00081197": reason, "00000902": element("LO", outcome.reason[:64])}
                )
    answer: dict[str, Any] = {}
    studies = {one.identity.study_uid for one in found if not isinstance(one, outcomes.Skipped) and one.identity}
    if len(studies) == 1 and stored:
        answer["00081190"] = element("UR", f"{settings.PUBLIC_URL}/dicom-web/studies/{next(iter(studies))}")
    if stored:
        answer["00081199"] = element("SQ", *stored)
    if failed:
        answer["00081198"] = element("SQ", *failed)
    status = 409 if not stored else 202 if failed or warned else 200
    return formats.one(answer, wanted, status)
