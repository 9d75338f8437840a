"""Texts that no spreadsheet takes for a formula. No Django."""

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula, full-width forms included."""


def guarded(cell: str) -> str:
    """The cell as text, whatever a spreadsheet makes of its first character."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) or cell.lstrip().startswith(FORMULA) else cell
