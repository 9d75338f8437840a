"""What the viewer shows of one study that is not held here: how it stands, and its series with what each seems to be."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pydicom
from pydicom.datadict import tag_for_keyword

from ml import series as ml_series
from radapp.accounts import audit
from radapp.archive.headers import UNREADABLE, is_synthetic
from radapp.dicomweb import whereabouts
from radapp.dicomweb.errands import Errand
from radapp.upstream import circuit, folder, inventory, records, retrieval
from radapp.upstream.browsing import about
from radapp.upstream.circuit import OfflineError
from radapp.upstream.inventory import UnreachableError
from radapp.upstream.locks import LockBusyError
from radapp.upstream.models import CachedSeries
from radapp.upstream.peer import SourceError
from radapp.upstream.records import Record
from radapp.upstream.waiting import waits

HEADERS_PER_SERIES = 8
_TOLD = ("Modality", "SeriesDescription", "ProtocolName", "Manufacturer", "SeriesNumber", "SeriesInstanceUID")
"""What a source's record tells of a series; its own headers tell it better."""


def study(errand: Errand, study_uid: str) -> dict[str, Any]:
    """How one study stands, and what is known of it and its series; reading that counts as an opening.

    A study that is known nowhere yet is asked for at every source; its list of series is as fresh as can be had.
    """
    silent = not whereabouts.is_held(study_uid) and _look_up(errand, study_uid)
    found = retrieval.state_of(study_uid)
    if silent and found["state"] != "held":
        found["state"] = "offline"  # it may be at a source that does not answer
    known = inventory.known(study_uid) if found["state"] in {"online", "offline"} else None
    if known is None:
        return found | {"study": None, "listing": []}
    audit.record_opening(errand.user, study_uid)
    series = sorted(known.series.prefetch_related("instances"), key=inventory.by_number)
    headers = {one.series_instance_uid: _headers(one) for one in series}
    synthetic = any(is_synthetic(one) for some in headers.values() for one in some)
    return found | {
        "study": about(known.record) | {"synthetic": synthetic},
        "listing": _listing(series, headers),
    }


def _look_up(errand: Errand, study_uid: str) -> bool:
    """Find the study and list its series anew, where that is due and can be done; whether a source was silent."""
    known = inventory.known(study_uid)
    try:
        if known is None:
            if not circuit.sources():
                return False
            waits(errand)
            known = inventory.locate(study_uid)
        if known is None or inventory.is_fresh(known):
            return False
        if circuit.is_paused(known.source):
            return True
        waits(errand)
        inventory.refresh(known)
    except (UnreachableError, OfflineError, SourceError, LockBusyError):
        return True
    return False


def _headers(series: CachedSeries) -> list[pydicom.Dataset]:
    """Some headers of a series that is kept; else what the source tells of it, as one."""
    kept = list(series.instances.all())[:HEADERS_PER_SERIES] if series.whole else []
    found: list[pydicom.Dataset] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for one in kept:
                found.append(pydicom.dcmread(folder.path_of(one.sha256), stop_before_pixels=True, force=True))
    except (*UNREADABLE, FileNotFoundError):
        found.clear()  # given up just now, or the folder was emptied
    return found or [_told(series.record)]


def _told(record: Record) -> pydicom.Dataset:
    header = pydicom.Dataset()
    for keyword in _TOLD:
        value = records.value_of(record, f"{tag_for_keyword(keyword):08X}")
        if value is not None:
            setattr(header, keyword, value)
    return header


def _listing(series: Sequence[CachedSeries], headers: Mapping[str, Sequence[pydicom.Dataset]]) -> list[dict[str, Any]]:
    """The series with the role that each seems to have: told by its headers where it is kept, else by the source's words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        facts = {uid: ml_series.read_facts(found) for uid, found in headers.items()}
    recognised = {one.uid: one for one in ml_series.recognise(list(facts.values()))}
    chosen = set(ml_series.choose(_candidates(series, recognised, facts)).values())
    return [
        {
            "uid": one.series_instance_uid,
            "number": records.value_of(one.record, "00200011"),
            "modality": records.text_of(one.record, "00080060"),
            "description": records.text_of(one.record, "0008103E"),
            "role": recognised[one.series_instance_uid].role.value,
            "instances": one.expected,
            "kept": one.whole,
            "chosen": one.series_instance_uid in chosen,
        }
        for one in series
    ]


def _candidates(
    series: Sequence[CachedSeries],
    recognised: Mapping[str, ml_series.Recognition],
    facts: Mapping[str, ml_series.SeriesFacts],
) -> Iterator[ml_series.Candidate]:
    for one in series:
        uid = one.series_instance_uid
        found = recognised[uid]
        yield ml_series.Candidate(
            uid=uid,
            role=found.role,
            plane=found.plane,
            acquisition=found.acquisition,
            preference=found.preference,
            fat_saturated=found.fat_saturated,
            slices=one.expected or 0,
            number=facts[uid].number,
        )
