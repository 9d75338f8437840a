"""A hospital's own networks, from twelve patients in the public layout to a tier by the worker: docs/training.md's trial."""

from pathlib import Path

import pytest
import torch
from django.core.management import call_command

from ml.__main__ import main
from ml.material.npc_source import write_patient
from ml.phantom.case import cohort_seeds, generate_case
from ml.phantom.dicom import write_study
from ml.screening import UNGUARDED
from radapp.archive.ingest import Ingest
from radapp.archive.models import Source, Study
from radapp.triage import installation, selectors
from radapp.triage.models import Run
from worker import assessment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.once]

MATRIX = 64


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set trained, calibrated and bundled from twelve coarse patients, by the commands of the docs."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("trial")
    for number, (seed, label) in enumerate(cohort_seeds(12, 77), start=1):
        write_patient(generate_case(seed, label=label, matrix=MATRIX), root / "npc" / f"{number:03d}")
    run = str(root / "run")
    size = ["--crop", "8x24x24", "--spacing", "10x4.6x4.6", "--epochs", "1", "--threads", "1"]
    command = ["train", "--layout", "npc", "--data", str(root / "npc"), "--architecture", "resnet-compact", "--out", run]
    assert main([*command, *size]) == 0
    assert main(["calibrate", run, "--folds", "2", "--repeats", "1", "--resamples", "5"]) == 0
    assert main(["bundle", run, "--out", str(root / "set"), "--name", "trial"]) == 0
    return root / "set"


def test_from_twelve_patients_to_a_tier(
    transactional_db: None, trained: Path, redis_server: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.install(installation.SHIPPED)
    call_command("install_bundles", str(trained), activate=True)
    assert "protocol trial 1: installed, active" in capsys.readouterr().out
    write_study(generate_case(50001, matrix=MATRIX), tmp_path)
    with Ingest(Source.IMPORT) as ingest:
        ingest.add_path(tmp_path, "new")
    study = Study.objects.get(study_instance_uid=ingest.finish().studies[0])
    run = Run.objects.get(study=study, state=Run.State.QUEUED)
    assessment.work(run.pk, "this process")
    run.refresh_from_db()
    assert (run.state, run.reason) == ("done", "")
    assert run.protocol.name == "trial"
    found = selectors.result(study)
    assert found["tier"] in {"positive", "suspicious", "negative"}
    assert found["synthetic"] is True
    assert {network["name"] for network in found["networks"]} == {"trial-t1wi", "trial-t2wi", "trial-t1wic"}
    assert any(UNGUARDED in note for note in found["notes"]), "too few patients for a guard, and the result says so"
    assert found["nearest"].of == 2
