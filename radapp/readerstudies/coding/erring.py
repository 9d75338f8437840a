"""Who erred: a reader at a stage of an arm, or a network. Nothing of it may reach a coder before both codes are locked."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from radapp.readerstudies.coding.counted import key_meaning
from radapp.readerstudies.models import Answer, CodingItem, NetworkCall, ReaderStudy
from radapp.readerstudies.protocol import Protocol


@dataclass(frozen=True)
class Source:
    """One reader at one stage of one arm, or one network: a bar of the paper's Fig. 3. `key` names it in this study."""

    kind: str
    key: str
    name: str
    arm: str = ""
    stage: str = ""
    simulated: bool = False


def items_of(study: ReaderStudy) -> QuerySet[CodingItem]:
    """Every item of a study with what a source, a standing and a reference are read from."""
    return (
        CodingItem.objects.filter(case__study=study)
        .select_related("case__examination", "answer__assignment__session__reader", "call", "adjudication", "proposal")
        .prefetch_related("codes__coder")
        .order_by("pk")
    )


def source_of(item: CodingItem) -> Source:
    """Whose error it is."""
    if item.answer is not None:
        assignment = item.answer.assignment
        reader = assignment.session.reader
        return Source("reader", reader.key, reader.name, assignment.arm, item.answer.stage, reader.simulated)
    assert item.call is not None
    return Source("network", item.call.network, item.call.network)


def said_by(item: CodingItem, protocol: Protocol) -> dict[str, Any]:
    """How sure: the `likelihood` of a reader, `score` and `cutoff` of a network; None where there is none."""
    if item.answer is not None:
        return {"likelihood": _meant(item.answer, protocol, "likelihood"), "score": None, "cutoff": None}
    call: NetworkCall | None = item.call
    assert call is not None
    return {"likelihood": None, "score": call.score, "cutoff": call.cutoff}


def _meant(answer: Answer, protocol: Protocol, meaning: str) -> Any:
    key = key_meaning(protocol, meaning)
    return answer.answers.get(key) if key else None
