"""The blinding certificate: what it finds, what it says, and what storing it fixes."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from radapp.archive.models import Instance, Series
from radapp.dicomweb.pixels import NoPixelsError
from radapp.readerstudies.blinding import allowed, certificate, look, pseudonyms
from radapp.readerstudies.blinding.allowed import kept
from radapp.readerstudies.blinding.certificate import certify, store
from radapp.readerstudies.blinding.rules import IMAGE_TAGS, broken
from radapp.readerstudies.models import BlindingCertificate, ChainEntry, ReaderStudy
from radapp.readerstudies.sight import UNENHANCED
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import leaks

pytestmark = pytest.mark.once

UNENHANCED_ARM: dict[str, Any] = {
    "design": {"kind": "single", "arms": [{"key": "unenhanced", "name": {"en": "Unenhanced"}, "images": "unenhanced"}]}
}


def made(
    content: dict[str, Any] | None = None, *, roles: tuple[str, ...] = ("T1WI", "T2WI", "T1WIC"), **facts: Any
) -> ReaderStudy:
    """A study of two cases of one patient."""
    found = scene.study(content=content)
    for number in (1, 2):
        scene.case(found, number, examined=scene.examination(number, patient=1, roles=roles, **facts), truth=True)
    return found


def codes(study: ReaderStudy) -> list[str]:
    return sorted({one["code"] for one in certify(study).findings})


def test_a_blind_study_is_certified(db: None) -> None:
    study = made()
    found = certify(study)
    assert found.ok, found.findings
    content = found.content()
    assert [(one["case"], len(one["series"])) for one in content["cases"]] == [(1, 3), (2, 3)]
    assert {one["tag"] for one in content["attributes"]} == IMAGE_TAGS | {"00080020"}
    assert [list(one["header"]) for one in content["example"]] == [sorted(IMAGE_TAGS)] * 3
    assert {"PatientName", "PatientID", "StudyDate", "EchoTime"} <= set(content["example"][0]["withheld"])


def test_it_holds_no_original_value(db: None) -> None:
    study = made()
    text = json.dumps(certify(study).content()).lower()
    assert [word for word in leaks.forbidden(study, "nobody") - set(study_keys(study)) if word in text] == []


def study_keys(study: ReaderStudy) -> list[str]:
    """A certificate is an investigator's: it names cases."""
    return [key.lower() for key in study.cases.values_list("key", flat=True)]


def test_a_complete_arm_wants_t1wic(db: None) -> None:
    assert codes(made(roles=UNENHANCED)) == ["missing_t1wic"]


def test_an_unenhanced_arm_does_not(db: None) -> None:
    assert codes(made(UNENHANCED_ARM, roles=UNENHANCED)) == []


def _burned_in(dataset: Any) -> None:
    dataset.BurnedInAnnotation = "YES"


def _unplaced(dataset: Any) -> None:
    del dataset.ImagePositionPatient


@pytest.mark.parametrize(("change", "word"), [(_burned_in, "burned"), (_unplaced, "place in the patient")])
def test_what_may_not_be_shown_is_found_and_said(db: None, change: Callable[[Any], None], word: str) -> None:
    study = made(also=change)
    found = certify(study)
    assert codes(study) == ["missing_t1wi", "missing_t1wic", "missing_t2wi"]
    assert all(word in one["detail"] for one in found.findings)


def test_excluded_cases_are_not_looked_at(db: None) -> None:
    study = made(roles=UNENHANCED)
    study.cases.filter(number=1).update(state="excluded", exclusion="image_quality")
    assert [one["case"] for one in certify(study).findings] == [2]


def test_a_case_without_images_is_found_but_in_imported_studies(db: None) -> None:
    study = made()
    scene.case(study, 3, examined=None)
    assert codes(study) == ["no_images"]
    ReaderStudy.objects.filter(pk=study.pk).update(imported=True)
    study.refresh_from_db()
    assert codes(study) == []


