"""`manage.py outbox [--state failed] [--json]`: results on their way to sources; `--retry` queues again what ended."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from radapp.upstream import outbox, overview
from radapp.upstream.models import Delivery


class Command(BaseCommand):
    help = "Show the results that go back to sources: state, attempts, next try, last error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", choices=[state.value for state in Delivery.State], default="")
        parser.add_argument("--json", action="store_true", help="print one line of JSON instead of a table")
        parser.add_argument("--retry", action="store_true", help="queue again what was refused or given up")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retry"]:
            again = outbox.retry(Delivery.objects.all())
            self.stdout.write(f"{again} objects are queued again.")
        found = overview.deliveries(options["state"])
        if options["json"]:
            self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False))
            return
        if not found:
            self.stdout.write("The outbox is empty." if not options["state"] else f"Nothing is {options['state']}.")
        for one in found:
            when = one["sent_at"] or one["next_try_at"] or one["queued_at"]
            what = "sent" if one["sent_at"] else "next try" if one["next_try_at"] else "queued"
            self.stdout.write(
                f"{one['state']:<9} {one['source']}  {one['sop_instance_uid']}  {one['attempts']} attempts, "
                f"{what} {when:%Y-%m-%d %H:%M:%S} UTC"
            )
            if one["last_error"]:
                self.stdout.write(f"  {one['last_error']}")
