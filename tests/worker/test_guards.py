"""A guard's words reach the result through the worker, and advice is withheld."""

import json
from pathlib import Path

import pytest

from radapp.accounts.models import User
from radapp.archive.ingest import Ingest
from radapp.archive.models import Series, Source, Study
from radapp.archive.roles import assign_role
from radapp.triage import installation, selectors
from radapp.triage.models import Run
from tests.shared import real_head_mr
from tests.worker.conftest import COMMON
from worker import assessment

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.once,
]


@pytest.fixture(scope="module")
def guarded_bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three untrained networks whose bundles keep guards and gates of the synthetic internal cohort."""
    import torch

    from ml.architecture import COMPACT
    from ml.bundle import Manifest, write_bundle
    from ml.networks import build_network
    from ml.protocol import bundle_hashes
    from ml.series import Role
    from tests.safeguards import CROP, safeguards

    folder = tmp_path_factory.mktemp("guarded")
    for seed, role in enumerate((Role.T1WI, Role.T2WI, Role.T1WIC)):
        torch.manual_seed(seed)
        kept = safeguards()[role]
        manifest = Manifest(
            name=f"guarded {role}",
            role=role,
            network=COMPACT,
            preprocessing=CROP,
            cutoff=0.5,
            heatmap_reference=0.1,
            guard=kept.guard,
            quality=kept.quality,
            **COMMON,  # type: ignore[arg-type]
        )
        write_bundle(folder / role, build_network(COMPACT).eval(), manifest)
    protocol = {
        "name": "guarded",
        "weights": {"T1WI": 0.5, "T2WI": 0.5},
        "cutoffs": {"first": 0.9, "second": 0.1, "T1WIC": 0.5},
        "calibration": {"cases": [[0.2, 0], [0.4, 1], [0.6, 1]]},
        "bundles": bundle_hashes(folder),
    }
    (folder / "protocol.json").write_text(json.dumps(protocol))
    return folder


@pytest.fixture
def guarded(transactional_db: None, guarded_bundles: Path) -> None:
    """Those networks, installed and active."""
    installation.install(guarded_bundles)


def _take_in(path: Path) -> Study:
    with Ingest(Source.IMPORT) as ingest:
        ingest.add_path(path, path.name)
    report = ingest.finish()
    return Study.objects.get(study_instance_uid=report.studies[0])


def _work(study: Study) -> Run:
    run = Run.objects.get(study=study, state=Run.State.QUEUED)
    assessment.work(run.pk, "this process")
    run.refresh_from_db()
    return run


def test_a_real_head_is_unlike_the_phantom_and_gets_no_advice(guarded: None, redis_server: object) -> None:
    study = _take_in(real_head_mr())
    run = _work(study)
    assert (run.state, run.reason) == ("done", "")
    said = "\n".join(run.result.guards)
    assert "T1WI: It was acquired unlike the training set: sequence inversion-prepared gradient echo" in said
    assert "plane sagittal (training axial)" in said
    assert "TE 1.66 ms" in said
    assert "T1WI: The image is unlike those that the network was trained on" in said
    assert "T2WI: It was acquired unlike the training set: TR 11730 ms" in said
    advice = selectors.result(study)["advice"]
    assert advice.given is False
    assert "unlike the training set" in advice.reason


def test_sequences_exchanged_by_hand_are_said(guarded: None, redis_server: object, tmp_path: Path) -> None:
    from ml.phantom.case import generate_case
    from ml.phantom.dicom import write_study
    from tests.safeguards import MATRIX

    write_study(generate_case(8402, matrix=MATRIX), tmp_path)
    study = _take_in(tmp_path)
    assert _work(study).result.guards == []
    reader = User.objects.create_user("reader", password="long enough to be taken 1")
    t1wi, t2wi = (Series.objects.get(study=study, recognised_role=role) for role in ("T1WI", "T2WI"))
    assign_role(series=t1wi, role="none", user=reader, reason="by mistake")
    assign_role(series=t2wi, role="T1WI", user=reader, reason="by mistake")
    assign_role(series=t1wi, role="T2WI", user=reader, reason="by mistake")
    run = _work(study)
    said = "\n".join(run.result.guards)
    assert "T1WI: The image looks like T2WI and not like the sequence its network was trained on." in said
    assert "T2WI: The image looks like T1WI and not like the sequence its network was trained on." in said
    assert "weighting T2 (training T1)" in said
    assert selectors.result(study)["advice"].given is False
