"""Why a series can be no input at all, whatever its weighting. Each rule returns a reason or nothing; the first counts."""

import re
from collections.abc import Callable

from ml.series.facts import SeriesFacts
from ml.series.weighting import is_prepared
from ml.series.words import REFORMATTED, Words

MR_IMAGES = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.4",  # MR Image Storage
        "1.2.840.10008.5.1.4.1.1.4.1",  # Enhanced MR Image Storage
        "1.2.840.10008.5.1.4.1.1.4.4",  # Legacy Converted Enhanced MR Image Storage
    }
)
# ImageType values of Dixon parts (GE, Philips, Siemens, United Imaging, Canon).
DIXON_VALUES: dict[str, frozenset[str]] = {
    "water": frozenset({"WATER", "W", "WATER_ONLY", "DIXON_WATER"}),
    "fat": frozenset({"FAT", "F", "FAT_ONLY", "DIXON_FAT"}),
    "in-phase": frozenset({"IN_PHASE", "IP", "IN", "INPHASE", "IN-PHASE"}),
    "out-of-phase": frozenset({"OUT_PHASE", "OUT_OF_PHASE", "OP", "OPP", "OPP_PHASE", "OUTPHASE", "OPPOSED_PHASE", "OUT"}),
}
# Values that a scanner adds for filters and corrections; they do not make another kind of image.
_HARMLESS_LIST = """
DERIVED ORIGINAL PRIMARY M M_SE M_FFE M_IR M_TSE SE IR FFE MAGNITUDE ND NORM DIS2D DIS3D FM FIL OTHER NONE SH MEAN NORMAL
AXIAL SPIN_ECHO T1 T2 PROPELLER ACQUISITION VOLUME DRB DRG DRS DL DENOISED MFSPLIT
"""
_HARMLESS = frozenset(_HARMLESS_LIST.split())
_VALUE_REASONS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"LOCALIZER", "LOCALISER", "SCOUT"}), "localiser"),
    (
        frozenset(
            {
                "DIFFUSION",
                "ADC",
                "TRACEW",
                "TRACE",
                "FA",
                "TENSOR",
                "EADC",
                "DIFFUSION_ANISO",
                "AVERAGE DC",
                "FRACTIONAL ANISO",
            }
        ),
        "diffusion",
    ),
    (
        frozenset(
            {
                "PERFUSION",
                "ASL",
                "RELCBF",
                "CBF",
                "CBV",
                "MTT",
                "TTP",
                "TMAX",
                "PERFUSION_ASL",
                "RCBF",
                "RCBV",
                "DSC",
                "TTEST",
            }
        ),
        "perfusion map or series",
    ),
    (frozenset({"SUBTRACTION", "SUBTRACT", "SUB", "SUBTRACTED"}), "subtraction"),
    (
        frozenset(
            {
                "MIP",
                "MNIP",
                "MINIP",
                "MIN_IP",
                "MAX_IP",
                "MAXIMUM INTENSITY PROJECTION",
                "PROJECTION IMAGE",
                "MIP_SAG",
                "MIP_COR",
                "MIP_TRA",
            }
        ),
        "projection",
    ),
    (
        frozenset({"MPR", "REFORMATTED", "CURVED", "CPR", "PJN", "CSA MPR", "CSAPARALLEL", "CSAMPRTHICK"}),
        "reformatted from another series",
    ),
    (frozenset({"VRT", "SSD", "VOLREN", "VOLUME_RENDERING"}), "rendering"),
    (frozenset({"SWI", "SWI_COMBINED", "SUSCEPTIBILITY"}), "susceptibility"),
    (frozenset({"TOF", "ANGIO", "FLOW_ENCODED", "VELOCITY", "FLOW", "PCA", "M_PCA", "P_PCA"}), "angiography"),
    (
        frozenset(
            {
                "T1 MAP",
                "T2 MAP",
                "T1_MAP",
                "T2_MAP",
                "T2_STAR_MAP",
                "T2_STAR MAP",
                "T2* MAP",
                "R2_STAR",
                "R2",
                "R1",
                "UNI",
                "FAT_FRACTION",
                "MAP",
            }
        ),
        "parametric map",
    ),
    (frozenset({"FMRI", "BOLD", "MOSAIC", "T-TEST", "Z_SCORE", "MOCOSERIES"}), "functional imaging"),
    (frozenset({"SPECTROSCOPY", "METABOLITE_MAP"}), "spectroscopy"),
    (frozenset({"P", "PHASE", "PHASE MAP", "P_SE", "P_FFE", "P_IR", "PHASE_MAP"}), "phase image"),
    (frozenset({"I", "IMAGINARY", "I_SE", "I_FFE", "I_IR"}), "imaginary-part image"),
    (frozenset({"R", "REAL", "R_SE", "R_FFE", "R_IR"}), "real-part image"),
    (frozenset({"B0", "B1", "B0 MAP", "B1 MAP", "FIELD_MAP", "SHIM"}), "field map"),
    (frozenset({"SCREEN SAVE", "SCREEN_SAVE", "SCREENSAVE"}), "screen capture"),
)
# Siemens "*ep_b1000t", "*re_b0"; Philips "DwiSE"; United Imaging "epi_dwi", "fse_dwi".
_DIFFUSION_NAME = re.compile(r"_b\d+|dwi|dti|diff")
_CONTRAST_REASONS = {
    "DIFFUSION": "diffusion",
    "PERFUSION": "perfusion",
    "FLOW_ENCODED": "angiography",
    "TOF": "angiography",
    "T2_STAR": "T2* weighted",
    "PROTON_DENSITY": "proton density",
    "TAGGING": "tagging",
    "SPECTROSCOPY": "spectroscopy",
    "SUSCEPTIBILITY": "susceptibility",
}


