"""The demonstration's reference standard: the archive's truths as reports, and the paper's chain of reviewers, simulated.

Stages and sites follow from the phantom's kind of recurrence (ml.phantom.disease), which `import_truth` keeps.
"""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from radapp.accounts.models import User
from radapp.readerstudies.models import Case, ReaderStudy
from radapp.readerstudies.reference import table
from radapp.readerstudies.reference.archive_truths import take_from_archive
from radapp.readerstudies.reference.importing import import_table
from radapp.triage.models import Truth

COLUMNS = ("case", "step", "recurrence", "basis", "basis_date", "rt_stage", "sites", "kinds", "nodal_only", "remark")
REMARK = "Simulated, from how the phantom was made."
LATER = {"growth": timedelta(days=90), "one_year_free": timedelta(days=400)}
"""After the examination: the other images, the end of follow-up."""
NOW = timedelta()
REVIEWERS = ("junior", "oncologist_1", "oncologist_2")


@dataclass(frozen=True)
class Made:
    """What a kind of synthetic recurrence is called in the reference standard."""

    rt_stage: str
    sites: tuple[str, ...]
    kinds: tuple[str, ...] = ()


KINDS = {
    "focal mucosal": Made("rT1", ("nasopharynx_wall",)),
    "submucosal": Made("rT2", ("prevertebral_muscles",), ("submucosal",)),
    "skull base": Made("rT3", ("skull_base",)),
    "cavernous or intracranial": Made("rT4", ("cavernous_sinus",)),
    "atypical site": Made("rT1", ("nasal_cavity",)),
    "advanced": Made("rT3", ("nasopharynx_wall", "skull_base"), ("mass",)),
    "necrotic": Made("rT3", ("nasopharynx_wall", "skull_base"), ("necrotic",)),
}
NODAL = "nodal only"
UNKNOWN = Made("", ("nasopharynx_wall",))


def establish(study: ReaderStudy, actor: User, dice: random.Random) -> None:
    """Reports from the archive; three reviewers who look at each, and a senior where the last of them differs."""
    take_from_archive(study, actor)
    truths = {truth.study_id: truth for truth in Truth.objects.filter(study__in=study.cases.values("examination"))}
    out = io.StringIO()
    lines = csv.DictWriter(out, COLUMNS)
    lines.writeheader()
    for case in study.cases.filter(state=Case.State.INCLUDED).select_related("examination").order_by("number"):
        assert case.examination is not None, "the demonstration's cases have images"
        for step in _steps(truths[case.examination.pk], case.examination.study_date, dice):
            lines.writerow(dict(zip(COLUMNS, (case.key, *step), strict=True)))
    report = import_table(study, table.read(out.getvalue().encode()), actor)
    assert report.stored, [one.words for one in report.problems]


def _steps(truth: Truth, examined_on: date | None, dice: random.Random) -> Iterator[tuple[str, ...]]:
    """(step, recurrence, basis, …) of each reviewer of one case."""
    basis = _basis(truth, examined_on, dice)
    # Without histopathology opinions may differ; then the senior radiologist decides, and the case is debatable.
    differs = basis == "growth" and dice.random() < 0.2
    day = examined_on + LATER[basis] if examined_on and basis in LATER else None
    for step in REVIEWERS:
        agrees = not differs or step != REVIEWERS[-1]
        yield _step(step, truth, *((basis, day) if agrees else ("images", None)), said=agrees)
    if differs:
        yield _step("senior", truth, basis, day, said=True)


def _basis(truth: Truth, examined_on: date | None, dice: random.Random) -> str:
    """What a conclusion rests on. Follow-up takes a day, and one that has come."""
    wanted = "histopathology" if truth.label and dice.random() < 0.6 else "growth" if truth.label else "one_year_free"
    told = truth.basis == "histopathology" or examined_on is None or examined_on + LATER.get(wanted, NOW) > date.today()
    return "histopathology" if told else wanted


def _step(step: str, truth: Truth, basis: str, day: date | None, *, said: bool) -> tuple[str, ...]:
    """A reviewer's words: the truth, or (`said` False) its contrary."""
    recurrence = truth.label is said
    made = KINDS.get(truth.kind, UNKNOWN) if recurrence else Made("", ())
    return (
        step,
        "yes" if recurrence else "no",
        basis,
        day.isoformat() if day else "",
        made.rt_stage,
        ";".join(made.sites),
        ";".join(made.kinds),
        "yes" if not recurrence and truth.kind == NODAL else "no",
        REMARK,
    )
