"""T1, T2 or neither, from the physics of the sequence: echo, repetition and inversion times of spin and gradient echoes.

Limits follow clinical practice at 1.5 and 3 T (docs/sequences.md has the table). Words only decide between the limits.
"""

from dataclasses import dataclass

from ml.series.facts import SeriesFacts
from ml.series.words import Words


@dataclass(frozen=True)
class Weighting:
    """`kind` is T1, T2 or empty; then `reason` says why it is neither. `penalty` lowers the preference of stand-ins."""

    kind: str
    reason: str = ""
    recipe: str = ""
    penalty: float = 0.0


_GRADIENT_NAMES = ("fl", "tfl", "fi", "gre", "efgre", "fe3d", "fe_", "spgr", "bravo", "quick", "me2d", "me3d")
# Siemens: CISS, TrueFISP, DESS, PSIF; the others by name.
_STEADY_NAMES = ("ci3d", "tfi", "de3d", "ps3d", "fiesta", "trufi")
_ALWAYS_VOLUMES = ("3d", "mprage", "spc", "space", "cube", "vista", "vibe", "lava", "thrive", "bravo", "brainview")


def vendor_name(facts: SeriesFacts) -> str:
    """The sequence's name in lower case without Siemens' leading asterisk (an underscore after some conversions)."""
    return facts.sequence_name.lower().lstrip("*_")


def is_gradient_echo(facts: SeriesFacts) -> bool:
    """GR without SE; where ScanningSequence is silent, by the vendor's sequence name, else by a time or angle too small.

    No spin echo has an echo time under 5 ms, a repetition time under 60 ms or an excitation of less than 60 degrees.
    """
    terms = facts.scanning_sequence
    if terms & {"SE", "GR"}:
        return "GR" in terms and "SE" not in terms
    name = vendor_name(facts)
    if any(word in name for word in ("tse", "fse", "spc", "haste", "space", "cube", "vista")):
        return False
    if name.startswith(_GRADIENT_NAMES) or "ffe" in name or "tfe" in name:
        return True
    return (
        (facts.echo_time is not None and facts.echo_time < 5)
        or (facts.repetition_time is not None and facts.repetition_time < 60)
        or (facts.flip_angle is not None and facts.flip_angle < 60)
    )


def has_inversion_timing(facts: SeriesFacts) -> bool:
    """TR of seconds with a small flip angle and a short TE: the TR is that of the inversions (Siemens, GE), as in MPRAGE."""
    tr, te, flip = facts.repetition_time, facts.echo_time, facts.flip_angle
    return tr is not None and 1000 <= tr <= 3500 and te is not None and te < 6 and flip is not None and flip <= 15


def is_three_dimensional(facts: SeriesFacts) -> bool:
    """MRAcquisitionType, else the sequence's name, else many slices that are thin or taken with a very short TR."""
    if facts.acquisition in {"2D", "3D"}:
        return facts.acquisition == "3D"
    text = f"{facts.sequence_name} {facts.description}".lower()
    if any(word in text for word in _ALWAYS_VOLUMES):
        return True
    if has_inversion_timing(facts):
        return True
    thin = facts.slice_thickness is not None and facts.slice_thickness <= 1.6 and facts.instances >= 60
    return thin or (facts.repetition_time is not None and facts.repetition_time <= 15 and facts.instances >= 20)


def weigh(facts: SeriesFacts, words: Words) -> Weighting:
    """The weighting of an image that no exclusion caught."""
    if facts.echo_time is None and facts.repetition_time is None:
        return _by_words(facts, words)
    if is_gradient_echo(facts):
        return _gradient_echo(facts, words)
    inverted = _inverted(facts, words)
    return _inversion_recovery(facts, words) if inverted else _spin_echo(facts, words)


def _by_words(facts: SeriesFacts, words: Words) -> Weighting:
    """Headers without TR and TE (stripped by a de-identifier, say): the declared contrast or the words, less preferred."""
    if words.flair:
        return Weighting("", "FLAIR by its description")
    if words.stir:
        return Weighting("", "STIR by its description")
    for kind, said in (("T1", words.t1), ("T2", words.t2)):
        other = words.t2 if kind == "T1" else words.t1
        if facts.acquisition_contrast == kind or (said and not other):
            return Weighting(kind, penalty=0.3)
    return Weighting("", "neither TR nor TE is recorded, and the description names no single weighting")


