"""Who may call the URLs of radapp.triage."""

from radapp.accounts.access import Rule

RULES: tuple[Rule, ...] = ()
