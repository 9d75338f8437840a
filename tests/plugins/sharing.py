"""One pytest-xdist worker runs a file's tests, and those of files that share what is costly to make.

By file name, not by the marker `xdist_group`: pytest-xdist 3.8 writes the group into a node's id, which pytest 9.2 no longer
reads from there.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

TOGETHER = {
    "safeguards": ("tests/ml/test_guard.py", "tests/ml/training/test_guard_trials.py", "tests/worker/test_guards.py"),
    "small data sets": ("tests/ml/material/test_sources.py", "tests/ml/training/test_train_command.py"),
}
_GROUP_OF = {file: group for group, files in TOGETHER.items() for file in files}


class ByFile(LoadFileScheduling):
    """Files in their order, some of them together."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return _GROUP_OF.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    """The scheduler of `--dist loadfile`."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
