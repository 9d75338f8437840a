"""Pictures of stored frames: grey as DCMTK draws it, colour, windows, viewports, and what is refused."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from django.test import Client
from pydicom.dataset import Dataset

from ml import decoding
from radapp.archive.models import Instance, Series
from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.conftest import HEAT, MASKS, STUDY, take_in
from tests.radapp.dicomweb.objects import encode, image, pixels_of
from tests.radapp.dicomweb.pictured import RAMP, colour, grey, palette, picture_in, voi_table
from tests.shared import not_here

pytestmark = pytest.mark.once

ROOT = f"/dicom-web/studies/{STUDY}"
SERIES = f"{STUDY}.9"
URL = f"{ROOT}/series/{SERIES}/instances/{SERIES}.1/rendered"
PNG = {"Accept": "image/png"}


def rendered(client: Client, query: str = "", url: str = URL) -> np.ndarray:
    response = client.get(f"{url}?{query}", headers=PNG)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "image/png"
    return picture_in(content_of(response))


def drawn_by_dcmtk(dataset: Dataset | Path, folder: Path, *options: str) -> np.ndarray:
    program = shutil.which("dcmj2pnm")
    if program is None:
        not_here("DCMTK's dcmj2pnm is not installed")
    (folder / "in.dcm").write_bytes(dataset.read_bytes() if isinstance(dataset, Path) else encode(dataset))
    subprocess.run([program, *options, "+on", str(folder / "in.dcm"), str(folder / "out.png")], check=True)
    return picture_in((folder / "out.png").read_bytes())


SIGNED = (RAMP.astype(np.int16) - 500).astype(np.int16)
GAMMA = np.rint(255 * np.linspace(0, 1, 600) ** 0.5)
GREYS = {
    "window": (grey(STUDY, SERIES, WindowCenter="400", WindowWidth="300"), ("--use-window", "1")),
    "second_window_unused": (
        grey(STUDY, SERIES, WindowCenter=["400", "9"], WindowWidth=["300", "2"]),
        ("--use-window", "1"),
    ),
    "sigmoid": (
        grey(STUDY, SERIES, WindowCenter="400", WindowWidth="300", VOILUTFunction="SIGMOID"),
        ("--use-window", "1", "--sigmoid-function"),
    ),
    "monochrome1": (
        grey(STUDY, SERIES, PhotometricInterpretation="MONOCHROME1", WindowCenter="400", WindowWidth="300"),
        ("--use-window", "1"),
    ),
    "rescaled": (
        grey(STUDY, SERIES, RescaleSlope="2", RescaleIntercept="-100", WindowCenter="400", WindowWidth="600"),
        ("--use-window", "1"),
    ),
    "signed": (grey(STUDY, SERIES, values=SIGNED, WindowCenter="10", WindowWidth="300"), ("--use-window", "1")),
    "table": (grey(STUDY, SERIES, VOILUTSequence=voi_table(200, GAMMA, 8)), ("--use-voi-lut", "1")),
    "nothing_said": (grey(STUDY, SERIES), ("--min-max-window",)),
}


@pytest.mark.parametrize("name", GREYS)
def test_grey_is_drawn_as_dcmtk_draws_it(db: None, client: Client, tmp_path: Path, name: str) -> None:
    dataset, options = GREYS[name]
    expected = drawn_by_dcmtk(dataset, tmp_path, *options).astype(int)
    take_in(encode(dataset))
    assert np.abs(rendered(client) - expected).max() <= 1


def test_a_window_that_is_asked_for_goes_first(db: None, client: Client, tmp_path: Path) -> None:
    dataset = grey(STUDY, SERIES, WindowCenter="400", WindowWidth="300")
    expected = drawn_by_dcmtk(dataset, tmp_path, "+Ww", "600", "200").astype(int)
    take_in(encode(dataset))
    assert np.abs(rendered(client, "window=600,200") - expected).max() <= 1
    assert np.array_equal(rendered(client, "window=600,200,LINEAR"), rendered(client, "window=600,200"))
    exact = rendered(client, "window=600,200,linear-exact").astype(int)
    assert np.array_equal(exact, np.rint(np.clip((RAMP - 600.0) / 200 + 0.5, 0, 1) * 255))
    assert rendered(client, "window=600,200,sigmoid")[RAMP == 600][0] == 128
    assert not np.array_equal(rendered(client), exact)


def test_a_second_overlay_in_high_bits_is_not_drawn(db: None, client: Client) -> None:
    dirty = grey(STUDY, SERIES, values=(RAMP | 0xF000).astype(np.uint16), BitsStored=12, HighBit=11)
    take_in(encode(dirty))
    assert np.array_equal(rendered(client, "window=512,1024,linear-exact"), np.rint(np.clip(RAMP / 1024, 0, 1) * 255))


def test_padding_is_black_and_stretches_nothing(db: None, client: Client) -> None:
    values = RAMP.copy()
    values[:10] = 60000
    padded = grey(STUDY, SERIES, values=values)
    padded.add_new("PixelPaddingValue", "US", 60000)
    take_in(encode(padded))
    seen = rendered(client)
    assert seen[:10].max() == 0
    assert seen[10:].max() == 255


@pytest.mark.parametrize("planar", [0, 1])
def test_colour(db: None, client: Client, planar: int) -> None:
    dataset, values = colour(STUDY, SERIES, planar=planar)
    take_in(encode(dataset))
    assert np.array_equal(rendered(client), values)


def test_colour_in_ybr_and_by_palette_is_drawn_as_dcmtk_draws_it(db: None, client: Client, tmp_path: Path) -> None:
    for number, dataset in enumerate(
        (colour(STUDY, f"{SERIES}1", photometric="YBR_FULL")[0], palette(STUDY, f"{SERIES}2")), 1
    ):
        expected = drawn_by_dcmtk(dataset, tmp_path).astype(int)
        take_in(encode(dataset))
        uid = f"{SERIES}{number}"
        assert np.abs(rendered(client, url=f"{ROOT}/series/{uid}/instances/{uid}.1/rendered") - expected).max() <= 2


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.2"])
def test_whatever_the_encoding_the_picture_is_the_same(db: None, client: Client, syntax: str) -> None:
    take_in(encode(grey(STUDY, SERIES)), encode(grey(STUDY, f"{SERIES}1"), syntax))
    assert np.array_equal(rendered(client), rendered(client, url=f"{ROOT}/series/{SERIES}1/instances/{SERIES}1.1/rendered"))


REAL = (
    *("CT_small", "MR_small", "MR_small_bigendian", "MR_small_RLE", "MR_small_padded", "image_dfl", "examples_palette"),
    *("SC_rgb_jpeg_dcmtk", "SC_rgb_jpeg_gdcm", "SC_rgb_dcmtk_+eb+cy+s4", "SC_rgb_rle_16bit", "SC_rgb_rle_32bit"),
    *("SC_ybr_full_422_uncompressed", "SC_rgb_small_odd", "liver_1frame", "rtdose_1frame", "JPGExtended"),
)


@pytest.mark.parametrize("name", REAL)
def test_real_files_of_many_makers_are_drawn_as_dcmtk_draws_them(
    db: None, client: Client, tmp_path: Path, name: str
) -> None:
    """The files that pydicom ships for its own tests."""
    path = Path(pydicom.__file__).parent / "data" / "test_files" / f"{name}.dcm"
    header = pydicom.dcmread(path, stop_before_pixels=True)
    take_in(path.read_bytes())
    options = ("--use-window", "1") if header.get("WindowCenter") else ("--min-max-window",)
    expected = drawn_by_dcmtk(path, tmp_path, *options).astype(int)
    url = f"{header.StudyInstanceUID}/series/{header.SeriesInstanceUID}/instances/{header.SOPInstanceUID}/frames/1/rendered"
    assert np.abs(rendered(client, url=f"/dicom-web/studies/{url}") - expected).max() <= 3


def test_functional_groups_say_how_each_frame_is_drawn(db: None, client: Client) -> None:
    stack = image(STUDY, SERIES, 1, np.stack([RAMP, RAMP]))
    shared, frames = Dataset(), [Dataset(), Dataset()]
    slope = Dataset()
    slope.RescaleSlope, slope.RescaleIntercept, slope.RescaleType = "1", "100", "US"
    shared.PixelValueTransformationSequence = [slope]
    for frame, center in zip(frames, ("400", "700"), strict=True):
        window = Dataset()
        window.WindowCenter, window.WindowWidth = center, "300"
        frame.FrameVOILUTSequence = [window]
    stack.SharedFunctionalGroupsSequence, stack.PerFrameFunctionalGroupsSequence = [shared], frames
    take_in(encode(stack))
    url = URL.replace("/rendered", "/frames/{}/rendered")
    for number, center in ((1, 400), (2, 700)):
        expected = np.rint(np.clip((RAMP + 100 - (center - 0.5)) / 299 + 0.5, 0, 1) * 255)
        assert np.array_equal(rendered(client, url=url.format(number)), expected)


def test_a_heatmap_is_coloured_over_a_fixed_scale_and_a_mask_is_black_and_white(archive: object, client: Client) -> None:
    Series.objects.filter(series_instance_uid=f"{STUDY}.3").update(generated=True)
    heat = f"{ROOT}/series/{STUDY}.3/instances/{STUDY}.3.1"
    response = client.get(f"{heat}/rendered", headers=PNG)
    assert "Frame 4 of 4 is shown" in response["Warning"], "the strongest plane, not the middle one"
    shown = picture_in(content_of(response))
    assert shown.shape == (6, 5, 3)
    assert tuple(shown[-1, -1]) == (252, 255, 164), "1 is the brightest of inferno"
    weakest = rendered(client, url=f"{heat}/frames/1/rendered").astype(int)
    assert weakest.max() < 120, "not stretched to its own maximum"
    assert HEAT[0].max() < 0.3
    mask = rendered(client, url=f"{ROOT}/series/{STUDY}.4/instances/{STUDY}.4.1/frames/2/rendered")
    assert np.array_equal(mask, MASKS[1] * 255)


def test_a_map_that_would_fill_the_memory_is_not_inflated_to_find_its_strongest_plane(
    archive: object, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "MOST_DECODED", HEAT.nbytes - 1)
    response = client.get(f"{ROOT}/series/{STUDY}.3/instances/{STUDY}.3.1/rendered", headers=PNG)
    assert response.status_code == 200
    assert "Frame 3 of 4 is shown" in response["Warning"], "the middle one"


def test_viewport_and_quality(db: None, client: Client) -> None:
    take_in(encode(grey(STUDY, SERIES)), encode(grey(STUDY, f"{SERIES}1", PixelSpacing=[2, 1])))
    whole = rendered(client)
    assert rendered(client, "viewport=30,30").shape == (20, 30), "the shape is kept"
    assert rendered(client, "viewport=600,80").shape == (80, 120), "and enlarged to fit"
    assert np.array_equal(rendered(client, "viewport=20,10,5,7,20,10"), whole[7:17, 5:25])
    assert np.array_equal(rendered(client, "viewport=20,10,5,7,-20,10"), whole[7:17, 5:25][:, ::-1])
    assert np.array_equal(rendered(client, "viewport=55,40,5"), whole[:, 5:]), "what is left out goes to the end"
    tall = rendered(client, "viewport=60,400", f"{ROOT}/series/{SERIES}1/instances/{SERIES}1.1/rendered")
    assert tall.shape == (80, 60), "pixels are twice as high as wide"
    sizes = [
        len(content_of(client.get(f"{URL}?quality={quality}", headers={"Accept": "image/jpeg"}))) for quality in (10, 95)
    ]
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize(
    "query",
    [
        "window=1", "window=a,b", "window=1,0", "window=1,0.5", "window=1,2,cubic", "window=nan,2", "viewport=10",
        "viewport=0,10", "viewport=10,99999", "viewport=10,10,-1,0,5,5", "viewport=10,10,0,0,0,5", "viewport=10,10,500,0",
        "viewport=1,1,1,1,1,1,1", "quality=0", "quality=101", "quality=high", "window=1e999,2",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(archive: object, client: Client, query: str) -> None:
    response = client.get(f"{ROOT}/series/{STUDY}.1/instances/{STUDY}.1.1/rendered?{query}")
    assert response.status_code == 400, content_of(response)
    assert set(response.json()) == {"code", "detail", "reference"}


def test_what_is_not_done_is_told(archive: object, client: Client) -> None:
    url = f"{ROOT}/series/{STUDY}.1/instances/{STUDY}.1.1/rendered?annotation=patient,technique%0d%0aX&iccprofile=srgb"
    response = client.get(url)
    assert response.status_code == 200
    assert "The following annotation values are not supported: patient,technique??X" in response["Warning"]
    assert "iccprofile" in response["Warning"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "image/jpeg"), ("image/*", "image/jpeg"), ("image/jpeg", "image/jpeg"), ("image/png", "image/png"),
        ("image/gif", "image/gif"), ("video/mp4, image/png; q=0.5", "image/png"),
    ],
)  # fmt: skip
def test_formats(archive: object, client: Client, accept: str, kind: str) -> None:
    url = f"{ROOT}/series/{STUDY}.1/instances/{STUDY}.1.1/rendered"
    for response in (client.get(url, headers={"Accept": accept}), client.get(url, {"accept": accept})):
        assert response["Content-Type"] == kind
        assert picture_in(content_of(response)).shape[:2] == pixels_of(1).shape


def test_several_pictures_are_parts(archive: object, client: Client) -> None:
    parts = 'multipart/related; type="image/png"'
    for url, count in (
        (f"{ROOT}/rendered", 3 + 2 + 4 + 3),
        (f"{ROOT}/series/{STUDY}.1/rendered", 3),
        (f"{ROOT}/series/{STUDY}.3/instances/{STUDY}.3.1/rendered", 4),
        (f"{ROOT}/series/{STUDY}.3/instances/{STUDY}.3.1/frames/2,4/rendered", 2),
    ):
        response = client.get(url, headers={"Accept": parts})
        assert response.status_code == 200, response.content
        found = parts_of(response)
        assert [kind for kind, _ in found] == ["image/png"] * count
        assert all(picture_in(body).size for _, body in found)
    assert parts_of(client.get(f"{ROOT}/series/{STUDY}.1/rendered"))[0][0] == "image/jpeg"


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        (f"/series/{STUDY}.1/instances/{STUDY}.1.1/rendered", "video/mp4", 406),
        (f"/series/{STUDY}.1/instances/{STUDY}.1.1/rendered", "application/dicom", 406),
        (f"/series/{STUDY}.1/rendered", "image/png", 406),  # three pictures do not fit into one
        (f"/series/{STUDY}.5/instances/{STUDY}.5.1/rendered", "*/*", 406),  # a report
        (f"/series/{STUDY}.5/instances/{STUDY}.5.1/frames/1/rendered", "*/*", 404),
        (f"/series/{STUDY}.5/instances/{STUDY}.5.1/thumbnail", "*/*", 404),
        (f"/series/{STUDY}.1/instances/{STUDY}.1.1/frames/2/rendered", "*/*", 404),
        (f"/series/{STUDY}.1/instances/{STUDY}.1.1/frames/x/rendered", "*/*", 400),
        (f"/series/{STUDY}.1/instances/1.2.3/rendered", "*/*", 404),
        (f"/series/{STUDY}.1/thumbnail", 'multipart/related; type="image/png"', 406),
    ],
)
def test_404_and_406_where_they_belong(archive: object, client: Client, path: str, accept: str, status: int) -> None:
    response = client.get(ROOT + path, headers={"Accept": accept})
    assert response.status_code == status
    assert STUDY not in response.content.decode()


def test_thumbnails_stand_for_what_is_behind_them(archive: dict[str, Instance], client: Client) -> None:
    """The study's is the middle of its enhanced series, whatever else is longer."""
    Series.objects.filter(series_instance_uid=f"{STUDY}.2").update(recognised_role="T1WIC", plane="axial")
    take_in(encode(image(STUDY, f"{STUDY}.2", 3)))
    expected = rendered(client, "viewport=128,128", f"{ROOT}/series/{STUDY}.2/instances/{STUDY}.2.2/rendered")
    for url in (f"{ROOT}/thumbnail", f"{ROOT}/series/{STUDY}.2/thumbnail"):
        response = client.get(url, headers=PNG)
        assert np.array_equal(picture_in(content_of(response)), expected), url
    small = client.get(
        f"{ROOT}/series/{STUDY}.2/instances/{STUDY}.2.2/thumbnail?viewport=16,16", headers={"Accept": "image/*"}
    )
    assert small["Content-Type"] == "image/jpeg"
    assert picture_in(content_of(small)).shape == (16, 12)
    frame = client.get(f"{ROOT}/series/{STUDY}.3/instances/{STUDY}.3.1/frames/2/thumbnail", headers=PNG)
    assert picture_in(content_of(frame)).shape[:2] == (128, 107)


