"""A reader study as the source of reports: administrators, and its investigators and deputies who are not blinded in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Count, Q

from radapp.accounts.access import CLINICAL
from radapp.accounts.models import Role, User
from radapp.readerstudies import chain
from radapp.readerstudies.models import Case, Membership, ReaderStudy
from radapp.reports.inputs.gathering import FINAL, inputs_of
from radapp.reports.inputs.reading import Inputs
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.sources import Exported
from radapp.reports.stand import Stand

Part = Membership.Part
OWN = frozenset({Part.INVESTIGATOR.value, Part.DEPUTY.value})
BLINDED = frozenset({Part.READER.value, Part.TAGGER.value, Part.CODER.value, Part.ADJUDICATOR.value})
"""Whoever reads, tags or codes as well learns nothing of answers and truth before they are unblinded."""


@dataclass(frozen=True)
class StudySource:
    """One reader study."""

    study: ReaderStudy
    kind: ClassVar[str] = "study"

    @property
    def key(self) -> str:
        """The study's."""
        return self.study.key

    @property
    def title(self) -> str:
        """The study's."""
        return self.study.title

    @property
    def synthetic(self) -> bool:
        """Whether the study says so of itself."""
        return self.study.synthetic

    @cached_property
    def cases(self) -> int:
        """How many are included."""
        known = getattr(self.study, "included", None)
        return self.study.cases.filter(state=Case.State.INCLUDED).count() if known is None else int(known)

    @property
    def asks_for(self) -> None:
        """A study is no question."""

    def stand(self) -> Stand:
        """From the study's state."""
        return Stand(
            key=self.study.key,
            title=self.study.title,
            state=self.study.state,
            locked=self.study.state in FINAL,
            unblinded=self.study.state == ReaderStudy.State.UNBLINDED,
            made_by=f"DARNDEST {settings.VERSION}",
        )

    def inputs(self, reads: type[Inputs] = StudyInputs) -> StudyInputs:
        """As they stand now."""
        return inputs_of(self.study)

    def columns(self) -> Mapping[str, Any]:
        """The study."""
        return {"study": self.study}

    def may(self, user: User) -> bool:
        """Now, with the parts that the person holds now."""
        parts = set(Membership.objects.filter(study=self.study, user=user, ended_at=None).values_list("part", flat=True))
        return _may(user, self.study, parts)

    def audit(self, said: Exported, *, asked: bool, actor: User | None, actor_name: str = "") -> None:
        """An entry of the study's chain."""
        after: dict[str, Any] = {"inputs": said.inputs, "state": self.study.state}
        after |= {"report": said.report} if said.report else {}
        after |= {} if said.files is None else {"files": dict(said.files)}
        chain.record(
            self.study,
            actor=actor,
            actor_name=actor_name,
            action=chain.Action.REPORT_ASKED if asked else chain.Action.STUDY_EXPORTED,
            target=f"report {said.analysis}",
            after=after,
        )

    def hold(self) -> None:
        """The study's row, which every act on the study locks; what it says is read anew."""
        ReaderStudy.objects.select_for_update().only("pk").get(pk=self.study.pk)
        self.study.refresh_from_db()

    def links(self, user: User) -> Mapping[int, str]:
        """The viewer, for who works with patients; else the study's page."""
        rows = self.study.cases.values_list("number", "examination__study_instance_uid")
        page = f"/studies/{self.key}/"
        clinical = bool(user.roles & CLINICAL)
        return {number: f"/viewer/{uid}/" if clinical and uid else page for number, uid in rows}


def _may(user: User, study: ReaderStudy, parts: set[str]) -> bool:
    if parts & BLINDED and study.state != ReaderStudy.State.UNBLINDED:
        return False
    return Role.ADMINISTRATOR in user.roles or bool(parts & OWN)


@dataclass(frozen=True)
class Studies:
    """All reader studies."""

    name: ClassVar[str] = StudySource.kind

    def listed(self, user: User) -> Iterable[StudySource]:
        """Those in which somebody may have read; not what is still drafted."""
        parts: dict[int, set[str]] = {}
        for study, part in Membership.objects.filter(user=user, ended_at=None).values_list("study_id", "part"):
            parts.setdefault(study, set()).add(part)
        drafted = [ReaderStudy.State.DRAFT, ReaderStudy.State.CHECKED]
        counted = Count("cases", filter=Q(cases__state=Case.State.INCLUDED))
        studies = ReaderStudy.objects.exclude(state__in=drafted).annotate(included=counted)
        if Role.ADMINISTRATOR not in user.roles:
            studies = studies.filter(pk__in=parts)
        return [StudySource(one) for one in studies if _may(user, one, parts.get(one.pk, set()))]

    def found(self, key: str, definition: Any = None) -> StudySource | None:
        """By the study's key."""
        study = ReaderStudy.objects.filter(key=key).first()
        return None if study is None else StudySource(study)
