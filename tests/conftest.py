"""What every test of the application needs: a test database that can be flushed, and no memory of earlier tests."""

import gc
import shutil
from collections.abc import Iterator

import pytest

LONG = (
    "tests/radapp/backup/test_backup.py",
    "tests/hostile/test_hostile.py",
    "tests/worker/test_results.py",
    "tests/worker/test_kill.py",
    "tests/radapp/upstream/test_single_flight.py",
    "tests/radapp/archive/test_deidentification.py",
    "tests/ml/training/test_guarded_runs.py",
    "tests/ml/training/test_loop.py",
    "tests/ml/test_sanity.py",
    "tests/ml/material/test_sources.py",
)
"""Files that take a minute or so: first, since a file is one process's, and the last one to end holds up all."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What collecting makes stays until the end: the collector of garbage need not look at it, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; otherwise as they come."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A test database begins as a copy of a migrated one; it ends with the folder or the cluster that it is in."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite's test database is a file, as in life: worker processes and threads of a test see it, and wait their turn."""
    from django.conf import settings

    from tests.installation import template

    database = settings.DATABASES["default"]
    like = template()
    if like.database_url:
        database.setdefault("TEST", {})["TEMPLATE"] = like.database_url.rsplit("/", 1)[1]
        return
    name = database.setdefault("TEST", {})["NAME"] = str(settings.VAR_DIR / "test.sqlite3")
    shutil.copy(like.sqlite, name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Tables are emptied between tests by DELETE, which the audit trail's trigger refuses: on SQLite drop that one.

    PostgreSQL leaves triggers out while it empties (tests/emptying.py). tests/radapp/accounts/test_audit.py installs the
    trigger again for its own tests.
    """
    from django.db import connection

    from tests.emptying import cheap_emptying

    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("DROP TRIGGER IF EXISTS audit_no_delete")
    with cheap_emptying():
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_once() -> Iterator[None]:
    """Each test client loads the middleware, and WhiteNoise walks the front end's build each time: what it found is kept."""
    from django.conf import settings
    from whitenoise.middleware import WhiteNoiseMiddleware

    walk, kept = WhiteNoiseMiddleware.add_files_from_finders, dict[tuple[str, ...], dict[str, object]]()

    def from_memory(self: WhiteNoiseMiddleware) -> None:
        served = (self.static_prefix, *map(str, settings.STATICFILES_DIRS))
        if served not in kept:
            walk(self)
            kept[served] = dict(self.files)
        self.files.update(kept[served])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", from_memory)
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget which openings this process noted: another test's person may have the same key."""
    yield
    import sys

    audit = sys.modules.get("radapp.accounts.audit")
    if audit is not None:
        audit.recently_seen.clear()
