"""Who may call which URL. Deny by default: what no rule names is refused, and a test fails on any URL that no rule names."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from radapp.accounts.models import Role, User

RADIOLOGIST = frozenset({Role.RADIOLOGIST})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
CLINICAL = RADIOLOGIST | ADMINISTRATOR
SIGNED_IN = frozenset(Role)  # as a rule's roles: every signed-in person, even one who holds no role yet
ANYONE = None
GET = frozenset({"GET"})

# Where a client is a program: refusals are JSON with a status, not a redirect to the sign-in page.
PROGRAM_PREFIXES = ("/api/", "/dicom-web/", "/wado/", "/health/", "/console/api/", "/console/events/")
PROGRAM_PATHS = frozenset({"/api", "/dicom-web", "/wado"})


@dataclass(frozen=True)
class Rule:
    """One URL name, the methods it answers, and the roles that may call them; `roles=None` means anyone at all.

    `kiosk`: a screen at a scanner's console may call it, too (radapp.accounts.kiosks).
    """

    url_name: str
    methods: frozenset[str]
    roles: frozenset[Role] | None
    kiosk: bool = False


class Verdict(Enum):
    """What the registry says about one request."""

    ALLOWED = "allowed"
    SIGN_IN_FIRST = "sign_in_first"
    WRONG_ROLE = "wrong_role"
    WRONG_METHOD = "wrong_method"
    NO_RULE = "no_rule"


@cache
def registry() -> Mapping[str, tuple[Rule, ...]]:
    """The rules of every installed app that has an `access` module, by URL name."""
    rules: dict[str, tuple[Rule, ...]] = {}
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.access") is None:
            continue
        module = import_module(f"{config.name}.access")
        for rule in getattr(module, "RULES", ()):
            rules[rule.url_name] = (*rules.get(rule.url_name, ()), rule)
    return rules


def methods_of(url_name: str) -> list[str]:
    """Every method that some rule of this URL names, sorted."""
    return sorted({method for rule in registry().get(url_name, ()) for method in rule.methods})


def _allows(rule: Rule, user: User | AnonymousUser) -> bool:
    if rule.roles is ANYONE:
        return True
    if not isinstance(user, User):
        return False
    return rule.roles == SIGNED_IN or bool(rule.roles & user.roles)


def judge(url_name: str, method: str, user: User | AnonymousUser, *, at_kiosk: bool = False) -> Verdict:
    """What the registry says; HEAD counts as GET. An anonymous client learns only that it must sign in."""
    rules = registry().get(url_name, ())
    asked = "GET" if method == "HEAD" else method
    matching = [rule for rule in rules if asked in rule.methods]
    if any(_allows(rule, user) or (rule.kiosk and at_kiosk) for rule in matching):
        return Verdict.ALLOWED
    if not user.is_authenticated:
        # A URL open to anyone says which method it takes; every other one says nothing.
        return Verdict.WRONG_METHOD if rules and all(rule.roles is ANYONE for rule in rules) else Verdict.SIGN_IN_FIRST
    if not rules:
        return Verdict.NO_RULE
    if matching:
        return Verdict.WRONG_ROLE
    return Verdict.WRONG_METHOD if any(_allows(rule, user) for rule in rules) else Verdict.WRONG_ROLE


def is_program_path(path: str) -> bool:
    """Whether the client at this path is a program (JSON refusals) rather than a person at a page (redirects)."""
    return path in PROGRAM_PATHS or path.startswith(PROGRAM_PREFIXES)


RULES: tuple[Rule, ...] = (
    Rule("page-home", GET, SIGNED_IN),
    Rule("page-sign-in", GET, ANYONE),
    Rule("page-worklist", GET, CLINICAL),
    Rule("page-viewer", GET, CLINICAL),
    Rule("page-set-aside", GET, ADMINISTRATOR),
    Rule("page-workers", GET, ADMINISTRATOR),
    Rule("page-sources", GET, ADMINISTRATOR),
    Rule("api-session", frozenset({"POST"}), ANYONE),
    Rule("api-session", frozenset({"GET", "DELETE"}), SIGNED_IN),
    Rule("api-schema", GET, SIGNED_IN),
    Rule("api-docs", GET, SIGNED_IN),
)
