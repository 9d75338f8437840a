"""A study's inputs from its rows: the same cases and answers that count everywhere else (coding.counted)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from radapp.readerstudies.coding.agreement import numbers_of_coders
from radapp.readerstudies.coding.categories import ERRORS, precedence_of
from radapp.readerstudies.coding.counted import counted_cases, final_answers, key_meaning
from radapp.readerstudies.coding.erring import items_of
from radapp.readerstudies.coding.standing import standing_of
from radapp.readerstudies.models import Answer, Case, CodingItem, Membership, NetworkCall, ProtocolVersion, ReaderStudy
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.status import Status, statuses
from radapp.readerstudies.terms import protocol_in_force
from radapp.reports.inputs.imaging import Imaging, imaging_of
from radapp.reports.inputs.values import (
    AnswerRow,
    ArmSeen,
    CaseRow,
    CodeSaid,
    Cutoffs,
    ErrorRow,
    Flow,
    Named,
    NamedAnalysis,
    NetworkSaid,
    Plan,
    StudyInputs,
)

FINAL = frozenset({ReaderStudy.State.LOCKED.value, ReaderStudy.State.UNBLINDED.value})
"""States in which answers and reference standard are final."""
T1WIC = NetworkCall.Network.T1WIC.value


def inputs_of(study: ReaderStudy) -> StudyInputs:
    """As they stand now. A fixed number of queries, whatever the number of cases.

    Of a locked study they are final but for what networks had not said yet, for analyses that amendments add, and for codes
    of errors.
    """
    protocol = protocol_in_force(study)
    cases, readers = list(counted_cases(study, protocol)), _readers(study)
    return StudyInputs(
        plan=_plan(study, protocol),
        cutoffs=Cutoffs.THESE_CASES if study.imported else Cutoffs.SET_BEFOREHAND,
        synthetic=study.synthetic or any(case.synthetic for case in cases),
        flow=_flow(study),
        cases=tuple(_cases(study, cases)),
        answers=tuple(_answers(study, protocol, cases, readers)),
        errors=tuple(_errors(study, protocol, cases, readers)),
    )


def _plan(study: ReaderStudy, protocol: Protocol) -> Plan:
    aim, named = protocol.aim, _when_named(study)
    return Plan(
        alpha=aim.alpha,
        correction=aim.correction,
        primary=aim.primary,
        analyses=tuple(
            NamedAnalysis(**one.model_dump(), named=named.get(one.key, Named.BEFORE_OPENING)) for one in aim.analyses
        ),
        sequential=protocol.design.kind == "sequential",
        arms=tuple(ArmSeen(key=arm.key, images=arm.images, aid=arm.ai, prior=arm.prior) for arm in protocol.design.arms),
        categories={error: precedence_of(protocol.coding, error) for error in ERRORS},
        question=aim.hypothesis,
        targets={"positive": protocol.targets.positive, "negative": protocol.targets.negative},
        told={name: text for name, text in protocol.told.model_dump().items() if text},
    )


def _when_named(study: ReaderStudy) -> dict[str, Named]:
    """By the analysis' key. One that was named stays as it is (desk.amendments), so its first version tells."""
    found: dict[str, Named] = {}
    for version in ProtocolVersion.objects.filter(study=study).order_by("version"):
        late = study.unblinded_at is not None and version.made_at > study.unblinded_at
        later = Named.AFTER_UNBLINDING if late else Named.AFTER_OPENING
        when = Named.BEFORE_OPENING if version.version == 1 else later
        for one in version.content.get("aim", {}).get("analyses", ()):
            found.setdefault(one["key"], when)
    return found


def _flow(study: ReaderStudy) -> Flow:
    """Of all cases that were looked at for the study; free words of reasons stay where they are."""
    rows = list(Case.objects.filter(study=study).values_list("state", "practice", "exclusion"))
    left_out = Counter(exclusion for state, _, exclusion in rows if state == Case.State.EXCLUDED)
    return Flow(
        assessed=len(rows),
        left_out={name: left_out[name] for name in Case.Exclusion.values if left_out[name]},
        practice=sum(state == Case.State.INCLUDED and practice for state, practice, _ in rows),
        withdrawn=sum(state == Case.State.WITHDRAWN for state, _, _ in rows),
    )


def _cases(study: ReaderStudy, cases: Sequence[Case]) -> Iterator[CaseRow]:
    truths, said = statuses(study), _networks(study)
    imaging = imaging_of({case.pk: case.shown for case in cases})
    patients: dict[str, int] = {}
    for case in cases:
        number = patients.setdefault(case.patient, len(patients) + 1)
        yield _case(case, number, truths[case.pk], networks=said[case.pk], imaging=imaging[case.pk])


