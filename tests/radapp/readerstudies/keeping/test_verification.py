"""What the page of the audit trail hears of a chain: whole, or what speaks against it, and never an answer's digest."""

from typing import Any

import pytest
from django.test import Client

from radapp.readerstudies.models import Answer, ChainEntry, ReaderStudy
from tests.radapp.readerstudies.keeping import kept
from tests.radapp.readerstudies.keeping.kept import as_owner
from tests.radapp.readerstudies.scene import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(django_capture_on_commit_callbacks: Any) -> ReaderStudy:
    with django_capture_on_commit_callbacks(execute=True):
        return kept.finished()


def asked(study: ReaderStudy, client: Client) -> dict[str, Any]:
    client.force_login(person("verifier", is_administrator=True))
    response = client.get(f"/api/reader-studies/{study.key}/audit/verification/")
    assert response.status_code == 200, response.content
    return dict(response.json())


def test_a_chain_that_nobody_touched_is_whole(study: ReaderStudy, client: Client) -> None:
    found = asked(study, client)
    assert found["whole"] is True
    assert found["findings"] == []
    assert found["entries"] == ChainEntry.objects.filter(study=study).count()
    assert found["heads"] == found["files"] == 3


def test_an_answer_changed_behind_the_chain_is_named_without_its_content(study: ReaderStudy, client: Client) -> None:
    answer = Answer.objects.filter(assignment__session__reader__study=study).first()
    assert answer is not None
    assert as_owner("UPDATE readerstudies_answer SET reason = 'somebody wrote this' WHERE id = %s", answer.pk) == 1
    found = asked(study, client)
    assert found["whole"] is False
    assert found["findings"]
    assert all(set(one) == {"code", "where"} for one in found["findings"])
