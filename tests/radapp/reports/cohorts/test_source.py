"""A cohort as the source of reports: by command and over HTTP, by administrators alone, with a row of the audit trail."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from radapp.accounts.models import AuditEntry
from radapp.archive.models import Study
from radapp.reports.analyses import ledger
from radapp.reports.cohort_source import EVERYTHING, Cohorts, CohortSource, key_of
from radapp.reports.document import of_ledger
from radapp.reports.document.blocks import FigureBlock, Paragraph, TableBlock
from radapp.reports.files.figures.ledger import pictures
from radapp.reports.inputs.cohort import cohort_of
from radapp.reports.inputs.definition import CohortDefinition, definition_of
from radapp.reports.inputs.differences import differences
from radapp.reports.inputs.following import use_of
from radapp.reports.models import SavedReport
from radapp.triage.models import Truth
from tests.radapp.reports.cohorts import archive
from tests.radapp.triage import examinations as given

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def made_once(kept_archive: None) -> list[Study]:
    """Six: the first half with recurrence."""
    given.protocol()
    return [archive.examined(0.9 - n / 10, 0.8, day=date(2024, 1 + n, 1), truth=n < 3, patient_id=f"P{n}") for n in range(6)]


@pytest.fixture
def studies(made_once: list[Study], db: None) -> list[Study]:
    return [Study.objects.get(pk=one.pk) for one in made_once]


def command(name: str, out: Path, *more: str) -> str:
    said = io.StringIO()
    call_command("report", name, "--out", str(out), "--format", "json", "csv", "data", *more, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("name", ["tactic", "ledger", "drift"])
def test_by_command(studies: list[Study], tmp_path: Path, name: str) -> None:
    command(name, tmp_path / "out", "--cohort", "first_day=2024-02-01", "title=Ours")
    said = json.loads((tmp_path / "out" / f"{name}.json").read_text())
    assert (said["study"]["title"], said["inputs"]["cases"]) == ("Ours", 5)
    row = AuditEntry.objects.filter(action="export").latest("id")
    assert row.target.startswith(f"report {name} of cohort ")
    assert row.after["cohort"] == {"title": "Ours", "first_day": "2024-02-01"}
    assert f"{name}.json" in row.after["files"]


def test_the_same_command_twice_gives_the_same_bytes(studies: list[Study], tmp_path: Path) -> None:
    for folder in ("one", "other"):
        command("ledger", tmp_path / folder, "--cohort")
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "other"))
    assert one == other


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("tactic", ["day=1"], "knows title"),
        ("tactic", ["first_day"], "expected key=value"),
        ("tactic", ["sources=dimse"], "no case that counts"),
        ("ledger", ["established=yes"], "lost to follow-up"),
    ],
)
def test_what_a_command_is_refused(studies: list[Study], tmp_path: Path, name: str, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command(name, tmp_path / "out", "--cohort", *words)
    assert not (tmp_path / "out").exists()


def test_what_changed_is_named(studies: list[Study]) -> None:
    before = use_of(CohortDefinition(), date(2025, 1, 1)).inputs
    Truth.objects.filter(study=studies[0]).update(label=False)
    assert differences(before, use_of(CohortDefinition(), date(2025, 1, 1)).inputs) == ("examination 1: truth yes → no",)
    assert differences(before, cohort_of(CohortDefinition()).inputs) == (
        "one is of a study or a cohort, the other of clinical use",
    )


def test_keys_are_of_what_is_asked_for() -> None:
    assert key_of(CohortDefinition(title="Any")) == EVERYTHING
    one = key_of(definition_of({"sources": ["stow"], "title": "One"}))
    assert one == key_of(definition_of({"sources": ["stow"], "title": "Other"})) != EVERYTHING


def ask(client: Any, **said: Any) -> Any:
    body = {"source": "cohort:all", "analysis": "tactic", "options": {}, "watermark": False, **said}
    return client.post("/api/reports/", json.dumps(body), content_type="application/json")


def test_over_http(studies: list[Study], signed_in: Any) -> None:
    client = signed_in("administrator")
    assert [one["source"] for one in client.get("/api/reports/sources/").json()] == ["cohort:all"]
    asked = ask(client, source="cohort:new", definition={"first_day": "2024-02-01", "title": "Later"})
    assert asked.status_code == 201, asked.content
    report = SavedReport.objects.get(key=asked.json()["key"])
    assert report.definition["examinations"] == [one.study_instance_uid for one in studies[1:]]
    assert {one["title"] for one in client.get("/api/reports/sources/").json()} == {"All examinations", "Later"}
    assert AuditEntry.objects.filter(target__endswith=", asked for").count() == 1


def test_a_ledger_of_nothing_due_has_sentences_for_empty_tables(studies: list[Study]) -> None:
    """All six have no contrast series that is known: nobody left without by anybody's decision."""
    found = ledger.ledger(use_of(CohortDefinition()).inputs, ledger.Options())
    blocks = [block for section in of_ledger.sections(found) for block in section.blocks]
    assert not [one for one in blocks if isinstance(one, FigureBlock)]
    assert pictures(found) == ()
    assert all(one.rows for one in blocks if isinstance(one, TableBlock))
    words = [one.text.en for one in blocks if isinstance(one, Paragraph)]
    assert "Overrides and what became of them: none." in words
    assert any("no rate over time" in one for one in words)


def test_cases_behind_a_cell_are_those_of_then(studies: list[Study], signed_in: Any) -> None:
    """An examination of an earlier day, which came later, moves no number of a report that is there."""
    client = signed_in("administrator")
    key = ask(client).json()["key"]
    archive.examined(0.9, day=date(2023, 1, 1), truth=True, patient_id="early")
    found = client.get(f"/api/reports/{key}/cases/?truth=yes").json()
    links = [(one["case"], one["link"]) for one in found]
    assert links == [(n + 1, f"/viewer/{one.study_instance_uid}/") for n, one in enumerate(studies[:3])]


def test_who_may(studies: list[Study], signed_in: Any) -> None:
    key = ask(signed_in("administrator")).json()["key"]
    other = signed_in("radiologist")
    for answer in (other.get("/api/reports/sources/"), ask(other), other.get(f"/api/reports/{key}/")):
        assert answer.status_code == 403
    assert list(Cohorts().listed(answer.wsgi_request.user)) == []
    assert Cohorts().permitted(answer.wsgi_request.user, EVERYTHING) is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"definition": {"day": 1}}, 400),
        ({"definition": {"established": True}, "analysis": "ledger"}, 400),
        ({"source": "cohort:unknown"}, 404),
        ({"definition": {"sources": ["dimse"]}}, 409),
    ],
)
def test_what_is_refused_over_http(studies: list[Study], signed_in: Any, said: dict[str, Any], status: int) -> None:
    answer = ask(signed_in("administrator"), **said)
    assert answer.status_code == status, answer.content


def test_listed_and_found(studies: list[Study]) -> None:
    assert Cohorts().found("unknown") is None
    found = Cohorts().found(EVERYTHING)
    assert isinstance(found, CohortSource)
    assert (found.cases, found.synthetic) == (6, False)
