"""Who is missing before errors can be coded: two coders, each alone, and somebody else who decides where they differ."""

from dataclasses import dataclass

from radapp.readerstudies.coding.standing import CODERS
from radapp.readerstudies.models import Code, Membership, ReaderStudy

Part = Membership.Part
RULE = (
    "Errors are coded by two coders, each alone, and decided by an adjudicator where they differ. Missing: {missing}. The "
    "investigator names them; then send the code again."
)
NUMBERS = {1: "one coder", 2: "two coders"}
ADJUDICATOR = "an adjudicator who is none of the two coders"


@dataclass(frozen=True)
class Missing:
    """How many coders, and whether an adjudicator."""

    coders: int
    adjudicator: bool

    def __bool__(self) -> bool:
        return self.coders > 0 or self.adjudicator

    def __str__(self) -> str:
        return " and ".join(filter(None, [NUMBERS.get(self.coders, ""), ADJUDICATOR if self.adjudicator else ""]))


def missing_of(study: ReaderStudy) -> Missing:
    """Who is missing among those whose part has not ended."""
    coders, adjudicators = _people(study, Part.CODER), _people(study, Part.ADJUDICATOR)
    wanted = min(CODERS, len(coders))
    return Missing(max(0, CODERS - len(coders)), not any(len(coders - {one}) >= wanted for one in adjudicators))


def missing_before_the_first_code(study: ReaderStudy) -> Missing | None:
    """The same; None where nobody is missing, or a code is locked already: a coder may leave while errors are coded."""
    if Code.objects.filter(item__case__study=study).exists():
        return None
    return missing_of(study) or None


def _people(study: ReaderStudy, part: Part) -> set[str]:
    """Who holds a part: by account, else by membership."""
    rows = study.members.filter(part=part, ended_at=None).values_list("user", "key")
    return {f"account {user}" if user is not None else f"member {key}" for user, key in rows}
