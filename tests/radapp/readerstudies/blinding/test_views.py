"""The blinded DICOMweb at work: what a Sight shows, how it is addressed, and how its pixels come."""

import gzip
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from radapp.archive.ingest import Ingest
from radapp.archive.models import Instance, Series, Source
from radapp.readerstudies.blinding import look as looks
from radapp.readerstudies.blinding.rules import IMAGE_TAGS
from radapp.readerstudies.blinding.shown import ShownSerializer, shown
from radapp.readerstudies.models import ReaderStudy
from radapp.readerstudies.sight import UNENHANCED
from radapp.triage.models import Heatmap
from tests.radapp.dicomweb.bodies import parts_of
from tests.radapp.dicomweb.objects import SYNTAXES, encode, image, pixels_of
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding import stand
from tests.radapp.readerstudies.blinding.maps import heatmap
from tests.radapp.readerstudies.blinding.stand import Viewer, sight, values

pytestmark = pytest.mark.once

Viewers = Callable[..., Viewer]


def told(study: ReaderStudy, subject: str = "1-a") -> dict[str, Any]:
    return dict(ShownSerializer(shown(sight(study, subject))).data)


def test_shown_names_one_series_for_each_role(study: ReaderStudy) -> None:
    found = told(study)
    assert [(one["role"], one["prior"], one["instances"]) for one in found["series"]] == [
        ("T1WI", False, 4), ("T2WI", False, 4), ("T1WIC", False, 4)
    ]  # fmt: skip
    assert found["heatmaps"] == []


def test_what_is_shown_is_served(study: ReaderStudy, viewer: Viewers) -> None:
    """By the addresses alone that shown() names: series, metadata, frames; pixels as they are stored."""
    reader, found = viewer(), told(study)
    listed = reader.json(found["study_uid"], "series")
    assert [values(one, "SeriesInstanceUID")[0] for one in listed] == [one["series_uid"] for one in found["series"]]
    assert [values(one, "SeriesDescription")[0] for one in listed] == ["T1WI", "T2WI", "T1WIC"]
    everything = reader.json(found["study_uid"], "metadata")
    assert len(everything) == 12
    for series in found["series"]:
        metadata = reader.json(found["study_uid"], "series", series["series_uid"], "metadata")
        assert [one for one in everything if values(one, "SeriesInstanceUID") == [series["series_uid"]]] == metadata
        for number, one in enumerate(metadata, start=1):
            uid = values(one, "SOPInstanceUID")[0]
            response = reader.get(found["study_uid"], "series", series["series_uid"], "instances", uid, "frames", "1")
            [(kind, octets)] = parts_of(response)
            assert kind == "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"
            np.testing.assert_array_equal(np.frombuffer(octets, "<u2").reshape(64, 50), pixels_of(number))
            assert values(one, "InstanceNumber") == [number]
            assert values(one, "ImagePositionPatient") == [-40, -40, 5 * number + 11]


def test_every_image_has_the_same_attributes(study: ReaderStudy, viewer: Viewers) -> None:
    for subject in ("1-a", "2-a", "3-a"):
        for one in viewer(subject).json(told(study, subject)["study_uid"], "metadata"):
            assert list(one) == sorted(IMAGE_TAGS)


def test_metadata_comes_gzipped_where_that_is_welcome(study: ReaderStudy, viewer: Viewers) -> None:
    found = told(study)
    parts = (found["study_uid"], "series", found["series"][0]["series_uid"], "metadata")
    plain, zipped = viewer().get(*parts), viewer(accept_encoding="gzip").get(*parts)
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content


@pytest.mark.parametrize("level", [(), ("series",), ("frames",)])
def test_nothing_is_kept_and_nothing_names_it(study: ReaderStudy, viewer: Viewers, level: tuple[str, ...]) -> None:
    reader, found = viewer(), told(study)
    series = found["series"][0]["series_uid"]
    uid = values(reader.json(found["study_uid"], "series", series, "metadata")[0], "SOPInstanceUID")[0]
    address = {
        (): (found["study_uid"], "metadata"),
        ("series",): (found["study_uid"], "series", series, "metadata"),
        ("frames",): (found["study_uid"], "series", series, "instances", uid, "frames", "1"),
    }[level]
    response = reader.get(*address)
    assert response["Cache-Control"] == "private, no-store"
    assert not {"ETag", "Last-Modified", "Content-Location", "Warning"} & set(response.headers)


# --------------------------------------------------------------------------------------------------- which series


def series_of(number: int, place: int) -> Series:
    return Series.objects.get(series_instance_uid=f"{scene.ROOT}.{number}.{place}")


def roles_shown(study: ReaderStudy) -> list[str]:
    looks.forget()
    return [one["role"] for one in told(study)["series"]]


