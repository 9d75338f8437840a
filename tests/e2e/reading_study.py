"""Opens a reader study on a running application's own examinations: `reading_study.py '{"cases": 3, …}'`.

Run with the application's environment. Keys: `title`, `base` (PAPER or SEQUENTIAL), `design` (changes to it), `cases` and
`practice` (how many; practice cases come first), `reader` and `other` (accounts), `told`. Prints the study's key and its
assignments' keys in their order, as JSON. The rows are those that opening a study makes, without signatures: the desk has
its own tests.
"""

import json
import sys

import django

django.setup()

from radapp.accounts.models import User  # noqa: E402 - Django's settings come first
from radapp.archive.models import Study  # noqa: E402
from radapp.readerstudies.models import Assignment  # noqa: E402
from tests.radapp.readerstudies import scene  # noqa: E402
from tests.radapp.readerstudies.reading import rows  # noqa: E402


def main() -> None:
    asked = json.loads(sys.argv[1])
    content = rows.content(getattr(scene, asked.get("base", "PAPER")), **asked.get("design", {}))
    content["told"] = asked.get("told", {})
    triaged = Study.objects.filter(triage__result__isnull=False, patient_id__startswith="SYN-").order_by("patient_id")
    examinations = list(triaged[: asked["cases"]])
    assert len(examinations) == asked["cases"], f"{len(examinations)} examinations are triaged, {asked['cases']} wanted"
    study = rows.opened(content, examinations=examinations, title=asked.get("title", "Reading room"))
    reader = User.objects.get(username=asked.get("reader", "reader"))
    if "other" in asked:
        rows.order(scene.member(study, User.objects.get(username=asked["other"]), "reader", name="Ford Prefect"))
    made = rows.order(scene.member(study, reader, "reader", name="Reader"), practice=asked.get("practice", 0))
    keys = Assignment.objects.filter(pk__in=[one.pk for one in made]).order_by("position").values_list("key", flat=True)
    sys.stdout.write(json.dumps({"study": study.key, "assignments": list(keys)}) + "\n")


main()
