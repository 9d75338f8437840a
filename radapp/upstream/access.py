"""Who may call the URLs of radapp.upstream."""

from radapp.accounts.access import ADMINISTRATOR, CLINICAL, RADIOLOGIST, Rule

GET = frozenset({"GET"})
POST = frozenset({"POST"})

RULES: tuple[Rule, ...] = (
    Rule("api-sources", GET, ADMINISTRATOR),
    Rule("api-source-test", POST, ADMINISTRATOR),
    Rule("api-outbox", GET, ADMINISTRATOR),
    Rule("api-upstream-studies", GET, CLINICAL),
    Rule("api-upstream-study", GET, CLINICAL),
    Rule("api-upstream-retrieval", POST, RADIOLOGIST),
)
