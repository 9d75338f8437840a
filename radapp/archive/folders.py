"""Walking over what a command was given: a file, or every file below a folder, in the order of names, however deep."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINKED_FOLDER = "a link to a folder, which is not followed: name that folder itself if it belongs to the examination"


@dataclass(frozen=True)
class Found:
    """One thing that is no folder to walk into. `name` stands in the report; `unreadable` says why a folder is not read."""

    path: Path
    name: str
    unreadable: str = ""

    @property
    def linked_folder(self) -> bool:
        """A symbolic link to a folder, met below the one that was named."""
        return self.path.is_symlink() and os.path.isdir(self.path)


def walk(path: Path, name: str) -> Iterator[Found]:
    """The path itself where it is no folder, else everything below it. Links to folders are told, not followed."""
    waiting = [Found(path, name)]
    while waiting:
        one = waiting.pop()
        # os.path, because pathlib raises where a name is too long or a folder above is closed to us.
        if not os.path.isdir(one.path) or (one.path is not path and one.linked_folder):
            yield one
            continue
        try:
            names = sorted(os.listdir(one.path), reverse=True)
        except OSError as error:
            yield Found(one.path, one.name, unreadable=error.strerror or str(error))
        else:
            waiting += [Found(one.path / inner, f"{one.name}/{inner}") for inner in names]
