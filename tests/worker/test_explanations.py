"""A map on demand, made for real: phantom, untrained network, captum, Parametric Map in the archive."""

from collections.abc import Callable

import numpy as np
import pydicom
import pytest

from ml import attribution
from ml.explanation import EXPLANATIONS, ON_DEMAND, Method
from radapp.accounts.models import User
from radapp.archive import storage
from radapp.archive.models import Instance, Study
from radapp.triage import explanations
from radapp.triage.models import Explanation, Run
from tests.worker.objects import in_the_archive, named_by_rows
from worker import explanations as making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services, pytest.mark.once]


@pytest.fixture(autouse=True)
def _few_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coarse maps: what is shown here is what becomes of them; tests/ml/test_attribution.py looks at the maps."""
    monkeypatch.setattr(attribution, "STEPS", 4)
    monkeypatch.setattr(attribution, "MOST_WINDOWS", 24)


@pytest.fixture
def study(redis_server: object, read_study: Study) -> Study:
    """A phantom with its result."""
    return read_study


def asked(study: Study, method: str = ON_DEMAND[0]) -> Explanation:
    user, _ = User.objects.get_or_create(username="asking", defaults={"password": "!"})
    row, new = explanations.ask(study=study, sequence="T2WI", method=method, user=user)
    assert new
    return row


@pytest.mark.parametrize("method", ON_DEMAND)
def test_a_map_is_stored_beside_the_heatmap(study: Study, method: Method) -> None:
    row = asked(study, method)
    making.work(row.pk)
    row.refresh_from_db()
    assert (row.state, row.reason, row.percent) == ("done", "", 100)
    stored = Instance.objects.get(sop_instance_uid=row.sop_instance_uid)
    assert stored.series.generated
    assert stored.series.study == study
    written = pydicom.dcmread(storage.path_of(stored.sha256))
    heatmap = Instance.objects.get(sop_instance_uid=Run.objects.get().result.heatmaps.get(sequence="T2WI").sop_instance_uid)
    beside = pydicom.dcmread(storage.path_of(heatmap.sha256))
    explained = EXPLANATIONS[method]
    assert written.SeriesNumber == explained.series_number + 1
    assert written.SeriesDescription.startswith(f"{explained.label} T2WI")
    assert explained.name in written.ImageComments.lower()
    assert (written.Rows, written.NumberOfFrames) == (beside.Rows, beside.NumberOfFrames)
    assert written.FrameOfReferenceUID == beside.FrameOfReferenceUID
    values = np.frombuffer(written.FloatPixelData, "<f4")
    assert 0 <= values.min() <= values.max() <= 1
    assert not np.array_equal(values, np.frombuffer(beside.FloatPixelData, "<f4"))


def test_a_second_bell_and_a_crash_after_storing_double_nothing(study: Study) -> None:
    row = asked(study)
    making.work(row.pk)
    making.work(row.pk)
    written = in_the_archive(study)
    Explanation.objects.update(state="queued", sop_instance_uid="", attempts=1)
    making.work(row.pk)
    row.refresh_from_db()
    assert row.state == "done"
    assert in_the_archive(study) == written == named_by_rows(study)


def test_a_waiting_examination_stops_it(study: Study, take_in: Callable[[int], str]) -> None:
    before = in_the_archive(study)
    row = asked(study)
    lease = explanations.claim(row.pk)
    assert lease is not None
    take_in(2)
    with pytest.raises(explanations.Postponed):
        making._carry_out(lease)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 0)
    assert in_the_archive(study) == before


def test_a_missing_file_fails_with_a_reason(study: Study) -> None:
    row = asked(study)
    lost = Instance.objects.filter(series__study=study, series__recognised_role="T2WI").first()
    assert lost is not None
    path = storage.path_of(lost.sha256)
    content = path.read_bytes()
    path.unlink()
    try:
        making.work(row.pk)
    finally:
        path.write_bytes(content)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "cannot be found" in row.reason
