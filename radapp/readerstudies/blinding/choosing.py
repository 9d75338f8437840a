"""Which series stands for a role: the certified one, else the one that triage read, else the best that may be shown."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ml.series.exclusion import MR_IMAGES
from radapp.archive.models import Instance, SequenceRole, Series, Study
from radapp.archive.selectors import chosen_series
from radapp.readerstudies.blinding import allowed
from radapp.readerstudies.blinding.geometry import ascending, is_showable
from radapp.readerstudies.blinding.headers import Header, Plane, header_of
from radapp.triage.models import StudyTriage

BURNED_IN = "an image says that writing is burned into it"
OVERLAID = "an overlay lies within its pixels"
NO_IMAGES = "it holds no grey MR images with a place in the patient"


class Stored(NamedTuple):
    """One stored object that no rejection note hides."""

    series_id: int
    sop_instance_uid: str
    sop_class_uid: str
    sha256: str


@dataclass(frozen=True)
class Choice:
    """The series of one role, None where there is none to show; `refused`: why others were passed over.

    `planes` ascend along their normal, each with the SOP Instance UID that it came in.
    """

    role: SequenceRole
    series: Series | None = None
    planes: tuple[tuple[str, Plane], ...] = ()
    refused: tuple[str, ...] = ()


def choices(
    examination: Study, roles: Sequence[SequenceRole], certified: Mapping[str, str] | None = None
) -> Iterator[Choice]:
    """One for each role. `certified`: {role: Series Instance UID}; what it names is shown, and nothing in its place."""
    candidates = _candidates(examination)
    stored = _stored([one.pk for one in candidates])
    preferred = {} if certified else _preferred(examination, candidates)
    for role in roles:
        if certified:
            ordered = [one for one in candidates if one.series_instance_uid == certified.get(role)]
        else:
            ordered = _best_first([one for one in candidates if one.role == role], preferred.get(role, []))
        yield _first_showable(role, ordered, stored)


def _first_showable(role: SequenceRole, ordered: Iterable[Series], stored: Mapping[int, list[Stored]]) -> Choice:
    refused: list[str] = []
    for series in ordered:
        planes = planes_of(stored[series.pk])
        if not isinstance(planes, str):
            return Choice(role, series, planes, tuple(refused))
        refused.append(planes)
    return Choice(role, refused=tuple(refused))


def planes_of(stored: Iterable[Stored]) -> tuple[tuple[str, Plane], ...] | str:
    """The planes of a series in spatial order, or why nobody may see them."""
    keywords = allowed.read_keywords()
    headers = [(one.sop_instance_uid, header_of(one.sha256, keywords)) for one in stored if one.sop_class_uid in MR_IMAGES]
    if any(_is_burned_in(header) for _, header in headers):
        return BURNED_IN
    if any(header.overlaid for _, header in headers):
        return OVERLAID
    found = [(uid, plane) for uid, header in headers for plane in header.planes if is_showable(plane)]
    return ascending(found) or NO_IMAGES


def _is_burned_in(header: Header) -> bool:
    return any(str(plane.first("BurnedInAnnotation", "")).strip().upper() == "YES" for plane in header.planes)


def _candidates(examination: Study) -> list[Series]:
    """Received, not superseded, with an instance that no rejection note hides."""
    return list(
        Series.objects.filter(
            study=examination, generated=False, superseded_at=None, modality="MR", instances__rejected=False
        ).distinct()
    )


def _stored(series: Sequence[int]) -> Mapping[int, list[Stored]]:
    found: dict[int, list[Stored]] = defaultdict(list)
    rows = Instance.objects.filter(series__in=series).order_by("series_id", "instance_number", "id")
    for row in rows.values_list("series_id", "sop_instance_uid", "sop_class_uid", "sha256"):
        found[row[0]].append(Stored(*row))
    return found


def _preferred(examination: Study, candidates: Sequence[Series]) -> Mapping[str, list[str]]:
    """By role, the series that the run of the current result read, then the one that a run would read now."""
    found: dict[str, list[str]] = defaultdict(list)
    row = StudyTriage.objects.filter(study=examination).select_related("result__run", "run").first()
    runs = [] if row is None else [row.result.run if row.result else None, row.run]
    for choice in [*(run.inputs for run in runs if run is not None), chosen_series(candidates)]:
        for role, uid in choice.items():
            if uid not in found[role]:
                found[role].append(uid)
    return found


def _best_first(candidates: Iterable[Series], preferred: Sequence[str]) -> list[Series]:
    places = {uid: place for place, uid in enumerate(preferred)}
    return sorted(candidates, key=lambda one: (places.get(one.series_instance_uid, len(places)), -one.preference, one.pk))
