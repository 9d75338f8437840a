"""Frames: each encoding gives the same octets as pydicom and NumPy, or the stored ones."""

import gzip

import numpy as np
import pytest
from django.test import Client
from pydicom.uid import UID

from radapp.archive.models import Instance
from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.conftest import HEAT, MASKS, OTHER_STUDY, STUDY, take_in
from tests.radapp.dicomweb.objects import SYNTAXES, encode, image, pixels_of

pytestmark = pytest.mark.once

OCTETS = 'multipart/related; type="application/octet-stream"'
THIRD = "1.2.826.0.1.3680043.10.7.3"
STACK = np.stack([pixels_of(number, 48, 64) for number in range(5)])


def frames_url(study: str, series: str, instance: str, numbers: str) -> str:
    return f"/dicom-web/studies/{study}/series/{series}/instances/{instance}/frames/{numbers}"


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda uid: UID(uid).name)
@pytest.mark.parametrize("multi", [False, True], ids=["single", "enhanced"])
def test_every_syntax_gives_the_same_uncompressed_octets(db: None, client: Client, syntax: str, multi: bool) -> None:
    take_in(encode(image(THIRD, f"{THIRD}.1", 1, STACK if multi else None), syntax))
    numbers, expected = ("4,1,5", [STACK[3], STACK[0], STACK[4]]) if multi else ("1", [pixels_of(1)])
    response = client.get(frames_url(THIRD, f"{THIRD}.1", f"{THIRD}.1.1", numbers), headers={"Accept": OCTETS})
    assert response.status_code == 200, response.content
    parts = parts_of(response)
    assert [kind for kind, _ in parts] == ["application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"] * len(expected)
    assert [body for _, body in parts] == [frame.astype("<u2").tobytes() for frame in expected]


@pytest.mark.parametrize(
    ("syntax", "media_type"),
    [("1.2.840.10008.1.2.5", "image/dicom-rle"), ("1.2.840.10008.1.2.4.90", "image/jp2")],
)
@pytest.mark.parametrize(
    "accept",
    [
        "multipart/related; type=application/octet-stream; transfer-syntax=*",
        'multipart/related; type="application/octet-stream"; transfer-syntax="*"',
        'multipart/related; type="*/*"; transfer-syntax=*',
        'multipart/related; type="{media_type}"; transfer-syntax={syntax}',
        'image/made-up, multipart/related; type="{media_type}"; q=0.5',
    ],
)
def test_compressed_frames_travel_as_stored(db: None, client: Client, syntax: str, media_type: str, accept: str) -> None:
    """Cornerstone's loader reads the part's media type and its transfer-syntax parameter, which is not quoted."""
    take_in(encode(image(THIRD, f"{THIRD}.1", 1, STACK), syntax))
    url = frames_url(THIRD, f"{THIRD}.1", f"{THIRD}.1.1", "2")
    response = client.get(url, headers={"Accept": accept.format(media_type=media_type, syntax=syntax)})
    ((kind, body),) = parts_of(response)
    assert kind == f"{media_type}; transfer-syntax={syntax}"
    stored = Instance.objects.get(sop_instance_uid=f"{THIRD}.1.1")
    assert body
    assert len(body) < stored.size
    if media_type == "image/jp2":
        assert body.startswith(b"\xff\x4f\xff\x51"), "a JPEG 2000 codestream begins with SOC and SIZ"


@pytest.mark.parametrize(
    "wanted",
    [
        "image/jphc; transfer-syntax=1.2.840.10008.1.2.4.201",
        "image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50",
        "image/jls; transfer-syntax=1.2.840.10008.1.2.4.81",
    ],
)
def test_a_compressed_syntax_that_nobody_writes_here_is_refused(archive: object, client: Client, wanted: str) -> None:
    url = frames_url(STUDY, f"{STUDY}.1", f"{STUDY}.1.1", "1")
    response = client.get(url, headers={"Accept": f"multipart/related; type={wanted}"})
    assert response.status_code == 406
    assert response.json()["code"] == "not_acceptable"
    assert STUDY not in response.content.decode()


def test_one_frame_alone_as_octets(archive: object, client: Client) -> None:
    url = frames_url(STUDY, f"{STUDY}.1", f"{STUDY}.1.2", "1")
    response = client.get(url, headers={"Accept": "application/octet-stream"})
    assert response["Content-Type"] == "application/octet-stream"
    assert content_of(response) == pixels_of(2).tobytes()


def test_every_plane_of_a_float_map_in_one_gzipped_answer(archive: object, client: Client) -> None:
    url = frames_url(STUDY, f"{STUDY}.3", f"{STUDY}.3.1", "1,2,3,4")
    for _ in range(2):  # the second answer comes from the cache
        response = client.get(url, headers={"Accept": OCTETS, "Accept-Encoding": "gzip, br"})
        assert response["Content-Encoding"] == "gzip"
        parts = parts_of(response, gzip.decompress(content_of(response)))
        assert np.array_equal(np.stack([np.frombuffer(body, "<f4").reshape(6, 5) for _, body in parts]), HEAT)
    plain = parts_of(client.get(url, headers={"Accept": OCTETS}))
    assert [body for _, body in plain] == [body for _, body in parts]


def test_one_bit_frames_are_cut_out_and_packed(archive: object, client: Client) -> None:
    url = frames_url(STUDY, f"{STUDY}.4", f"{STUDY}.4.1", "1,2,3")
    for index, (_, body) in enumerate(parts_of(client.get(url, headers={"Accept": OCTETS}))):
        bits = np.unpackbits(np.frombuffer(body, np.uint8), bitorder="little")[:15]
        assert np.array_equal(bits.reshape(3, 5), MASKS[index])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ((STUDY, f"{STUDY}.1", f"{STUDY}.1.1", "2"), 404),
        ((STUDY, f"{STUDY}.1", f"{STUDY}.1.1", "0"), 404),
        ((STUDY, f"{STUDY}.1", f"{STUDY}.1.1", "one"), 400),
        ((STUDY, f"{STUDY}.1", f"{STUDY}.1.1", "1,,1"), 400),
        ((STUDY, f"{STUDY}.1", f"{STUDY}.1.1", "²"), 400),
        ((STUDY, f"{STUDY}.5", f"{STUDY}.5.1", "1"), 404),  # a report
        ((STUDY, f"{STUDY}.2", f"{STUDY}.1.1", "1"), 404),  # of another series
        ((OTHER_STUDY, f"{STUDY}.1", f"{STUDY}.1.1", "1"), 404),  # of another study
        ((STUDY, f"{STUDY}.1", "1.2.3", "1"), 404),
    ],
)
def test_what_is_not_there(archive: object, client: Client, path: tuple[str, str, str, str], status: int) -> None:
    response = client.get(frames_url(*path), headers={"Accept": OCTETS})
    assert response.status_code == status
    assert set(response.json()) == {"code", "detail", "reference"}
    assert "Li^Wei" not in response.content.decode()
    assert STUDY not in response.content.decode()


def test_unchanged_frames_are_not_sent_again(archive: object, client: Client) -> None:
    url = frames_url(STUDY, f"{STUDY}.1", f"{STUDY}.1.1", "1")
    first = client.get(url, headers={"Accept": OCTETS})
    assert first["Cache-Control"].startswith("private")
    again = client.get(url, headers={"Accept": OCTETS, "If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not content_of(again)
