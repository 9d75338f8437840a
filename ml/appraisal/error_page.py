"""The page of errors with pictures: a typical case of each kind, drawn, and captioned as a radiologist would."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.appraisal.assessment import load_predictors
from ml.appraisal.error_words import INTRODUCTION, LOOKS
from ml.appraisal.operating_points import looking, score_of
from ml.appraisal.picture import Row, draw
from ml.appraisal.report_words import NETWORKS
from ml.appraisal.typical import KINDS_SHOWN, Typical
from ml.appraisal.without import imitator_mask, muscle_mask
from ml.evaluation.errors import UNEXPLAINED
from ml.evaluation.localisation import distance_to_mask
from ml.heatmap_look import THRESHOLD
from ml.phantom.case import Case, generate_case
from ml.prediction import SequencePrediction
from ml.series.role import Role
from ml.tactic_cases import FUSED, TACTIC
from ml.volume import Volume

LEAST_SEEN = 0.05
"""A heatmap that is fainter everywhere gets no row of its own."""
ALIKE = 0.12
"""A finding whose mean differs from muscle's by less than this share is called much like it."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A typical error with its picture's file name, its caption, and the figures behind both."""

    typical: Typical
    image: str
    caption: str
    facts: dict[str, Any]
    cells: tuple[str, ...]
    """How large its heatmaps' cells are, mm between slices, rows, columns: networks read at different layers."""


def show(typical: Typical, folder: Path) -> Shown:
    """Make the case again, draw it into `folder`, and caption it."""
    case = generate_case(int(typical.error.case.name), typical.read.material.cohort, label=typical.error.case.label)
    predictors = load_predictors(typical.read.folder)
    said = {role: predictors[role].predict(volume) for role, volume in case.volumes.items()}
    finding = _finding(typical, case)
    rows = _rows(typical, case, said, finding)
    sort = "miss" if typical.missed else "false-alarm"
    name = f"errors-{sort}-{typical.kind.replace(' ', '-')}.png"
    title = f"{'False negative' if typical.missed else 'False positive'}: {typical.kind}"
    points = typical.read.points
    network = NETWORKS.get(points.architecture, points.architecture)
    draw(rows, title, f"{typical.read.material.cohort} cohort, {network}, case {case.truth.seed}, synthetic").save(
        folder / name, optimize=True
    )
    facts = _facts(typical, case, said, finding)
    cells = tuple(" × ".join(f"{mm:.0f}" for mm in one.heatmap.cell_size) for one in said.values())
    return Shown(typical, name, _caption(typical, case, facts), facts, cells)


def page(shown: Sequence[Shown], images: str, command: str) -> str:
    """The whole page in Markdown; `images` is the folder of the pictures as seen from it."""
    cells = " or ".join(sorted({cell for one in shown for cell in one.cells}, reverse=True)) or "–"
    parts = [INTRODUCTION.format(command=command, shown=KINDS_SHOWN, threshold=THRESHOLD, cells=cells)]
    for missed, heading in ((False, "## False positives"), (True, "## False negatives")):
        some = [one for one in shown if one.typical.missed == missed]
        parts.append(heading + ("" if some else "\n\nNone in these cases.") + "\n")
        for one in some:
            typical = one.typical
            count = f"{typical.of} of {typical.among} false {'negatives' if missed else 'positives'} of {typical.model}"
            parts.append(
                f"### {typical.kind[0].upper() + typical.kind[1:]}\n\n![{_alternative(typical)}]({images}/{one.image})\n"
            )
            parts.append(f"{one.caption} Of its kind: {count}.\n")
    return "\n".join(parts)


def _alternative(typical: Typical) -> str:
    error = "False negative" if typical.missed else "False positive"
    return f"{error}, {typical.kind}, synthetic: original, heatmap and fused of each sequence"