def test_a_sight_shows_no_role_that_it_does_not_name(study: ReaderStudy) -> None:
    stand.sights["1-a"] = {"roles": UNENHANCED}
    assert roles_shown(study) == ["T1WI", "T2WI"]


@pytest.mark.parametrize("fact", ["generated", "superseded", "rejected", "no role", "no MR"])
def test_other_series_are_not_there(study: ReaderStudy, fact: str) -> None:
    series = series_of(11, 3)
    if fact == "rejected":
        Instance.objects.filter(series=series).update(rejected=True)
    changes: dict[str, dict[str, Any]] = {
        "generated": {"generated": True},
        "superseded": {"superseded_at": study.created_at},
        "no role": {"recognised_role": "none"},
        "no MR": {"modality": "SR"},
    }
    Series.objects.filter(pk=series.pk).update(**changes.get(fact, {"modality": "MR"}))
    assert roles_shown(study) == ["T1WI", "T2WI"]


def take_in(*files: bytes) -> None:
    with Ingest(Source.IMPORT) as ingest:
        for number, file in enumerate(files):
            ingest.add_stream(BytesIO(file), f"{number}.dcm")
    assert ingest.report.stored == len(files), ingest.report


def second(role: str, *, preference: float, **facts: Any) -> Series:
    """Another series of a role in examination 11."""
    study_uid = f"{scene.ROOT}.11"
    for number in range(1, 4):
        dataset = image(study_uid, f"{study_uid}.70", number)
        dataset.PatientID = "SECRETPID0001"
        for keyword, value in facts.items():
            setattr(dataset, keyword, value)
        take_in(encode(dataset))
    made = Series.objects.get(series_instance_uid=f"{study_uid}.70")
    Series.objects.filter(pk=made.pk).update(recognised_role=role, plane="axial", preference=preference)
    return made


def images_of(study: ReaderStudy, role: str) -> int:
    looks.forget()
    return next(one["instances"] for one in told(study)["series"] if one["role"] == role)


def test_the_best_candidate_is_shown_unless_a_run_has_read_another(study: ReaderStudy) -> None:
    from radapp.triage.models import Run, StudyTriage
    from tests.radapp.triage import examinations

    second("T2WI", preference=5)
    assert images_of(study, "T2WI") == 3
    case = study.cases.get(number=1)
    assert case.examination is not None
    read = {"T1WI": f"{scene.ROOT}.11.1", "T2WI": f"{scene.ROOT}.11.2"}
    protocol = examinations.protocol()
    run = Run.objects.create(study=case.examination, protocol=protocol, fingerprint="f", inputs=read, state="done")
    StudyTriage.objects.update_or_create(study=case.examination, defaults={"run": run, "state": "done"})
    assert images_of(study, "T2WI") == 4


def test_what_was_certified_stays(study: ReaderStudy) -> None:
    """A better series that arrives while the study is read changes nothing; one that goes is replaced by nothing."""
    study.cases.filter(number=1).update(shown={"T1WI": f"{scene.ROOT}.11.1", "T2WI": f"{scene.ROOT}.11.2"})
    second("T2WI", preference=5)
    assert images_of(study, "T2WI") == 4
    assert roles_shown(study) == ["T1WI", "T2WI"]
    Instance.objects.filter(series=series_of(11, 2)).update(rejected=True)
    assert roles_shown(study) == ["T1WI"]


@pytest.mark.parametrize(
    "facts", [{"BurnedInAnnotation": "YES"}, {"PhotometricInterpretation": "PALETTE COLOR"}, {"ImagePositionPatient": None}]
)
def test_images_with_writing_or_without_place_are_not_shown(study: ReaderStudy, facts: dict[str, Any]) -> None:
    second("T2WI", preference=5, **facts)
    assert images_of(study, "T2WI") == 4


def test_overlays_within_the_pixels_are_not_shown(study: ReaderStudy) -> None:
    dataset = image(f"{scene.ROOT}.11", f"{scene.ROOT}.11.70", 1)
    dataset.PatientID = "SECRETPID0001"
    dataset.add_new(0x60000102, "US", 15)
    take_in(encode(dataset))
    Series.objects.filter(series_instance_uid=f"{scene.ROOT}.11.70").update(
        recognised_role="T2WI", plane="axial", preference=9
    )
    assert images_of(study, "T2WI") == 4


