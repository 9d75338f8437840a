"""Cases, their reference standard and members into a copy of a study."""

import hmac
import uuid
from collections.abc import Mapping

from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.archive.pseudonyms import identity_of
from radapp.readerstudies import chain
from radapp.readerstudies.models import Case, Membership, ReaderStudy
from radapp.readerstudies.reference.conclusion import Conclusion
from radapp.readerstudies.reference.status import newest
from radapp.readerstudies.reference.steps import Act, append


def patient_in(study: ReaderStudy, examination: Study) -> str:
    """The patient's pseudonym in this study: the same for all their examinations, another one in every other study."""
    keyed = hmac.new(bytes.fromhex(study.salt), identity_of(examination).encode(), "sha256")
    return f"patient-{keyed.hexdigest()[:32]}"


def copy_cases(origin: ReaderStudy, made: ReaderStudy, actor: User) -> dict[int, Case]:
    """Those included or left out, with their reasons; not what was withdrawn. Returns the copies by the originals' keys."""
    kept = origin.cases.filter(examination__isnull=False).exclude(state=Case.State.WITHDRAWN)
    copies = {
        case.pk: Case(
            study=made,
            number=number,
            examination=case.examination,
            prior=case.prior,
            patient=patient_in(made, case.examination),
            cohort=case.cohort,
            practice=case.practice,
            state=case.state,
            exclusion=case.exclusion,
            reason=case.reason,
            synthetic=case.synthetic,
        )
        for number, case in enumerate(kept.select_related("examination", "prior"), start=1)
        if case.examination is not None
    }
    Case.objects.bulk_create(copies.values())
    chain.record(
        made,
        actor=actor,
        action=chain.Action.CASES_ADDED,
        target="cases",
        after={"of": origin.key, "cases": [told(case) for case in copies.values()]},
        rows=list(copies.values()),
    )
    return copies


def copy_reference(origin: ReaderStudy, copies: Mapping[int, Case], actor: User) -> None:
    """What stands of each copied case's reference standard, step by step, said to come from the study copied."""
    for case in origin.cases.filter(pk__in=copies).prefetch_related("reference_steps").order_by("number"):
        for step in newest(sorted(case.reference_steps.all(), key=lambda one: one.pk)):
            act = Act(actor, uuid.uuid4(), origin=f"study {origin.key}")
            append(copies[case.pk], step.step, Conclusion.of(step), act, before=None)


def told(case: Case) -> dict[str, object]:
    """A case as entries of the chain tell of it."""
    return {
        "key": case.key,
        "number": case.number,
        "examination": case.examination.study_instance_uid if case.examination else None,
        "state": case.state,
        "exclusion": case.exclusion,
        "reason": case.reason,
        "practice": case.practice,
        "cohort": case.cohort,
        "prior": case.prior.study_instance_uid if case.prior else None,
    }


def copy_members(origin: ReaderStudy, made: ReaderStudy, actor: User) -> None:
    """Everybody who takes part now, but the person who copies: they investigate."""
    for one in origin.members.filter(ended_at=None).exclude(user=actor).select_related("user"):
        member = Membership.objects.create(
            study=made,
            user=one.user,
            name=one.name,
            part=one.part,
            seniority=one.seniority,
            years=one.years,
            site=one.site,
            chair=one.chair,
            simulated=one.simulated,
        )
        chain.record(
            made,
            actor=actor,
            action=chain.Action.MEMBER_ADDED,
            target=f"member {member.key}",
            after=facts_of(member),
            rows=[member],
        )


def facts_of(member: Membership) -> dict[str, object]:
    """A membership as entries of the chain tell of it."""
    return {
        "part": member.part,
        "username": member.user.username if member.user else None,
        "name": member.name,
        "seniority": member.seniority,
        "years": member.years,
        "site": member.site,
        "chair": member.chair,
        "simulated": member.simulated,
    }
