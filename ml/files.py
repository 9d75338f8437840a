"""Writing a file whole or not at all."""

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """A text file (UTF-8) in one step: whoever reads it meanwhile, or after a crash, finds the old one or the new one."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
