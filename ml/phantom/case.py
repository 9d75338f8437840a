"""One synthetic patient: anatomy, disease, examination, images and truth, all from one seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ml.phantom.acquire import acquire, head_of
from ml.phantom.anatomy import paint_contour, paint_face, paint_neck
from ml.phantom.canvas import Canvas, Field, Pose
from ml.phantom.cranium import paint_cranium, paint_skull_base, paint_spine
from ml.phantom.defects import Defect, applied, spoiled
from ml.phantom.disease import (
    NEGATIVE,
    NODAL_SHARE,
    Kind,
    Recurrence,
    paint_nodal_recurrence,
    paint_recurrence,
    sample_recurrence,
)
from ml.phantom.pharynx import paint_pharynx, sample_pharynx
from ml.phantom.sagittal import acquire_sagittal, sagittal_grid
from ml.phantom.scanner import (
    COHORTS,
    SUBPLANES,
    Acquisition,
    Cohort,
    Examination,
    sample_acquisition,
    sample_examination,
)
from ml.phantom.sequelae import paint_sequelae
from ml.phantom.tissues import Tissue, TissueMaps, sample_tissues
from ml.series.role import Role
from ml.volume import Volume

__all__ = ["COHORTS", "PREVALENCE", "ROLES", "Case", "CaseTruth", "Cohort", "cohort_seeds", "generate_case", "uid"]

ROLES: tuple[Role, ...] = (Role.T1WI, Role.T2WI, Role.T1WIC)
Sagittal: TypeAlias = Literal["none", "beside", "instead"]
SAGITTAL: tuple[Sagittal, ...] = ("none", "beside", "instead")
PREVALENCE = 0.45
"""Share of recurrences, about that of the paper's test sets."""
UID_ROOT = "2.25"


@dataclass(frozen=True)
class CaseTruth:
    """What is known of a case because it was made. Lengths in mm; volumes in ml, of what lies within the axial images."""

    seed: int
    cohort: Cohort
    label: int
    kind: str
    stage: str
    site: str
    diameter: float
    lesion_ml: float
    head_ml: float
    imitators: tuple[str, ...]
    sex: str
    age: int
    growth: str = ""
    """submucosal or mucosal; empty without local recurrence."""
    defect: str = ""
    """What was spoiled on purpose (`ml.phantom.defects`); empty in an ordinary case."""


@dataclass(frozen=True, eq=False)
class Case:
    """Images by role, the acquisition behind each, the truth, and the lesion's mask (0 or 1; None in a negative case).

    A sagittal 3D T1 made "beside" the axial series is in `sagittal`; made "instead" it is `volumes[Role.T1WI]`.
    `left_out` are slices of the axial series that a defect keeps out of the written study.
    """

    volumes: dict[Role, Volume]
    acquisitions: dict[Role, Acquisition]
    examination: Examination
    truth: CaseTruth
    lesion: Volume | None
    sagittal: tuple[Volume, Acquisition] | None = None
    left_out: tuple[int, ...] = ()


def uid(*parts: object) -> str:
    """A UID of the 2.25 root, the same for the same parts (PS3.5 annex B.2, but drawn from the parts)."""
    words = np.random.SeedSequence([ord(c) for c in "/".join(str(p) for p in parts)]).generate_state(4)
    return f"{UID_ROOT}.{int.from_bytes(words.astype('>u4').tobytes(), 'big')}"


def cohort_seeds(cases: int, seed: int) -> Iterator[tuple[int, int]]:
    """(case seed, label) of each case of a cohort: case i depends on `seed` and i alone; labels alternate at `PREVALENCE`.

    Spread evenly rather than drawn, so that even a handful of cases holds both labels.
    """
    start = float(np.random.default_rng([seed, 45]).uniform())
    for index in range(1, cases + 1):
        label = int(start + index * PREVALENCE) - int(start + (index - 1) * PREVALENCE)
        yield seed * 10_000 + index, label


