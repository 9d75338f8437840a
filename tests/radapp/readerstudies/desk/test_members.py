"""Members, invitations, reminders: who fits which part, what each may do, how links and e-mail go out."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.http import Http404
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.readerstudies.desk import invitations, member_selectors, members, reminders
from radapp.readerstudies.desk.members import Facts
from radapp.readerstudies.models import Invitation, Membership, ReaderStudy, Reminder
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench

Part = Membership.Part


@pytest.mark.parametrize(
    ("role", "part", "facts", "code"),
    [
        ("reader", "reader", bench.SENIOR, ""),
        ("radiologist", "reader", bench.SENIOR, "account_unfit"),
        ("investigator", "reader", bench.SENIOR, "account_unfit"),
        ("reader", "reader", Facts(), "invalid"),
        ("investigator", "investigator", Facts(), ""),
        ("administrator", "investigator", Facts(), ""),
        ("reader", "deputy", Facts(), "account_unfit"),
        ("radiologist", "investigator", Facts(), "account_unfit"),
        ("radiologist", "coder", Facts(), ""),
        ("radiologist", "coder", bench.SENIOR, "invalid"),
        ("radiologist", "adjudicator", Facts(), ""),
        ("radiologist", "tagger", Facts(), "invalid"),
        ("radiologist", "tagger", Facts(chair="oncologist_1"), ""),
    ],
)
def test_who_fits_which_part(db: None, role: str, part: str, facts: Facts, code: str) -> None:
    study, user = bench.draft(), bench.person("somebody", role)
    if not code:
        member = members.add(study, user, Part(part), facts, actor=bench.investigator())
        assert (member.user, member.part) == (user, part)
        with pytest.raises(ApiError) as refused:
            members.add(study, user, Part(part), facts, actor=bench.investigator())
        assert refused.value.get_codes() == "already_member"
        return
    with pytest.raises(ApiError) as refused:
        members.add(study, user, Part(part), facts, actor=bench.investigator())
    assert refused.value.get_codes() == code


def test_an_account_that_is_switched_off_fits_nothing(db: None) -> None:
    study, user = bench.draft(), bench.person("gone", "reader")
    user.is_active = False
    user.save()
    with pytest.raises(ApiError, match="switched off"):
        members.add(study, user, Part.READER, bench.SENIOR, actor=bench.investigator())


def test_readers_are_named_by_seniority_and_number(db: None) -> None:
    study = bench.draft()
    for name in ("a", "b"):
        bench.reader(study, name)
    bench.reader(study, "c", bench.JUNIOR)
    bench.reader(study, "d", Facts(name="Dr D", seniority="junior"))
    names = [one.name for one in study.members.filter(part="reader")]
    assert names == ["Senior reader 1", "Senior reader 2", "Junior reader 1", "Dr D"]


def test_a_reader_of_nobody_is_simulated_and_makes_the_study_synthetic(db: None) -> None:
    study = bench.draft()
    member = members.add(study, None, Part.READER, bench.SENIOR, actor=bench.investigator(), simulated=True)
    assert (member.user, member.simulated, ReaderStudy.objects.get().synthetic) == (None, True, True)


def test_a_deputy_names_and_ends_no_investigator(db: None) -> None:
    study = bench.draft()
    dora = bench.person("dora", "investigator")
    members.add(study, dora, Part.DEPUTY, Facts(), actor=bench.investigator())
    third = bench.person("theo", "investigator")
    for part in (Part.DEPUTY, Part.INVESTIGATOR):
        with pytest.raises(ApiError) as refused:
            members.add(study, third, part, Facts(), actor=dora)
        assert (refused.value.status_code, refused.value.get_codes()) == (403, "investigator_only")
        with pytest.raises(ApiError):
            invitations.invite(study, "theo@example.org", part, Facts(), actor=dora)
    members.add(study, bench.person("rana", "reader"), Part.READER, bench.SENIOR, actor=dora)
    with pytest.raises(ApiError):
        members.end(study.members.get(part="investigator"), reason="coup", actor=dora)


def test_the_last_investigator_stays(db: None) -> None:
    study = bench.draft()
    mine = study.members.get()
    with pytest.raises(ApiError) as refused:
        members.end(mine, reason="tired", actor=bench.investigator())
    assert refused.value.get_codes() == "last_investigator"
    members.add(study, bench.person("theo", "investigator"), Part.INVESTIGATOR, Facts(), actor=bench.investigator())
    members.end(mine, reason="tired", actor=bench.investigator())
    with pytest.raises(ApiError) as refused:
        members.end(mine, reason="again", actor=bench.investigator())
    assert refused.value.get_codes() == "ended"


def test_what_a_membership_says_may_change_while_it_is_drafted(db: None) -> None:
    study = bench.draft()
    rana = bench.reader(study, "rana")
    changed = members.change(rana, {"seniority": "junior", "years": 4}, actor=bench.investigator())
    assert (changed.seniority, changed.years, changed.site) == ("junior", 4, "Site A")
    with pytest.raises(ApiError):
        members.change(rana, {"chair": "senior"}, actor=bench.investigator())


def test_people_who_could_take_a_part(db: None) -> None:
    study = bench.draft()
    bench.reader(study, "rana")
    bench.person("rolf", "reader")
    bench.person("dora", "radiologist")
    found = member_selectors.people(study, Part.READER)
    assert [(one["username"], one["fits"]) for one in found] == [("rolf", True), ("rana", False)]
    assert [one["username"] for one in member_selectors.people(study, Part.CODER, "dor")] == ["dora"]


@pytest.fixture
def _mail(settings: Any) -> None:
    settings.EMAIL_ON = True
    settings.PUBLIC_URL = "https://darndest.example.org"


def token_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def test_without_a_mail_server_the_link_is_shown_once(db: None) -> None:
    study = bench.draft()
    ines = bench.client(bench.investigator())
    made = ines.post(
        f"/api/reader-studies/{study.key}/invitations/",
        {"email": "rana@example.org", "part": "reader", "seniority": "senior", "years": 12},
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    assert (made.json()["sent"], made.json()["standing"]) == (False, "open")
    token = token_of(made.json()["link"])
    assert token not in str(Invitation.objects.values().get())
    listed = ines.get(f"/api/reader-studies/{study.key}/invitations/")
    assert (listed.json()[0]["link"], token.encode() in listed.content) == (None, False)
    assert mail.outbox == []

    rana = bench.client(bench.person("rana", "reader"))
    offer = rana.get(f"/api/invitations/{token}/").json()
    assert (offer["study"], offer["part"], offer["fits"], offer["key"]) == ("A study", "reader", True, None)
    accepted = rana.post(f"/api/invitations/{token}/").json()
    assert (accepted["standing"], accepted["key"]) == ("accepted", study.key)
    member = study.members.get(part="reader")
    assert (member.user and member.user.username, member.seniority, member.years) == ("rana", "senior", 12)
    assert rana.post(f"/api/invitations/{token}/").json()["code"] == "invitation_accepted"


@pytest.mark.usefixtures("_mail")
def test_with_a_mail_server_the_link_is_sent_and_not_shown(db: None) -> None:
    study = bench.draft()
    sent = invitations.invite(study, "cora@example.org", Part.CODER, Facts(), actor=bench.investigator())
    assert (sent.sent, sent.link) == (True, None)
    (message,) = mail.outbox
    assert message.to == ["cora@example.org"]
    assert "https://darndest.example.org/invitation/" in message.body
    token = next(token_of(word) for word in message.body.split() if "/invitation/" in word)
    assert invitations.accept(token, bench.person("cora")).part == "coder"


def test_links_that_open_nothing(db: None) -> None:
    study = bench.draft()
    actor, rana = bench.investigator(), bench.person("rana", "reader")
    with pytest.raises(Http404):
        invitations.accept("unknown", rana)
    revoked = invitations.invite(study, "a@example.org", Part.READER, bench.SENIOR, actor=actor)
    invitations.revoke(revoked.invitation, actor=actor)
    late = invitations.invite(study, "b@example.org", Part.READER, bench.SENIOR, actor=actor)
    Invitation.objects.filter(pk=late.invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for one, code in ((revoked, "invitation_revoked"), (late, "invitation_expired")):
        assert one.link is not None
        with pytest.raises(ApiError) as refused:
            invitations.accept(token_of(one.link), rana)
        assert refused.value.get_codes() == code
        assert not invitations.offer(token_of(one.link), rana)["fits"]
    assert not study.members.filter(part="reader").exists()


def test_an_account_that_does_not_fit_is_told_why_and_the_link_stays_good(db: None) -> None:
    study = bench.draft()
    sent = invitations.invite(study, "a@example.org", Part.READER, bench.SENIOR, actor=bench.investigator())
    token = token_of(sent.link or "")
    dora = bench.person("dora", "radiologist")
    assert "role reader" in invitations.offer(token, dora)["why"]
    with pytest.raises(ApiError):
        invitations.accept(token, dora)
    assert invitations.accept(token, bench.person("rana", "reader")).seniority == "senior"


@pytest.mark.usefixtures("_mail")
def test_reminders_go_to_who_has_not_finished(db: None) -> None:
    study = scene.opened(bench.draft())
    for name in ("rana", "rolf", "ruth"):
        scene.member(study, bench.person(name, "reader", email="" if name == "ruth" else f"{name}@example.org"), "reader")
    from radapp.readerstudies.models import Assignment, Session

    case = scene.case(study, 1, examined=bench.examination(1))
    for member in study.members.filter(part="reader"):
        session = Session.objects.create(reader=member, number=1)
        assignment = Assignment.objects.create(session=session, position=1, case=case, arm="complete")
        if member.name == "rolf":
            bench.answer(assignment)
    found = reminders.remind(study, actor=bench.investigator())
    assert [(one["name"], one["sent"]) for one in found] == [("rana", True), ("ruth", False)]
    assert [message.to for message in mail.outbox] == [["rana@example.org"]]
    assert "1 readings are left" in mail.outbox[0].body
    assert [one.membership.name for one in Reminder.objects.all()] == ["rana"]
    with pytest.raises(ApiError, match="No active reader"):
        reminders.remind(study, ["nobody"], actor=bench.investigator())


def test_without_a_mail_server_nothing_is_reminded(db: None) -> None:
    with pytest.raises(ApiError) as refused:
        reminders.remind(scene.opened(bench.draft()), actor=bench.investigator())
    assert refused.value.get_codes() == "no_mail_server"
