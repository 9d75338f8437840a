"""Who may call the URLs of radapp.dicomweb."""

from radapp.accounts.access import Rule

RULES: tuple[Rule, ...] = ()
