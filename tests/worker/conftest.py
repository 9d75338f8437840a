"""Real images, real networks, real processes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services import beats, redis_server, workers  # noqa: F401 - fixtures
from tests.worker.rows import Rows

if TYPE_CHECKING:
    from radapp.archive.models import Study

COMMON = {"fat_saturated": None, "synthetic": True, "label": "demonstration, synthetic data"}


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three untrained networks of the shipped kind and crop, and a protocol, written as a person would install them."""
    import torch

    from ml.architecture import COMPACT
    from ml.bundle import Manifest, write_bundle
    from ml.crops import COMPACT_CROP
    from ml.networks import build_network
    from ml.protocol import bundle_hashes
    from ml.series import Role

    folder = tmp_path_factory.mktemp("bundles")
    for seed, role in enumerate((Role.T1WI, Role.T2WI, Role.T1WIC)):
        torch.manual_seed(seed)
        network = build_network(COMPACT).eval()
        manifest = Manifest(
            name=f"untrained {role}",
            role=role,
            network=COMPACT,
            preprocessing=COMPACT_CROP,
            cutoff=0.5,
            heatmap_reference=0.001,  # of untrained networks: their maps reach over the threshold
            **COMMON,  # type: ignore[arg-type]
        )
        write_bundle(folder / role, network, manifest)
    protocol = {
        "name": "untrained",
        "weights": {"T1WI": 0.5, "T2WI": 0.5},
        "cutoffs": {"first": 0.9, "second": 0.1, "T1WIC": 0.5},
        "calibration": {"cases": [[0.2, 0], [0.4, 1], [0.6, 1]]},
        "bundles": bundle_hashes(folder),
    }
    (folder / "protocol.json").write_text(json.dumps(protocol))
    return folder


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The folder of the phantom study of a seed, written once: coarse, and not the whole head."""
    from ml.phantom.case import generate_case
    from ml.phantom.dicom import write_study

    root = tmp_path_factory.mktemp("phantoms")

    def folder(seed: int) -> Path:
        place = root / str(seed)
        if not place.exists():
            write_study(generate_case(seed, matrix=64), place)
            for series in {path.parent for path in place.rglob("*") if path.is_file()}:
                for path in sorted(series.iterdir())[:4] + sorted(series.iterdir())[22:]:
                    path.unlink()
        return place

    return folder


@pytest.fixture
def installed(transactional_db: None, bundles: Path) -> None:
    """The untrained networks, installed and active."""
    from radapp.triage import installation

    installation.install(bundles)


@pytest.fixture
def take_in(installed: None, phantoms: Callable[[int], Path]) -> Callable[[int], str]:
    """Takes a phantom in by the ordinary path and gives its Study Instance UID."""
    from radapp.archive.ingest import Ingest
    from radapp.archive.models import Source

    def by_seed(seed: int) -> str:
        with Ingest(Source.IMPORT) as ingest:
            ingest.add_path(phantoms(seed), str(seed))
        report = ingest.finish()
        assert report.refused == []
        return str(report.studies[0])

    return by_seed


@pytest.fixture(scope="session")
def _rows_of_read() -> Rows:
    """Nothing yet."""
    return Rows()


@pytest.fixture
def read_study(request: pytest.FixtureRequest, transactional_db: None, _rows_of_read: Rows) -> "Study":
    """The phantom 1 with the result that a worker found: read once, and put back for every further test."""
    from radapp.archive.models import Study
    from radapp.triage.models import Run
    from worker import assessment

    if _rows_of_read.kept:
        _rows_of_read.put_back()
    else:
        request.getfixturevalue("take_in")(1)
        assessment.work(Run.objects.get(state=Run.State.QUEUED).pk, "this process")
        _rows_of_read.keep()
    return Study.objects.get()
