"""The role of each series of one study: exclusions, weighting, contrast; with evidence in words and a preference."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ml.series.contrast import Contrast, Timeline, judge
from ml.series.exclusion import dixon_part, reason_to_exclude
from ml.series.facts import SeriesFacts
from ml.series.role import Role
from ml.series.weighting import Weighting, is_three_dimensional, weigh
from ml.series.words import Words

# Below this many slices, or this extent in mm, a series does not cover the nasopharynx and skull base with certainty.
ENOUGH_SLICES = 12
ENOUGH_COVERAGE = 70.0
_BASE = {
    ("axial", "2D"): 1.0,
    ("axial", "3D"): 0.8,
    ("sagittal", "3D"): 0.5,
    ("coronal", "3D"): 0.45,
    ("oblique", "3D"): 0.4,
}


@dataclass(frozen=True)
class Recognition:
    """What one series is, and why. `preference` compares series of one role: higher is better, 0 without a role."""

    uid: str
    role: Role
    evidence: str
    plane: str = ""
    acquisition: str = ""
    fat_saturated: bool | None = None
    preference: float = 0.0


def fat_saturation(facts: SeriesFacts, words: Words) -> bool | None:
    """Whether fat is suppressed; None where nothing says so. Dixon water counts as suppressed, in-phase does not."""
    part = dixon_part(facts, words)
    if part in {"water", "in-phase"}:
        return part == "water"
    if facts.fat_suppression:
        return facts.fat_suppression in {"FAT", "FAT_AND_WATER"} or words.fat_saturated is True
    options = facts.scan_options
    if options is not None and options & {"FS", "FATSAT", "FAT_SAT", "SPIR", "SPAIR", "WE", "WATER_EXC", "CHESS", "FSAT"}:
        return True
    if words.fat_saturated is not None:
        return words.fat_saturated
    return False if options is not None else None


def _times(facts: SeriesFacts) -> str:
    parts = [
        f"{name} {value:.{digits}f} ms"
        for name, value in (("TR", facts.repetition_time), ("TE", facts.echo_time), ("TI", facts.inversion_time))
        if value is not None
        for digits in [1 if value < 10 and value != int(value) else 0]
    ]
    return ", ".join(parts) if parts else "no TR or TE recorded"


def _fat_words(facts: SeriesFacts, words: Words, saturated: bool | None) -> str:
    part = dixon_part(facts, words)
    if part in {"water", "in-phase"}:
        return f"Dixon {part} image" + (" (fat suppressed)" if part == "water" else " (fat not suppressed)")
    return {True: "fat saturated", False: "not fat saturated", None: "fat saturation not recorded"}[saturated]


def _coverage_penalty(facts: SeriesFacts) -> tuple[float, str]:
    if facts.instances < ENOUGH_SLICES and facts.positions > 1:
        return 0.7, f"only {facts.instances} slices"
    if facts.coverage is not None and facts.coverage < ENOUGH_COVERAGE:
        return 0.3, f"covers only {facts.coverage:.0f} mm"
    return 0.0, ""


@dataclass(frozen=True)
class _Weighed:
    facts: SeriesFacts
    words: Words
    weighting: Weighting
    plane: str
    acquisition: str

    def refused(self, reason: str) -> Recognition:
        saturated = fat_saturation(self.facts, self.words)
        return Recognition(self.facts.uid, Role.NONE, reason, self.plane, self.acquisition, saturated)


def _weighed(facts: SeriesFacts, words: Words) -> _Weighed:
    reason = reason_to_exclude(facts, words)
    weighting = Weighting("", reason) if reason else weigh(facts, words)
    plane = facts.plane or words.plane
    acquisition = facts.acquisition if facts.acquisition in {"2D", "3D"} else ""
    if not acquisition and weighting.kind:
        acquisition = "3D" if is_three_dimensional(facts) else "2D"
    return _Weighed(facts, words, weighting, plane, acquisition)


def _candidate(one: _Weighed, role: Role, contrast: Contrast | None, remark: str, penalty: float) -> Recognition:
    """A series with a weighting: its role if its plane can be used, with evidence and preference."""
    base = _BASE.get((one.plane, one.acquisition))
    saturated = fat_saturation(one.facts, one.words)
    shape = f"{one.plane or 'plane not recorded'} {one.acquisition}"
    if base is None and one.plane:
        kind = f"{one.weighting.kind} weighted ({_times(one.facts)})"
        return one.refused(f"{kind}, but {shape}: only axial slices or a 3D volume can be an input")
    less, why = _coverage_penalty(one.facts)
    said = [_times(one.facts), one.weighting.recipe, contrast.reason if contrast else "", shape]
    if one.plane != "axial" and one.plane:
        said[-1] += " (stands in, resampled to axial)"
    said += [_fat_words(one.facts, one.words, saturated), remark, why]
    preference = (
        (0.3 if base is None else base) - one.weighting.penalty - less - penalty - (contrast.doubt if contrast else 0.0)
    )
    evidence = ", ".join(part for part in said if part)
    return Recognition(one.facts.uid, role, evidence, one.plane, one.acquisition, saturated, max(round(preference, 3), 0.01))


def recognise(series: Sequence[SeriesFacts]) -> list[Recognition]:
    """Roles of all series of one study, in the order given. The whole study at once: contrast timing is relative."""
    series = _own_protocols(series)
    weighed = [_weighed(facts, _words_of(facts)) for facts in series]
    timeline = Timeline(
        members=tuple(facts for facts in series if facts.modality in {"", "MR"}),
        t1=tuple(one.facts for one in weighed if one.weighting.kind == "T1"),
    )
    found = []
    for one in weighed:
        if one.weighting.kind == "T1":
            contrast = judge(one.facts, timeline)
            found.append(_candidate(one, Role.T1WIC if contrast.given else Role.T1WI, contrast, "", 0.0))
        elif one.weighting.kind == "T2":
            late = timeline.first_enhanced is not None and timeline.place(one.facts) >= timeline.first_enhanced
            remark = "acquired after the contrast agent" if late else ""
            found.append(_candidate(one, Role.T2WI, None, remark, 0.1 if late else 0.0))
        else:
            found.append(one.refused(one.weighting.reason))
    return found


def _own_protocols(series: Sequence[SeriesFacts]) -> list[SeriesFacts]:
    """A protocol's name that three or more different series share, all of the study, names the examination: left out."""
    named = {facts.protocol for facts in series if facts.protocol}
    if len(named) == 1 and len({facts.description for facts in series if facts.protocol}) >= 3:
        return [replace(facts, protocol="") for facts in series]
    return list(series)


def _words_of(facts: SeriesFacts) -> Words:
    """The description, with the protocol's name behind it where that adds something."""
    parts = [facts.description, facts.protocol if facts.protocol != facts.description else ""]
    return Words(" | ".join(part for part in parts if part))
