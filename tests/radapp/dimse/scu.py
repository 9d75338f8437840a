"""pynetdicom as the other side: associations, identifiers, and PDUs made by hand."""

import contextlib
import socket
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom import build_context, build_role, evt
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.pdu import A_ASSOCIATE_RQ
from pynetdicom.pdu_primitives import A_ASSOCIATE, ImplementationClassUIDNotification, MaximumLengthNotification
from pynetdicom.presentation import PresentationContext

from tests.radapp.dimse.house import AE, SCU

ABORT, REJECT, ACCEPT, RELEASED = 7, 3, 2, 6


def dataset(**attributes: Any) -> Dataset:
    """A data set of these attributes."""
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


@contextlib.contextmanager
def associated(
    port: int,
    contexts: Iterable[PresentationContext | str],
    calling: str = SCU,
    called: str = AE,
    handlers: list[Any] | None = None,
    get: Iterable[str] = (),
    **entity: Any,
) -> Iterator[Association]:
    """An association by stock pynetdicom; `get`: SOP classes that C-GET may send. Released at the end if it still lives."""
    ae = ApplicationEntity(ae_title=calling)
    for name, value in entity.items():
        setattr(ae, name, value)
    proposed = [build_context(one) if isinstance(one, str) else one for one in contexts]
    proposed += [build_context(uid) for uid in get]
    roles = [build_role(uid, scp_role=True) for uid in get]
    found = ae.associate("127.0.0.1", port, proposed, ae_title=called, evt_handlers=handlers or [], ext_neg=roles)
    try:
        yield found
    finally:
        if found.is_established:
            found.release()
        found.abort()


def storing(into: list[Dataset], status: int = 0) -> list[Any]:
    """Handlers that keep what C-GET sends."""

    def keep(event: evt.Event) -> int:
        received = event.dataset
        received.file_meta = event.file_meta
        into.append(received)
        return status

    return [(evt.EVT_C_STORE, keep)]


def request(contexts: list[PresentationContext], calling: str = SCU, called: str = AE, application: str = "") -> bytes:
    """An A-ASSOCIATE-RQ PDU."""
    primitive = A_ASSOCIATE()
    primitive.application_context_name = application or "1.2.840.10008.3.1.1.1"
    primitive.calling_ae_title, primitive.called_ae_title = calling, called
    for number, context in enumerate(contexts):
        context.context_id = 2 * number + 1
    primitive.presentation_context_definition_list = contexts
    longest, implementation = MaximumLengthNotification(), ImplementationClassUIDNotification()
    longest.maximum_length_received = 16384
    implementation.implementation_class_uid = "1.2.3.4"
    primitive.user_information = [longest, implementation]
    return bytes(A_ASSOCIATE_RQ(primitive).encode())


class Wire:
    """A bare connection to the listener, for what no decent implementation sends."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, octets: bytes) -> None:
        """All of them; the listener may have closed already."""
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(octets)

    def associate(self, contexts: list[PresentationContext], calling: str = SCU) -> None:
        """Open an association by hand."""
        self.send(request(contexts, calling))
        kind, _ = self.pdu()
        assert kind == ACCEPT

    def release(self) -> None:
        """End it in order."""
        self.send(struct.pack(">BBLL", 5, 0, 4, 0))
        self.pdu()

    def data(self, context_id: int, control: int, fragment: bytes) -> None:
        """One P-DATA-TF of one item."""
        self.send(struct.pack(">BBLLBB", 4, 0, len(fragment) + 6, len(fragment) + 2, context_id, control) + fragment)

    def pdu(self) -> tuple[int, bytes]:
        """The next PDU's type and body; (0, b"") at the end of the connection."""
        head = self._exactly(6)
        if len(head) < 6:
            return 0, b""
        kind, _, length = struct.unpack(">BBL", head)
        return kind, self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        found = b""
        with contextlib.suppress(ConnectionError):
            while len(found) < count and (more := self.socket.recv(count - len(found))):
                found += more
        return found


def command(field: int, *, data_set: bool = True, sop_class: str = "", instance: str = "", message: int = 1) -> bytes:
    """A command set by hand."""
    elements = b""
    for element, value in ((0x0002, sop_class), (0x1000, instance)):
        if value and element == 0x0002:
            elements += _uid(element, value)
    elements += _number(0x0100, field) + _number(0x0110, message) + _number(0x0700, 0)
    elements += _number(0x0800, 1 if data_set else 0x0101)
    if instance:
        elements += _uid(0x1000, instance)
    return struct.pack("<HHLL", 0, 0, 4, len(elements)) + elements


def _uid(element: int, value: str) -> bytes:
    encoded = value.encode() + b"\0" * (len(value) % 2)
    return struct.pack("<HHL", 0, element, len(encoded)) + encoded


def _number(element: int, value: int) -> bytes:
    return struct.pack("<HHLH", 0, element, 2, value)
