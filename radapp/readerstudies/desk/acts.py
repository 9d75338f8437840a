"""The signed acts: open, close, reopen, lock, unblind. That the password was right is checked before (http.signed)."""

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.coding.calls import take_calls
from radapp.readerstudies.coding.items import begin_coding
from radapp.readerstudies.desk import checking, orders, readings, signing, statements, transitions, versions
from radapp.readerstudies.desk.copying import facts_of
from radapp.readerstudies.desk.state import begin, settle
from radapp.readerstudies.desk.transitions import Action, Refusal
from radapp.readerstudies.keeping.heads import sign_head
from radapp.readerstudies.models import ReaderStudy, Session, StudySignature
from radapp.readerstudies.protocol import Protocol

Act = StudySignature.Act
ACTS = (Act.OPEN, Act.CLOSE, Act.REOPEN, Act.LOCK, Act.UNBLIND)
NO_SUCH_ACT = "{act} is not signed here; expected one of {known}."
REASON_NEEDED = "Say why. {warnings}"
UNFIT = "Something has changed since the check: {what} Check the study again."
SEEDED = "A seed is named when a study is opened, and only then."


def carry_out(
    study: ReaderStudy, act: StudySignature.Act, *, actor: User, reason: str = "", seed: int | None = None
) -> ReaderStudy:
    """Sign one act and do it, in one transaction. ApiError 409 where the study's state refuses it, 400 without a reason
    that is needed. `seed` names the one that orders are drawn from; without it one is drawn.
    """
    if act not in ACTS:
        raise ApiError(400, "invalid", NO_SUCH_ACT.format(act=act.value, known=", ".join(ACTS)))
    if seed is not None and act != Act.OPEN:
        raise ApiError(400, "invalid", SEEDED)
    action = Action(act.value)
    with transaction.atomic():
        study = begin(study, action)
        statement = statements.of(study, act)
        if statement.reason_needed and not reason.strip():
            raise ApiError(400, "reason_needed", REASON_NEEDED.format(warnings=" ".join(statement.warnings)).strip())
        signing.sign(study, act, statement.words, actor=actor, reason=reason.strip())
        if act == Act.OPEN:
            _open(study, actor, seed)
        if act == Act.LOCK:
            take_calls(study, actor)
        _stamp(study, act)
        settle(study, action, actor, reason=reason.strip() or act.label)
        if act == Act.UNBLIND:
            begin_coding(study, actor)
        if act in {Act.OPEN, Act.LOCK, Act.UNBLIND}:
            sign_head(study, act.value)
    return study


def _stamp(study: ReaderStudy, act: StudySignature.Act) -> None:
    """When it was opened, closed, locked, unblinded. Reopened, it is no longer closed."""
    now = timezone.now()
    if act == Act.OPEN:
        study.opened_at = now
    if act in {Act.CLOSE, Act.REOPEN}:
        study.closed_at = now if act == Act.CLOSE else None
    if act == Act.LOCK:
        study.locked_at = now
    if act == Act.UNBLIND:
        study.unblinded_at = now


def _open(study: ReaderStudy, actor: User, seed: int | None) -> None:
    """Freeze the protocol, fix the seed, store every reader's order."""
    stops = [one for one in checking.examine(study).findings if one.stop]
    if stops:
        raise ApiError(409, "not_fit", UNFIT.format(what=" ".join(one.detail for one in stops)))
    protocol = Protocol.of(study.draft)
    version = versions.freeze(study, protocol, made_by=actor)
    chain.record(
        study,
        actor=actor,
        action=chain.Action.PROTOCOL_FROZEN,
        target=f"protocol {version.version}",
        after={"version": version.version, "sha256": version.sha256, "content": version.content},
        rows=[version],
    )
    study.seed = secrets.randbits(63) if seed is None else seed
    rows, digest = orders.make(study, protocol, study.seed)
    chain.record(
        study,
        actor=actor,
        action=chain.Action.ORDER_MADE,
        target="order",
        after={
            "seed": str(study.seed),
            "seed_named": seed is not None,
            "assignments": rows,
            "sha256": digest,
            "readers": [{"key": one.key, **facts_of(one)} for one in readings.active_readers(study)],
        },
        rows=Session.objects.filter(reader__study=study).prefetch_related("assignments__case"),
    )


def possible(study: ReaderStudy) -> list[dict[str, Any]]:
    """Every act as it stands now (StudyActSerializer)."""
    return [_possible(study, act) for act in ACTS]


def _possible(study: ReaderStudy, act: StudySignature.Act) -> dict[str, Any]:
    found = transitions.outcome(Action(act.value), study.state)
    refused = isinstance(found, Refusal)
    # What cannot be signed now has no figures to be signed under.
    statement = statements.Statement("") if refused else statements.of(study, act)
    return {
        "act": act,
        "possible": not refused,
        "code": found.value if isinstance(found, Refusal) else "",
        "detail": transitions.words(found, study.state) if isinstance(found, Refusal) else "",
        "statement": statement.words,
        "reason_needed": statement.reason_needed,
        "warnings": statement.warnings,
    }
