"""Prints what a reader's browser must not meet, as JSON: `reading_words.py STUDY_KEY USER_NAME`.

`always`: names, numbers, days, descriptions and UIDs of the originals, other people, keys. `before`: scores of the cases,
until the unaided answer is locked. All in lower case. Run with the application's environment.
"""

import json
import sys

import django

django.setup()

from radapp.archive.models import Instance, Study  # noqa: E402 - Django's settings come first
from radapp.readerstudies.models import ReaderStudy  # noqa: E402
from radapp.triage.models import Result  # noqa: E402
from tests.radapp.readerstudies.blinding import hearing  # noqa: E402


def main() -> None:
    study = ReaderStudy.objects.get(key=sys.argv[1])
    originals = list(Study.objects.filter(pk__in=study.cases.values("examination")))
    names = {one for each in originals for one in (each.patient_name, each.study_description, each.study_instance_uid)}
    rows = Instance.every.filter(series__study__in=originals)
    columns = ("sop_instance_uid", "series__series_instance_uid", "series__series_description")
    names |= {one for row in rows.values_list(*columns) for one in row}
    told = hearing.words(study, sys.argv[2], scores=(), of=originals) | {one.lower() for one in names if one}
    scores = Result.objects.filter(run__study__in=originals).values_list("score_t1wi", "score_t2wi", "score_t1_t2")
    before = {repr(score)[:12] for row in scores for score in row if score is not None}
    sys.stdout.write(json.dumps({"always": sorted(told), "before": sorted(before)}) + "\n")


main()
