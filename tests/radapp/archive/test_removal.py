"""Bytes go in two steps after a grace period, and never while a row names them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from radapp.accounts.models import User
from radapp.archive import references, removal, set_aside, storage
from radapp.archive.models import ByteIndex, Discarded, Instance, SetAside, Study
from radapp.archive.outcomes import IntakeReport
from tests.radapp.archive import makers

TakeIn = Callable[..., IntakeReport]


def delete_studies() -> None:
    with transaction.atomic():
        Study.objects.all().delete()


def later() -> None:
    """The next step is due."""
    Discarded.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_the_way_of_a_deleted_study_s_bytes(take_in: TakeIn, settings: Any) -> None:
    take_in({f"{number}.dcm": makers.content(makers.mr(number)) for number in (1, 2)})
    names = [one.sha256 for one in Instance.objects.all()]
    delete_studies()
    marked = list(Discarded.objects.all())
    assert {row.sha256 for row in marked} == set(names)
    assert all(abs(row.due_at - timezone.now() - timedelta(days=7)) < timedelta(minutes=1) for row in marked)
    assert removal.sweep() == removal.Swept()
    later()
    assert removal.sweep() == removal.Swept(removed=2)
    assert all(storage.store().size_of(name) is None for name in names)
    assert removal.sweep() == removal.Swept(), "not due again for a day"
    later()
    assert removal.sweep() == removal.Swept(deleted=2)
    assert all(not storage.path_of(name).exists() for name in names)
    assert not Discarded.objects.exists()
    assert not ByteIndex.objects.exists()


@pytest.mark.parametrize("steps", [0, 1])
def test_what_comes_again_stays(take_in: TakeIn, steps: int) -> None:
    files = {"1.dcm": makers.content(makers.mr(1))}
    take_in(files)
    delete_studies()
    for _ in range(steps):
        later()
        removal.sweep()
    assert take_in(files).stored == 1
    later()
    assert removal.sweep() == removal.Swept(spared=1)
    assert storage.path_of(Instance.objects.get().sha256).read_bytes() == files["1.dcm"]
    assert not Discarded.objects.exists()


def test_a_row_written_while_bytes_were_moved_out_gets_them_back(take_in: TakeIn) -> None:
    """An intake saw them lie there, the sweep saw no row; both were right at that moment."""
    files = {"1.dcm": makers.content(makers.mr(1))}
    take_in(files)
    one = Instance.objects.select_related("series__study").get()
    removal.mark([one.sha256])
    storage.store().remove(one.sha256)
    Discarded.objects.update(step=Discarded.Step.REMOVED, due_at=timezone.now())
    assert storage.path_of(one.sha256).read_bytes() == files["1.dcm"], "a read brings them back"
    storage.store().remove(one.sha256)
    assert removal.sweep() == removal.Swept(spared=1)
    assert storage.place_of(one.sha256).exists(), "so does the next step"


def test_a_read_of_removed_bytes_begins_their_way_anew(take_in: TakeIn) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1))})
    name = Instance.objects.get().sha256
    delete_studies()
    later()
    removal.sweep()
    assert storage.path_of(name).exists()
    later()
    removal.sweep()
    assert Discarded.objects.get().step == Discarded.Step.MARKED
    for _ in range(2):
        later()
        removal.sweep()
    assert not storage.path_of(name).exists()


def test_a_second_deletion_has_its_own_grace_period(take_in: TakeIn) -> None:
    files = {"1.dcm": makers.content(makers.mr(1))}
    for _ in range(2):
        take_in(files)
        delete_studies()
        later()
        assert removal.sweep() == removal.Swept(removed=1)
        take_in(files)
        delete_studies()
        assert Discarded.objects.get().step == Discarded.Step.MARKED
        assert removal.sweep() == removal.Swept(), "kept as long as the first time"


def test_set_aside_bytes_and_those_they_replaced(take_in: TakeIn, people: dict[str, User]) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1))})
    first = Instance.objects.get().sha256
    take_in({"1.dcm": makers.content(makers.mr(1, PatientName="Right^Name"))})
    row = SetAside.objects.get()
    set_aside.decide(set_aside_id=row.pk, accept=True, user=people["administrator"], reason="")
    assert references.kept_before([first, "0" * 64]) == {first}
    assert references.named([first, row.sha256]) == {row.sha256}
    delete_studies()
    assert {one.sha256 for one in Discarded.objects.all()} == {first, row.sha256}
    assert references.kept_before([first]) == set()


def test_every_table_that_names_bytes_is_heeded() -> None:
    names = {model.__name__ for model in references.naming_models()}
    assert {"Instance", "SetAside"} <= names
    assert not names & {"ByteIndex", "Discarded"}