def _finding(typical: Typical, case: Case) -> Volume | None:
    """The recurrence, or the imitator that the alarm hangs on; None where no single one does."""
    if typical.missed:
        return case.lesion
    if typical.kind == UNEXPLAINED:
        return None
    truth = case.truth
    return imitator_mask(truth.seed, truth.cohort, truth.label, typical.kind)


def _rows(typical: Typical, case: Case, said: dict[Role, SequencePrediction], finding: Volume | None) -> list[Row]:
    points, scores = typical.read.points, {role: one.score for role, one in said.items()}
    decider = looking(points, scores, typical.model)
    peak = said[decider].heatmap.peak
    roles = [Role.T1WI, Role.T2WI]
    if typical.model != FUSED or points.calls(scores, str(Role.T1WIC)) != bool(case.truth.label):
        roles.append(Role.T1WIC)
    strongest = None if peak is None else _slice_of(case.volumes[decider], peak)
    mask = None if finding is None or not finding.voxels.any() else finding.voxels > 0.5
    if mask is not None:
        main = int(np.argmax(mask.sum(axis=(1, 2))))
    else:
        main = strongest if strongest is not None else case.volumes[decider].shape[0] // 2

    def row(role: Role, k: int, words: str) -> Row:
        return Row(case.volumes[role], said[role].heatmap, k, mask, words, dashed=not typical.missed)

    rows = [row(role, main, f"{role} {_pair(said[role].score, points.own[role])}") for role in roles]
    reach = said[decider].heatmap.cell_size[0] / 2
    seen = float(said[decider].heatmap.evidence.max()) >= LEAST_SEEN
    if seen and strongest is not None and abs(strongest - main) * case.examination.pitch > reach:
        rows.append(row(decider, strongest, f"{decider}, at its peak"))
    return rows


def _slice_of(volume: Volume, point: Sequence[float]) -> int:
    return int(np.clip(round(float(volume.to_indices(np.asarray(point))[0])), 0, volume.shape[0] - 1))


def _facts(typical: Typical, case: Case, said: dict[Role, SequencePrediction], finding: Volume | None) -> dict[str, Any]:
    """Scores, cutoffs, distances, and how bright the finding is: plain values."""
    points, scores = typical.read.points, {role: one.score for role, one in said.items()}
    decider = looking(points, scores, typical.model)
    mask = None if finding is None or not finding.voxels.any() else finding
    facts: dict[str, Any] = {
        "case": case.truth.seed,
        "cohort": case.truth.cohort,
        "set": points.name,
        "model": typical.model,
        "scores": {**{str(role): score for role, score in scores.items()}, FUSED: score_of(scores, FUSED)},
        "cutoffs": {**points.own, "second": points.cutoffs.second},
        "tier": str(points.tier_of(scores)),
        "tactic_calls": points.calls(scores, TACTIC),
        "heatmap": str(decider),
        "distance": None,
        "signal": {},
        "side": "",
        "without": {name: score_of(left, typical.model) for name, left in typical.error.case.without.items()},
    }
    peak = said[decider].heatmap.peak
    if mask is not None:
        inside = mask.voxels > 0.5
        facts["distance"] = None if peak is None else distance_to_mask(peak, inside, mask.affine)
        facts["signal"] = _signals(case, inside)
        facts["side"] = _side(mask, case)
    facts["strongest"] = float(said[decider].heatmap.evidence.max())
    return facts


def _signal(voxels: NDArray[np.float32], inside: NDArray[np.bool_], muscle: NDArray[np.bool_]) -> str:
    """The finding's mean against the muscle's of the same slices."""
    ratio = float(voxels[inside].mean()) / max(float(voxels[muscle].mean()), 1e-6) - 1
    return "much like" if abs(ratio) < ALIKE else "brighter than" if ratio > 0 else "darker than"


def _signals(case: Case, inside: NDArray[np.bool_]) -> dict[str, str]:
    truth = case.truth
    slices: NDArray[np.bool_] = np.asarray(inside.any(axis=(1, 2)))
    muscle = (muscle_mask(truth.seed, truth.cohort, truth.label).voxels > 0.5) & slices[:, None, None]
    if not muscle.any():
        return {}
    return {str(role): _signal(volume.voxels, inside, muscle) for role, volume in case.volumes.items()}


