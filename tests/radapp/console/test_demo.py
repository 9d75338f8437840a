"""The demonstration's console: made once, the same when it is asked for again."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from radapp.accounts.kiosks import kiosk_of_token, revoke_kiosk
from radapp.accounts.models import AuditEntry, User
from radapp.console import pins, shadow
from radapp.console.models import ConsolePin
from radapp.dimse.models import Peer

pytestmark = pytest.mark.django_db


@pytest.fixture
def noted(tmp_path: Path, settings: object) -> Path:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    call_command("create_demo_console", stdout=StringIO())
    return tmp_path / "demo-console.json"


def test_it_has_a_screen_a_radiographer_and_a_scanner(noted: Path) -> None:
    found = json.loads(noted.read_text())
    assert noted.stat().st_mode & 0o777 == 0o600
    kiosk = kiosk_of_token(found["console"]["token"])
    assert kiosk is not None
    assert found["console"]["address"].endswith(f"/console/#{found['console']['token']}")
    radiographer = User.objects.get(username="radiographer")
    assert pins.person_of(radiographer.pk, found["radiographer"]["pin"]) == radiographer
    peer = Peer.objects.get()
    assert (peer.ae_title, peer.may_store, peer.may_report, peer.may_find) == ("PHANTOM", True, True, False)
    assert not shadow.is_shown(), "a demonstration begins in shadow mode, too"


def test_asked_for_again_nothing_changes(noted: Path) -> None:
    before, audited = noted.read_text(), AuditEntry.objects.count()
    call_command("create_demo_console", stdout=StringIO())
    assert (noted.read_text(), AuditEntry.objects.count()) == (before, audited)


def test_what_was_lost_is_made_anew(noted: Path) -> None:
    before = json.loads(noted.read_text())
    revoke_kiosk("Demonstration", actor_name="test")
    ConsolePin.objects.all().delete()
    call_command("create_demo_console", stdout=StringIO())
    after = json.loads(noted.read_text())
    assert after["console"]["token"] != before["console"]["token"]
    assert kiosk_of_token(after["console"]["token"]) is not None
    assert pins.person_of(User.objects.get(username="radiographer").pk, after["radiographer"]["pin"])
