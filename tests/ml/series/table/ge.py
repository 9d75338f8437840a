"""GE: classic headers."""

from tests.ml.series.headers import COR, GD, SAG, Row, at, ge, gre, inverted, tse

ROWS = (
    Row("GE T1 FSE", ge("Ax T1 FSE", **tse(620, 9.5)), "T1WI", "TR 620 ms, TE 9.5 ms, no contrast agent, axial 2D"),
    Row("GE T2 FSE", ge("Ax T2 FSE", **tse(4520, 98)), "T2WI", "TR 4520 ms, TE 98 ms, axial 2D"),
    Row(
        "GE T2 FSE, fat saturated by ScanOptions alone",
        ge("Ax T2", **tse(4520, 85, ScanOptions=["FAST_GEMS", "FS"])),
        "T2WI",
        "fat saturated",
        True,
    ),
    Row(
        "GE T2 PROPELLER, research mode", ge("Ax T2 PROPELLER", **tse(5200, 112, ScanningSequence="RM")), "T2WI", "TE 112 ms"
    ),
    Row("GE T1 FLAIR is T1", ge("Ax T1 FLAIR", **inverted(2500, 24, 860)), "T1WI", "T1 inversion recovery"),
    Row("GE T2 FLAIR", ge("Ax T2 FLAIR", **inverted(8500, 120, 2100)), "none", "FLAIR (TI 2100 ms)"),
    Row("GE STIR", ge("Cor STIR", COR, **inverted(4200, 42, 160)), "none", "STIR (TI 160 ms)", False),
    Row(
        "GE BRAVO",
        ge("Sag 3D BRAVO", SAG, "3D", **gre(7.4, 3.0, 12, InversionTime=400, SequenceVariant=["SS", "SP", "SK"])),
        "T1WI",
        "sagittal 3D (stands in, resampled to axial)",
    ),
    Row("GE CUBE T2", ge("Sag CUBE T2", SAG, "3D", **tse(2502, 88)), "T2WI", "sagittal 3D (stands in"),
    Row(
        "GE LAVA-Flex water",
        ge("WATER: Ax LAVA-Flex", kind="3D", **gre(5.9, 1.3, 12, ImageType=["DERIVED", "PRIMARY", "DIXON", "WATER"])),
        "T1WI",
        "Dixon water image (fat suppressed)",
        True,
    ),
    Row(
        "GE LAVA-Flex fat",
        ge("FAT: Ax LAVA-Flex", kind="3D", **gre(5.9, 1.3, 12, ImageType=["DERIVED", "PRIMARY", "DIXON", "FAT"])),
        "none",
        "Dixon fat image",
    ),
    Row(
        "GE LAVA-Flex out of phase",
        ge("OutPhase: Ax LAVA-Flex", kind="3D", **gre(5.9, 1.3, 12)),
        "none",
        "Dixon out-of-phase image",
    ),
    Row(
        "GE LAVA-Flex in phase",
        ge("InPhase: Ax LAVA-Flex", kind="3D", **gre(5.9, 2.6, 12)),
        "T1WI",
        "Dixon in-phase image (fat not suppressed)",
    ),
    Row(
        "GE IDEAL water, T2",
        ge(
            "WATER: Ax T2 FSE IDEAL",
            **tse(4800, 90, ScanningSequence="RM", ImageType=["DERIVED", "PRIMARY", "DIXON", "WATER"]),
        ),
        "T2WI",
        "Dixon water image",
        True,
    ),
    Row("GE diffusion", ge("Ax DWI b1000", **tse(5200, 78, ScanningSequence=["EP", "SE"])), "none", "diffusion"),
    Row(
        "GE FIESTA-C",
        ge("Ax FIESTA-C", kind="3D", **gre(5.1, 2.2, 60, SequenceVariant=["SS", "SK"])),
        "none",
        "steady-state",
    ),
    Row("GE SWAN", ge("Ax SWAN", kind="3D", **gre(38, 23, 15)), "none", "susceptibility"),
    Row("GE time of flight", ge("Ax 3D TOF", kind="3D", **gre(25, 2.7, 20)), "none", "angiography"),
    Row("GE time of flight, nameless", ge("", kind="3D", **gre(25, 2.7, 20)), "none", "not to be told apart"),
    Row("GE calibration", ge("Asset Cal", kind="2D", **gre(150, 2.1, 50)), "none", "calibration"),
    Row("GE three-plane localiser by its words", ge("3-pl T2* FGRE S", **gre(5.5, 1.6, 30)), "none", "localiser"),
    Row(
        "GE agent in every series: the first of a pair is unenhanced",
        ge("Ax T1", **tse(600, 10, **GD, **at("1000"))),
        "T1WI",
        "this one is the unenhanced",
        False,
        (ge("Ax T2", **tse(4500, 100, **GD, **at("0950"))), ge("Ax T1", **tse(600, 10, **GD, **at("1040")))),
    ),
    Row(
        "GE agent in every series: the second of a pair is enhanced",
        ge("Ax T1", **tse(600, 10, SeriesNumber=9, **GD, **at("1040"))),
        "T1WIC",
        "contrast agent GADOLINIUM DTPA, repeats series 4",
        False,
        (ge("Ax T2", **tse(4500, 100, **GD, **at("0950"))), ge("Ax T1", **tse(600, 10, SeriesNumber=4, **GD, **at("1000")))),
    ),
    Row(
        "GE enhanced and fat saturated, described",
        ge("Ax T1 FS +C", **tse(640, 10, ScanOptions=["FAST_GEMS", "FS"])),
        "T1WIC",
        "described as enhanced",
        True,
    ),
    Row(
        "GE's ProtocolName of the whole examination says nothing",
        ge("Ax T1", **tse(640, 10, ProtocolName="NPC +C FS")),
        "T1WI",
        "no contrast agent",
    ),
    Row(
        "GE synthetic T1",
        ge("SyMRI T1W", **tse(4000, 22, ImageType=["DERIVED", "SECONDARY", "OTHER"])),
        "none",
        "quantitative map",
    ),
)
