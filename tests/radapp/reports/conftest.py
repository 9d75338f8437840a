"""The paper's study, imported once for all tests of a module, as the inputs that reports are made from."""

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


@pytest.fixture(scope="module")
def papers(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> StudyInputs:
    """Imported in a transaction that ends before the tests begin: they need the inputs alone."""
    folder = tmp_path_factory.mktemp("paper")
    own = override_settings(AUDIT_KEY_FILE=folder / "audit-key.pem", AUDIT_HEADS_DIR=folder / "heads", VAR_DIR=folder)
    with own, django_db_blocker.unblock(), transaction.atomic():
        found = inputs_of(import_finished(read_table(SHIPPED), "The paper's"))
        transaction.set_rollback(True)
    return found
