"""From the first draft to the coded study, as an investigator, two readers and three coders would do it."""

import random
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from radapp.accounts.models import Role, User
from radapp.accounts.people import add_person
from radapp.readerstudies.coding.categories import precedence_of
from radapp.readerstudies.coding.codes import adjudicate, submit_code
from radapp.readerstudies.coding.erring import items_of
from radapp.readerstudies.coding.standing import State, standing_of
from radapp.readerstudies.demo import opinions, reference
from radapp.readerstudies.demo.opinions import JUNIOR, SENIOR, Shown, Skill
from radapp.readerstudies.desk import acts, candidates, cases, checking, drafting, members
from radapp.readerstudies.desk.candidates import Candidate, Query
from radapp.readerstudies.desk.members import Facts
from radapp.readerstudies.desk.presets import preset
from radapp.readerstudies.models import Assignment, Case, Membership, ReaderStudy, StudySignature
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.protocol import Order, Targets, Told
from radapp.readerstudies.reading.aid import current_result
from radapp.readerstudies.reading.opening import open_next
from radapp.readerstudies.reading.reports import Report, report
from radapp.readerstudies.reading.submission import Submission, submit
from radapp.readerstudies.reference.status import Status, statuses
from radapp.readerstudies.terms import protocol_in_force
from radapp.triage.models import Heatmap

ACTOR = "manage.py demo_reader_study"
REASON = "Demonstration: simulated readers and coders, signed by a command."
SEAT = "simulated-seat"
NASOPHARYNX = (0.0, 5.0, 5.0)
"""Where simulated readers point without a heatmap: about the middle of the phantom's nasopharynx, patient mm."""
Act, Part = StudySignature.Act, Membership.Part


class DemoRefusedError(RuntimeError):
    """The demonstration's study cannot be made here; the text says what is missing."""


@dataclass(frozen=True)
class Simulated:
    """A reader that no person is: their account, what they are, and how well they see."""

    username: str
    name: str
    facts: Facts
    skill: Skill


READERS = (
    Simulated(
        "simulated-senior", "Simulated senior", Facts("Simulated senior reader", "senior", 12, "Simulated hospital"), SENIOR
    ),
    Simulated(
        "simulated-junior", "Simulated junior", Facts("Simulated junior reader", "junior", 5, "Simulated hospital"), JUNIOR
    ),
)
CODERS = ("Simulated coder 1", "Simulated coder 2")
ADJUDICATOR = "Simulated adjudicator"


def make(title: str, investigator: User, *, count: int, seed: int, tell: Callable[[str], None]) -> ReaderStudy:
    """The study, unblinded and coded. Raises DemoRefusedError where too few examinations are fit for it."""
    dice = random.Random(f"{seed} study")  # noqa: S311 - a named seed: the same study again
    with transaction.atomic():  # No draft stays behind where there is too little to make a study of.
        study = drafting.found(title, actor=investigator, preset="paper", synthetic=True)
        chosen = _chosen(study, count, dice)
        found = candidates.Found(chosen, query={"demonstration": True})
        cases.add(study, found, cases.Wish(cohort="demo"), actor=investigator)
        _describe(study, chosen, investigator)
        reference.establish(study, investigator, dice)
        people = _people(study, investigator)
    tell(f"drafted with {len(chosen)} cases")
    _check(study, investigator)
    acts.carry_out(study, Act.OPEN, actor=investigator, reason=REASON, seed=seed)
    for simulated, reader in people.items():
        places = _read(study, reader, simulated, random.Random(f"{seed} {simulated.username}"))  # noqa: S311
        tell(f"{simulated.name} read {places} places")
    for act in (Act.CLOSE, Act.LOCK, Act.UNBLIND):
        acts.carry_out(study, act, actor=investigator, reason=REASON)
    tell(f"unblinded; {_code(study, dice)} errors coded")
    study.refresh_from_db()
    return study


