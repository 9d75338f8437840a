"""Words in an attribute that the table does not list: may they stay, or may they be about somebody?

Such an attribute names technique, equipment or a code, in ASCII. What looks like a date, a number of a person or of an
object, a UID, an address or a person's name, and whatever holds one of the examination's identifiers, does not stay.
"""

import re
from collections.abc import Collection

from radapp.confidentiality.traces import stands_in

_PLAIN = re.compile(r"[ -~]*")
_SUSPECT = re.compile(
    r"""
    \d{7}                                                      # a date, a number of a person, a telephone number
    | (?<!\d)(19|20)\d\d([-./_ ])[01]?\d\2[0-3]?\d(?!\d)      # 2026-02-28
    | (?<!\d)[0-3]?\d([-./_ ])[01]?\d\3(19|20)\d\d(?!\d)      # 28.02.2026
    | (?<!\d)[01]?\d/[0-3]?\d/(19|20)?\d\d(?!\d)             # 2/28/26
    | \d[ -]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ ,-]*\d
    | (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ ]\d{1,2},?[ ]\d
    | \d+(\.\d+){5}                                           # a UID
    | [\^@]                                                    # a person's name, a mail address
    | \b(dr|prof)\b[. ]
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CODE = re.compile(r"[A-Za-z0-9._+-]{1,16}")


class Wording:
    """What may stay, for an examination with these identifiers (`traces.identifiers_of`)."""

    def __init__(self, identifiers: Collection[str]) -> None:
        """Answers are kept: frames repeat their words a thousand times."""
        self._identifiers = tuple(identifiers)
        self._known: dict[str, bool] = {}

    def may_stay(self, words: str) -> bool:
        """Whether one value of an attribute can be about nobody."""
        known = self._known.get(words)
        if known is None:
            known = _PLAIN.fullmatch(words) is not None and _SUSPECT.search(words) is None and not self._names(words)
            self._known[words] = known
        return known

    def is_code(self, words: str) -> bool:
        """Whether it can be the value of a code, of which some are long numbers."""
        return _CODE.fullmatch(words) is not None and not self._names(words)

    def _names(self, words: str) -> bool:
        said = words.casefold()
        return any(stands_in(said, one.casefold()) for one in self._identifiers)
