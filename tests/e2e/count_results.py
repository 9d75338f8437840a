"""What a running application holds of its studies, as JSON: `count_results.py` with the application's environment.

{Study Instance UID: {state, reason, runs done, runs open, reports in force, heatmaps, roles read, whole}}; `whole`: the
archive holds exactly the objects that rows name.
"""

import json
import sys

import django

django.setup()

from radapp.archive.models import Study  # noqa: E402 - Django's settings come first
from radapp.triage.models import Heatmap, Run, StudyTriage  # noqa: E402
from tests.worker.objects import in_the_archive, named_by_rows  # noqa: E402


def standing_of(study: Study) -> dict[str, object]:
    row = StudyTriage.objects.select_related("run", "result").filter(study=study).first()
    run = row.run if row else None
    runs = list(study.runs.values_list("state", flat=True))
    return {
        "state": row.state if row else "none",
        "reason": row.reason if row else "",
        "result_of_run": bool(row and run and row.result and row.result.run_id == run.pk),
        "done": runs.count(Run.State.DONE),
        "open": runs.count(Run.State.QUEUED) + runs.count(Run.State.RUNNING),
        "attempts": max(study.runs.values_list("attempts", flat=True), default=0),
        "reports": study.reports.filter(superseded_at__isnull=True).count(),
        "heatmaps": Heatmap.objects.filter(result=row.result).count() if row and row.result else 0,
        "roles": sorted(run.inputs) if run else [],
        "whole": in_the_archive(study) == named_by_rows(study),
    }


sys.stdout.write(json.dumps({study.study_instance_uid: standing_of(study) for study in Study.objects.all()}))
