"""Brings the application's facts up to date: migrations, demo people, shipped bundles. Repeatable; called by demo.py."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "radapp.settings")

import django
from django.core.management import CommandError, call_command

django.setup()

from radapp.dimse.models import Peer  # noqa: E402 - Django is set up above

try:
    call_command("migrate", verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("create_demo_users", stdout=nowhere)
        call_command("create_demo_console", stdout=nowhere)
        call_command("install_bundles", stdout=nowhere)
        if not Peer.objects.filter(ae_title="DEMO").exists():
            said = ["--allow", "all", "--description", "programs on this machine, to try DICOM with"]
            call_command("dimse_peer", "add", "DEMO", "127.0.0.1", *said, stdout=nowhere)
except CommandError as error:
    raise SystemExit(str(error)) from error
