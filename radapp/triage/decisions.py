"""What people decide: scope answers, confirming or overriding the advice, retrying. Each with its audit row, all kept."""

from collections.abc import Mapping

from django.db import transaction

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry, User
from radapp.archive import changes
from radapp.archive.models import Study
from radapp.triage import outcome, reports, runs, scope, standing
from radapp.triage.advice import contrast_advised
from radapp.triage.models import Confirmation, Run, ScopeAnswer, StudyTriage

NOTHING_TO_CONFIRM = "There is no result to decide about yet."
REPLACED = "A newer result has taken the place of the one this decision is about: read it, then decide."
STALE = "A newer run is open: decide when it has finished."
NO_ADVICE_TO_CONFIRM = "No advice is given, so there is none to confirm ({reason}) Override it with a reason instead."
REASON_NEEDED = "An override needs a reason."
CONTRAST_NEEDED = (
    "Say whether the examination goes on to contrast: no advice was given that the override could be the opposite of."
)
CONFIRMED_OTHERWISE = "Confirming the advice cannot decide the opposite of it: override it with a reason."
UNKNOWN_QUESTION = "Unknown scope question {keys}; known are {known}."
NOT_FAILED = "Only a failed run can be retried; this study is {state}."


class DecisionRefused(ValueError):  # noqa: N818 - a refusal
    """A decision that does not fit what is stored; `code` for programs, the text for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def answer_scope(*, study: Study, answers: Mapping[str, bool], user: User, place: str = "") -> None:
    """Keep a person's answers; each is appended, the newest counts. An answer equal to the newest adds nothing.

    `place` is where, for the audit trail: the console names itself.
    """
    unknown = sorted(set(answers) - scope.KEYS)
    if unknown:
        raise DecisionRefused(
            "unknown_question", UNKNOWN_QUESTION.format(keys=", ".join(unknown), known=", ".join(sorted(scope.KEYS)))
        )
    with transaction.atomic():
        before = {q.key: q.answer for q in scope.standings([study.pk])[study.pk].questions}
        new = {key: answer for key, answer in answers.items() if before[key] is not answer}
        if not new:
            return
        for key, answer in new.items():
            ScopeAnswer.objects.create(study=study, question=key, answer=answer, answered_by=user)
        audit.record(
            actor=user,
            action=AuditEntry.Action.SCOPE_ANSWERED,
            study_uid=study.study_instance_uid,
            target=_at("scope questions", place),
            before={key: before[key] for key in new},
            after=new,
        )
        changes.announce(study.study_instance_uid)
        reports.note_change(study)


def confirm(
    *,
    study: Study,
    decision: str,
    contrast: bool | None,
    reason: str,
    user: User,
    run_id: int | None = None,
    place: str = "",
) -> Confirmation:
    """Keep a person's decision about the study's current result. It belongs to that result; a newer one asks anew.

    `run_id` is the run whose result the person read: a page may not have heard of a newer one yet. `place` as above.
    """
    reason = reason.strip()
    with transaction.atomic():
        # Locked, so that no newer result slips in between what is checked here and what is written.
        row = StudyTriage.objects.select_for_update(of=("self",)).filter(study=study).first()
        if row is None or row.result_id is None:
            raise DecisionRefused("nothing_to_confirm", NOTHING_TO_CONFIRM)
        current = outcome.of_study(study)
        if current.stale or current.result is None or current.finding is None:
            raise DecisionRefused("result_is_stale", STALE)
        if run_id is not None and run_id != current.result.run_id:
            raise DecisionRefused("result_replaced", REPLACED)
        advised = contrast_advised(current.finding) if current.advice.given else None
        kept = Confirmation.objects.create(
            result=current.result,
            decision=decision,
            contrast=_contrast(decision, contrast, reason, advised, current.advice.reason),
            advice_given=current.advice.given,
            advice_text=current.advice.text,
            reason=reason,
            decided_by=user,
        )
        audit.record(
            actor=user,
            action=AuditEntry.Action.CONFIRMATION,
            study_uid=study.study_instance_uid,
            target=_at(f"result of run {current.result.run_id}", place),
            before={"advice_given": current.advice.given, "advice": current.advice.text, "tier": current.result.tier},
            after={"decision": decision, "contrast": kept.contrast},
            reason=reason,
        )
        changes.announce(study.study_instance_uid)
        return kept


def _at(target: str, place: str) -> str:
    """What was acted on, and where, as an audit row's target holds it."""
    return f"{target}, at {place}"[:200] if place else target


def _contrast(decision: str, contrast: bool | None, reason: str, advised: bool | None, withheld: str) -> bool:
    """Whether the examination goes on to contrast by this decision; DecisionRefused where that cannot be."""
    if decision == Confirmation.Decision.CONFIRMED:
        if advised is None:
            raise DecisionRefused("no_advice_given", NO_ADVICE_TO_CONFIRM.format(reason=withheld))
        if contrast is not None and contrast is not advised:
            raise DecisionRefused("contradicts_advice", CONFIRMED_OTHERWISE)
        return advised
    if not reason:
        raise DecisionRefused("reason_needed", REASON_NEEDED)
    if contrast is None and advised is None:
        raise DecisionRefused("contrast_needed", CONTRAST_NEEDED)
    return contrast if contrast is not None else not advised


def retry(*, study: Study, user: User) -> None:
    """Queue a failed run again with fresh attempts."""
    with transaction.atomic():
        row = StudyTriage.objects.select_related("run").filter(study=study).first()
        run = row.run if row else None
        if run is not None:
            run = Run.objects.select_for_update(of=("self",)).select_related("study").get(pk=run.pk)
        if run is None or run.state != Run.State.FAILED:
            raise DecisionRefused("not_failed", NOT_FAILED.format(state=row.state if row else "waiting"))
        audit.record(
            actor=user,
            action=AuditEntry.Action.RUN_RETRIED,
            study_uid=study.study_instance_uid,
            target=f"run {run.pk}",
            before={"state": run.state, "attempts": run.attempts, "reason": run.reason},
            after={"state": Run.State.QUEUED},
        )
        runs.reopen(run)
        standing.keep_run(run)
