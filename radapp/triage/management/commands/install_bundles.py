"""`manage.py install_bundles [DIR] [--activate]`: install three bundles and their protocol."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ml.bundle import BundleRefused
from ml.presets import presets
from ml.protocol import ProtocolRefused
from radapp.triage import installation, services
from radapp.triage.protocols import FEWEST_TO_ADVISE, needs_calibration, too_few_to_advise


class Command(BaseCommand):
    """Verify and install DIR's bundles and protocol.json; active at once where no protocol is."""

    help = "Install the three bundles and the protocol of a folder (default: the shipped demonstration). Idempotent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """DIR, --activate and --preset."""
        parser.add_argument("folder", nargs="?", type=Path, default=installation.SHIPPED, metavar="DIR")
        parser.add_argument("--activate", action="store_true", help="use it for new runs even where another is active")
        parser.add_argument(
            "--preset",
            default="",
            choices=["", *presets()],
            metavar="NAME",
            help="the paper's published cutoffs instead of DIR/protocol.json: "
            f"{', '.join(presets())}; no advice is given until the set is calibrated",
        )

    def handle(self, *args: Any, folder: Path, activate: bool, preset: str = "", **options: Any) -> None:
        """Install, then weigh the studies that waited for a protocol."""
        try:
            installed = installation.install(folder, activate=activate, preset_name=preset)
        except (BundleRefused, ProtocolRefused) as refused:
            raise CommandError(str(refused)) from refused
        for bundle in installed.bundles:
            self.stdout.write(
                f"{bundle.role:5} {bundle.name} {bundle.sha256[:12]}" + (" (synthetic)" if bundle.synthetic else "")
            )
        known = "installed" if installed.created else "already installed"
        active = "active" if installed.protocol.active else "not active: another is (--activate changes that)"
        self.stdout.write(f"protocol {installed.protocol}: {known}, {active}")
        if needs_calibration(installed.protocol):
            self.stdout.write(
                "needs calibration: nothing shows that these cutoffs were found on these bundles, so tiers are computed but "
                "advice is withheld; `python -m ml calibrate` finds cutoffs for them"
            )
        few = too_few_to_advise(installed.protocol)
        if few is not None:
            self.stdout.write(
                f"calibrated on {few.recurrences} examinations with recurrence and {few.others} without: tiers are computed "
                f"but advice is withheld; at least {FEWEST_TO_ADVISE} of each are needed for advice"
            )
        if installed.activated:
            waited = services.consider_waiting_for_protocol()
            if waited:
                self.stdout.write(f"{waited} studies that waited for a protocol were weighed")
