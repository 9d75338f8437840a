"""Defining a cohort over HTTP: what may be asked for, and how many a definition means before a report is made of it."""

import json
from datetime import date
from typing import Any

import pytest

from radapp.archive.models import Series, Study
from radapp.reports.inputs.cohort import cohort_of
from radapp.reports.inputs.definition import definition_of
from radapp.reports.models import SavedReport
from radapp.triage.models import InstalledBundle
from tests.radapp.reports.cohorts import archive
from tests.radapp.triage import examinations as given

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PATH = "/api/reports/cohorts/"


@pytest.fixture(scope="module")
def made_once(kept_archive: None) -> list[Study]:
    """Two of one patient with an outcome, one without, one not read."""
    given.protocol()
    days = [date(2024, month, 1) for month in (1, 2, 3)]
    found = [
        archive.examined(0.9, day=day, truth=truth, patient_id=patient)
        for day, truth, patient in zip(days, (True, False, None), ("A", "A", "B"), strict=True)
    ]
    unread = given.study(study_date=date(2024, 4, 1), patient_id="C")
    given.series(unread, "T1WI", manufacturer="Other", station_name="MR2")
    return [*found, unread]


@pytest.fixture
def studies(made_once: list[Study], db: None) -> list[Study]:
    return [Study.objects.get(pk=one.pk) for one in made_once]


def count(client: Any, definition: Any) -> Any:
    return client.post(PATH, json.dumps({"definition": definition}), content_type="application/json")


def test_what_may_be_asked_for(studies: list[Study], signed_in: Any) -> None:
    said = signed_in("administrator").get(PATH).json()
    assert (said["first_day"], said["last_day"]) == ("2024-01-01", "2024-04-01")
    assert said["manufacturers"] == ["Maker", "Other"]
    assert said["stations"] == ["MR2"]
    assert {one["sha256"] for one in said["bundles"]} == set(InstalledBundle.objects.values_list("pk", flat=True))
    assert definition_of(
        {
            **{name: said[name] for name in ("sources", "protocols", "manufacturers", "stations")},
            **{name: said[name][0] for name in ("synthetic", "learnt", "split")},
        }
    ).as_json() == {
        "title": "Cohort",
        **{name: said[name] for name in ("sources", "protocols", "manufacturers", "stations")},
    }


def test_a_machine_s_own_series_offer_nothing(studies: list[Study], signed_in: Any) -> None:
    Series.objects.filter(manufacturer="Other").update(generated=True)
    assert signed_in("administrator").get(PATH).json()["manufacturers"] == ["Maker"]


@pytest.mark.parametrize(
    ("definition", "counted", "left_out"),
    [
        ({}, (3, 2, 1, 1, 1), {"not read yet": 1}),
        ({"established": True}, (2, 1, 1, 1, 0), {}),
        ({"first_day": "2024-02-15", "last_day": "2024-03-01"}, (1, 1, 0, 0, 1), {}),
        ({"protocols": ["another 1"]}, (0, 0, 0, 0, 0), {"read by another protocol": 4}),
    ],
)
def test_how_many_a_definition_means(
    studies: list[Study], signed_in: Any, definition: dict[str, Any], counted: tuple[int, ...], left_out: dict[str, int]
) -> None:
    said = count(signed_in("administrator"), definition).json()
    names = ("examinations", "patients", "recurrences", "without_recurrence", "without_truth")
    assert tuple(said[name] for name in names) == counted
    assert {one["name"]: one["count"] for one in said["left_out"]} == left_out
    assert said["examinations"] == len(cohort_of(definition_of(definition)).inputs.cases)
    assert sum(one["count"] for one in said["cohorts"]) == said["examinations"]
    assert not SavedReport.objects.exists()


def test_its_address_is_that_of_a_report_made_of_it(studies: list[Study], signed_in: Any) -> None:
    client = signed_in("administrator")
    definition = {"title": "Later", "first_day": "2024-02-01"}
    body = {"source": "cohort:new", "definition": definition, "analysis": "tactic", "options": {}, "watermark": False}
    made = client.post("/api/reports/", json.dumps(body), content_type="application/json").json()
    assert count(client, definition).json()["source"] == made["source"]
    asked = {one["source"]: one["definition"] for one in client.get("/api/reports/sources/").json()}
    assert asked[made["source"]] == definition
    assert asked["cohort:all"] == {"title": "All examinations"}


@pytest.mark.parametrize(("definition", "problems"), [({"day": 1, "split": "hospital"}, 2), ([], 1)])
def test_what_is_wrong_is_said_at_once(signed_in: Any, definition: Any, problems: int) -> None:
    answer = count(signed_in("administrator"), definition)
    assert answer.status_code == 400, answer.content
    assert len(answer.json()["problems"]) == problems


@pytest.mark.parametrize("role", ["investigator", "radiologist"])
def test_who_may(signed_in: Any, role: str) -> None:
    client = signed_in(role)
    assert (client.get(PATH).status_code, count(client, {}).status_code) == (403, 403)
