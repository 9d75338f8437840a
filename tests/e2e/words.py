"""What language a page speaks."""

import re

_WORD = re.compile(r"[A-Za-z]{4,}")
_NAMES = re.compile(r"T1WIC|Siemens|Philips|United Imaging|Canon")


def english(text: str) -> list[str]:
    """A Chinese page's English words, without names that Chinese writes in the same letters, and short ones (TR, mm)."""
    return _WORD.findall(_NAMES.sub("", text))
