"""Who may call the URLs of radapp.dicomweb."""

from radapp.accounts.access import CLINICAL, Rule

GET = frozenset({"GET"})

_READ = (
    "dicomweb-study",
    "dicomweb-study-metadata",
    "dicomweb-series",
    "dicomweb-series-metadata",
    "dicomweb-instance",
    "dicomweb-instance-metadata",
    "dicomweb-frames",
    "dicomweb-bulkdata",
)

RULES: tuple[Rule, ...] = tuple(Rule(name, GET, CLINICAL) for name in _READ)
