"""Objects that pass the ingest with odd values: every way out answers, and one odd instance never fails its series."""

from collections.abc import Callable

import pytest
from django.test import Client
from pydicom.uid import RLELossless

from radapp.archive.models import Instance
from tests.radapp.archive import makers
from tests.radapp.dicomweb.conftest import take_in

pytestmark = pytest.mark.once

ROOT = f"/dicom-web/studies/{makers.STUDY}/series/{makers.SERIES}"
EXPLICIT = "1.2.840.10008.1.2.1"


def _untellable() -> bytes:
    """Two frames in three fragments without an offset table: nobody can say which fragment belongs to which frame."""
    frame = b"\1\0\0\0" + b"\x40" + b"\0" * 59 + b"\xf0\0" * 8
    return makers.fragmented(3, [frame, frame, frame], RLELossless, NumberOfFrames="2")


ODD: dict[str, Callable[[], bytes]] = {
    "two values of Rows": lambda: makers.written(makers.mr(3, Rows=[32, 32])),
    "two values of NumberOfFrames": lambda: makers.written(makers.mr(3, NumberOfFrames="1\\2")),
    "two values of BitsAllocated": lambda: makers.written(makers.mr(3, BitsAllocated=[16, 16])),
    "two values of SamplesPerPixel": lambda: makers.written(makers.mr(3, SamplesPerPixel=[1, 1])),
    "pixels of two samples": lambda: makers.written(makers.mr(3, SamplesPerPixel=2, Rows=16, PlanarConfiguration=0)),
    "pixels of seven samples": lambda: makers.written(makers.mr(3, SamplesPerPixel=7, Rows=7, Columns=8)),
    "frames that cannot be told apart": _untellable,
    "an RLE frame of noise": lambda: makers.fragmented(3, [b"\1\0\0\0" + bytes(range(200))], RLELossless),
    "a decimal that is none": lambda: makers.content(makers.mr(3)).replace(b"DS\4\x004000", b"DS\4\x004.0."),
}


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:The end of the encapsulated pixel data")  # pydicom's word on the untellable frames
@pytest.mark.parametrize("name", ODD)
def test_every_way_out_answers(client: Client, name: str) -> None:
    take_in(makers.content(makers.mr(1)), ODD[name]())
    uid = Instance.objects.get(sop_instance_uid=f"{makers.SERIES}.3").sop_instance_uid
    metadata = client.get(f"{ROOT}/metadata")
    assert metadata.status_code == 200
    assert [one["00080018"]["Value"] for one in metadata.json()] == [[f"{makers.SERIES}.1"], [uid]]
    for address, accept in [
        ("", "*/*"),
        ("", f"application/dicom; transfer-syntax={EXPLICIT}"),
        ("", "application/dicom; transfer-syntax=1.2.840.10008.1.2"),
        ("/frames/1", "*/*"),
        ("/frames/1", "multipart/related; transfer-syntax=*"),
        ("/bulkdata/7FE00010", "*/*"),
        ("/rendered", "image/jpeg"),
        ("/rendered?viewport=64,64&window=40,400,linear", "image/png"),
        ("/thumbnail", "image/gif"),
    ]:
        response = client.get(f"{ROOT}/instances/{uid}{address}", headers={"Accept": accept})
        assert response.status_code in {200, 404, 406}, (address, accept)
    whole = client.get(f"{ROOT}/instances/{uid}", headers={"Accept": "application/dicom; transfer-syntax=*"})
    assert whole.status_code == 200


@pytest.mark.django_db
def test_rows_of_two_values_still_give_their_frame(client: Client) -> None:
    take_in(makers.written(makers.mr(3, Rows=[32, 32])))
    frame = client.get(f"{ROOT}/instances/{makers.SERIES}.3/frames/1", headers={"Accept": "application/octet-stream"})
    assert frame.content == makers.mr(3).PixelData
