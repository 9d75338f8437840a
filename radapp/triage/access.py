"""Who may call the URLs of radapp.triage."""

from radapp.accounts.access import ADMINISTRATOR, CLINICAL, RADIOLOGIST, Rule

GET = frozenset({"GET"})
POST = frozenset({"POST"})

RULES: tuple[Rule, ...] = (
    Rule("api-worklist", GET, CLINICAL),
    Rule("api-worklist-neighbours", GET, CLINICAL),
    Rule("api-study-result", GET, CLINICAL),
    Rule("api-study-scope", GET, CLINICAL),
    Rule("api-study-scope", POST, RADIOLOGIST),
    Rule("api-study-confirmation", POST, RADIOLOGIST),
    Rule("api-study-retry", POST, CLINICAL),
    Rule("api-study-explanations", GET, CLINICAL),
    Rule("api-study-explanations", POST, CLINICAL),
    Rule("api-workers", GET, ADMINISTRATOR),
)