def dixon_part(facts: SeriesFacts, words: Words) -> str:
    """water, fat, in-phase, out-of-phase, "several", or empty; ImageType goes before the description."""
    # The first two values are the pixels' and the examination's characteristics, never a part.
    later = {value for kind in facts.image_types for value in kind[2:]}
    parts = [part for part, values in DIXON_VALUES.items() if values & later]
    if len(parts) > 1:
        return "several"
    if parts:
        return parts[0]
    return "" if words.dixon == "dixon" else words.dixon


def _wrong_kind(facts: SeriesFacts, words: Words) -> str:
    if facts.modality and facts.modality != "MR":
        return f"modality {facts.modality}, not MR"
    if facts.sop_class_uid and facts.sop_class_uid not in MR_IMAGES:
        return "not an MR image object"
    return ""


def _image_type(facts: SeriesFacts, words: Words) -> str:
    later = {value for kind in facts.image_types for value in kind[2:]}
    for values, reason in _VALUE_REASONS:
        found = values & later
        if found:
            return f"{reason} (ImageType {sorted(found)[0]})"
    return ""


def _declared_contrast(facts: SeriesFacts, words: Words) -> str:
    reason = _CONTRAST_REASONS.get(facts.acquisition_contrast, "")
    return f"{reason} (AcquisitionContrast {facts.acquisition_contrast})" if reason else ""


def _component(facts: SeriesFacts, words: Words) -> str:
    if facts.component in {"PHASE", "IMAGINARY", "REAL"}:
        return f"{facts.component.lower()} image, not magnitude"
    return ""


def _diffusion_weighted(facts: SeriesFacts, words: Words) -> str:
    if facts.b_value is not None and facts.b_value > 0:
        return f"diffusion (b {facts.b_value:.0f} s/mm²)"
    if _DIFFUSION_NAME.search(facts.sequence_name.lower()):
        return f"diffusion (sequence {facts.sequence_name})"
    return ""


def _echo_planar(facts: SeriesFacts, words: Words) -> str:
    name = facts.sequence_name.lower().lstrip("*_")
    if "EP" in facts.scanning_sequence or "epi" in name or name.startswith(("ep2d", "ep_", "epse", "epfid", "ep3d")):
        return "echo planar (diffusion, perfusion or functional)"
    return ""


def _angiography(facts: SeriesFacts, words: Words) -> str:
    if facts.angiography or "TOF" in facts.sequence_variant:
        return "angiography (by its header)"
    return ""


def _dixon(facts: SeriesFacts, words: Words) -> str:
    part = dixon_part(facts, words)
    if part == "several":
        return "several Dixon images in one series"
    return f"Dixon {part} image" if part in {"fat", "out-of-phase"} else ""


def _described(facts: SeriesFacts, words: Words) -> str:
    """What the words name; "mpr" is also short for MPRAGE, and a warning to technologists: a volume as acquired is none."""
    meaning = words.not_input
    if (
        meaning is REFORMATTED
        and is_prepared(facts, words)
        and {kind[0] for kind in facts.image_types if kind} == {"ORIGINAL"}
    ):
        return ""
    return f"{meaning.reason} (by its description)" if meaning else ""


def _derived(facts: SeriesFacts, words: Words) -> str:
    """Derived images but Dixon water and in-phase ones, and what the scanner merely filtered or corrected."""
    firsts = {kind[0] for kind in facts.image_types if kind}
    if "DERIVED" not in firsts:
        return ""
    if dixon_part(facts, words) in {"water", "in-phase"}:
        return ""
    seconds = {kind[1] for kind in facts.image_types if len(kind) > 1}
    if seconds == {"PRIMARY"} and facts.image_type <= _HARMLESS:
        return ""
    return f"derived image (ImageType {'/'.join(facts.image_types[0])})"


def _several_planes(facts: SeriesFacts, words: Words) -> str:
    return "localiser: images of several planes in one series" if facts.planes > 1 else ""


def _several_times(facts: SeriesFacts, words: Words) -> str:
    if facts.echo_times > 1:
        return f"{facts.echo_times} echo times in one series"
    if facts.repeats == 2:
        return "each position twice in one series (two phases, repetitions or kinds of image)"
    if facts.repeats > 2:
        return f"dynamic series: each position {facts.repeats} times"
    return ""


_RULES: tuple[Callable[[SeriesFacts, Words], str], ...] = (
    _wrong_kind,
    _several_planes,
    _image_type,
    _declared_contrast,
    _diffusion_weighted,
    _angiography,
    _dixon,
    _described,
    _derived,
    _component,
    _echo_planar,
    _several_times,
)


def reason_to_exclude(facts: SeriesFacts, words: Words) -> str:
    """The reason why the series is no input, or an empty text."""
    return next((reason for rule in _RULES if (reason := rule(facts, words))), "")
