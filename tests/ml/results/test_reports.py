"""Both structured reports, read back: what they say, what they point at, whose place they take, no Error from dciodvfy."""

from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest

from ml.parametric_map import HeatmapOrigin, write_parametric_map
from ml.results.measurement_report import Explained, write_measurement_report
from ml.results.segmentation import write_segmentation
from ml.results.statement import Statement
from ml.results.text_report import write_text_report
from ml.source_headers import source_headers
from ml.volume import SeriesVolume, load_series
from tests.ml.results.said import ALL, NEGATIVE, WITHHELD, complaints, named
from tests.ml.stacks import blob, enhanced, stack, write
from tests.ml.test_parametric_map import spot


@pytest.fixture
def source(tmp_path: Path) -> SeriesVolume:
    return load_series(write(stack(blob((0, 0, 0))), tmp_path / "series"))


def explained(source: SeriesVolume) -> tuple[Explained, list[pydicom.Dataset]]:
    """The T2WI network's heatmap and segmentation, and all evidence."""
    origin = HeatmapOrigin("T2WI", 0.3, "test T2WI", "b" * 64, synthetic=True)
    heatmap = write_parametric_map(source, spot(source), origin, series_number=9002)
    segmentation = write_segmentation(source, spot(source), origin, named(9032))
    headers = source_headers(source)
    return Explained("T2WI", source.datasets, heatmap, segmentation, 1234.5), [*headers, heatmap, segmentation]


def items(dataset: pydicom.Dataset) -> Iterator[pydicom.Dataset]:
    """Every content item, depth first."""
    for item in dataset.get("ContentSequence", []):
        yield item
        yield from items(item)


def value(item: pydicom.Dataset) -> str:
    if item.ValueType == "TEXT":
        return str(item.TextValue)
    if item.ValueType == "CODE":
        return str(item.ConceptCodeSequence[0].CodeValue)
    if item.ValueType == "IMAGE":
        return str(item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)
    return str(item.get("UID", ""))


def told(dataset: pydicom.Dataset, code: str) -> list[str]:
    """The values of all items whose concept has this code."""
    return [value(item) for item in items(dataset) if item.ConceptNameCodeSequence[0].CodeValue == code]


def numbers(dataset: pydicom.Dataset) -> dict[str, float]:
    """By code; as double where one is given."""
    found = {}
    for item in items(dataset):
        if item.ValueType == "NUM":
            measured = item.MeasuredValueSequence[0]
            found[str(item.ConceptNameCodeSequence[0].CodeValue)] = float(
                measured.get("FloatingPointValue", measured.NumericValue)
            )
    return found


@pytest.mark.parametrize("name", ALL)
def test_the_report_for_people_says_all_in_words(tmp_path: Path, source: SeriesVolume, name: str) -> None:
    said = ALL[name]
    report = write_text_report(said, source_headers(source), named())
    assert complaints(report, tmp_path, "EnhancedSR") == []
    assert told(report, "121075") == [said.advice]
    assert told(report, "REASON") == ([] if said.given else [said.reason])
    assert told(report, "121077") == [said.tier_words]
    assert told(report, "121071") == [f"{score.words}." for score in said.scores]
    assert told(report, "LIMIT") == list(said.limits)
    assert told(report, "SYNTHETIC") == (["Demonstration, synthetic data. Not for clinical use."] if said.synthetic else [])
    assert [words.split(" SHA-256 ")[1] for words in told(report, "NETWORK")] == [one.sha256 for one in said.networks]
    assert (report.CompletionFlag, report.VerificationFlag, report.PreliminaryFlag) == (
        "COMPLETE",
        "UNVERIFIED",
        "PRELIMINARY",
    )
    assert report.ContentQualification == "RESEARCH"


def test_a_withheld_report_advises_nothing(tmp_path: Path, source: SeriesVolume) -> None:
    everything = " ".join(map(value, items(write_text_report(WITHHELD, source_headers(source), named()))))
    assert "advised" not in everything
    assert WITHHELD.reason in everything


def test_viewers_take_the_report_for_people_as_text(source: SeriesVolume) -> None:
    """OHIF: a title other than an Imaging Measurement Report's, and separate content."""
    report = write_text_report(NEGATIVE, source_headers(source), named())
    assert report.ConceptNameCodeSequence[0].CodeValue != "126000"
    sections = [item for item in items(report) if item.ValueType == "CONTAINER"]
    assert {report.ContinuityOfContent, *(section.ContinuityOfContent for section in sections)} == {"SEPARATE"}


