"""What the database itself refuses, and that a small study can be made."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from radapp.readerstudies import chain
from radapp.readerstudies.models import ChainEntry, ReaderStudy
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.status import statuses
from tests.radapp.readerstudies import scene


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object) -> None:
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]


def test_a_study_with_cases_and_truths(db: None) -> None:
    study = scene.study()
    first = scene.case(study, 1, examined=scene.examination(1), truth=True)
    second = scene.case(study, 2, examined=scene.examination(2), truth=False)
    third = scene.case(study, 3, examined=None)
    found = statuses(study)
    assert [found[one.pk].recurrence for one in (first, second, third)] == [True, False, None]
    assert Protocol.of(study.draft).content() == study.draft


def test_a_study_that_was_never_opened_is_not_open(db: None) -> None:
    study = scene.study()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReaderStudy.objects.filter(pk=study.pk).update(state="open")


def test_entries_are_chained_and_cannot_be_changed(db: None) -> None:
    study = scene.study()
    with transaction.atomic():
        first = chain.record(study, actor=None, actor_name="test", action=chain.Action.STUDY_CREATED, after={"a": 1.0})
        second = chain.record(study, actor=None, actor_name="test", action=chain.Action.CHECKED)
    assert (first.sequence, first.previous) == (1, chain.FIRST)
    assert (second.sequence, second.previous) == (2, first.digest)
    stored = ChainEntry.objects.get(pk=first.pk)
    assert chain.digest_of(chain.content_of(stored)) == stored.digest
    with pytest.raises(IntegrityError), transaction.atomic():
        ChainEntry.objects.filter(pk=first.pk).update(reason="none")
