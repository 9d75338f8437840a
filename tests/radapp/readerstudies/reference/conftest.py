"""A study whose chain is staffed, and two patients: one examined three times, one once."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.readerstudies.models import Case, Membership, ReaderStudy
from tests.radapp.readerstudies import scene

CHAIRS = ("junior", "oncologist_1", "oncologist_2", "senior")
EXAMINED = dt.date(2025, 3, 1)


@dataclass
class Tagging:
    """What stands: `cases[0]` was examined before and after, `cases[1]` once."""

    study: ReaderStudy
    cases: list[Case]
    taggers: dict[str, Membership]
    investigator: User

    def user(self, chair: str) -> User:
        found = self.taggers[chair].user
        assert found is not None
        return found

    def client(self, person: str) -> Client:
        client = Client()
        user = self.investigator if person == "investigator" else self.user(person)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def root(self) -> str:
        return f"/api/tagging/{self.study.key}"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object) -> None:
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]


def examined(number: int, day: dt.date | None, **facts: Any) -> Study:
    """An examination of that day."""
    found = scene.examination(number, slices=2, **facts)
    Study.objects.filter(pk=found.pk).update(study_date=day)
    found.refresh_from_db()
    return found


@pytest.fixture
def tagging(db: None) -> Tagging:
    study = scene.study()
    first = examined(1, EXAMINED)
    examined(2, EXAMINED + dt.timedelta(days=92), patient=1)
    examined(3, EXAMINED - dt.timedelta(days=400), patient=1, roles=("T1WI",))
    second = examined(4, EXAMINED)
    cases = [scene.case(study, 1, examined=first), scene.case(study, 2, examined=second)]
    taggers = {chair: scene.member(study, scene.person(f"tagger-{chair}"), "tagger", chair=chair) for chair in CHAIRS}
    investigator = scene.person("investigator-of-it", is_investigator=True)
    scene.member(study, investigator, "investigator")
    return Tagging(study, cases, taggers, investigator)


Send = Callable[..., Any]


def step(**facts: Any) -> dict[str, Any]:
    """A step's body: recurrence by growth on the later images."""
    import uuid

    return {
        "submission": str(uuid.uuid4()),
        "recurrence": True,
        "basis": "growth",
        "basis_date": (EXAMINED + dt.timedelta(days=92)).isoformat(),
        **facts,
    }


FREE: dict[str, Any] = {
    "recurrence": False,
    "basis": "one_year_free",
    "basis_date": (EXAMINED + dt.timedelta(days=400)).isoformat(),
}


@pytest.fixture
def send(tagging: Tagging) -> Send:
    """Send a step to a case, as one of the chain."""

    def act(chair: str, number: int = 1, **facts: Any) -> Any:
        case = tagging.cases[number - 1]
        url = f"{tagging.root()}/cases/{case.key}/steps/"
        return tagging.client(chair).post(url, step(**facts), content_type="application/json")

    return act
