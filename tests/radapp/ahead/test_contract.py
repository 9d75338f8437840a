"""What is answered ahead of Django's middleware is what Django answers: status, headers and every octet."""

import gzip
from itertools import product

import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from radapp.archive.models import Instance
from tests.radapp.ahead.conftest import Asking
from tests.radapp.archive import makers
from tests.radapp.dicomweb.conftest import take_in
from tests.radapp.dicomweb.objects import encode, float_map, image, report, segmentation

pytestmark = pytest.mark.once

STUDY = "1.2.826.0.1.3680043.10.7.1"
STACK = np.stack([np.full((64, 50), n, np.uint16) for n in (1, 2, 3)])
OBJECTS = {
    "native": lambda: encode(image(STUDY, f"{STUDY}.1", 1)),
    "implicit": lambda: encode(image(STUDY, f"{STUDY}.1", 1, STACK), ImplicitVRLittleEndian),
    "frames": lambda: encode(image(STUDY, f"{STUDY}.1", 1, STACK)),
    "big": lambda: encode(image(STUDY, f"{STUDY}.1", 1, STACK), ExplicitVRBigEndian),
    "deflated": lambda: encode(image(STUDY, f"{STUDY}.1", 1, STACK), DeflatedExplicitVRLittleEndian),
    "rle": lambda: encode(image(STUDY, f"{STUDY}.1", 1, STACK), RLELossless),
    "jpeg2000": lambda: encode(image(STUDY, f"{STUDY}.1", 1, STACK), JPEG2000Lossless),
    "map": lambda: encode(float_map(STUDY, f"{STUDY}.1", STACK.astype(np.float32))),
    "mask": lambda: encode(segmentation(STUDY, f"{STUDY}.1", STACK % 2)),
    "report": lambda: encode(report(STUDY, f"{STUDY}.1")),
    "bare": lambda: makers.bare(image(STUDY, f"{STUDY}.1", 1), ImplicitVRLittleEndian),
    "large": lambda: encode(image(STUDY, f"{STUDY}.1", 1, np.arange(3 * 700 * 700, dtype=np.uint16).reshape(3, 700, 700))),
}
SYNTAXES = ("", "; transfer-syntax=*", f"; transfer-syntax={ExplicitVRLittleEndian}", f"; transfer-syntax={RLELossless}")
TYPES = ('"application/octet-stream"', "application/octet-stream", '"*/*"', '"image/dicom-rle"', '"image/jp2"')
ACCEPTS = [
    *(f"multipart/related; type={kind}{syntax}" for kind, syntax in product(TYPES, SYNTAXES)),
    *('multipart/related; type="application/dicom"' + syntax for syntax in SYNTAXES),
    *("*/*", "application/octet-stream", "application/dicom", "application/dicom+json", "application/json", "text/html"),
    *("image/*", "application/*; q=0.5, image/jp2", "multipart/related", "multipart/related; type=image/jls, */*; q=0.1"),
    'multipart/related; type="image/jls"; q=0.3, multipart/related; type="application/octet-stream"; q=0.9',
    "nonsense;;;=,, q=,",
]


def addresses(numbers: tuple[str, ...] = ("1", "3", "2,1", "4", "0", "1,,2")) -> list[str]:
    series = f"/dicom-web/studies/{STUDY}/series/{STUDY}.1"
    return [series, f"{series}/metadata", *(f"{series}/instances/{STUDY}.1.1/frames/{number}" for number in numbers)]


@pytest.mark.parametrize("kind", list(OBJECTS))
def test_the_same_answer_or_none(asking: Asking, kind: str) -> None:
    take_in(OBJECTS[kind]())
    answered = 0
    for accept, path in product(ACCEPTS, addresses()):
        for encoding in ({}, {"Accept_Encoding": "gzip, br"}) if accept in ACCEPTS[:3] else ({},):
            found = asking.ahead(path, Accept=accept, **encoding)
            if found is not None:
                answered += 1
                assert found == asking.behind(path, Accept=accept, **encoding), (accept, path)
    assert answered > 0


@pytest.mark.parametrize(
    ("kind", "path", "accept"),
    [
        *(
            ("native", n, a)
            for n in ("1",)
            for a in ('multipart/related; type="application/octet-stream"', "*/*", "application/octet-stream")
        ),
        *(("frames", n, 'multipart/related; type="application/octet-stream"; transfer-syntax=*') for n in ("2", "1,2,3")),
        ("implicit", "3", "multipart/related; type=application/octet-stream; transfer-syntax=*"),
        ("rle", "2", 'multipart/related; type="*/*"; transfer-syntax=*'),
        ("jpeg2000", "2", "multipart/related; type=image/jp2"),
        ("large", "3", "*/*"),
    ],
)
def test_the_ways_of_viewers_are_answered_here(asking: Asking, kind: str, path: str, accept: str) -> None:
    take_in(OBJECTS[kind]())
    found = asking.ahead(addresses((path,))[-1], Accept=accept)
    assert found is not None
    assert found.status == 200


@pytest.mark.parametrize(
    "accept",
    ["", 'multipart/related; type="application/dicom"', 'multipart/related; type="application/dicom"; transfer-syntax=*'],
)
def test_a_series_of_files_in_their_order(asking: Asking, accept: str) -> None:
    """One that is larger than one stretch of reading, and one of several syntaxes."""
    large = np.arange(900 * 900, dtype=np.uint16).reshape(1, 900, 900)
    take_in(*(encode(image(STUDY, f"{STUDY}.1", number, large + number)) for number in (3, 1, 2)))
    take_in(encode(image(STUDY, f"{STUDY}.1", 4), RLELossless))
    headers = {"Accept": accept} if accept else {}
    found = asking.ahead(addresses()[0], **headers)
    assert found is not None
    assert found == asking.behind(addresses()[0], **headers)
    assert len([one for one in asking.sent if one.get("body")]) > 3, "in stretches, not at once"
    stored = [one.sop_instance_uid for one in Instance.objects.order_by("instance_number")]
    positions = [found.body.index(uid.encode()) for uid in stored]
    assert positions == sorted(positions)


@pytest.mark.parametrize("encoding", ["gzip", "identity", "br;q=1, gzip;q=0"])
def test_metadata_is_kept_ready(asking: Asking, encoding: str) -> None:
    take_in(*(encode(image(STUDY, f"{STUDY}.1", number)) for number in (1, 2, 3)))
    path = addresses()[1]
    for _ in range(2):
        found = asking.ahead(path, Accept="application/dicom+json", Accept_Encoding=encoding)
        assert found is not None
        assert found == asking.behind(path, Accept="application/dicom+json", Accept_Encoding=encoding)
    assert found.body.startswith(gzip.compress(b"")[:2] if encoding == "gzip" else b"[{")


@pytest.mark.parametrize("address", [0, 1, 2])
def test_what_the_client_holds_is_not_sent_again(asking: Asking, address: int) -> None:
    take_in(OBJECTS["frames"]())
    path = addresses()[address]
    first = asking.ahead(path)
    assert first is not None
    for held in (first.headers["etag"], f'W/{first.headers["etag"]}, "other"', "*"):
        again = asking.ahead(path, If_None_Match=held)
        assert again is not None
        assert (again.status, again.body) == (304, b"")
        assert again == asking.behind(path, If_None_Match=held)
    assert asking.ahead(path, If_None_Match='"other"') == asking.behind(path, If_None_Match='"other"')
