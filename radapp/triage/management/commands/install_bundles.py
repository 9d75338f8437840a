"""`manage.py install_bundles [DIR] [--activate]`: install three bundles and their protocol."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ml.bundle import BundleRefused
from radapp.triage import installation, services


class Command(BaseCommand):
    """Verify and install DIR's bundles and protocol.json; active at once where no protocol is."""

    help = "Install the three bundles and the protocol of a folder (default: the shipped demonstration). Idempotent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """DIR and --activate."""
        parser.add_argument("folder", nargs="?", type=Path, default=installation.SHIPPED, metavar="DIR")
        parser.add_argument("--activate", action="store_true", help="use it for new runs even where another is active")

    def handle(self, *args: Any, folder: Path, activate: bool, **options: Any) -> None:
        """Install, then weigh the studies that waited for a protocol."""
        try:
            installed = installation.install(folder, activate=activate)
        except (BundleRefused, installation.ProtocolRefused) as refused:
            raise CommandError(str(refused)) from refused
        for bundle in installed.bundles:
            self.stdout.write(
                f"{bundle.role:5} {bundle.name} {bundle.sha256[:12]}" + (" (synthetic)" if bundle.synthetic else "")
            )
        known = "installed" if installed.created else "already installed"
        active = "active" if installed.protocol.active else "not active: another is (--activate changes that)"
        self.stdout.write(f"protocol {installed.protocol}: {known}, {active}")
        if installed.activated:
            waited = services.consider_waiting_for_protocol()
            if waited:
                self.stdout.write(f"{waited} studies that waited for a protocol were weighed")
