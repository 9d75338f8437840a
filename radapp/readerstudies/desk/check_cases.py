"""What the check finds about cases: images, truths, targets, patients that networks know, priors, results to aid with."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from radapp.readerstudies.desk import bars
from radapp.readerstudies.desk.findings import Finding, of_cases
from radapp.readerstudies.desk.sequences import sequences
from radapp.readerstudies.models import Case, ChainEntry, ReaderStudy, Waiver
from radapp.readerstudies.protocol import Design, Protocol
from radapp.readerstudies.reference.status import Status, statuses
from radapp.triage.models import StudyTriage

BARRED = {
    bars.NO_IMAGES: "The images of {which} were deleted.",
    bars.INCOMPLETE: "T1WI or T2WI is missing in {which}.",
    bars.NO_T1WIC: "{which} without T1WIC: in a complete arm its absence would tell the tier.",
}


@dataclass(frozen=True)
class Cases:
    """The included cases of a study, with what is known of them."""

    study: ReaderStudy
    protocol: Protocol
    every: Sequence[Case]
    truths: Mapping[int, Status]

    @property
    def read(self) -> list[Case]:
        """Those that count."""
        return [case for case in self.every if not case.practice]

    @property
    def practice(self) -> list[Case]:
        """Those that are read first, with feedback."""
        return [case for case in self.every if case.practice]


def cases_of(study: ReaderStudy, protocol: Protocol) -> Cases:
    """Read once for a check."""
    every = list(study.cases.filter(state=Case.State.INCLUDED).select_related("examination", "prior"))
    return Cases(study, protocol, every, statuses(study))


def look(cases: Cases) -> Iterator[Finding]:
    """All findings about cases."""
    if not cases.read:
        yield Finding("no_cases", True, "cases", "No case is to be read. Add some from the archive.")
        return
    yield from _images(cases)
    yield from _calibration(cases)
    yield from _truths(cases)
    yield from _targets(cases)
    yield from _patients(cases)
    yield from _priors(cases)
    yield from _results(cases)
    yield from _practice(cases)
    yield from _chosen_by_tier(cases.study)


def _images(cases: Cases) -> Iterator[Finding]:
    found = sequences(case.examination_id or 0 for case in cases.every)
    barred: dict[str, list[Case]] = defaultdict(list)
    for case in cases.every:
        if case.examination is None:
            barred[bars.NO_IMAGES].append(case)
            continue
        for bar in bars.image_bars(case.examination, found.get(case.examination.pk, []), cases.protocol.design):
            barred[bar.code].append(case)
    for code, some in barred.items():
        yield from of_cases(code, True, BARRED[code], some)


def _calibration(cases: Cases) -> Iterator[Finding]:
    judge = bars.Judge.of(cases.study, cases.protocol.design)
    known = [case for case in cases.every if case.examination and judge.calibration_bars(case.examination)]
    given = Waiver.objects.filter(study=cases.study, ground=Waiver.Ground.CALIBRATED)
    waived = set(given.values_list("case_id", flat=True))
    words = "The networks learnt from, or were calibrated on, the patients of {which}. Leave them out, or waive it."
    yield from of_cases("calibrated", True, words, [case for case in known if case.pk not in waived])
    words = "The networks know the patients of {which}; this was waived with a reason."
    yield from of_cases("calibrated_waived", False, words, [case for case in known if case.pk in waived])


def _truths(cases: Cases) -> Iterator[Finding]:
    truths = cases.truths
    unknown = [case for case in cases.read if not truths[case.pk].settled]
    words = "No settled reference standard for {which}: the order is not balanced by it, and nothing is counted with it."
    yield from of_cases("truth_unknown", False, words, unknown)
    debatable = [case for case in cases.read if truths[case.pk].debatable]
    words = "The reference standard of {which} is debatable; such cases are kept and shown."
    yield from of_cases("debatable", False, words, debatable)
    said = {truths[case.pk].recurrence for case in cases.read} - {None}
    if len(said) == 1:
        word = "recurrences" if True in said else "cases without recurrence"
        yield Finding("one_truth", False, "cases", f"There are only {word}: no ROC curve can be drawn.")


def _targets(cases: Cases) -> Iterator[Finding]:
    counts = Counter(cases.truths[case.pk].recurrence for case in cases.read)
    targets = cases.protocol.targets
    for truth, wanted, words in (
        (True, targets.positive, "with recurrence"),
        (False, targets.negative, "without recurrence"),
    ):
        there = counts[truth]
        if there < wanted:
            detail = f"{wanted} cases {words} are wanted, {there} are there. Add {wanted - there}, or lower the target."
            yield Finding("target_missed", True, "cases", detail)
        if wanted and there > wanted:
            yield Finding("target_exceeded", False, "cases", f"{wanted} cases {words} are wanted, {there} are there.")


def _patients(cases: Cases) -> Iterator[Finding]:
    by_patient: dict[str, list[Case]] = defaultdict(list)
    for case in cases.every:
        by_patient[case.patient].append(case)
    several = [case for some in by_patient.values() if len(some) > 1 for case in some]
    words = "{which} share patients: statistics are clustered by patient."
    yield from of_cases("same_patient", False, words, [case for case in several if not case.practice])
    taught = [case for some in by_patient.values() if len({case.practice for case in some}) > 1 for case in some]
    words = "A practice case, whose truth is told, is of the same patient as one that counts: {which}."
    yield from of_cases("practice_tells", True, words, taught)


def _priors(cases: Cases) -> Iterator[Finding]:
    named = [case for case in cases.every if case.prior is not None]
    if not any(arm.prior for arm in cases.protocol.design.arms):
        yield from of_cases("prior_unused", False, "{which} name a prior examination that no arm shows.", named)
        return
    words = "An arm shows a prior examination, and {which} name none: its absence would tell."
    yield from of_cases("no_prior", True, words, [case for case in cases.every if case.prior is None])
    yield from _prior_images(named, cases.protocol.design)


def _prior_images(cases: Sequence[Case], design: Design) -> Iterator[Finding]:
    """A prior of which nothing can be shown is as good as none; one that lacks a sequence is shown without it."""
    found = sequences(case.prior_id or 0 for case in cases)
    empty, incomplete = [], []
    for case in cases:
        seen = found.get(case.prior_id or 0, [])
        if case.prior is None or case.prior.images_deleted_at is not None or not {*bars.UNENHANCED} & {*seen}:
            empty.append(case)
        elif bars.image_bars(case.prior, seen, design):
            incomplete.append(case)
    words = "An arm shows a prior examination, and that of {which} has neither T1WI nor T2WI to show."
    yield from of_cases("prior_empty", True, words, empty)
    words = "The prior examination of {which} lacks a sequence that an arm shows of the case; it is shown without."
    yield from of_cases("prior_incomplete", False, words, incomplete)


def _results(cases: Cases) -> Iterator[Finding]:
    if not any(arm.ai for arm in cases.protocol.design.arms):
        return
    keys = [case.examination_id for case in cases.every]
    rows = StudyTriage.objects.filter(study__in=keys, result__isnull=False)
    have = set(rows.values_list("study_id", flat=True))
    words = "An arm shows the networks' scores, and {which} have no result: let them be read, or leave them out."
    yield from of_cases("no_result", True, words, [case for case in cases.every if case.examination_id not in have])


def _practice(cases: Cases) -> Iterator[Finding]:
    if not cases.practice:
        words = "There is no practice case: readers meet the form on the first case that counts."
        yield Finding("no_practice", False, "cases", words)
    untold = [case for case in cases.practice if not cases.truths[case.pk].settled]
    words = "Practice is read with feedback, and the truth of {which} is not settled."
    yield from of_cases("practice_unknown", False, words, untold)


def _chosen_by_tier(study: ReaderStudy) -> Iterator[Finding]:
    """Cases that were chosen by what the networks said of them flatter or shame the networks."""
    added = ChainEntry.objects.filter(study=study, action="cases_added").values_list("after", flat=True)
    if any(((after or {}).get("query") or {}).get("tiers") for after in added):
        words = (
            "Cases were chosen by the networks' tier: comparisons with the networks are biased by it. Say so in a report."
        )
        yield Finding("chosen_by_tier", False, "cases", words)
