"""Which cases and which answers of a study count: in calls, in items to be coded, in what is reported of them.

Practice cases and hidden repeats do not: the first are in no analysis, the second measure a reader's agreement with
themself. What becomes of withdrawn cases and replaced readers is the protocol's rule: where submitted readings are kept, an
unaided answer whose aided one never came is none, and does not count.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from radapp.readerstudies.models import Answer, Case, Membership, ReaderStudy
from radapp.readerstudies.models.readings import LAST_STAGES
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.status import Status, status_of


def counted_cases(study: ReaderStudy, protocol: Protocol) -> QuerySet[Case]:
    """The cases that count, by number."""
    states = Q(state=Case.State.INCLUDED)
    if protocol.rules.withdrawn_case == "keep_submitted":
        states |= Q(state=Case.State.WITHDRAWN)
    return Case.objects.filter(states, study=study, practice=False).order_by("number")


def final_answers(study: ReaderStudy, protocol: Protocol, *, repeats: bool = False) -> list[Answer]:
    """The newest version of each stage's answer that counts, with its assignment and reader. Three queries.

    `repeats`: those of hidden repeats as well, which count nowhere but in a reader's agreement with themself.
    """
    answers = Answer.objects.filter(
        assignment__session__reader__study=study,
        assignment__practice=False,
        assignment__case__in=counted_cases(study, protocol),
    )
    if not repeats:
        answers = answers.filter(assignment__repeat=False)
    replaced = Q(
        assignment__session__reader__in=Membership.objects.filter(study=study, replaces__isnull=False).values("replaces_id")
    )
    if protocol.rules.replaced_reader == "drop_readings":
        answers = answers.exclude(replaced)
    left = Q(assignment__case__state=Case.State.WITHDRAWN) | replaced
    submitted = Exists(Answer.objects.filter(assignment=OuterRef("assignment"), stage__in=LAST_STAGES))
    ordered = answers.filter(~left | submitted)
    ordered = ordered.select_related("assignment__session__reader").order_by("assignment_id", "stage", "version")
    return list({(answer.assignment_id, answer.stage): answer for answer in ordered}.values())


def key_meaning(protocol: Protocol, meaning: str) -> str | None:
    """The key of the question with this meaning; None where the form asks nothing of the kind."""
    return next((question.key for question in protocol.form if question.meaning == meaning), None)


def reference_of(case: Case) -> Status:
    """The reference status of one case; of many, `reference.status.statuses` knows them all in one query."""
    return status_of(case.reference_steps.order_by("pk"), case.examination.study_date if case.examination else None)
