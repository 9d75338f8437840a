"""How the simulated scanner sends: C-STORE and MPPS to the DICOM listener, or STOW-RS where none listens."""

import http.client
import socket
import ssl
import uuid
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.sop_class import ModalityPerformedProcedureStep  # type: ignore[attr-defined]

SUCCESS = 0x0000
ANSWER_S = 60.0


class SendingFailed(RuntimeError):  # noqa: N818 - told to whoever runs the command
    """The archive did not take what was sent; the text says what and what to do."""


class Sender(Protocol):
    """What a scanner does with its images."""

    def store(self, dataset: Dataset) -> None:
        """Send one image, and return when the archive has it."""

    def end_series(self) -> None:
        """Nothing more of this series comes."""

    def begin_step(self, dataset: Dataset) -> str:
        """Report that a step has begun; its UID, or empty where reports are not sent."""

    def end_step(self, step: str, series: Sequence[Sequence[Dataset]]) -> None:
        """Report that the step is completed, with what it made."""

    def close(self) -> None:
        """End it."""


class StoreScu:
    """One association for the whole examination; `release_series`: one for each series."""

    def __init__(self, host: str, port: int, ae_title: str, called: str, *, release_series: bool) -> None:
        self._address = (host, port)
        self._called = called
        self._release_series = release_series
        self._association: Association | None = None
        self._ae = AE(ae_title=ae_title)
        self._ae.add_requested_context(MRImageStorage, ExplicitVRLittleEndian)
        self._ae.add_requested_context(ModalityPerformedProcedureStep, ExplicitVRLittleEndian)
        self._ae.acse_timeout = self._ae.dimse_timeout = self._ae.network_timeout = ANSWER_S

    def _associated(self) -> Association:
        host, port = self._address
        if self._association is None or not self._association.is_established:
            if not listens(host, port):
                raise SendingFailed(f"nobody listens at {host}:{port}: manage.py dimse")
            self._association = self._ae.associate(host, port, ae_title=self._called)
        if not self._association.is_established:
            raise SendingFailed(
                f"{self._called} at {host}:{port} refused the association of {self._ae.ae_title}. Allow it: "
                f"manage.py dimse_peer add {self._ae.ae_title} ADDRESS --allow echo,store,mpps"
            )
        return self._association

    def store(self, dataset: Dataset) -> None:
        """C-STORE."""
        status = getattr(self._associated().send_c_store(dataset), "Status", None)
        if status != SUCCESS:
            raise SendingFailed(
                f"C-STORE was answered with {'nothing' if status is None else f'{status:04X}'}, expected 0000"
            )

    def end_series(self) -> None:
        """Release, where each series has its association."""
        if self._release_series:
            self.close()

    def begin_step(self, dataset: Dataset) -> str:
        """N-CREATE."""
        step = str(generate_uid())
        said = Dataset()
        said.PerformedProcedureStepStatus, said.PerformedProcedureStepID = "IN PROGRESS", "1"
        said.PerformedStationAETitle, said.Modality = self._ae.ae_title, "MR"
        said.PerformedProcedureStepStartDate, said.PerformedProcedureStepStartTime = dataset.StudyDate, dataset.SeriesTime
        said.PerformedSeriesSequence = []
        scheduled = Dataset()
        scheduled.StudyInstanceUID = dataset.StudyInstanceUID
        said.ScheduledStepAttributesSequence = [scheduled]
        status, _ = self._associated().send_n_create(said, ModalityPerformedProcedureStep, step)
        _expect_success("N-CREATE", status)
        return step

    def end_step(self, step: str, series: Sequence[Sequence[Dataset]]) -> None:
        """N-SET."""
        said = Dataset()
        said.PerformedProcedureStepStatus = "COMPLETED"
        said.PerformedSeriesSequence = [_performed(images) for images in series]
        status, _ = self._associated().send_n_set(said, ModalityPerformedProcedureStep, step)
        _expect_success("N-SET", status)

    def close(self) -> None:
        """Release the association."""
        if self._association is not None and self._association.is_established:
            self._association.release()
        self._association = None


def _expect_success(what: str, status: Dataset) -> None:
    found = getattr(status, "Status", None)
    if found != SUCCESS:
        raise SendingFailed(f"{what} was answered with {'nothing' if found is None else f'{found:04X}'}, expected 0000")


def _performed(images: Sequence[Dataset]) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID, item.SeriesDescription = images[0].SeriesInstanceUID, images[0].SeriesDescription
    item.ProtocolName = images[0].ProtocolName
    item.ReferencedImageSequence = []
    for image in images:
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
        item.ReferencedImageSequence.append(reference)
    return item


class StowClient:
    """STOW-RS, one image a request. It has no associations and no performed steps."""

    def __init__(self, url: str, token: str) -> None:
        self._parts, self._token = urlsplit(url), token
        self._connection: http.client.HTTPConnection | None = None

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            host, port = self._parts.hostname or "", self._parts.port
            if self._parts.scheme == "https":
                context = ssl.create_default_context()
                self._connection = http.client.HTTPSConnection(host, port, timeout=ANSWER_S, context=context)
            else:
                self._connection = http.client.HTTPConnection(host, port, timeout=ANSWER_S)
        return self._connection

    def store(self, dataset: Dataset) -> None:
        """POST one part."""
        boundary = uuid.uuid4().hex
        head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        body = head + _file(dataset) + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Accept": "application/dicom+json",
            "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
        }
        try:
            status, answer = self._exchange(body, headers)
        except (http.client.HTTPException, OSError) as error:
            raise SendingFailed(f"the web server at {self._parts.netloc} does not answer: {error}") from error
        if status != 200:
            said = answer[:300].decode(errors="replace")
            raise SendingFailed(f"STOW-RS was answered with {status}, expected 200: {said}")

    def _exchange(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer. A kept connection that the server has closed meanwhile is opened anew, once."""
        kept = self._connection is not None
        connection = self._connected()
        try:
            connection.request("POST", "/dicom-web/studies", body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (ConnectionError, http.client.RemoteDisconnected):
            self.close()
            if not kept:
                raise
            return self._exchange(body, headers)

    def end_series(self) -> None:
        """Nothing tells it."""

    def begin_step(self, dataset: Dataset) -> str:
        """Nothing is reported."""
        return ""

    def end_step(self, step: str, series: Sequence[Sequence[Dataset]]) -> None:
        """Nothing is reported."""

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _file(dataset: Dataset) -> bytes:
    if not hasattr(dataset, "file_meta"):
        dataset.file_meta = FileMetaDataset()
    out = DicomBytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    return bytes(out.getvalue())


def listens(host: str, port: int) -> bool:
    """Whether anything answers at this address."""
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False