def _inverted(facts: SeriesFacts, words: Words) -> bool:
    """An inversion pulse of the whole signal; a spectral one (SPAIR) has a short delay too, but is fat saturation."""
    if facts.acquisition_contrast in {"FLUID_ATTENUATED", "STIR"}:
        return True
    if "IR" in facts.scanning_sequence:
        return True
    if facts.scan_options is not None and "IR" in facts.scan_options:
        return True
    name = vendor_name(facts)
    if words.flair or words.stir or "tir" in name or "spcir" in name or name.startswith("fir"):
        return True
    if facts.inversion_time is None:
        return False
    if facts.inversion_time >= 350:
        return True
    spectral = (
        words.fat_saturated
        or facts.fat_suppression == "FAT"
        or bool((facts.scan_options or frozenset()) & {"FS", "SPAIR", "SPIR"})
    )
    return facts.inversion_time >= 80 and not spectral


def _inversion_recovery(facts: SeriesFacts, words: Words) -> Weighting:
    """Spin echoes after an inversion: STIR, T1 (TI 350–1300 ms with a short TE) or FLAIR (TI 1500 ms and more)."""
    ti, te, tr = facts.inversion_time, facts.echo_time or 0.0, facts.repetition_time or 0.0
    if facts.acquisition_contrast == "STIR" or (ti is not None and ti < 350):
        shown = f"TI {ti:.0f} ms" if ti is not None else "declared"
        return Weighting(
            "",
            f"STIR ({shown}): T1 and T2 contrast add up, so it is no T2WI of this tactic; a person may assign it",
        )
    if ti is None:
        return _inversion_without_time(facts, words)
    if ti >= 1400 or facts.acquisition_contrast == "FLUID_ATTENUATED" or te > 60:
        return Weighting("", f"FLAIR (TI {ti:.0f} ms): fluid is nulled, so it is no T2WI of this tactic")
    if tr and tr < ti:
        return Weighting("", f"TR {tr:.0f} ms is shorter than TI {ti:.0f} ms: contradictory header")
    return Weighting("T1", recipe="T1 inversion recovery")


def _inversion_without_time(facts: SeriesFacts, words: Words) -> Weighting:
    te, tr = facts.echo_time or 0.0, facts.repetition_time or 0.0
    if words.stir:
        return Weighting("", "STIR by its description: no T2WI of this tactic; a person may assign it")
    if te and te <= 40 and 1000 <= tr <= 4000 and (words.t1 or tr <= 3000):
        return Weighting("T1", recipe="T1 inversion recovery without a recorded TI", penalty=0.05)
    if words.flair:
        return Weighting("", "FLAIR by its description: fluid is nulled, so it is no T2WI of this tactic")
    return Weighting("", "inversion recovery without a recorded TI: FLAIR or STIR, not to be told apart")


def _spin_echo(facts: SeriesFacts, words: Words) -> Weighting:
    te, tr = facts.echo_time, facts.repetition_time
    three = is_three_dimensional(facts)
    if te is None or tr is None:
        return _half_known(facts, words)
    if te >= 500 or (te > 300 and not three and not is_single_shot(facts)):
        return Weighting("", f"TE {te:.0f} ms: water imaging (hydrography), tissue is dark")
    if te >= 60:
        return _t2(facts, words, three)
    if te <= 40 and tr <= 1200:
        if words.proton_density and not words.t1 and tr > 900:
            return Weighting("", f"proton density (TR {tr:.0f} ms, TE {te:.0f} ms)")
        return Weighting("T1")
    if te <= 40 and tr <= 1800 and words.t1:
        return Weighting("T1", penalty=0.1)
    if te >= 45 and words.t2 and not words.proton_density and tr >= 2000:
        return Weighting("T2", penalty=0.1)
    if tr > 1200:
        return Weighting("", f"proton density (TR {tr:.0f} ms, TE {te:.0f} ms): neither T1 nor T2 weighted")
    return Weighting("", f"TR {tr:.0f} ms with TE {te:.0f} ms is neither T1 nor T2 weighted")


def is_single_shot(facts: SeriesFacts) -> bool:
    text = f"{facts.sequence_name} {facts.description}".lower()
    return any(word in text for word in ("haste", "ssfse", "ss-fse", "sshtse", "ssh_tse", "h2d", "fase", "ssh"))


