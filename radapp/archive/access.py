"""Who may call the URLs of radapp.archive."""

from radapp.accounts.access import ADMINISTRATOR, CLINICAL, Rule

GET = frozenset({"GET"})
POST = frozenset({"POST"})
PUT = frozenset({"PUT"})

RULES: tuple[Rule, ...] = (
    Rule("api-study", GET, CLINICAL),
    Rule("api-series-role", PUT, CLINICAL),
    Rule("api-intakes", POST, CLINICAL),
    Rule("api-intake", GET, CLINICAL),
    Rule("api-intake-files", POST, CLINICAL),
    Rule("api-intake-finish", POST, CLINICAL),
    Rule("api-set-aside", GET, ADMINISTRATOR),
    Rule("api-set-aside-decision", POST, ADMINISTRATOR),
)
