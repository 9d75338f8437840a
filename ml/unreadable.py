"""What pydicom raises, on access, for values that are not what their VR promises."""

import struct

from pydicom.errors import BytesLengthException

UNREADABLE = (
    *(ValueError, TypeError, LookupError, AttributeError, NotImplementedError, ArithmeticError, EOFError),
    *(struct.error, BytesLengthException),
)
