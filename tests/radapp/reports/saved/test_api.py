"""The API of reports: asking, seeing, downloading, the cases behind a cell, once more."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from radapp.accounts.models import User
from radapp.readerstudies.models import Answer, ChainEntry, Membership, ReaderStudy
from radapp.reports.files.rendering import FORMATS
from radapp.reports.models import FrozenInputs, SavedReport
from radapp.reports.recipes import ANALYSES, NOT_LOCKED
from tests.radapp.readerstudies import scene
from tests.radapp.reports.saved import small

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ReaderStudy, str]]:
    """A study and the key of a report of it, in a transaction that ends with the tests here."""
    folder = tmp_path_factory.mktemp("house")
    own = override_settings(STORAGE_DIR=folder / "archive", VAR_DIR=folder)
    with own, django_db_blocker.unblock(), transaction.atomic():
        study = small.study()
        answer = small.asked(small.client_of("investigator_in"), study, "economics", options={"enhanced": 100})
        assert answer.status_code == 201, answer.content
        small.worked(answer.json()["key"])
        yield study, answer.json()["key"]
        transaction.set_rollback(True)


@pytest.fixture
def investigator(house: tuple[ReaderStudy, str], db: None) -> Client:
    return small.client_of("investigator_in")


@pytest.fixture
def study(house: tuple[ReaderStudy, str], db: None) -> ReaderStudy:
    return ReaderStudy.objects.get(pk=house[0].pk)


@pytest.fixture
def root(house: tuple[ReaderStudy, str], db: None) -> str:
    return f"/api/reports/{house[1]}/"


def test_every_analysis_with_its_options(investigator: Client) -> None:
    found = {one["name"]: one for one in investigator.get("/api/reports/analyses/").json()}
    assert set(found) == set(ANALYSES)
    options = {one["name"]: one for one in found["economics"]["options"]}
    assert options["prevalence"]["kind"] == "share"
    assert (options["enhanced"]["kind"], options["enhanced"]["default"]) == ("money", 2444)
    assert options["currency"]["kind"] == "text"
    choices = {one["name"]: one for one in found["performance"]["options"]}
    assert {"wilson", "paper"} < set(choices["intervals"]["choices"])
    assert choices["correction"]["default"] is None
    assert all(one["help"]["zh"] for analysis in found.values() for one in analysis["options"])


def test_sources(investigator: Client, study: ReaderStudy) -> None:
    (found,) = investigator.get("/api/reports/sources/").json()
    assert found == {
        "source": f"study:{study.key}",
        "kind": "study",
        "key": study.key,
        "title": "A study",
        "state": "unblinded",
        "locked": True,
        "unblinded": True,
        "synthetic": True,
        "cases": 4,
        "definition": None,
    }


def test_a_report_that_is_done(investigator: Client, study: ReaderStudy, root: str) -> None:
    said = investigator.get(root).json()
    assert (said["state"], said["progress"], said["step"], said["error"]) == ("done", 1.0, "", "")
    assert said["options"]["enhanced"] == 100
    assert investigator.get(f"{root}changes/").json() == {"stale": False, "changed_since": None, "differs_from": None}
    assert said["preliminary"] is False
    assert {one["format"] for one in said["files"]} == set(FORMATS)
    assert said["inputs_sha256"] == FrozenInputs.objects.get().sha256
    assert investigator.get(f"/api/reports/?source=study:{study.key}").json()[0]["key"] == said["key"]
    assert investigator.get("/api/reports/").json()[0]["key"] == said["key"]


def test_the_page_reads_it_in_either_language(investigator: Client, root: str) -> None:
    titles = {one: investigator.get(f"{root}document/?language={one}").json()["title"] for one in ("en", "zh")}
    assert titles == {"en": "Economics", "zh": "经济学"}
    assert investigator.get(f"{root}document/?language=de").status_code == 400
    svg = investigator.get(f"{root}figures/external-figure.zh.svg")
    assert svg["Content-Type"] == "image/svg+xml"
    assert b"<svg" in svg.content
    assert investigator.get(f"{root}figures/nothing.en.svg").status_code == 404


def test_each_download_is_an_entry_with_the_files_digest(investigator: Client, study: ReaderStudy, root: str) -> None:
    before = ChainEntry.objects.count()
    for one in investigator.get(root).json()["files"]:
        answer = investigator.get(f"{root}files/{one['name']}")
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == one["sha256"]
        assert (len(answer.content), answer["Content-Type"]) == (one["size"], one["media_type"])
        entry = ChainEntry.objects.filter(study=study).latest("sequence")
        assert (entry.action, entry.target, entry.actor_name) == ("study_exported", "report economics", "investigator_in")
        assert (entry.after or {})["files"] == {one["name"]: one["sha256"]}
        before += 1
    assert ChainEntry.objects.count() == before
    assert investigator.get(f"{root}files/page.en.json").status_code == 404, "what the page reads is no export"
    assert investigator.get(f"{root}files/nothing.csv").status_code == 404
    assert ChainEntry.objects.count() == before


def test_that_it_was_asked_for_is_in_the_chain(study: ReaderStudy, root: str) -> None:
    entry = ChainEntry.objects.get(study=study, action="report_asked")
    said = entry.after or {}
    assert said["inputs"] == FrozenInputs.objects.get().sha256
    assert said["report"] in root


def test_the_cases_behind_a_cell(investigator: Client, study: ReaderStudy, root: str) -> None:
    found = investigator.get(f"{root}cases/?cohort=external&truth=yes").json()
    assert found == [
        {
            "case": 2,
            "cohort": "external",
            "truth": True,
            "basis": "histopathology",
            "calls": {"T1_T2": "yes", "T1WIC": "yes", "DARNDEST": "yes", found[0]["calls"].copy().popitem()[0]: "no"},
            "scores": found[0]["scores"],
            "tier": "positive",
            "link": f"/studies/{study.key}/",
        }
    ]
    refused = investigator.get(f"{root}cases/?colour=red")
    assert refused.status_code == 400
    assert "expected cohort" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("analysis", "options", "field", "words"),
    [
        ("economics", {"prevalence": 3}, "options.prevalence", "expected a share"),
        ("economics", {"prevalence": "a lot"}, "options.prevalence", "expected a number"),
        ("economics", {"enhanced": -1}, "options", "above 0"),
        ("economics", {"intervals": "wald"}, "options.intervals", "no such option"),
        ("performance", {"intervals": "mine"}, "options.intervals", "expected one of"),
        ("performance", {"not_assessable": None}, "options.not_assessable", "expected one of"),
        ("economics", {"currency": 3}, "options.currency", "expected a text"),
    ],
)
def test_options_that_do_not_fit(
    investigator: Client, study: ReaderStudy, analysis: str, options: dict[str, Any], field: str, words: str
) -> None:
    answer = small.asked(investigator, study, analysis, options=options)
    assert answer.status_code == 400
    (problem,) = answer.json()["problems"]
    assert problem["field"] == field
    assert words in problem["detail"]
    assert SavedReport.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "status"),
    [({"source": "study:nothing"}, 404), ({"source": "planet:mars"}, 404), ({"source": ""}, 400), ({"analysis": "x"}, 400)],
)
def test_what_there_is_not(investigator: Client, study: ReaderStudy, more: dict[str, str], status: int) -> None:
    assert small.asked(investigator, study, **{"analysis": "tactic", **more}).status_code == status


def test_a_study_that_is_not_locked_is_refused_or_watermarked(investigator: Client, study: ReaderStudy) -> None:
    ReaderStudy.objects.filter(pk=study.pk).update(state="open", locked_at=None, unblinded_at=None)
    refused = small.asked(investigator, study)
    assert (refused.status_code, refused.json()["code"]) == (409, "report_refused")
    assert "watermark" in refused.json()["detail"]
    answer = small.asked(investigator, study, watermark=True).json()
    assert answer["preliminary"] is True
    assert NOT_LOCKED in answer["labels"]
    assert investigator.get(f"/api/reports/{answer['key']}/document/").status_code == 409
    small.worked(answer["key"], "json", "figures")
    said = investigator.get(f"/api/reports/{answer['key']}/").json()
    assert said["files"]
    assert all(one["name"].startswith("preliminary-") for one in said["files"])
    assert investigator.get(f"/api/reports/{answer['key']}/figures/external-figure.en.svg").status_code == 200


def test_once_more_after_a_reading_changed(investigator: Client, study: ReaderStudy, root: str) -> None:
    kept = investigator.get(f"{root}document/").content
    answer = Answer.objects.get(assignment__case__number=1, assignment__case__study=study)
    said = {**answer.answers, "recurrence": not answer.answers["recurrence"]}
    before = investigator.get(f"{root}changes/").json()
    assert (before["stale"], before["changed_since"]) == (False, None)
    changed_in_plain_sql(answer, said)
    by_now = investigator.get(f"{root}changes/").json()
    assert by_now["stale"] is True
    assert by_now["changed_since"] == {"count": 1, "differences": ["reader senior_1, case 1: call yes → no"]}
    assert investigator.get(f"{root}document/").content == kept, "its inputs were frozen"
    again = investigator.post(f"{root}again/").json()
    assert again["inputs_sha256"] != investigator.get(root).json()["inputs_sha256"]
    changes = investigator.get(f"/api/reports/{again['key']}/changes/").json()
    assert changes["stale"] is None, "it is not done"
    assert changes["differs_from"] == {
        "key": root.split("/")[3],
        "count": 1,
        "differences": ["reader senior_1, case 1: call yes → no"],
    }
    assert again["options"]["enhanced"] == 100


def changed_in_plain_sql(answer: Answer, said: dict[str, Any]) -> None:
    """As an owner of the database might: answers are written once, and a correction is another one."""
    from radapp.readerstudies.frozen import triggers

    triggers().before_migrate("default")
    Answer.objects.filter(pk=answer.pk).update(answers=said)


def test_the_same_inputs_are_kept_once(investigator: Client, study: ReaderStudy, root: str) -> None:
    again = investigator.post(f"{root}again/").json()
    assert FrozenInputs.objects.count() == 1
    assert investigator.get(f"/api/reports/{again['key']}/changes/").json()["differs_from"] is None
    first = SavedReport.objects.get(key=root.split("/")[3])
    second = small.worked(again["key"], "json", "csv", "data", "xlsx")
    digests = [{one.name: one.sha256 for one in report.files.all()} for report in (first, second)]
    drawn = (".svg", ".png", ".pdf")  # that these are the same, too, is shown where another process makes them
    assert digests[1] == {name: digest for name, digest in digests[0].items() if not name.endswith(drawn)}


def test_an_administrator_sees_all_and_an_investigator_of_another_study_nothing(study: ReaderStudy, root: str) -> None:
    assert small.client_of("administrator", is_administrator=True).get(root).status_code == 200
    stranger = small.client_of("investigator_out", is_investigator=True)
    unknown = stranger.get("/api/reports/AAAAAAAAAAAAAAAAAAAAAA/")
    for path in ("", "document/", "cases/", "figures/external-figure.en.svg", "files/economics.json"):
        answer = stranger.get(f"{root}{path}")
        assert (answer.status_code, answer.content) == (404, unknown.content), path
    assert stranger.post(f"{root}again/").content == unknown.content
    assert stranger.get("/api/reports/sources/").json() == stranger.get("/api/reports/").json() == []
    assert stranger.get(f"/api/reports/?source=study:{study.key}").json() == []
    assert small.asked(stranger, study).content == unknown.content


@pytest.mark.parametrize("part", ["reader", "tagger", "coder", "adjudicator"])
@pytest.mark.parametrize("name", ["investigator_in", "administrator"])
def test_whoever_is_blinded_in_the_study_sees_no_report_before_unblinding(
    study: ReaderStudy, root: str, part: str, name: str
) -> None:
    client = small.client_of(name, is_administrator=name == "administrator")
    scene.member(study, User.objects.get(username=name), part)
    assert client.get(root).status_code == 200
    ReaderStudy.objects.filter(pk=study.pk).update(state="locked", unblinded_at=None)
    assert client.get(root).status_code == 404
    assert client.get(f"{root}document/").status_code == 404
    assert client.get("/api/reports/").json() == []
    assert f"study:{study.key}" not in {one["source"] for one in client.get("/api/reports/sources/").json()}
    assert small.asked(client, study).status_code == 404
    assert client.get(f"/api/cutoff-desk/study:{study.key}/").status_code == 404, "it would show truths"
    Membership.objects.filter(study=study, part=part).exclude(user=None).update(
        ended_at="2026-11-27T10:00Z", ended_reason="x"
    )
    assert client.get(root).status_code == 200


def test_the_json_of_what_was_made_says_what_the_report_says(investigator: Client, root: str) -> None:
    found = json.loads(investigator.get(f"{root}files/economics.json").content)
    said = investigator.get(root).json()
    assert found["inputs"]["sha256"] == said["inputs_sha256"]
    assert found["labels"] == said["labels"]
