"""The simulated scanner: what it sends, what it waits for, its figures. With real processes: tests/e2e/test_console.py."""

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pydicom.dataset import Dataset

from ml.phantom.case import generate_case
from ml.phantom.words import SYNTHETIC_COMMENT, SYNTHETIC_FAMILY_NAME
from ml.series import Role
from radapp.accounts.models import User
from radapp.archive import arrivals, expectation
from radapp.archive.ingest import Ingest
from radapp.archive.models import SeriesArrival, Source, Study
from radapp.console.management.commands.simulate_scanner import quantiles
from radapp.console.simulation import scanner
from radapp.console.simulation.patient import Evidence, Patient, examined, promise
from radapp.triage.models import Run
from tests.radapp.archive import makers
from tests.radapp.triage import examinations as given

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SLICES = 3


@pytest.fixture
def patient(tmp_path: Path, settings: object) -> Patient:
    """A patient whose slices are small: three of each sequence."""
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    study = makers.ROOT + "77"
    today = timezone.now().strftime("%Y%m%d")
    facts = {
        Role.T1WI: {"SeriesNumber": "2", "RepetitionTime": "600", "EchoTime": "10", "SeriesDescription": "t1_tse_tra"},
        Role.T2WI: {"SeriesNumber": "3"},
        Role.T1WIC: {
            "SeriesNumber": "6",
            "RepetitionTime": "600",
            "EchoTime": "10",
            "SeriesDescription": "t1_tse_tra_CE",
            "ContrastBolusAgent": "Gadovist",
        },
    }
    slices = {}
    for role, attributes in facts.items():
        slices[role] = []
        for number in range(1, SLICES + 1):
            dataset = makers.mr(
                number,
                study=study,
                series=f"{study}.{attributes['SeriesNumber']}",
                StudyDate=today,
                Manufacturer="SIEMENS",
                PatientName=f"{SYNTHETIC_FAMILY_NAME}^077",
                ImageComments=SYNTHETIC_COMMENT,
                **attributes,
            )
            path = tmp_path / f"{role}-{number}.dcm"
            path.write_bytes(makers.content(dataset))
            slices[role].append(path)
    return Patient(study, "SYN77", 1, slices, Evidence.HEADERS)


class Direct:
    """Takes in as the listener does, and plays the worker as soon as a run is queued."""

    def __init__(self, scores: tuple[float, float, float]) -> None:
        self.scores, self.ended, self.steps = scores, 0, 0
        self._ingest = Ingest(Source.DIMSE, actor_name="scanner")

    def store(self, dataset: Dataset) -> None:
        self._ingest.add_stream(io.BytesIO(makers.content(dataset)), "slice.dcm")
        self._ingest.flush()
        for study_uid in arrivals.unheard():
            arrivals.follow(study_uid)
        for run in Run.objects.filter(state=Run.State.QUEUED).select_related("study"):
            found = self.scores[:2] if "T1WIC" not in run.inputs else self.scores
            given.finished(run.study, given.findings(*found))

    def end_series(self) -> None:
        self.ended += 1

    def begin_step(self, dataset: Dataset) -> str:
        self.steps += 1
        return "1.2"

    def end_step(self, step: str, series: Sequence[Sequence[Dataset]]) -> None:
        assert [len(images) for images in series] in ([SLICES, SLICES], [SLICES])

    def close(self) -> None:
        pass


@pytest.fixture
def person(people: dict[str, User]) -> User:
    given.protocol()
    return people["radiologist"]


@pytest.mark.parametrize(
    ("scores", "tier", "contrast", "call"),
    [
        ((0.9, 0.9, 0.9), "positive", True, "positive"),
        ((0.4, 0.4, 0.8), "suspicious", True, "positive"),
        ((0.1, 0.1, 0.1), "negative", False, ""),
    ],
)
def test_contrast_follows_the_advice(
    patient: Patient, person: User, scores: tuple[float, float, float], tier: str, contrast: bool, call: str
) -> None:
    found = scanner.Scanner(Direct(scores), person, 0.01).examine(patient)
    assert (found.tier, found.contrast, found.call) == (tier, contrast, call)
    assert found.images == (3 if contrast else 2) * SLICES
    assert found.decision_s is not None
    study = Study.objects.get()
    assert study.synthetic
    assert list(SeriesArrival.objects.values_list("why", flat=True)) == ["expected"] * (3 if contrast else 2)
    assert study.runs.filter(urgent=True).count() == study.runs.count() == (2 if contrast else 1)


def test_without_advice_the_routine_protocol_holds(patient: Patient, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner.Scanner, "_answer_scope", lambda *_: None)
    found = scanner.Scanner(Direct((0.1, 0.1, 0.1)), person, 0.01).examine(patient)
    assert (found.advice, found.contrast) == ("No advice: Scope questions are unanswered (6 of 6).", True)


def test_nothing_decided_is_said_so(patient: Patient, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "PATIENCE_S", 0.2)
    found = scanner.Scanner(Direct((0.1, 0.1, 0.1)), people["radiologist"], 0.01).examine(patient)
    assert (found.decision_s, found.call_s, found.contrast) == (None, None, True)


@pytest.mark.parametrize("maker", ["GE MEDICAL SYSTEMS", "SIEMENS", "Philips Medical Systems", "UIH"])
def test_promises_are_those_that_the_archive_understands(maker: str) -> None:
    dataset = makers.mr(1, Manufacturer=maker)
    promise(dataset, 24)
    assert expectation.expected(expectation.read(dataset), 24, 24) == (24, 24)


def test_a_phantom_is_examined_today() -> None:
    with examined(31_000_001, 1, Evidence.QUIET) as patient:
        (first, *_), others = patient.read(Role.T1WI), patient.read(Role.T2WI)
        assert first.StudyDate == timezone.now().strftime("%Y%m%d")
        assert first.SeriesTime < others[0].SeriesTime
        assert len(others) == len(patient.slices[Role.T2WI]) > 20
        assert "ImagesInAcquisition" not in first
    assert not patient.slices[Role.T1WI][0].exists()


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ([], ()),
        ([2.0], (2.0, 2.0, 2.0)),
        ([float(n) for n in range(1, 101)], (50.5, 95.0, 100.0)),
        ([1.0, 9.0], (5.0, 9.0, 9.0)),
    ],
)
def test_quantiles(times: list[float], found: tuple[float, ...]) -> None:
    assert tuple(quantiles(times).values()) == found


@pytest.mark.parametrize("words", [["--examinations", "0"], ["--seconds", "61"], ["--seed", "9000"]])
def test_senseless_numbers_are_refused(db: None, words: list[str]) -> None:
    with pytest.raises(CommandError, match="expected at least one examination"):
        call_command("simulate_scanner", *words)


def test_it_needs_a_radiologist(db: None) -> None:
    with pytest.raises(CommandError, match="no active radiologist"):
        call_command("simulate_scanner", "--by", "stow")


def test_an_archive_that_does_not_answer_is_told_in_a_line(
    people: dict[str, User], settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    monkeypatch.setattr("radapp.console.simulation.patient.generate_case", partial(generate_case, matrix=48))
    for way, words in (("stow", "does not answer"), ("c-store", "nobody listens at 127.0.0.1:9")):
        with pytest.raises(CommandError, match=words):
            call_command("simulate_scanner", "--by", way, "--port", "9", "--seconds", "0.1", "--examinations", "1")
    from radapp.accounts.models import AccessToken

    assert AccessToken.objects.filter(revoked_at=None).count() == 0, "its token ends with it"
