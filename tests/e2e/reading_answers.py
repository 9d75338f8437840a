"""Prints what a reader study's readings hold, as JSON: `reading_answers.py STUDY_KEY`.

Run with the application's environment.
"""

import json
import sys

import django

django.setup()

from radapp.readerstudies.models import Answer, ReadingEvent  # noqa: E402 - Django's settings come first


def main() -> None:
    answers = Answer.objects.filter(assignment__session__reader__study__key=sys.argv[1]).order_by("pk")
    events = ReadingEvent.objects.filter(assignment__session__reader__study__key=sys.argv[1]).order_by("pk")
    said = {
        "answers": list(answers.values("stage", "version", "answers", "timing")),
        "events": [[one.kind, one.stage, one.detail] for one in events],
    }
    sys.stdout.write(json.dumps(said) + "\n")


main()
