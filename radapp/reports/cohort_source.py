"""A cohort of the archive's examinations as the source of reports: administrators alone."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q

from radapp.accounts import audit
from radapp.accounts.access import CLINICAL
from radapp.accounts.models import AuditEntry, Role, User
from radapp.readerstudies.canonical import canonical
from radapp.reports.inputs.clinical import ClinicalInputs
from radapp.reports.inputs.cohort import cohort_of
from radapp.reports.inputs.definition import CohortDefinition, definition_of
from radapp.reports.inputs.following import use_of
from radapp.reports.inputs.reading import Inputs
from radapp.reports.inputs.selecting import asked_for
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.models import SavedReport
from radapp.reports.sources import Exported
from radapp.reports.stand import Stand
from radapp.triage.models import StudyTriage

EVERYTHING = "all"
"""Key of the cohort that asks for nothing."""
COHORT, EXAMINATIONS = "cohort", "examinations"
"""What a SavedReport keeps: the definition, and UIDs by the cases' numbers as they were when its inputs were frozen."""
DIGITS = 16


def key_of(definition: CohortDefinition) -> str:
    """The same for the same definition, whatever its title."""
    asked = {name: value for name, value in definition.as_json().items() if name != "title"}
    return hashlib.sha256(canonical(asked)).hexdigest()[:DIGITS] if asked else EVERYTHING


@dataclass
class CohortSource:
    """One cohort. `examinations`: UIDs by number, as a report keeps them; `gathered`: as `inputs` found them last."""

    definition: CohortDefinition
    examinations: tuple[str, ...] = ()
    gathered: tuple[str, ...] = field(default=(), init=False)
    kind: ClassVar[str] = "cohort"

    @property
    def key(self) -> str:
        """Of its definition."""
        return key_of(self.definition)

    @property
    def title(self) -> str:
        """As its definition calls it."""
        return self.definition.title

    @property
    def synthetic(self) -> bool:
        """Whether an examination, or the networks that read it, are synthetic."""
        asked = asked_for(self.definition)
        read = StudyTriage.objects.filter(study__in=asked, result__synthetic=True)
        return asked.filter(synthetic=True).exists() or read.exists()

    @property
    def cases(self) -> int:
        """How many examinations are asked for, read or not."""
        return asked_for(self.definition).count()

    @property
    def asks_for(self) -> Mapping[str, Any]:
        """The definition as JSON."""
        return self.definition.as_json()

    def stand(self) -> Stand:
        """There is nobody to be blinded, and what is frozen does not change."""
        return Stand(
            key=self.key,
            title=self.title,
            state=self.kind,
            locked=True,
            unblinded=True,
            made_by=f"DARNDEST {settings.VERSION}",
        )

    def inputs(self, reads: type[Inputs] = StudyInputs) -> Inputs:
        """As they stand now; the examinations behind the numbers with them."""
        found = use_of(self.definition) if reads is ClinicalInputs else cohort_of(self.definition)
        self.gathered = tuple(found.examinations[number] for number in sorted(found.examinations))
        return found.inputs

    def columns(self) -> Mapping[str, Any]:
        """The definition, and which examinations the numbers were."""
        return {"definition": {COHORT: self.definition.as_json(), EXAMINATIONS: list(self.gathered)}}

    def audit(self, said: Exported, *, asked: bool, actor: User | None, actor_name: str = "") -> None:
        """A row of the application's audit trail."""
        after: dict[str, Any] = {"inputs": said.inputs, "cohort": self.definition.as_json()}
        after |= {"report": said.report} if said.report else {}
        after |= {} if said.files is None else {"files": dict(said.files)}
        audit.record(
            actor=actor,
            actor_name=actor_name,
            action=AuditEntry.Action.EXPORT,
            target=f"report {said.analysis} of cohort {self.key}{', asked for' if asked else ''}",
            after=after,
        )

    def hold(self) -> None:
        """Nothing: examinations arrive whenever they do."""

    def links(self, user: User) -> Mapping[int, str]:
        """The viewer, for who works with patients; of the examinations as they were when the inputs were frozen."""
        if not user.roles & CLINICAL:
            return {}
        return {number: f"/viewer/{uid}/" for number, uid in enumerate(self.examinations, 1)}


@dataclass(frozen=True)
class Cohorts:
    """All examinations, and every cohort that a report was made of."""

    name: ClassVar[str] = CohortSource.kind

    def listed(self, user: User) -> Iterable[CohortSource]:
        """The newest first, after all examinations."""
        if Role.ADMINISTRATOR not in user.roles:
            return []
        found = {EVERYTHING: CohortSource(CohortDefinition(title="All examinations"))}
        kept = SavedReport.objects.filter(source__startswith=f"{self.name}:", definition__isnull=False)
        for address, definition in kept.order_by("-id").values_list("source", f"definition__{COHORT}"):
            found.setdefault(address.partition(":")[2], CohortSource(definition_of(definition)))
        return list(found.values())

    def reports(self, user: User) -> Q:
        """Administrators see all: they take in truths and all patients. Nobody else sees any."""
        return Q(definition__isnull=False) if Role.ADMINISTRATOR in user.roles else Q(pk__in=())

    def permitted(self, user: User, key: str, definition: Any = None) -> CohortSource | None:
        """By a definition, or the key of a cohort that there is; to others not even what is wrong with a definition."""
        if Role.ADMINISTRATOR not in user.roles:
            return None
        return CohortSource(definition_of(definition)) if definition is not None else self.found(key)

    def found(self, key: str, definition: Any = None) -> CohortSource | None:
        """By what a report keeps of it, or the key of a cohort that there is."""
        if definition is not None:
            return _kept(definition)
        if key == EVERYTHING:
            return CohortSource(CohortDefinition(title="All examinations"))
        report = SavedReport.objects.filter(source=f"{self.name}:{key}", definition__isnull=False).first()
        return None if report is None or report.definition is None else _kept(report.definition)


def _kept(definition: Mapping[str, Any]) -> CohortSource:
    return CohortSource(definition_of(definition[COHORT]), tuple(definition[EXAMINATIONS]))
