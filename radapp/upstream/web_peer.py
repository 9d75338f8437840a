"""A source that speaks DICOMweb: QIDO-RS, WADO-RS and STOW-RS (PS3.18), as PACS speak it."""

import re
import shutil
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from radapp.dicomweb.attributes import Attribute, Level, Match
from radapp.dicomweb.multipart import Part, content_type, multipart_length, new_boundary, walk
from radapp.dicomweb.multipart_reader import MultipartError, MultipartReader, parameters_of
from radapp.dicomweb.negotiation import DICOM, DICOM_JSON, MULTIPART
from radapp.upstream import records
from radapp.upstream.models import UpstreamSource
from radapp.upstream.peer import (
    DUPLICATE,
    FOR_GOOD,
    Answer,
    Outgoing,
    Query,
    Receipt,
    SourceConfusedError,
    Take,
    Verdict,
    broadened,
)
from radapp.upstream.web import BLOCK, JSON_AT_MOST, Web, complain

FILES = f'{MULTIPART}; type="{DICOM}"; transfer-syntax=*'
PAGE, ROUND = 500, 50
SERIES_AT_MOST = 64 * 1024**3
"""Octets of one series' answer; the cache's own bound is met long before."""

_WANTED = {
    Level.STUDY: ("00080061", "00081030", "00100021", "00201206", "00201208"),
    Level.SERIES: (
        "0008103E",
        "00080021",
        "00080031",
        "00180015",
        "00181030",
        "00080070",
        "00081010",
        "00200052",
        "00201209",
    ),
    Level.INSTANCE: ("00080016", "00200013", "00280008", "00280010", "00280011"),
}
_SAFE = re.compile(r"[A-Za-z0-9.,*?_:-]")
_FOR_GOOD = FOR_GOOD | {0x0106, 0x0117, 0x0120}
"""Failure reasons of store responses: those, and an invalid value or instance, a missing attribute."""


class WebPeer:
    """Implements radapp.upstream.peer.Peer."""

    def __init__(self, source: UpstreamSource) -> None:
        self._web = Web(source)

    def echo(self) -> str:
        """DICOMweb has no ping: search for one study."""
        self._search("/studies?limit=1", seconds=10.0)
        return "it answers a search for studies"

    def find(self, query: Query, seconds: float) -> Answer:
        """QIDO-RS, page by page where the source cuts its answers short."""
        path, found = _path_of(query), list[Any]()
        while len(found) <= query.most:
            parameters = [*_conditions(query), *(f"includefield={tag}" for tag in _WANTED[query.level])]
            parameters += [f"limit={min(PAGE, query.most + 1 - len(found))}", f"offset={len(found)}"]
            page, more = self._search(f"{path}?{'&'.join(parameters)}", seconds)
            if found and page and page[0] == found[0]:
                break  # it knows no offset and repeats itself
            found += page
            # Some cut their answers at a round number and do not say so.
            if not page or not (more or len(page) % ROUND == 0):
                break
        return Answer(found[: query.most], truncated=len(found) > query.most)

    def _search(self, path: str, seconds: float) -> tuple[list[Any], bool]:
        """(records, whether it says that there are more)."""
        with self._web.get(path, DICOM_JSON, most=JSON_AT_MOST, seconds=seconds) as (response, body):
            if response.status in {204, 404}:
                return [], False
            complain(response.status)
            found = records.parse(body.whole())
            if found is None:
                raise SourceConfusedError("it answers a search with something that is no list in JSON")
            return found, response.headers.get("Warning", "").startswith("299")

    def fetch(self, study_uid: str, series_uid: str, wanted: Sequence[str], take: Take) -> Iterator[None]:
        """WADO-RS: the whole series in one answer, or the wanted instances one after another."""
        series = f"/studies/{study_uid}/series/{series_uid}"
        for path in [f"{series}/instances/{uid}" for uid in wanted] or [series]:
            yield from self._fetch_parts(path, take)

    def _fetch_parts(self, path: str, take: Take) -> Iterator[None]:
        with self._web.get(path, FILES, most=SERIES_AT_MOST) as (response, body):
            if response.status == 404:
                return
            complain(response.status)
            kind, parameters = parameters_of(response.headers.get("Content-Type", ""))
            if kind == DICOM:
                take(lambda out: shutil.copyfileobj(body, out, BLOCK))
                yield
                return
            if kind != MULTIPART:
                raise SourceConfusedError(f"it answers with {kind[:40] or 'no media type'} instead of {MULTIPART}")
            try:
                reader = MultipartReader(body, parameters.get("boundary", ""))
                for _ in reader.parts():
                    take(reader.copy_to)
                    yield
            except MultipartError as error:
                raise SourceConfusedError(f"its multipart answer cannot be read: {error}") from error

    def holds(self, result: Outgoing) -> bool:
        """Whether it has the instance already."""
        path = f"/studies/{result.study_uid}/series/{result.series_uid}/instances"
        found, _ = self._search(f"{path}?00080018={result.sop_instance_uid}&limit=1", seconds=10.0)
        told = {records.value_of(one, records.SOP_UID) for one in records.cleaned(found, Level.INSTANCE)}
        return result.sop_instance_uid in told

    def store(self, results: Sequence[Outgoing]) -> Sequence[Receipt]:
        """STOW-RS, one request for each: a source that stumbles over one has the others."""
        return [self._store(result) for result in results]

    def _store(self, result: Outgoing) -> Receipt:
        boundary, size = new_boundary(), result.path.stat().st_size
        # Without a transfer-syntax parameter: some leave a part that has one aside, and answer with success.
        parts = [Part.of_file(DICOM, result.path, size)]
        headers = {"Content-Type": content_type(DICOM, boundary), "Accept": DICOM_JSON}
        headers["Content-Length"] = str(multipart_length(parts, boundary))
        status, answer = self._web.post(f"/studies/{result.study_uid}", walk(parts, boundary), headers)
        said = _said(answer)
        if said and (status == 409 or 200 <= status < 300):
            return _receipt(result, said)
        if 200 <= status < 300 and self.holds(result):
            return Receipt(result.delivery, Verdict.TAKEN)
        if status in {400, 406, 413, 415}:
            return Receipt(result.delivery, Verdict.REFUSED, f"it answers HTTP {status}")
        if status != 409:
            complain(status)
        return Receipt(result.delivery, Verdict.LATER, f"it answers HTTP {status} and does not say what became of it")


