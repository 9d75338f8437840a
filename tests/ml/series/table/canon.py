"""Canon: classic headers."""

from tests.ml.series.headers import COR, Row, canon, gre, tse

ROWS = (
    Row("Canon T1 SE", canon("T1W AX", **tse(540, 15, SequenceName="SE2D")), "T1WI", "TR 540 ms, TE 15 ms"),
    Row("Canon T2 FSE", canon("T2W_FSE AX", **tse(4500, 105, SequenceName="FSE+10")), "T2WI", "TE 105 ms"),
    Row(
        "Canon T1 with gadolinium and fat saturation",
        canon("AX T1 FatSat Gd", **tse(600, 15)),
        "T1WIC",
        "described as enhanced",
        True,
    ),
    Row(
        "Canon Quick 3Ds, enhanced",
        canon("Quick 3Ds AX post", kind="3D", **gre(4.2, 1.6, 12, ScanOptions="FS")),
        "T1WIC",
        "described as enhanced",
        True,
    ),
    Row("Canon FASE hydrography", canon("FASE MRCP", COR, **tse(9000, 600)), "none", "water imaging"),
    Row("Canon time of flight", canon("AX", kind="3D", **gre(21, 6.8, 18, AngioFlag="Y")), "none", "angiography"),
    Row(
        "Toshiba FLAIR named FIR2D, SE without TI",
        canon("AX", **tse(10000, 105, Manufacturer="TOSHIBA_MEC", SequenceName="FIR2D")),
        "none",
        "inversion recovery without a recorded TI",
    ),
    Row("Hitachi balanced", canon("BASG", kind="3D", **gre(6, 3, 60, Manufacturer="HITACHI")), "none", "steady-state"),
)
