"""Writing the reference standard: a step is added, or corrected by a further version with its reason. Nothing changes."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import transitions
from radapp.readerstudies.desk.transitions import Action, Refusal
from radapp.readerstudies.models import Case, Membership, ReaderStudy, ReferenceStep
from radapp.readerstudies.reference import turns
from radapp.readerstudies.reference.conclusion import Conclusion, Problem, problems


class TaggingRefused(Exception):  # noqa: N818 - a refusal
    """A step that was not stored: a word for programs and a sentence; `problems` of single fields where there are any."""

    def __init__(self, code: str, detail: str, found: list[Problem] | None = None) -> None:
        super().__init__(detail)
        self.code, self.detail, self.problems = code, detail, found or []


@dataclass(frozen=True)
class Act:
    """Who says it, under which name of the act, why anew, and where it came from."""

    actor: User | None
    submission: uuid.UUID
    reason: str = ""
    origin: str = ""
    actor_name: str = ""


@contextmanager
def writing(study: ReaderStudy) -> Iterator[ReaderStudy]:
    """A transaction in which nobody else writes to this study. Raises TaggingRefused where it is locked."""
    with transaction.atomic():
        held = ReaderStudy.objects.select_for_update().get(pk=study.pk)
        found = transitions.outcome(Action.TAG, held.state)
        if isinstance(found, Refusal):
            raise TaggingRefused(found.value, transitions.words(found, held.state))
        yield held


def tag(case: Case, tagger: Membership, said: Conclusion, act: Act) -> ReferenceStep:
    """What this tagger concludes on this case: the first version in their turn, a further one with a reason.

    Sent again under the same name, it is the same act. Raises TaggingRefused.
    """
    with writing(case.study) as study:
        again = ReferenceStep.objects.filter(submission=act.submission).first()
        if again is not None:
            if (again.case_id, again.step, again.made_by) != (case.pk, tagger.chair, act.actor):
                raise TaggingRefused("submission_used", "This name of a submission belongs to another step: draw a new one.")
            return again
        _refuse_readers(study, tagger)
        steps = turns.steps_of(case)
        before = turns.latest(steps, tagger.chair)
        if before is None and turns.waits_for(case, steps) != tagger.chair:
            raise TaggingRefused("not_your_turn", "This case waits for somebody else of the chain. Take the next one.")
        if before is not None and not act.reason.strip():
            raise TaggingRefused(
                "already_tagged", f"This step stands in version {before.version}. Correct it with a reason."
            )
        found = problems(said, tagger.chair, case.examination)
        if found:
            raise TaggingRefused("invalid", " ".join(one.detail for one in found), found)
        return append(case, tagger.chair, said, act, before=before)


def _refuse_readers(study: ReaderStudy, tagger: Membership) -> None:
    # Also one who has left: whoever read in this study has seen AI or formed an opinion under its rules.
    reads = Membership.objects.filter(study=study, user=tagger.user, part=Membership.Part.READER)
    if tagger.user_id is not None and reads.exists():
        raise TaggingRefused("reads_in_study", "Who reads in a study does not tag its reference standard.")


def append(case: Case, step: str, said: Conclusion, act: Act, *, before: ReferenceStep | None) -> ReferenceStep:
    """Write the next version of a step, with its entry in the audit chain, in the caller's transaction (`writing`)."""
    made = ReferenceStep.objects.create(
        case=case,
        step=step,
        version=before.version + 1 if before else 1,
        submission=act.submission,
        reason=act.reason.strip(),
        origin=act.origin,
        made_by=act.actor,
        **said.columns(),
    )
    chain.record(
        case.study,
        actor=act.actor,
        actor_name=act.actor_name,
        action=chain.Action.REFERENCE_STEP,
        target=f"case {case.key} {step} version {made.version}",
        before=Conclusion.of(before).content() if before else None,
        after=said.content() | {"origin": act.origin},
        reason=act.reason.strip(),
        rows=[made],
    )
    return made
