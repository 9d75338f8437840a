"""What a search is asked to tell beside what it always tells: `includefield` (PS3.18 section 8.3.4.3)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydicom.datadict import dictionary_VR, keyword_for_tag

from radapp.dicomweb.attributes import tag_of

_READABLE = re.compile(r"[\w.]{1,64}", re.ASCII)


@dataclass
class Fields:
    """Tags asked for by name; `everything`: all that can be told at the level; `ignored`: what cannot be told, in words."""

    tags: set[str] = field(default_factory=set)
    everything: bool = False
    ignored: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.tags) or self.everything


def parse_fields(values: Iterable[str]) -> Fields:
    """Every value of every includefield: names by commas, `all`. Sequences and what names nothing are left aside."""
    found = Fields()
    for name in (part.strip() for value in values for part in value.split(",")):
        if name.lower() == "all":
            found.everything = True
            continue
        tag = tag_of(name)
        if tag is not None and "." not in tag and not _is_sequence(tag):
            found.tags.add(tag)
        elif name:
            found.ignored.append(f"includefield {name if _READABLE.fullmatch(name) else 'of an unreadable name'}")
    return found


def _is_sequence(tag: str) -> bool:
    return bool(keyword_for_tag(int(tag, 16))) and dictionary_VR(int(tag, 16)) == "SQ"
