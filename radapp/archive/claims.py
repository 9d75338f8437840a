"""What stands on images: apps above the archive register who is asked before some are deleted, and who lets go of them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import models

from radapp.archive.models import Study

Claims = Callable[[Study, Collection[str] | None], list[str]]
LetGo = Callable[[Study], None]
ARCHIVE = "archive"


@dataclass(frozen=True)
class Claimant:
    """One app, by its label. `claims`: what of it stands on a study's series (None: on the whole study), as '2 results'.

    `let_go` drops what it derived from a study that goes whole with nothing standing on it; it would bar the deletion.
    """

    app_label: str
    claims: Claims
    let_go: LetGo


_registered: dict[str, Claimant] = {}


def register(claimant: Claimant) -> None:
    """Name one who is asked; called once, at start-up."""
    _registered[claimant.app_label] = claimant


def standing_on(study: Study, series_uids: Collection[str] | None) -> list[str]:
    """Everything that stands on these series, or on the whole study."""
    return [words for claimant in _registered.values() for words in claimant.claims(study, series_uids)]


def unspoken(rows: Sequence[models.Model]) -> list[str]:
    """Rows of apps that nobody speaks for, which point at these rows of one model: they stand on them, whatever they are."""
    found = []
    for relation in rows[0]._meta.related_objects if rows else ():
        model, field = relation.related_model, relation.field.name
        assert not isinstance(model, str)
        if model._meta.app_label == ARCHIVE or model._meta.app_label in _registered:
            continue
        number = model._base_manager.filter(**{f"{field}__in": rows}).count()
        if number:
            name = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
            found.append(f"{number} {name}")
    return found


def let_go(study: Study) -> None:
    """Drop what was derived from the study; belongs into the transaction that deletes it."""
    for claimant in _registered.values():
        claimant.let_go(study)
