"""A small archive: one study of three series and reports, another study, taken in through the ordinary ingest."""

from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from radapp.accounts import audit
from radapp.archive.ingest import Ingest
from radapp.archive.models import Instance, Source
from tests.radapp.dicomweb.objects import encode, float_map, image, report, segmentation

STUDY = "1.2.826.0.1.3680043.10.7.1"
OTHER_STUDY = "1.2.826.0.1.3680043.10.7.2"
MASKS = np.random.default_rng(3).integers(0, 2, (3, 3, 5))
HEAT = np.linspace(0, 1, 4 * 6 * 5, dtype=np.float32).reshape(4, 6, 5)


@pytest.fixture(autouse=True)
def own_storage(tmp_path: Path, settings: object) -> Iterator[None]:
    """Storage and cache of each test lie in its own folder."""
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    audit.recently_seen.clear()
    yield
    audit.recently_seen.clear()


def take_in(*files: bytes) -> None:
    """Store whole DICOM files."""
    with Ingest(Source.IMPORT) as ingest:
        for number, file in enumerate(files):
            ingest.add_stream(BytesIO(file), f"{number}.dcm")
    assert ingest.report.stored == len(files), ingest.report


@cache
def _files() -> tuple[bytes, ...]:
    return (
        *[encode(image(STUDY, f"{STUDY}.1", number)) for number in (1, 2, 3)],
        *[encode(image(STUDY, f"{STUDY}.2", number)) for number in (1, 2)],
        encode(float_map(STUDY, f"{STUDY}.3", HEAT), "1.2.840.10008.1.2.1.99"),
        encode(segmentation(STUDY, f"{STUDY}.4", MASKS)),
        encode(report(STUDY, f"{STUDY}.5")),
        encode(image(OTHER_STUDY, f"{OTHER_STUDY}.1", 1)),
    )


@pytest.fixture
def archive(db: None) -> dict[str, Instance]:
    """The instances by SOP Instance UID."""
    take_in(*_files())
    return {one.sop_instance_uid: one for one in Instance.objects.all()}


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    """A radiologist's client."""
    return signed_in("radiologist")
