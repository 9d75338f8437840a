"""Beginning and ending an action on a study: its row is locked, the table is asked, the state afterwards is kept."""

from django.db import transaction

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import transitions
from radapp.readerstudies.desk.transitions import Action, Refusal
from radapp.readerstudies.models import ReaderStudy

EDITED = "It was changed after the check."


def begin(study: ReaderStudy, action: Action) -> ReaderStudy:
    """The study as it stands now, locked until the transaction ends. ApiError 409 where its state refuses the action."""
    assert transaction.get_connection().in_atomic_block, "an action belongs in one transaction"
    locked = ReaderStudy.objects.select_for_update().get(pk=study.pk)
    found = transitions.outcome(action, locked.state)
    if isinstance(found, Refusal):
        raise ApiError(409, found.value, transitions.words(found, locked.state))
    return locked


def settle(study: ReaderStudy, action: Action, actor: User, *, reason: str = "") -> None:
    """Save the study in the state that the action leads to; a change of state has its entry."""
    found = transitions.outcome(action, study.state)
    assert not isinstance(found, Refusal), "begin() comes first"
    move(study, found.to, actor, reason=reason or EDITED)


def move(study: ReaderStudy, to: ReaderStudy.State, actor: User, *, reason: str = "") -> None:
    """Save the study in a state."""
    before, study.state = study.state, to
    study.save()
    if before != to:
        chain.record(
            study,
            actor=actor,
            action=chain.Action.STATE_CHANGED,
            target="study",
            before=before,
            after=to,
            reason=reason,
            rows=[study],
        )
