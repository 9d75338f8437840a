"""One stored instance to a peer by C-STORE: its bytes as they are where the peer takes them, decoded where it does not."""

import io
import struct
from collections.abc import Iterable
from typing import IO

from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.presentation import PresentationContext

from radapp.archive import storage
from radapp.archive.encoding import EXPLICIT_LITTLE, IMPLICIT_LITTLE
from radapp.archive.models import Instance
from radapp.dicomweb.syntaxes import ConversionImpossibleError, convert_instance
from radapp.dimse import commands
from radapp.dimse.association import PeerAssociation

META_GROUP = 2
LONG_VRS = frozenset({b"OB", b"OW", b"UN", b"SQ", b"UT"})
FAILURE, WARNING, SUCCESS = "failure", "warning", "success"


class CannotSendError(RuntimeError):
    """The peer takes none of the transfer syntaxes that this instance can be written in, or its bytes cannot be read."""


class LostError(ConnectionError):
    """The association ended, or its peer did not answer in time."""


def send(association: PeerAssociation, instance: Instance, message_id: int, originator: tuple[str, int] | None) -> str:
    """Send one; FAILURE, WARNING or SUCCESS by what the peer answered. Raises CannotSendError, LostError."""
    context, file = _opened(association.accepted_contexts, instance)
    assert context.context_id is not None
    with file:
        command = commands.store_request(instance.sop_class_uid, instance.sop_instance_uid, message_id, originator)
        _send_message(association, context.context_id, command, file)
    _, response = association.dimse.get_msg(block=True)
    if response is None:
        raise LostError("no answer to C-STORE")
    if not isinstance(response, C_STORE) or response.MessageIDBeingRespondedTo != message_id:
        raise LostError("another answer than to the C-STORE that was sent")
    return kind_of(response.Status)


def kind_of(status: int | None) -> str:
    """What a status of C-STORE says (PS3.4 table B.2-1)."""
    if status == 0:
        return SUCCESS
    return WARNING if status is not None and status >> 12 == 0xB else FAILURE


def _opened(accepted: Iterable[PresentationContext], instance: Instance) -> tuple[PresentationContext, IO[bytes]]:
    """The context to send in, and the data set behind a file's head."""
    mine = [one for one in accepted if one.abstract_syntax == instance.sop_class_uid and one.as_scu]
    by_syntax = {str(one.transfer_syntax[0]): one for one in mine}
    try:
        exact = by_syntax.get(instance.transfer_syntax_uid)
        if exact is not None:
            return exact, _at_data_set(storage.open_(instance.sha256))
        for syntax in (EXPLICIT_LITTLE, IMPLICIT_LITTLE):
            if syntax in by_syntax:
                written = convert_instance(storage.path_of(instance.sha256), syntax)
                return by_syntax[syntax], _at_data_set(io.BytesIO(written))
    except ConversionImpossibleError as error:
        raise CannotSendError(f"{instance.transfer_syntax_uid} cannot be decoded") from error
    except OSError as error:
        raise CannotSendError(f"its bytes cannot be read: {error}") from error
    raise CannotSendError(f"the peer takes neither {instance.transfer_syntax_uid} nor an uncompressed syntax")


def _at_data_set(file: IO[bytes]) -> IO[bytes]:
    """The file, at its first element behind the file meta information (PS3.10 section 7.1), if it has any."""
    head = file.read(132)
    position = 132 if head[128:] == b"DICM" else 0
    while True:
        file.seek(position)
        element = file.read(12)
        if len(element) < 8 or struct.unpack_from("<H", element)[0] != META_GROUP:
            file.seek(position)
            return file
        long = element[4:6] in LONG_VRS and len(element) == 12
        length = struct.unpack_from("<L", element, 8)[0] if long else struct.unpack_from("<H", element, 6)[0]
        position += (12 if long else 8) + length


def _send_message(association: PeerAssociation, context_id: int, command: bytes, file: IO[bytes]) -> None:
    """Command and data set in PDUs that the peer takes; no more of the file in memory than waits to be sent."""
    room = association.dimse.maximum_pdu_size - 6
    for start in range(0, len(command), room):
        last = start + room >= len(command)
        _send_fragment(association, context_id, 0x03 if last else 0x01, command[start : start + room])
    fragment = file.read(room)
    while fragment:
        following = file.read(room)
        _send_fragment(association, context_id, 0x00 if following else 0x02, fragment)
        fragment = following


def _send_fragment(association: PeerAssociation, context_id: int, control: int, fragment: bytes) -> None:
    primitive = P_DATA()
    primitive.presentation_data_value_list.append((context_id, bytes([control]) + fragment))
    association.dul.send_pdu(primitive)
