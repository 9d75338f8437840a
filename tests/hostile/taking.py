"""`python -m tests.hostile.taking PATH…`: import_dicom's way in, with a line of JSON for every file as it is settled."""

import json
import os
import sys
import time
from pathlib import Path

import django


def main() -> None:
    """Take the paths in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "radapp.settings")
    django.setup()
    from radapp.archive.ingest import Ingest
    from radapp.archive.models import Source

    seconds: dict[str, float] = {}
    last = time.monotonic()

    def note(name: str) -> None:
        nonlocal last
        now = time.monotonic()
        seconds[name], last = now - last, now

    with Ingest(Source.IMPORT, on_file=note) as ingest:
        for path in sys.argv[1:]:
            ingest.add_path(Path(path))
    report = ingest.finish()
    for outcome in report.outcomes:
        told = {"path": outcome.path, "refused": getattr(outcome, "reason", ""), "seconds": seconds[outcome.path]}
        print(json.dumps(told), flush=True)  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()
