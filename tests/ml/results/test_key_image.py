"""The key image: the telling slice with its heatmap where it lies, the advice in words that fit, nothing of the patient."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.heatmap_look import THRESHOLD
from ml.results import picture
from ml.results.key_image import write_key_image
from ml.results.statement import Statement
from ml.results.telling import Mapped, TellingSlice, most_telling
from ml.source_headers import source_headers
from ml.volume import SeriesVolume, load_series
from tests.ml.results.said import ALL, NEGATIVE, POSITIVE, WITHDRAWN, WITHHELD, complaints, named
from tests.ml.results.test_segmentation import values
from tests.ml.stacks import AXIAL, CORONAL, OBLIQUE, SAGITTAL, blob, enhanced, stack, write

CELL = (5.0, 18.0, 18.0)


@pytest.fixture
def source(tmp_path: Path) -> SeriesVolume:
    return load_series(write(stack(blob((0, 0, 0), 30), slices=16), tmp_path / "series"))


def mapped(source: SeriesVolume, of: NDArray[np.float32], sequence: str = "T2WI", score: float = 0.5) -> Mapped:
    return Mapped(sequence, source, of, score, CELL)


def telling(source: SeriesVolume) -> TellingSlice:
    found = most_telling([mapped(source, values(source))])
    assert found is not None
    return found


@pytest.mark.parametrize("name", ALL)
def test_every_kind_of_report_has_one(tmp_path: Path, source: SeriesVolume, name: str) -> None:
    said = ALL[name]
    image = write_key_image(said, telling(source) if said.tier else None, source_headers(source)[0], named(9043))
    assert complaints(image, tmp_path, "SCImage") == []
    assert said.advice in image.ImageComments
    assert image.BurnedInAnnotation == "NO"
    assert (image.Columns, image.SamplesPerPixel) == (1280, 3)
    assert ("demonstration" in image.SeriesDescription) is said.synthetic
    assert image.ImageComments.startswith("Demonstration, synthetic data. Not for clinical use.") is said.synthetic
    assert image.ImageType == ["DERIVED", "SECONDARY", "OTHER"]


@pytest.mark.parametrize("multi_frame", [False, True])
def test_it_names_the_slice_that_it_shows(tmp_path: Path, multi_frame: bool) -> None:
    images = stack(blob((0, 0, 0), 30), slices=16)
    source = load_series(write([enhanced(images)] if multi_frame else images, tmp_path / "series"))
    found = telling(source)
    strongest = int(np.unravel_index(values(source).argmax(), source.volume.shape)[0])
    assert found.slice == strongest
    assert found.words == f"T2WI, slice {strongest + 1} of 16"
    image = write_key_image(NEGATIVE, found, source_headers(source)[0], named(9043))
    [shown] = image.SourceImageSequence
    assert shown.get("ReferencedFrameNumber") == (strongest + 1 if multi_frame else None)
    assert shown.ReferencedSOPInstanceUID == source.datasets[0 if multi_frame else strongest].SOPInstanceUID


def test_the_heatmap_lies_on_the_second_panel_where_it_exceeds_the_threshold(source: SeriesVolume) -> None:
    found = telling(source)
    pixels = picture.draw(NEGATIVE, found).astype(int)
    side, top = picture.PANEL, picture.HEAD
    height = round(side * source.volume.shape[1] / source.volume.shape[2])
    top += (side - height) // 2
    original, fused = (
        pixels[top : top + height, picture.MARGIN + left : picture.MARGIN + left + side]
        for left in (0, side + picture.MARGIN)
    )
    coloured = (original != fused).any(axis=-1)
    expected = found.mapped.values[found.slice] > THRESHOLD
    step = side / expected.shape[1]
    rows, columns = np.indices(expected.shape)
    at = (np.rint((rows + 0.5) * step).astype(int), np.rint((columns + 0.5) * step).astype(int))
    inside = np.zeros_like(expected)
    inside[4:-4, 4:-4] = True  # letters and the panels' names stand at the edges
    assert (coloured[at] == expected)[inside].mean() > 0.97
    assert expected[inside].any()


@pytest.mark.parametrize(
    ("orientation", "letters"),
    [(AXIAL, ["L", "P"]), (SAGITTAL, ["P", "F"]), (CORONAL, ["L", "F"]), (OBLIQUE, ["LF", "PH"])],
)
def test_the_patients_directions_stand_at_its_edges(
    tmp_path: Path, orientation: tuple[float, ...], letters: list[str]
) -> None:
    source = load_series(write(stack(blob((0, 0, 0), 30), orientation=orientation, slices=16), tmp_path / "series"))
    image = write_key_image(NEGATIVE, telling(source), source_headers(source)[0], named(9043))
    assert list(image.PatientOrientation) == letters == list(picture.direction_letters(source.volume))
    assert complaints(image, tmp_path, "SCImage") == []
    assert picture.opposite("LF") == "RH"


def test_words_fit_and_none_is_lost() -> None:
    long = replace(WITHHELD, reason="word " * 120 + "x" * 400, notes=())
    lines = list(picture._lines(long, None))
    for line in lines:
        assert picture._font(line.size).getlength(line.text) <= picture.WIDTH - 2 * picture.MARGIN - line.indent
    said = " ".join(line.text for line in lines)
    for words in (long.advice, long.tier_words, *(score.words for score in long.scores), *long.limits):
        assert picture.plain(words) in said
    assert said.replace(" ", "").count("x" * 400) == 1


def test_colours_of_a_tier_only_where_advice_is_given() -> None:
    def shown(said: Statement) -> set[str]:
        image = picture.draw(said, None)
        return {tier for tier, colour in picture.TIER_COLOURS.items() if (image == colour).all(axis=-1).any()}

    for said in ALL.values():
        label = {"positive"} if said.synthetic else set()  # amber is the label's colour too
        assert shown(said) - label == ({said.tier} - label if said.given else set())
    assert "positive" in shown(POSITIVE)


def test_a_series_that_marks_nothing_shows_its_middle_and_says_so(source: SeriesVolume) -> None:
    nothing = np.zeros(source.volume.shape, np.float32)
    found = most_telling([mapped(source, nothing, "T1WI"), mapped(source, nothing, "T2WI")])
    assert found is not None
    assert (found.mapped.sequence, found.slice, found.strength) == ("T2WI", 8, 0.0)
    assert "mark nothing, which does not exclude recurrence" in picture._about_heatmap(found)
    faint = most_telling([mapped(source, values(source) * np.float32(0.2))])
    assert faint is not None
    assert "below the threshold 0.3 and not drawn" in picture._about_heatmap(faint)
    assert most_telling([]) is None


def test_the_strongest_map_is_shown_and_of_equals_the_larger(source: SeriesVolume) -> None:
    strong, weak = values(source), values(source) * np.float32(0.9)
    found = most_telling([mapped(source, weak, "T1WI", 0.9), mapped(source, strong, "T2WI", 0.1)])
    assert found is not None
    assert found.mapped.sequence == "T2WI"
    small = np.where(strong > 0.8, strong, 0).astype(np.float32)
    found = most_telling([mapped(source, small, "T1WI", 0.9), mapped(source, strong, "T2WI", 0.1)])
    assert found is not None
    assert found.mapped.sequence == "T2WI"


def test_nothing_of_the_patient_is_drawn(source: SeriesVolume) -> None:
    """The same pixels whoever the patient is, and whenever."""
    header = source_headers(source)[0]
    other = source_headers(source)[0]
    other.PatientName, other.PatientID, other.StudyDate = "Another^Person", "77", "19990101"
    one, two = (write_key_image(NEGATIVE, telling(source), of, named(9043)) for of in (header, other))
    assert one.PixelData == two.PixelData
    assert str(two.PatientName) == "Another^Person"


def test_other_scripts_are_drawn_as_what_the_font_has() -> None:
    assert picture.plain("王 – 5 × 4 ≥ 3") == "? - 5 x 4 >= 3"


def test_a_withdrawal_is_words_alone(source: SeriesVolume) -> None:
    image = write_key_image(WITHDRAWN, None, source_headers(source)[0], named(9043))
    assert "SourceImageSequence" not in image
    assert not image.PatientOrientation
    assert image.Rows < 500