# ------------------------------------------------------------------------------------------------- how it is stored


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_pixels_come_the_same_however_they_are_stored(study: ReaderStudy, viewer: Viewers, syntax: str) -> None:
    study_uid = f"{scene.ROOT}.21"
    take_in(*(encode(image(study_uid, f"{study_uid}.1", number), syntax) for number in (1, 2)))
    Series.objects.filter(study__study_instance_uid=study_uid).update(recognised_role="T1WI", plane="axial")
    scene.case(study, 4, examined=Series.objects.get(series_instance_uid=f"{study_uid}.1").study)
    found, reader = told(study, "4-a"), viewer("4-a")
    series = found["series"][0]["series_uid"]
    for number, one in enumerate(reader.json(found["study_uid"], "series", series, "metadata"), start=1):
        uid = values(one, "SOPInstanceUID")[0]
        response = reader.get(found["study_uid"], "series", series, "instances", uid, "frames", "1")
        [(kind, octets)] = parts_of(response)
        assert kind == "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"
        assert values(one, "AvailableTransferSyntaxUID") == ["1.2.840.10008.1.2.1"]
        np.testing.assert_array_equal(np.frombuffer(octets, "<u2").reshape(64, 50), pixels_of(number))


def test_an_enhanced_object_looks_like_single_images(study: ReaderStudy, viewer: Viewers) -> None:
    """Frames in any stored order come as images in the order of their places, with the attributes of any other case."""
    from pydicom.dataset import Dataset

    study_uid = f"{scene.ROOT}.31"
    frames = np.stack([pixels_of(number) for number in (3, 1, 2)])
    dataset = image(study_uid, f"{study_uid}.1", 1, frames)
    del dataset.ImagePositionPatient
    groups = []
    for place in (3, 1, 2):
        position, group = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, place * 4]
        group.PlanePositionSequence = [position]
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = groups
    take_in(encode(dataset))
    Series.objects.filter(study__study_instance_uid=study_uid).update(recognised_role="T1WI", plane="axial")
    scene.case(study, 4, examined=Series.objects.get(series_instance_uid=f"{study_uid}.1").study)
    found, reader = told(study, "4-a"), viewer("4-a")
    series = found["series"][0]["series_uid"]
    metadata = reader.json(found["study_uid"], "series", series, "metadata")
    assert [values(one, "ImagePositionPatient")[2] for one in metadata] == [4, 8, 12]
    assert [list(one) for one in metadata] == [sorted(IMAGE_TAGS)] * 3
    assert len({values(one, "SOPInstanceUID")[0] for one in metadata}) == 3
    for number, one in enumerate(metadata, start=1):
        uid = values(one, "SOPInstanceUID")[0]
        [(_, octets)] = parts_of(reader.get(found["study_uid"], "series", series, "instances", uid, "frames", "1"))
        np.testing.assert_array_equal(np.frombuffer(octets, "<u2").reshape(64, 50), pixels_of(number))


@pytest.mark.parametrize(("stored", "window"), [((300, 700), (300, 700)), ((1234.5678, 99.99), (1235, 99.99)), (None, None)])
def test_one_window_opens_a_series(study: ReaderStudy, stored: Any, window: Any) -> None:
    facts = {"WindowCenter": stored[0], "WindowWidth": stored[1]} if stored else {}
    second("T2WI", preference=5, **facts)
    looks.forget()
    series = next(one for one in looks.look(sight(study, "1-a")).series.values() if one.subjects[0].role == "T2WI")
    found = [(values(one, "WindowCenter")[0], values(one, "WindowWidth")[0]) for one in json.loads(series.metadata)]
    assert len(set(found)) == 1
    if window:
        assert found[0] == window
    else:
        low, high = np.percentile(pixels_of(2), (0.5, 99.5))
        assert found[0] == pytest.approx(((low + high) / 2, high - low), rel=1e-3)


# ------------------------------------------------------------------------------------------------------- heatmaps


def test_heatmaps_are_served_as_the_viewer_reads_them(study: ReaderStudy, viewer: Viewers) -> None:
    """What frontend/src/features/viewer/imaging/heatmapVolume.ts reads: place, directions, spacing, frames."""
    row, given = heatmap(study.cases.get(number=1), "T2WI")
    stand.sights["1-a"] = {"heatmaps": (row,)}
    found, reader = told(study), viewer(accept_encoding="gzip")
    [one] = found["heatmaps"]
    assert (one["sequence"], one["peak"], one["cell_size"]) == ("T2WI", [1, 2, 3], [5, 30, 30])
    assert one["series_uid"] not in [series["series_uid"] for series in found["series"]]
    text = gzip.decompress(reader.get(found["study_uid"], "series", one["series_uid"], "metadata").content)
    [metadata] = json.loads(text)
    assert values(metadata, "SOPInstanceUID") == [one["sop_instance_uid"]]
    assert values(metadata, "NumberOfFrames") == [4]
    images = reader.json_zipped(found["study_uid"], "series", found["series"][1]["series_uid"], "metadata")
    assert values(metadata, "FrameOfReferenceUID") == values(images[0], "FrameOfReferenceUID")
    places = [values(frame["00209113"]["Value"][0], "ImagePositionPatient") for frame in metadata["52009230"]["Value"]]
    assert places == [values(image, "ImagePositionPatient") for image in images]
    shared = metadata["52009229"]["Value"][0]
    assert values(shared["00209116"]["Value"][0], "ImageOrientationPatient") == [1, 0, 0, 0, 1, 0]
    assert values(shared["00289110"]["Value"][0], "PixelSpacing") == [1.5, 1.5]
    frames = reader.get(
        found["study_uid"], "series", one["series_uid"], "instances", one["sop_instance_uid"], "frames", "1,2,3,4"
    )
    octets = [part for _, part in parts_of(frames, gzip.decompress(frames.content))]
    np.testing.assert_array_equal(np.stack([np.frombuffer(part, "<f4").reshape(64, 50) for part in octets]), given)