def _t2(facts: SeriesFacts, words: Words, three: bool) -> Weighting:
    te, tr = facts.echo_time or 0.0, facts.repetition_time or 0.0
    if is_single_shot(facts):
        return Weighting("T2", recipe="single shot", penalty=0.3)
    if tr < (1000 if three else 1500):
        return Weighting("", f"TR {tr:.0f} ms with TE {te:.0f} ms is neither T1 nor T2 weighted")
    if tr < 1800 and not three and not words.t2:
        return Weighting("", f"TR {tr:.0f} ms with TE {te:.0f} ms is mixed T1 and T2 weighting")
    return Weighting("T2", penalty=0.1 if te > 200 else 0.0)


def _half_known(facts: SeriesFacts, words: Words) -> Weighting:
    te, tr = facts.echo_time, facts.repetition_time
    if te is not None and te >= 60 and not words.t1:
        return Weighting("T2", penalty=0.1) if words.t2 else Weighting("", f"TE {te:.0f} ms, but no TR is recorded")
    if tr is not None and tr <= 1200 and not words.t2:
        return Weighting("T1", penalty=0.1) if words.t1 else Weighting("", f"TR {tr:.0f} ms, but no TE is recorded")
    if te is not None and te <= 40 and words.t1 and not words.t2:
        return Weighting("T1", penalty=0.1)
    if words.t2 and ((te is not None and te <= 40) or (tr is not None and tr < 1000)):
        shown = f"TE {te:.0f} ms" if te is not None else f"TR {tr:.0f} ms"
        return Weighting("", f"{shown} contradicts the description's T2")
    return _by_words(facts, words)


def is_prepared(facts: SeriesFacts, words: Words) -> bool:
    """An inversion-prepared 3D gradient echo (MPRAGE and its kin), whether or not the header tells its TI."""
    name = facts.sequence_name.lower()
    return (
        "MP" in facts.sequence_variant
        or "IR" in facts.scanning_sequence
        or "IR" in (facts.scan_options or frozenset())
        or (facts.inversion_time or 0) >= 300
        or has_inversion_timing(facts)
        or "tfl" in name
        or "mprage" in name
        or any(word in words.plain for word in ("mprage", "bravo", "ir fspgr", "tfe", "fsp 3d", "gre fsp"))
    )


def _gradient_echo(facts: SeriesFacts, words: Words) -> Weighting:
    te, tr = facts.echo_time, facts.repetition_time
    three = is_three_dimensional(facts)
    if te is not None and te >= 10:
        return Weighting("", f"gradient echo with TE {te:.0f} ms: T2* or susceptibility weighted")
    steady = "SS" in facts.sequence_variant and not facts.sequence_variant & {"SP", "MP"} and not words.t1
    if steady or vendor_name(facts).startswith(_STEADY_NAMES):
        return Weighting("", "steady-state gradient echo: T2/T1 contrast")
    if three and is_prepared(facts, words):
        return Weighting("T1", recipe="inversion-prepared 3D gradient echo (MPRAGE type)")
    if tr is not None and not three and 60 <= tr <= 450 and (words.t1 or (facts.flip_angle or 90) >= 40):
        return Weighting("T1", recipe="spoiled 2D gradient echo", penalty=0.15)
    if tr is not None and tr <= 15 and three:
        return _short_volume(facts, words)
    if tr is not None and three and tr <= 60:
        if words.t1:
            return Weighting("T1", recipe="spoiled 3D gradient echo", penalty=0.1)
        return Weighting("", f"3D gradient echo with TR {tr:.0f} ms: time-of-flight angiography or T1, not to be told apart")
    if words.t1:
        return Weighting("T1", recipe="gradient echo", penalty=0.2)
    return Weighting("", "gradient echo of unknown weighting")


def _short_volume(facts: SeriesFacts, words: Words) -> Weighting:
    """VIBE, LAVA, THRIVE, QUICK 3D: TR of a few ms; a flip angle of some degrees makes it T1."""
    if (facts.flip_angle or 10) < 5 and not words.t1:
        return Weighting("", f"3D gradient echo with flip angle {facts.flip_angle:.0f}°: proton density weighted")
    return Weighting("T1", recipe="spoiled 3D gradient echo")
