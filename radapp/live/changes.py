"""Reads the archive's change counter so that no change is missed, although transactions commit out of order."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from radapp.archive.models import StudyChange

# A row may become visible after one with a higher id; every transaction that announces a change is shorter than this.
SETTLED = timedelta(seconds=30)
REPLAYED_AT_MOST = 1000


@dataclass(frozen=True)
class Change:
    """A study whose worklist row changed; `id` counts up."""

    id: int
    uid: str


@dataclass
class ChangeReader:
    """Returns each change once. Rows above `floor` may still be joined by earlier ids, so those seen are remembered."""

    floor: int = 0
    seen: set[int] = field(default_factory=set)

    @classmethod
    def from_now(cls) -> "ChangeReader":
        """A reader that knows all that is there already."""
        reader = cls()
        settled = StudyChange.objects.filter(at__lt=timezone.now() - SETTLED).order_by("-id").first()
        reader.floor = settled.id if settled else 0
        reader.new()
        return reader

    def new(self) -> list[Change]:
        """The changes that became visible since the last call, by id."""
        rows = list(
            StudyChange.objects.filter(id__gt=self.floor).order_by("id").values_list("id", "study_instance_uid", "at")
        )
        fresh = [Change(number, uid) for number, uid, _ in rows if number not in self.seen]
        limit = timezone.now() - SETTLED
        self.floor = max([self.floor, *(number for number, _, at in rows if at < limit)])
        self.seen = {number for number, _, _ in rows if number > self.floor}
        return fresh


def changes_after(last_id: int) -> list[Change]:
    """What a client that last heard `last_id` has missed: the newest change of each study, by id, repeats included
    where an earlier id may have become visible later.
    """
    missed = Q(id__gt=last_id)
    last = StudyChange.objects.filter(id=last_id).first()
    if last is not None:
        missed |= Q(id__lt=last_id, at__gte=last.at - SETTLED)
    rows = StudyChange.objects.filter(missed).order_by("-id").values_list("id", "study_instance_uid")
    newest: dict[str, int] = {}
    for number, uid in rows.iterator(chunk_size=2000):
        newest.setdefault(uid, number)
        if len(newest) == REPLAYED_AT_MOST:
            break
    return sorted((Change(number, uid) for uid, number in newest.items()), key=lambda change: change.id)
