"""`manage.py dimse`: listen for DICOM associations (docs/dimse.md)."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from radapp.dimse.listener import CannotListenError
from radapp.dimse.processes import Processes


class Command(BaseCommand):
    """Listens until SIGTERM or Ctrl-C."""

    requires_system_checks = ()  # a listener answers no URL: starting without them takes half the time
    help = "Listen for DICOM associations: C-ECHO, C-STORE, C-FIND, C-MOVE, C-GET, MPPS. Peers: manage.py dimse_peer."

    def handle(self, *args: object, **options: object) -> None:
        """Listen as the DIMSE_ variables say."""
        try:
            processes = Processes()
        except CannotListenError as error:
            raise CommandError(str(error)) from error
        here = settings.DIMSE
        ports = [f"port {here.port}"] if here.port else []
        ports += [f"port {here.tls_port} (TLS)"] if here.tls_port else []
        self.stderr.write(f"{here.ae_title} listens on {here.host} {', '.join(ports)}, {here.processes} processes")
        processes.run()
