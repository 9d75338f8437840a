"""Gives every test run a VAR_DIR of its own and the chosen database, before Django's settings load.

`TEST_DATABASE=postgresql` starts a private PostgreSQL cluster (Debian's package); the default is SQLite.
Loaded with `-p`, because conftest's own hooks come after pytest-django has read the settings.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.plugins.postgresql import PrivateCluster


def _own_var_dir() -> None:
    folder = Path(tempfile.mkdtemp(prefix="darndest-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VAR_DIR"] = str(folder)
    for name in ("PORT", "SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "STORAGE_URL", "REDIS_URL", "DATABASE_URL"):
        os.environ.pop(name, None)
    for name in [name for name in os.environ if name.startswith(("DIMSE_", "AUDIT_"))]:
        del os.environ[name]


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set the surroundings; under xdist the workers inherit the cluster and templates but get a VAR_DIR of their own."""
    inherited = os.environ.get("TEST_CLUSTER_URL")
    _own_var_dir()
    if "TEST_TEMPLATES" not in os.environ:
        folder = os.environ["TEST_TEMPLATES"] = tempfile.mkdtemp(prefix="darndest-templates-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers are as many as the cores
    if os.environ.get("TEST_DATABASE", "sqlite") == "postgresql":
        if inherited is None:
            cluster = PrivateCluster.start()
            atexit.register(cluster.stop)
            inherited = os.environ["TEST_CLUSTER_URL"] = cluster.url
        os.environ["DATABASE_URL"] = inherited
