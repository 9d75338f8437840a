"""The requests that OHIF 3.13 sends, replayed against a study with images and every object of a result.

SHAPES are its distinct requests as they were seen; where the project's shared recording lies beside this checkout, it must
hold none that is not among them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.test import Client, override_settings
from pydicom import Dataset
from pydicom.uid import (
    UID,
    ComprehensiveSRStorage,
    EnhancedSRStorage,
    MRImageStorage,
    ParametricMapStorage,
    SecondaryCaptureImageStorage,
    SegmentationStorage,
)
from pytest_django import DjangoDbBlocker

from ml.parametric_map import HeatmapOrigin, write_parametric_map
from ml.results.key_image import write_key_image
from ml.results.measurement_report import Explained, write_measurement_report
from ml.results.segmentation import write_segmentation
from ml.results.telling import Mapped, most_telling
from ml.results.text_report import write_text_report
from ml.source_headers import source_headers
from ml.volume import load_series
from radapp.archive.ingest import store_generated
from radapp.archive.models import Instance, Study
from tests.ml.results.said import NEGATIVE, named
from tests.ml.results.test_segmentation import values
from tests.ml.stacks import blob, stack, write
from tests.radapp.dicomweb.bodies import parts_of
from tests.radapp.dicomweb.conftest import take_in
from tests.shared import ohif_requests

pytestmark = pytest.mark.once

STUDIES = "/dicom-web/studies"
SERIES = STUDIES + "/{study}/series"
INSTANCE = SERIES + "/{series}/instances/{instance}"
JSON = "application/dicom+json"
FIELDS = "includefield=00081030%2C00080060%2C00080090%2C00100030"
FRAMES = "multipart/related; type=application/octet-stream; transfer-syntax=*"
QUOTED_FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'
JPEG_LS_FRAMES = "multipart/related; type=image/jls; transfer-syntax=1.2.840.10008.1.2.4.80"


WRITTEN = (
    ParametricMapStorage,
    SegmentationStorage,
    EnhancedSRStorage,
    ComprehensiveSRStorage,
    SecondaryCaptureImageStorage,
)


@dataclass(frozen=True)
class Shape:
    """One request: path, query, Accept."""

    path: str
    query: str = ""
    accept: str = JSON

    @property
    def key(self) -> tuple[str, str, str]:
        return self.path, unquote(self.query), self.accept


SHAPES = (
    Shape(STUDIES, f"?limit=101&offset=0&fuzzymatching=true&{FIELDS}"),
    Shape(STUDIES, f"?limit=101&offset=0&fuzzymatching=false&{FIELDS}"),
    Shape(STUDIES, f"?PatientName=*REA*&limit=101&offset=0&fuzzymatching=true&{FIELDS}"),
    *(
        Shape(STUDIES, f"?{before}limit=101&offset=0&fuzzymatching={fuzzy}&{FIELDS}{after}")
        for fuzzy in ("true", "false")
        for before, after in (("", "&StudyInstanceUID={study}"), ("00100020={patient_id}&", ""))
    ),
    Shape(SERIES, "?includefield=0008103E%2C00080021"),
    Shape(SERIES, "?includefield=00080021%2C00080031%2C0008103E%2C00200011"),
    Shape(SERIES, "?includefield=00080021%2C00080031%2C0008103E%2C00200011&SeriesInstanceUID={series}"),
    Shape(STUDIES + "/{study}/metadata"),
    Shape(SERIES + "/{series}/metadata"),
    Shape(INSTANCE + "/frames/1", accept=FRAMES),
    Shape(INSTANCE + "/frames/1", accept=QUOTED_FRAMES),
    Shape(INSTANCE + "/frames/1", accept=JPEG_LS_FRAMES),
    Shape(INSTANCE, accept='multipart/related; type="application/dicom"'),
    *(Shape(f"{INSTANCE}/bulk/{tag}", accept="*/*") for tag in ("00281201", "00281202", "00281203")),
    Shape(INSTANCE + "/thumbnail", "?accept=image%2Fjpeg", "*/*"),
    Shape(INSTANCE + "/rendered", "?accept=image%2Fjpeg", "*/*"),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[bytes], list[Dataset]]:
    """Sixteen slices as files, and one of each object that a result has."""
    paths = write(stack(blob((0, 0, 0), 30), slices=16), tmp_path_factory.mktemp("slices") / "series")
    source = load_series(paths)
    origin, shown = HeatmapOrigin("T2WI", 0.3, "test", "ab" * 32, synthetic=True), values(source)
    heatmap = write_parametric_map(source, shown, origin, series_number=9002)
    segmentation = write_segmentation(source, shown, origin, named(9032))
    headers = source_headers(source)
    evidence = [*headers, heatmap, segmentation]
    explained = Explained("T2WI", source.datasets, heatmap, segmentation, 1.0)
    telling = most_telling([Mapped("T2WI", source, shown, 0.3, (5.0, 18.0, 18.0))])
    reports = [
        write_text_report(NEGATIVE, evidence, named(9041)),
        write_measurement_report(NEGATIVE, [explained], evidence, named(9042)),
        write_key_image(NEGATIVE, telling, headers[0], named(9043)),
    ]
    return [path.read_bytes() for path in paths], [heatmap, segmentation, *reports]


@pytest.fixture(scope="module")
def archived(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    written: tuple[list[bytes], list[Dataset]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Study, Path]]:
    """They in an archive in this folder, in a transaction that ends with the tests here."""
    folder = tmp_path_factory.mktemp("house")
    slices, objects = written
    own = override_settings(STORAGE_DIR=folder / "archive", VAR_DIR=folder)
    with django_db_blocker.unblock(), transaction.atomic():
        with own:
            take_in(*slices)
            study = Study.objects.get()
            store_generated(objects, study=study)
        yield study, folder
        transaction.set_rollback(True)


@pytest.fixture
def study(archived: tuple[Study, Path], db: None, own_storage: None, settings: object) -> Study:
    """Their study, as it was taken in."""
    found, folder = archived
    settings.STORAGE_DIR, settings.VAR_DIR = folder / "archive", folder  # type: ignore[attr-defined]
    return Study.objects.get(pk=found.pk)


def _of(study: Study, sop_class: UID) -> Instance:
    found = Instance.objects.filter(series__study=study, sop_class_uid=sop_class).select_related("series__study")
    first = found.order_by("instance_number").first()
    assert first is not None
    return first


def _address(shape: Shape, instance: Instance) -> str:
    names = {
        "study": instance.series.study.study_instance_uid,
        "series": instance.series.series_instance_uid,
        "instance": instance.sop_instance_uid,
        "patient_id": instance.series.study.patient_id,
    }
    return (shape.path + shape.query).format(**names)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.path}{shape.query[:60]} {shape.accept[:60]}")
def test_every_request_of_ohif_is_answered(client: Client, study: Study, shape: Shape) -> None:
    instance = _of(study, MRImageStorage)
    response = client.get(_address(shape, instance), headers={"Accept": shape.accept})
    status = 404 if "/bulk/" in shape.path else 200  # an image without a palette has none
    assert response.status_code == status, response.content[:500]
    if shape.accept == JSON:
        found = json.loads(response.content)
        nobody = "*REA*" in shape.query
        assert bool(found) is not nobody
        if shape.path == STUDIES and not nobody:
            assert {"00081030", "00080060", "00100030", "00201206"} - set(found[0]) <= {"00081030", "00080060"}
    elif status == 200 and "image/jpeg" in unquote(shape.query):
        assert response["Content-Type"].startswith("image/jpeg")


@pytest.mark.parametrize("sop_class", WRITTEN, ids=lambda one: one.name)
def test_objects_of_a_result_come_as_ohif_asks_for_them(client: Client, study: Study, sop_class: UID) -> None:
    """Whole, uncompressed whatever lies in the archive, and the metadata of their series."""
    instance = _of(study, sop_class)
    whole = Shape(INSTANCE, accept='multipart/related; type="application/dicom"')
    response = client.get(_address(whole, instance), headers={"Accept": whole.accept})
    [(kind, body)] = parts_of(response)
    assert b"DICM" in body[:132]
    assert "1.2.840.10008.1.2.1" in kind
    metadata = client.get(_address(Shape(SERIES + "/{series}/metadata"), instance), headers={"Accept": JSON})
    assert json.loads(metadata.content)[0]["00080018"]["Value"] == [instance.sop_instance_uid]


def test_the_series_list_tells_what_each_object_is(client: Client, study: Study) -> None:
    listed = json.loads(client.get(_address(SHAPES[7], _of(study, MRImageStorage))).content)
    said = {one["0008103E"]["Value"][0] for one in listed if "Value" in one.get("0008103E", {})}
    for words in (
        "Advice no. 1",
        "Key image no. 1",
        "Measurements for machines no. 1",
        "Heatmap T2WI (",
        "Heatmap T2WI above 0.3",
    ):
        assert any(one.startswith(words) for one in said), said


def test_no_request_of_the_recording_is_missing_here() -> None:
    found = {(one["path"], unquote(one["query"]), one["accept"]) for one in ohif_requests()}
    assert found == {shape.key for shape in SHAPES}
