"""Where every reading of a study stands: states alone, never what was answered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef

from radapp.readerstudies.models import Answer, Assignment, Case, Membership, ReaderStudy, Reading
from radapp.readerstudies.models.readings import LAST_STAGES


@dataclass(frozen=True)
class Place:
    """One assignment and where it stands."""

    reader: int
    session: int
    position: int
    case: int
    number: int
    arm: str
    practice: bool
    repeat: bool
    withdrawn: bool
    submitted: bool
    reading: str
    active_at: datetime | None

    @property
    def counts(self) -> bool:
        """Whether it is one of the readings that the study is about."""
        return not self.practice and not self.withdrawn

    @property
    def state(self) -> str:
        """As the matrix shows it: waiting, opened, paused, submitted, locked or withdrawn."""
        if self.withdrawn:
            return "withdrawn"
        if self.reading == Reading.State.LOCKED:
            return "locked"
        if self.submitted:
            return "submitted"
        return self.reading or "waiting"


def places(study: ReaderStudy, *, case: Case | None = None, readers: Iterable[Membership] | None = None) -> list[Place]:
    """All assignments (of a case, of some readers) by reader, session and position, in one query."""
    found = Assignment.objects.filter(session__reader__study=study)
    if case is not None:
        found = found.filter(case=case)
    if readers is not None:
        found = found.filter(session__reader__in=[one.pk for one in readers])
    answered = Answer.objects.filter(assignment=OuterRef("pk"), stage__in=LAST_STAGES)
    rows = (
        found.annotate(is_submitted=Exists(answered), active_at=Max("events__at"))
        .order_by("session__reader_id", "session__number", "position")
        .values_list(
            "session__reader_id",
            "session__number",
            "position",
            "case_id",
            "case__number",
            "arm",
            "practice",
            "repeat",
            "case__state",
            "is_submitted",
            "reading__state",
            "active_at",
        )
    )
    return [Place(*row[:8], row[8] == Case.State.WITHDRAWN, row[9], row[10] or "", row[11]) for row in rows]


def done(found: Sequence[Place], *, practice: bool = False) -> tuple[int, int]:
    """(submitted, all) of those that count, or of the practice cases."""
    chosen = [one for one in found if (one.practice and not one.withdrawn if practice else one.counts)]
    return sum(one.submitted for one in chosen), len(chosen)


def active_readers(study: ReaderStudy) -> list[Membership]:
    """Who reads now, in the order in which they were added."""
    return list(study.members.filter(part=Membership.Part.READER, ended_at=None).select_related("user").order_by("pk"))


def lagging(study: ReaderStudy) -> list[tuple[Membership, int]]:
    """(reader, readings that are missing) of the active readers who have not finished."""
    readers = active_readers(study)
    missing = Counter(one.reader for one in places(study, readers=readers) if one.counts and not one.submitted)
    return [(reader, missing[reader.pk]) for reader in readers if missing[reader.pk]]
