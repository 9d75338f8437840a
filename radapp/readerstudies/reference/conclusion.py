"""What one person of the chain concludes on one case, as a value, and everything that can be wrong with it."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils import timezone

from radapp.archive.models import Instance, Study
from radapp.readerstudies import anatomy
from radapp.readerstudies.models import ReferenceStep
from radapp.readerstudies.reference.criteria import DATED, ELSEWHERE, SAYS, shortfall

Basis, Step = ReferenceStep.Basis, ReferenceStep.Step
SEGMENTATION_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.66.4"
MARKS_AT_MOST: Final = 20
RADII: Final = (1.0, 60.0)
"""Of a lesion's mark, in mm, both included."""
FARTHEST: Final = 1000.0
"""No point of a patient lies farther from the scanner's origin, in mm."""
TEXT_AT_MOST: Final = 5000
_WORDS: Final = {True: "recurrence", False: "no local recurrence", None: "undetermined"}


@dataclass(frozen=True)
class Mark:
    """A sphere around a lesion: centre [x, y, z] in LPS mm (patient space of the examination), radius in mm."""

    point: tuple[float, float, float]
    radius: float


@dataclass(frozen=True)
class Conclusion:
    """The fields of a ReferenceStep that are said; whoever says it, when and in which version stand in the row."""

    recurrence: bool | None
    basis: str
    basis_date: dt.date | None = None
    rt_stage: str = ""
    sites: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    segmentation: str = ""
    nodal_only: bool = False
    debatable: bool = False
    remark: str = ""

    @classmethod
    def of(cls, step: ReferenceStep) -> "Conclusion":
        """As a step says it."""
        plain = {name: getattr(step, name) for name in cls.__dataclass_fields__ if name not in {"sites", "kinds", "marks"}}
        marks = tuple(Mark((mark["point"][0], mark["point"][1], mark["point"][2]), mark["radius"]) for mark in step.marks)
        return cls(**plain, sites=tuple(step.sites), kinds=tuple(step.kinds), marks=marks)

    def columns(self) -> dict[str, Any]:
        """As a ReferenceStep stores it."""
        marks = [{"point": list(mark.point), "radius": mark.radius} for mark in self.marks]
        return asdict(self) | {"sites": list(self.sites), "kinds": list(self.kinds), "marks": marks}

    def content(self) -> dict[str, Any]:
        """As the audit chain keeps it. A segmentation is named by its UID: only auditors read it there."""
        day = self.basis_date.isoformat() if self.basis_date else None
        return self.columns() | {"basis_date": day}


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, in a sentence."""

    field: str
    detail: str


def problems(said: Conclusion, step: str, examination: Study | None) -> list[Problem]:
    """Everything that keeps a conclusion from being stored as this step on this examination."""
    found = [
        *_basis(said, step),
        *_day(said, step, examination),
        *_lesion(said),
        *_marks(said.marks),
        *_segmentation(said.segmentation, examination),
    ]
    if len(said.remark) > TEXT_AT_MOST:
        found.append(Problem("remark", f"Found {len(said.remark)} characters, expected at most {TEXT_AT_MOST}."))
    return found


def _basis(said: Conclusion, step: str) -> Iterator[Problem]:
    if said.basis not in SAYS:
        yield Problem("basis", f"Found {said.basis!r}, expected one of {', '.join(SAYS)}.")
        return
    if said.recurrence not in SAYS[Basis(said.basis)]:
        can = " or ".join(_WORDS[one] for one in SAYS[Basis(said.basis)])
        yield Problem("basis", f"The basis {said.basis} can only say: {can}.")
    if said.basis in ELSEWHERE and step != Step.REPORT:
        yield Problem("basis", f"{said.basis} is for a step 'report' of what was established elsewhere.")
    if said.nodal_only and said.recurrence is not False:
        yield Problem("nodal_only", "Recurrence in nodes alone is no local recurrence: expected recurrence no.")


def _day(said: Conclusion, step: str, examination: Study | None) -> Iterator[Problem]:
    examined_on = examination.study_date if examination else None
    if said.basis_date is None:
        if said.basis in DATED:
            yield Problem("basis_date", f"The basis {said.basis} compares with another day: expected its date.")
        return
    if said.basis == Basis.IMAGES:
        yield Problem("basis_date", "A conclusion from this examination alone has no other date: leave it empty.")
    elif said.basis_date > timezone.localdate():
        yield Problem("basis_date", f"{said.basis_date.isoformat()} has not come yet.")
    elif short := shortfall(said.basis, said.basis_date, examined_on):
        yield Problem("basis_date", short)


def _lesion(said: Conclusion) -> Iterator[Problem]:
    if said.rt_stage and said.rt_stage not in anatomy.RT_STAGES:
        yield Problem("rt_stage", f"Found {said.rt_stage!r}, expected one of {', '.join(anatomy.RT_STAGES)}, or nothing.")
    if said.rt_stage and said.recurrence is not True:
        yield Problem("rt_stage", "Only a recurrence has an rT stage.")
    for name, terms in (("sites", anatomy.SITES), ("kinds", anatomy.KINDS)):
        yield from _listed(name, getattr(said, name), terms)
    if said.recurrence is False and (said.sites or said.kinds or said.marks or said.segmentation):
        yield Problem("sites", "Sites, kinds and marks describe a lesion; without local recurrence there is none.")


def _listed(field: str, found: Sequence[str], terms: tuple[anatomy.Term, ...]) -> Iterator[Problem]:
    known = anatomy.keys(terms)
    unknown = [one for one in found if one not in known]
    if unknown:
        yield Problem(field, f"Found {', '.join(unknown)}, expected some of {', '.join(term.key for term in terms)}.")
    if len(set(found)) < len(found):
        yield Problem(field, "Each may be named once.")


def _marks(marks: Sequence[Mark]) -> Iterator[Problem]:
    if len(marks) > MARKS_AT_MOST:
        yield Problem("marks", f"Found {len(marks)} marks, expected at most {MARKS_AT_MOST}.")
    for number, mark in enumerate(marks, start=1):
        if len(mark.point) != 3 or not all(math.isfinite(one) and abs(one) <= FARTHEST for one in mark.point):
            yield Problem("marks", f"Mark {number} is at {mark.point}, expected x, y, z within {FARTHEST:g} mm.")
        if not (math.isfinite(mark.radius) and RADII[0] <= mark.radius <= RADII[1]):
            yield Problem(
                "marks", f"Mark {number} has the radius {mark.radius:g}, expected {RADII[0]:g} to {RADII[1]:g} mm."
            )


def _segmentation(uid: str, examination: Study | None) -> Iterator[Problem]:
    if uid and not (examination and segmentations(examination).filter(sop_instance_uid=uid).exists()):
        yield Problem("segmentation", "Found no DICOM segmentation of that name in this examination.")


def segmentations(examination: Study) -> Any:
    """The segmentations that came with an examination; none that this application made."""
    return Instance.objects.filter(
        series__study=examination, series__generated=False, sop_class_uid=SEGMENTATION_STORAGE
    ).order_by("pk")
