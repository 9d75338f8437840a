"""Files of one language made in a process beside this one, so that a long report uses two cores. No Django.

The same code makes the same bytes in either process. A process, not a thread: matplotlib's settings are of the process. A
new one, not a fork: Typst's threads do not live through a fork; and workers' processes may have no multiprocessing child.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from radapp.reports.files.rendering import SPOKEN, Report, files_of

ROOT = Path(__file__).resolve().parents[3]
Files = Mapping[str, Mapping[str, bytes]]
"""{format: {file name: bytes}}"""


class BesideError(RuntimeError):
    """The other process ended without its files."""


def cores() -> int:
    """That this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Beside:
    """The other process: it starts and imports at once, is `given` a report, and is `taken` its files from.

    It ends with the block that it was opened in, whatever happens there.
    """

    def __init__(self) -> None:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout

    def give(self, report: Report, formats: Collection[str], languages: Sequence[str]) -> None:
        """Let it make these files, as `files_of` does. Raises BesideError."""
        try:
            pickle.dump((report, tuple(formats), tuple(languages)), self._to)
            self._to.close()
        except BrokenPipeError as error:
            raise BesideError("the process beside this one ended before it had the report; its errors say why") from error

    def take(self) -> Files:
        """Wait for the files. Raises BesideError."""
        content = self._from.read()
        code = self._process.wait()
        if code != 0:
            raise BesideError(f"the process beside this one ended with {code}, expected 0; what it wrote to errors says why")
        found: Files = pickle.loads(content)  # noqa: S301 - of our own process
        return found

    def __enter__(self) -> Self:
        """It runs already."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Whatever it still does is wanted no more."""
        self._process.kill()
        for pipe in (self._to, self._from):
            with suppress(BrokenPipeError):  # what it was not given in full, it will not miss
                pipe.close()
        self._process.wait()


def answer(asked: BinaryIO, told: BinaryIO) -> None:
    """What the other process does: read what is asked, make the files, tell them."""
    report, formats, languages = pickle.load(asked)  # noqa: S301 - of the process that started this one
    found = {one: files_of(report, [one], languages) for one in formats if one in SPOKEN}
    pickle.dump(found, told)
    told.flush()


def _warm() -> None:
    """Import what drawing and typesetting take, while the report is still computed."""
    import typst  # noqa: F401

    import radapp.reports.files.papers
    import radapp.reports.recipes  # noqa: F401


if __name__ == "__main__":
    told, sys.stdout = sys.stdout, sys.stderr  # nothing that prints gets in between
    _warm()
    answer(sys.stdin.buffer, told.buffer)
