"""What a picture is drawn by: lookup tables, windows, colours, overlays."""

import random
import struct

from tests.hostile.parts import SIZES, Names, element, item, sound, text, with_element


def lying_tables(rng: random.Random, names: Names) -> bytes:
    """Lookup tables whose descriptors say otherwise than their data."""
    words = rng.choice(((0, 0, 16), (65_535, 65_535, 255), (256, 0, 8), (2, -5 & 0xFFFF, 16), (1,), (0,) * 9))
    descriptor = struct.pack(f"<{len(words)}H", *words)
    data = rng.randbytes(rng.choice((0, 1, 2, 512, 60_000)))
    if rng.random() < 0.5:
        table = element(0x28, 0x3002, rng.choice((b"US", b"SS")), descriptor)
        table += element(0x28, 0x3006, rng.choice((b"OW", b"US")), data[:60_000])
        sequence = rng.choice((0x3000, 0x3010))
        return with_element(sound(names), element(0x28, sequence, b"SQ", item(table) * rng.choice((1, 1, 40))))
    made = text(sound(names), "PhotometricInterpretation", b"PALETTE COLOR ")
    for number in range(rng.choice((0, 1, 3))):
        made = with_element(made, element(0x28, 0x1101 + number, b"US", descriptor))
        made = with_element(made, element(0x28, rng.choice((0x1201, 0x1221)) + number, b"OW", data))
    return made


def strange_windows(rng: random.Random, names: Names) -> bytes:
    """Windows, slopes and padding that are no numbers, or none that a picture could be made with."""
    made = sound(names)
    values = (b"NaN", b"inf", b"-inf", b"0", b"-1", b"1e308", b"-1e308", b"1e-320", b"", b"\\\\", b"1\\2\\3", b"1e400", b"x")
    keywords = ("WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "VOILUTFunction", "PixelPaddingValue")
    for keyword in rng.sample(keywords, rng.choice((1, 2, 4))):
        value = rng.choice(values)
        made = text(made, keyword, value, b"DS" if keyword == "PixelPaddingValue" else None)
    return made


def photometrics(rng: random.Random, names: Names) -> bytes:
    """Colour without colours, bits that do not fit each other."""
    made = sound(names)
    kinds = (b"PALETTE COLOR", b"RGB", b"YBR_FULL", b"YBR_FULL_422", b"YBR_ICT", b"YBR_PARTIAL_420", b"HSV", b"XYZ", b"")
    made = text(made, "PhotometricInterpretation", rng.choice(kinds))
    for keyword, values in (
        ("SamplesPerPixel", (0, 1, 2, 3, 4)),
        ("PlanarConfiguration", (0, 1, 7)),
        ("BitsAllocated", (1, 8, 12, 16, 24, 32, 64)),
        ("BitsStored", (0, 1, 12, 16, 77)),
        ("HighBit", (0, 11, 15, 99)),
        ("PixelRepresentation", (0, 1, 2)),
        ("Rows", (1, 3, 8)),
    ):
        if rng.random() < 0.5:
            made = text(made, keyword, struct.pack("<H", rng.choice(values)))
    return made


def overlays(rng: random.Random, names: Names) -> bytes:
    """Overlays larger than the image, without data, in every group."""
    made = sound(names)
    for group in range(0x6000, 0x6000 + 2 * rng.choice((1, 16, 30)), 2):
        made = with_element(made, element(group, 0x10, b"US", struct.pack("<H", rng.choice(SIZES))))
        made = with_element(made, element(group, 0x3000, b"OW", bytes(rng.choice((0, 2, 900)))))
    return made
