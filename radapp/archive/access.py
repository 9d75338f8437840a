"""Who may call the URLs of radapp.archive."""

from radapp.accounts.access import Rule

RULES: tuple[Rule, ...] = ()
