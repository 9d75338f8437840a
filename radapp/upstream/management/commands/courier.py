"""`manage.py courier`: the process beside the web server that runs errands to the sources (docs/upstream.md)."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from radapp.upstream.courier import Courier


class Command(BaseCommand):
    help = "Send results, take in studies that were asked for, fetch the day's studies ahead, look after dead sources."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        courier = Courier()
        if options["once"]:
            courier.run_once()
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: courier.stop())
        courier.run()
