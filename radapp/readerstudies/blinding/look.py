"""What a Sight shows, made once for some seconds: pseudonyms, and behind each the stored frames it stands for.

Whoever asks has been let in for this very request, with the Sight that the study's state allows now; what is kept here is
named by all that a Sight says, so that another stage, arm or person never meets it.
"""

import gzip
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from radapp.archive.models import Instance, SequenceRole
from radapp.readerstudies.blinding import allowed, rendering
from radapp.readerstudies.blinding.allowed import Subject
from radapp.readerstudies.blinding.choosing import Choice, choices
from radapp.readerstudies.blinding.dates import Dates, dates_of
from radapp.readerstudies.blinding.geometry import ascending, has_place, thickness_of
from radapp.readerstudies.blinding.headers import Plane, header_of
from radapp.readerstudies.blinding.pseudonyms import Kind, pseudonym
from radapp.readerstudies.blinding.windows import window_of
from radapp.readerstudies.models import Case
from radapp.readerstudies.sight import Sight
from radapp.triage.models import Heatmap

KEPT_SECONDS = 10.0
"""So long an image is still shown after it was rejected or deleted in the archive."""
KEPT_AT_MOST = 256
PRIOR = "prior "
"""Before the role of a prior's series in Case.shown."""


@dataclass(frozen=True)
class ShownSeries:
    """One series: its pseudonym, its objects' by theirs, and what is told of each."""

    uid: str
    subjects: tuple[Subject, ...]
    dated: bool

    @cached_property
    def objects(self) -> dict[str, Subject]:
        """By SOP Instance UID pseudonym, in spatial order."""
        return {one.uid(Kind.INSTANCE, one.original_instance): one for one in self.subjects}

    @cached_property
    def metadata(self) -> bytes:
        """DICOM JSON of every object."""
        return rendering.as_text([rendering.object_json(one, dated=self.dated) for one in self.subjects])

    @cached_property
    def zipped_metadata(self) -> bytes:
        """The same gzipped."""
        return gzip.compress(self.metadata, compresslevel=4, mtime=0)


@dataclass(frozen=True)
class Look:
    """All that a Sight shows. `heatmaps`: the rows that are served, by their series' pseudonym."""

    study_uid: str
    series: dict[str, ShownSeries]
    heatmaps: dict[str, Heatmap]

    @cached_property
    def metadata(self) -> bytes:
        """DICOM JSON of every object of every series."""
        return b"[" + b",".join(one.metadata[1:-1] for one in self.series.values()) + b"]"

    @cached_property
    def listing(self) -> bytes:
        """DICOM JSON of the series."""
        return rendering.as_text([rendering.series_json(one.subjects[0]) for one in self.series.values()])


_kept: dict[tuple[object, ...], tuple[float, Look]] = {}
_guard = threading.Lock()


def look(sight: Sight) -> Look:
    """The look, as kept or made now."""
    key = _key(sight)
    found = _kept.get(key)
    if found is not None and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    made = looked_anew(sight)
    with _guard:
        if len(_kept) >= KEPT_AT_MOST:
            _kept.clear()
        _kept[key] = (time.monotonic(), made)
    return made


def forget() -> None:
    """Keep nothing: for tests, and for what must be seen at once."""
    with _guard:
        _kept.clear()


def _key(sight: Sight) -> tuple[object, ...]:
    prior = sight.prior.pk if sight.prior else None
    return (sight.study.pk, sight.study.salt, sight.viewpoint, sight.examination.pk, prior, sight.roles,
            tuple(one.pk for one in sight.heatmaps), allowed.read_keywords())  # fmt: skip


def looked_anew(sight: Sight, certified: Mapping[str, str] | None = None) -> Look:
    """The look from what the archive holds now. `certified`: the series to show instead of the case's; empty: any."""
    dates, certified = dates_of(sight), certified_of(sight) if certified is None else certified
    series = [*_images(sight, dates, certified, prior=False)]
    if sight.prior is not None:
        series += _images(sight, dates, certified, prior=True)
    maps = dict(_maps(sight, dates))
    study_uid = pseudonym(sight, Kind.STUDY, sight.examination.study_instance_uid)
    return Look(
        study_uid,
        {one.uid: one for one in (*series, *(shown for shown in maps))},
        {shown.uid: row for shown, row in maps.items()},
    )


