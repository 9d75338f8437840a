"""What is signed, in words, with the figures of the moment; and what an act would warn of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from radapp.readerstudies.desk import case_selectors, readings
from radapp.readerstudies.models import Case, ReaderStudy, StudySignature
from radapp.readerstudies.reference.status import statuses

Act = StudySignature.Act
OPEN = (
    "I open this study for reading: protocol version 1, {included} cases and {practice} for practice, {readers} readers. "
    "From now on its form, design, order and blinding are fixed."
)
CLOSE = "I close this study: nobody reads in it any more. {done} of {total} readings are submitted."
REOPEN = "I reopen this study for reading. {done} of {total} readings are submitted."
LOCK = "I lock this study: its {done} submitted readings are final, and the networks' calls are taken."
UNBLIND = (
    "I unblind this study: readings meet the reference standard, settled for {settled} of {cases} cases, and errors come up "
    "for coding."
)


@dataclass(frozen=True)
class Statement:
    """The sentence under a signature; with warnings, a reason is needed."""

    words: str
    warnings: Sequence[str] = ()
    reason_needed: bool = False


def of(study: ReaderStudy, act: StudySignature.Act) -> Statement:
    """As it would be signed now."""
    return _MADE[act](study)


def _open(study: ReaderStudy) -> Statement:
    counts = case_selectors.counts(study)
    warnings = [one["detail"] for one in (study.check_report or {}).get("findings", ()) if one["level"] == "warn"]
    return Statement(OPEN.format(**counts), warnings)


def _done(study: ReaderStudy) -> tuple[int, int]:
    return readings.done(readings.places(study, readers=readings.active_readers(study)))


def _close(study: ReaderStudy) -> Statement:
    done, total = _done(study)
    return Statement(CLOSE.format(done=done, total=total), _lagging(study))


def _reopen(study: ReaderStudy) -> Statement:
    done, total = _done(study)
    return Statement(REOPEN.format(done=done, total=total), reason_needed=True)


def _lock(study: ReaderStudy) -> Statement:
    done, _ = _done(study)
    lagging = _lagging(study)
    words = " ".join([LOCK.format(done=done), *(f"Not finished: {one}" for one in lagging)])
    return Statement(words, lagging, reason_needed=bool(lagging))


def _lagging(study: ReaderStudy) -> list[str]:
    return [f"{reader.name}, {missing} readings missing." for reader, missing in readings.lagging(study)]


def _unblind(study: ReaderStudy) -> Statement:
    truths = statuses(study)
    cases = list(study.cases.filter(state=Case.State.INCLUDED, practice=False))
    open_ = [case.number for case in cases if not truths[case.pk].settled]
    words = UNBLIND.format(settled=len(cases) - len(open_), cases=len(cases))
    numbers = ", ".join(map(str, open_))
    warnings = [f"No settled reference standard for {len(open_)} cases: {numbers}."] if open_ else []
    return Statement(words, warnings, reason_needed=bool(open_))


_MADE: Mapping[StudySignature.Act, Callable[[ReaderStudy], Statement]] = {
    Act.OPEN: _open,
    Act.CLOSE: _close,
    Act.REOPEN: _reopen,
    Act.LOCK: _lock,
    Act.UNBLIND: _unblind,
}
