"""An archive into an installation: all of it or nothing, verified before anybody sees it.

Keys, names and times stay; accounts are not made, so memberships stand without them. What the chain says must be what the
restored rows say: verification computes every digest from them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import ForeignKey, Model

from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.readerstudies import chain
from radapp.readerstudies.facts import Bound, is_local, name_of
from radapp.readerstudies.keeping import archive, heads
from radapp.readerstudies.keeping.archive import ArchiveRefusedError
from radapp.readerstudies.keeping.unpacking import Unpacked, unpacked
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import (
    Assignment,
    Case,
    ChainEntry,
    Membership,
    ProtocolVersion,
    ReaderStudy,
    Reading,
    Session,
    SignedHead,
)

ACTOR = "manage.py import_reader_study"
SHOWN = 10


@dataclass(frozen=True)
class Restored:
    """What was taken in; `signed_by`: the exporting installation's public key, to be compared with what its people say."""

    study: ReaderStudy
    entries: int
    rows: int
    signed_by: str


@dataclass(frozen=True)
class _How:
    """What is to be done with an archive of this SHA-256, and who does it."""

    sha256: str
    investigator: User | None
    link_examinations: bool
    actor_name: str

    def tell(self, study: ReaderStudy, action: chain.Action, *rows: Model, target: str, after: Any) -> None:
        """One entry."""
        chain.record(study, actor=None, actor_name=self.actor_name, action=action, target=target, after=after, rows=rows)


@dataclass
class _Rows:
    """Rows that were made, by the names that others call them."""

    study: ReaderStudy | None = None
    named: dict[str, Model] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)

    def case(self, key: str) -> Case:
        """The case of that key; KeyError for none."""
        found = self.named[f"case {key}"]
        assert isinstance(found, Case), "names begin with the kind of row"
        return found

    def other(self, model: type[Model], name: str) -> Model:
        """The row of that name; KeyError for none."""
        return self.assignments[name] if model is Assignment else self.named[name]


def restore(
    path: Path, *, investigator: User | None = None, link_examinations: bool = False, actor_name: str = ACTOR
) -> Restored:
    """Take an archive in. `investigator`: whose study it is here; `link_examinations`: show the cases whose examinations are
    here under the same UIDs. Raises ArchiveRefusedError, and leaves nothing behind.
    """
    sha256 = _sha256(path)
    with unpacked(path) as pack:
        key = pack.manifest.study
        if ReaderStudy.objects.filter(key=key).exists():
            raise ArchiveRefusedError(f"found study {key} ({pack.manifest.title}) here already, expected it to be absent")
        try:
            with transaction.atomic():
                return _restored(pack, _How(sha256, investigator, link_examinations, actor_name))
        except (KeyError, TypeError, ValueError, AttributeError, ValidationError, DatabaseError) as error:
            if isinstance(error, ArchiveRefusedError):
                raise
            raise ArchiveRefusedError(f"found rows that do not make a study ({error!r}); nothing was stored") from error


def _restored(pack: Unpacked, how: _How) -> Restored:
    study, found = _brought(pack, link_examinations=how.link_examinations)
    entries, rows = _verified(pack, study)
    said = {
        "signed_by": pack.signed_by,
        "exported_at": pack.manifest.exported_at,
        "chain": {"sequence": pack.manifest.sequence, "digest": pack.manifest.digest},
    }
    how.tell(study, chain.Action.STUDY_IMPORTED, target=f"archive {how.sha256}", after=said)
    if how.investigator is not None:
        _add_investigator(study, how.investigator, how)
    for head in found:
        heads.write(head)
    heads.sign_head(study, "import")
    return Restored(study, entries, rows, pack.signed_by)


def _brought(pack: Unpacked, *, link_examinations: bool) -> tuple[ReaderStudy, list[SignedHead]]:
    """All rows of the archive, as yet unbelieved; the study and its signed heads."""
    rows = _Rows()
    for name, bound in archive.ROW_FILES.items():
        for said in pack.lines(name):
            _make(rows, bound, said, link_examinations=link_examinations)
    study, promised = rows.study, [row for row in rows.named.values() if isinstance(row, ProtocolVersion)]
    if study is None or study.key != pack.manifest.study or study.state != ReaderStudy.State.UNBLINDED or not promised:
        raise ArchiveRefusedError("found another study than the manifest names, or one not unblinded; expected that one")
    # What was drafted is no fact; what was promised last is.
    study.draft = max(promised, key=lambda one: one.version).content
    study.save(update_fields=["draft"])
    _readings(rows, pack.lines(archive.READINGS))
    _entries(study, pack.lines(archive.CHAIN))
    return study, _heads(study, pack.lines(archive.HEADS))


