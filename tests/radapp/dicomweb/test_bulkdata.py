"""Bulk data: one value by its address, all of an instance, a series or a study, and pixel data alone."""

import numpy as np
import pytest
from django.test import Client

from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.conftest import HEAT, MASKS, OTHER_STUDY, STUDY, take_in
from tests.radapp.dicomweb.objects import SYNTAXES, encode, image, pixels_of
from tests.radapp.dicomweb.pictured import palette

pytestmark = pytest.mark.once

ROOT = f"/dicom-web/studies/{STUDY}"
PARTS = 'multipart/related; type="application/octet-stream"'
PRIVATE = bytes(range(256)) * 8
EXPLICIT = "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"
STACK = np.stack([pixels_of(number, 48, 64) for number in range(3)])


def octets_at(address: str, client: Client) -> bytes:
    return content_of(client.get(address.removeprefix("http://127.0.0.1:8000"), headers={"Accept": "*/*"}))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_pixel_data_is_uncompressed_unless_more_is_accepted(db: None, client: Client, syntax: str) -> None:
    take_in(encode(image(STUDY, f"{STUDY}.1", 1, STACK), syntax))
    url = f"{ROOT}/series/{STUDY}.1/instances/{STUDY}.1.1/bulkdata/7FE00010"
    parts = parts_of(client.get(url, headers={"Accept": PARTS}))
    assert {kind for kind, _ in parts} == {EXPLICIT}
    assert b"".join(body for _, body in parts) == STACK.astype("<u2").tobytes()


def test_compressed_pixel_data_as_stored(db: None, client: Client) -> None:
    take_in(encode(image(STUDY, f"{STUDY}.1", 1, STACK), "1.2.840.10008.1.2.4.90"))
    url = f"{ROOT}/series/{STUDY}.1/instances/{STUDY}.1.1/bulkdata/7FE00010"
    for accept in (f"{PARTS}; transfer-syntax=*", 'multipart/related; type="image/jp2"'):
        parts = parts_of(client.get(url, headers={"Accept": accept}))
        assert [kind for kind, _ in parts] == ["image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90"] * 3
    assert client.get(url, headers={"Accept": "application/octet-stream; transfer-syntax=*"}).status_code == 406


def test_packed_bits_are_sent_as_they_lie(archive: object, client: Client) -> None:
    url = f"{ROOT}/series/{STUDY}.4/instances/{STUDY}.4.1/bulkdata/7FE00010"
    octets = content_of(client.get(url, headers={"Accept": "application/octet-stream"}))
    bits = np.unpackbits(np.frombuffer(octets, np.uint8), bitorder="little")[: MASKS.size]
    assert np.array_equal(bits.reshape(MASKS.shape), MASKS)


@pytest.mark.parametrize("word", ["bulkdata", "bulk"])
def test_palettes_are_found_as_ohif_asks(db: None, client: Client, word: str) -> None:
    dataset = palette(STUDY, f"{STUDY}.6")
    take_in(encode(dataset))
    (record,) = client.get(f"{ROOT}/metadata").json()
    for tag in ("00281201", "00281202", "00281203"):
        address = record[tag]["BulkDataURI"]
        assert address.endswith(f"/bulkdata/{tag}")
        assert octets_at(address.replace("/bulkdata/", f"/{word}/"), client) == dataset[int(tag, 16)].value
        assert octets_at(address.lower(), client) == dataset[int(tag, 16)].value


@pytest.mark.parametrize(
    ("level", "values", "pixels"),
    [
        ("", 5, [pixels_of(number).tobytes() for number in (1, 2, 3)] + [pixels_of(number).tobytes() for number in (1, 2)]),
        (f"/series/{STUDY}.1", 3, [pixels_of(number).tobytes() for number in (1, 2, 3)]),
        (f"/series/{STUDY}.1/instances/{STUDY}.1.2", 1, [pixels_of(2).tobytes()]),
    ],
)
def test_all_values_at_each_level(archive: object, client: Client, level: str, values: int, pixels: list[bytes]) -> None:
    if not level:
        pixels = [*pixels, HEAT.tobytes()]
    alone = [body for _, body in parts_of(client.get(f"{ROOT}{level}/pixeldata", headers={"Accept": PARTS}))]
    assert alone[: len(pixels)] == pixels
    every = [body for _, body in parts_of(client.get(f"{ROOT}{level}/bulkdata", headers={"Accept": PARTS}))]
    assert every.count(PRIVATE) == values
    assert [body for body in every if body != PRIVATE] == alone


def test_it_is_not_sent_again_unchanged(archive: object, client: Client) -> None:
    first = client.get(f"{ROOT}/pixeldata")
    assert client.get(f"{ROOT}/pixeldata", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(f"{ROOT}/bulkdata", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        (f"/series/{STUDY}.5/bulkdata", "*/*", 404),  # a report has none
        (f"/series/{STUDY}.5/instances/{STUDY}.5.1/bulkdata/7FE00010", "*/*", 404),
        (f"/series/{STUDY}.1/instances/{STUDY}.1.1/bulkdata/00091002", "*/*", 404),
        (f"/series/{STUDY}.1/instances/{STUDY}.1.1/bulkdata/00100010", "*/*", 404),  # no binary value
        (f"/series/{STUDY}.1/instances/{STUDY}.1.1/bulkdata/0009100", "*/*", 404),
        ("/bulkdata", "application/octet-stream", 406),  # several values are parts
        ("/pixeldata", "image/png", 406),
        (f"/series/{STUDY}.1/instances/{STUDY}.1.1/bulkdata/00091001", "image/png", 406),
    ],
)
def test_what_is_not_there_or_not_sent_so(archive: object, client: Client, path: str, accept: str, status: int) -> None:
    response = client.get(ROOT + path, headers={"Accept": accept})
    assert response.status_code == status
    assert OTHER_STUDY not in response.content.decode()
