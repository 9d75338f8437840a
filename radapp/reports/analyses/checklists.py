"""STARD 2015, STARD-AI and CLAIM, filled as far as protocol and data know; the rest is the authors' to write."""

from collections.abc import Mapping
from dataclasses import dataclass

from ml.evaluation.estimate import LEVEL
from radapp.reports.analyses.checklist_facts import facts_of
from radapp.reports.analyses.checklist_items import ITEMS, Guideline
from radapp.reports.document.blocks import Words
from radapp.reports.inputs.values import StudyInputs

NAME, VERSION = "checklists", 1


@dataclass(frozen=True, kw_only=True)
class Options:
    """There is nothing to choose."""

    level: float = LEVEL


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One item: what it asks, and what is known; `known` None: for the authors to write."""

    number: str
    asks: Words
    known: Words | None


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """One list; `filled` of its items are known."""

    guideline: Guideline
    items: tuple[Answered, ...]
    filled: int


@dataclass(frozen=True, kw_only=True)
class Checklists:
    """All three. A filled item is material for a sentence, not the sentence that the list asks for."""

    lists: tuple[Checklist, ...]


def checklists(inputs: StudyInputs, options: Options) -> Checklists:
    """From the same inputs as every other report."""
    facts = facts_of(inputs)
    return Checklists(lists=tuple(_list(guideline, facts) for guideline in Guideline))


def _list(guideline: Guideline, facts: Mapping[str, Words]) -> Checklist:
    items = tuple(
        Answered(number=one.number, asks=one.asks, known=facts.get(one.fact)) for one in ITEMS if one.guideline is guideline
    )
    return Checklist(guideline=guideline, items=items, filled=sum(one.known is not None for one in items))
