"""Clinical use from the archive: what was advised and decided then, whether contrast came, and what turned out."""

from datetime import date
from typing import Any

import pytest

from radapp.accounts.models import User
from radapp.reports.analyses import ledger
from radapp.reports.inputs.clinical import Advised, ClinicalInputs, Contrast, Decided, Withheld
from radapp.reports.inputs.cohort import cohort_of
from radapp.reports.inputs.definition import CohortDefinition, DefinitionRefusedError
from radapp.reports.inputs.following import use_of
from radapp.reports.inputs.reading import inputs_from
from radapp.triage import services
from radapp.triage.decisions import answer_scope, confirm
from radapp.triage.models import Protocol
from radapp.triage.scope import KEYS
from tests.radapp.reports.cohorts import archive
from tests.radapp.triage import examinations as given

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2025, 8, 15)
ALL_NO = dict.fromkeys(sorted(KEYS), False)


@pytest.fixture
def person() -> User:
    return User.objects.create(username="radiologist")


def in_scope(study: Any, person: User) -> Any:
    answer_scope(study=study, answers=ALL_NO, user=person)
    return study


def decided(study: Any, person: User, decision: str = "confirmed", contrast: bool | None = None, reason: str = "") -> Any:
    confirm(study=study, decision=decision, contrast=contrast, reason=reason, user=person)
    return study


def test_a_year_of_use(person: User) -> None:
    """Confirmed without contrast; overridden against it; T1WIC that came after the decision; withheld; a guard."""
    cases = [(0.6, 1), (0.1, 0)] * 3
    given.protocol(calibration={"cases": cases, "t1wic": [0.5] * 6})
    left = decided(in_scope(archive.examined(0.1, day=date(2024, 1, 20), truth=True), person), person)
    skipped = decided(
        in_scope(archive.examined(0.9, day=date(2024, 2, 20), truth=False), person), person, "overridden", None, "Dr. Secret"
    )
    sent = decided(in_scope(archive.examined(0.4, day=date(2024, 8, 16)), person), person)
    given.series(sent, "T1WIC")
    services.consider(sent.study_instance_uid)
    given.finished(sent, given.findings(0.4, 0.4, 0.9))
    archive.examined(0.1, day=date(2024, 9, 1))
    archive.examined(0.1, day=date(2025, 8, 1), guards=["Unlike."])
    archive.unreadable(study_date=date(2025, 8, 2))
    found = use_of(CohortDefinition(), TODAY)
    rows = found.inputs.cases
    assert [(row.advised, row.decided, row.contrast) for row in rows[:3]] == [
        (Advised.NO_CONTRAST, Decided.CONFIRMED, Contrast.NOT_GIVEN),
        (Advised.CONTRAST, Decided.OVERRIDDEN, Contrast.NOT_GIVEN),
        (Advised.CONTRAST, Decided.CONFIRMED, Contrast.GIVEN),
    ]
    assert [(row.month, row.elapsed, row.truth) for row in rows[:3]] == [(0, 18, True), (1, 17, False), (7, 11, None)]
    assert [(row.advised, row.withheld, row.contrast) for row in rows[3:]] == [
        (Advised.WITHHELD, Withheld.UNANSWERED, Contrast.UNKNOWN),
        (Advised.WITHHELD, Withheld.GUARD, Contrast.UNKNOWN),
        (Advised.WITHHELD, Withheld.UNREAD, Contrast.UNKNOWN),
    ]
    assert rows[0].scores == {"T1WI": 0.1, "T2WI": 0.1, "T1_T2": 0.1}
    assert rows[4].guarded
    assert found.inputs.calibrated["test 1"].scores["T1_T2"] == tuple(score for score, _ in cases)
    assert found.examinations[1] == left.study_instance_uid
    assert found.examinations[2] == skipped.study_instance_uid
    said = found.inputs.canonical.decode()
    assert "Secret" not in said
    assert "2024" not in said
    rate = ledger.ledger(found.inputs, ledger.Options()).left
    assert (rate.established, rate.missed) == (2, 1)


def test_the_newest_decision_counts_and_why_advice_was_withheld_is_told(person: User) -> None:
    given.protocol()
    study = in_scope(archive.examined(0.1, day=date(2024, 1, 1)), person)
    decided(study, person)
    answer_scope(study=study, answers={"new_symptoms": True}, user=person)
    decided(study, person, "overridden", True, "New symptoms.")
    (row,) = use_of(CohortDefinition(), TODAY).inputs.cases
    assert (row.advised, row.withheld, row.decided, row.decided_contrast, row.contrast) == (
        Advised.WITHHELD,
        Withheld.OUT_OF_SCOPE,
        Decided.OVERRIDDEN,
        True,
        Contrast.UNKNOWN,
    )


def test_a_protocol_that_is_not_calibrated() -> None:
    given.protocol(calibrated_on="")
    assert Protocol.objects.get().calibrated_on == ""
    archive.examined(0.1)
    (row,) = use_of(CohortDefinition(), TODAY).inputs.cases
    assert (row.withheld, row.month, row.elapsed) == (Withheld.UNCALIBRATED, None, None)


def test_a_cohort_chosen_by_its_outcome_is_refused() -> None:
    with pytest.raises(DefinitionRefusedError, match="lost to follow-up"):
        use_of(CohortDefinition(established=True), TODAY)


def test_a_day_changes_nothing_until_a_month_is_over() -> None:
    given.protocol()
    archive.examined(0.1, day=date(2024, 1, 20))
    hashes = [
        use_of(CohortDefinition(), day).inputs.sha256 for day in (date(2024, 3, 20), date(2024, 4, 19), date(2024, 4, 20))
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_frozen_inputs_are_read_again() -> None:
    given.protocol(calibration={"cases": [[0.25, 1], [1.0, 0]], "t1wic": [0.5, None]})
    archive.examined(0.5, 1.0, day=date(2024, 1, 1), truth=True)
    use = use_of(CohortDefinition()).inputs
    assert inputs_from(use.canonical) == use
    assert isinstance(inputs_from(use.canonical), ClinicalInputs)
    cohort = cohort_of(CohortDefinition()).inputs
    assert inputs_from(cohort.canonical) == cohort
