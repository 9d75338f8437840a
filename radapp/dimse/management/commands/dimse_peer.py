"""`manage.py dimse_peer add AE ADDRESS [--port N] [--allow store,find]`, `list`, `remove AE`: who may talk DICOM to us."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.forms.models import model_to_dict

from radapp.dimse.models import Peer
from radapp.dimse.peers import NewPeer, Service, add_peer, allowed, remove_peer

ACTOR = "manage.py dimse_peer"
ALL = ",".join(Service)


class Command(BaseCommand):
    """Keeps the list of peers; a running listener heeds a change at the next association."""

    help = "Add, list or remove the DICOM peers that may associate with the listener, or be a destination of C-MOVE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="add|list|remove")
        add = acts.add_parser("add", help="allow a peer")
        add.add_argument("ae_title", metavar="AE", help="its AE title; case counts")
        add.add_argument("address", metavar="ADDRESS", help="its IP address, or a network such as 10.1.2.0/24")
        add.add_argument("--port", type=int, help="where it listens: it may then be a destination of C-MOVE")
        add.add_argument(
            "--allow",
            default=Service.ECHO.value,
            metavar="LIST",
            help=f"what it may ask for: some of {ALL}, or all",
        )
        add.add_argument("--tls", action="store_true", help="it calls, and is called, by TLS only")
        add.add_argument("--description", default="", help="what it is, for people")
        listing = acts.add_parser("list", help="show who is allowed")
        listing.add_argument("--json", action="store_true", help="print one line of JSON instead of a table")
        remove = acts.add_parser("remove", help="allow a peer no longer")
        remove.add_argument("ae_title", metavar="AE")

    def handle(self, *args: object, **options: Any) -> None:
        """One act; what cannot be done is said and changes nothing."""
        try:
            if options["act"] == "add":
                self._add(options)
            elif options["act"] == "remove":
                remove_peer(options["ae_title"], removed_by=ACTOR)
                self.stdout.write(f"Removed {options['ae_title']}.")
            else:
                self._list(as_json=options["json"])
        except ValidationError as error:
            raise CommandError("nothing changed: " + " ".join(error.messages)) from error

    def _add(self, options: dict[str, Any]) -> None:
        peer = add_peer(
            NewPeer(
                ae_title=options["ae_title"],
                address=options["address"],
                port=options["port"],
                services=_services(options["allow"]),
                tls=options["tls"],
                description=options["description"],
            ),
            added_by=ACTOR,
        )
        self.stdout.write(f"Added {_line(peer)}")

    def _list(self, *, as_json: bool) -> None:
        peers = list(Peer.objects.all())
        if as_json:
            self.stdout.write(json.dumps([model_to_dict(peer, exclude=["id"]) for peer in peers], ensure_ascii=False))
            return
        for peer in peers:
            self.stdout.write(_line(peer))
        if not peers:
            self.stdout.write("No peer is listed: every association is rejected. Add one: manage.py dimse_peer add --help")


def _services(text: str) -> list[Service]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in {*Service, "all"}]
    if unknown or not names:
        found = ", ".join(unknown) or "nothing"
        raise ValidationError(f"found {found} in --allow, expected some of {ALL}, or all")
    return list(Service) if "all" in names else [Service(name) for name in names]


def _line(peer: Peer) -> str:
    where = peer.address if peer.port is None else f"{peer.address} port {peer.port}"
    secured = ", TLS" if peer.tls else ""
    said = f"  {peer.description}" if peer.description else ""
    services = allowed(peer)
    may = ", ".join(service for service in Service if service in services) or "ask for nothing"
    return f"{peer.ae_title:<16} {where}{secured}: {may}{said}"
