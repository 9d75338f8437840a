"""Who may call the URLs of radapp.dicomweb."""

from radapp.accounts.access import ADMINISTRATOR, CLINICAL, Rule

GET = frozenset({"GET"})

_READ = (
    "dicomweb-study",
    "dicomweb-study-metadata",
    "dicomweb-series",
    "dicomweb-series-metadata",
    "dicomweb-instance",
    "dicomweb-instance-metadata",
    "dicomweb-frames",
    *(f"dicomweb-{level}-rendered" for level in ("study", "series", "instance", "frames")),
    *(f"dicomweb-{level}-thumbnail" for level in ("study", "series", "instance", "frames")),
    *(f"dicomweb-{level}-{kind}" for level in ("study", "series", "instance") for kind in ("bulkdata", "pixeldata")),
    "dicomweb-bulkdata",
    "dicomweb-studies",
    "dicomweb-all-series",
    "dicomweb-all-instances",
    "dicomweb-study-series",
    "dicomweb-study-instances",
    "dicomweb-series-instances",
    "dicomweb-wado-uri",
)

_STORE = ("dicomweb-studies", "dicomweb-study")
_DELETE = ("dicomweb-study", "dicomweb-series", "dicomweb-instance")

RULES: tuple[Rule, ...] = (
    *(Rule(name, GET, CLINICAL) for name in _READ),
    *(Rule(name, frozenset({"POST"}), CLINICAL) for name in _STORE),
    *(Rule(name, frozenset({"DELETE"}), ADMINISTRATOR) for name in _DELETE),
    Rule("dicomweb-capabilities", frozenset({"GET", "OPTIONS"}), CLINICAL),
)
