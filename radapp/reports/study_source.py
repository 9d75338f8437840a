"""A reader study as the source of reports: administrators, and its investigators and deputies who are not blinded in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Count, Q

from radapp.accounts.access import CLINICAL
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.models import Case, ReaderStudy
from radapp.reports.inputs.gathering import FINAL, inputs_of
from radapp.reports.inputs.reading import Inputs
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.permitted import studies_for
from radapp.reports.sources import Exported
from radapp.reports.stand import Stand


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


@dataclass(frozen=True)
class Studies:
    """All reader studies."""

    name: ClassVar[str] = StudySource.kind

    def listed(self, user: User) -> Iterable[StudySource]:
        """Those in which somebody may have read; not what is still drafted."""
        drafted = [ReaderStudy.State.DRAFT, ReaderStudy.State.CHECKED]
        counted = Count("cases", filter=Q(cases__state=Case.State.INCLUDED))
        return [StudySource(one) for one in studies_for(user).exclude(state__in=drafted).annotate(included=counted)]

    def reports(self, user: User) -> Q:
        """Of the studies that are theirs."""
        return Q(study__in=studies_for(user))

    def permitted(self, user: User, key: str, definition: Any = None) -> StudySource | None:
        """By the study's key, one question whether or not there is such a study."""
        study = studies_for(user).filter(key=key).first()
        return None if study is None else StudySource(study)

    def found(self, key: str, definition: Any = None) -> StudySource | None:
        """By the study's key."""
        study = ReaderStudy.objects.filter(key=key).first()
        return None if study is None else StudySource(study)
