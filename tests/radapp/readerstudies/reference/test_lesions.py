"""A lesion's mark from a segmentation of the examination: the phantom's own mask is the witness."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from ml.phantom.case import generate_case
from ml.phantom.dicom import write_study
from ml.phantom.segmentation import write_segmentation
from ml.series import Role
from radapp.archive.ingest import Ingest
from radapp.archive.models import Instance, Source, Study
from radapp.readerstudies.models import ReferenceStep
from radapp.readerstudies.reference.conclusion import SEGMENTATION_STORAGE
from radapp.readerstudies.reference.lesions import sphere_of
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.reference.conftest import FREE, Send, Tagging

pytestmark = pytest.mark.once


def test_a_segmentation_becomes_a_sphere_and_can_be_named(tagging: Tagging, send: Send, tmp_path: Path) -> None:
    made = generate_case(7, "external", label=1, matrix=64, roles=[Role.T2WI])
    assert made.lesion is not None
    source = write_study(made, tmp_path / "study", roles=[Role.T2WI])
    files = [*source, write_segmentation(made, source, tmp_path / "seg.dcm")]
    with Ingest(Source.IMPORT) as ingest:
        for file in files:
            ingest.add_stream(BytesIO(file.read_bytes()), file.name)
    instance = Instance.objects.get(sop_class_uid=SEGMENTATION_STORAGE)
    marked = made.lesion.to_patient(np.argwhere(made.lesion.voxels > 0.5).astype(float))
    found = sphere_of(instance)
    assert found is not None
    assert found.point == pytest.approx(marked.mean(axis=0), abs=0.02)
    assert found.radius == pytest.approx(np.linalg.norm(marked - marked.mean(axis=0), axis=1).max(), abs=0.02)

    case = tagging.cases[1]
    type(case).objects.filter(pk=case.pk).update(examination=Study.objects.get(series__instances=instance))
    view = tagging.client("junior").get(f"{tagging.root()}/cases/{case.key}/").json()
    (offered,) = view["segmentations"]
    assert offered["mark"]["radius"] == found.radius
    assert instance.sop_instance_uid not in str(view)
    lesion = {"recurrence": True, "basis": "histopathology", "basis_date": None, "segmentation": offered["key"]}
    assert send("junior", number=1, **lesion).status_code == 400  # of another examination
    sent = send("junior", number=2, **lesion)
    assert (sent.status_code, sent.json()["mine"]["segmentation"]) == (201, offered["key"])
    assert ReferenceStep.objects.get().segmentation == instance.sop_instance_uid
    assert send("junior", number=2, **FREE, segmentation=offered["key"], reason="x").status_code == 400


def test_what_cannot_be_read_gives_no_mark(db: None) -> None:
    scene.examination(1, roles=("T1WI",))
    instance = Instance.objects.first()
    assert instance is not None
    assert sphere_of(instance) is None
