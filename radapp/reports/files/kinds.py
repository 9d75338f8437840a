"""Files of a saved report by name: their media types, and those that the page reads. No Django."""

from collections.abc import Mapping

PAGE = "page"
"""The format of what the page reads: no export."""
MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "imrmc": "text/plain",
    "lrc": "text/plain",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def page_name(language: str) -> str:
    """Of the file that the page reads in this language."""
    return f"page.{language}.json"


def media_type_of(name: str) -> str:
    """By the file's ending."""
    return MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
