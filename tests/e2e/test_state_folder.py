"""What `make demo` leaves under `var/` is about patients."""

import stat
import time

from tests.e2e.application import Application


def test_nobody_else_on_the_machine_may_read_it(application: Application) -> None:
    deadline = time.monotonic() + 300
    while not any((application.var / "archive").glob("*/*")) and time.monotonic() < deadline:
        time.sleep(0.5)  # the first image of the cohort
    found = [path for path in application.var.rglob("*") if path.name != "demo.out"]  # the test's own
    assert {"darndest.sqlite3", "secret-key", "demo-users.json", "archive"} <= {path.name for path in found}
    assert any(path.parent.parent.name == "archive" and path.is_file() for path in found), "no image was looked at"
    open_to_others = [str(path) for path in found if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []
