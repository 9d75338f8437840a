"""The investigator's view: how many errors of which kind by whom, agreement, what is open; and the codes as a table.

Only settled errors are told by category and case: an investigator who codes, too, learns nothing of what is still to code.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from radapp.readerstudies.coding.agreement import agreement_of, numbers_of_coders
from radapp.readerstudies.coding.categories import ERRORS, Chosen, listed, precedence_of
from radapp.readerstudies.coding.counted import counted_cases
from radapp.readerstudies.coding.erring import Source, items_of, source_of
from radapp.readerstudies.coding.items import error_of
from radapp.readerstudies.coding.standing import Standing, State, standing_of
from radapp.readerstudies.coding.team import missing_before_the_first_code
from radapp.readerstudies.models import Code, CodingItem, NetworkCall, ReaderStudy
from radapp.readerstudies.reference.status import statuses
from radapp.readerstudies.terms import protocol_in_force

TACTIC = Source("tactic", NetworkCall.Network.DARNDEST, NetworkCall.Network.DARNDEST)
Network = NetworkCall.Network


@dataclass
class Cell:
    """How often a category came first, and how often it was among the causes; `cases` of those where it came first."""

    primary: int = 0
    any: int = 0
    cases: list[int] = field(default_factory=list)


@dataclass
class Bar:
    """The errors of one kind of one source in one cohort: a bar of the paper's Fig. 3. `total` includes those uncoded."""

    source: Source
    cohort: str
    error: str
    total: int = 0
    settled: int = 0
    cells: dict[str, Cell] = field(default_factory=lambda: defaultdict(Cell))

    def add(self, case: int, final: Chosen | None) -> None:
        """One error."""
        self.total += 1
        if final is None:
            return
        self.settled += 1
        self.cells[final.primary].primary += 1
        self.cells[final.primary].cases.append(case)
        for key in final.all:
            self.cells[key].any += 1


def overview(study: ReaderStudy) -> dict[str, Any]:
    """What OverviewSerializer has."""
    protocol = protocol_in_force(study)
    precedences: dict[str, tuple[str, ...]] = {error: precedence_of(protocol.coding, error) for error in ERRORS}
    items = list(items_of(study))
    standings = {item.pk: standing_of(item, protocol.coding, precedences[item.error]) for item in items}
    states = [standing.state for standing in standings.values()]
    return {
        "begun": study.state == ReaderStudy.State.UNBLINDED,
        "total": len(items),
        **{state.value: states.count(state) for state in State},
        "adjudicated": sum(standing.adjudication is not None for standing in standings.values()),
        "categories": listed(protocol.coding),
        "agreement": agreement_of(items, numbers_of_coders(study), precedences),
        "coders": _coders(study),
        "missing": missing_before_the_first_code(study),
        "bars": [_shown(bar, precedences[bar.error]) for bar in _bars(study, items, standings)],
    }


def _coders(study: ReaderStudy) -> list[dict[str, Any]]:
    numbers = numbers_of_coders(study)
    names = dict(study.members.filter(pk__in=numbers).values_list("pk", "name"))
    done = list(Code.objects.filter(item__case__study=study).values_list("coder_id", flat=True))
    return [{"number": number, "name": names[pk], "done": done.count(pk)} for pk, number in numbers.items()]


def _bars(study: ReaderStudy, items: Iterable[CodingItem], standings: dict[int, Standing]) -> list[Bar]:
    bars: dict[tuple[Source, str, str], Bar] = {}
    by_network: dict[tuple[int, str], Chosen | None] = {}

    def bar(source: Source, cohort: str, error: str) -> Bar:
        return bars.setdefault((source, cohort, error), Bar(source, cohort, error))

    for item in items:
        source, final = source_of(item), standings[item.pk].final
        bar(source, item.case.cohort, item.error).add(item.case.number, final)
        if source.kind == "network":
            by_network[item.case_id, source.key] = final
    for call, error in _errors_of_tactic(study):
        decided = Network.T1WIC if call.tier == "suspicious" else Network.T1_T2
        bar(TACTIC, call.case.cohort, error).add(call.case.number, by_network.get((call.case_id, decided)))
    order = {"reader": 0, "network": 1, "tactic": 2}
    return sorted(bars.values(), key=lambda one: (order[one.source.kind], one.cohort, one.error))


def _errors_of_tactic(study: ReaderStudy) -> Iterator[tuple[NetworkCall, str]]:
    truths = {pk: status for pk, status in statuses(study).items() if status.settled}
    cases = counted_cases(study, protocol_in_force(study))
    calls = NetworkCall.objects.filter(case__in=cases, network=Network.DARNDEST, positive__isnull=False)
    for call in calls.select_related("case"):
        truth = truths.get(call.case_id)
        error = error_of(bool(call.positive), bool(truth.recurrence)) if truth else None
        if error is not None:
            yield call, error


def _shown(bar: Bar, precedence: Iterable[str]) -> dict[str, Any]:
    return {
        "kind": bar.source.kind,
        "name": bar.source.name,
        "arm": bar.source.arm,
        "stage": bar.source.stage,
        "simulated": bar.source.simulated,
        "cohort": bar.cohort,
        "error": bar.error,
        "total": bar.total,
        "settled": bar.settled,
        "categories": [
            {"key": key, "primary": cell.primary, "any": cell.any, "cases": sorted(cell.cases)}
            for key, cell in ((key, bar.cells.get(key, Cell())) for key in precedence)
        ],
    }
