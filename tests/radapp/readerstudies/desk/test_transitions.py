"""The state machine: its table is complete and printed; every action in every state by everybody; walks."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from radapp.environment import ROOT
from radapp.readerstudies.desk import transitions
from radapp.readerstudies.desk.transitions import Action, Effect, Refusal, State
from radapp.readerstudies.models import ChainEntry
from radapp.readerstudies.permissions import TABLE, Who
from tests.radapp.readerstudies.desk import bench
from tests.radapp.readerstudies.desk.walker import PEOPLE, Walker, populate

FULL = os.environ.get("EVIDENCE") == "full"
WALKS = 20 if FULL else 3
WAY = ("draft", "checked", "open", "closed", "locked", "unblinded")
ONWARD = (Action.CHECK, Action.OPEN, Action.CLOSE, Action.LOCK, Action.UNBLIND)
READ_ANYWAY = {"finished", "seat_taken", "session_not_locked"}
"""Of an open study: what stops a reader there is no state of the study."""


@pytest.mark.once
def test_the_table_names_every_action_once_and_each_has_an_address() -> None:
    assert set(transitions.ROWS) == set(Action)
    assert [action for action, row in transitions.ROWS.items() if (row.url_name, row.method) not in TABLE] == []
    assert all(len(row.outcomes) == len(State) for row in transitions.ROWS.values())
    assert set(transitions.WORDS) == set(Refusal)


@pytest.mark.once
def test_every_state_is_reached_and_the_last_is_left_by_nothing() -> None:
    reached, before = {State.DRAFT}, set()
    while reached != before:
        before = set(reached)
        for state in before:
            for action in Action:
                found = transitions.outcome(action, state)
                if isinstance(found, Effect):
                    reached |= {found.to}
    assert reached == set(State)
    left = {transitions.outcome(action, State.UNBLINDED) for action in Action}
    assert all(isinstance(one, Refusal) or one.to == State.UNBLINDED for one in left)


@pytest.mark.once
def test_nothing_leads_back_before_the_opening() -> None:
    for action in Action:
        for state in (State.OPEN, State.CLOSED, State.LOCKED, State.UNBLINDED):
            found = transitions.outcome(action, state)
            assert isinstance(found, Refusal) or found.to not in {State.DRAFT, State.CHECKED}


@pytest.mark.once
def test_the_page_prints_the_table_as_it_is() -> None:
    page = (ROOT / "docs" / "reader-study-states.md").read_text()
    assert transitions.printed() in page, f"docs/reader-study-states.md should have:\n{transitions.printed()}"


@pytest.fixture
def _rooms(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_ON = True


def asked_by(action: Action, state: str) -> list[str]:
    """Everybody; reduced to the first who may, and of the others one or two in turn: each asks in some state."""
    if FULL:
        return list(PEOPLE)
    may = next(name for name, who in PEOPLE.items() if {who, Who.ANYONE} & transitions.ROWS[action].who)
    turn = (WAY.index(state) + list(Action).index(action)) % len(WAY)
    return [may, *[name for name in PEOPLE if name != may][turn :: len(WAY)]]


def differing(walker: Walker, action: Action, name: str) -> str:
    """Ask, and compare with the table; what differs, in words."""
    status, code, states = walker.expected(action, name)
    entries = ChainEntry.objects.count()
    response = walker.ask(action, name)
    told = _code(response)
    if status is None:
        good = response.status_code < 300 or (action == Action.READ and told in READ_ANYWAY)
    else:
        good = (response.status_code, told) == (status, code) and ChainEntry.objects.count() == entries
    if good and walker.state in states:
        return ""
    wanted = f"{status or 'success'} {code} -> {sorted(states)}"
    return f"{action} by {name}: expected {wanted}, found {response.status_code} {told} -> {walker.state}"


def _code(response: HttpResponse) -> str:
    return str(response.json().get("code", "")) if response.status_code >= 400 else ""


@pytest.mark.once  # the walks below meet the other database
@pytest.mark.evidence
@pytest.mark.usefixtures("_rooms")
def test_every_action_by_everybody_in_every_state(db: None) -> None:
    """Reduced: in each state each action by somebody who may, and by each of the others in one state."""
    study = bench.ready(number=2)
    populate(study)
    walker, found = Walker.of(study), []
    for state, onward in zip(WAY, [*ONWARD, None], strict=True):
        assert walker.state == state
        for action in Action:
            for name in asked_by(action, state):
                with transaction.atomic():
                    found.append(differing(walker, action, name))
                    transaction.set_rollback(True)
        if onward:
            response = walker.ask(onward, "ines")
            assert response.status_code == 200, response.content
    assert "\n".join(filter(None, found)) == ""


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(list(Action)), st.sampled_from(["ines", "dora"])),
        st.tuples(st.just(None), st.just("ines")),  # onward
        st.tuples(st.sampled_from(list(Action)), st.sampled_from(list(PEOPLE))),
    ),
    min_size=8,
    max_size=20,
)


@pytest.mark.evidence
@pytest.mark.usefixtures("_rooms")
def test_walks(db: None) -> None:
    """Whatever is tried in whatever order, the table says what happens, and every change has its entry. Reduced: 3 walks."""
    study = bench.ready(number=2)
    populate(study)
    walker = Walker.of(study)

    @settings(
        max_examples=20 if FULL else 3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(STEPS)
    def walk(steps: list[tuple[Action | None, str]]) -> None:
        with transaction.atomic():
            for action, name in steps:
                chosen = action or _onward(walker.state)
                if chosen == Action.WITHDRAW_CASE and study.cases.filter(state="included").count() < 2:
                    continue  # the last one stays, so that there is always one to ask about
                wrong = differing(walker, chosen, name)
                assert not wrong, wrong
            sequences = list(ChainEntry.objects.filter(study=study).values_list("sequence", flat=True))
            assert sequences == list(range(1, len(sequences) + 1))
            transaction.set_rollback(True)

    walk()


def _onward(state: str) -> Action:
    """The next act on the straight way; at its end, a further look."""
    return dict(zip(WAY, ONWARD, strict=False)).get(state, Action.COPY)
