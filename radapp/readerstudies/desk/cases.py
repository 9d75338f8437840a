"""Cases of a draft: adding, leaving out, taking in again, changing, removing. Each with its entry in the chain."""

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import bars, case_changes
from radapp.readerstudies.desk.candidates import Candidate, Found
from radapp.readerstudies.desk.copying import patient_in, told
from radapp.readerstudies.desk.state import begin, settle
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import Case, ReaderStudy, ReferenceStep, Waiver
from radapp.readerstudies.reference.status import statuses
from radapp.readerstudies.terms import protocol_in_force

REFUSED = frozenset({bars.IN_STUDY, bars.NO_IMAGES})
"""With one of these nothing is noted: it is there already, or cannot be looked at."""
REASON_NEEDED = "Say in words why it is left out: 'other' has no meaning of its own."
HAS_FACTS = "Case {number} has been tagged or waived, which stays on record: leave it out with a reason instead."


@dataclass(frozen=True)
class Wish:
    """How examinations are to be added. With an `exclusion` they are noted as left out for it."""

    practice: bool = False
    cohort: str = ""
    exclusion: str = ""
    reason: str = ""
    waive_calibrated: str = ""
    fill_targets: bool = False


@dataclass
class Added:
    """What became of what was to be added."""

    included: list[Case] = field(default_factory=list)
    excluded: list[Case] = field(default_factory=list)
    refused: list[Candidate] = field(default_factory=list)
    not_found: Sequence[str] = ()
    ambiguous: Sequence[str] = ()

    def as_shape(self) -> dict[str, Any]:
        """AddedSerializer."""
        return {
            "added": len(self.included),
            "excluded": len(self.excluded),
            "refused": [
                {
                    "uid": one.examination.study_instance_uid,
                    "accession_number": one.examination.accession_number,
                    "bars": one.bars,
                }
                for one in self.refused
            ],
            "not_found": self.not_found,
            "ambiguous": self.ambiguous,
        }


def add(study: ReaderStudy, found: Found, wish: Wish, *, actor: User) -> Added:
    """Take in what is free; note as left out what is barred, or everything where the wish names an exclusion."""
    if wish.exclusion == Case.Exclusion.OTHER and not wish.reason.strip():
        raise ApiError(400, "reason_needed", REASON_NEEDED)
    with transaction.atomic():
        study = begin(study, Action.ADD_CASES)
        added = Added(not_found=found.not_found, ambiguous=found.ambiguous)
        seed = secrets.randbits(32)
        chosen = _drawn(study, found.candidates, seed) if wish.fill_targets else found.candidates
        number = (study.cases.aggregate(last=Max("number"))["last"] or 0) + 1
        for one in chosen:
            if any(bar.code in REFUSED for bar in one.bars):
                added.refused.append(one)
                continue
            case = _case(study, number, one, wish)
            (added.excluded if case.exclusion else added.included).append(case)
            number += 1
        _store(study, added, wish, actor)
        chain.record(
            study,
            actor=actor,
            action=chain.Action.CASES_ADDED,
            target="cases",
            after={
                "query": found.query,
                "drawn_with_seed": seed if wish.fill_targets else None,
                "cases": [told(case) for case in (*added.included, *added.excluded)],
            },
            rows=[study, *added.included, *added.excluded],
        )
        settle(study, Action.ADD_CASES, actor)
    return added


def _case(study: ReaderStudy, number: int, one: Candidate, wish: Wish) -> Case:
    """A case as it will be stored: included, or left out for the wish's reason or its bar's."""
    barred = [bar for bar in one.bars if bar.code != bars.CALIBRATED or not wish.waive_calibrated.strip()]
    exclusion, reason = wish.exclusion, wish.reason.strip()
    if not exclusion and barred:
        exclusion, reason = _exclusion_of(barred)
    return Case(
        study=study,
        number=number,
        examination=one.examination,
        patient=patient_in(study, one.examination),
        cohort=wish.cohort,
        practice=wish.practice and not exclusion,
        state=Case.State.EXCLUDED if exclusion else Case.State.INCLUDED,
        exclusion=exclusion,
        reason=reason if exclusion else "",
        synthetic=one.examination.synthetic,
    )


