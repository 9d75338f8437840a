"""Studies that are not held here: an app above registers where else they are found and read; dicomweb knows no PACS."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest

from radapp.archive.models import Instance
from radapp.dicomweb.attributes import Level
from radapp.dicomweb.errands import Errand, errand_of
from radapp.dicomweb.matching import Search


@dataclass(frozen=True)
class Found:
    """Records in DICOM JSON of what is not held here, in a stable order; they follow what is held."""

    results: Sequence[dict[str, Any]] = ()


class Elsewhere(Protocol):
    """What is asked of whoever knows other systems. Refusals are raised; nothing found is an empty answer."""

    def search(self, errand: Errand, level: Level, search: Search, study_uid: str, series_uid: str) -> Found | None:
        """What fits the search and is not held here; None where a study is named that is not there either."""
        ...

    def instances(self, errand: Errand, study_uid: str, series_uid: str, instance_uid: str) -> Sequence[Instance]:
        """Verified instances as rows that are not saved, all that was asked for, in order; their bytes stay till the end."""
        ...


_registered: list[Elsewhere] = []


def register(elsewhere: Elsewhere) -> None:
    """Name who knows; called once, at start-up."""
    _registered[:] = [elsewhere]


def search_in(request: HttpRequest, level: Level, search: Search, study_uid: str = "", series_uid: str = "") -> Found | None:
    """What other systems answer; None where the named study is not there either."""
    if not _registered:
        return None if study_uid else Found()
    return _registered[0].search(errand_of(request), level, search, study_uid, series_uid)


def instances_in(request: HttpRequest, study_uid: str, series_uid: str, instance_uid: str) -> Sequence[Instance]:
    """The instances of a study that is not held here."""
    return _registered[0].instances(errand_of(request), study_uid, series_uid, instance_uid) if _registered else []
