"""Whose data the desk is moved over, and which networks made the scores."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from radapp.accounts.models import Role, User
from radapp.readerstudies.models import NetworkCall, ReaderStudy
from radapp.reports.inputs.cohort import cohort_of
from radapp.reports.inputs.definition import CohortDefinition, Split
from radapp.reports.inputs.gathering import FINAL, inputs_of
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.permitted import studies_for
from radapp.triage.models import Protocol, Result, Truth


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The protocol whose networks made every score, or why there is none: `imported`, `several`."""

    protocol: Protocol | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StudySource:
    """A locked reader study: its networks' scores and its reference standard."""

    study: ReaderStudy

    kind = "study"

    @property
    def name(self) -> str:
        """As addresses have it."""
        return f"{self.kind}:{self.study.key}"

    @property
    def title(self) -> str:
        """For people."""
        return self.study.title

    @property
    def unblinded(self) -> bool:
        """Whether readers' answers have met the reference standard."""
        return self.study.state == ReaderStudy.State.UNBLINDED

    def inputs(self) -> StudyInputs:
        """As they stand now."""
        return inputs_of(self.study)

    def provenance(self) -> Provenance:
        """Which installed protocol's networks and weights made the scores."""
        calls = NetworkCall.objects.filter(case__study=self.study, network=NetworkCall.Network.T1_T2, score__isnull=False)
        found = set(calls.values_list("result__run__protocol", flat=True).distinct())
        if None in found or not found:
            return Provenance(protocol=None, reason="imported")
        protocols = list(_protocols().filter(pk__in=found).order_by("-pk"))
        alike = {(one.t1wi_id, one.t2wi_id, one.t1wic_id, one.weight_t1wi, one.weight_t2wi) for one in protocols}
        if len(alike) > 1:
            return Provenance(protocol=None, reason="several")
        return Provenance(protocol=protocols[0])


@dataclass(frozen=True, kw_only=True)
class CohortSource:
    """Every examination in the archive that one protocol read and whose truth is established.

    Patients that its networks learnt from, or its cutoffs were found on, are left out.
    """

    protocol: Protocol

    kind = "archive"
    unblinded = True

    @property
    def name(self) -> str:
        """As addresses have it."""
        return f"{self.kind}:{self.protocol.pk}"

    @property
    def title(self) -> str:
        """The protocol: the page says the rest in words."""
        return str(self.protocol)

    def inputs(self) -> StudyInputs:
        """As they stand now."""
        asked = CohortDefinition(protocols=(str(self.protocol),), established=True, split=Split.NONE)
        return cohort_of(asked).inputs

    def provenance(self) -> Provenance:
        """That protocol's."""
        return Provenance(protocol=self.protocol)


Source = StudySource | CohortSource


def sources_of(user: User) -> list[Source]:
    """Locked studies that this person may see reports of; for an administrator the archive's examinations, too."""
    studies = [StudySource(study=one) for one in studies_for(user).filter(state__in=FINAL).order_by("-pk")]
    if Role.ADMINISTRATOR in user.roles:
        return [*(CohortSource(protocol=one) for one in _with_truths()), *studies]
    return [*studies]


def source_named(name: str, user: User) -> Source:
    """Http404 where there is none of this name, or it is none of this person's."""
    for one in sources_of(user):
        if one.name == name:
            return one
    raise Http404


def _with_truths() -> list[Protocol]:
    """Protocols that read an examination whose truth is established."""
    truths = Truth.objects.filter(study=OuterRef("run__study"))
    read = Result.objects.filter(Exists(truths)).values("run__protocol")
    return list(_protocols().filter(pk__in=read).order_by("-active", "-pk"))


def _protocols() -> QuerySet[Protocol]:
    return Protocol.objects.select_related("t1wi", "t2wi", "t1wic")
