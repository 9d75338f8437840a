"""Objects of our own making: deflated on disk, marked as generated, stored once, never announced as received."""

import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from radapp.archive import storage
from radapp.archive.generated import GeneratedRefusedError
from radapp.archive.ingest import store_generated
from radapp.archive.models import Instance, Series, Study
from radapp.archive.roles import recognise_study
from radapp.archive.selectors import chosen_series
from tests.radapp.archive import makers
from tests.radapp.archive.test_ingest import TakeIn


@pytest.fixture
def study(take_in: TakeIn) -> Study:
    take_in({f"{n}.dcm": makers.content(makers.mr(n)) for n in range(1, 4)})
    return Study.objects.get()


def test_a_map_is_stored_deflated_and_once(study: Study, announced: list[list[str]]) -> None:
    announced.clear()
    dataset = makers.parametric_map()
    [instance] = store_generated([dataset], study=study)
    [again] = store_generated([dataset], study=study)
    assert instance == again
    assert dataset.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian  # the caller's data set is left alone
    assert instance.transfer_syntax_uid == DeflatedExplicitVRLittleEndian
    stored = pydicom.dcmread(storage.path_of(instance.sha256))
    assert stored.FloatPixelData == dataset.FloatPixelData
    assert instance.series.generated
    assert announced == []


def test_a_generated_series_has_no_role_and_is_never_chosen(study: Study) -> None:
    store_generated([makers.parametric_map()], study=study)
    recognise_study(study)
    assert Series.objects.get(generated=True).recognised_role == "none"
    assert set(chosen_series(study.series.all()).values()) == {makers.SERIES}


def test_another_object_under_the_same_uid_is_an_error(study: Study) -> None:
    store_generated([makers.parametric_map()], study=study)
    changed = makers.parametric_map()
    changed.SeriesDescription = "another"
    with pytest.raises(GeneratedRefusedError, match="another object"):
        store_generated([changed], study=study)
    assert Instance.objects.filter(series__generated=True).count() == 1


def test_an_object_of_another_study_is_an_error(study: Study) -> None:
    with pytest.raises(GeneratedRefusedError, match="expected"):
        store_generated([makers.mr(1, study="1.2.9", series="1.2.9.1")], study=study)
