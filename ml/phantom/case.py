"""One synthetic patient: anatomy, disease, examination, images and truth, all from one seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ml.phantom.anatomy import paint_contour, paint_cranium, paint_face, paint_neck, paint_skull_base
from ml.phantom.canvas import Canvas, Field, Pose
from ml.phantom.disease import Kind, Recurrence, paint_recurrence, paint_sequelae, sample_recurrence
from ml.phantom.pharynx import paint_pharynx, sample_pharynx
from ml.phantom.scanner import SUBPLANES, Acquisition, Examination, acquire, sample_acquisition, sample_examination
from ml.phantom.tissues import Tissue, sample_tissues
from ml.series.role import Role
from ml.volume import Volume

Cohort: TypeAlias = Literal["internal", "external"]
COHORTS: tuple[Cohort, ...] = ("internal", "external")
ROLES: tuple[Role, ...] = (Role.T1WI, Role.T2WI, Role.T1WIC)
PREVALENCE = 0.45
"""Share of recurrences, about that of the paper's test sets."""
UID_ROOT = "2.25"


@dataclass(frozen=True)
class CaseTruth:
    """What is known of a case because it was made. Lengths in mm, volumes in ml."""

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


@dataclass(frozen=True, eq=False)
class Case:
    """Images by role, the acquisition behind each, the truth, and the lesion's mask (0 or 1; None in a negative case)."""

    volumes: dict[Role, Volume]
    acquisitions: dict[Role, Acquisition]
    examination: Examination
    truth: CaseTruth
    lesion: Volume | None


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


def generate_case(
    seed: int,
    cohort: Cohort = "internal",
    *,
    label: int | None = None,
    kind: Kind | None = None,
    roles: Sequence[Role] = ROLES,
    matrix: int | None = None,
) -> Case:
    """The case of this seed: the same arguments give the same bytes.

    `label` and `kind` are drawn unless given; `roles` are the series to acquire; `matrix` overrides the drawn one.
    Raises ValueError for an unknown cohort or role.
    """
    if cohort not in COHORTS:
        raise ValueError(f"Cohort {cohort!r} is unknown; expected one of {', '.join(COHORTS)}.")
    if not set(roles) <= set(ROLES):
        raise ValueError(f"Roles {list(roles)} cannot all be made; the phantom makes {', '.join(ROLES)}.")
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence([seed, COHORTS.index(cohort)]).spawn(7)]
    facts, plan, body, look, *noise = streams
    label = int(facts.random() < PREVALENCE) if label is None else int(label)
    sex, age = ("F" if facts.random() < 0.27 else "M"), int(np.clip(round(float(facts.normal(49, 11))), 19, 82))
    recurrence = sample_recurrence(plan, kind) if label else None
    examination = sample_examination(look, matrix)
    tissues = sample_tissues(look, examination.field_strength)
    canvas, imitators = _paint(examination, recurrence, body)
    grain = _grain(canvas, body)
    acquisitions = {r: sample_acquisition(look, r, examination, _saturated(cohort, r)) for r in ROLES}
    reference = uid("frame of reference", seed, cohort)
    affine = examination.affine()
    images = {
        role: Volume(acquire(canvas.labels, grain, tissues, acquisitions[role], noise[index]), affine, reference)
        for index, role in enumerate(ROLES)
        if role in roles
    }
    lesion = _lesion(canvas, affine, reference) if recurrence else None
    truth = _truth(seed, cohort, recurrence, canvas, examination, imitators, (sex, age))
    return Case(images, {r: acquisitions[r] for r in images}, examination, truth, lesion)


def _saturated(cohort: Cohort, role: Role) -> bool:
    """The external hospitals saturate fat on T2WI and T1WIC (DOMAIN.md)."""
    return cohort == "external" and role is not Role.T1WI


def _paint(examination: Examination, recurrence: Recurrence | None, rng: np.random.Generator) -> tuple[Canvas, list[str]]:
    retraction = float(rng.normal(0.0, 1.8))
    pharynx = sample_pharynx(rng, retraction)
    canvas = Canvas(*examination.axes(), Pose.sample(rng), rng)
    paint_contour(canvas)
    paint_cranium(canvas)
    paint_skull_base(canvas)
    paint_face(canvas)
    paint_neck(canvas)
    paint_pharynx(canvas, pharynx)
    imitators = paint_sequelae(canvas)
    if recurrence:
        paint_recurrence(canvas, recurrence)
    return canvas, imitators


def _grain(canvas: Canvas, rng: np.random.Generator) -> Field:
    """Texture of about unit deviation at two scales: voxel-sized and about 3 mm."""
    planes, rows, columns = canvas.labels.shape
    coarse = rng.standard_normal((planes, rows // 2 + 2, columns // 2 + 2), dtype=np.float32)
    coarse = coarse[:, :-1, :-1] + coarse[:, 1:, :-1] + coarse[:, :-1, 1:] + coarse[:, 1:, 1:]
    grain = np.repeat(np.repeat(coarse, 2, axis=1), 2, axis=2)[:, :rows, :columns] * np.float32(0.5)
    return np.asarray(grain, dtype=np.float32)


def _lesion(canvas: Canvas, affine: np.ndarray, reference: str) -> Volume:
    planes = canvas.recurrence.reshape(-1, SUBPLANES, *canvas.recurrence.shape[1:])
    return Volume((planes.mean(axis=1) >= 0.5).astype(np.float32), affine, reference)


def _truth(
    seed: int,
    cohort: Cohort,
    recurrence: Recurrence | None,
    canvas: Canvas,
    examination: Examination,
    imitators: list[str],
    person: tuple[str, int],
) -> CaseTruth:
    voxel = examination.pixel**2 * examination.pitch / SUBPLANES / 1000.0
    return CaseTruth(
        seed=seed,
        cohort=cohort,
        label=int(recurrence is not None),
        kind=recurrence.kind.value if recurrence else Kind.NONE.value,
        stage=recurrence.stage if recurrence else "",
        site=recurrence.site if recurrence else "",
        diameter=round(recurrence.diameter, 1) if recurrence else 0.0,
        lesion_ml=round(float(canvas.recurrence.sum()) * voxel, 2),
        head_ml=round(float((canvas.labels != Tissue.AIR).sum()) * voxel, 1),
        imitators=tuple(imitators),
        sex=person[0],
        age=person[1],
    )
