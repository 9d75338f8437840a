"""At the stand: nothing of the originals is heard, refusals are all one, two cases of one patient look like two patients.

Then one row of the allow-list, or one rule, is loosened at a time, and one of these must fail.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.http import Http404, HttpResponse
from django.test import Client
from pydicom.uid import ImplicitVRLittleEndian

from radapp.archive.models import Instance
from radapp.readerstudies.blinding import allowed, look, pseudonyms, shown, views
from radapp.readerstudies.blinding import dates as told_dates
from radapp.readerstudies.blinding import frames as sent
from radapp.readerstudies.blinding.allowed import Allowed, Made, Subject, kept
from radapp.readerstudies.models import ReaderStudy
from radapp.readerstudies.sight import UNENHANCED
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import leaks, stand
from tests.radapp.readerstudies.blinding.crawler import Answer, Crawler
from tests.radapp.readerstudies.blinding.maps import heatmap

pytestmark = pytest.mark.once
SUBJECTS = ("1-a", "2-a", "3-a")
LEGACY = "1.2.840.10008.5.1.4.1.1.4.4"
"""Legacy Converted Enhanced MR Image Storage: how another scanner may have stored the same."""


@pytest.fixture
def study(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> ReaderStudy:
    """Cases 1 and 2 are of one patient and one scanner; case 3 is of another patient and another scanner."""
    stand.put_up(settings, monkeypatch)
    made = scene.study()

    def other_scanner(dataset: Any) -> None:
        dataset.SOPClassUID = LEGACY

    examined = [
        scene.examination(11, patient=1, roles=UNENHANCED),
        scene.examination(12, patient=1, roles=UNENHANCED),
        scene.examination(13, patient=2, roles=UNENHANCED, also=other_scanner, syntax=ImplicitVRLittleEndian),
    ]
    for number, one in enumerate(examined, start=1):
        case = scene.case(made, number, examined=one, truth=number == 2)
        stand.sights[f"{number}-a"] = {"heatmaps": (heatmap(case, "T2WI")[0],)}
    for name in ("reader", "another.reader"):
        scene.member(made, scene.person(name, is_reader=True), "reader")
    return made


@pytest.fixture
def problems(study: ReaderStudy) -> Callable[..., list[str]]:
    """Everything that a reader at the stand finds out now, of `every` image or of the last of each series alone."""

    def found(*, every: bool = False, pixels: bool = True) -> list[str]:
        look.forget()
        client = Client(raise_request_exception=False)
        client.force_login(scene.person("reader"), backend="django.contrib.auth.backends.ModelBackend")
        crawler = Crawler(client, sparing=not every, pixels=pixels)
        refused = crawled(crawler, study)
        answers = list(crawler.answers.values())
        cases = {subject: leaks.seen(answers, root(study, subject)) for subject in SUBJECTS}
        return [
            *leaks.spoken(answers, leaks.forbidden(study, "reader")),
            *leaks.unruly(answers),
            *leaks.uneven_refusals(answers),
            *(f"{answer.path} is answered" for answer in refused if answer.status == 200),
            *leaks.sets_apart(cases),
            *leaks.ties(cases),
        ]

    return found


def root(study: ReaderStudy, subject: str) -> str:
    return f"{stand.ROOT}/{study.key}/cases/{subject}/"


def crawled(crawler: Crawler, study: ReaderStudy) -> list[Answer]:
    """Each case as far as it leads; then names that are not there (made up, another case's, original): their answers."""
    for subject in SUBJECTS:
        assert crawler.ask("GET", root(study, subject)).status == 200
    known = {subject: [path for _, path in crawler.answers if path.startswith(root(study, subject))] for subject in SUBJECTS}
    refused: list[Answer] = []
    for subject, other in zip(SUBJECTS, (*SUBJECTS[1:], SUBJECTS[0]), strict=True):
        foreign = [path for path in known[other] if "/dicom-web/" in path][::7]
        paths = [
            f"{root(study, subject)}dicom-web/studies/1.2.3/metadata",
            *(path.replace(root(study, other), root(study, subject)) for path in foreign),
            *originals(study, subject),
        ]
        refused += [crawler.ask("GET", path) for path in paths]
    return refused


def originals(study: ReaderStudy, subject: str) -> Iterator[str]:
    """Addresses of the case by its own UIDs, and beside a pseudonymous study's."""
    case = study.cases.get(number=int(subject[0]))
    blinded = shown.shown(stand.sight(study, subject))["study_uid"]
    assert case.examination is not None
    instance = Instance.objects.filter(series__study=case.examination, series__generated=False).select_related("series")[0]
    for uid in (case.examination.study_instance_uid, blinded):
        series = f"{root(study, subject)}dicom-web/studies/{uid}/series/{instance.series.series_instance_uid}"
        yield from (f"{series}/metadata", f"{series}/instances/{instance.sop_instance_uid}/frames/1")


def test_nothing_is_heard_and_no_two_cases_are_tied(problems: Callable[..., list[str]]) -> None:
    assert problems(every=True) == []


def test_a_second_look_at_the_same_case_shares_no_name(study: ReaderStudy) -> None:
    """As a hidden repeat, another session or another reader looks: only pixels and places are the same."""
    here, there = (look.look(stand.sight(study, subject)) for subject in ("1-a", "1-b"))
    assert here.study_uid != there.study_uid
    assert not set(here.series) & set(there.series)
    names = [{uid for one in looked.series.values() for uid in one.objects} for looked in (here, there)]
    assert not names[0] & names[1]


# ------------------------------------------------------------------------------------------------- loosened rows

NO_LEAK = {
    "Modality": "only MR series are ever in sight",
    "SamplesPerPixel": "only images with one sample a pixel are ever in sight",
    "PhotometricInterpretation": "kept of images, MONOCHROME1 or MONOCHROME2; a heatmap's is always MONOCHROME2",
    "NumberOfFrames": "a heatmap's, as many as its planes",
    "NumberOfSeriesRelatedInstances": "as many as are shown",
    "SliceThickness": "kept; computed only where the header has none",
}
"""Rows that lose nothing when the original value is sent, and why."""
TABLES = ("IMAGE", "MAP", "SERIES")


def rows() -> dict[str, Allowed]:
    """Every row that makes its value, by keyword."""
    found = {row.keyword: row for table in TABLES for row in getattr(allowed, table) if row.made is not Made.KEPT}
    return {keyword: row for keyword, row in found.items() if keyword not in NO_LEAK}


def stored_syntax(subject: Subject) -> tuple[str, ...]:
    return (Instance.objects.filter(sha256=subject.plane.sha256).values_list("transfer_syntax_uid", flat=True)[0],)


Problems = Callable[..., list[str]]


def loosen(row: Allowed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The original's value in place of what the row makes of it."""
    loose = kept(row.keyword, "loosened")
    if row.keyword == "AvailableTransferSyntaxUID":  # stands beside the data set, not in it
        loose = replace(loose, value=stored_syntax, reads=())
    for name in TABLES:
        table = tuple(loose if one.keyword == row.keyword else one for one in getattr(allowed, name))
        monkeypatch.setattr(allowed, name, table)


def unnoticed(problems: Problems, changes: Mapping[str, Callable[[pytest.MonkeyPatch], None]], **facts: bool) -> list[str]:
    """Which of some changes, made one at a time, no reader would notice."""
    found = []
    for name, change in changes.items():
        with pytest.MonkeyPatch.context() as monkeypatch:
            change(monkeypatch)
            if not problems(**facts):
                found.append(name)
    return found


def test_each_loosened_row_is_found(problems: Problems) -> None:
    changes = {keyword: partial(loosen, row) for keyword, row in rows().items()}
    assert len(changes) >= 10
    assert unnoticed(problems, changes, pixels=False) == []


EXTRA = (
    "PatientName", "PatientID", "PatientSex", "PatientWeight", "AccessionNumber", "StudyDate", "StudyTime",
    "StudyDescription", "StationName", "Manufacturer", "EchoTime", "ImageType",
)  # fmt: skip


def test_each_further_row_is_found(problems: Problems, monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once: the rules name each attribute that is one too many."""
    further = [kept(keyword, "one too many") for keyword in EXTRA]
    monkeypatch.setattr(allowed, "IMAGE", (*allowed.IMAGE, *further))
    found = "\n".join(problems(pixels=False))
    said = {row.keyword: f"The attribute {row.tag} is sent" for row in further} | {"StudyDate": "The date is another than"}
    assert [keyword for keyword, words in said.items() if words not in found] == []


# ------------------------------------------------------------------------------------------------ loosened rules

Loosen = Callable[[pytest.MonkeyPatch, ReaderStudy], None]
LOOSE: dict[str, Loosen] = {}


def loosens(change: Loosen) -> Loosen:
    LOOSE[change.__name__.replace("_", " ")] = change
    return change


@loosens
def one_pseudonym_for_every_viewpoint(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    made = pseudonyms.pseudonym
    everywhere = lambda sight, kind, original: made(replace(sight, viewpoint=""), kind, original)  # noqa: E731
    monkeypatch.setattr(allowed, "pseudonym", everywhere)
    monkeypatch.setattr(look, "pseudonym", everywhere)


@loosens
def an_etag_of_the_stored_bytes(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    def body(sha256: str, indices: list[int]) -> bytes:
        monkeypatch.setattr(views, "NO_STORE", f'private, no-cache, etag="{sha256}"')
        return plain(sha256, indices)

    plain = sent.body
    monkeypatch.setattr(sent, "body", body)


@loosens
def last_modified(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    def answer(*args: Any, **facts: Any) -> HttpResponse:
        response = plain(*args, **facts)
        response["Last-Modified"] = f"{scene.Study.objects.first().study_date:%Y-%m-%d}"
        return response

    plain = views._answer
    monkeypatch.setattr(views, "_answer", answer)


@loosens
def an_original_uid_is_answered(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    def series(self: Any, request: Any, key: str, subject: str, study_uid: str, series_uid: str) -> Any:
        found = self._look(request, key, subject, study_uid).series
        by_original = {one.subjects[0].original_series: one for one in found.values()}
        if series_uid not in found and series_uid not in by_original:
            raise Http404
        return found.get(series_uid) or by_original[series_uid]

    monkeypatch.setattr(views.BlindedViews, "_series", series)


@loosens
def a_refusal_that_tells_what_is_there(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    def series(self: Any, request: Any, key: str, subject: str, study_uid: str, series_uid: str) -> Any:
        found = self._look(request, key, subject, study_uid).series.get(series_uid)
        if found is None and scene.Series.objects.filter(series_instance_uid=series_uid).exists():
            raise views.NotFound("not yours") from None
        if found is None:
            raise Http404
        return found

    monkeypatch.setattr(views.BlindedViews, "_series", series)


@loosens
def the_stored_transfer_syntax(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    def body(sha256: str, indices: list[int]) -> bytes:
        syntax = Instance.objects.filter(sha256=sha256).values_list("transfer_syntax_uid", flat=True)[0]
        return plain(sha256, indices).replace(b"transfer-syntax=1.2.840.10008.1.2.1", f"transfer-syntax={syntax}".encode())

    plain = sent.body
    monkeypatch.setattr(sent, "body", body)


@loosens
def true_dates(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    def dates(sight: Any) -> tuple[str, str]:
        return f"{sight.examination.study_date:%Y%m%d}", ""

    monkeypatch.setattr(look, "dates_of", dates)


@loosens
def dates_shifted_by_one_amount_for_all(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    def dates(sight: Any) -> tuple[str, str]:
        return f"{sight.examination.study_date.replace(year=1999):%Y%m%d}", ""

    assert told_dates.ANCHOR.endswith("0101")
    monkeypatch.setattr(look, "dates_of", dates)


@loosens
def the_heatmaps_own_series(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    def told(sight: Any) -> dict[str, Any]:
        found = plain(sight)
        for one, row in zip(found["heatmaps"], sight.heatmaps, strict=True):
            one["source"] = row.series_instance_uid
        return found

    plain = stand.shown
    monkeypatch.setattr(stand, "shown", told)


@loosens
def the_cases_key(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    plain = stand.shown
    monkeypatch.setattr(
        stand, "shown", lambda sight: {**plain(sight), "case": study.cases.get(examination=sight.examination).key}
    )


@loosens
def attributes_only_where_the_header_has_them(monkeypatch: pytest.MonkeyPatch, study: ReaderStudy) -> None:
    from radapp.readerstudies.blinding import rendering

    plain = rendering._elements

    def elements(rows: Any, subject: Any) -> dict[str, Any]:
        odd = subject.sight.viewpoint.endswith("2-a")
        return plain([row for row in rows if not (odd and row.keyword == "RescaleSlope")], subject)

    monkeypatch.setattr(rendering, "_elements", elements)


def test_each_loosened_rule_is_found(study: ReaderStudy, problems: Problems) -> None:
    def loosen(change: Loosen, monkeypatch: pytest.MonkeyPatch) -> None:
        change(monkeypatch, study)

    assert len(LOOSE) >= 11
    assert unnoticed(problems, {name: partial(loosen, change) for name, change in LOOSE.items()}) == []
