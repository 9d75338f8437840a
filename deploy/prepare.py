"""Brings the application's facts up to date: migrations, demo people, shipped bundles. Repeatable; called by demo.py."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "radapp.settings")

import django
from django.core.management import CommandError, call_command

django.setup()
try:
    call_command("migrate", verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("create_demo_users", stdout=nowhere)
        call_command("create_demo_console", stdout=nowhere)
        call_command("install_bundles", stdout=nowhere)
except CommandError as error:
    raise SystemExit(str(error)) from error
