"""`manage.py dimse_peer`: audited, and clear about what is wrong."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from radapp.accounts.models import AuditEntry
from radapp.dimse.models import Peer
from radapp.dimse.peers import calls_from
from tests.radapp.dimse.house import add_peer

pytestmark = pytest.mark.django_db(transaction=True)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command prints."""
    call_command("dimse_peer", *words)
    return capsys.readouterr().out


def test_added_listed_removed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "every association is rejected" in said(capsys, "list")
    line = said(capsys, "add", "MR1", "10.1.2.3", "--allow", "echo,store,mpps", "--description", "3 T, ground floor")
    assert line == "Added MR1              10.1.2.3: echo, store, mpps  3 T, ground floor\n"
    said(capsys, "add", "PACS", "10.1.2.4", "--port", "104", "--allow", "all", "--tls")
    assert said(capsys, "list").splitlines()[1] == (
        "PACS             10.1.2.4 port 104, TLS: echo, store, find, move, get, mpps"
    )
    (first, second) = json.loads(said(capsys, "list", "--json"))
    assert (first["ae_title"], first["may_store"], first["may_find"]) == ("MR1", True, False)
    assert second["port"] == 104
    assert said(capsys, "remove", "MR1") == "Removed MR1.\n"
    assert [peer.ae_title for peer in Peer.objects.all()] == ["PACS"]
    entries = AuditEntry.objects.order_by("id").values_list("action", "actor_name", "target")
    assert list(entries) == [
        ("peer_added", "manage.py dimse_peer", "peer MR1"),
        ("peer_added", "manage.py dimse_peer", "peer PACS"),
        ("peer_removed", "manage.py dimse_peer", "peer MR1"),
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["add", "A" * 17, "10.1.2.3"], "expected 1 to 16 ASCII characters"),
        (["add", "A\\B", "10.1.2.3"], "without a backslash"),
        (["add", "MR1", "scanner.example"], "expected an IP address, or a network"),
        (["add", "MR1", "10.1.2.3/24"], "has host bits set"),
        (["add", "MR1", "10.1.2.3", "--port", "70000"], "expected a number from 1 to 65535"),
        (["add", "MR1", "10.1.2.0/24", "--port", "104"], "expected one address"),
        (["add", "MR1", "10.1.2.3", "--allow", "store,print"], "found print in --allow"),
        (["add", "MR1", "10.1.2.3", "--allow", ","], "found nothing in --allow"),
        (["add", "THERE", "10.1.2.3"], "is listed already"),
        (["remove", "NOBODY"], "no peer is called NOBODY; listed: THERE"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(words: list[str], complaint: str) -> None:
    add_peer("THERE")
    with pytest.raises(CommandError, match="nothing changed: ") as refused:
        call_command("dimse_peer", *words)
    assert complaint in str(refused.value)
    assert Peer.objects.count() == 1
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("listed", "caller", "may"),
    [
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.4", False),
        ("10.1.2.0/24", "10.1.2.200", True),
        ("10.1.2.0/24", "10.1.3.1", False),
        ("10.1.2.3", "::ffff:10.1.2.3", True),
        ("fd00::/8", "fd12::1", True),
        ("fe80::1", "fe80::1%eth0", True),
        ("fd00::1", "10.1.2.3", False),
    ],
)
def test_addresses_and_networks(listed: str, caller: str, may: bool) -> None:
    assert calls_from(Peer(ae_title="X", address=listed), caller) is may


@pytest.mark.parametrize(
    "wrong", [{"ae_title": ""}, {"address": ""}, {"port": 0}, {"port": 65536}, {"address": "10.0.0.0/8", "port": 104}]
)
def test_the_database_refuses_what_no_peer_is(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Peer.objects.create(**{"ae_title": "X", "address": "10.1.2.3", **wrong})
