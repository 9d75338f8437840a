"""The paper's study, imported once for all tests, as the inputs that reports are made from."""

import fcntl
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from radapp.environment import ROOT
from radapp.readerstudies.keeping.finished import import_finished
from radapp.readerstudies.keeping.finished_table import read_table
from radapp.reports.inputs.gathering import inputs_of
from radapp.reports.inputs.values import StudyInputs

SHIPPED = ROOT / "radapp" / "readerstudies" / "data" / "synthetic_cases.csv"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any) -> None:
    settings.STORAGE_DIR = tmp_path / "archive"
    settings.VAR_DIR = tmp_path
    settings.AUDIT_KEY_FILE = tmp_path / "secrets" / "audit-key.pem"
    settings.AUDIT_HEADS_DIR = tmp_path / "heads"


@pytest.fixture(scope="session")
def papers(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> StudyInputs:
    """Imported once a test run, whatever its processes; each reads them where they were left."""
    kept = Path(os.environ["TEST_TEMPLATES"]) / "papers.pickle"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_file():
            kept.write_bytes(pickle.dumps(_imported(tmp_path_factory.mktemp("paper"), django_db_blocker)))
    found = pickle.loads(kept.read_bytes())
    assert isinstance(found, StudyInputs)
    return found


def _imported(folder: Path, blocker: DjangoDbBlocker) -> StudyInputs:
    """In a transaction that ends before the tests begin: they need the inputs alone."""
    own = override_settings(AUDIT_KEY_FILE=folder / "audit-key.pem", AUDIT_HEADS_DIR=folder / "heads", VAR_DIR=folder)
    with own, blocker.unblock(), transaction.atomic():
        found = inputs_of(import_finished(read_table(SHIPPED), "The paper's"))
        transaction.set_rollback(True)
    return found
