"""Compression on request: lossless, bit for bit, for every kind of pixel that can be; otherwise 406 or the next range."""

import base64
from io import BytesIO

import numpy as np
import pydicom
import pytest
from django.test import Client
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels import get_decoder
from pydicom.uid import UID

from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.conftest import STUDY, take_in
from tests.radapp.dicomweb.objects import encode, image, pixels_of
from tests.radapp.dicomweb.pictured import RAMP, colour, grey

pytestmark = pytest.mark.once

SERIES = f"{STUDY}.9"
URL = f"/dicom-web/studies/{STUDY}/series/{SERIES}/instances/{SERIES}.1"
JLS, J2K, RLE = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"
KINDS = {JLS: "image/jls", J2K: "image/jp2", RLE: "image/dicom-rle"}


def eight_bits() -> Dataset:
    dataset = grey(STUDY, SERIES, BitsAllocated=8, BitsStored=8, HighBit=7)
    dataset.PixelData = RAMP.astype(np.uint8).tobytes()
    dataset["PixelData"].VR = "OB"
    return dataset


IMAGES = {
    "unsigned": grey(STUDY, SERIES),
    "twelve_bits": grey(STUDY, SERIES, BitsStored=12, HighBit=11),
    "signed": grey(STUDY, SERIES, values=(RAMP.astype(np.int16) - 500).astype(np.int16)),
    "eight_bits": eight_bits(),
    "colour": colour(STUDY, SERIES)[0],
    "several_frames": image(STUDY, SERIES, 1, np.stack([pixels_of(number, 48, 64) for number in range(3)])),
}


def decoded(dataset: Dataset, frame: bytes, syntax: str) -> np.ndarray:
    """One compressed frame by pydicom's decoder."""
    names = ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated", "BitsStored", "PixelRepresentation")
    options = {
        "rows": 0, "columns": 0, "samples_per_pixel": 1, "bits_allocated": 16, "bits_stored": 16, "pixel_representation": 0,
    }  # fmt: skip
    options = dict(zip(options, (int(dataset[name].value) for name in names), strict=True))
    more = {
        "photometric_interpretation": dataset.PhotometricInterpretation,
        "number_of_frames": 1,
        "planar_configuration": 0,
    }
    decoder = get_decoder(UID(syntax))
    return decoder.as_array(encapsulate([frame]), index=0, raw=True, pixel_keyword="PixelData", **options, **more)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("syntax", KINDS)
def test_frames_come_back_equal(db: None, client: Client, name: str, syntax: str) -> None:
    dataset = IMAGES[name]
    take_in(encode(dataset))
    count = int(dataset.get("NumberOfFrames", 1))
    expected = dataset.pixel_array if count > 1 else dataset.pixel_array[None]
    accept = f"multipart/related; type={KINDS[syntax]}; transfer-syntax={syntax}"
    numbers = ",".join(map(str, range(1, count + 1)))
    parts = parts_of(client.get(f"{URL}/frames/{numbers}", headers={"Accept": accept}))
    assert [kind for kind, _ in parts] == [f"{KINDS[syntax]}; transfer-syntax={syntax}"] * count
    for index, (_, body) in enumerate(parts):
        assert np.array_equal(decoded(dataset, body, syntax), expected[index])


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("syntax", KINDS)
def test_instances_come_back_equal(db: None, client: Client, name: str, syntax: str) -> None:
    dataset = IMAGES[name]
    take_in(encode(dataset))
    response = client.get(URL, headers={"Accept": f"application/dicom; transfer-syntax={syntax}"})
    assert response["Content-Type"] == f"application/dicom; transfer-syntax={syntax}"
    received = pydicom.dcmread(BytesIO(content_of(response)))
    assert received.file_meta.TransferSyntaxUID == syntax
    assert received.SOPInstanceUID == dataset.SOPInstanceUID
    assert np.array_equal(received.pixel_array, dataset.pixel_array)
    assert "LossyImageCompression" not in received


def test_from_one_compression_to_another(db: None, client: Client) -> None:
    take_in(encode(grey(STUDY, SERIES), RLE))
    ((kind, body),) = parts_of(client.get(f"{URL}/frames/1", headers={"Accept": "multipart/related; type=image/jls"}))
    assert kind == f"image/jls; transfer-syntax={JLS}"
    assert np.array_equal(decoded(grey(STUDY, SERIES), body, JLS), RAMP)


