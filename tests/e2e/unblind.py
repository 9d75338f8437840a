"""Makes an unblinded study with two errors of one case to be coded: `unblind.py STUDY_UID`.

Run with the application's environment. The examination counts as a recurrence at a heatmap's peak; a reader pointed 6 mm
beside it and said no, and T1WI said no. Coders ada and bob, adjudicator eve and investigator ivy are made. Prints JSON: the
study's key and everybody's password.
"""

import json
import sys
import uuid

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django's settings come first
from django.utils import timezone  # noqa: E402

from radapp.accounts.models import User  # noqa: E402
from radapp.archive.models import Study  # noqa: E402
from radapp.readerstudies.coding.items import begin_coding  # noqa: E402
from radapp.readerstudies.models import (  # noqa: E402
    Answer,
    Assignment,
    Case,
    Membership,
    NetworkCall,
    ReaderStudy,
    ReferenceStep,
    Session,
)
from radapp.readerstudies.protocol import Protocol  # noqa: E402
from radapp.triage.models import Result  # noqa: E402

PASSWORD = "in a test only 17"
ARM = {"key": "complete", "name": {"en": "Complete", "zh": "完整检查"}, "images": "complete"}
PEOPLE = {"ada": "coder", "bob": "coder", "eve": "adjudicator", "ivy": "investigator"}


def main() -> None:
    examination = Study.objects.get(study_instance_uid=sys.argv[1])
    result = Result.objects.filter(run__study=examination).order_by("-pk")[0]
    peak = next(one.peak for one in result.heatmaps.order_by("pk") if one.peak)
    now = timezone.now()
    study = ReaderStudy.objects.create(
        title="Unenhanced MR after radiotherapy",
        draft=Protocol.of({"design": {"kind": "single", "arms": [ARM]}}).content(),
        state=ReaderStudy.State.UNBLINDED,
        seed=17,
        synthetic=True,
        **{f"{name}_at": now for name in ("opened", "closed", "locked", "unblinded")},
    )
    for name, part in PEOPLE.items():
        person = User.objects.filter(username=name).first() or User(username=name)
        person.set_password(PASSWORD)
        person.is_investigator = part == "investigator"
        person.save()
        Membership.objects.create(study=study, user=person, part=part, name=name.title())
    case = Case.objects.create(
        study=study, number=1, examination=examination, patient="1", cohort="internal", synthetic=True
    )
    ReferenceStep.objects.create(
        case=case,
        step="report",
        recurrence=True,
        basis="histopathology",
        rt_stage="rT1",
        sites=["fossa_of_rosenmueller"],
        marks=[{"point": peak, "radius": 7}],
    )
    reader = Membership.objects.create(
        study=study, part="reader", name="Senior reader 1", seniority="senior", simulated=True
    )
    session = Session.objects.create(reader=reader, number=1)
    beside = [peak[0] + 13, peak[1], peak[2]]
    Answer.objects.create(
        assignment=Assignment.objects.create(session=session, position=1, case=case, arm="complete"),
        stage="only",
        answers={"recurrence": False, "likelihood": 35, "location": {"point": beside, "sequence": "T1WI"}},
        submission=uuid.uuid4(),
        submitted_at=now,
    )
    NetworkCall.objects.create(
        case=case, network="T1WI", score=0.412, cutoff=0.49, positive=False, peak=peak, result=result, synthetic=True
    )
    with transaction.atomic():
        begin_coding(study, None, actor_name="the test")
    sys.stdout.write(json.dumps({"key": study.key, "password": PASSWORD}) + "\n")


main()
