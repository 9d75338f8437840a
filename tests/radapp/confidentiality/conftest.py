"""An archive of its own for each test, and a project."""

import pytest

from radapp.confidentiality.deidentify import Deidentifier
from radapp.confidentiality.keys import ProjectKey, Pseudonymous
from radapp.confidentiality.models import Project
from radapp.confidentiality.profile import Options
from tests.radapp.archive.conftest import storage_dir, take_in  # noqa: F401 - fixtures

PATIENT = Pseudonymous("TRIAL-0123456789AB", -1000)


def key(secret: str = "ab" * 32, name: str = "trial") -> ProjectKey:
    """A project's key without the database."""
    return ProjectKey(Project(name=name, secret=secret))


def deidentifier(options: Options = Options()) -> Deidentifier:  # noqa: B008 - a frozen value
    """The profile for one patient."""
    return Deidentifier(options, key(), PATIENT)


@pytest.fixture
def project(db: None) -> Project:
    return Project.objects.create(name="trial")
