"""How far coders agree so far: by pair of coders and kind of error, on primary codes alone.

Categories of the two kinds of error never meet, so that both kinds together would agree by construction: each has its own
figure. Coders are numbered in the order in which they joined; nobody is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ml.evaluation.agreement import cohen_kappa, specific_agreement
from ml.evaluation.estimate import Estimate
from radapp.readerstudies.coding.standing import CODERS
from radapp.readerstudies.models import CodingItem, Membership, ReaderStudy


@dataclass(frozen=True)
class OnCategory:
    """Agreement of a pair on one category."""

    category: str
    agreement: Estimate


@dataclass(frozen=True)
class PairAgreement:
    """Coders `first` and `second` (numbers) on the errors of one kind that both coded."""

    first: int
    second: int
    error: str
    kappa: Estimate
    categories: tuple[OnCategory, ...]


def numbers_of_coders(study: ReaderStudy) -> dict[int, int]:
    """Coder 1, 2 … by the membership's database number."""
    coders = Membership.objects.filter(study=study, part=Membership.Part.CODER).order_by("pk")
    return {pk: number for number, pk in enumerate(coders.values_list("pk", flat=True), start=1)}


def agreement_of(
    items: Iterable[CodingItem], numbers: Mapping[int, int], precedences: Mapping[str, Sequence[str]]
) -> list[PairAgreement]:
    """Of all items that both coders locked; `precedences` holds the categories of each kind of error."""
    pairs: dict[tuple[int, int, str], list[tuple[str, str]]] = defaultdict(list)
    for item in items:
        codes = sorted(item.codes.all(), key=lambda code: numbers[code.coder_id])
        if len(codes) == CODERS:
            first, second = codes
            pair = (numbers[first.coder_id], numbers[second.coder_id], item.error)
            pairs[pair].append((first.primary, second.primary))
    return [_of_pair(pair, said, precedences[pair[2]]) for pair, said in sorted(pairs.items())]


def _of_pair(pair: tuple[int, int, str], said: Sequence[tuple[str, str]], precedence: Sequence[str]) -> PairAgreement:
    one, other = [first for first, _ in said], [second for _, second in said]
    categories = tuple(OnCategory(key, specific_agreement(one, other, key)) for key in precedence)
    return PairAgreement(*pair, kappa=cohen_kappa(one, other), categories=categories)