def _exclusion_of(barred: Sequence[bars.Bar]) -> tuple[str, str]:
    """The paper's 'artefacts or incomplete images', or 'other': a patient that was learnt from."""
    words = " ".join(bar.detail for bar in barred)
    incomplete = any(bar.code in {bars.INCOMPLETE, bars.NO_T1WIC} for bar in barred)
    return (Case.Exclusion.IMAGE_QUALITY if incomplete else Case.Exclusion.OTHER).value, words


def _store(study: ReaderStudy, added: Added, wish: Wish, actor: User) -> None:
    Case.objects.bulk_create([*added.included, *added.excluded])
    study.synthetic = study.synthetic or any(case.synthetic for case in added.included)
    if not wish.waive_calibrated.strip():
        return
    judge = bars.Judge.of(study, protocol_in_force(study).design)
    for case in added.included:
        if case.examination is not None and judge.calibration_bars(case.examination):
            waive_calibration(case, wish.waive_calibrated, actor)


def waive_calibration(case: Case, reason: str, actor: User) -> None:
    """Take a patient that the networks know, for a reason that stays on record."""
    waiver = Waiver.objects.create(
        study=case.study, case=case, ground=Waiver.Ground.CALIBRATED, reason=reason.strip(), given_by=actor
    )
    chain.record(
        case.study,
        actor=actor,
        action=chain.Action.WAIVER_GIVEN,
        target=f"case {case.key}",
        after={"ground": Waiver.Ground.CALIBRATED.value},
        reason=reason.strip(),
        rows=[waiver],
    )


def _drawn(study: ReaderStudy, found: Sequence[Candidate], seed: int) -> list[Candidate]:
    """As many free candidates of either truth as the targets lack, by lot."""
    targets = protocol_in_force(study).targets
    known = statuses(study)
    truths = [known[case.pk].recurrence for case in study.cases.filter(state=Case.State.INCLUDED, practice=False)]
    chosen: list[Candidate] = []
    for truth, wanted in ((True, targets.positive), (False, targets.negative)):
        free = [one for one in found if not one.bars and one.truth is truth]
        lacking = max(0, wanted - truths.count(truth))
        chosen += random.Random(f"{seed} {truth}").sample(free, min(lacking, len(free)))  # noqa: S311 - a named seed
    return sorted(chosen, key=found.index)


def change(case: Case, wanted: Mapping[str, Any], *, actor: User) -> Case:
    """Change what is named: state with exclusion and reason, practice, cohort, prior (a UID or None)."""
    with transaction.atomic():
        study = begin(case.study, Action.CHANGE_CASE)
        case = Case.objects.select_for_update(of=("self",)).select_related("examination", "prior").get(pk=case.pk)
        case.study = study
        before = told(case)
        waived = case_changes.apply(case, wanted)
        case.save()
        after = told(case)
        if waived:
            waive_calibration(case, waived, actor)
        if before != after:
            study.synthetic = study.synthetic or (case.synthetic and case.state == Case.State.INCLUDED)
            chain.record(
                study,
                actor=actor,
                action=chain.Action.CASE_CHANGED,
                target=f"case {case.key}",
                before=before,
                after=after,
                reason=case.reason,
                rows=[study, case],
            )
        settle(study, Action.CHANGE_CASE, actor)
    return case


def remove(case: Case, *, actor: User) -> None:
    """Forget a case of a draft. ApiError 409 `case_has_facts` where something stands on it that is written once."""
    with transaction.atomic():
        study = begin(case.study, Action.REMOVE_CASE)
        if ReferenceStep.objects.filter(case=case).exists() or Waiver.objects.filter(case=case).exists():
            raise ApiError(409, "case_has_facts", HAS_FACTS.format(number=case.number))
        chain.record(
            study,
            actor=actor,
            action=chain.Action.CASE_REMOVED,
            target=f"case {case.key}",
            before=told(case),
            removed=[case],
        )
        case.delete()
        settle(study, Action.REMOVE_CASE, actor)
