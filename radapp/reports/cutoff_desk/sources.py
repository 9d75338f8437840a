"""Whose data the desk is moved over, and which networks made the scores."""

from dataclasses import dataclass

from django.http import Http404

from radapp.accounts.models import Role, User
from radapp.readerstudies.models import Membership, NetworkCall, ReaderStudy
from radapp.reports.inputs.gathering import FINAL, inputs_of
from radapp.reports.inputs.values import StudyInputs
from radapp.triage.models import Protocol

AT_THE_DESK = (Membership.Part.INVESTIGATOR, Membership.Part.DEPUTY)
STUDY = "study"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A locked reader study: its networks' scores and its reference standard."""

    study: ReaderStudy

    @property
    def name(self) -> str:
        """As addresses have it."""
        return f"{STUDY}:{self.study.key}"

    def inputs(self) -> StudyInputs:
        """As they stand now."""
        return inputs_of(self.study)


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The protocol whose networks made every score, or why there is none: `imported`, `several`."""

    protocol: Protocol | None
    reason: str = ""


def sources_of(user: User) -> list[Source]:
    """Locked studies that this person investigates, or all of them for an administrator; newest first."""
    studies = ReaderStudy.objects.filter(state__in=FINAL).order_by("-pk")
    if Role.ADMINISTRATOR not in user.roles:
        mine = Membership.objects.filter(user=user, ended_at=None, part__in=AT_THE_DESK).values("study")
        studies = studies.filter(pk__in=mine)
    return [Source(study=study) for study in studies]


def source_named(name: str, user: User) -> Source:
    """Http404 where there is none of this name, or it is none of this person's."""
    kind, _, key = name.partition(":")
    for one in sources_of(user):
        if (kind, key) == (STUDY, one.study.key):
            return one
    raise Http404


def provenance_of(source: Source) -> Provenance:
    """Which installed protocol's networks and weights made the scores; its cutoffs may differ from another's on the same."""
    calls = NetworkCall.objects.filter(case__study=source.study, network=NetworkCall.Network.T1_T2, score__isnull=False)
    found = set(calls.values_list("result__run__protocol", flat=True).distinct())
    if None in found or not found:
        return Provenance(protocol=None, reason="imported")
    protocols = list(Protocol.objects.select_related("t1wi", "t2wi", "t1wic").filter(pk__in=found).order_by("-pk"))
    alike = {(one.t1wi_id, one.t2wi_id, one.t1wic_id, one.weight_t1wi, one.weight_t2wi) for one in protocols}
    if len(alike) > 1:
        return Provenance(protocol=None, reason="several")
    return Provenance(protocol=protocols[0])