def _path_of(query: Query) -> str:
    study, series = query.within
    base = f"/studies/{study}" if study else ""
    if query.level is Level.STUDY:
        return "/studies"
    if query.level is Level.SERIES:
        return f"{base}/series"
    return f"{base}/series/{series}/instances" if series else f"{base}/instances"


def _conditions(query: Query) -> Iterator[str]:
    for attribute, value in query.conditions:
        yield f"{attribute.tag}={readable_everywhere(attribute, broadened(attribute, value))}"


def readable_everywhere(attribute: Attribute, value: str) -> str:
    """The value so that servers that never percent-decode read it, too: what needs encoding becomes a wildcard.

    What then comes in excess is sorted out by radapp.upstream.fitting. Dates, numbers and UIDs need none.
    """
    if attribute.match in {Match.UIDS, Match.CLASSES, Match.DATE, Match.TIME, Match.NUMBER}:
        return quote(value, safe=",.-:")
    wild = "?" if value.isascii() else "*"
    return re.sub(r"\*+", "*", "".join(character if _SAFE.fullmatch(character) else wild for character in value))


def _said(answer: bytes) -> dict[str, Any]:
    """The store response module (PS3.18 annex I.2), empty where it is none in JSON."""
    found = records.parse(b"[" + answer + b"]") if answer.strip() else None
    return found[0] if found and isinstance(found[0], dict) else {}


def _items(said: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    sequence = said.get(tag)
    items = sequence.get("Value") if isinstance(sequence, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _receipt(result: Outgoing, said: dict[str, Any]) -> Receipt:
    """What the store response says of the instance."""
    for stored in _items(said, "00081199"):
        if records.value_of(stored, "00081155") == result.sop_instance_uid:
            return Receipt(result.delivery, Verdict.TAKEN)
    for failed in _items(said, "00081198"):
        reason = records.value_of(failed, "00081197")
        if reason == DUPLICATE:
            return Receipt(result.delivery, Verdict.TAKEN)
        code = reason if isinstance(reason, int) else 0
        verdict = Verdict.REFUSED if code in _FOR_GOOD else Verdict.LATER
        return Receipt(result.delivery, verdict, f"it did not store it (failure reason {code:04X})")
    return Receipt(result.delivery, Verdict.LATER, "it answers without a word on the object")
