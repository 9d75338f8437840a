"""What networks and tactic say of a study's cases, taken once from their results: `take_calls`.

A network calls at its own cutoff, T1_T2 at the protocol's first. Without a result a network says nothing (`positive` null),
and the tactic sends the patient to contrast: intention to diagnose counts that as its positive call (DOMAIN.md), without a
tier. The same holds where its advice was withheld from a result (guards), and of a suspicious case without T1WIC.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ml import tactic
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.coding.counted import counted_cases
from radapp.readerstudies.models import Case, NetworkCall, ReaderStudy
from radapp.readerstudies.terms import protocol_in_force
from radapp.triage.models import Result, State, StudyTriage
from radapp.triage.protocols import cutoffs_of

Network = NetworkCall.Network
READING = frozenset({State.QUEUED, State.RUNNING})
Point = list[float]


@dataclass(frozen=True)
class Said:
    """What one network says: its score against its cutoff. The tactic has its call and tier alone."""

    score: float | None
    cutoff: float | None
    positive: bool | None
    tier: str = ""


@dataclass
class _Taken:
    """What was taken, and of which cases not."""

    calls: list[NetworkCall] = field(default_factory=list)
    protocols: Counter[str] = field(default_factory=Counter)
    not_assessable: list[dict[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def take_calls(study: ReaderStudy, actor: User | None, *, actor_name: str = "", final: bool = False) -> list[NetworkCall]:
    """Keep what every network says of every case that counts and has no calls yet, from its result as it stands.

    Idempotent. Cases whose run is still open are left for the next time, unless this is the `final` one: then they are not
    assessable. A study of which no case has a result is one that no network read: nothing is kept. Belongs in a transaction.
    """
    cases = list(counted_cases(study, protocol_in_force(study)).filter(examination__isnull=False, calls__isnull=True))
    rows = _standings(cases)
    taken = _Taken()
    if any(row.result_id for row in rows.values()):
        for case in cases:
            _take(taken, case, rows.get(case.examination_id or 0), final=final)
    made = NetworkCall.objects.bulk_create(taken.calls, batch_size=500)
    chain.record(
        study,
        actor=actor,
        actor_name=actor_name,
        action=chain.Action.NETWORKS_TAKEN,
        after={
            "calls": [fact_of(call) for call in made],
            "protocols": dict(taken.protocols),
            "not_assessable": taken.not_assessable,
            "waiting": taken.waiting,
        },
        rows=made,
    )
    return made


def fact_of(call: NetworkCall) -> dict[str, Any]:
    """What the chain says of a call."""
    names = ("network", "score", "cutoff", "positive", "tier", "peak")
    return {"case": call.case.key, **{name: getattr(call, name) for name in names}}


def _standings(cases: Iterable[Case]) -> dict[int, StudyTriage]:
    rows = (
        StudyTriage.objects.filter(study__in=[case.examination_id for case in cases])
        .select_related("result__run__protocol__t1wi", "result__run__protocol__t2wi", "result__run__protocol__t1wic")
        .prefetch_related("result__heatmaps")
    )
    return {row.study_id: row for row in rows}


def _take(taken: _Taken, case: Case, row: StudyTriage | None, *, final: bool) -> None:
    if row is not None and row.state in READING and not final:
        taken.waiting.append(case.key)
        return
    # A result that a newer run is about to replace says nothing of the images as they are now.
    result = row.result if row is not None and row.result is not None and row.result.run_id == row.run_id else None
    if result is None:
        why = row.reason or row.state if row is not None else "The images were never weighed."
        taken.not_assessable.append({"case": case.key, "why": why})
    else:
        taken.protocols[str(result.run.protocol)] += 1
    taken.calls += calls_of(case, result)


def calls_of(case: Case, result: Result | None) -> list[NetworkCall]:
    """One unsaved call for each network and the tactic."""
    if result is None:
        return [
            NetworkCall(case=case, network=one, positive=one == Network.DARNDEST or None, synthetic=case.synthetic)
            for one in Network
        ]
    peaks = _peaks(result)
    seen = {**peaks, Network.T1_T2.value: _fused_peak(result, peaks)}
    return [
        NetworkCall(
            case=case,
            network=network,
            score=one.score,
            cutoff=one.cutoff,
            positive=one.positive,
            tier=one.tier,
            peak=seen.get(network),
            result=result,
            synthetic=case.synthetic or result.synthetic,
        )
        for network, one in said_of(result).items()
    ]


def said_of(result: Result) -> dict[str, Said]:
    """What every network, in the paper's order, and the tactic say by a result."""
    protocol = result.run.protocol
    cutoffs = cutoffs_of(protocol)
    scores = {
        Network.T1WI: (result.score_t1wi, protocol.t1wi.manifest.get("cutoff")),
        Network.T2WI: (result.score_t2wi, protocol.t2wi.manifest.get("cutoff")),
        Network.T1_T2: (result.score_t1_t2, cutoffs.first),
        Network.T1WIC: (result.score_t1wic, cutoffs.t1wic),
    }
    found = {
        network.value: Said(score, cutoff, None if score is None or cutoff is None else score >= cutoff)
        for network, (score, cutoff) in scores.items()
    }
    return {**found, Network.DARNDEST.value: _tactic(result, cutoffs)}


def _tactic(result: Result, cutoffs: tactic.Cutoffs) -> Said:
    said = tactic.final_call(tactic.Tier(result.tier), result.score_t1wic, cutoffs)
    withheld = bool(result.guards)
    return Said(None, None, withheld or said != tactic.FinalCall.NEGATIVE, "" if withheld else result.tier)


def _peaks(result: Result) -> dict[str, Point]:
    return {heatmap.sequence: heatmap.peak for heatmap in result.heatmaps.all() if heatmap.peak is not None}


def _fused_peak(result: Result, peaks: dict[str, Point]) -> Point | None:
    """T1_T2 has no heatmap of its own: the peak of the network that gave more of its score, else of the other one."""
    protocol = result.run.protocol
    shares = {"T1WI": protocol.weight_t1wi * result.score_t1wi, "T2WI": protocol.weight_t2wi * result.score_t2wi}
    order = sorted(shares, key=lambda role: -shares[role])
    return next((peaks[role] for role in order if role in peaks), None)
