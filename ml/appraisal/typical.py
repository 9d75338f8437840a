"""Of each kind of error the case to show, by a rule fixed beforehand.

| error | kind | typical is |
|---|---|---|
| false positive | the imitator it hangs on | the case whose score falls most where that imitator is left out |
| false positive | no single imitator | the case whose score is the median of its kind (the lower of two) |
| false negative | the kind of recurrence | the same |

Errors of T1_T2 are shown; those of T1WIC only of a kind in which T1_T2 errs nowhere. Of equals the lower case number.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.appraisal.assessment import Prediction
from ml.appraisal.error_table import CodedError, coded_errors
from ml.appraisal.evaluation import PhantomMaterial, predict_material
from ml.appraisal.operating_points import OperatingPoints, score_of
from ml.appraisal.places import ZONES
from ml.appraisal.reading import Reading
from ml.evaluation.errors import UNEXPLAINED
from ml.phantom.disease import Kind
from ml.tactic_cases import FUSED

KINDS_SHOWN = 6
"""Imitators that are shown at most: those on which most false positives hang."""
SHOWN = (FUSED, "T1WIC")


@dataclass(frozen=True, eq=False)
class Read:
    """What one set said of one synthetic cohort."""

    folder: Path
    points: OperatingPoints
    material: PhantomMaterial
    cases: Sequence[Prediction]


@dataclass(frozen=True, eq=False)
class Typical:
    """The case chosen for a kind of error of `model`, out of `of` errors of that kind among `among` of the same sort."""

    kind: str
    model: str
    read: Read
    error: CodedError
    of: int
    among: int

    @property
    def missed(self) -> bool:
        """A false negative, else a false positive."""
        return bool(self.error.case.label)


def read_cohorts(folders: Sequence[Path], cohorts: Sequence[str], reading: Reading) -> list[Read]:
    """Every set on every cohort (COHORT:CASES[:SEED]) that it fits; ValueError where a cohort fits none of them."""
    found = []
    for material in map(PhantomMaterial.parse, cohorts):
        fitting = [folder for folder in folders if material.fits(folder)]
        if not fitting:
            raise ValueError(
                f"No set was trained with the fat saturation of the {material.cohort} cohort: "
                f"{', '.join(map(str, folders))}. Leave that cohort out, or give a set that fits it."
            )
        predictions, _ = predict_material(fitting, material, reading)
        found += [Read(f, OperatingPoints.load(f), material, predictions[str(f)]) for f in fitting]
    return found


def choose_typical(read: Sequence[Read]) -> list[Typical]:
    """False positives, most frequent kind first, then false negatives in the order of the phantom's kinds."""
    chosen: dict[tuple[int, str], Typical] = {}
    for model in SHOWN:
        for key, typical in _of_model(read, model).items():
            chosen.setdefault(key, typical)
    alarms = [one for (label, kind), one in chosen.items() if label == 0 and kind != UNEXPLAINED]
    alarms.sort(key=lambda one: (SHOWN.index(one.model), -one.of, list(ZONES).index(one.kind)))
    unexplained = [one for (_, kind), one in chosen.items() if kind == UNEXPLAINED]
    misses = [chosen[1, str(kind)] for kind in Kind if (1, str(kind)) in chosen]
    return [*alarms[:KINDS_SHOWN], *unexplained, *misses]


def _of_model(read: Sequence[Read], model: str) -> dict[tuple[int, str], Typical]:
    """By label and kind, over all sets and cohorts."""
    found: Mapping[tuple[int, str], list[tuple[Read, CodedError]]] = defaultdict(list)
    for one in read:
        for error in coded_errors(one.cases, model, one.points):
            found[error.case.label, _kind(error)].append((one, error))
    among = {label: sum(len(errors) for (of, _), errors in found.items() if of == label) for label in (0, 1)}
    typical = {}
    for (label, kind), errors in found.items():
        by_cause = label == 0 and kind != UNEXPLAINED
        set_, error = _most_decided(errors) if by_cause else _median(errors, model)
        typical[label, kind] = Typical(kind, model, set_, error, len(errors), among[label])
    return typical


def _kind(error: CodedError) -> str:
    if error.case.label:
        return error.case.kind
    return error.cause.name if error.cause else UNEXPLAINED


def _most_decided(errors: Sequence[tuple[Read, CodedError]]) -> tuple[Read, CodedError]:
    def fall(one: tuple[Read, CodedError]) -> float:
        cause = one[1].cause
        return cause.fall if cause is not None and cause.fall is not None else 0.0

    return min(errors, key=lambda one: (-fall(one), one[1].case.name))


def _median(errors: Sequence[tuple[Read, CodedError]], model: str) -> tuple[Read, CodedError]:
    ordered = sorted(errors, key=lambda one: (score_of(one[1].case.scores, model) or 0.0, one[1].case.name))
    return ordered[(len(ordered) - 1) // 2]