def certified_of(sight: Sight) -> dict[str, str]:
    """{role, or 'prior role': Series Instance UID} that was fixed for this case; empty while it was not.

    A prior's are those of the case's own prior: a tagger may have another examination in its place.
    """
    case = Case.objects.filter(study=sight.study, examination=sight.examination).only("shown", "prior_id").first()
    if case is None:
        return {}
    is_own = sight.prior is not None and sight.prior.pk == case.prior_id
    return {name: uid for name, uid in case.shown.items() if is_own or not name.startswith(PRIOR)}


def _images(sight: Sight, dates: Dates, certified: Mapping[str, str], *, prior: bool) -> Iterator[ShownSeries]:
    examination = sight.prior if prior else sight.examination
    assert examination is not None
    start, date = PRIOR * prior, "" if dates is None else dates[prior]
    fixed = {name.removeprefix(start): uid for name, uid in certified.items() if name.startswith(PRIOR) == prior}
    for one in choices(examination, sight.roles, fixed):
        if one.series is not None:
            uid = pseudonym(sight, Kind.SERIES, one.series.series_instance_uid)
            yield ShownSeries(uid, tuple(_subjects(sight, one, date, prior=prior)), dates is not None)


def _subjects(sight: Sight, one: Choice, date: str, *, prior: bool) -> Iterator[Subject]:
    """An image for each plane: frames of one stored object are told apart by their index."""
    assert one.series is not None
    planes = [plane for _, plane in one.planes]
    window, thickness = window_of(planes), thickness_of(planes)
    for number, (instance, plane) in enumerate(one.planes, start=1):
        yield Subject(
            sight=sight,
            role=one.role,
            original_series=one.series.series_instance_uid,
            original_instance=f"{instance} {plane.index}",
            planes=(plane,),
            number=number,
            of=len(planes),
            window=window,
            thickness=thickness,
            prior=prior,
            date=date,
        )


def _maps(sight: Sight, dates: Dates) -> Iterator[tuple[ShownSeries, Heatmap]]:
    """The heatmaps of sequences in sight, as long as their objects are there."""
    rows = [row for row in sight.heatmaps if row.sequence in sight.roles]
    stored = _stored_maps(sight, rows)
    for row in rows:
        planes = _map_planes(stored.get(row.sop_instance_uid))
        if planes:
            uid = f"heatmap {row.sop_instance_uid}"
            subject = Subject(
                sight=sight,
                role=SequenceRole(row.sequence),
                original_series=uid,
                original_instance=row.sop_instance_uid,
                planes=planes,
                number=1,
                of=1,
                window=(0.5, 1.0),
                thickness=thickness_of(planes),
                heatmap=True,
                date="" if dates is None else dates[0],
            )
            yield ShownSeries(pseudonym(sight, Kind.SERIES, uid), (subject,), dates is not None), row


def _stored_maps(sight: Sight, rows: Sequence[Heatmap]) -> dict[str, str]:
    """SHA-256 by SOP Instance UID, of maps that this application wrote for this examination."""
    if not rows:
        return {}
    found = Instance.objects.filter(
        sop_instance_uid__in=[row.sop_instance_uid for row in rows],
        sop_class_uid=allowed.PARAMETRIC_MAP,
        series__study=sight.examination,
        series__generated=True,
    )
    return dict(found.values_list("sop_instance_uid", "sha256"))


def _map_planes(sha256: str | None) -> tuple[Plane, ...]:
    """All planes ascending along their normal, or none where one lacks its place."""
    planes = header_of(sha256, allowed.read_keywords()).planes if sha256 else ()
    if not all(map(has_place, planes)):
        return ()
    ordered = ascending([(None, plane) for plane in planes])
    return tuple(plane for _, plane in ordered) if len(ordered) == len(planes) else ()
