"""Where recurrences of nasopharyngeal carcinoma lie, and of what kind they are: the lists of form and reference standard.

The sites are those that the paper names (DIGEST, Error categories: nasolacrimal duct, nasal cavity, skull base …) with the
structures that T stages of the nasopharynx are told by (AJCC 8th edition).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Term:
    """One entry of a list: its key, as stored, and its words."""

    key: str
    english: str
    chinese: str


SITES: Final = (
    Term("nasopharynx_wall", "Nasopharyngeal wall or roof", "鼻咽壁或顶壁"),
    Term("fossa_of_rosenmueller", "Fossa of Rosenmüller", "咽隐窝"),
    Term("parapharyngeal_space", "Parapharyngeal space", "咽旁间隙"),
    Term("prevertebral_muscles", "Prevertebral muscles", "椎前肌"),
    Term("skull_base", "Skull base (clivus, petrous apex, sphenoid)", "颅底（斜坡、岩尖、蝶骨）"),
    Term("cavernous_sinus", "Cavernous sinus or intracranial", "海绵窦或颅内"),
    Term("pterygopalatine_fossa", "Pterygopalatine fossa or pterygoids", "翼腭窝或翼突"),
    Term("paranasal_sinus", "Paranasal sinus", "鼻窦"),
    Term("nasal_cavity", "Nasal cavity", "鼻腔"),
    Term("nasolacrimal_duct", "Nasolacrimal duct", "鼻泪管"),
    Term("orbit", "Orbit", "眼眶"),
    Term("oropharynx", "Oropharynx or soft palate", "口咽或软腭"),
    Term("other", "Other", "其他"),
)
ATYPICAL_SITES: Final = frozenset({"nasal_cavity", "nasolacrimal_duct", "orbit", "paranasal_sinus", "oropharynx", "other"})
"""The paper's atypical recurrent sites: nasolacrimal duct, nasal cavity …"""
SKULL_BASE_SITES: Final = frozenset({"skull_base", "cavernous_sinus"})
SIDES: Final = (
    Term("left", "Left", "左"),
    Term("right", "Right", "右"),
    Term("midline", "Midline", "中线"),
    Term("both", "Both sides", "双侧"),
)
KINDS: Final = (
    Term("mass", "Mass", "肿块"),
    Term("submucosal", "Submucosal", "黏膜下"),
    Term("necrotic", "Necrotic", "坏死"),
    Term("diffuse", "Diffuse", "弥漫"),
)
RT_STAGES: Final = ("rT1", "rT2", "rT3", "rT4")


def keys(terms: tuple[Term, ...]) -> frozenset[str]:
    """The keys of a list."""
    return frozenset(term.key for term in terms)
