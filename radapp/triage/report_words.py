"""A report in words and numbers, from an examination's outcome: what its DICOM objects then say."""

from django.conf import settings

from ml.results.statement import Cutoff, Network, Score, Statement
from radapp.triage import advice as wording
from radapp.triage import scope
from radapp.triage.calibration import nearest
from radapp.triage.models import InstalledBundle, Protocol, Result
from radapp.triage.outcome import Outcome

NEIGHBOURS = (
    "Of the {of} calibration patients nearest to the T1_T2 score, {recurrences} had recurrence "
    "(95 % interval {low:.0f} to {high:.0f} %); of all {all} calibration patients, {share:.0f} % had. "
    "Where recurrence is rarer, so it is among patients like this one."
)
ROLES = ("T1WI", "T2WI", "T1WIC")


def reason_of(outcome: Outcome) -> str:
    """Why no advice is given, such that it changes only when a report must; empty where advice is given."""
    counted = wording.UNANSWERED.format(open=len(outcome.scope.unanswered), all=outcome.scope.asked)
    return wording.SCOPE_UNANSWERED if outcome.advice.reason == counted else outcome.advice.reason


def statement(outcome: Outcome, *, synthetic: bool, number: int, replaces: int) -> Statement:
    """What report `number` says in the place of `replaces` (0: of none)."""
    result, protocol = outcome.result, outcome.protocol
    return Statement(
        number=number,
        tier=str(result.tier) if result else "",
        final=outcome.final or "",
        given=outcome.advice.given,
        advice=outcome.advice.text,
        reason="" if outcome.advice.given else reason_of(outcome),
        synthetic=synthetic or bool(result and result.synthetic),
        protocol=str(protocol) if result and protocol else "",
        weights=(protocol.weight_t1wi, protocol.weight_t2wi) if result and protocol else None,
        scores=_scores(result, protocol) if result and protocol else (),
        networks=_networks(result) if result else (),
        neighbours=_neighbours(result, protocol) if result and protocol else "",
        notes=tuple(result.notes) if result else (),
        limits=limits(),
        software_version=settings.VERSION,
        replaces=replaces,
    )


def limits() -> tuple[str, ...]:
    """What holds whatever is advised; the scope's own words in it."""
    *most, last = (question.statement for question in scope.QUESTIONS)
    return tuple(line.format(scope="with any of these: " + ", ".join(most) + " or " + last) for line in wording.LIMITS)


def _scores(result: Result, protocol: Protocol) -> tuple[Score, ...]:
    cutoffs = (Cutoff("first", protocol.first_cutoff), Cutoff("second", protocol.second_cutoff))
    scores = [
        Score("T1_T2", result.score_t1_t2, cutoffs),
        Score("T1WI", result.score_t1wi),
        Score("T2WI", result.score_t2wi),
    ]
    if result.score_t1wic is not None:
        scores.append(Score("T1WIC", result.score_t1wic, (Cutoff("T1WIC", protocol.t1wic_cutoff),)))
    return tuple(scores)


def _networks(result: Result) -> tuple[Network, ...]:
    installed = InstalledBundle.objects.in_bulk(list(result.bundles.values()))
    read = [(role, result.bundles[role]) for role in ROLES if role in result.bundles]
    return tuple(Network(role, installed[sha256].name if sha256 in installed else "", sha256) for role, sha256 in read)


def _neighbours(result: Result, protocol: Protocol) -> str:
    found = nearest(protocol.calibration, result.score_t1_t2)
    if found is None or found.low is None or found.high is None:
        return ""
    labels = [bool(case[1]) for case in protocol.calibration["cases"]]
    return NEIGHBOURS.format(
        of=found.of,
        recurrences=found.recurrences,
        low=100 * found.low,
        high=100 * found.high,
        all=len(labels),
        share=100 * sum(labels) / len(labels),
    )
