"""What any vendor may leave out, mistake or add."""

from tests.ml.series.headers import Row, at, classic, siemens, tse

ROWS = (
    Row("no TR and TE: the words decide", classic("", "T2WI 轴位 压脂"), "T2WI", "no TR or TE recorded", True),
    Row("no TR, TE nor words", classic("", "series 7"), "none", "neither TR nor TE is recorded"),
    Row(
        "no ScanningSequence: TR and TE decide",
        classic("Acme", "tra", RepetitionTime=560, EchoTime=12),
        "T1WI",
        "TR 560 ms, TE 12 ms",
    ),
    Row(
        "no plane recorded: the words tell it",
        classic("Acme", "T1 tra", ImageOrientationPatient="absent", **tse(560, 12)),
        "T1WI",
        "axial 2D",
    ),
    Row(
        "a mistaken description does not overrule physics",
        siemens("t2_tse_tra", **tse(560, 11)),
        "T1WI",
        "TR 560 ms, TE 11 ms",
    ),
    Row("mixed weighting", classic("Acme", "ax", **tse(1100, 80)), "none", "neither T1 nor T2 weighted"),
    Row(
        "agent said to be none",
        siemens("t1_tse_tra", **tse(650, 11, ContrastBolusAgent="NONE")),
        "T1WI",
        "no contrast agent",
    ),
    Row(
        "agent begun after the images",
        siemens("t1_tse_tra", **tse(650, 11, ContrastBolusAgent="Dotarem", ContrastBolusStartTime="104500", **at("1000"))),
        "T1WI",
        "acquired before the agent was given",
    ),
    Row(
        "derived image of unknown kind",
        siemens("t1_tse_tra_x", **tse(650, 11, ImageType=["DERIVED", "SECONDARY", "M", "CUSTOM"])),
        "none",
        "derived image",
    ),
    Row(
        "filtered on the scanner",
        siemens("t1_tse_tra", **tse(650, 11, ImageType=["DERIVED", "PRIMARY", "M", "NORM", "FIL"])),
        "T1WI",
        "TR 650 ms",
    ),
    Row("a computed tomogram", classic("Acme", "T1 ax", Modality="CT"), "none", "modality CT, not MR"),
    Row(
        "a parametric map of ours",
        classic("DARNDEST", "T1WI heatmap", SOPClassUID="1.2.840.10008.5.1.4.1.1.30"),
        "none",
        "not an MR image object",
    ),
    Row("a TR that is no number", classic("Acme", "T1 tra", ScanningSequence="SE", EchoTime=12), "T1WI", "TE 12 ms"),
)
