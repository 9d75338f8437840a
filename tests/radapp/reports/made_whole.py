"""One small study that has everything: two cohorts, networks, readers with and without aid, repeats, coded errors."""

from dataclasses import replace
from random import Random

from radapp.reports.inputs.values import AnswerRow, ArmSeen, CaseRow, ErrorRow, StudyInputs
from tests.radapp.reports.made import PLAN, answer, case, coded, inputs, said

COHORTS = {"internal": 40, "external": 24}
READERS = ("senior_1", "senior_2", "junior_1", "junior_2")
ARM = ArmSeen(key="aided", images="complete", aid=True, prior=False)


def whole_study() -> StudyInputs:
    """The same every time."""
    chance = Random(7)
    cases = [_case(number, cohort, chance) for cohort, many in COHORTS.items() for number in _numbers(cohort, many)]
    answers = [row for reader in READERS for row in _answers(reader, cases, chance)]
    plan = replace(PLAN, sequential=True, arms=(ARM,))
    return inputs(cases, answers, plan, errors=tuple(_errors(cases, answers)))


def imaged_study() -> StudyInputs:
    """The same, with scanners, fat saturation, kinds of recurrence and two bases of the reference standard."""
    whole = whole_study()
    return replace(whole, cases=tuple(_imaged(row) for row in whole.cases))


def _imaged(row: CaseRow) -> CaseRow:
    return replace(
        row,
        scanner="GE" if row.case % 3 else "Siemens",
        fat_saturated={"T1WI": row.case % 4 == 0, "T2WI": True, "T1WIC": None},
        kinds=("necrotic",) if row.truth and row.case % 4 == 0 else ("solid",) if row.truth else (),
        basis="growth" if row.case % 5 == 0 else "histopathology",
    )


def _numbers(cohort: str, many: int) -> range:
    begin = 1 if cohort == "internal" else 1001
    return range(begin, begin + many)


def _case(number: int, cohort: str, chance: Random) -> CaseRow:
    truth = None if number % 17 == 0 else number % 2 == 0
    score = min(1.0, max(0.0, chance.gauss(0.6 if truth else 0.4, 0.2)))
    enhanced = min(1.0, max(0.0, chance.gauss(0.7 if truth else 0.3, 0.2)))
    tier = "positive" if score >= 0.55 else "suspicious" if score >= 0.35 else "negative"
    called = tier == "positive" or (tier == "suspicious" and enhanced >= 0.5)
    networks = {
        "T1WI": said(score >= 0.5, score),
        "T2WI": said(None) if number % 13 == 0 else said(score >= 0.45, score / 2),
        "T1_T2": said(score >= 0.55, score),
        "T1WIC": said(None) if number % 11 == 0 else said(enhanced >= 0.5, enhanced),
        "DARNDEST": said(called, tier=tier),
    }
    sites = ("nasopharynx",) if truth and number % 4 == 0 else ("skull_base", "nasopharynx") if truth else ()
    facts = {"cohort": cohort, "sites": sites, "rt_stage": f"rT{1 + number % 3}" if truth else ""}
    return case(number, truth, networks, debatable=number % 9 == 0, **facts)


def _answers(reader: str, cases: list[CaseRow], chance: Random) -> list[AnswerRow]:
    found: list[AnswerRow] = []
    for place, row in enumerate(cases, start=1):
        likelihood = min(100.0, max(0.0, chance.gauss(60 if row.truth else 40, 25)))
        aided = (likelihood + (20 if row.networks["DARNDEST"].positive else -20)) if chance.random() < 0.8 else likelihood
        for stage, rating in (("unaided", likelihood), ("aided", min(100.0, max(0.0, aided)))):
            lost = chance.random() < 0.05
            facts = {
                "arm": "aided",
                "stage": stage,
                "position": place,
                "likelihood": None if lost else round(rating, 1),
                "milliseconds": {"total": 40_000 + place * 7, "work": 30_000 - place * 100, "first_image": 900},
            }
            found.append(answer(row.case, None if lost else rating >= 50, reader, **facts))
            if place % 6 == 0:
                again = min(100.0, max(0.0, rating + chance.gauss(0, 10)))
                facts = {**facts, "position": 100 + place, "repeat": True, "likelihood": round(again, 1)}
                found.append(answer(row.case, again >= 50, reader, **facts))
    return found


def _errors(cases: list[CaseRow], answers: list[AnswerRow]) -> list[ErrorRow]:
    """Most wrong calls are coded, every third by two who disagree; of these every second is adjudicated."""
    truths = {row.case: row.truth for row in cases}
    wrong = [
        (row.case, name, "", "", one.positive)
        for row in cases
        for name, one in row.networks.items()
        if name in {"T1_T2", "T1WIC"} and one.positive is not None
    ]
    wrong += [
        (row.case, row.reader, row.arm, row.stage, row.call) for row in answers if row.call is not None and not row.repeat
    ]
    wrong = [one for one in wrong if truths[one[0]] is not None and one[4] is not truths[one[0]]]
    found = []
    for place, (number, source, arm, stage, call) in enumerate(wrong):
        if place % 10 == 9:
            continue
        error = "false_positive" if call else "false_negative"
        keys = PLAN.categories[error]
        first, second = keys[place % len(keys)], keys[(place + (place % 3 == 0)) % len(keys)]
        row = coded(number, source, error, first, second, arm=arm, stage=stage)
        if first != second and place % 2 == 0:
            row = replace(row, adjudicated=True, primary=second, contributors=(first,))
        found.append(row)
    return found
