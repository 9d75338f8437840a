"""One examination after another on a simulated table: T1, T2, the console's decision, then contrast where it is advised."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from pydicom.dataset import Dataset

from ml.series import Role
from radapp.accounts.models import User
from radapp.archive import arrivals
from radapp.archive.models import SeriesArrival, Study
from radapp.console import examinations
from radapp.console.simulation.patient import ENHANCED, UNENHANCED, Evidence, Patient
from radapp.console.simulation.sending import Sender
from radapp.triage import decisions, outcome
from radapp.triage.advice import contrast_advised
from radapp.triage.models import State
from radapp.triage.scope import KEYS

PATIENCE_S = 120.0
LOOK_EVERY_S = 0.1
SCANNED = 0.7
"""Share of the time that the unenhanced part takes; the rest is for contrast."""


@dataclass(frozen=True)
class Course:
    """How a decision came about, as stored: Unix times in seconds by this machine's clock."""

    run_id: int
    complete_at: float
    """The last unenhanced series counted as complete."""
    started_at: float
    """A worker began."""
    tier_at: float
    """The result was stored; or the run ended without one."""


@dataclass(frozen=True)
class Examined:
    """What became of one examination. Seconds from when its last slice was sent; None: not within two minutes."""

    accession_number: str
    evidence: Evidence
    images: int
    label: int
    sent_at: float
    """When the last unenhanced slice was sent: Unix time, s."""
    decision_s: float | None
    course: Course | None
    advice: str
    tier: str
    contrast: bool
    call_s: float | None
    call: str

    def as_json(self) -> dict[str, object]:
        """For --json."""
        return asdict(self)


class Scanner:
    """Sends and watches."""

    def __init__(self, sender: Sender, person: User, seconds: float) -> None:
        """`person` answers the scope questions of these synthetic examinations; `seconds`: an examination's at most."""
        self._sender, self._person, self._seconds = sender, person, seconds

    def examine(self, patient: Patient) -> Examined:
        """The whole examination of one patient."""
        reports = patient.evidence is Evidence.MPPS
        slices = [patient.read(role) for role in UNENHANCED]
        ended = self._scan(slices, self._seconds * SCANNED, report=reports)
        sent_at = time.time() - (time.monotonic() - ended)
        decided = _wait(lambda: _decided(patient.study_uid, set(UNENHANCED)), ended)
        found = decided[1] if decided else None
        course = _course(found, patient.study_uid)
        contrast, completed = _goes_on(found), None
        if contrast:
            enhanced = [patient.read(role) for role in ENHANCED]
            slices += enhanced
            ended = self._scan(enhanced, self._seconds * (1 - SCANNED), report=reports)
            completed = _wait(lambda: _decided(patient.study_uid, {*UNENHANCED, *ENHANCED}), ended)
        self._sender.close()
        return Examined(
            accession_number=patient.accession_number,
            evidence=patient.evidence,
            images=sum(len(images) for images in slices),
            label=patient.label,
            sent_at=sent_at,
            decision_s=decided[0] if decided else None,
            course=course,
            advice=_advice(found),
            tier=found.result.tier if found and found.result else "",
            contrast=contrast,
            call_s=completed[0] if completed else None,
            call=(completed[1].final or "") if completed else "",
        )

    def _scan(self, series: Sequence[Sequence[Dataset]], seconds: float, *, report: bool) -> float:
        """Acquire and send these series in this time; the moment at which the last slice was sent (monotonic)."""
        count = sum(len(images) for images in series)
        begun, sent, ended = time.monotonic(), 0, 0.0
        step = self._sender.begin_step(series[0][0]) if report else ""
        for images in series:
            for image in images:
                sent += 1
                time.sleep(max(0.0, begun + seconds * sent / count - time.monotonic()))
                ended = time.monotonic()
                self._sender.store(image)
                if sent == 1:
                    self._answer_scope(str(image.StudyInstanceUID))
            self._sender.end_series()
        if step:
            self._sender.end_step(step, series)
        return ended

    def _answer_scope(self, study_uid: str) -> None:
        """What a person at a real console answers; these patients are synthetic."""
        study = Study.objects.filter(study_instance_uid=study_uid, synthetic=True).first()
        if study is not None:
            decisions.answer_scope(
                study=study, answers=dict.fromkeys(KEYS, False), user=self._person, place="simulated scanner"
            )


def _course(found: outcome.Outcome | None, study_uid: str) -> Course | None:
    """Of a decision that was found; None without one."""
    run = found.run if found else None
    tier_at = found.result.created_at if found and found.result else run.finished_at if run else None
    if run is None or run.started_at is None or tier_at is None:
        return None
    rows = SeriesArrival.objects.filter(series__study__study_instance_uid=study_uid, complete=True)
    complete_at = max(row.complete_at for row in rows if row.complete_at is not None)
    return Course(run.pk, complete_at.timestamp(), run.started_at.timestamp(), tier_at.timestamp())


def _goes_on(found: outcome.Outcome | None) -> bool:
    """Whether contrast follows: as advised; without advice the routine protocol holds, which has it."""
    if found is None or found.finding is None or not found.advice.given:
        return True
    return contrast_advised(found.finding)


def _advice(found: outcome.Outcome | None) -> str:
    if found is None:
        return "No advice: no result came."
    return found.advice.text if found.advice.given else f"No advice: {found.advice.reason}"


Decided = tuple[float, outcome.Outcome]


def _wait(look: Callable[[], outcome.Outcome | None], since: float) -> Decided | None:
    """Seconds from `since` until something is found; None after two minutes."""
    while time.monotonic() - since < PATIENCE_S:
        found = look()
        if found is not None:
            return time.monotonic() - since, found
        time.sleep(LOOK_EVERY_S)
    return None


def _decided(study_uid: str, roles: set[Role]) -> outcome.Outcome | None:
    """What the console has to say of a result that counts these roles' slices, or of a run that ended without one."""
    study = Study.objects.filter(study_instance_uid=study_uid).first()
    if study is None:
        return None
    found = outcome.of_study(study)
    if found.state in {State.FAILED, State.NOT_ASSESSABLE}:
        return found
    counted = found.result is not None and not found.stale and {str(role) for role in roles} <= set(found.result.run.inputs)
    rows = arrivals.of_studies([study])[study.pk]
    return found if counted and examinations.advice_of(found, rows) == found.advice else None
