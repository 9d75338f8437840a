"""STOW-RS: what comes in, what is refused and how it is told; and the multipart reader by itself."""

import errno
from collections import deque
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from radapp.archive import receiving
from radapp.archive.models import Instance, Intake, SetAside
from radapp.dicomweb import multipart_reader, store
from radapp.dicomweb.multipart_reader import MultipartError, MultipartReader, parameters_of
from tests.radapp.dicomweb.conftest import OTHER_STUDY, STUDY
from tests.radapp.dicomweb.objects import encode, image, report

BOUNDARY = "a-boundary'()+_,-./:=?"
KIND = f'multipart/related; type="application/dicom"; boundary="{BOUNDARY}"'


def body_of(*parts: bytes, kind: str = "application/dicom") -> bytes:
    heads = [f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode() + part + b"\r\n" for part in parts]
    return b"".join(heads) + f"--{BOUNDARY}--".encode()


def post(client: Client, data: bytes, kind: str = KIND, study: str = "") -> Any:
    return client.post(f"/dicom-web/studies{study}", data=data, content_type=kind)


def codes(answer: dict[str, Any]) -> list[int]:
    return [item["00081197"]["Value"][0] for item in answer.get("00081198", {}).get("Value", [])]


def test_instances_are_stored_and_told(db: None, client: Client) -> None:
    files = [encode(image(STUDY, f"{STUDY}.1", number)) for number in (1, 2)] + [encode(report(STUDY, f"{STUDY}.5"))]
    response = post(client, body_of(*files))
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/dicom+json"
    answer = response.json()
    stored = answer["00081199"]["Value"]
    assert [one["00081155"]["Value"][0] for one in stored] == [f"{STUDY}.1.1", f"{STUDY}.1.2", f"{STUDY}.5.1"]
    assert stored[0]["00081190"]["Value"][0].endswith(f"/dicom-web/studies/{STUDY}/series/{STUDY}.1/instances/{STUDY}.1.1")
    assert answer["00081190"]["Value"][0].endswith(f"/dicom-web/studies/{STUDY}")
    assert "00081198" not in answer
    assert Instance.objects.count() == 3
    assert Intake.objects.get().finished_at is not None
    assert post(client, body_of(*files)).status_code == 200, "the same again is no error"
    assert Instance.objects.count() == 3


def test_bad_parts_do_not_harm_good_ones(db: None, client: Client) -> None:
    good, cut = encode(image(STUDY, f"{STUDY}.1", 1)), encode(image(STUDY, f"{STUDY}.1", 2))[:-900]
    response = post(client, body_of(b"no DICOM at all", good, cut, b"", b"PK\x03\x04" + b"\0" * 500))
    assert response.status_code == 202
    answer = response.json()
    assert [one["00081155"]["Value"][0] for one in answer["00081199"]["Value"]] == [f"{STUDY}.1.1"]
    assert codes(answer) == [0xC000] * 4
    assert Instance.objects.count() == 1


def test_nothing_stored_is_a_conflict(db: None, client: Client) -> None:
    response = post(client, body_of(b"no DICOM at all"))
    assert response.status_code == 409
    assert codes(response.json()) == [0xC000]


def test_another_study_than_the_address_names_is_refused(db: None, client: Client) -> None:
    files = [encode(image(STUDY, f"{STUDY}.1", 1)), encode(image(OTHER_STUDY, f"{OTHER_STUDY}.1", 1))]
    response = post(client, body_of(*files), study=f"/{STUDY}")
    assert response.status_code == 202
    (failed,) = response.json()["00081198"]["Value"]
    assert failed["00081155"]["Value"] == [f"{OTHER_STUDY}.1.1"]
    assert failed["00081197"]["Value"] == [0xA900]
    assert not Instance.objects.filter(sop_instance_uid=f"{OTHER_STUDY}.1.1").exists()
    assert post(client, body_of(files[1]), study=f"/{STUDY}").status_code == 409


def test_another_data_set_under_a_stored_uid(archive: object, client: Client) -> None:
    corrected = image(STUDY, f"{STUDY}.1", 1)
    corrected.PatientName = "Li^Wei^Corrected"
    response = post(client, body_of(encode(corrected)))
    assert response.status_code == 202
    assert response.json()["00081199"]["Value"][0]["00081196"]["Value"] == [0xB000]
    assert SetAside.objects.count() == 1
    forged = image(STUDY, f"{STUDY}.1", 1)
    forged.PixelData = b"\1" * len(forged.PixelData)
    response = post(client, body_of(encode(forged)))
    assert response.status_code == 409
    assert codes(response.json()) == [0x0111]


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("application/json", b"{}", 415),
        ('multipart/related; type="application/dicom+json"; boundary=x', b"", 415),
        ("text/plain", b"x", 415),
        ('multipart/related; type="application/dicom"', b"x", 400),
        (KIND, b"no boundary anywhere", 400),
        (KIND, f"--{BOUNDARY}--".encode(), 400),
        (KIND, body_of(b"x" * 300)[:200], 400),
        (KIND, f"--{BOUNDARY}garbage\r\n\r\n".encode(), 400),
    ],
)  # fmt: skip
def test_what_is_no_store_request(db: None, client: Client, kind: str, data: bytes, status: int) -> None:
    response = post(client, data, kind)
    assert response.status_code == status
    assert set(response.json()) == {"code", "detail", "reference"}
    assert Instance.objects.count() == 0


