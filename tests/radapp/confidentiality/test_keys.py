"""Pseudonyms, UIDs and date shifts: the same in every export of one project, others in another, intervals kept."""

import pytest

from radapp.archive.models import Study
from radapp.confidentiality.keys import FARTHEST_DAYS, NEAREST_DAYS
from tests.radapp.confidentiality.conftest import key

pytestmark = pytest.mark.once


def study(patient: str = "P1", uid: str = "1.2.3", **facts: str) -> Study:
    return Study(study_instance_uid=uid, patient_id=patient, patient_name="Test^Anna", **facts)


def test_one_patient_has_one_name_and_one_shift() -> None:
    ours = key()
    assert ours.patient(study()) == ours.patient(study(uid="9.9")) == ours.patient(study("p1 "))
    assert ours.patient(study()) != ours.patient(study("P2"))
    assert ours.patient(study()).name.startswith("TRIAL-")
    assert "P1" not in ours.patient(study()).name


def test_another_project_has_others() -> None:
    ours, theirs = key(), key("cd" * 32)
    assert ours.patient(study()).name != theirs.patient(study()).name
    assert ours.uid("1.2.3.4") != theirs.uid("1.2.3.4")
    assert key(name="Äther 2 / x").patient(study()).name.startswith("THER-2-X-")


def test_dates_move_far_and_not_alike() -> None:
    days = {key().patient(study(f"P{number}")).days for number in range(200)}
    assert all(-FARTHEST_DAYS <= one <= -NEAREST_DAYS for one in days)
    assert len(days) > 150


def test_uids_are_uids_and_what_the_standard_defines_stays() -> None:
    new = key().uid("1.2.840.113619.2.1")
    assert new == key().uid("1.2.840.113619.2.1")
    assert new.startswith("2.25.")
    assert len(new) <= 64
    assert key().uid("1.2.840.10008.5.1.4.1.1.4") == "1.2.840.10008.5.1.4.1.1.4"
