"""What pydicom leaves behind in text of the Chinese character sets."""

import re

_ESCAPE = re.compile(r"\x1b[ -/]+[0-~]")


def without_escapes(text: str) -> str:
    """The text without ISO 2022 escapes (PS3.5 annex K): pydicom keeps those to GB 2312 in what it decodes."""
    return _ESCAPE.sub("", text)