def test_one_instance_as_the_whole_body(db: None, client: Client) -> None:
    assert post(client, encode(image(STUDY, f"{STUDY}.1", 1)), "application/dicom").status_code == 200
    assert Instance.objects.count() == 1


def test_who_may_store(db: None, signed_in: Callable[[str], Client], bearer: Callable[[str], dict[str, str]]) -> None:
    data = body_of(encode(image(STUDY, f"{STUDY}.1", 1)))
    for name, status in (("anonymous", 401), ("reader", 403), ("investigator", 403)):
        assert post(signed_in(name), data).status_code == status
    assert Instance.objects.count() == 0
    strict = Client(enforce_csrf_checks=True)
    sent = strict.post("/dicom-web/studies", data=data, content_type=KIND, headers=bearer("radiologist"))
    assert sent.status_code == 200, "a token needs no CSRF token"


class Trickle:
    """A stream that gives a few octets at a time, to put every boundary across every block's edge."""

    def __init__(self, octets: bytes, step: int) -> None:
        self._file = BytesIO(octets)
        self._step = step

    def read(self, size: int, /) -> bytes:
        return self._file.read(min(size, self._step))


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64, 1_000_000])
def test_the_reader_gives_each_part_exactly(step: int) -> None:
    contents = [b"", b"\r\n--a-bound", b"\r\n\r\n", bytes(range(256)) * 3, b"--", b"\r\n"]
    text = b"preamble\r\n" + body_of(*contents) + b"\r\nepilogue"
    reader = MultipartReader(Trickle(text, step), BOUNDARY)
    found = []
    for head in reader.parts():
        assert head.content_type == "application/dicom"
        out = BytesIO()
        assert reader.copy_to(out) == len(out.getvalue())
        found.append(out.getvalue())
    assert found == contents


def test_a_part_without_headers() -> None:
    reader = MultipartReader(BytesIO(f"--{BOUNDARY}\r\n\r\nx\r\n--{BOUNDARY}--".encode()), BOUNDARY)
    (head,) = [(head, reader.copy_to(BytesIO())) for head in reader.parts()]
    assert head == (type(head[0])({}), 1)


def test_endless_headers_are_refused_early() -> None:
    stream = Trickle(f"--{BOUNDARY}\r\n".encode() + b"A: b\r\n" * 2_000_000, 1024 * 1024)
    with pytest.raises(MultipartError, match="headers"):
        next(MultipartReader(stream, BOUNDARY).parts())


def test_a_part_larger_than_any_instance_is_dropped_as_it_comes(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, large = encode(image(STUDY, f"{STUDY}.1", 1)), encode(image(STUDY, f"{STUDY}.1", 2)) + bytes(3_000_000)
    monkeypatch.setattr(receiving, "MOST_BYTES", 2_000_000)
    response = post(client, body_of(large, good))
    assert response.status_code == 202
    answer = response.json()
    assert codes(answer) == [0xC000]
    assert "expected an instance of at most 2000000" in answer["00081198"]["Value"][0]["00000902"]["Value"][0]
    assert Instance.objects.count() == 1
    alone = client.post("/dicom-web/studies", data=large, content_type="application/dicom")
    assert alone.status_code == 409


def test_a_full_temporary_folder_refuses_parts_and_takes_what_fits(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, large = encode(image(STUDY, f"{STUDY}.1", 1)), encode(image(STUDY, f"{STUDY}.1", 2)) + bytes(3_000_000)

    class Small(BytesIO):
        def write(self, piece: Any, /) -> int:
            if self.tell() + len(piece) > 2_000_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(piece)

    monkeypatch.setattr(store, "PART_IN_MEMORY_BYTES", 1_000_000)
    monkeypatch.setattr(store.tempfile, "TemporaryFile", lambda *_, **__: Small())
    response = post(client, body_of(large, good))
    assert response.status_code == 202
    assert codes(response.json()) == [0xA700]
    assert post(client, body_of(large)).status_code == 507


def test_a_content_type_of_nothing_but_letters_is_read_at_once() -> None:
    """A pattern tried at every letter of half a million would take hours."""
    assert parameters_of("multipart/related; " + "a" * 500_000) == ("multipart/related", {})


def test_no_more_parts_than_an_examination_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart_reader, "PARTS_AT_MOST", 3)
    reader = MultipartReader(BytesIO(b"--b\r\n\r\n\r\n" * 5 + b"--b--"), "b")
    with pytest.raises(MultipartError, match="more than 3 parts"):
        deque((reader.copy_to(BytesIO()) for _ in reader.parts()), maxlen=0)
