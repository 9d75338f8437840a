"""Who may call the URLs of radapp.live."""

from radapp.accounts.access import ANYONE, CLINICAL, GET, Rule

RULES: tuple[Rule, ...] = (
    Rule("health-live", GET, ANYONE),
    Rule("health-ready", GET, ANYONE),
    Rule("api-status", GET, CLINICAL),
    Rule("api-events", GET, CLINICAL),
)
