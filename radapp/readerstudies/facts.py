"""What an entry of the chain holds of the rows that it is about: each one's name and digest, the same on every machine.

Names are made of keys, digests over every column but database numbers. What links a row to this installation (accounts,
examinations) has a digest of its own behind a colon: where a study was restored elsewhere nothing is there to compare.
`manage.py verify_audit` holds every row against the newest entry that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import models
from django.db.models import ForeignKey, JSONField, Model, QuerySet

from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.models import (
    Adjudication,
    Answer,
    Assignment,
    BlindingCertificate,
    Case,
    Code,
    CodingItem,
    Invitation,
    Membership,
    NetworkCall,
    Proposal,
    ProtocolVersion,
    ReaderStudy,
    ReadingEvent,
    ReferenceStep,
    Reminder,
    Session,
    SessionLock,
    StudySignature,
    Waiver,
)
from radapp.triage.models import Result


@dataclass(frozen=True)
class Bound:
    """A kind of row that the chain binds: how one is called, what leads to its study, what is read with it."""

    model: type[Model]
    name: Callable[[Any], str]
    study: str = "study"
    read_with: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    """Columns that are no facts: drafts, secrets, what differs where a study was restored."""
    local: frozenset[str] = frozenset()
    """Columns that name what only this installation has, beside accounts and examinations."""

    def of(self, study: ReaderStudy) -> QuerySet[Any]:
        """All rows of a study, in the order in which they were made."""
        manager: Any = self.model._default_manager
        return manager.filter(**{self.study: study.pk}).select_related(*self.read_with).order_by("pk")


def _answer(answer: Answer) -> str:
    return f"answer {answer.assignment.key} {answer.stage} {answer.version}"


def _call(call: NetworkCall) -> str:
    return f"call {call.case.key} {call.network}"


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


BOUND: Final = (
    Bound(
        ReaderStudy,
        lambda row: "study",
        "pk",
        left_out=frozenset({"draft", "revision", "check_report", "salt", "imported"}),
    ),
    Bound(ProtocolVersion, lambda row: f"protocol {row.version}"),
    Bound(StudySignature, lambda row: f"signature {row.act} {_at(row.signed_at)}"),
    Bound(BlindingCertificate, lambda row: f"certificate {_at(row.made_at)}"),
    Bound(Case, lambda row: f"case {row.key}", read_with=("examination", "prior"), local=frozenset({"shown"})),
    Bound(Membership, lambda row: f"member {row.key}", read_with=("user", "replaces")),
    Bound(Waiver, lambda row: f"waiver {row.ground} {_at(row.given_at)}", read_with=("user", "case")),
    Bound(Invitation, lambda row: f"invitation {row.key}", read_with=("membership",)),
    Bound(Reminder, lambda row: f"reminder {row.membership.key} {_at(row.sent_at)}", "membership__study", ("membership",)),
    Bound(Session, lambda row: f"session {row.key}", "reader__study", ("reader",)),
    Bound(Answer, _answer, "assignment__case__study", ("assignment", "submitted_by")),
    Bound(
        ReadingEvent,
        lambda row: f"event {row.assignment.key} {row.stage} {row.kind} {_at(row.at)}",
        "assignment__case__study",
        ("assignment",),
    ),
    Bound(SessionLock, lambda row: f"lock {row.session.key}", "session__reader__study", ("session", "locked_by")),
    Bound(ReferenceStep, lambda row: f"step {row.case.key} {row.step} {row.version}", "case__study", ("case", "made_by")),
    Bound(NetworkCall, _call, "case__study", ("case",)),
    Bound(CodingItem, lambda row: f"error {row.key}", "case__study", ("case", "answer__assignment", "call__case")),
    Bound(Code, lambda row: f"code {row.item.key} {row.coder.key}", "item__case__study", ("item", "coder")),
    Bound(Adjudication, lambda row: f"adjudication {row.item.key}", "item__case__study", ("item", "adjudicator")),
    Bound(Proposal, lambda row: f"proposal {row.item.key}", "item__case__study", ("item",)),
)
_KINDS: Final = {bound.model: bound for bound in BOUND}


def facts_of(rows: Iterable[Model]) -> dict[str, str]:
    """{name: digest} of rows, as an entry keeps it."""
    return {name_of(row): fact_of(row) for row in rows}


def bound(row: Model) -> Bound:
    """How the chain binds this row; TypeError where it does not."""
    try:
        return _KINDS[type(row)]
    except KeyError:
        known = ", ".join(sorted(kind.model.__name__ for kind in BOUND))
        raise TypeError(f"The chain does not bind rows of {type(row).__name__}; expected one of {known}") from None


def name_of(row: Model) -> str:
    """How the chain calls this row."""
    return bound(row).name(row)


def fact_of(row: Model) -> str:
    """SHA-256 of what the row says; behind a colon that of its links to this installation, where it has any."""
    linked = links(row)
    return digest_of(content(row)) + (f":{digest_of(linked)}" if linked else "")


def content(row: Model) -> dict[str, Any]:
    """Every column that means the same elsewhere, as JSON. Of a session: its order as well."""
    left_out = bound(row).left_out | bound(row).local
    said = {
        field.name: _said(row, field)
        for field in row._meta.concrete_fields
        if not field.primary_key and not is_local(field) and field.name not in left_out
    }
    if isinstance(row, Session):
        said["order"] = [_place(one) for one in row.assignments.all()]
    return said


def links(row: Model) -> dict[str, Any]:
    """What the row names of this installation, by usernames and DICOM UIDs."""
    found: dict[str, Any] = {name: getattr(row, name) for name in bound(row).local}
    for field in row._meta.concrete_fields:
        if is_local(field) and field.related_model is not Result:
            linked = getattr(row, field.name)
            found[field.name] = linked and (linked.study_instance_uid if isinstance(linked, Study) else linked.username)
    return found


def is_local(field: models.Field[Any, Any]) -> bool:
    """Whether a column links to what only this installation has."""
    """Whether a column links to what only this installation has."""
    return isinstance(field, ForeignKey) and issubclass(field.related_model, User | Study | Result)


def _said(row: Model, field: models.Field[Any, Any]) -> Any:
    """One column as JSON: other rows by their names, times in UTC."""
    if isinstance(field, ForeignKey):
        other = getattr(row, field.name)
        return name_of(other) if type(other) in _KINDS else getattr(other, "key", None)
    value = getattr(row, field.attname)
    if value is None or isinstance(field, JSONField):
        return value
    value = field.to_python(value)
    if isinstance(value, datetime):
        return _at(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str) else str(value)


def _place(one: Assignment) -> list[Any]:
    return [one.position, one.key, one.case.key, one.arm, one.practice, one.repeat]


def rows_of(study: ReaderStudy) -> Iterator[Model]:
    """Every row of a study that the chain binds, kind by kind."""
    for kind in BOUND:
        found = kind.of(study)
        if kind.model is Session:
            found = found.prefetch_related("assignments__case")
        yield from found.iterator(chunk_size=1000)
