"""An examination whose every fact is a word that stands nowhere else, and the values that fill every address with it."""

import uuid
from dataclasses import dataclass
from io import BytesIO

from radapp.archive.ingest import Ingest
from radapp.archive.models import Instance, Intake, SetAside, Source, Study
from radapp.readerstudies.models import ReaderStudy
from tests.radapp.dicomweb.objects import encode, image

STUDY = "1.2.826.0.1.3680043.10.424242.1"
WORDS = {
    "PatientName": "Zweifelhaft^Quintessa",
    "PatientID": "PID-31337-XYZZY",
    "AccessionNumber": "ACCXYZZY",
    "StudyDescription": "xyzzy description",
    "SeriesDescription": "xyzzy series",
    "StudyID": "SIDXYZZY",
    "ReferringPhysicianName": "Plugh^Referring",
    "StationName": "XYZZYSTATION",
}
KEYS = dict.fromkeys(("case", "member", "invitation", "assignment", "subject", "item", "token", "name"), "no-such-row")
NUMBERED = {"frames": "1", "numbers": "1", "tag": "00091001"}


@dataclass(frozen=True)
class Examination:
    """The values of every address's parameters, for one examination that is there or one that is not."""

    study: str
    series: str
    instance: str
    set_aside: int
    intake: str
    reader_study: str

    def values(self, route: str) -> dict[str, str]:
        """Parameter values as the routes name them; `id` is an intake's, a set-aside instance's or the console's number."""
        identity = str(self.set_aside) if "<int:id>" in route else self.intake
        uids = {"uid": self.study, "study_uid": self.study, "series_uid": self.series, "instance_uid": self.instance}
        return {
            **uids,
            **NUMBERED,
            **KEYS,
            "kind": "study",
            "source": f"study:{self.reader_study}",
            "key": self.reader_study,
            "id": identity,
        }

    @property
    def query(self) -> str:
        """A query string that names it in each of the ways that the application's addresses know."""
        wado = f"requestType=WADO&studyUID={self.study}&seriesUID={self.series}&objectUID={self.instance}"
        return f"?{wado}&contentType=application/dicom&uid={self.study}&StudyInstanceUID={self.study}"


ABSENT = Examination(f"{STUDY}.999", f"{STUDY}.999.1", f"{STUDY}.999.1.1", 987654, str(uuid.UUID(int=4)), "A" * 22)


def take_in() -> Examination:
    """Store the examination through the ordinary ingest, with an intake and an instance set aside."""
    dataset = image(STUDY, f"{STUDY}.77", 1)
    for keyword, word in WORDS.items():
        setattr(dataset, keyword, word)
    with Ingest(Source.IMPORT) as ingest:
        ingest.add_stream(BytesIO(encode(dataset)), "xyzzy.dcm")
    assert ingest.report.stored == 1, ingest.report
    instance = Instance.objects.select_related("series__study").get()
    aside = SetAside.objects.create(
        instance=instance,
        sha256="0" * 64,
        size=1,
        transfer_syntax_uid=instance.transfer_syntax_uid,
        dataset_digest="1" * 64,
        differences=[{"keyword": "PatientName", "tag": "00100010", "stored": WORDS["PatientName"], "received": "Other"}],
        source=Source.IMPORT,
    )
    intake = Intake.objects.create(source=Source.PAGE, studies=[STUDY], stored=1)
    return Examination(
        Study.objects.get().study_instance_uid,
        instance.series.series_instance_uid,
        instance.sop_instance_uid,
        aside.pk,
        str(intake.pk),
        ReaderStudy.objects.create(title="xyzzy study").key,
    )
