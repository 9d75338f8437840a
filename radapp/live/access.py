"""Who may call the URLs of radapp.live."""

from radapp.accounts.access import Rule

RULES: tuple[Rule, ...] = ()
