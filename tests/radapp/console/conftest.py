"""A screen, a radiographer with a PIN, both signatures, and an examination on the table."""

from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from radapp import broker
from radapp.accounts.kiosks import COOKIE, create_kiosk
from radapp.accounts.models import User
from radapp.archive.models import Series, Study
from radapp.console import pins, shadow
from radapp.triage import decisions, services
from radapp.triage.scope import KEYS
from tests.radapp.triage import examinations as given
from tests.radapp.triage.test_arriving import arrive

PIN = "402857"


@pytest.fixture(autouse=True)
def _no_broker() -> object:
    """Port 9 (discard) refuses connections."""
    broker.celery.cache_clear()
    with override_settings(REDIS_URL="redis://127.0.0.1:9/0"):
        yield
    broker.celery.cache_clear()


@pytest.fixture
def token(db: None) -> str:
    return create_kiosk("MR 2", actor_name="test")


@pytest.fixture
def kiosk(token: str) -> Client:
    """A browser with the kiosk's cookie."""
    client = Client()
    client.cookies[COOKIE] = token
    return client


@pytest.fixture
def radiographer(db: None) -> User:
    user = User.objects.create(username="radiographer", first_name="Ho", last_name="Lan", password="!")
    pins.set_pin(user, PIN, actor_name="test")
    return user


@pytest.fixture
def shown(people: dict[str, User]) -> None:
    """Both have signed."""
    for role in ("administrator", "radiologist"):
        shadow.sign(user=people[role], signed_as=role, shown=True)


@pytest.fixture
def examined(db: None, radiographer: User) -> Callable[..., Study]:
    """An examination on the table with a result and answered questions."""

    def make(t1wi: float = 0.9, t2wi: float = 0.9, *, answered: bool = True, **facts: object) -> Study:
        if not given.Protocol.objects.exists():
            given.protocol()
        study = given.study(
            **{"source": "dimse", "study_date": timezone.now().date(), "accession_number": "A17", **facts}  # type: ignore[arg-type]
        )
        for role in ("T1WI", "T2WI"):
            arrive(given.series(study, role), complete=True)
        services.consider(study.study_instance_uid)
        given.finished(study, given.findings(t1wi, t2wi))
        if answered:
            decisions.answer_scope(study=study, answers=dict.fromkeys(KEYS, False), user=radiographer)
        return study

    return make


def enhanced(study: Study, *, complete: bool = True) -> Series:
    """T1WIC has begun to come."""
    series = given.series(study, "T1WIC")
    arrive(series, complete=complete)
    services.consider(study.study_instance_uid)
    return series
