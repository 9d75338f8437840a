"""Nobody reads what they tagged, coded, opened clinically or investigate: each ground, in this study or another."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.accounts.models import AuditEntry, Opening, User
from radapp.archive.models import Study
from radapp.readerstudies.desk import independence, members, waivers
from radapp.readerstudies.desk.members import Facts
from radapp.readerstudies.models import (
    Answer,
    Assignment,
    Case,
    Code,
    CodingItem,
    Membership,
    ReaderStudy,
    ReferenceStep,
    Session,
)
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench

Deed = Callable[[User, Study], None]


def elsewhere(examination: Study) -> Case:
    """The examination as a case of another study."""
    return scene.case(scene.study("elsewhere"), 1, examined=examination)


def tagged(user: User, examination: Study) -> None:
    ReferenceStep.objects.create(case=elsewhere(examination), step="junior", recurrence=True, basis="images", made_by=user)


def coded(user: User, examination: Study) -> None:
    case = elsewhere(examination)
    erring = scene.member(case.study, bench.person("somebody", "reader"), "reader")
    session = Session.objects.create(reader=erring, number=1)
    assignment = Assignment.objects.create(session=session, position=1, case=case, arm="complete")
    answer = Answer.objects.create(
        assignment=assignment, stage="only", answers={}, submission=uuid4(), submitted_at=timezone.now()
    )
    item = CodingItem.objects.create(case=case, error="false_positive", answer=answer)
    Code.objects.create(item=item, coder=scene.member(case.study, user, "coder"), place=1, primary="fibrosis")


def opened(user: User, examination: Study) -> None:
    now = timezone.now()
    Opening.objects.create(user=user, study_instance_uid=examination.study_instance_uid, opened_at=now, last_seen_at=now)


def decided(user: User, examination: Study) -> None:
    AuditEntry.objects.create(
        actor=user, actor_name="x", action="confirmation", study_instance_uid=examination.study_instance_uid
    )


DEEDS = {"tagged": tagged, "coded": coded, "opened": opened, "decided": decided}


def desk() -> tuple[ReaderStudy, Membership, Study]:
    """A study with two cases and a reader; an earlier examination of the first case's patient."""
    study = bench.draft()
    earlier = bench.examination(1, patient=70)
    bench.add(study, bench.examination(2, patient=70), bench.examination(3))
    return study, bench.reader(study, "rana"), earlier


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_each_deed_on_any_examination_of_the_patient(db: None, deed: str) -> None:
    study, reader, earlier = desk()
    assert reader.user is not None
    DEEDS[deed](reader.user, earlier)
    ground = "opened" if deed == "decided" else deed
    found = independence.conflicts(study)[reader.user.pk]
    assert [(one.ground, one.number, one.waived) for one in found] == [(ground, 1, False)]
    assert independence.grounds(reader, bench.case(study, 1)) == (ground,)
    assert independence.grounds(reader, bench.case(study, 2)) == ()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"email": "Rana@example.org"}, True),
        ({"first_name": "rana", "last_name": "Rao"}, True),
        ({"email": "someone@example.org", "first_name": "Rana"}, False),
    ],
)
def test_another_account_of_the_same_person_counts(db: None, other: dict[str, str], same: bool) -> None:
    study, reader, earlier = desk()
    User.objects.filter(username="rana").update(first_name="Rana", last_name="Rao")
    clinical = User.objects.create(username="rao", password="!", is_radiologist=True, **other)
    opened(clinical, earlier)
    found = independence.conflicts(study).get(reader.user_id or 0, [])
    assert [one.detail for one in found] == (
        ["opened an examination of this patient clinically with the account rao"] if same else []
    )


def test_a_waiver_is_for_one_person_ground_and_case(db: None) -> None:
    study, reader, earlier = desk()
    assert reader.user is not None
    opened(reader.user, earlier)
    actor, first = bench.investigator(), bench.case(study, 1)
    waivers.give(study, waivers.Waived("tagged", "other ground", "rana", first.key), actor=actor)
    waivers.give(study, waivers.Waived("opened", "other case", "rana", bench.case(study, 2).key), actor=actor)
    assert independence.grounds(reader, first) == ("opened",)
    waivers.give(study, waivers.Waived("opened", "saw it three years ago", "rana", first.key), actor=actor)
    assert independence.grounds(reader, first) == ()
    assert [one.waived for one in independence.conflicts(study)[reader.user.pk]] == [True]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (waivers.Waived("opened", "", "rana"), "reason_needed"),
        (waivers.Waived("opened", "why"), "invalid"),
        (waivers.Waived("calibrated", "why", "rana"), "invalid"),
        (waivers.Waived("opened", "why", "nobody"), "no_account"),
        (waivers.Waived("opened", "why", "rana", "nowhere"), "no_case"),
    ],
)
@pytest.mark.once
def test_waivers_that_do_not_fit(db: None, wanted: waivers.Waived, code: str) -> None:
    study, _, _ = desk()
    with pytest.raises(ApiError) as refused:
        waivers.give(study, wanted, actor=bench.investigator())
    assert refused.value.get_codes() == code
    assert study.waivers.count() == 0


@pytest.mark.once
@pytest.mark.parametrize("part", ["tagger", "coder", "adjudicator"])
def test_a_reader_gets_no_other_part_and_the_other_way_round(db: None, part: str) -> None:
    study, _, _ = desk()
    actor, facts = bench.investigator(), Facts(chair="junior" if part == "tagger" else "")
    with pytest.raises(ApiError) as refused:
        members.add(study, members.account("rana"), Membership.Part(part), facts, actor=actor)
    assert refused.value.get_codes() == "not_independent"
    rolf = bench.person("rolf", "reader")
    members.add(study, rolf, Membership.Part(part), facts, actor=actor)
    with pytest.raises(ApiError) as refused:
        members.add(study, rolf, Membership.Part.READER, bench.JUNIOR, actor=actor)
    assert refused.value.get_codes() == "not_independent"
    ground = independence.PARTS[Membership.Part(part)].value
    waivers.give(study, waivers.Waived(ground, "only one in the house", "rolf"), actor=actor)
    members.add(study, rolf, Membership.Part.READER, bench.JUNIOR, actor=actor)


@pytest.mark.once
def test_who_once_investigated_never_reads(db: None) -> None:
    study, _, _ = desk()
    rolf = bench.person("rolf", "reader")
    member = scene.member(study, rolf, "deputy")
    member.ended_at, member.ended_reason = timezone.now(), "moved"
    member.save()
    with pytest.raises(ApiError, match="investigate"):
        members.add(study, rolf, Membership.Part.READER, bench.JUNIOR, actor=bench.investigator())
