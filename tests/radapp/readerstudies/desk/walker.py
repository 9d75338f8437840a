"""Every action of the table as a request that lacks nothing: what refuses it is the state, or the part of who asks."""

import hashlib
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import User
from radapp.readerstudies.desk import transitions
from radapp.readerstudies.desk.transitions import Action, Effect, Refusal
from radapp.readerstudies.models import Case, Invitation, Membership, ReaderStudy
from radapp.readerstudies.permissions import Who
from radapp.readerstudies.terms import protocol_in_force
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench

PEOPLE: dict[str, Who | None] = {
    "ines": Who.INVESTIGATOR,
    "dora": Who.INVESTIGATOR,  # a deputy
    "rana": Who.READER,
    "cora": Who.CODER,
    "ada": Who.ADJUDICATOR,
    "tom": Who.TAGGER,
    "boss": Who.ADMINISTRATOR,
    "otto": None,  # an investigator of nothing here
}
ROLES = {"ines": "investigator", "dora": "investigator", "rana": "reader", "boss": "administrator", "otto": "investigator"}
_fresh = itertools.count(1)


def populate(study: ReaderStudy) -> None:
    """Somebody with every part, beside the readers."""
    for name, part in (("dora", "deputy"), ("cora", "coder"), ("ada", "adjudicator"), ("tom", "tagger")):
        scene.member(study, account(name), part)
    account("boss")
    account("otto")


def account(name: str) -> User:
    """One of PEOPLE."""
    return bench.person(name, *filter(None, [ROLES.get(name)]), email=f"{name}@example.org")


def newcomer(*roles: str) -> User:
    """Somebody who was never here before."""
    name = f"newcomer{next(_fresh)}"
    return bench.person(name, *roles, email=f"{name}@example.org")


@dataclass
class Walker:
    """One study and the sessions of its people."""

    study: ReaderStudy
    clients: dict[str, Client]

    @classmethod
    def of(cls, study: ReaderStudy) -> Self:
        """Everybody signed in: a session that begins in what is rolled back would end with it."""
        return cls(study, {name: bench.client(account(name)) for name in PEOPLE})

    @property
    def state(self) -> str:
        """As it is stored now."""
        return ReaderStudy.objects.values_list("state", flat=True).get(pk=self.study.pk)

    def expected(self, action: Action, name: str) -> tuple[int | None, str, set[str]]:
        """(status, code, states afterwards) by the table; no status: it succeeds."""
        row, who, state = transitions.ROWS[action], PEOPLE[name], self.state
        if Who.ANYONE not in row.who and who not in row.who:
            return (404, "not_found", {state}) if who is None else (403, "permission_denied", {state})
        found = transitions.outcome(action, state)
        if isinstance(found, Refusal):
            return 409, found.value, {state}
        assert isinstance(found, Effect)
        return None, "", {found.to.value} | ({found.otherwise.value} if found.otherwise else set())

    def ask(self, action: Action, name: str) -> HttpResponse:
        """The request."""
        return _ASKED[action](self, name)

    def send(self, name: str, method: str, path: str, body: object = None) -> HttpResponse:
        """To an address below the study's."""
        address = f"/api/reader-studies/{self.study.key}/{path}"
        return self.clients[name].generic(method, address, bench.as_json(body or {}), content_type="application/json")

    def case(self) -> Case:
        """One that is included: there always is one."""
        return self.study.cases.filter(state="included").order_by("-number")[0]

    def reader(self) -> Membership:
        """One who reads now, other than the one who asks: made by rows where none is left."""
        others = self.study.members.filter(part="reader", ended_at=None).exclude(user__username="rana")
        return others.first() or scene.member(self.study, newcomer("reader"), "reader")


def _act(act: str) -> Callable[[Walker, str], HttpResponse]:
    body = {"act": act, "password": bench.PASSWORD, "reason": "because"}
    return lambda walker, name: walker.send(name, "POST", "acts/", body)


def _protocol(walker: Walker, name: str) -> HttpResponse:
    study = ReaderStudy.objects.get(pk=walker.study.pk)
    told = {"prevalence": f"Version {next(_fresh)}.", "clinical_facts": "", "instructions": ""}
    body = {"revision": study.revision, "protocol": {**study.draft, "told": told}}
    return walker.send(name, "PUT", "protocol/", body)


def _add_cases(walker: Walker, name: str) -> HttpResponse:
    """Left out, so that what is included keeps its images."""
    examination = bench.examination(1000 + next(_fresh))
    body = {"uids": [examination.study_instance_uid], "exclusion": "surgery"}
    return walker.send(name, "POST", "cases/", body)


def _remove_case(walker: Walker, name: str) -> HttpResponse:
    number = 10_000 + next(_fresh)
    case = scene.case(walker.study, number, examined=bench.examination(number), state="excluded", exclusion="surgery")
    return walker.send(name, "DELETE", f"cases/{case.key}/")


def _member(walker: Walker, name: str, part: str, **facts: Any) -> HttpResponse:
    user = newcomer(*(["reader"] if part == "reader" else []))
    return walker.send(name, "POST", "members/", {"username": user.username, "part": part, **facts})


def _coder(walker: Walker) -> Membership:
    return scene.member(walker.study, newcomer(), "coder")


def _accept(part: str) -> Callable[[Walker, str], HttpResponse]:
    def asked(walker: Walker, name: str) -> HttpResponse:
        """Whoever holds the link: somebody new whose account fits."""
        token = f"token {next(_fresh)}"
        Invitation.objects.create(
            study=walker.study,
            email="new@example.org",
            part=part,
            terms={"seniority": "junior"} if part == "reader" else {},
            digest=hashlib.sha256(token.encode()).hexdigest(),
            invited_by=bench.investigator(),
            expires_at=timezone.now() + timedelta(days=1),
        )
        user = newcomer(*(["reader"] if part == "reader" else []))
        return bench.client(user).post(f"/api/invitations/{token}/")

    return asked


