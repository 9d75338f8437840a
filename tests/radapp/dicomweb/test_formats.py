"""Data sets as JSON and as XML: the Native DICOM Model as DCMTK writes it, and who gets which."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from radapp.dicomweb import native_xml
from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.conftest import OTHER_STUDY, STUDY, take_in
from tests.radapp.dicomweb.objects import encode, image
from tests.shared import not_here

pytestmark = pytest.mark.once

XML = "application/dicom+xml"
PARTS = f'multipart/related; type="{XML}"'
ROOT = f"/dicom-web/studies/{STUDY}"
SPACE = f"{{{native_xml.NAMESPACE}}}"

Told = tuple[str, str, str, str, tuple[object, ...]]


def told(parent: ElementTree.Element) -> Iterator[Told]:
    """(tag, VR, keyword, creator, values) of each attribute, items within."""
    for one in parent:
        values: list[object] = []
        for value in one:
            kind = value.tag.removeprefix(SPACE)
            if kind == "Item":
                values.append(tuple(told(value)))
            elif kind == "PersonName":
                names = [(part.tag.removeprefix(SPACE), part.text) for group in value for part in group]
                values.append((value.get("number"), tuple(names)))
            elif kind == "Value":
                values.append((value.get("number"), value.text or ""))
            else:
                values.append(kind)
        yield (
            one.get("tag", ""), one.get("vr", ""), one.get("keyword", ""), one.get("privateCreator", ""), tuple(values)
        )  # fmt: skip


def odd() -> Dataset:
    """Items, private blocks, two-byte names, values that XML has to escape, an empty one."""
    dataset = image(OTHER_STUDY, f"{OTHER_STUDY}.7", 1)
    item = Dataset()
    item.CodeValue = "A"
    item.add_new(0x00110010, "LO", "NESTED")
    item.add_new(0x00111002, "DS", ["1.5", "2.25"])
    dataset.ProcedureCodeSequence = Sequence([item, Dataset()])
    dataset.ImageComments = '  two\r\nlines <&> "quoted"'
    dataset.OperatorsName = ["Chen^Yu^^Dr", "Wu"]
    dataset.add_new("ExposureTime", "IS", "")
    return dataset


def test_it_says_what_dcmtk_says(db: None, client: Client, tmp_path: Path) -> None:
    program = shutil.which("dcm2xml")
    if program is None:
        not_here("DCMTK's dcm2xml is not installed")
    take_in(encode(odd()))
    (tmp_path / "in.dcm").write_bytes(encode(odd()))
    subprocess.run(
        [program, "--native-format", "--use-xml-namespace", str(tmp_path / "in.dcm"), str(tmp_path / "out.xml")], check=True
    )
    expected = {one[0]: one for one in told(ElementTree.parse(tmp_path / "out.xml").getroot())}
    ((kind, body),) = parts_of(client.get(f"/dicom-web/studies/{OTHER_STUDY}/metadata", headers={"Accept": PARTS}))
    assert kind == XML
    found = {one[0]: one for one in told(ElementTree.fromstring(body))}
    assert found.pop("00083002")[4] == (("1", "1.2.840.10008.1.2.1"),)
    bulk = {"7FE00010", "00090001"}  # theirs inline or left out, ours by address
    assert {tag for tag, one in found.items() if one[4] == ("BulkData",)} == bulk
    numbers = {"FL", "FD", "DS", "IS"}
    for tag in sorted(set(expected) - bulk):
        theirs, ours = expected[tag], found[tag]
        if theirs[1] in numbers:
            pairs = zip(theirs[4], ours[4], strict=True)
            assert all(float(their[1]) == float(our[1]) for their, our in pairs), tag  # type: ignore[index]
        else:
            assert ours == theirs
    assert set(found) == set(expected) | bulk


def test_what_xml_cannot_write_is_left_out() -> None:
    document = native_xml.document({"00104000": {"vr": "LT", "Value": ["a\x0bb\ud800c\x1b]0;<&>"]}})
    (found,) = told(ElementTree.fromstring(document))
    assert found[4] == (("1", "abc]0;<&>"),)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/dicom+json"), ("*/*", "application/dicom+json"), ("application/json", "application/json"),
        ("application/dicom+json", "application/dicom+json"), (PARTS, "multipart/related"),
        ("multipart/related; type=application/dicom+xml", "multipart/related"),
        (f"{PARTS}; q=0.5, application/dicom+json; q=0.4", "multipart/related"),
        (f"{PARTS}; q=0.3, application/json", "application/json"),
        ("text/html, application/xhtml+xml, */*; q=0.1", "application/dicom+json"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/dicom-web/studies", f"{ROOT}/series", f"{ROOT}/instances", f"{ROOT}/metadata"])
def test_the_client_chooses(archive: object, client: Client, path: str, accept: str, kind: str) -> None:
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response["Content-Type"].split(";")[0] == kind
    plain = client.get(path).json()
    if kind != "multipart/related":
        assert json.loads(content_of(response)) == plain
    else:
        parts = [{one[0]: one for one in told(ElementTree.fromstring(body))} for _, body in parts_of(response)]
        # A private attribute's tag is told without the block that it reserved.
        assert [len(part) for part in parts] == [len(record) for record in plain]
        assert [part["0020000D"][4] for part in parts] == [(("1", record["0020000D"]["Value"][0]),) for record in plain]


def test_one_alone_and_none_at_all(archive: object, client: Client) -> None:
    one = client.get(f"/dicom-web/studies?StudyInstanceUID={STUDY}", headers={"Accept": XML})
    assert one["Content-Type"] == XML
    assert ElementTree.fromstring(one.content).tag == f"{SPACE}NativeDicomModel"
    assert client.get("/dicom-web/studies", headers={"Accept": XML}).status_code == 406, "two documents are no document"
    none = client.get("/dicom-web/studies?PatientID=nobody", headers={"Accept": PARTS})
    assert (none.status_code, none.content) == (204, b"")
    assert client.get("/dicom-web/studies", headers={"Accept": "text/html"}).status_code == 406


def test_metadata_in_xml_is_not_sent_again_unchanged(archive: object, client: Client) -> None:
    first = client.get(f"{ROOT}/metadata", headers={"Accept": PARTS})
    assert client.get(f"{ROOT}/metadata", headers={"Accept": PARTS, "If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(f"{ROOT}/metadata", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("accept", [XML, PARTS])
def test_the_answer_to_a_store_request(db: None, client: Client, accept: str) -> None:
    good = encode(image(STUDY, f"{STUDY}.1", 1))
    body = b"".join(b"--X\r\nContent-Type: application/dicom\r\n\r\n" + part + b"\r\n" for part in (good, b"no DICOM"))
    response = client.post(
        "/dicom-web/studies", body + b"--X--", content_type='multipart/related; type="application/dicom"; boundary=X',
        headers={"Accept": accept},
    )  # fmt: skip
    assert response.status_code == 202
    assert response["Content-Type"] == XML
    found = {one[0]: one for one in told(ElementTree.fromstring(response.content))}
    assert len(found["00081199"][4]) == len(found["00081198"][4]) == 1