@pytest.mark.parametrize("tail", ["", "/frames/1"])
@pytest.mark.parametrize(("series", "instance"), [(f"{STUDY}.3", f"{STUDY}.3.1"), (f"{STUDY}.4", f"{STUDY}.4.1")])
def test_floats_and_single_bits_are_not_compressed(
    archive: object, client: Client, series: str, instance: str, tail: str
) -> None:
    url = f"/dicom-web/studies/{STUDY}/series/{series}/instances/{instance}{tail}"
    kind = "image/jls" if tail else "application/dicom"
    accept = f'multipart/related; type="{kind}"; transfer-syntax={JLS}'
    assert client.get(url, headers={"Accept": accept}).status_code == 406
    other = "application/octet-stream" if tail else "application/dicom"
    assert client.get(url, headers={"Accept": f'{accept}, multipart/related; type="{other}"; q=0.1'}).status_code == 200


def test_bits_that_a_codec_would_drop_are_not_dropped_in_silence(db: None, client: Client) -> None:
    """BitsStored says 12, and an old overlay lies in the four above: no codec here keeps those."""
    dirty = grey(STUDY, SERIES, values=(RAMP | 0xF000).astype(np.uint16), BitsStored=12, HighBit=11)
    take_in(encode(dirty))
    for syntax in (JLS, J2K):
        accept = f"multipart/related; type={KINDS[syntax]}; transfer-syntax={syntax}"
        response = client.get(f"{URL}/frames/1", headers={"Accept": accept})
        if response.status_code == 200:
            ((_, body),) = parts_of(response)
            assert np.array_equal(decoded(dirty, body, syntax), RAMP | 0xF000)
        else:
            assert response.status_code == 406


# pixels_of(1), 64 × 50 of 16 bits, by OpenJPH 0.31 (Cornerstone's codec), lossless: nothing in Python here writes HTJ2K.
HTJ2K = base64.b64decode(
    "/0//UQApQAAAAAAyAAAAQAAAAAAAAAAAAAAAMgAAAEAAAAAAAAAAAAABDwEB/1AACAACAAAACv9SAAwAAgABAAMEBEAB/1wADSCI"
    "kJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4zMS4wLv+QAAoAAAAAAUsAAf+TwAAvfS/4J/Hf++/w0/0t/G3/B36zP4L/az/A"
    "i/XV7xvz0fZ/+cP2uHytfSx/aq/KZ9qP8ou2nFyfvYKeFX9AvxTPn/fE1+cv8e55SPx5PhELnhXEOz1++0cP3D7QI7af81DtyzxG"
    "+ysPzi7Jm7IOA1/9frJ//r9ZdCAD5kIAMbMBwAASwAAWoN4pS+UAeIxHPOIRj3jE4/2MYCP2YwHsugDAABVwAAXRAP9/8/4ClKUp"
    "S+kAJjbRRBNNNNFEE0000UQTTfz/dgFEZSge/ZSge/ZSgeyxAcAALpYAAXdATDKZTCaTyWQymUwmk8n9/3hfr9fr9fr9fr9fr9fr"
    "9fr9fkt3Abrq0qVLly5dunTp0qVLly5dunTp0qVLly5dunT9/3+cBBGQgHv2QgHv2QgHv2QgHv2QgHv2QgHsvQH/2Q=="
)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"])
def test_htj2k_is_decoded_and_sent_as_stored(db: None, client: Client, syntax: str) -> None:
    dataset = image(STUDY, SERIES, 1)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate([HTJ2K])
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    out = BytesIO()
    dataset.save_as(out, implicit_vr=False, little_endian=True, enforce_file_format=True)
    take_in(out.getvalue())
    plain = client.get(f"{URL}/frames/1", headers={"Accept": "application/octet-stream"})
    assert content_of(plain) == pixels_of(1).tobytes()
    ((kind, body),) = parts_of(client.get(f"{URL}/frames/1", headers={"Accept": "multipart/related; type=image/jphc"}))
    assert (kind, body.rstrip(b"\0")) == (f"image/jphc; transfer-syntax={syntax}", HTJ2K)
    ((_, jls),) = parts_of(client.get(f"{URL}/frames/1", headers={"Accept": "multipart/related; type=image/jls"}))
    assert np.array_equal(decoded(dataset, jls, JLS), pixels_of(1))
    file = client.get(URL, headers={"Accept": "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"})
    assert np.array_equal(pydicom.dcmread(BytesIO(content_of(file))).pixel_array, pixels_of(1))
