"""Two of everything: two studies, each with everybody in it, and people who belong to neither."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.test import Client

from radapp.accounts.authentication import digest_of
from radapp.accounts.models import User
from radapp.readerstudies.models import (
    Answer,
    Assignment,
    Case,
    Code,
    CodingItem,
    Invitation,
    Membership,
    ReaderStudy,
    Session,
)
from tests.radapp.readerstudies import scene

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
INSIDE = ("investigator_in", "deputy", "reader_in", "coder", "adjudicator", "tagger")
OUTSIDE = ("investigator_out", "reader_out", "radiologist", "newcomer")
PEOPLE = (*INSIDE, *OUTSIDE, "administrator")
_ACCOUNTS = {
    "reader_two": "reader",
    "reader_far": "reader",
    "investigator_in": "investigator",
    "investigator_out": "investigator",
    "deputy": "investigator",
    "reader_in": "reader",
    "reader_out": "reader",
    "radiologist": "radiologist",
    "administrator": "administrator",
}


SHOWN = {
    "tagging-comparison": ("tagger",),
    "tagging": ("tagger",),
    "coding-images": ("coder", "adjudicator"),
    "reading": ("reader",),
}
"""The blinded DICOMweb's routes by the beginning of their names, and whose they are."""


@dataclass(frozen=True)
class Wing:
    """One study with its people and rows."""

    study: ReaderStudy
    members: dict[str, Membership]
    cases: list[Case]
    item: CodingItem
    invitation: Invitation
    shown: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """What `images` found, by kind and person: pseudonyms stay as they are."""

    def images(self, kind: str, person: str) -> dict[str, str]:
        """The parameters of images of one kind, as this person learns them, else somebody whose they are."""
        theirs = [name for name, one in self.members.items() if one.part in SHOWN[kind]]
        name = person if person in theirs else theirs[0]
        if (kind, name) not in self.shown:
            self.shown[kind, name] = self._learnt(kind, name)
        return self.shown[kind, name]

    def _learnt(self, kind: str, name: str) -> dict[str, str]:
        client, values = client_of(name), self.values(name)
        root = {"reading": "reading/{key}/readings/{assignment}", "coding-images": "coding/{key}/items/{subject}"}
        answer = client.get(f"/api/{root.get(kind, 'tagging/{key}/cases/{case}')}/".format(**values)).json()
        shown = answer["comparisons"][0]["images"] if kind == "tagging-comparison" else answer["images"]
        series = shown["series"][0]["series_uid"]
        address = f"{shown['root']}/dicom-web/studies/{shown['study_uid']}/series/{series}"
        first = client.get(f"{address}/metadata").json()[0]
        uids = {"study_uid": shown["study_uid"], "series_uid": series, "instance_uid": first["00080018"]["Value"][0]}
        return {"subject": shown["root"].rsplit("/", 1)[1], "numbers": "1", **uids}

    def assignment_of(self, who: str) -> Assignment:
        """The first in a reader's order; whoever is no reader of it: the first of anybody's."""
        mine = Assignment.objects.filter(session__reader__study=self.study).order_by("session", "position")
        own = self.members.get(who)
        return (mine.filter(session__reader=own).first() if own else None) or mine[0]

    def values(self, who: str) -> dict[str, str]:
        """What the addresses' parameters are for somebody who acts in this study."""
        assignment = self.assignment_of(who)
        return {
            "key": self.study.key,
            "case": self.cases[0].key,
            "member": next(one.key for one in self.members.values() if one.part == "coder"),
            "invitation": self.invitation.key,
            "assignment": assignment.key,
            "subject": self.item.key,  # but of images
            "token": f"token of {self.study.title}",
        }


def account(name: str) -> User:
    """Somebody with the account's role that their part wants."""
    role = _ACCOUNTS.get(name)
    return scene.person(name, **({f"is_{role}": True} if role else {}))


def client_of(name: str) -> Client:
    """Their session; 'anonymous' is nobody."""
    client = Client(raise_request_exception=False)
    if name != "anonymous":
        client.force_login(account(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def wing(title: str, people: dict[str, str], *, first: int, state: str) -> Wing:
    """A study that was opened; `people` names the account for each part. Each reader has both cases before them."""
    study = scene.opened(scene.study(title))
    cases = [scene.case(study, n, examined=scene.examination(first + n), truth=n == 1) for n in (1, 2)]
    members = {name: scene.member(study, account(name), part.split()[0], **_facts(part)) for name, part in people.items()}
    for name, member in members.items():
        if people[name] == "reader":
            session = Session.objects.create(reader=member, number=1)
            for position, case in enumerate(cases, start=1):
                Assignment.objects.create(session=session, position=position, case=case, arm="complete")
    answered = Assignment.objects.filter(session__reader__study=study).order_by("-id")[0]
    answer = Answer.objects.create(
        assignment=answered,
        stage="only",
        answers={"recurrence": True, "likelihood": 80},
        submission=uuid4(),
        submitted_at=NOW,
    )
    item = CodingItem.objects.create(case=answered.case, error="false_positive", answer=answer)
    coders = [one for one in members.values() if one.part == "coder"]
    for place, (coder, primary) in enumerate(zip(coders, ("fibrosis", "sinusitis"), strict=True), start=1):
        Code.objects.create(item=item, coder=coder, place=place, primary=primary)
    invitation = Invitation.objects.create(
        study=study,
        email="somebody@example.org",
        part="coder",
        digest=digest_of(f"token of {title}"),
        invited_by=account("investigator_in"),
        expires_at=NOW + timedelta(days=3650),
    )
    scene.examination(first + 5, patient=first + 1)  # which the first case may be compared with
    for name, part in people.items():
        if part == "reader":
            opened = client_of(name).post(
                f"/api/reading/{study.key}/next/", {"seat": "a" * 32}, content_type="application/json"
            )
            assert opened.status_code == 200, opened.content
    if state == "unblinded":
        study.state, study.closed_at, study.locked_at, study.unblinded_at = state, NOW, NOW, NOW
        study.save()
    return Wing(study, members, cases, item, invitation)


def _facts(part: str) -> dict[str, str]:
    return {"chair": part.split()[1]} if part.startswith("tagger") else {}


def two_wings(state: str, *, first: int = 0) -> tuple[Wing, Wing]:
    """The study that INSIDE belong to, and one that the others named _out do."""
    here = {
        "investigator_in": "investigator",
        "deputy": "deputy",
        "reader_in": "reader",
        "reader_two": "reader",
        "coder": "coder",
        "coder_two": "coder",
        "adjudicator": "adjudicator",
        "tagger": "tagger junior",
    }
    there = {
        "investigator_out": "investigator",
        "reader_out": "reader",
        "reader_far": "reader",
        "coder_far": "coder",
        "coder_farther": "coder",
        "adjudicator_far": "adjudicator",
        "tagger_far": "tagger junior",
    }
    return wing(f"Ours, {state}", here, first=first, state=state), wing(
        f"Theirs, {state}", there, first=first + 10, state=state
    )