def test_a_heatmap_of_a_sequence_out_of_sight_or_of_another_examination_is_not_there(study: ReaderStudy) -> None:
    row, _ = heatmap(study.cases.get(number=1), "T1WIC")
    foreign, _ = heatmap(study.cases.get(number=2), "T2WI")
    stand.sights["1-a"] = {"roles": UNENHANCED, "heatmaps": (row, foreign)}
    assert told(study)["heatmaps"] == []


def test_no_heatmap_without_its_object(study: ReaderStudy) -> None:
    row, _ = heatmap(study.cases.get(number=1), "T2WI")
    Instance.objects.filter(sop_instance_uid=row.sop_instance_uid).update(rejected=True)
    stand.sights["1-a"] = {"heatmaps": (Heatmap.objects.get(pk=row.pk),)}
    assert told(study)["heatmaps"] == []


# ---------------------------------------------------------------------------------------------- priors and dates


def test_a_prior_is_blinded_alike(study: ReaderStudy) -> None:
    stand.sights["1-a"] = {"prior": study.cases.get(number=2).examination}
    found = told(study)["series"]
    assert [(one["role"], one["prior"]) for one in found] == [
        *((role, False) for role in ("T1WI", "T2WI", "T1WIC")),
        *((role, True) for role in ("T1WI", "T2WI", "T1WIC")),
    ]
    assert len({one["series_uid"] for one in found}) == 6


@pytest.mark.parametrize("own", [True, False])
def test_what_was_certified_of_a_prior_is_not_looked_for_in_another_examination(study: ReaderStudy, own: bool) -> None:
    """A tagger sees any examination of the patient in a prior's place."""
    prior, other = (study.cases.get(number=number).examination for number in (2, 3))
    study.cases.filter(number=1).update(prior=prior, shown={"prior T1WI": f"{scene.ROOT}.12.1"})
    stand.sights["1-a"] = {"prior": prior if own else other}
    shown = [one["role"] for one in told(study)["series"] if one["prior"]]
    assert shown == (["T1WI"] if own else ["T1WI", "T2WI", "T1WIC"])


def test_shifted_dates_keep_the_distance_and_tell_nothing_else(study: ReaderStudy) -> None:
    study.draft = {**study.draft, "blinding": {"dates": "shifted"}}
    study.save()
    dates = {}
    for subject, prior in (("1-a", 2), ("3-a", 1)):
        stand.sights[subject] = {"prior": study.cases.get(number=prior).examination}
        metadata = json.loads(looks.look(sight(study, subject)).metadata)
        dates[subject] = sorted({values(one, "StudyDate")[0] for one in metadata})
    # Examinations 11, 12, 13 are of three days in a row: 1's prior is a day later than it, 3's two days earlier.
    assert dates == {"1-a": ["20000101", "20000102"], "3-a": ["19991230", "20000101"]}


def test_an_unknown_date_stays_unknown(study: ReaderStudy) -> None:
    study.draft = {**study.draft, "blinding": {"dates": "shifted"}}
    study.save()
    prior = study.cases.get(number=2).examination
    assert prior is not None
    type(prior).objects.filter(pk=prior.pk).update(study_date=None)
    prior.refresh_from_db()
    stand.sights["1-a"] = {"prior": prior}
    metadata = json.loads(looks.look(sight(study, "1-a")).metadata)
    assert {tuple(values(one, "StudyDate")) for one in metadata} == {("20000101",), ()}


# ----------------------------------------------------------------------------------------------------------- cost


def test_a_frame_costs_few_queries(study: ReaderStudy, viewer: Viewers) -> None:
    """Session, person, study, membership, and the newest entry: nothing for the images once they were looked at."""
    reader, found = viewer(), told(study)
    series = found["series"][0]["series_uid"]
    uid = values(reader.json(found["study_uid"], "series", series, "metadata")[0], "SOPInstanceUID")[0]
    address = (found["study_uid"], "series", series, "instances", uid, "frames", "1")
    reader.get(*address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert reader.get(*address).status_code == 200
    assert len(queries) == 5, [query["sql"] for query in queries]
