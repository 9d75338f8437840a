"""The tactic's sequences."""

from enum import StrEnum


class Role(StrEnum):
    """What a series is to the tactic; NONE is stored and shown, but is no input."""

    T1WI = "T1WI"
    T2WI = "T2WI"
    T1WIC = "T1WIC"
    NONE = "none"
