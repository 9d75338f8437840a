"""A kept Sight saves questions and never outlives what it rests on."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.blinding import admission
from radapp.readerstudies.blinding.admission import READERS_OWN, Sights
from radapp.readerstudies.chain import Action
from radapp.readerstudies.models import Membership, ReaderStudy
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.sight import COMPLETE, Sight
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.reading.rows import bare


class Asked:
    """Sights whose making is counted; closed, they are 404."""

    def __init__(self, study: ReaderStudy) -> None:
        self.made, self.is_open, self.study = 0, True, study
        self.sights = Sights(self._sight_of)
        self.examination = bare(1)

    def _sight_of(self, admitted: Admitted, subject: str) -> Sight:
        if not self.is_open:
            raise Http404
        self.made += 1
        return Sight(self.study, subject, self.examination, COMPLETE)

    def of(self, user: User, subject: str = "x") -> Sight:
        mine = tuple(Membership.objects.filter(study=self.study, user=user, ended_at=None))
        return self.sights.of(Admitted(ReaderStudy.objects.get(pk=self.study.pk), user, mine), subject)


@pytest.fixture
def asked(db: None) -> Asked:
    study = scene.opened(scene.study())
    for name in ("reader", "other"):
        scene.member(study, scene.person(name, is_reader=True), "reader")
    return Asked(study)


def happens(study: ReaderStudy, action: Action, who: str) -> None:
    with transaction.atomic():
        chain.record(study, actor=scene.person(who), action=action)


@pytest.mark.once
def test_many_frames_ask_once(asked: Asked) -> None:
    user = scene.person("reader")
    assert {id(asked.of(user)) for _ in range(5)} == {id(asked.of(user))}
    assert asked.made == 1
    asked.of(user, "y")
    asked.of(scene.person("other"))
    assert asked.made == 3, "each subject and person has one of its own"


@pytest.mark.once
def test_whatever_a_person_does_ends_their_own(asked: Asked) -> None:
    user, kept = scene.person("reader"), []
    for action in Action:
        asked.is_open = True
        asked.of(user)
        happens(asked.study, action, "reader")
        asked.is_open = False
        try:
            asked.of(user)
        except Http404:
            continue
        kept.append(action)
    assert kept == []


@pytest.mark.once
def test_what_others_do_ends_it_unless_it_is_their_own_reading(asked: Asked) -> None:
    user, kept = scene.person("reader"), []
    for action in Action:
        asked.of(user)
        before = asked.made
        happens(asked.study, action, "other")
        asked.of(user)
        kept += [action] if asked.made == before else []
    assert kept == [action for action in Action if action in READERS_OWN]


def _close(study: ReaderStudy) -> None:
    ReaderStudy.objects.filter(pk=study.pk).update(state="closed")


def _end(study: ReaderStudy) -> None:
    Membership.objects.filter(study=study).update(ended_at=study.opened_at, ended_reason="Left.")


@pytest.mark.once
@pytest.mark.parametrize("change", [_close, _end])
def test_states_and_memberships_are_looked_at_each_time(asked: Asked, change: Callable[[ReaderStudy], None]) -> None:
    """Even where somebody changed them without an entry."""
    user = scene.person("reader")
    asked.of(user)
    change(asked.study)
    asked.of(user)
    assert asked.made == 2


@pytest.mark.once
def test_it_is_kept_for_some_seconds_alone(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    user = scene.person("reader")
    asked.of(user)
    monkeypatch.setattr(admission, "KEPT_SECONDS", 0.0)
    asked.of(user)
    assert asked.made == 2


@pytest.mark.once
def test_asking_again_costs_one_query(asked: Asked) -> None:
    user = scene.person("reader")
    asked.of(user)
    with CaptureQueriesContext(connection) as queries:
        admission.newest_entry(asked.study, user)
    assert len(queries) == 1