def _side(mask: Volume, case: Case) -> str:
    """By how much of it lies to the left of the nasopharynx."""
    x = mask.to_patient(np.argwhere(mask.voxels > 0.5).astype(np.float64))[:, 0]
    left = float((x > case.examination.isocentre[0]).mean())
    return "in the midline or on both sides" if 0.2 < left < 0.8 else "on the left" if left > 0.5 else "on the right"


def _caption(typical: Typical, case: Case, facts: dict[str, Any]) -> str:
    """What one sees, then what the networks said of it."""
    seen = [LOOKS.get(typical.kind, ""), _place(typical, case, facts), _brightness(facts), _company(typical, case)]
    said = [_scored(typical, facts), _looked(typical, facts), _tactic(typical, facts)]
    return " ".join(part for part in seen if part) + "\n\n" + " ".join(part for part in said if part)


def _place(typical: Typical, case: Case, facts: dict[str, Any]) -> str:
    truth = case.truth
    if typical.missed:
        return f"Here: {truth.site}, {truth.stage}, {truth.diameter:.0f} mm."
    return f"Here {facts['side']}." if facts["side"] else ""


def _brightness(facts: dict[str, Any]) -> str:
    alike: dict[str, list[str]] = {}
    for role, words in facts["signal"].items():
        alike.setdefault(words, []).append(role)
    said = "; ".join(f"{words} muscle on {_listed(roles)}" for words, roles in alike.items())
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _scored(typical: Typical, facts: dict[str, Any]) -> str:
    scores, cutoffs, model = facts["scores"], facts["cutoffs"], typical.model
    said = f"{model} {_pair(scores[model], cutoffs[model])}"
    if model == FUSED:
        others = f"T1WI {_pair(scores['T1WI'], cutoffs['T1WI'])}, T2WI {_pair(scores['T2WI'], cutoffs['T2WI'])}"
        said += f" (half of each: {others}); T1WIC {_pair(scores['T1WIC'], cutoffs['T1WIC'])}"
    cause = typical.error.cause
    if cause is not None:
        said += f". Without the {cause.name} {model} is {_pair(facts['without'][cause.name], cutoffs[model])}"
    return f"Scores, cutoffs in brackets: {said}."


def _looked(typical: Typical, facts: dict[str, Any]) -> str:
    if facts["strongest"] <= 0:
        return f"The {facts['heatmap']} heatmap has no cell that speaks for recurrence."
    if facts["distance"] is None:
        return f"The {facts['heatmap']} heatmap's strongest value is {facts['strongest']:.2f} on the fixed scale."
    what = "recurrence" if typical.missed else typical.kind
    where = "in" if facts["distance"] == 0 else f"{facts['distance']:.0f} mm from"
    return f"The {facts['heatmap']} heatmap's peak ({facts['strongest']:.2f} on the fixed scale) lies {where} the {what}."


def _tactic(typical: Typical, facts: dict[str, Any]) -> str:
    call = "called" if facts["tactic_calls"] else "not called"
    return f"Tier: {facts['tier']} (second cutoff {facts['cutoffs']['second']:.3f}); by DARNDEST {call}."


def _company(typical: Typical, case: Case) -> str:
    others = [name for name in case.truth.imitators if name != typical.kind]
    nodes = "Nodal recurrence alone, which counts as negative. " if case.truth.kind == "nodal only" else ""
    return nodes + (f"Beside it: {', '.join(others)}." if others else "")


def _pair(score: float, cutoff: float) -> str:
    """A score and its cutoff with as many decimals as tell them apart."""
    digits = next((n for n in range(2, 8) if round(score, n) != round(cutoff, n)), 8)
    return f"{score:.{digits}f} ({cutoff:.{digits}f})"