def test_a_picture_is_not_sent_again_unchanged_and_a_piece_of_it_on_request(archive: object, client: Client) -> None:
    url = f"{ROOT}/series/{STUDY}.1/instances/{STUDY}.1.1/rendered"
    whole = client.get(url)
    assert client.get(url, headers={"If-None-Match": whole["ETag"]}).status_code == 304
    assert client.get(f"{url}?quality=50", headers={"If-None-Match": whole["ETag"]}).status_code == 200
    piece = client.get(url, headers={"Range": "bytes=2-5"})
    assert (piece.status_code, piece.content) == (206, whole.content[2:6])


def test_only_clinical_roles_see_a_picture(archive: object, signed_in: Callable[[str], Client]) -> None:
    for tail in ("/rendered", "/thumbnail", f"/series/{STUDY}.1/instances/{STUDY}.1.1/rendered"):
        for name, status in (("anonymous", 401), ("reader", 403), ("investigator", 403)):
            assert signed_in(name).get(ROOT + tail).status_code == status


def test_what_cannot_be_decoded_is_left_out_and_told(archive: dict[str, Instance], client: Client) -> None:
    from radapp.archive import storage

    broken = image(STUDY, f"{STUDY}.8", 1)
    take_in(encode(broken, "1.2.840.10008.1.2.4.90"), encode(image(STUDY, f"{STUDY}.8", 2)))
    stored = storage.path_of(Instance.objects.get(sop_instance_uid=f"{STUDY}.8.1").sha256)
    octets = bytearray(stored.read_bytes())
    start = octets.index(b"\xff\x4f\xff\x51")
    octets[start : start + 200] = b"\0" * 200
    stored.chmod(0o640)
    stored.write_bytes(octets)
    response = client.get(f"{ROOT}/series/{STUDY}.8/rendered")
    assert response.status_code == 206
    assert len(parts_of(response)) == 1
    assert "1 of 2 frames could not be drawn" in response["Warning"]
    assert client.get(f"{ROOT}/series/{STUDY}.8/instances/{STUDY}.8.1/rendered").status_code == 406
