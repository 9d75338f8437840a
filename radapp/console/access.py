"""Who may call the URLs of radapp.console. `kiosk`: the screen at the scanner, which is nobody, may as well."""

from radapp.accounts.access import ANYONE, CLINICAL, GET, Rule

POST = frozenset({"POST"})

RULES: tuple[Rule, ...] = (
    Rule("page-console", GET, ANYONE),  # the same page for all: without a token it shows nothing but a field for one
    Rule("page-shadow-mode", GET, CLINICAL),
    Rule("api-shadow-mode", GET | POST, CLINICAL),
    Rule("console-session", POST, ANYONE),
    Rule("console-session", GET, CLINICAL, kiosk=True),
    Rule("console-table", GET, CLINICAL, kiosk=True),
    Rule("console-events", GET, CLINICAL, kiosk=True),
    Rule("console-people", GET, CLINICAL, kiosk=True),
    Rule("console-scope", GET | POST, CLINICAL, kiosk=True),
    Rule("console-decision", POST, CLINICAL, kiosk=True),
)
