"""Pieces of answers: ranges of files, values and frames; what lies behind the end; other versions."""

from collections.abc import Callable

import pytest
from django.test import Client

from radapp.archive import storage
from radapp.archive.models import Instance
from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.conftest import HEAT, STUDY
from tests.radapp.dicomweb.objects import pixels_of

pytestmark = pytest.mark.once

FIRST = f"/dicom-web/studies/{STUDY}/series/{STUDY}.1/instances/{STUDY}.1.1"
MAP = f"/dicom-web/studies/{STUDY}/series/{STUDY}.3/instances/{STUDY}.3.1"
OCTETS = {"Accept": "application/octet-stream"}
PRIVATE = bytes(range(256)) * 8


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=2000-", 2000, 2047), ("bytes=-5", 2043, 2047),
        ("bytes=0-99999999", 0, 2047), ("bytes=-99999999", 0, 2047), ("bytes = 1 - 2", 1, 2),
    ],
)  # fmt: skip
def test_a_piece(archive: object, client: Client, asked: str, first: int, last: int) -> None:
    response = client.get(f"{FIRST}/bulkdata/00091001", headers={**OCTETS, "Range": asked})
    assert response.status_code == 206
    assert content_of(response) == PRIVATE[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/2048"
    assert response["Content-Length"] == str(last + 1 - first)


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=１-２"]
)
def test_what_is_no_single_range_gets_the_whole(archive: object, client: Client, asked: str) -> None:
    response = client.get(f"{FIRST}/bulkdata/00091001", headers={**OCTETS, "Range": asked})
    assert (response.status_code, content_of(response)) == (200, PRIVATE)
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=2048-", "bytes=99999-100000", "bytes=-0"])
def test_behind_the_end_is_nothing(archive: object, client: Client, asked: str) -> None:
    response = client.get(f"{FIRST}/bulkdata/00091001", headers={**OCTETS, "Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */2048"
    assert response.json()["code"] == "range_not_satisfiable"


def test_a_piece_of_another_version_is_not_pieced_together(archive: object, client: Client) -> None:
    url = f"{FIRST}/bulkdata/00091001"
    etag = client.get(url, headers=OCTETS)["ETag"]
    same = client.get(url, headers={**OCTETS, "Range": "bytes=1-2", "If-Range": etag})
    other = client.get(url, headers={**OCTETS, "Range": "bytes=1-2", "If-Range": '"older"'})
    weak = client.get(url, headers={**OCTETS, "Range": "bytes=1-2", "If-Range": f"W/{etag}"})
    assert [one.status_code for one in (same, other, weak)] == [206, 200, 200]


@pytest.mark.parametrize(
    ("path", "accept", "whole"),
    [
        (FIRST, "application/dicom", None),
        (f"{FIRST}/frames/1", "application/octet-stream", pixels_of(1).tobytes()),
        (f"{FIRST}/bulkdata/7FE00010", "application/octet-stream", pixels_of(1).tobytes()),
        (f"{FIRST}/bulkdata/7FE00010", "*/*", pixels_of(1).tobytes()),
        (f"{MAP}/bulkdata/7FE00008", "application/octet-stream", HEAT.tobytes()),
    ],
)
def test_every_answer_of_one_piece_can_be_cut(
    archive: dict[str, Instance], client: Client, path: str, accept: str, whole: bytes | None
) -> None:
    expected = whole or storage.path_of(archive[f"{STUDY}.1.1"].sha256).read_bytes()
    for first, last in ((0, 9), (101, 407), (len(expected) - 3, len(expected) - 1)):
        response = client.get(path, headers={"Accept": accept, "Range": f"bytes={first}-{last}"})
        assert response.status_code == 206
        assert content_of(response) == expected[first : last + 1]
        assert response["Content-Range"] == f"bytes {first}-{last}/{len(expected)}"


def test_a_piece_of_a_value_within_parts(archive: object, client: Client) -> None:
    """As dicomweb-client asks: the range is of the value, whatever the body is wrapped in."""
    url = f"{FIRST}/bulkdata/7FE00010"
    response = client.get(url, headers={"Accept": 'multipart/related; type="*/*"', "Range": "bytes=100-199"})
    assert response.status_code == 206
    ((_, body),) = parts_of(response)
    assert body == pixels_of(1).tobytes()[100:200]


def test_a_range_gives_nobody_more(archive: object, signed_in: Callable[[str], Client]) -> None:
    for name, status in (("anonymous", 401), ("reader", 403)):
        assert signed_in(name).get(FIRST, headers={"Range": "bytes=0-1"}).status_code == status
