"""Input files of two programs for studies of several readers and cases, one of each a cohort.

iMRMC: user manual 4.1.1 (github.com/DIDSR/iMRMC): a description with N0, N1, NR and NM, then after BEGIN DATA: a row
`-1,case,0,truth` a case and a row `reader,case,modality,score` a score; need not be complete.
OR-DBM MRMC (Iowa) and its forerunners: the text format .lrc: title; a reader; the treatments in quotation marks; L where
large ratings mean disease; a line of ratings by treatment and case number for each case without disease, *, those with
disease, *; the next reader; # at the end. Every reader must have rated every case with every treatment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from radapp.reports.analyses.judges import Judge, Kind, Opinions, opinions
from radapp.reports.files.naming import cohort_names
from radapp.reports.inputs.values import CaseRow, StudyInputs

NETWORKS = "networks"
"""The reader to whom iMRMC's file gives what networks say: each network is a modality."""
NOT_CROSSED = "readers did not all read with every arm and stage, and OR-DBM MRMC wants a crossed design"
ONE_KIND = "there are no cases with, or none without, recurrence that every reader assessed throughout"
NO_READERS = "no reader read"
CALLS = "calls, 1 for recurrence and 0 for none: not every reader gave a likelihood with every call"
LIKELIHOODS = "likelihoods from 0 to 100"


@dataclass(frozen=True)
class _Scored:
    """One judge's scores {case: score} as `reader` with `modality`."""

    judge: Judge
    reader: str
    modality: str
    scores: Mapping[int, float]


@dataclass(frozen=True)
class _Crossed:
    """Cases without and with recurrence that every reader scored with every modality; empty with a `reason`."""

    healthy: tuple[CaseRow, ...] = ()
    diseased: tuple[CaseRow, ...] = ()
    reason: str = ""


def mrmc_files(inputs: StudyInputs, title: str) -> dict[str, bytes]:
    """{file name without the report's: bytes}. `title`: one line that says what the data are.

    Cases without truth are left out; so is what a judge could not assess.
    """
    scored, found = _scored(opinions(inputs)), {}
    readers = [one for one in scored if one.judge.kind is Kind.READER]
    names = cohort_names(inputs.cohorts)
    for cohort, cases in inputs.cohorts.items():
        about = (title, f"inputs {inputs.sha256}", f"cohort {names[cohort]}", f"scores of readers are {_scale(inputs)}")
        if any(row.truth is not None and row.case in one.scores for one in scored for row in cases):
            found[f"{names[cohort]}.imrmc"] = _imrmc(about, scored, cases)
        crossed = _crossed(readers, cases)
        if not crossed.reason:
            found[f"{names[cohort]}.lrc"] = _lrc("; ".join(about), readers, crossed)
    return found


def mrmc_notes(inputs: StudyInputs) -> tuple[str, ...]:
    """Why OR-DBM MRMC's file is not there, or which share of the cases it holds."""
    readers = [one for one in _scored(opinions(inputs)) if one.judge.kind is Kind.READER]
    names, notes = cohort_names(inputs.cohorts), []
    for cohort, cases in inputs.cohorts.items():
        crossed = _crossed(readers, cases)
        kept = len(crossed.healthy) + len(crossed.diseased)
        if crossed.reason:
            notes.append(f"No OR-DBM MRMC file of cohort {names[cohort]}: {crossed.reason}.")
        elif kept < len(cases):
            notes.append(
                f"OR-DBM MRMC's file of cohort {names[cohort]} holds {kept} of {len(cases)} cases: those of established "
                "truth that every reader assessed throughout."
            )
    return tuple(notes)


def _scale(inputs: StudyInputs) -> str:
    return LIKELIHOODS if _rated(opinions(inputs)) else CALLS


def _rated(said: Iterable[Opinions]) -> bool:
    """Whether every call of every reader has a likelihood: areas of both kinds cannot be compared."""
    readers = [one for one in said if one.judge.kind is Kind.READER]
    return all(case in one.scores for one in readers for case, call in one.calls.items() if call is not None)


def _scored(said: Sequence[Opinions]) -> list[_Scored]:
    rated, found = _rated(said), []
    for one in said:
        judge, is_reader = one.judge, one.judge.kind is Kind.READER
        calls = {case: float(call) for case, call in one.calls.items() if call is not None}
        scores = one.scores if (rated if is_reader else one.scores) else calls
        stage = "" if judge.stage == "only" else f"-{judge.stage}"
        names = (judge.name, f"{judge.arm}{stage}") if is_reader else (NETWORKS, judge.name)
        found.append(_Scored(judge, *names, scores))
    return found


def _imrmc(about: Iterable[str], scored: Sequence[_Scored], cases: Iterable[CaseRow]) -> bytes:
    kept = [row for row in cases if row.truth is not None and any(row.case in one.scores for one in scored)]
    mine = [one for one in scored if any(row.case in one.scores for row in kept)]
    lines = [
        *about,
        f"N0: {sum(not row.truth for row in kept)}",
        f"N1: {sum(bool(row.truth) for row in kept)}",
        f"NR: {len({one.reader for one in mine})}",
        f"NM: {len({one.modality for one in mine})}",
        "",
        "BEGIN DATA:",
        *(f"-1,{row.case},0,{int(bool(row.truth))}" for row in kept),
    ]
    for one in mine:
        rows = (row for row in kept if row.case in one.scores)
        lines += [f"{one.reader},{row.case},{one.modality},{_number(one.scores[row.case])}" for row in rows]
    return _text(lines)


def _crossed(readers: Sequence[_Scored], cases: Sequence[CaseRow]) -> _Crossed:
    """Of the readers who read in this cohort."""
    mine = [one for one in readers if any(row.case in one.scores for row in cases)]
    if not mine:
        return _Crossed(reason=NO_READERS)
    if len(mine) < len({one.reader for one in mine}) * len({one.modality for one in mine}):
        return _Crossed(reason=NOT_CROSSED)
    kept = [row for row in cases if row.truth is not None and all(row.case in one.scores for one in mine)]
    healthy, diseased = (tuple(row for row in kept if row.truth is truth) for truth in (False, True))
    return _Crossed(healthy, diseased) if healthy and diseased else _Crossed(reason=ONE_KIND)


def _lrc(title: str, readers: Sequence[_Scored], crossed: _Crossed) -> bytes:
    by_reader: dict[str, dict[str, Mapping[int, float]]] = {}
    some = crossed.healthy[0].case
    for one in readers:
        if some in one.scores:
            by_reader.setdefault(one.reader, {})[one.modality] = one.scores
    modalities = sorted({one for of_one in by_reader.values() for one in of_one})
    first, *others = by_reader
    quoted = " ".join(f'"{one}"' for one in modalities)
    lines = [title, first, quoted, " ".join("L" for _ in modalities), *_ratings(by_reader[first], modalities, crossed)]
    for reader in others:
        lines += [reader, *_ratings(by_reader[reader], modalities, crossed)]
    return _text([*lines, "#"])


def _ratings(scores: Mapping[str, Mapping[int, float]], modalities: Sequence[str], crossed: _Crossed) -> list[str]:
    lines = []
    for cases in (crossed.healthy, crossed.diseased):
        for row in cases:
            ratings = " ".join(_number(scores[one][row.case]) for one in modalities)
            lines.append(f"{ratings} {row.case}")
        lines.append("*")
    return lines


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def _text(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
