"""What one person may see of one case at one moment: the only way from a pseudonym to an examination.

Readers, taggers and coders all look through a Sight; `radapp.readerstudies.blinding` serves it and nothing beyond it.
"""

from dataclasses import dataclass, field

from radapp.archive.models import SequenceRole, Study
from radapp.readerstudies.models import ReaderStudy
from radapp.triage.models import Heatmap

UNENHANCED = (SequenceRole.T1WI, SequenceRole.T2WI)
COMPLETE = (*UNENHANCED, SequenceRole.T1WIC)


def roles_of(images: str) -> tuple[SequenceRole, ...]:
    """The sequences that an arm shows, by its `images`: unenhanced or complete."""
    return COMPLETE if images == "complete" else UNENHANCED


@dataclass(frozen=True)
class Sight:
    """`viewpoint` names who looks at what, such as 'reading' and an assignment's key: pseudonyms are made from it, so that
    two looks at one examination share none. `roles`: the sequences in sight, one series each. `heatmaps`: of the same
    examination, empty but where an aided stage has begun.
    """

    study: ReaderStudy
    viewpoint: str
    examination: Study
    roles: tuple[SequenceRole, ...]
    prior: Study | None = None
    heatmaps: tuple[Heatmap, ...] = field(default=())
