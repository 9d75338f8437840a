"""Prints what a browser of somebody blinded must not meet, as JSON: `blinded_words.py STUDY_KEY USER_NAME`.

`always`: names, numbers, days, descriptions and UIDs of the originals, other people, keys (but taggers know the cases').
`before`: scores of the cases, until a reader's unaided answer is locked. All in lower case, and long enough to stand nowhere
by chance. Run with the application's environment.
"""

import json
import sys

import django

django.setup()

from radapp.archive.models import Instance, Study  # noqa: E402 - Django's settings come first
from radapp.readerstudies.models import ReaderStudy  # noqa: E402
from radapp.triage.models import Result  # noqa: E402
from tests.radapp.readerstudies.blinding import hearing  # noqa: E402

SHORT = 4


def main() -> None:
    study = ReaderStudy.objects.get(key=sys.argv[1])
    originals = list(Study.objects.filter(pk__in=study.cases.values("examination")))
    names = {one for each in originals for one in (each.patient_name, each.study_description, each.study_instance_uid)}
    rows = Instance.every.filter(series__study__in=originals)
    columns = ("sop_instance_uid", "series__series_instance_uid", "series__series_description")
    names |= {one for row in rows.values_list(*columns) for one in row}
    is_tagger = study.members.filter(user__username=sys.argv[2], part="tagger").exists()
    known = study.cases.values_list("key", flat=True) if is_tagger else ()
    told = hearing.words(study, sys.argv[2], scores=(), known=known, of=originals) | {one.lower() for one in names}
    always = sorted(one for one in told if len(one) > SHORT)
    scores = Result.objects.filter(run__study__in=originals).values_list("score_t1wi", "score_t2wi", "score_t1_t2")
    before = sorted({repr(score)[:12] for row in scores for score in row if score is not None})
    sys.stdout.write(json.dumps({"always": always, "before": before}) + "\n")


main()