def _case(case: Case, patient: int, truth: Status, *, networks: Mapping[str, NetworkSaid], imaging: Imaging) -> CaseRow:
    enhanced = networks.get(T1WIC)
    return CaseRow(
        case=case.number,
        cohort=case.cohort,
        patient=patient,
        truth=truth.recurrence if truth.settled else None,
        basis=truth.basis,
        debatable=truth.debatable,
        nodal_only=truth.nodal_only,
        rt_stage=truth.rt_stage,
        sites=tuple(sorted(truth.sites)),
        kinds=tuple(sorted(truth.kinds)),
        t1wic=(enhanced is not None and enhanced.score is not None) or T1WIC in case.shown,
        scanner=imaging.scanner,
        fat_saturated=imaging.fat_saturated,
        synthetic=case.synthetic,
        networks=networks,
    )


def _networks(study: ReaderStudy) -> Mapping[int, dict[str, NetworkSaid]]:
    """{case's database number: {network: what it said}}, networks in the paper's order."""
    found: dict[int, dict[str, NetworkSaid]] = defaultdict(dict)
    order = list(NetworkCall.Network.values)
    calls = NetworkCall.objects.filter(case__study=study)
    for call in sorted(calls, key=lambda one: order.index(one.network)):
        found[call.case_id][call.network] = NetworkSaid(
            score=call.score, cutoff=call.cutoff, positive=call.positive, tier=call.tier
        )
    return found


def _answers(study: ReaderStudy, protocol: Protocol, cases: Sequence[Case], readers: Mapping[int, str]) -> list[AnswerRow]:
    numbers = {case.pk: case.number for case in cases}
    keys = {meaning: key_meaning(protocol, meaning) or "" for meaning in ("recurrence", "likelihood", "location")}
    rows = [
        _answer(answer, readers[answer.assignment.session.reader_id], numbers[answer.assignment.case_id], keys)
        for answer in final_answers(study, protocol, repeats=True)
    ]
    # The unaided answer of a place came before the aided one.
    return sorted(rows, key=lambda row: (row.reader, row.session, row.position, row.stage != "unaided"))


def _readers(study: ReaderStudy) -> dict[int, str]:
    """{membership's database number: senior_1, senior_2, junior_1 …}, each seniority in the order in which they joined."""
    counts: dict[str, int] = defaultdict(int)
    found: dict[int, str] = {}
    members = Membership.objects.filter(study=study, part=Membership.Part.READER).order_by("pk")
    for pk, seniority in members.values_list("pk", "seniority"):
        counts[seniority] += 1
        found[pk] = f"{seniority}_{counts[seniority]}"
    return found


def _answer(answer: Answer, reader: str, case: int, keys: Mapping[str, str]) -> AnswerRow:
    place = answer.assignment
    member = place.session.reader
    said = {meaning: answer.answers.get(key) for meaning, key in keys.items()}
    return AnswerRow(
        reader=reader,
        seniority=member.seniority,
        simulated=member.simulated,
        arm=place.arm,
        stage=answer.stage,
        session=place.session.number,
        position=place.position,
        repeat=place.repeat,
        case=case,
        call=said["recurrence"] if isinstance(said["recurrence"], bool) else None,
        likelihood=said["likelihood"],
        mark=_point(said["location"]),
        milliseconds=dict(answer.timing),
    )


def _point(location: Any) -> tuple[float, ...] | None:
    return tuple(location["point"]) if isinstance(location, dict) and location.get("point") else None


def _errors(study: ReaderStudy, protocol: Protocol, cases: Sequence[Case], readers: Mapping[int, str]) -> list[ErrorRow]:
    """None before coding has begun."""
    coders, counted = numbers_of_coders(study), {case.pk for case in cases}
    rows = [_error(item, protocol, readers, coders) for item in items_of(study) if item.case_id in counted]
    return sorted(rows, key=lambda row: (row.case, row.source, row.arm, row.stage != "unaided"))


def _error(item: CodingItem, protocol: Protocol, readers: Mapping[int, str], coders: Mapping[int, int]) -> ErrorRow:
    standing = standing_of(item, protocol.coding, precedence_of(protocol.coding, item.error))
    codes = standing.codes if standing.both_locked else ()
    place = item.answer.assignment if item.answer else None
    return ErrorRow(
        case=item.case.number,
        source=readers[place.session.reader_id] if place else item.call.network if item.call else "",
        arm=place.arm if place else "",
        stage=item.answer.stage if item.answer else "",
        error=item.error,
        codes=tuple(
            CodeSaid(coder=coders[code.coder_id], primary=code.primary, contributors=tuple(code.contributors))
            for code in codes
        ),
        adjudicated=standing.adjudication is not None,
        primary=standing.final.primary if standing.final else "",
        contributors=standing.final.contributors if standing.final else (),
    )
