"""One message on its way in: a command set, then perhaps a data set, in fragments (PS3.8 annex E)."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.presentation import PresentationContext

from radapp.dimse import commands
from radapp.dimse.commands import Command, CommandSet
from radapp.dimse.upper_layer import ProtocolError

if TYPE_CHECKING:
    from radapp.dimse.storing import Storing

LONGEST_DATA_SET = 16 * 1024 * 1024
"""Of an identifier or a performed step; instances have limits of their own."""

COMMAND, LAST = 1, 2
_REQUESTS = frozenset(Command)


class Incoming:
    """Puts messages together. C-STORE requests go to `storing`; every other message, whole, to `deliver`."""

    def __init__(
        self,
        contexts: Mapping[int, PresentationContext],
        storing: "Storing | None",
        deliver: Callable[[CommandSet, P_DATA], None],
        respond: Callable[[bytes], None],
    ) -> None:
        self._contexts = contexts
        self._storing = storing
        self._deliver = deliver
        self._respond = respond
        self._encoded = bytearray()
        self._data_set = bytearray()
        self._context_id = 0
        self._command: CommandSet | None = None

    def take(self, context_id: int, control: int, fragment: memoryview) -> None:
        """The next fragment. Raises ProtocolError."""
        if context_id not in self._contexts:
            raise ProtocolError(f"a message in presentation context {context_id}, which was not accepted")
        if self._encoded and context_id != self._context_id:
            raise ProtocolError(f"presentation context {context_id} within a message of {self._context_id}")
        if control & COMMAND:
            self._take_command(context_id, control, fragment)
        else:
            self._take_data(control, fragment)

    def _take_command(self, context_id: int, control: int, fragment: memoryview) -> None:
        if self._command is not None:
            raise ProtocolError("a command within a data set")
        self._context_id = context_id
        self._encoded += fragment
        if len(self._encoded) > commands.LONGEST:
            raise ProtocolError(f"a command set of more than {commands.LONGEST} bytes")
        if control & LAST:
            self._command = commands.read(bytes(self._encoded))
            self._begin(self._command)

    def _begin(self, command: CommandSet) -> None:
        request = command.field & ~commands.RESPONSE
        if request not in _REQUESTS:
            raise ProtocolError(f"a message with the command field {command.field:#06x}, which is none of those offered")
        if command.field == Command.C_STORE:
            if self._storing is None:
                raise ProtocolError("a C-STORE request where none can be taken")
            self._storing.begin(command, self._contexts[self._context_id])
        if not command.has_data_set:
            self._end(command)

    def _take_data(self, control: int, fragment: memoryview) -> None:
        if self._command is None:
            raise ProtocolError("a data set without a command")
        if self._command.field == Command.C_STORE and self._storing is not None:
            self._storing.add(fragment)
        else:
            self._data_set += fragment
            if len(self._data_set) > LONGEST_DATA_SET:
                raise ProtocolError(f"a data set of more than {LONGEST_DATA_SET} bytes in a message that stores nothing")
        if control & LAST:
            self._end(self._command)

    def _end(self, command: CommandSet) -> None:
        """The message is whole."""
        context_id, encoded, data_set = self._context_id, bytes(self._encoded), bytes(self._data_set)
        self._forget()
        if command.field == Command.C_STORE and self._storing is not None:
            self._respond(commands.store_response(command, context_id, *self._storing.end()))
            return
        primitive = P_DATA()
        primitive.presentation_data_value_list.append((context_id, b"\x03" + encoded))
        if command.has_data_set:
            primitive.presentation_data_value_list.append((context_id, b"\x02" + data_set))
        self._deliver(command, primitive)

    def _forget(self) -> None:
        self._encoded.clear()
        self._data_set.clear()
        self._command = None

    def discard(self) -> None:
        """Leave nothing of a message that will not come to its end."""
        self._forget()
        if self._storing is not None:
            self._storing.discard()
