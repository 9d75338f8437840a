"""Metadata is made before somebody asks, once a study has been quiet, and again when it changed."""

from datetime import timedelta
from pathlib import Path

import pytest

from radapp.archive import storage
from radapp.archive.models import Instance, StudyChange
from radapp.dicomweb import cache, metadata, readiness
from tests.radapp.dicomweb.conftest import STUDY, take_in
from tests.radapp.dicomweb.objects import encode, image

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call notes where it begins; from then on nothing has to be quiet for long."""
    monkeypatch.setattr(readiness, "QUIET", timedelta(0))
    assert readiness.make_ready() == 0


def ready() -> dict[str, bool]:
    found = {}
    for series in Instance.objects.values_list("series__series_instance_uid", flat=True).distinct():
        members = list(Instance.objects.filter(series__series_instance_uid=series).order_by("instance_number", "id"))
        found[series] = cache.is_kept(metadata.KIND, metadata.series_digest(members))
    return found


def test_every_series_of_what_came_in_is_made() -> None:
    take_in(*(encode(image(STUDY, f"{STUDY}.{series}", number)) for series in (1, 2) for number in (1, 2)))
    assert ready() == {f"{STUDY}.1": False, f"{STUDY}.2": False}
    assert readiness.make_ready() == 2
    assert ready() == {f"{STUDY}.1": True, f"{STUDY}.2": True}
    assert readiness.make_ready() == 0
    take_in(encode(image(STUDY, f"{STUDY}.1", 3)))
    assert ready() == {f"{STUDY}.1": False, f"{STUDY}.2": True}
    assert readiness.make_ready() == 1


def test_what_is_still_coming_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "QUIET", timedelta(hours=1))
    take_in(encode(image(STUDY, f"{STUDY}.1", 1)))
    assert readiness.make_ready() == 0


def test_it_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "SETTLED", timedelta(0))
    for study in (STUDY, f"{STUDY}.7", f"{STUDY}.8"):
        take_in(encode(image(study, f"{study}.1", 1)))
    assert readiness.make_ready(budget_s=-1.0) == 0
    assert readiness.make_ready() == 3
    newest = StudyChange.objects.order_by("-id").first()
    assert newest is not None
    assert (tmp_path / "metadata-ready-upto").read_text() == str(newest.id)


def test_bytes_that_are_gone_do_not_stop_it() -> None:
    take_in(encode(image(STUDY, f"{STUDY}.1", 1)), encode(image(STUDY, f"{STUDY}.2", 1)))
    lost = Instance.objects.get(series__series_instance_uid=f"{STUDY}.1")
    storage.path_of(lost.sha256).unlink()
    assert readiness.make_ready() == 1
