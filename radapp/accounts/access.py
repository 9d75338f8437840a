"""Who may call which URL. Deny by default: what no rule names is refused, and a test fails on any URL that no rule names."""

from dataclasses import dataclass

from radapp.accounts.models import Role

RADIOLOGIST = frozenset({Role.RADIOLOGIST})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
CLINICAL = RADIOLOGIST | ADMINISTRATOR
SIGNED_IN = frozenset(Role)


@dataclass(frozen=True)
class Rule:
    """One URL name, the methods it answers, and the roles that may call them; `roles=None` means anyone, signed in or not."""

    url_name: str
    methods: frozenset[str]
    roles: frozenset[Role] | None
