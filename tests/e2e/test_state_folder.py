"""What `make demo` keeps under `var/` is about patients."""

import stat

from tests.e2e.application import Application


def test_nobody_else_on_the_machine_may_look_into_it(application: Application) -> None:
    """The folder alone decides: whoever may not pass through it reaches nothing below, whatever wrote it."""
    assert {"darndest.sqlite3", "secret-key", "demo-users.json"} <= {path.name for path in application.var.iterdir()}
    assert stat.S_IMODE(application.var.stat().st_mode) == 0o700