TOO_MANY = ("PatientName", "PatientID", "StudyDescription", "StudyDate", "PatientWeight", "EchoTime", "Manufacturer")


def test_an_attribute_too_many_is_found(db: None) -> None:
    study = made(roles=UNENHANCED)
    for keyword in TOO_MANY:
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setattr(allowed, "IMAGE", (*allowed.IMAGE, kept(keyword, "loosened")))
            assert "attribute_too_many" in codes(study), keyword


@pytest.mark.parametrize(
    "keyword", ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "SeriesDescription"]
)
def test_an_original_value_is_found_and_its_attribute_named(db: None, monkeypatch: pytest.MonkeyPatch, keyword: str) -> None:
    table = tuple(kept(keyword, "loosened") if row.keyword == keyword else row for row in allowed.IMAGE)
    monkeypatch.setattr(allowed, "IMAGE", table)
    found = [one for one in certify(made(roles=UNENHANCED)).findings if one["code"] == "original_value"]
    assert any(f"original's {keyword}" in one["detail"] for one in found), found


def test_an_attribute_too_few_is_found(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowed, "IMAGE", allowed.IMAGE[:-1])
    assert "attribute_missing" in codes(made())


def test_a_shared_pseudonym_is_found(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = pseudonyms.pseudonym
    monkeypatch.setattr(allowed, "pseudonym", lambda sight, *rest: plain(replace(sight, viewpoint=""), *rest))
    assert "shared_pseudonym" in codes(made())


def test_the_rules_know_a_date_that_tells() -> None:
    look_alike = {"00080020": {"vr": "DA", "Value": ["20260112"]}, "0008103E": {"vr": "LO", "Value": ["T1WI"]}}
    assert "date" in {code for code, _ in broken(look_alike, {}, dated=True)}
    assert "attribute_too_many" in {code for code, _ in broken(look_alike, {}, dated=False)}


def test_storing_fixes_what_is_shown_and_has_its_entry(db: None) -> None:
    study, investigator = made(), scene.person("investigator", is_investigator=True)
    row = store(certify(study), actor=investigator)
    assert row.ok
    assert row.content["findings"] == []
    assert study.cases.get(number=2).shown == {
        role: f"{scene.ROOT}.2.{place}" for place, role in enumerate(("T1WI", "T2WI", "T1WIC"), start=1)
    }
    entry = ChainEntry.objects.get(study=study, action="certified")
    assert (entry.actor, entry.after["ok"], entry.after["findings"]) == (investigator, True, 0)


def test_certifying_again_looks_anew(db: None) -> None:
    """While a study is drafted, what was fixed before does not hide a series that came since."""
    study, investigator = made(), scene.person("investigator", is_investigator=True)
    store(certify(study), actor=investigator)
    series = Series.objects.get(series_instance_uid=f"{scene.ROOT}.1.2")
    Instance.objects.filter(series=series).update(rejected=True)
    look.forget()
    assert codes(study) == ["missing_t2wi"]


def test_pixels_that_nobody_decodes_are_found(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> list[bytes]:
        raise NoPixelsError("no decoder")

    monkeypatch.setattr(certificate, "octets", none)
    assert codes(made()) == ["unreadable"]


@pytest.mark.parametrize("since", ["", "changed", "a case left out"])
def test_the_api_serves_the_stored_one_of_this_draft(db: None, since: str) -> None:
    study, investigator = made(), scene.person("investigator", is_investigator=True)
    scene.member(study, investigator, "investigator")
    row = store(certify(study), actor=investigator)
    if since == "changed":
        ReaderStudy.objects.filter(pk=study.pk).update(revision=study.revision + 1)
    elif since:
        study.cases.filter(number=2).update(state="excluded", exclusion="image_quality")
    client = Client()
    client.force_login(investigator, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"/api/reader-studies/{study.key}/certificate/")
    assert answer.status_code == 200
    assert answer.json()["stored"] == (not since)
    assert (answer.json()["made_at"] == row.content["made_at"]) == (not since)
    assert BlindingCertificate.objects.count() == 1