def _make(rows: _Rows, bound: Bound, said: dict[str, Any], *, link_examinations: bool) -> None:
    """One row of one line, and the places of a session."""
    name, order, linked = said.pop("row"), said.pop("order", None), said.pop("links", {})
    fields = {one.name: one for one in bound.model._meta.concrete_fields if not one.primary_key}
    if strange := set(said) - set(fields):
        raise ArchiveRefusedError(f"{name}: found columns that this version does not know: {', '.join(sorted(strange))}")
    row = bound.model(**{key: _value(rows, fields[key], value) for key, value in said.items()})
    if isinstance(row, ReaderStudy):
        row.imported, rows.study = True, row
    if isinstance(row, Case) and link_examinations:
        _link(row, linked)
    _save(row)
    if name_of(row) != name or name in rows.named:
        raise ArchiveRefusedError(f"found a row called {name}, expected {name_of(row)}, once")
    rows.named[name] = row
    if isinstance(row, Session):
        _places(rows, row, order)


def _value(rows: _Rows, column: models.Field[Any, Any], value: Any) -> Any:
    """A column's value: other rows by their names, everything else as JSON has it."""
    if isinstance(column, ForeignKey):
        if is_local(column):
            raise ArchiveRefusedError(f"found a link to an account or an examination in {column.name}, expected none")
        return None if value is None else rows.other(column.related_model, value)
    return value if value is None or isinstance(column, models.JSONField) else column.to_python(value)


def _save(row: Model) -> None:
    """As it was: times that are otherwise set when a row is made stay what the archive says."""
    row.save_base(raw=True, force_insert=True)


def _places(rows: _Rows, session: Session, order: Iterable[Any]) -> None:
    for position, key, case, arm, practice, repeat in order:
        place = Assignment(
            session=session,
            position=position,
            key=key,
            case=rows.case(case),
            arm=arm,
            practice=practice,
            repeat=repeat,
        )
        _save(place)
        rows.assignments[key] = place


def _link(case: Case, linked: Mapping[str, Any]) -> None:
    """The case's images, where all that it showed are here."""
    wanted = {name: linked.get(name) for name in ("examination", "prior")}
    found = {
        one.study_instance_uid: one for one in Study.objects.filter(study_instance_uid__in=filter(None, wanted.values()))
    }
    if all(uid in found for uid in wanted.values() if uid):
        case.examination, case.prior = (found.get(wanted[name] or "") for name in ("examination", "prior"))
        case.shown = linked.get("shown") or {}


def _readings(rows: _Rows, lines: Iterable[Mapping[str, Any]]) -> None:
    for said in lines:
        times = {name: said[name] and datetime.fromisoformat(said[name]) for name in ("opened_at", "locked_at")}
        place = rows.assignments[said["assignment"]]
        _save(Reading(assignment=place, state=said["state"], stage=said["stage"], **times))


def _entries(study: ReaderStudy, lines: Iterable[dict[str, Any]]) -> None:
    for said in lines:
        if said.pop("study") != study.key:
            raise ArchiveRefusedError(f"found an entry of another study, expected those of {study.key}")
        at, name = datetime.fromisoformat(said.pop("at")), said.pop("actor")
        _save(ChainEntry(study=study, at=at, actor_name=name, **said))


def _heads(study: ReaderStudy, lines: Iterable[dict[str, Any]]) -> list[SignedHead]:
    found = []
    for said in lines:
        if said.pop("study") != study.key or said.pop("version") != heads.VERSION:
            raise ArchiveRefusedError(f"found a signed head of another study or version, expected those of {study.key}")
        head = SignedHead(study=study, signed_at=datetime.fromisoformat(said.pop("signed_at")), **said)
        _save(head)
        found.append(head)
    return found


def _verified(pack: Unpacked, study: ReaderStudy) -> tuple[int, int]:
    """(entries, rows) where the restored chain is whole and ends where the manifest says."""
    keys = frozenset(SignedHead.objects.filter(study=study).values_list("public_key", flat=True))
    verdict = verify(study, None, keys)
    last = ChainEntry.objects.filter(study=study).order_by("sequence").last()
    findings = [f"{one.code}: {one.where}: {one.detail}" for one in verdict.findings]
    if last is None or (last.sequence, last.digest) != (pack.manifest.sequence, pack.manifest.digest):
        findings.append("found a chain that ends elsewhere than the manifest says")
    if findings:
        more = f"\n  … and {len(findings) - SHOWN} more" if len(findings) > SHOWN else ""
        told = "\n  ".join(findings[:SHOWN])
        raise ArchiveRefusedError(f"found a study that is not whole; nothing was stored:\n  {told}{more}")
    return verdict.entries, verdict.rows


def _add_investigator(study: ReaderStudy, user: User, how: _How) -> None:
    part = Membership.Part.INVESTIGATOR
    member = Membership.objects.create(study=study, user=user, part=part, name=user.display_name)
    said = {"part": part.value, "username": user.username, "name": member.name}
    how.tell(study, chain.Action.MEMBER_ADDED, member, target=f"member {member.key}", after=said)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ArchiveRefusedError(f"found no file that can be read at {path} ({error})") from error