def generate_case(  # noqa: PLR0913 - one place to ask for any case; all but the seed have defaults
    seed: int,
    cohort: Cohort = "internal",
    *,
    label: int | None = None,
    kind: Kind | None = None,
    roles: Sequence[Role] = ROLES,
    matrix: int | None = None,
    sagittal: Sagittal = "none",
    defect: Defect | None = None,
) -> Case:
    """The case of this seed: the same arguments give the same bytes.

    `label` and `kind` are drawn unless given; `roles` are the series to acquire; `matrix` overrides the drawn one.
    `sagittal` makes a sagittal 3D T1 of the same head beside the axial series or instead of the axial T1WI; `defect` spoils
    the acquisition in a known way. Neither changes the patient.
    Raises ValueError for an unknown cohort or role, or where label and kind contradict each other.
    """
    if cohort not in COHORTS:
        raise ValueError(f"Cohort {cohort!r} is unknown; expected one of {', '.join(COHORTS)}.")
    if not set(roles) <= set(ROLES):
        raise ValueError(f"Roles {list(roles)} cannot all be made; the phantom makes {', '.join(ROLES)}.")
    drawn = Drawn.of(seed, cohort, label, kind, matrix, defect)
    if sagittal == "instead":
        roles = [role for role in roles if role is not Role.T1WI]
    case = axial_case(drawn, roles)
    if sagittal == "none":
        return case
    extra = _sagittal_series(drawn)
    if sagittal == "beside":
        return replace(case, sagittal=extra)
    return replace(
        case,
        volumes={Role.T1WI: extra[0], **case.volumes},
        acquisitions={Role.T1WI: extra[1], **case.acquisitions},
    )


@dataclass(frozen=True, eq=False)
class Drawn:
    """All that is drawn of a case before anything is painted. `streams` are one for each further purpose."""

    seed: int
    patient: "Patient"
    person: tuple[str, int]
    examination: Examination
    tissues: TissueMaps
    acquisitions: dict[Role, Acquisition]
    defect: Defect | None
    left_out: tuple[int, ...]
    streams: Sequence[np.random.SeedSequence]

    @classmethod
    def of(
        cls, seed: int, cohort: Cohort, label: int | None, kind: Kind | None, matrix: int | None, defect: Defect | None
    ) -> "Drawn":
        """Draw it from the arguments of `generate_case`."""
        streams = np.random.SeedSequence([seed, COHORTS.index(cohort)]).spawn(10)
        facts, plan, look = (np.random.default_rng(streams[i]) for i in (0, 1, 3))
        kind = _kind(facts, label, kind)
        person = "F" if facts.random() < 0.27 else "M", int(np.clip(round(float(facts.normal(49, 11))), 19, 82))
        recurrence = None if kind in NEGATIVE else sample_recurrence(plan, kind, cohort)
        examination = sample_examination(look, matrix, cohort)
        tissues = sample_tissues(look, examination.field_strength)
        acquisitions = {r: sample_acquisition(look, r, examination, _saturated(cohort, r), cohort) for r in ROLES}
        spoiling = np.random.default_rng(streams[8])
        if defect:
            examination = spoiled(examination, defect, spoiling)
            acquisitions = {r: applied(a, defect, spoiling) for r, a in acquisitions.items()}
        left_out = _left_out(examination, defect, spoiling)
        patient = Patient(recurrence, kind is Kind.NODAL, cohort)
        return cls(seed, patient, person, examination, tissues, acquisitions, defect, left_out, streams)

    def painted(self, axes: tuple[Field, Field, Field]) -> tuple[Canvas, list[str]]:
        """The patient on these axes, the same on any, and the imitators' names."""
        return self.patient.paint(axes, np.random.default_rng(self.streams[2]))

    def mask(self, painted: NDArray[np.bool_]) -> Volume:
        """Voxels of the axial canvas as a mask (0 or 1) on the axial images' grid, painted pixels repeated as stored.

        Half a slice's thickness counts.
        """
        examination = self.examination
        planes = painted.reshape(-1, SUBPLANES, *painted.shape[1:])
        mask = (planes.mean(axis=1) >= 0.5).astype(np.float32)
        if examination.matrix != examination.painted:
            nearest = _nearest(examination.painted, examination.matrix)
            mask = mask[:, nearest][:, :, nearest]
        return Volume(mask, examination.affine(), self.reference)

    @property
    def reference(self) -> str:
        """Frame of reference of all series."""
        return uid("frame of reference", self.seed, self.patient.cohort)


def axial_case(drawn: Drawn, roles: Sequence[Role]) -> Case:
    """The case with its axial series of these roles."""
    examination = drawn.examination
    canvas, imitators = drawn.painted(examination.axes())
    head = head_of(canvas.labels, _grain(canvas), examination.field_of_view / examination.painted, examination.pitch)
    affine = examination.affine()
    images = {}
    for index, role in enumerate(ROLES):
        if role in roles:
            noise = np.random.default_rng(drawn.streams[4 + index])
            voxels = acquire(head, drawn.tissues, drawn.acquisitions[role], noise, examination.matrix)
            images[role] = Volume(voxels, affine, drawn.reference)
    return Case(
        images,
        {role: drawn.acquisitions[role] for role in images},
        examination,
        _truth(drawn, canvas, imitators),
        drawn.mask(canvas.recurrence) if drawn.patient.recurrence else None,
        left_out=drawn.left_out,
    )


