"""`manage.py create_demo_console`: the demonstration's screen, radiographer and simulated scanner; repeatable."""

import json
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from radapp.accounts.kiosks import PATH, create_kiosk, kiosk_of_token
from radapp.accounts.management.commands.create_demo_users import People, write_privately
from radapp.accounts.models import User
from radapp.console.pins import DIGITS, PinRefused, set_pin
from radapp.dimse.models import Peer
from radapp.dimse.peers import NewPeer, Service, add_peer

ACTOR = "manage.py create_demo_console"
KIOSK = "Demonstration"
RADIOGRAPHER = "radiographer"
SCANNER = "PHANTOM"


class Command(BaseCommand):
    help = "Add the demonstration's console: a kiosk, a radiographer with a PIN, and the simulated scanner as a peer."

    def handle(self, *args: object, **options: object) -> None:
        path = Path(settings.VAR_DIR) / "demo-console.json"
        noted: People = json.loads(path.read_text()) if path.is_file() else {}
        token = self._token(noted.get("console", {}).get("token", ""))
        pin = self._pin(noted.get(RADIOGRAPHER, {}).get("pin", ""))
        if not Peer.objects.filter(ae_title=SCANNER).exists():
            services = (Service.ECHO, Service.STORE, Service.MPPS)
            add_peer(NewPeer(SCANNER, "127.0.0.1", None, services, description="simulated scanner"), added_by=ACTOR)
        address = f"{settings.PUBLIC_URL}{PATH}#{token}"
        found: People = {"console": {"token": token, "address": address}, RADIOGRAPHER: {"pin": pin}}
        if found != noted:
            write_privately(path, found)
        path.chmod(0o600)
        self.stdout.write(f"{address}  PIN of {RADIOGRAPHER}: {pin}")

    def _token(self, noted: str) -> str:
        """The noted token while it is in force, else a new one."""
        return noted if noted and kiosk_of_token(noted) else create_kiosk(KIOSK, actor_name=ACTOR)

    def _pin(self, noted: str) -> str:
        """The noted PIN of a radiographer who has one, else a new one."""
        user = User.objects.filter(username=RADIOGRAPHER).first()
        if user is None:
            user = User(username=RADIOGRAPHER, first_name="Ho", last_name="Lan (radiographer)")
            user.set_unusable_password()
            user.save()
        if noted and hasattr(user, "console_pin"):
            return noted
        while True:
            pin = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
            try:
                set_pin(user, pin, actor_name=ACTOR)
            except PinRefused:
                continue
            return pin
