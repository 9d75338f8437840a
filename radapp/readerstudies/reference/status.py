"""What a case's reference status is: derived from the steps of its chain, never typed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from radapp.readerstudies.models import ReaderStudy, ReferenceStep

ORDER = tuple(ReferenceStep.Step)


@dataclass(frozen=True)
class Status:
    """`recurrence` None: not established (yet). `settled`: the chain has said its last word by the paper's rule."""

    recurrence: bool | None
    settled: bool
    basis: str = ""
    debatable: bool = False
    rt_stage: str = ""
    sites: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    why: str = ""


UNKNOWN = Status(None, settled=False, why="Nobody has tagged this case.")


def statuses(study: ReaderStudy) -> dict[int, Status]:
    """By the case's database number, for every case of the study."""
    steps: dict[int, list[ReferenceStep]] = defaultdict(list)
    for step in ReferenceStep.objects.filter(case__study=study).order_by("id"):
        steps[step.case_id].append(step)
    return {pk: status_of(steps.get(pk, [])) for pk in study.cases.values_list("pk", flat=True)}


def status_of(steps: Iterable[ReferenceStep]) -> Status:
    """From all steps of one case, in the order in which they were made; the newest version of each counts."""
    newest = {step.step: step for step in steps}
    said = [newest[step] for step in ORDER if step in newest]
    if not said:
        return UNKNOWN
    last = said[-1]
    return Status(
        last.recurrence,
        settled=last.recurrence is not None,
        basis=last.basis,
        debatable=any(step.debatable for step in said),
        rt_stage=last.rt_stage,
        sites=tuple(last.sites),
        kinds=tuple(last.kinds),
        why=f"As concluded by {last.step}.",
    )