def _chosen(study: ReaderStudy, count: int, dice: random.Random) -> list[Candidate]:
    """As many free synthetic examinations as wanted, half of them recurrences where possible; computed ones first."""
    found = candidates.find(study, Query(truth="known")).candidates
    free = [one for one in found if not one.bars and one.examination.synthetic]
    free.sort(key=lambda one: (current_result(one.examination) is None, one.examination.study_instance_uid))
    positive, negative = ([one for one in free if one.truth is truth] for truth in (True, False))
    if min(len(positive), len(negative)) < 2:
        raise DemoRefusedError(
            f"found {len(positive)} examinations with and {len(negative)} without recurrence that are synthetic, complete "
            "and have a truth, expected at least 2 of each; let `make demo` take in its cohort first"
        )
    half = min(len(positive), max(count // 2, count - len(negative)))
    chosen = [*positive[:half], *negative[: count - half]]
    return dice.sample(chosen, len(chosen))


def _describe(study: ReaderStudy, chosen: Sequence[Candidate], actor: User) -> None:
    """The paper's protocol with what fits these cases."""
    study.refresh_from_db()
    positive = sum(bool(one.truth) for one in chosen)
    protocol = preset("paper").protocol.model_copy(
        update={
            "targets": Targets(positive=positive, negative=len(chosen) - positive),
            "told": Told(prevalence="About half of the cases show local recurrence.", instructions="Simulated readers."),
            "order": Order(repeats=2 if len(chosen) >= 8 else 0),
        }
    )
    drafting.change_protocol(study, protocol.content(), revision=study.revision, actor=actor)


def _people(study: ReaderStudy, actor: User) -> dict[Simulated, Membership]:
    """Simulated readers with accounts that nobody can sign in to; coders and an adjudicator without."""
    for name, part in (*((name, Part.CODER) for name in CODERS), (ADJUDICATOR, Part.ADJUDICATOR)):
        members.add(study, None, part, Facts(name), actor=actor, simulated=True)
    return {one: members.add(study, _account(one), Part.READER, one.facts, actor=actor, simulated=True) for one in READERS}


def _account(simulated: Simulated) -> User:
    user = User.objects.filter(username=simulated.username).first()
    if user is None:
        # Nobody is told the password: it is random and kept nowhere.
        user = add_person(
            username=simulated.username,
            password=secrets.token_urlsafe(32),
            roles=[Role.READER],
            first_name=simulated.name,
            last_name="(no person)",
            added_by=ACTOR,
        )
    return user


def _check(study: ReaderStudy, actor: User) -> None:
    _, found = checking.check(study, actor=actor)
    if not found["fit"]:
        stops = "; ".join(one["detail"] for one in found["findings"] if one["level"] == "stop")
        raise DemoRefusedError(f"the check found the study unfit: {stops}")


def _read(study: ReaderStudy, reader: Membership, simulated: Simulated, dice: random.Random) -> int:
    """Open, look at and answer every place of the reader's order; how many there were."""
    study.refresh_from_db()
    assert reader.user is not None, "simulated readers have accounts"
    admitted = Admitted(study, reader.user, (reader,))
    truths = statuses(study)
    total = Assignment.objects.filter(session__reader=reader).count()
    for _ in range(total):
        key = open_next(admitted, SEAT)
        case = Case.objects.select_related("examination").get(assignments__key=key)
        report(admitted, key, Report(SEAT, "only", "first_image"))
        said = opinions.answers(_shown(case, truths[case.pk]), simulated.skill, dice)
        submit(admitted, key, Submission(SEAT, "only", said, uuid.uuid4()))
    return total


def _shown(case: Case, truth: Status) -> Shown:
    """What the simulation knows of a case. The likely place is where the networks look, as nobody kept the phantom's."""
    assert case.examination is not None, "the demonstration's cases have images"
    result = current_result(case.examination)
    peaks = [tuple(one.peak) for one in Heatmap.objects.filter(result=result) if one.peak] if result else []
    point = peaks[0] if peaks and truth.recurrence else NASOPHARYNX
    return Shown(case.number, bool(truth.recurrence), (point[0], point[1], point[2]), truth.sites)


def _code(study: ReaderStudy, dice: random.Random) -> int:
    """Two codes of every error, and a decision where they differ; how many errors there were."""
    study.refresh_from_db()
    first, second = study.members.filter(part=Part.CODER)
    adjudicator = study.members.get(part=Part.ADJUDICATOR)
    protocol, truths = protocol_in_force(study), statuses(study)
    items = list(items_of(study))
    for item in sorted(items, key=lambda one: (one.case.number, one.error, one.pk)):
        truth = truths[item.case_id]
        codes = [opinions.category(item.error, truth.rt_stage, truth.sites, dice) for _ in CODERS]
        for coder, category in zip((first, second), codes, strict=True):
            submit_code(item, coder, [category])
        now = items_of(study).get(pk=item.pk)
        if standing_of(now, protocol.coding, precedence_of(protocol.coding, item.error)).state is State.DIFFERING:
            adjudicate(now, adjudicator, [codes[0]], "Simulated: the first code.")
    return len(items)
