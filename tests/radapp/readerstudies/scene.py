"""A small reader study to test with: examinations whose headers are full of words that nobody blinded may hear of, people
with every part, and a study in any state. What is written here goes through the ordinary ingest.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from radapp.accounts.models import User
from radapp.archive.ingest import Ingest
from radapp.archive.models import Series, Source, Study
from radapp.readerstudies.models import Case, Membership, ReaderStudy, ReferenceStep
from radapp.readerstudies.protocol import Protocol
from tests.radapp.dicomweb.objects import encode, image

ROOT = "1.2.826.0.1.3680043.10.515151"
SLICES = 4
PAPER: dict[str, Any] = {
    "design": {"kind": "single", "arms": [{"key": "complete", "name": {"en": "Complete"}, "images": "complete"}]}
}
SEQUENTIAL: dict[str, Any] = {
    "design": {
        "kind": "sequential",
        "arms": [{"key": "aided", "name": {"en": "Unenhanced, then AI"}, "images": "unenhanced", "ai": True}],
    }
}


def _nothing(dataset: Dataset) -> None:
    """Left as it is."""


def examination(
    number: int,
    *,
    patient: int | None = None,
    roles: tuple[str, ...] = ("T1WI", "T2WI", "T1WIC"),
    also: Callable[[Dataset], None] = _nothing,
    syntax: str = ExplicitVRLittleEndian,
    slices: int = SLICES,
) -> Study:
    """Examination `number` of `patient` (else one of its own): a series of four slices for each role.

    What the two examinations of one patient share (frame of reference, maker, echo time, numbering, window to the second
    decimal) must not tie two cases together. `also` changes each image before it is stored, in this transfer syntax.
    """
    study_uid = f"{ROOT}.{number}"
    with Ingest(Source.IMPORT) as ingest:
        for name, content in _files(number, number if patient is None else patient, roles, also, syntax, slices):
            ingest.add_stream(BytesIO(content), name)
    assert ingest.report.stored == len(roles) * slices, ingest.report
    for place, role in enumerate(roles, start=1):
        Series.objects.filter(series_instance_uid=f"{study_uid}.{place}").update(recognised_role=role, plane="axial")
    return Study.objects.get(study_instance_uid=study_uid)


@lru_cache(maxsize=200)  # the same few are taken in again and again
def _files(
    number: int, person: int, roles: tuple[str, ...], also: Callable[[Dataset], None], syntax: str, slices: int
) -> tuple[tuple[str, bytes], ...]:
    """Name and content of each file of an examination."""
    return tuple(
        (f"{number}-{role}-{slice_number}.dcm", encode(_image(number, person, place, role, slice_number, also), syntax))
        for place, role in enumerate(roles, start=1)
        for slice_number in range(1, slices + 1)
    )


def _image(number: int, person: int, place: int, role: str, slice_number: int, also: Callable[[Dataset], None]) -> Dataset:
    study_uid = f"{ROOT}.{number}"
    dataset = image(study_uid, f"{study_uid}.{place}", slice_number)
    dataset.PatientName = f"Secretname{person}^Given{person}"
    dataset.PatientID = f"SECRETPID{person:04d}"
    dataset.AccessionNumber = f"SECRETACC{number}"
    dataset.StudyDescription = f"secret description {number}"
    dataset.SeriesDescription = f"secret {role} series {number}"
    dataset.StationName = "SECRETSTATION"
    dataset.InstitutionName = "Secret Hospital"
    dataset.PatientSize, dataset.PatientWeight = f"1.{person:02d}", f"{60 + person}"
    dataset.StudyDate = dataset.SeriesDate = f"202601{number % 28 + 1:02d}"
    dataset.SeriesNumber = 100 * person + place
    dataset.InstanceNumber = 100 * person + SLICES - slice_number
    dataset.WindowCenter, dataset.WindowWidth = f"300.{person:02d}", f"700.{person:02d}"
    dataset.FrameOfReferenceUID = f"{ROOT}.9999.{person}"
    dataset.Manufacturer = f"Secret Maker {person}"
    dataset.EchoTime = 90 + person
    dataset.ImagePositionPatient = [-40.0, -40.0, slice_number * 5.0 + number]
    dataset.SliceThickness = 4
    also(dataset)
    return dataset


def patient_of(examined: Study) -> int:
    """The number of an examination's patient."""
    return int(examined.patient_id.removeprefix("SECRETPID"))


def person(username: str, **roles: bool) -> User:
    """Somebody with an account."""
    return User.objects.get_or_create(username=username, defaults={"password": "!", **roles})[0]


def member(study: ReaderStudy, user: User, part: str, **facts: Any) -> Membership:
    """A part in a study."""
    if part == "reader":
        facts = {"seniority": "senior", "years": 12, "site": "Site A", **facts}
    if part == "tagger":
        facts = {"chair": "junior", **facts}
    return Membership.objects.create(study=study, user=user, part=part, name=facts.pop("name", user.username), **facts)


def study(title: str = "A study", *, content: dict[str, Any] | None = None, **facts: Any) -> ReaderStudy:
    """A drafted study with the paper's design, or another's."""
    protocol = Protocol.of(PAPER if content is None else content)
    return ReaderStudy.objects.create(title=title, draft=protocol.content(), synthetic=True, **facts)


def case(of: ReaderStudy, number: int, *, examined: Study | None, truth: bool | None = None, **facts: Any) -> Case:
    """Case `number` of a study, with a first step of its reference standard where its truth is given."""
    facts = {"patient": examined.patient_id if examined else f"patient {number}", **facts}
    made = Case.objects.create(study=of, number=number, examination=examined, **facts)
    if truth is not None:
        ReferenceStep.objects.create(
            case=made, step="report", recurrence=truth, basis="histopathology" if truth else "one_year_free"
        )
    return made


def opened(of: ReaderStudy, *, seed: int = 1) -> ReaderStudy:
    """The study as if it had been opened, by rows alone: without orders, versions or signatures."""
    of.state, of.seed, of.opened_at = ReaderStudy.State.OPEN, seed, datetime(2026, 11, 27, tzinfo=UTC)
    of.save()
    return of
