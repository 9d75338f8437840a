"""The short way stores the same rows as the long way, and leaves to it whatever is not plain."""

import hashlib
from typing import Any

import pytest
from django.forms.models import model_to_dict
from pydicom.dataset import Dataset

from radapp.archive import arrivals, intakes, storage
from radapp.archive.clutter import Judgement, Kind
from radapp.archive.group_commit import GroupCommit
from radapp.archive.inspection import inspect
from radapp.archive.models import ByteIndex, Instance, SeriesArrival, Source, StudyChange
from radapp.archive.outcomes import Already, Outcome, StoredInstance
from radapp.archive.plain_instances import PlainInstances
from radapp.archive.receiving import Received
from radapp.archive.recording import Candidate, Origin, record_candidates
from tests.radapp.archive.makers import ROOT, SERIES, STUDY, content, mr

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def origin() -> Origin:
    """A peer's intake."""
    intake = intakes.open_intake(source=Source.DIMSE, user=None)
    return Origin(Source.DIMSE, None, "dimse TEST", str(intake.id))


def candidate(dataset: Dataset) -> Candidate:
    """As it comes from the network."""
    octets = content(dataset)
    received = Received(octets, hashlib.sha256(octets).hexdigest(), len(octets))
    return Candidate(dataset.SOPInstanceUID, inspect(octets, Judgement(Kind.DICOM)), received)


def long_way(dataset: Dataset, origin: Origin) -> Outcome:
    outcomes, _ = record_candidates([candidate(dataset)], origin)
    return outcomes[0]


def short_way(origin: Origin, *datasets: Dataset, plain: PlainInstances | None = None) -> dict[str, StoredInstance]:
    return (plain or PlainInstances()).record([(candidate(dataset), origin) for dataset in datasets])


def rows_of(uid: str) -> list[dict[str, Any]]:
    """What is kept of an instance, without what must differ."""
    row = Instance.objects.get(sop_instance_uid=uid)
    index = ByteIndex.objects.get(pk=row.sha256)
    differ = ["id", "sop_instance_uid", "sha256", "dataset_digest", "pixel_digest", "instance_number", "offset"]
    return [model_to_dict(one, exclude=differ) for one in (row, index)]


def test_both_ways_keep_the_same(origin: Origin) -> None:
    long_way(mr(1), origin)
    long_way(mr(2), origin)
    found = short_way(origin, mr(3), mr(4))
    assert set(found) == {f"{SERIES}.3", f"{SERIES}.4"}
    assert rows_of(f"{SERIES}.3") == rows_of(f"{SERIES}.2")
    for row in Instance.objects.all():
        assert storage.path_of(row.sha256).read_bytes() == content(mr(int(row.sop_instance_uid.rsplit(".", 1)[1])))
        assert row.received_at is not None
    arrival = SeriesArrival.objects.get()
    assert (arrival.instances, arrival.frames, arrival.carried, arrival.complete) == (4, 4, 4, False)
    assert StudyChange.objects.filter(study_instance_uid=STUDY).count() == 3


def test_the_last_one_that_was_promised_completes_the_series(origin: Origin) -> None:
    promised = {"ImagesInAcquisition": "3", "AcquisitionNumber": "1"}
    long_way(mr(1, **promised), origin)
    plain = PlainInstances()
    assert short_way(origin, mr(2, **promised), plain=plain)
    assert not SeriesArrival.objects.get().complete
    assert short_way(origin, mr(3, **promised), plain=plain)
    arrival = SeriesArrival.objects.get()
    assert (arrival.complete, arrival.why, arrival.announced) == (True, "expected", False)
    assert short_way(origin, mr(4, **promised), plain=plain) == {}, "a late slice re-opens: that is the long way's"


def _complete(origin: Origin) -> None:
    arrivals.settle_quiet({row.pk: (row.arrivals, 60.0) for row in SeriesArrival.objects.all()})


CASES: dict[str, Any] = {
    "the first of a series": (lambda: mr(1, series=ROOT + "1.5"), None),
    "the first of a study": (lambda: mr(1, study=ROOT + "6", series=ROOT + "6.1"), None),
    "stored already": (lambda: mr(1), None),
    "other pixels under a stored UID": (lambda: mr(2, SOPInstanceUID=f"{SERIES}.1"), None),
    "another patient": (lambda: mr(2, PatientID="P2"), None),
    "a series of another study": (lambda: mr(2, study=ROOT + "6"), None),
    "a new promise": (lambda: mr(2, ImagesInAcquisition="9"), None),
    "a series that counts as complete": (lambda: mr(2), _complete),
}


@pytest.mark.parametrize(("make", "before"), CASES.values(), ids=CASES)
def test_what_is_not_plain_is_left_untouched(origin: Origin, make: Any, before: Any) -> None:
    long_way(mr(1), origin)
    if before is not None:
        before(origin)
    files = sorted(storage.incoming().parent.rglob("*"))
    assert short_way(origin, make()) == {}
    assert Instance.objects.count() == 1
    assert sorted(storage.incoming().parent.rglob("*")) == files


def test_a_series_that_is_deleted_meanwhile_goes_the_long_way(origin: Origin) -> None:
    long_way(mr(1), origin)
    plain = PlainInstances()
    assert short_way(origin, mr(2), plain=plain)
    Instance.objects.get(sop_instance_uid=f"{SERIES}.1").series.delete()
    assert short_way(origin, mr(3), plain=plain) == {}
    assert not Instance.objects.exists()


def test_a_group_settles_plain_and_other_instances_together(origin: Origin) -> None:
    commit = GroupCommit()
    try:
        kinds = [type(commit.settle(candidate(dataset), lambda: origin)) for dataset in (mr(1), mr(2), mr(2), mr(3))]
    finally:
        commit.close()
    assert kinds == [StoredInstance, StoredInstance, Already, StoredInstance]
    assert Instance.objects.count() == 3
