"""Who may call the URLs of radapp.reports. Which reports and studies somebody may see, the views decide."""

from radapp.accounts.access import ADMINISTRATOR, GET, SIGNED_IN, Rule
from radapp.accounts.models import Role

POST = frozenset({"POST"})
DESK = ADMINISTRATOR | {Role.INVESTIGATOR}

RULES: tuple[Rule, ...] = (
    Rule("page-reports", GET, SIGNED_IN),  # the same file for everybody: what it then asks for is refused below
    Rule("page-report", GET, SIGNED_IN),
    Rule("page-reports-of", GET, SIGNED_IN),
    Rule("api-reports-paper", GET, DESK),
    Rule("api-cutoff-sources", GET, DESK),
    Rule("api-cutoff-data", GET, DESK),
    Rule("api-cutoff-drafts", GET | POST, DESK),
    Rule("api-reports", GET | POST, DESK),
    Rule("api-report-analyses", GET, DESK),
    Rule("api-report-sources", GET, DESK),
    Rule("api-report-cohorts", GET | POST, ADMINISTRATOR),
    Rule("api-report", GET, DESK),
    Rule("api-report-changes", GET, DESK),
    Rule("api-report-document", GET, DESK),
    Rule("api-report-figure", GET, DESK),
    Rule("api-report-file", GET, DESK),
    Rule("api-report-cases", GET, DESK),
    Rule("api-report-again", POST, DESK),
)
