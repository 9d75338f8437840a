"""Objects to be drawn: a ramp in several encodings of grey and colour, and the picture of an answer."""

from io import BytesIO

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.radapp.dicomweb.objects import base, image

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
ROWS, COLUMNS = 40, 60
RAMP = (np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) % 1024).astype(np.uint16)


def picture_in(octets: bytes) -> np.ndarray:
    """(rows, columns) or (rows, columns, 3) uint8 of a JPEG, PNG or GIF."""
    with Image.open(BytesIO(octets)) as opened:
        return np.asarray(opened.convert("RGB") if opened.mode not in {"L", "RGB"} else opened)


def grey(study: str, series: str, number: int = 1, values: np.ndarray = RAMP, **attributes: object) -> Dataset:
    """A MONOCHROME2 image of 16 bits; attributes are set afterwards."""
    dataset = image(study, series, number)
    dataset.Rows, dataset.Columns = values.shape
    dataset.PixelData = values.tobytes()
    dataset.PixelSpacing = [1, 1]
    dataset.PixelRepresentation = int(values.dtype.kind == "i")
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def colour(study: str, series: str, *, planar: int = 0, photometric: str = "RGB") -> tuple[Dataset, np.ndarray]:
    """An RGB (or YBR_FULL, if its values are taken so) image of 8 bits, and its values (rows, columns, 3)."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    values = np.stack([x * 4, y * 6, (x + y) * 2], axis=-1).astype(np.uint8)
    dataset = base(SECONDARY_CAPTURE, study, series, 1)
    dataset.Modality = "OT"
    dataset.ConversionType = "WSD"
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = ROWS, COLUMNS, 3
    dataset.PhotometricInterpretation, dataset.PlanarConfiguration = photometric, planar
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    dataset.PixelData = (values.transpose(2, 0, 1) if planar else values).tobytes()
    dataset["PixelData"].VR = "OB"
    return dataset, values


def palette(study: str, series: str) -> Dataset:
    """A PALETTE COLOR image whose look-up tables are too long for metadata: 1024 entries of 16 bits each."""
    dataset = grey(study, series)
    dataset.SOPClassUID = SECONDARY_CAPTURE
    dataset.Modality, dataset.ConversionType = "OT", "WSD"
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    entries = np.arange(1024, dtype=np.uint32)
    for name, table in (("Red", entries * 64), ("Green", 65535 - entries * 64), ("Blue", (entries * 256) % 65536)):
        setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [1024, 0, 16])
        setattr(dataset, f"{name}PaletteColorLookupTableData", table.astype("<u2").tobytes())
    return dataset


def voi_table(first: int, entries: np.ndarray, bits: int) -> Sequence:
    """A VOI LUT sequence of one table."""
    item = Dataset()
    item.add_new(0x00283002, "US", [len(entries), first, bits])
    item.add_new(0x00283006, "OW", entries.astype("<u2").tobytes())
    return Sequence([item])
