"""Examinations read by networks as rows alone; no broker."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.radapp.triage.conftest import _no_broker as _no_broker


@pytest.fixture(scope="module")
def kept_archive(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """What a module's fixtures write is there for all its tests, in a transaction that ends with them."""
    folder = tmp_path_factory.mktemp("archive")
    own = override_settings(STORAGE_DIR=folder / "archive", VAR_DIR=folder, REDIS_URL="redis://127.0.0.1:9/0")
    with own, django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
