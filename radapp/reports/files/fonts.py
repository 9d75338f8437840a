"""The font that `make setup` installs for Chinese, and for all of a PDF: the same bytes on every machine. No Django."""

import sys
from pathlib import Path

FOLDER = Path(sys.prefix) / "share" / "darndest" / "fonts"
"""Filled by deploy/fonts.py."""
FAMILY = "Noto Sans SC"
REGULAR = "NotoSansSC-Regular.ttf"
NO_FONT = (
    "This machine has not the font of reports, Noto Sans SC: no Chinese PNG and no PDF was made. `make setup` installs it."
)


def font_file() -> Path | None:
    """Of the regular weight; None where it is not installed."""
    path = FOLDER / REGULAR
    return path if path.is_file() else None
