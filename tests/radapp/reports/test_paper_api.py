"""The paper, reproduced, over HTTP: what the command prints, in two languages, for those who may report."""

import pytest
from django.test import Client

from ml.evaluation.paper.rows import reproduce
from radapp.accounts.models import Role
from radapp.accounts.people import add_person
from radapp.reports.paper_words import CHINESE

PATH = "/api/reports/paper/"


def signed_in(role: Role) -> Client:
    person = add_person(username=f"a-{role}", password="tells-of-the-paper", roles=[role], added_by="a test")
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INVESTIGATOR])
def test_the_page_has_what_the_command_prints(role: Role) -> None:
    found = signed_in(role).get(PATH).json()
    assert found["line"] == "226 reproduced, 13 explained, 122 not decidable"
    assert found["sums"] == {"reproduced": 226, "explained": 13, "not_decidable": 122, "not_reproduced": 0}
    assert found["as_published"]
    assert [one["id"] for one in found["figures"]] == [row.id for row in reproduce()]
    first = found["figures"][0]
    assert (first["published"], first["recomputed"], first["verdict"]) == ("84.26 %", "84.26 %", "reproduced")
    explained = [one for one in found["figures"] if one["verdict"] == "explained"]
    assert all(one["reason"]["en"] and one["reason"]["zh"] != one["reason"]["en"] for one in explained)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.READER, Role.RADIOLOGIST])
def test_it_is_for_those_who_may_report(role: Role) -> None:
    assert signed_in(role).get(PATH).status_code == 403


@pytest.mark.django_db
def test_nobody_sees_it_without_signing_in() -> None:
    assert Client().get(PATH).status_code == 401


@pytest.mark.once
def test_every_word_of_every_row_has_its_chinese() -> None:
    texts = {text for row in reproduce() for text in (row.section, row.method, row.reason, row.note) if text}
    assert texts - CHINESE.keys() == set()