def _revoke(walker: Walker, name: str) -> HttpResponse:
    invitation = Invitation.objects.create(
        study=walker.study,
        email="x@example.org",
        part="coder",
        digest=f"digest {next(_fresh)}",
        invited_by=bench.investigator(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return walker.send(name, "DELETE", f"invitations/{invitation.key}/")


def _amend(walker: Walker, name: str) -> HttpResponse:
    content = protocol_in_force(walker.study).content()
    added = {"key": f"added{next(_fresh)}", "endpoint": "time", "first": "reader:all"}
    content["aim"]["analyses"] = [*content["aim"]["analyses"], added]
    body = {"protocol": content, "password": bench.PASSWORD, "reason": "because"}
    return walker.send(name, "POST", "amendments/", body)


def _read(walker: Walker, name: str) -> HttpResponse:
    return walker.clients[name].post(
        f"/api/reading/{walker.study.key}/next/", {"seat": "seat-of-a-test"}, content_type="application/json"
    )


def _tag(walker: Walker, name: str) -> HttpResponse:
    """The junior's chair: a first step, or a correction of it."""
    body = {"submission": str(uuid.uuid4()), "recurrence": False, "basis": "images", "reason": "because"}
    path = f"/api/tagging/{walker.study.key}/cases/{walker.case().key}/steps/"
    return walker.clients[name].post(path, body, content_type="application/json")


def _import_reference(walker: Walker, name: str) -> HttpResponse:
    """A report that says otherwise than the stored one."""
    remark = f"remark {next(_fresh)}"
    table = f"case,step,recurrence,basis,remark,reason\n{walker.case().number},report,no,follow_up,{remark},because\n"
    address = f"/api/reader-studies/{walker.study.key}/reference/"
    return walker.clients[name].post(address, table.encode(), content_type="text/csv")


def _replace(walker: Walker, name: str) -> HttpResponse:
    user = newcomer("reader")
    body = {"username": user.username, "seniority": "junior", "reason": "left"}
    return walker.send(name, "POST", f"members/{walker.reader().key}/replacement/", body)


_SIGNED = {"password": bench.PASSWORD, "reason": "because"}
_ASKED: dict[Action, Callable[[Walker, str], HttpResponse]] = {
    Action.RENAME: lambda walker, name: walker.send(name, "PATCH", "", {"title": f"Title {next(_fresh)}"}),
    Action.CHANGE_PROTOCOL: _protocol,
    Action.ADD_CASES: _add_cases,
    Action.CHANGE_CASE: lambda walker, name: walker.send(
        name, "PATCH", f"cases/{walker.case().key}/", {"cohort": f"cohort {next(_fresh)}"}
    ),
    Action.REMOVE_CASE: _remove_case,
    Action.ADD_READER: lambda walker, name: _member(walker, name, "reader", seniority="junior"),
    Action.CHANGE_READER: lambda walker, name: walker.send(
        name, "PATCH", f"members/{walker.reader().key}/", {"years": next(_fresh) % 50}
    ),
    Action.END_READER: lambda walker, name: walker.send(
        name, "POST", f"members/{walker.reader().key}/end/", {"reason": "left"}
    ),
    Action.ADD_MEMBER: lambda walker, name: _member(walker, name, "coder"),
    Action.CHANGE_MEMBER: lambda walker, name: walker.send(
        name, "PATCH", f"members/{_coder(walker).key}/", {"name": f"Coder {next(_fresh)}"}
    ),
    Action.END_MEMBER: lambda walker, name: walker.send(
        name, "POST", f"members/{_coder(walker).key}/end/", {"reason": "left"}
    ),
    Action.WAIVE: lambda walker, name: walker.send(
        name, "POST", "waivers/", {"username": "rana", "ground": "opened", "reason": "long ago"}
    ),
    Action.INVITE_READER: lambda walker, name: walker.send(
        name, "POST", "invitations/", {"email": "new@example.org", "part": "reader", "seniority": "junior"}
    ),
    Action.INVITE_MEMBER: lambda walker, name: walker.send(
        name, "POST", "invitations/", {"email": "new@example.org", "part": "coder"}
    ),
    Action.REVOKE_INVITATION: _revoke,
    Action.ACCEPT_AS_READER: _accept("reader"),
    Action.ACCEPT_AS_MEMBER: _accept("coder"),
    Action.TAG: _tag,
    Action.IMPORT_REFERENCE: _import_reference,
    Action.TAKE_TRUTHS: lambda walker, name: walker.send(name, "POST", "reference/archive/"),
    Action.CHECK: lambda walker, name: walker.send(name, "POST", "check/"),
    Action.OPEN: _act("open"),
    Action.READ: _read,
    Action.REMIND: lambda walker, name: walker.send(name, "POST", "reminders/"),
    Action.REPLACE_READER: _replace,
    Action.WITHDRAW_CASE: lambda walker, name: walker.send(name, "POST", f"cases/{walker.case().key}/withdrawal/", _SIGNED),
    Action.AMEND: _amend,
    Action.CLOSE: _act("close"),
    Action.REOPEN: _act("reopen"),
    Action.LOCK: _act("lock"),
    Action.UNBLIND: _act("unblind"),
    Action.COPY: lambda walker, name: walker.send(name, "POST", "copy/", {"title": "Again", "cases": True}),
}
