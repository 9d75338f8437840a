"""WADO-URI: files and pictures by query parameters, as Cornerstone's `wadouri:` loader and older viewers ask."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pydicom
import pytest
from django.test import Client

from radapp.archive import storage
from radapp.archive.models import Instance
from tests.radapp.dicomweb.bodies import content_of
from tests.radapp.dicomweb.conftest import HEAT, STUDY, take_in
from tests.radapp.dicomweb.objects import encode, pixels_of
from tests.radapp.dicomweb.pictured import RAMP, grey, picture_in

pytestmark = pytest.mark.once

EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
FILE = "contentType=application%2Fdicom"


def address(series: int = 1, instance: int = 1) -> str:
    uid = f"{STUDY}.{series}"
    return f"/wado?requestType=WADO&studyUID={STUDY}&seriesUID={uid}&objectUID={uid}.{instance}"


WADO = address()


def stored_bytes(instance: Instance) -> bytes:
    return storage.path_of(instance.sha256).read_bytes()


@pytest.mark.parametrize("more", ["", "&transferSyntax=*", f"&transferSyntax={EXPLICIT}"])
def test_the_instance_as_a_file(archive: dict[str, Instance], client: Client, more: str) -> None:
    response = client.get(f"{WADO}&{FILE}{more}")
    assert response["Content-Type"] == "application/dicom"
    assert content_of(response) == stored_bytes(archive[f"{STUDY}.1.1"])


def test_a_deflated_one_is_inflated_unless_deflation_is_accepted(archive: dict[str, Instance], client: Client) -> None:
    heat = client.get(f"{address(3)}&{FILE}")
    assert pydicom.dcmread(BytesIO(content_of(heat))).file_meta.TransferSyntaxUID == EXPLICIT
    assert content_of(client.get(f"{address(3)}&{FILE}&transferSyntax=*")) == stored_bytes(archive[f"{STUDY}.3.1"])


@pytest.mark.parametrize(
    ("series", "accept", "query", "kind"),
    [
        (1, "*/*", "", "image/jpeg"),  # PS3.18: an image of one frame, where nothing is said
        (1, "", "", "image/jpeg"),
        (1, "application/dicom", "", "application/dicom"),
        (1, "image/png", "", "image/png"),
        (1, "text/html, image/*;q=0.8", "", "image/jpeg"),
        (1, "image/png", "contentType=image/jpeg", "image/jpeg"),
        (1, "*/*", "contentType=image/jp2,image/gif", "image/gif"),
        (1, "*/*", f"transferSyntax={IMPLICIT}", "application/dicom"),
        (3, "*/*", "", "application/dicom"),  # several frames
        (3, "*/*", "frameNumber=2", "image/jpeg"),
        (5, "*/*", "", "application/dicom"),  # a report
    ],
)
def test_what_is_sent(archive: object, client: Client, series: int, accept: str, query: str, kind: str) -> None:
    response = client.get(f"{address(series)}&{query}", headers={"Accept": accept} if accept else {})
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == kind
    assert content_of(response)


def test_window_rows_columns_and_region(db: None, client: Client) -> None:
    take_in(encode(grey(STUDY, f"{STUDY}.9")))
    png = f"{address(9)}&contentType=image/png"

    def seen(query: str) -> np.ndarray:
        response = client.get(f"{png}&{query}")
        assert response.status_code == 200, response.content
        return picture_in(content_of(response))

    windowed = seen("windowCenter=400&windowWidth=300")
    assert np.array_equal(windowed, np.rint(np.clip((RAMP - 399.5) / 299 + 0.5, 0, 1) * 255))
    assert seen("rows=20").shape == (20, 30)
    assert seen("columns=120").shape == (80, 120)
    assert seen("rows=20&columns=20").shape == (13, 20)
    corner = seen("windowCenter=400&windowWidth=300&region=0.5,0.25,1,0.75")
    assert np.array_equal(corner, windowed[10:30, 30:60])
    assert seen("region=0.5,0,1,1&rows=80").shape == (80, 60)


def test_frames_by_number(archive: object, client: Client) -> None:
    png = f"{address(3)}&contentType=image/png&windowCenter=0.5&windowWidth=1"
    for number in (1, 4):
        seen = picture_in(content_of(client.get(f"{png}&frameNumber={number}")))
        assert np.array_equal(seen, np.rint(HEAT[number - 1].astype(float) * 255))
    assert client.get(f"{address(3)}&contentType=image/png&frameNumber=5").status_code == 404


def test_it_is_not_sent_again_unchanged(archive: object, client: Client) -> None:
    for query, other in ((FILE, f"{FILE}&transferSyntax={IMPLICIT}"), ("contentType=image/png", "contentType=image/jpeg")):
        etag = client.get(f"{WADO}&{query}")["ETag"]
        for held in (etag, f'"other", W/{etag}', "*"):
            again = client.get(f"{WADO}&{query}", headers={"If-None-Match": held})
            assert (again.status_code, again.content) == (304, b"")
        assert client.get(f"{WADO}&{other}", headers={"If-None-Match": etag}).status_code == 200


def test_a_piece_of_the_file(archive: dict[str, Instance], client: Client) -> None:
    response = client.get(f"{WADO}&{FILE}", headers={"Range": "bytes=128-131"})
    assert (response.status_code, content_of(response)) == (206, b"DICM")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (WADO.replace("WADO&", "other&"), 400),
        (WADO.replace(f"&objectUID={STUDY}.1.1", ""), 400),
        (f"{WADO}&contentType=video/mp4", 406),
        (f"{WADO}&{FILE}&anonymize=yes", 406),  # never sent with the name on it
        (f"{WADO}&contentType=image/png&presentationUID=1.2", 406),
        (f"{address(5)}&contentType=image/png", 406),
        (f"{WADO}&{FILE}&rows=10", 400),
        (f"{WADO}&contentType=image/png&windowCenter=10", 400),
        (f"{WADO}&contentType=image/png&rows=0", 400),
        (f"{WADO}&contentType=image/png&region=0,0,2,1", 400),
        (f"{WADO}&contentType=image/png&region=0.5,0,0.5,1", 400),
        (f"{WADO}&contentType=image/jpeg&imageQuality=500", 400),
        (f"{WADO}&contentType=image/jpeg&frameNumber=0", 400),
        (f"{WADO}&contentType=image/jpeg&frameNumber=2", 404),
        (WADO.replace(f"objectUID={STUDY}.1.1", "objectUID=1.2.3"), 404),
    ],
)
def test_what_is_refused(archive: object, client: Client, query: str, status: int) -> None:
    response = client.get(query)
    assert response.status_code == status, content_of(response)
    assert b"Li^Wei" not in content_of(response)


def test_it_needs_a_person(archive: object, signed_in: Callable[[str], Client]) -> None:
    for query in (WADO, f"{WADO}&contentType=image/png"):
        assert signed_in("anonymous").get(query).status_code == 401
        assert signed_in("reader").get(query).status_code == 403


def test_jpeg_looks_like_the_image(archive: object, client: Client) -> None:
    seen = picture_in(content_of(client.get(f"{WADO}&contentType=image/jpeg&imageQuality=100"))).astype(float)
    values = pixels_of(1).astype(float)
    expected = (values - values.min()) / (values.max() - values.min()) * 255
    assert np.abs(seen - expected).mean() < 2
