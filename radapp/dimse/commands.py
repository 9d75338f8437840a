"""Command sets (PS3.7 section 6.3) read and written without pynetdicom's objects, which cost more than storing a slice."""

import struct
from dataclasses import dataclass
from enum import IntEnum

from radapp.dimse.upper_layer import ProtocolError

LONGEST = 16 * 1024
"""Bytes of a command set; the longest there are have a few hundred."""

NO_DATA_SET, WITH_DATA_SET = 0x0101, 0x0001
MEDIUM_PRIORITY = 0x0000
RESPONSE = 0x8000


class Command(IntEnum):
    """Command Field (PS3.7 table E.1-1) of the requests that are taken; a response is the same with 0x8000."""

    C_STORE = 0x0001
    C_GET = 0x0010
    C_FIND = 0x0020
    C_MOVE = 0x0021
    C_ECHO = 0x0030
    C_CANCEL = 0x0FFF
    N_SET = 0x0120
    N_CREATE = 0x0140


@dataclass(frozen=True)
class CommandSet:
    """What a command set says, as far as it decides who deals with the message."""

    field: int
    message_id: int
    has_data_set: bool
    sop_class_uid: str
    sop_instance_uid: str


def read(encoded: bytes) -> CommandSet:
    """The command set, implicit VR little endian. Raises ProtocolError."""
    found: dict[int, bytes] = {}
    position = 0
    while position < len(encoded):
        if len(encoded) - position < 8:
            raise ProtocolError("the command set ends within an element")
        group, element, length = struct.unpack_from("<HHL", encoded, position)
        position += 8
        if group != 0 or position + length > len(encoded):
            raise ProtocolError(f"found ({group:04x},{element:04x}) of {length} bytes in the command set")
        found[element] = encoded[position : position + length]
        position += length
    if 0x0100 not in found or 0x0800 not in found:
        raise ProtocolError("the command set lacks its Command Field or its Command Data Set Type")
    return CommandSet(
        field=_number(found, 0x0100),
        message_id=_number(found, 0x0110),
        has_data_set=_number(found, 0x0800) != NO_DATA_SET,
        sop_class_uid=_uid(found, 0x0002),
        sop_instance_uid=_uid(found, 0x1000),
    )


def _number(found: dict[int, bytes], element: int) -> int:
    value = found.get(element, b"\0\0")
    if len(value) != 2:
        raise ProtocolError(f"(0000,{element:04x}) has {len(value)} bytes, expected 2")
    return int.from_bytes(value, "little")


def _uid(found: dict[int, bytes], element: int) -> str:
    value = found.get(element, b"")
    if len(value) > 64:
        raise ProtocolError(f"(0000,{element:04x}) is a UID of {len(value)} bytes")
    return value.decode("latin-1").rstrip("\0 ")


def store_response(request: CommandSet, context_id: int, status: int, comment: str) -> bytes:
    """A C-STORE-RSP (PS3.7 table 9.3-2) as a whole P-DATA-TF PDU; `comment` tells why, where it is no plain success."""
    elements = [
        _element(0x0002, _padded(request.sop_class_uid)),
        _element(0x0100, struct.pack("<H", Command.C_STORE | RESPONSE)),
        _element(0x0120, struct.pack("<H", request.message_id)),
        _element(0x0800, struct.pack("<H", NO_DATA_SET)),
        _element(0x0900, struct.pack("<H", status)),
    ]
    if comment:
        words = comment.encode("ascii", "replace")[:64]
        elements.append(_element(0x0902, words + b" " * (len(words) % 2)))
    elements.append(_element(0x1000, _padded(request.sop_instance_uid)))
    body = b"".join(elements)
    command = _element(0x0000, struct.pack("<L", len(body))) + body
    return struct.pack(">BBLLBB", 0x04, 0, len(command) + 6, len(command) + 2, context_id, 0x03) + command


def _element(element: int, value: bytes) -> bytes:
    return struct.pack("<HHL", 0, element, len(value)) + value


def _padded(uid: str) -> bytes:
    encoded = uid.encode("latin-1")
    return encoded + b"\0" * (len(encoded) % 2)


def store_request(sop_class_uid: str, sop_instance_uid: str, message_id: int, originator: tuple[str, int] | None) -> bytes:
    """A C-STORE-RQ (PS3.7 table 9.3-1). `originator`: AE title and message ID of the C-MOVE that asked for it."""
    elements = [
        _element(0x0002, _padded(sop_class_uid)),
        _element(0x0100, struct.pack("<H", Command.C_STORE)),
        _element(0x0110, struct.pack("<H", message_id)),
        _element(0x0700, struct.pack("<H", MEDIUM_PRIORITY)),
        _element(0x0800, struct.pack("<H", WITH_DATA_SET)),
        _element(0x1000, _padded(sop_instance_uid)),
    ]
    if originator is not None:
        title = originator[0].encode("ascii", "replace")
        elements.append(_element(0x1030, title + b" " * (len(title) % 2)))
        elements.append(_element(0x1031, struct.pack("<H", originator[1])))
    body = b"".join(elements)
    return _element(0x0000, struct.pack("<L", len(body))) + body
