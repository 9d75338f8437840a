"""The audit trail: in the fact's own transaction, append-only down to the database, one row for each opening."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from radapp.accounts import append_only
from radapp.accounts.audit import AuditOutsideTransactionError, recently_seen, record, record_opening
from radapp.accounts.models import AppendOnlyError, AuditEntry, Opening, User

UID = "1.2.826.0.1.3680043.8.498.1"


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create(username="li", password="!", is_radiologist=True)


def entry(user: User) -> AuditEntry:
    with transaction.atomic():
        return record(
            actor=user, action="export", study_uid=UID, target="table 1", before={"a": 1}, after=None, reason="why"
        )


def test_a_row_holds_what_was_said(li: User) -> None:
    found = AuditEntry.objects.get(pk=entry(li).pk)
    assert (found.actor, found.actor_name, found.action, found.study_instance_uid) == (li, "li", "export", UID)
    assert (found.target, found.before, found.after, found.reason) == ("table 1", {"a": 1}, None, "why")


def test_outside_a_transaction_it_refuses(li: User) -> None:
    """The transaction that the test itself runs in does not count, so a service that forgot its own is found."""
    with pytest.raises(AuditOutsideTransactionError, match=r"transaction\.atomic"):
        record(actor=li, action="export")


def test_nobody_and_unknown_actions_are_refused(li: User) -> None:
    with transaction.atomic(), pytest.raises(ValueError, match="names who acted"):
        record(actor=None, action="export")
    with transaction.atomic(), pytest.raises(ValueError, match="peeked"):
        record(actor=li, action="peeked")


@pytest.mark.django_db(transaction=True)
def test_a_row_goes_with_its_fact() -> None:
    """What is rolled back leaves no trace of having happened."""
    li = User.objects.create(username="li", password="!")

    @transaction.atomic
    def act() -> None:
        record(actor=li, action="export")
        raise RuntimeError("the fact failed")

    with pytest.raises(RuntimeError, match="the fact failed"):
        act()
    assert not AuditEntry.objects.exists()


def test_the_model_refuses_change_and_deletion(li: User) -> None:
    row = entry(li)
    row.reason = "another"
    with pytest.raises(AppendOnlyError, match="cannot be changed"):
        row.save()
    with pytest.raises(AppendOnlyError, match="cannot be deleted"):
        row.delete()


@pytest.fixture
def triggers(db: None) -> Iterator[None]:
    """All triggers as `migrate` installs them; the tests' own surroundings drop one on SQLite (tests/conftest.py)."""
    append_only.install_triggers("default")
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER audit_no_delete")


@pytest.mark.parametrize("attempt", [lambda rows: rows.update(reason="another"), lambda rows: rows.delete()])
def test_the_database_refuses_change_and_deletion(li: User, triggers: None, attempt: Callable[..., object]) -> None:
    row = entry(li)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        attempt(AuditEntry.objects.filter(pk=row.pk))
    assert AuditEntry.objects.get(pk=row.pk).reason == "why"


def openings() -> int:
    return AuditEntry.objects.filter(action="examination_opened").count()


def test_many_requests_are_one_opening(li: User) -> None:
    for _ in range(5):
        record_opening(li, UID)
    assert openings() == 1
    assert AuditEntry.objects.get().study_instance_uid == UID


def test_person_and_study_count_apart(li: User) -> None:
    wang = User.objects.create(username="wang", password="!")
    for user in (li, wang):
        for uid in (UID, UID + ".2"):
            record_opening(user, uid)
    assert openings() == 4


@pytest.mark.parametrize(("idle_minutes", "expected"), [(29, 1), (31, 2)])
def test_half_an_hour_without_a_request_ends_an_opening(li: User, idle_minutes: int, expected: int) -> None:
    record_opening(li, UID)
    Opening.objects.update(last_seen_at=timezone.now() - timedelta(minutes=idle_minutes))
    recently_seen.clear()
    record_opening(li, UID)
    assert openings() == expected
    assert Opening.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_within_a_minute_no_query_is_made(django_assert_num_queries: Callable[[int], object]) -> None:
    li = User.objects.create(username="li", password="!")
    record_opening(li, UID)
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        for _ in range(100):
            record_opening(li, UID)


@pytest.mark.django_db(transaction=True)
def test_an_opening_that_was_rolled_back_is_not_remembered() -> None:
    li = User.objects.create(username="li", password="!")

    @transaction.atomic
    def act() -> None:
        record_opening(li, UID)
        raise RuntimeError("the view failed")

    with pytest.raises(RuntimeError, match="the view failed"):
        act()
    assert openings() == 0
    record_opening(li, UID)
    assert openings() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("idle", [False, True], ids=["first opening", "after an idle hour"])
def test_simultaneous_requests_are_one_opening(idle: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight requests at once, as a viewer sends them, none knowing of the others (as in several processes)."""
    li = User.objects.create(username="li", password="!")
    if idle:
        record_opening(li, UID)
        Opening.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(recently_seen, "holds", lambda key: False)
    before, start, failures = openings(), threading.Barrier(8), []

    def request() -> None:
        try:
            start.wait()
            record_opening(li, UID)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=request) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert openings() == before + 1
