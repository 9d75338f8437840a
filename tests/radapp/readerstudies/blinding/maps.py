"""A heatmap of a case: the row, and a Parametric Map that is stored as the application stores its own."""

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from radapp.archive.generated import store_generated
from radapp.archive.models import SequenceRole
from radapp.readerstudies.models import Case
from radapp.readerstudies.sight import COMPLETE
from radapp.triage.models import Heatmap, Result, Run
from tests.radapp.dicomweb.objects import float_map
from tests.radapp.readerstudies import scene
from tests.radapp.triage import examinations

PLACES = [5.0 * number for number in range(1, scene.SLICES + 1)]


def result(case: Case, *, tier: str = "positive", score: float = 0.7311) -> Result:
    """What the networks said of the case's examination; one result for each."""
    assert case.examination is not None
    found = Result.objects.filter(run__study=case.examination).first()
    if found is not None:
        return found
    protocol = examinations.protocol(name=f"p{case.number}", active=False)
    run = Run.objects.create(study=case.examination, fingerprint="f", protocol=protocol, inputs={}, state="done")
    return Result.objects.create(
        run=run, score_t1wi=score, score_t2wi=score, score_t1_t2=score, score_t1wic=score, tier=tier, series=[], bundles={},
        synthetic=True,
    )  # fmt: skip


def heatmap(case: Case, sequence: str) -> tuple[Heatmap, NDArray[np.float32]]:
    """The row and its values, (slices, rows, columns)."""
    examined = case.examination
    assert examined is not None
    number = int(examined.study_instance_uid.rsplit(".", 1)[1])
    given = np.random.default_rng(number).random((scene.SLICES, 64, 50)).astype(np.float32)
    dataset = float_map(
        examined.study_instance_uid,
        f"{examined.study_instance_uid}.{90 + COMPLETE.index(SequenceRole(sequence))}{number}",
        given,
    )
    dataset.PatientID = examined.patient_id
    dataset.SeriesDescription = f"secret activation of {sequence}"
    dataset.FrameOfReferenceUID = f"{scene.ROOT}.9999.{scene.patient_of(examined)}"
    measures, directions, shared = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [1.5, 1.5], 4
    directions.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [directions]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = [_group(place + number) for place in PLACES]
    [stored] = store_generated([dataset], study=examined)
    row = Heatmap.objects.create(
        result=result(case), sequence=sequence, sop_instance_uid=stored.sop_instance_uid,
        series_instance_uid=stored.series.series_instance_uid, peak=[1, 2, 3], cell_size=[5, 30, 30],
    )  # fmt: skip
    return row, given


def _group(z: float) -> Dataset:
    position, group = Dataset(), Dataset()
    position.ImagePositionPatient = [-40, -40, z]
    group.PlanePositionSequence = [position]
    return group
