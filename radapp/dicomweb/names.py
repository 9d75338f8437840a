"""Fuzzy matching of person names (PS3.4 C.2.2.2.1.1) by words: each word asked for begins some word of the name.

Whatever the order, the case, and what stands between: `wei li` and `Li, Wei` find `Li^Wei=李^伟`, and so does 李伟.
No phonetics: a name that is spelled otherwise (Müller, Mueller) is another.
"""

import re

from django.db.models import Q

_BETWEEN = r"[\^= -]"
_WORDS = re.compile(r"[\s^=,;*?-]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,}")


def words_of(value: str) -> list[str]:
    """The words that a person typed; wildcards are no part of them."""
    return [word for word in _WORDS.split(value) if word]


def _pattern(word: str) -> str:
    """Where a name begins a word with this one. In Chinese family and given name are typed without a gap."""
    letters = rf"{_BETWEEN}?".join(word) if _HAN.fullmatch(word) else re.escape(word)
    return rf"(^|{_BETWEEN}){letters}"


def condition(path: str, value: str) -> Q:
    """Every word begins a word of the name in this column; what an index or LIKE can do is left to them."""
    found = Q()
    for word in words_of(value):
        if _HAN.fullmatch(word):
            found &= Q(**{f"{path}__iregex": _pattern(word)})
            continue
        begins = Q(**{f"{path}__istartswith": word})
        for mark in "^= -":
            begins |= Q(**{f"{path}__icontains": f"{mark}{word}"})
        found &= begins
    return found


def fits(name: str, value: str) -> bool:
    """The same of one name, by Python."""
    return all(re.search(_pattern(word), name, re.IGNORECASE) for word in words_of(value))
