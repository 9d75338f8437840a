"""What a rejection note hides is nowhere to be had by DICOMweb."""

import io
from pathlib import Path

import pytest
from django.test import Client

from radapp.archive.ingest import Ingest
from radapp.archive.models import Source
from tests.radapp.archive.makers import content
from tests.radapp.archive.test_rejections import note
from tests.radapp.dicomweb.conftest import STUDY
from tests.radapp.dicomweb.objects import encode, image

pytestmark = pytest.mark.django_db

AT = f"/dicom-web/studies/{STUDY}"


@pytest.fixture
def hidden(archive: object, tmp_path: Path) -> None:
    """The first image of the first series, and the whole second one, are taken back."""
    first = note("113001", 1, f"{STUDY}.1.1", series=f"{STUDY}.1", study=STUDY)
    second = note("113001", 2, f"{STUDY}.2.1", f"{STUDY}.2.2", series=f"{STUDY}.2", study=STUDY)
    with Ingest(Source.STOW) as ingest:
        for number, one in enumerate((first, second)):
            one.StudyInstanceUID, one.SeriesInstanceUID = STUDY, f"{STUDY}.90"
            one.PatientID = "P-0007"
            ingest.add_stream(io.BytesIO(content(one)), f"{number}.dcm")
    assert ingest.report.stored == 2, ingest.report


def found(client: Client, address: str, tag: str) -> list[str]:
    return [one[tag]["Value"][0] for one in client.get(address).json()]


def test_search_finds_the_rest(hidden: None, client: Client) -> None:
    assert found(client, f"{AT}/series/{STUDY}.1/instances", "00080018") == [f"{STUDY}.1.2", f"{STUDY}.1.3"]
    assert f"{STUDY}.2" not in found(client, f"{AT}/series", "0020000E")
    (study,) = client.get(f"/dicom-web/studies?StudyInstanceUID={STUDY}").json()
    assert study["00201208"]["Value"] == [7]  # two images, three results, two notes


@pytest.mark.parametrize(
    "address",
    [
        f"{AT}/series/{STUDY}.1/instances/{STUDY}.1.1",
        f"{AT}/series/{STUDY}.1/instances/{STUDY}.1.1/metadata",
        f"{AT}/series/{STUDY}.1/instances/{STUDY}.1.1/frames/1",
        f"{AT}/series/{STUDY}.2/metadata",
        f"{AT}/series/{STUDY}.2",
    ],
)
def test_it_cannot_be_retrieved(hidden: None, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_metadata_and_retrieval_leave_it_out(hidden: None, client: Client) -> None:
    assert len(client.get(f"{AT}/series/{STUDY}.1/metadata").json()) == 2
    assert len(client.get(f"{AT}/metadata").json()) == 7


def test_sent_again_it_stays_hidden(hidden: None, client: Client) -> None:
    with Ingest(Source.STOW) as ingest:
        ingest.add_stream(io.BytesIO(encode(image(STUDY, f"{STUDY}.1", 1))), "again.dcm")
    assert ingest.report.already == 1
    assert len(found(client, f"{AT}/series/{STUDY}.1/instances", "00080018")) == 2


def test_another_study_is_as_before(hidden: None, client: Client) -> None:
    assert len(client.get("/dicom-web/studies").json()) == 2
