"""The state machine of a reader study as one table: every action, in every state, by every part, with its effect.

Services ask `outcome`; permissions.TABLE, by the action's address, says who; docs/reader-study-states.md prints both.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from radapp.readerstudies.models import ReaderStudy
from radapp.readerstudies.permissions import TABLE, Who

State = ReaderStudy.State
DRAFT, CHECKED, OPEN, CLOSED, LOCKED, UNBLINDED = State


class Action(enum.StrEnum):
    """What can be done with a study."""

    RENAME = "rename"
    CHANGE_PROTOCOL = "change_protocol"
    ADD_CASES = "add_cases"
    CHANGE_CASE = "change_case"
    REMOVE_CASE = "remove_case"
    ADD_READER = "add_reader"
    CHANGE_READER = "change_reader"
    END_READER = "end_reader"
    ADD_MEMBER = "add_member"
    CHANGE_MEMBER = "change_member"
    END_MEMBER = "end_member"
    WAIVE = "waive"
    INVITE_READER = "invite_reader"
    INVITE_MEMBER = "invite_member"
    REVOKE_INVITATION = "revoke_invitation"
    ACCEPT_AS_READER = "accept_as_reader"
    ACCEPT_AS_MEMBER = "accept_as_member"
    TAG = "tag"
    IMPORT_REFERENCE = "import_reference"
    TAKE_TRUTHS = "take_truths"
    CHECK = "check"
    OPEN = "open"
    READ = "read"
    REMIND = "remind"
    REPLACE_READER = "replace_reader"
    WITHDRAW_CASE = "withdraw_case"
    AMEND = "amend"
    CLOSE = "close"
    REOPEN = "reopen"
    LOCK = "lock"
    UNBLIND = "unblind"
    COPY = "copy"


class Refusal(enum.StrEnum):
    """Why an action does not fit a state: the code of the 409."""

    FROZEN = "frozen"
    NOT_OPENED = "not_opened"
    NOT_CHECKED = "not_checked"
    NOT_OPEN = "study_not_open"
    NOT_CLOSED = "not_closed"
    NOT_LOCKED = "not_locked"
    ALREADY_OPENED = "already_opened"
    ALREADY_CLOSED = "already_closed"
    ALREADY_LOCKED = "already_locked"
    ALREADY_UNBLINDED = "already_unblinded"
    FINAL = "final"
    REFERENCE_FINAL = "study_locked"


WORDS: Mapping[Refusal, str] = {
    Refusal.FROZEN: "The study has been opened, and this is fixed since. Amend the protocol, withdraw a case or replace a "
    "reader instead, or copy the study.",
    Refusal.NOT_OPENED: "The study has not been opened yet: change the draft itself.",
    Refusal.NOT_CHECKED: "Only a study that was checked and found fit can be opened. Check it first.",
    Refusal.NOT_OPEN: "Only an open study is read, and this one is {state}.",
    Refusal.NOT_CLOSED: "The study must be closed for this, and it is {state}.",
    Refusal.NOT_LOCKED: "The study must be locked for this, and it is {state}.",
    Refusal.ALREADY_OPENED: "The study was opened before.",
    Refusal.ALREADY_CLOSED: "The study is closed already.",
    Refusal.ALREADY_LOCKED: "The study is locked already.",
    Refusal.ALREADY_UNBLINDED: "The study is unblinded already.",
    Refusal.FINAL: "The study is locked: what was read, and by whom, is final.",
    Refusal.REFERENCE_FINAL: "The study is locked: its reference standard is final.",
}


@dataclass(frozen=True)
class Effect:
    """The state afterwards; `otherwise`: the other one that it may come to (a check that finds something)."""

    to: State
    otherwise: State | None = None


Outcome = Effect | Refusal


@dataclass(frozen=True)
class Row:
    """One action: its outcomes by state, in the order of State, and the address that carries it out."""

    outcomes: tuple[Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]
    url_name: str
    method: str = "POST"

    @property
    def who(self) -> frozenset[Who]:
        """Whose part includes it."""
        return TABLE.get((self.url_name, self.method), frozenset())


def _row(url_name: str, *outcomes: State | Outcome, method: str = "POST") -> Row:
    found = [Effect(one) if isinstance(one, State) else one for one in outcomes]
    first, second, third, fourth, fifth, sixth = found
    return Row((first, second, third, fourth, fifth, sixth), url_name, method)


_EDIT = (DRAFT, DRAFT, Refusal.FROZEN, Refusal.FROZEN, Refusal.FROZEN, Refusal.FROZEN)
"""Whatever is changed takes the check back."""
_STAYS = (DRAFT, CHECKED, OPEN, CLOSED, LOCKED, UNBLINDED)
_TAGS = (DRAFT, CHECKED, OPEN, CLOSED, Refusal.REFERENCE_FINAL, Refusal.REFERENCE_FINAL)
"""A check is not taken back by a step of the reference standard: opening looks at everything that stops once more."""
_CHECKED = Effect(CHECKED, otherwise=DRAFT)
_R = Refusal

ROWS: Mapping[Action, Row] = {
    Action.RENAME: _row("api-reader-study", *_EDIT, method="PATCH"),
    Action.CHANGE_PROTOCOL: _row("api-study-protocol", *_EDIT, method="PUT"),
    Action.ADD_CASES: _row("api-study-cases", *_EDIT),
    Action.CHANGE_CASE: _row("api-study-case", *_EDIT, method="PATCH"),
    Action.REMOVE_CASE: _row("api-study-case", *_EDIT, method="DELETE"),
    Action.ADD_READER: _row("api-study-members", *_EDIT),
    Action.CHANGE_READER: _row("api-study-member", *_EDIT, method="PATCH"),
    Action.END_READER: _row("api-study-member-end", DRAFT, DRAFT, OPEN, CLOSED, _R.FINAL, _R.FINAL),
    Action.ADD_MEMBER: _row("api-study-members", DRAFT, DRAFT, OPEN, CLOSED, LOCKED, UNBLINDED),
    Action.CHANGE_MEMBER: _row("api-study-member", DRAFT, DRAFT, OPEN, CLOSED, LOCKED, UNBLINDED, method="PATCH"),
    Action.END_MEMBER: _row("api-study-member-end", DRAFT, DRAFT, OPEN, CLOSED, LOCKED, UNBLINDED),
    Action.WAIVE: _row("api-study-waivers", DRAFT, DRAFT, OPEN, CLOSED, _R.FINAL, _R.FINAL),
    Action.INVITE_READER: _row("api-study-invitations", DRAFT, CHECKED, _R.FROZEN, _R.FROZEN, _R.FROZEN, _R.FROZEN),
    Action.INVITE_MEMBER: _row("api-study-invitations", *_STAYS),
    Action.REVOKE_INVITATION: _row("api-study-invitation", *_STAYS, method="DELETE"),
    Action.ACCEPT_AS_READER: _row("api-invitation", *_EDIT),
    Action.ACCEPT_AS_MEMBER: _row("api-invitation", DRAFT, DRAFT, OPEN, CLOSED, LOCKED, UNBLINDED),
    Action.TAG: _row("api-tagging-step", *_TAGS),
    Action.IMPORT_REFERENCE: _row("api-reference", *_TAGS),
    Action.TAKE_TRUTHS: _row("api-reference-archive", *_TAGS),
    Action.CHECK: _row("api-study-check", _CHECKED, _CHECKED, *(_R.ALREADY_OPENED,) * 4),
    Action.OPEN: _row(
        "api-study-acts", _R.NOT_CHECKED, OPEN, _R.ALREADY_OPENED, _R.ALREADY_OPENED, _R.ALREADY_OPENED, _R.ALREADY_OPENED
    ),
    Action.READ: _row("api-reading-next", _R.NOT_OPEN, _R.NOT_OPEN, OPEN, _R.NOT_OPEN, _R.NOT_OPEN, _R.NOT_OPEN),
    Action.REMIND: _row("api-study-reminders", _R.NOT_OPEN, _R.NOT_OPEN, OPEN, _R.NOT_OPEN, _R.NOT_OPEN, _R.NOT_OPEN),
    Action.REPLACE_READER: _row(
        "api-study-replacement", _R.NOT_OPENED, _R.NOT_OPENED, OPEN, _R.NOT_OPEN, _R.FINAL, _R.FINAL
    ),
    Action.WITHDRAW_CASE: _row("api-study-withdrawal", _R.NOT_OPENED, _R.NOT_OPENED, OPEN, CLOSED, _R.FINAL, _R.FINAL),
    Action.AMEND: _row("api-study-amendments", _R.NOT_OPENED, _R.NOT_OPENED, OPEN, CLOSED, LOCKED, UNBLINDED),
    Action.CLOSE: _row(
        "api-study-acts", _R.NOT_OPEN, _R.NOT_OPEN, CLOSED, _R.ALREADY_CLOSED, _R.ALREADY_CLOSED, _R.ALREADY_CLOSED
    ),
    Action.REOPEN: _row("api-study-acts", _R.NOT_CLOSED, _R.NOT_CLOSED, _R.NOT_CLOSED, OPEN, _R.FINAL, _R.FINAL),
    Action.LOCK: _row(
        "api-study-acts", _R.NOT_CLOSED, _R.NOT_CLOSED, _R.NOT_CLOSED, LOCKED, _R.ALREADY_LOCKED, _R.ALREADY_LOCKED
    ),
    Action.UNBLIND: _row("api-study-acts", *(_R.NOT_LOCKED,) * 4, UNBLINDED, _R.ALREADY_UNBLINDED),
    Action.COPY: _row("api-study-copy", *_STAYS),
}


def outcome(action: Action, state: str) -> Outcome:
    """What an action comes to in a state, for whoever may."""
    return ROWS[action].outcomes[list(State).index(State(state))]


def words(refusal: Refusal, state: str) -> str:
    """The refusal as a sentence."""
    return WORDS[refusal].format(state=state)


def printed() -> str:
    """The table as docs/reader-study-states.md has it, in Markdown."""
    head = ["action", "by", *(state.value for state in State)]
    lines = [head, ["---"] * len(head)]
    for action, row in ROWS.items():
        by = ", ".join(sorted(who.value for who in row.who))
        lines.append([action.value.replace("_", " "), by, *(_printed(one) for one in row.outcomes)])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _printed(found: Outcome) -> str:
    if isinstance(found, Refusal):
        return f"`{found.value}`"
    return f"{found.to.value} or {found.otherwise.value}" if found.otherwise else found.to.value