@pytest.mark.parametrize("name", ALL)
def test_the_report_for_machines_has_scores_cutoffs_and_hashes(tmp_path: Path, source: SeriesVolume, name: str) -> None:
    said = ALL[name]
    what, evidence = explained(source)
    report = write_measurement_report(said, [what] if said.tier else [], evidence, named())
    assert complaints(report, tmp_path, "ComprehensiveSR") == []
    assert report.ContentTemplateSequence[0].TemplateIdentifier == "1500"
    assert told(report, "TIER") == ([f"TIER-{said.tier.upper()}"] if said.tier else [])
    assert told(report, "CALL") == ([f"CALL-{said.final.upper()}"] if said.final else [])
    assert told(report, "ADVICE-GIVEN") == ["373066001" if said.given else "373067005"]
    assert told(report, "SYNTHETIC") == ["373066001" if said.synthetic else "373067005"]
    assert told(report, "ADVICE") == [said.advice]
    assert told(report, "PROTOCOL") == ([said.protocol] if said.protocol else [])
    parameters = " ".join(told(report, "111002"))
    assert all(f"{one.sequence} bundle SHA-256 {one.sha256}" in parameters for one in said.networks)


def test_scores_and_cutoffs_keep_every_digit(source: SeriesVolume) -> None:
    what, evidence = explained(source)
    third = Statement(
        **{**vars(NEGATIVE), "scores": (type(NEGATIVE.scores[0])("T1_T2", 0.1 + 0.2, NEGATIVE.scores[0].cutoffs),)}
    )
    found = numbers(write_measurement_report(third, [what], evidence, named()))
    assert found == {"FUSED-SCORE": 0.1 + 0.2, "FIRST-CUTOFF": 0.6, "SECOND-CUTOFF": 0.3, "118565006": 1234.5}


@pytest.mark.parametrize("multi_frame", [False, True])
def test_the_report_for_machines_points_at_heatmap_segment_and_source(tmp_path: Path, multi_frame: bool) -> None:
    images = stack(blob((0, 0, 0)))
    source = load_series(write([enhanced(images)] if multi_frame else images, tmp_path / "series"))
    what, evidence = explained(source)
    assert what.segmentation is not None
    report = write_measurement_report(NEGATIVE, [what], evidence, named())
    assert complaints(report, tmp_path, "ComprehensiveSR") == []
    assert set(told(report, "130401")) == {what.heatmap.SOPInstanceUID}
    assert told(report, "121191") == [what.segmentation.SOPInstanceUID]
    assert "heatmap above 0.3" in told(report, "111002")  # of the segment, as it says itself
    assert "0.3" in what.segmentation.SegmentSequence[0].SegmentLabel
    assert told(report, "121112") == [dataset.SOPInstanceUID for dataset in source.datasets]
    assert told(report, "121232") == [source.datasets[0].SeriesInstanceUID]
    listed = {
        reference.ReferencedSOPInstanceUID
        for study in report.CurrentRequestedProcedureEvidenceSequence
        for series in study.ReferencedSeriesSequence
        for reference in series.ReferencedSOPSequence
    }
    assert listed == {dataset.SOPInstanceUID for dataset in [*source.datasets, what.heatmap, what.segmentation]}


def test_a_report_names_the_one_whose_place_it_takes(source: SeriesVolume) -> None:
    first = write_text_report(NEGATIVE, source_headers(source), named())
    second = write_text_report(WITHHELD, source_headers(source), named(), first)
    [study] = second.PredecessorDocumentsSequence
    assert study.ReferencedSeriesSequence[0].SeriesInstanceUID == first.SeriesInstanceUID
    assert study.ReferencedSeriesSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert told(second, "REPLACES") == ["Replaces report no. 1 of this examination."]
    assert second.SeriesDescription.startswith("Advice no. 2")


def test_device_and_algorithms_are_named(source: SeriesVolume) -> None:
    what, evidence = explained(source)
    for report in (
        write_text_report(NEGATIVE, source_headers(source), named()),
        write_measurement_report(NEGATIVE, [what], evidence, named()),
    ):
        ours = [one for one in report.ContributingEquipmentSequence if one.Manufacturer == "DARNDEST"]
        assert [one.SoftwareVersions[1] for one in ours] == [one.sha256 for one in NEGATIVE.networks]
        assert (report.Manufacturer, report.ManufacturerModelName) == ("DARNDEST", "DARNDEST triage")
        assert report.CodingSchemeIdentificationSequence[0].CodingSchemeDesignator == "99DARNDEST"
        assert told(report, "121005") == ["121007"]  # the observer is a device


def test_a_patient_of_any_script_keeps_the_name(tmp_path: Path) -> None:
    images = stack(blob((0, 0, 0)))
    for image in images:
        image.PatientName, image.SpecificCharacterSet = "王^小明", "ISO_IR 192"
    source = load_series(write(images, tmp_path / "series"))
    what, evidence = explained(source)
    for number, (report, iod) in enumerate(
        (
            (write_text_report(NEGATIVE, source_headers(source), named()), "EnhancedSR"),
            (write_measurement_report(NEGATIVE, [what], evidence, named()), "ComprehensiveSR"),
        )
    ):
        assert complaints(report, tmp_path, iod) == [], number
        assert str(pydicom.dcmread(tmp_path / f"{report.SOPInstanceUID}.dcm").PatientName) == "王^小明"
