"""Every service that writes names its rows in the chain: studies that went the ordinary way are whole."""

from pathlib import Path
from typing import Any

import pytest

from radapp.readerstudies.desk import (
    amendments,
    cases,
    drafting,
    invitations,
    members,
    reminders,
    replacement,
    waivers,
    withdrawal,
)
from radapp.readerstudies.desk.members import Facts
from radapp.readerstudies.keeping.keys import own_public_key
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import Membership, ReaderStudy
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench

pytestmark = pytest.mark.django_db
SENIOR = Facts(seniority="senior", years=20)


def findings(study: ReaderStudy, settings: Any) -> list[str]:
    study.refresh_from_db()
    verdict = verify(study, Path(settings.AUDIT_HEADS_DIR), frozenset({own_public_key() or ""}))
    return [f"{one.code} {one.where}: {one.detail}" for one in verdict.findings]


def test_what_is_drafted(settings: Any) -> None:
    study = bench.draft()
    ines = bench.investigator()
    drafting.rename(study, "Another title", actor=ines)
    bench.add(study, *(bench.examination(number) for number in range(1, 4)))
    first, second, _ = study.cases.order_by("number")
    cases.change(first, {"practice": True, "cohort": "internal"}, actor=ines)
    cases.remove(second, actor=ines)
    rana = bench.reader(study, "rana")
    members.change(rana, {"years": 13, "site": "B"}, actor=ines)
    members.end(bench.reader(study, "rolf"), reason="Ill.", actor=ines)
    invited = invitations.invite(study, "x@example.org", Membership.Part.READER, SENIOR, actor=ines)
    invitations.revoke(invited.invitation, actor=ines)
    link = invitations.invite(study, "y@example.org", Membership.Part.READER, SENIOR, actor=ines).link
    assert link is not None
    invitations.accept(link.rstrip("/").rsplit("/", 1)[1], bench.person("rina", "reader"))
    waivers.give(study, waivers.Waived("opened", "Long ago.", "rana"), actor=ines)
    copied = drafting.copy(study, title="Copy", actor=ines, cases=True, members=True)
    assert findings(study, settings) == []
    assert findings(copied, settings) == []


def test_what_is_opened_amended_withdrawn_replaced_and_unblinded(settings: Any) -> None:
    study = bench.opened(scene.PAPER)
    ines = bench.investigator()
    told = {**study.protocols.get().content, "told": {"prevalence": "", "clinical_facts": "", "instructions": "Slowly."}}
    amendments.amend(study, told, actor=ines, reason="A reader asked.")
    rolf = study.members.filter(part="reader")[1]
    settings.EMAIL_ON = True
    reminders.remind(study, actor=ines)
    withdrawal.withdraw(study.cases.order_by("number").last(), actor=ines, reason="Consent withdrawn.")
    replacement.replace(rolf, bench.person("rita", "reader"), SENIOR, reason="Left.", actor=ines)
    assert findings(study, settings) == []
    for act in ("close", "reopen", "close", "lock", "unblind"):
        bench.sign(study, act, reason="So be it.")
        assert findings(study, settings) == [], act
