"""Deny by default: every URL has a rule, every rule a URL, and what has no rule is refused."""

from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from radapp.accounts.access import Rule, Verdict, judge, registry
from radapp.accounts.models import User
from tests.radapp.addresses import ALL_METHODS, Address, walk

pytestmark = pytest.mark.once


def without_rule(addresses: Iterator[Address]) -> list[str]:
    """The addresses that no rule names, nameless ones included."""
    return [f"{address.name or '(no name)'} at /{address.route}" for address in addresses if address.name not in registry()]


def test_every_url_has_a_rule() -> None:
    assert without_rule(walk()) == []


def test_every_rule_names_a_url() -> None:
    names = {address.name for address in walk()}
    assert sorted(set(registry()) - names) == []


def test_names_are_unique_to_one_meaning() -> None:
    """A name may stand for several routes of one app, never for routes of two."""
    modules: dict[str, set[str]] = {}
    for address in walk():
        modules.setdefault(address.name, set()).add(address.route.split("/")[0])
    assert {name: roots for name, roots in modules.items() if len(roots) > 1} == {}


@pytest.mark.parametrize("rule", [rule for rules in registry().values() for rule in rules], ids=lambda rule: rule.url_name)
def test_rules_are_well_formed(rule: Rule) -> None:
    assert rule.methods
    answered = set(ALL_METHODS) - {"HEAD"} - ({"OPTIONS"} if rule.url_name != "dicomweb-capabilities" else set())
    assert rule.methods <= answered, "HEAD counts as GET; OPTIONS asks for capabilities, and of nothing else"
    assert rule.roles is None or rule.roles, "an empty set of roles would shut everyone out"


def test_no_method_has_two_rules() -> None:
    pairs = [(rule.url_name, method) for rules in registry().values() for rule in rules for method in rule.methods]
    assert len(pairs) == len(set(pairs))


def a_door_left_open(request: object) -> HttpResponse:
    return HttpResponse("secret")


class UrlsWithAHole:
    """The application's URLs and one that nobody wrote a rule for."""

    urlpatterns = (
        path("", include("radapp.urls")),
        path("api/forgotten/", a_door_left_open, name="api-forgotten"),
        path("forgotten-page/", a_door_left_open),
    )


@override_settings(ROOT_URLCONF=UrlsWithAHole)
def test_the_walk_finds_a_url_without_a_rule() -> None:
    """Shows that test_every_url_has_a_rule can fail."""
    assert without_rule(walk()) == ["api-forgotten at /api/forgotten/", "(no name) at /forgotten-page/"]


@override_settings(ROOT_URLCONF=UrlsWithAHole)
@pytest.mark.parametrize("address", ["/api/forgotten/", "/forgotten-page/"])
def test_a_url_without_a_rule_is_shut_to_everyone(signed_in: Callable[[str], Client], address: str) -> None:
    for name in ("radiologist", "reader", "investigator", "administrator", "newcomer"):
        response = signed_in(name).get(address)
        assert response.status_code == 404, name
        assert b"secret" not in response.content


def test_head_counts_as_get_and_other_methods_need_their_own_rule(people: dict[str, User]) -> None:
    radiologist = people["radiologist"]
    assert judge("api-status", "HEAD", radiologist) is Verdict.ALLOWED
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        assert judge("api-status", method, radiologist) is Verdict.WRONG_METHOD


def test_wrong_role_is_told_before_wrong_method(people: dict[str, User]) -> None:
    """A role without any right at a URL does not learn its methods."""
    assert judge("api-status", "PUT", people["reader"]) is Verdict.WRONG_ROLE


def test_an_inactive_person_is_nobody(signed_in: Callable[[str], Client], people: dict[str, User]) -> None:
    client = signed_in("radiologist")
    assert client.get("/api/session/").status_code == 200
    User.objects.filter(pk=people["radiologist"].pk).update(is_active=False)
    assert client.get("/api/session/").status_code == 401


def test_a_superuser_without_roles_passes_no_role_check(db: None) -> None:
    boss = User.objects.create(username="boss", password="!", is_superuser=True, is_staff=True)
    assert judge("api-status", "GET", boss) is Verdict.WRONG_ROLE
    assert judge("api-session", "GET", boss) is Verdict.ALLOWED
