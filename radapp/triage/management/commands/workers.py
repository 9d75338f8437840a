"""`manage.py workers [--json]`: each worker's device, networks kept ready, throughput, memory and last error; the queue."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from radapp.triage import queues, workers


class Command(BaseCommand):
    """Shows how the workers and the queue stand; a worker that has not been heard is said to be silent."""

    help = "Show the worker processes: device, networks, throughput, memory, last error; and the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one line of JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read once, tell."""
        found = workers.overview()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found), cls=DjangoJSONEncoder, ensure_ascii=False))
            return
        self.stdout.write(
            f"queue: {found.queued} queued{_oldest(found)}, {found.running} running; {found.done_last_hour} done in an hour"
        )
        for queue in found.queues:
            self.stdout.write(f"{queue.name}: {queue.queued} queued{_oldest(queue)}, {queue.running} running")
        if not found.workers:
            self.stdout.write("No worker has ever started here; start one with `celery -A worker.app worker`.")
        for one in found.workers:
            self._tell(one)

    def _tell(self, one: workers.WorkerRow) -> None:
        pace = "" if one.seconds_a_run is None else f", {one.seconds_a_run:.1f} s each"
        memory = f"{one.memory_mb:.0f} MB" + (
            "" if one.device_memory_mb is None else f" and {one.device_memory_mb:.0f} MB there"
        )
        runs = f" on runs {', '.join(map(str, one.current))}" if one.current else ""
        self.stdout.write(
            f"{one.name}  {one.standing}{runs}  (heard {one.heartbeat_at:%Y-%m-%d %H:%M:%S} UTC, pid {one.pid})"
        )
        self.stdout.write(
            f"  {one.device}: {one.device_name}, {one.threads} CPU threads, {one.batch} studies at once, {memory}"
        )
        self.stdout.write(f"  {one.done_last_hour} done in the last hour{pace}")
        for network in one.networks:
            said = "".join(f"; {remark}" for remark in network["remarks"])  # type: ignore[attr-defined]
            self.stdout.write(
                f"  {network['name']} {str(network['sha256'])[:8]}: {network['backend']}, {network['precision']}, "
                f"{network['megabytes']:.0f} MB{said}"
            )
        if one.last_error:
            self.stdout.write(f"  last error, {one.last_error_at:%Y-%m-%d %H:%M:%S} UTC: {one.last_error}")


def _oldest(found: workers.Overview | queues.Queue) -> str:
    return f", the oldest since {found.oldest_queued_at:%Y-%m-%d %H:%M:%S} UTC" if found.oldest_queued_at else ""
