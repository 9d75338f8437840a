"""What any vendor may leave out, mistake or add."""

from tests.ml.series.headers import AGENT, COR, SAG, Row, at, classic, philips, siemens, tse

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
    *(
        Row(
            f"no agent, in words: {agent}",
            siemens("t1_tse_tra", **tse(650, 11, ContrastBolusAgent=agent)),
            "T1WI",
            "no contrast",
        )
        for agent in (
            "NO CONTRAST GIVEN",
            "Without contrast",
            "w/o",
            "False",
            "N/A",
            "0.0",
            "0 ML",
            "未使用",
            "无造影剂",
            "unknown",
        )
    ),
    *(
        Row(f"an agent: {agent}", siemens("t1_tse_tra", **tse(650, 11, ContrastBolusAgent=agent)), "T1WIC", f"agent {agent}")
        for agent in ("Y", "Novist", "Non-ionic gadolinium", "10", "钆喷酸葡胺")
    ),
    Row(
        "times blanked to midnight: series numbers tell the order",
        philips("T1W_TSE", **tse(600, 10, SeriesNumber=6, **at("0000"))),
        "T1WIC",
        "acquired after a series with contrast agent",
        False,
        (
            philips("T1W_TSE", **tse(600, 10, SeriesNumber=2, **at("0000"))),
            philips("T1W_TSE", COR, **tse(600, 10, SeriesNumber=5, **AGENT, **at("0000"))),
        ),
    ),
    Row(
        "times all alike: series numbers tell the order",
        philips("T1W_TSE", **tse(600, 10, SeriesNumber=2, **at("1200"))),
        "T1WI",
        "no contrast agent",
        False,
        (philips("T1W_TSE", **tse(600, 10, SeriesNumber=5, **AGENT, **at("1200"))),),
    ),
    Row("no TE, a TR too short for T2", classic("Acme", "T2 tra", RepetitionTime=560), "none", "TR 560 ms contradicts"),
    Row("no TR, a TE too short for T2", classic("Acme", "T2 tra", EchoTime=11), "none", "TE 11 ms contradicts"),
    Row(
        "an inversion-prepared volume told by its times and flip angle alone",
        classic("", "", SAG, "absent", RepetitionTime=2300, EchoTime=2.98, FlipAngle=9),
        "T1WI",
        "sagittal 3D",
    ),
    Row(
        "a repetition time too short for a spin echo",
        classic("Acme", "", RepetitionTime=22, EchoTime=6, SliceThickness=0.6, MRAcquisitionType="3D"),
        "none",
        "not to be told apart",
    ),
)
