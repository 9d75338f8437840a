"""The check before opening: everything that stops or warns. A study that is fit is CHECKED until somebody changes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.blinding.certificate import Certificate, certify, store
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.desk import check_cases, check_members, check_plan, orders
from radapp.readerstudies.desk.findings import Finding
from radapp.readerstudies.desk.state import begin, move
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import ChainEntry, ReaderStudy
from radapp.readerstudies.protocol import Protocol

FIT = "It was checked and found fit."
UNFIT = "The check found something that stops it."
CHANGED = "Somebody changed the study while it was checked. Check it again."


@dataclass(frozen=True)
class Report:
    """What was found, in the order of the set-up's steps, stops first."""

    findings: tuple[Finding, ...]
    checked_at: str

    @property
    def fit(self) -> bool:
        """Whether nothing stops."""
        return not any(one.stop for one in self.findings)

    def as_shape(self) -> dict[str, Any]:
        """CheckReportSerializer, as it is stored."""
        return {
            "fit": self.fit,
            "checked_at": self.checked_at,
            "findings": [one.as_shape() for one in self.findings],
        }


def check(study: ReaderStudy, *, actor: User) -> tuple[ReaderStudy, dict[str, Any]]:
    """Check it, certify its blinding, keep both, also where something stops. The study afterwards and the report."""
    # Outside the lock: the headers of a large study take a while, and readers of others must not wait for them.
    with transaction.atomic():
        begin(study, Action.CHECK)
    seen = _last_entry(study)
    certificate = certify(study)
    with transaction.atomic():
        locked = begin(study, Action.CHECK)
        if _last_entry(study) != seen:
            raise ApiError(409, "stale", CHANGED)
        report = examine(locked, certificate)
        store(certificate, actor=actor)
        shape = report.as_shape()
        chain.record(
            locked,
            actor=actor,
            action=chain.Action.CHECKED,
            target=f"draft {locked.revision}",
            after={
                "fit": report.fit,
                "stops": [one.code for one in report.findings if one.stop],
                "warnings": [one.code for one in report.findings if not one.stop],
                "sha256": digest_of(shape),
            },
        )
        locked.check_report = shape
        to = ReaderStudy.State.CHECKED if report.fit else ReaderStudy.State.DRAFT
        move(locked, to, actor, reason=FIT if report.fit else UNFIT)
    return locked, shape


def last_report(study: ReaderStudy) -> dict[str, Any] | None:
    """CheckReportSerializer of the last check; None before any. `current`: nothing was changed since, as the chain knows."""
    if study.check_report is None:
        return None
    return {**study.check_report, "current": study.state != ReaderStudy.State.DRAFT or not _is_changed(study)}


def _is_changed(study: ReaderStudy) -> bool:
    """Whether anything but the state was recorded after the last check."""
    since = ChainEntry.objects.filter(study=study).exclude(action=chain.Action.STATE_CHANGED).order_by("-sequence")
    return since.values_list("action", flat=True).first() != chain.Action.CHECKED


def _last_entry(study: ReaderStudy) -> int:
    """Every change of a study has its entry: the same last entry, the same study."""
    return ChainEntry.objects.filter(study=study).order_by("-sequence").values_list("sequence", flat=True).first() or 0


def examine(study: ReaderStudy, certificate: Certificate | None = None) -> Report:
    """Look for everything, without keeping it; without a certificate nothing is said about blinding."""
    protocol = Protocol.of(study.draft)
    found = [*_found(study, protocol), *(_blinding(certificate) if certificate is not None else ())]
    return Report(tuple(sorted(found, key=lambda one: not one.stop)), timezone.now().isoformat())


def _found(study: ReaderStudy, protocol: Protocol) -> Iterator[Finding]:
    yield from check_plan.look(protocol)
    yield from check_cases.look(check_cases.cases_of(study, protocol))
    yield from check_members.look(study, protocol)
    problem = orders.problem(study, protocol)
    if problem:
        yield Finding("no_order", True, "design", f"No order can be drawn: {problem}.")


def _blinding(certificate: Certificate) -> Iterator[Finding]:
    for one in certificate.findings:
        yield Finding(
            f"blinding_{one['code']}"[:60], True, "blinding", f"Case {one['case']}: {one['detail']}", cases=(one["case"],)
        )
