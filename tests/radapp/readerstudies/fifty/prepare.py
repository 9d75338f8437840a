"""A study for many readers, made and opened by the desk's own services: `python -m … READERS CASES SLICES SIZE`.

Prints JSON: the study's key, a token for each reader, how many readings each has.
"""

import json
import sys
from io import BytesIO

import django
import numpy as np

django.setup()

from django.conf import settings  # noqa: E402 - Django first

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here by password
from radapp.accounts.authentication import issue_token  # noqa: E402 - Django first
from radapp.archive.ingest import Ingest  # noqa: E402
from radapp.archive.models import Series, Source, Study  # noqa: E402
from radapp.readerstudies.models import Case, ReaderStudy  # noqa: E402
from radapp.readerstudies.reference.archive_truths import take_from_archive  # noqa: E402
from radapp.triage.models import StudyTriage  # noqa: E402
from tests.radapp.dicomweb.objects import encode, image  # noqa: E402
from tests.radapp.readerstudies.blinding import maps  # noqa: E402
from tests.radapp.readerstudies.desk import bench  # noqa: E402

ROOT = "1.2.826.0.1.3680043.10.717171"
ROLES = ("T1WI", "T2WI", "T1WIC")
DESIGN = {
    "kind": "sequential",
    "arms": [{"key": "aided", "name": {"en": "Complete, then AI"}, "images": "complete", "ai": True}],
}


def examination(number: int, slices: int, size: int) -> Study:
    """Three series of so many square slices, each with noise of its own: nothing compresses, nothing is shared."""
    uid = f"{ROOT}.{number}"
    chance = np.random.default_rng(number)
    with Ingest(Source.IMPORT) as ingest:
        for place in range(1, len(ROLES) + 1):
            for slice_number in range(1, slices + 1):
                dataset = image(uid, f"{uid}.{place}", slice_number)
                dataset.PatientID, dataset.PatientName = f"SECRETPID{number:04d}", f"Fifty^{number}"
                dataset.Rows = dataset.Columns = size
                dataset.PixelData = chance.integers(0, 4000, (size, size), np.uint16).tobytes()
                dataset.FrameOfReferenceUID = f"{uid}.99"
                dataset.ImagePositionPatient = [-100.0, -100.0, slice_number * 5.0]
                ingest.add_stream(BytesIO(encode(dataset)), f"{number}-{place}-{slice_number}.dcm")
    for place, role in enumerate(ROLES, start=1):
        Series.objects.filter(series_instance_uid=f"{uid}.{place}").update(recognised_role=role, plane="axial")
    made = Study.objects.get(study_instance_uid=uid)
    bench.tell(made, bool(number % 2))
    return made


def aided(case: Case) -> None:
    """A result with its heatmaps."""
    result = maps.result(case)
    for role in ROLES:
        maps.heatmap(case, role)
    StudyTriage.objects.update_or_create(
        study=case.examination, defaults={"state": "done", "run": result.run, "result": result, "tier": result.tier}
    )


def main(readers: int, cases: int, slices: int, size: int) -> dict[str, object]:
    """Draft, fill, check, open."""
    study = bench.draft({"design": DESIGN}, title="Fifty readers")
    bench.add(study, *(examination(number, slices, size) for number in range(1, cases + 1)))
    take_from_archive(study, bench.investigator())
    for case in study.cases.select_related("examination"):
        aided(case)
    members = [bench.reader(study, f"reader{number:02d}") for number in range(1, readers + 1)]
    opened = bench.sign(bench.checked(ReaderStudy.objects.get(pk=study.pk)), "open", seed=50)
    tokens = [issue_token(member.user) for member in members if member.user is not None]
    return {"key": opened.key, "tokens": tokens, "readings": len(bench.assignments(opened, members[0]))}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(int, sys.argv[1:]))) + "\n")