def _sagittal_series(drawn: Drawn) -> tuple[Volume, Acquisition]:
    canvas, _ = drawn.painted(sagittal_grid(drawn.examination))
    noise = np.random.default_rng(drawn.streams[7])
    return acquire_sagittal(canvas.labels, _grain(canvas), drawn.tissues, drawn.examination, drawn.reference, noise)


def _kind(facts: np.random.Generator, label: int | None, kind: Kind | None) -> Kind | None:
    """The negative kind, the one given, or None: a recurrence whose kind is still to be drawn."""
    chance, nodal = facts.random(), facts.random() < NODAL_SHARE
    if kind is not None:
        if label is not None and bool(label) == (kind in NEGATIVE):
            raise ValueError(f"Kind {kind.value!r} has label {int(kind not in NEGATIVE)}, not {label}.")
        return kind
    positive = chance < PREVALENCE if label is None else bool(label)
    if positive:
        return None
    return Kind.NODAL if nodal else Kind.NONE


def _saturated(cohort: Cohort, role: Role) -> bool:
    """The external hospitals saturate fat on T2WI and T1WIC (DOMAIN.md)."""
    return cohort == "external" and role is not Role.T1WI


@dataclass(frozen=True)
class Patient:
    """Who is painted: the same again on any grid, from the same stream of random numbers."""

    recurrence: Recurrence | None
    nodal: bool
    cohort: Cohort

    def paint(self, axes: tuple[Field, Field, Field], rng: np.random.Generator) -> tuple[Canvas, list[str]]:
        """The head on these axes, and the imitators' names. Draws do not depend on the grid."""
        retraction = float(rng.normal(0.0, 1.8))
        pharynx = sample_pharynx(rng, retraction)
        canvas = Canvas(*axes, Pose.sample(rng), rng)
        paint_contour(canvas)
        paint_cranium(canvas)
        paint_skull_base(canvas)
        paint_spine(canvas)
        paint_face(canvas)
        paint_neck(canvas)
        paint_pharynx(canvas, pharynx)
        imitators = self.paint_sequelae(canvas)
        if self.nodal:
            paint_nodal_recurrence(canvas)
        if self.recurrence:
            paint_recurrence(canvas, self.recurrence)
        return canvas, imitators

    def paint_sequelae(self, canvas: Canvas) -> list[str]:
        """What radiotherapy left, painted; the imitators' names. A patient made otherwise paints these in another way."""
        return paint_sequelae(canvas, self.cohort)


def _grain(canvas: Canvas) -> Field:
    """Texture of about unit deviation at three scales: voxel-sized, about 3 mm, about 11 mm."""
    grain = np.float32(0.55) * canvas.noise(1.8)
    grain += np.float32(0.55) * canvas.fine
    grain += np.float32(0.45) * canvas.coarse
    return grain


def _nearest(painted: int, stored: int) -> NDArray[np.intp]:
    """Index of the painted pixel nearest to each stored one, both grids beginning at the same centre."""
    return np.minimum(np.rint(np.arange(stored) * painted / stored).astype(np.intp), painted - 1)


def _left_out(examination: Examination, defect: Defect | None, rng: np.random.Generator) -> tuple[int, ...]:
    """Slices that are missing from the written study: one or two neighbours about the middle of the stack."""
    if defect is not Defect.GAP:
        return ()
    first = int(rng.integers(examination.slices // 3, 2 * examination.slices // 3))
    return tuple(range(first, first + int(rng.integers(1, 3))))


def _truth(drawn: Drawn, canvas: Canvas, imitators: list[str]) -> CaseTruth:
    examination, patient = drawn.examination, drawn.patient
    recurrence = patient.recurrence
    pixel = examination.field_of_view / examination.painted
    voxel = pixel**2 * examination.pitch / SUBPLANES / 1000.0
    negative = Kind.NODAL if patient.nodal else Kind.NONE
    return CaseTruth(
        seed=drawn.seed,
        cohort=patient.cohort,
        label=int(recurrence is not None),
        kind=recurrence.kind.value if recurrence else negative.value,
        stage=recurrence.stage if recurrence else "",
        site=recurrence.site if recurrence else "",
        diameter=round(recurrence.diameter, 1) if recurrence else 0.0,
        lesion_ml=round(float(canvas.recurrence.sum()) * voxel, 2),
        head_ml=round(float((canvas.labels != Tissue.AIR).sum()) * voxel, 1),
        imitators=tuple(imitators),
        sex=drawn.person[0],
        age=drawn.person[1],
        growth=recurrence.growth if recurrence else "",
        defect=drawn.defect.value if drawn.defect else "",
    )
