"""Clean Descriptors (PS3.15 section E.3.4): of a description, only words from a fixed list that name technique or anatomy.

A description may name a patient or a physician, so nothing of it is copied that is not in the list, nor a word of the list
that is part of the patient's own name.
"""

import re
from collections.abc import Collection

from radapp.archive.descriptions import cleaned as technique_of

_DESCRIPTIONS = """
SeriesDescription StudyDescription ProtocolName PerformedProcedureStepDescription RequestedProcedureDescription
ScheduledProcedureStepDescription AcquisitionProtocolDescription DerivationDescription
"""
DESCRIPTIONS = frozenset(_DESCRIPTIONS.split())
"""Attributes that are cleaned; the other descriptors are treated as the basic profile says."""
AGENTS = frozenset({"ContrastBolusAgent", "RequestedContrastAgent"})
AGENT = "contrast agent"
NO_AGENT = frozenset({"", "no", "none", "n", "0", "nil"})
LONGEST = 64

_WORDS = """
mr mri mrt irm rm ct pet head neck brain skull base face orbit orbits sinus sinuses nasopharynx nasopharyngeal npc pharynx
larynx thyroid parotid temporal bone spine cervical thorax chest abdomen pelvis knee shoulder hip with without plain
native contrast gd gadolinium axial coronal sagittal tra cor sag ax oblique localizer localiser scout survey dwi adc dti
flair stir tse fse se gre epi mprage space vibe dixon water fat sat fs t1 t2 pd swi tof angio perfusion diffusion dynamic
2d 3d heatmap segmentation occlusion gradients integrated above threshold mpr reformat average map
"""
WORDS = frozenset(_WORDS.split())
_WORD = re.compile(r"[A-Za-z0-9]+")


def cleaned(keyword: str, value: str, names: Collection[str]) -> str:
    """What may stay of a description; empty where nothing may. `names` are the parts of the patient's name, lower case."""
    if keyword in AGENTS:
        return "" if value.strip().lower() in NO_AGENT else AGENT
    if keyword not in DESCRIPTIONS:
        return ""
    technique = technique_of(value).split()
    said = {word.lower() for word in technique}
    found = [word for word in _WORD.findall(value) if word.lower() in WORDS and word.lower() not in said]
    kept = [word for word in dict.fromkeys([*technique, *found]) if word.lower() not in names]
    text = ""
    for word in kept:
        longer = f"{text} {word}".strip()
        if len(longer) > LONGEST:
            break
        text = longer
    return text
