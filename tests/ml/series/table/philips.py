"""Philips: classic headers."""

from tests.ml.series.headers import COR, SAG, Row, gre, inverted, philips, tse

ROWS = (
    Row(
        "Philips T1 TSE", philips("T1W_TSE_TRA", **tse(555, 10)), "T1WI", "TR 555 ms, TE 10 ms, no contrast agent, axial 2D"
    ),
    Row("Philips T1 TSE tra +C", philips("T1W_TSE tra +C", **tse(555, 10)), "T1WIC", "described as enhanced"),
    Row("Philips T2 TSE", philips("T2W_TSE_TRA", **tse(3000, 100)), "T2WI", "TE 100 ms"),
    Row(
        "Philips SPAIR's delay is no inversion recovery",
        philips("T2W_TSE_SPAIR", **tse(3800, 80, ScanOptions="FS", InversionTime=110)),
        "T2WI",
        "fat saturated",
        True,
    ),
    Row(
        "Philips mDIXON TSE water",
        philips("T2W_mDIXON_TSE", **tse(3500, 90, ImageType=["DERIVED", "PRIMARY", "W", "W", "DERIVED"])),
        "T2WI",
        "Dixon water image",
        True,
    ),
    Row("Philips mDIXON water by its words", philips("T1 mDIXON W", **tse(600, 9)), "T1WI", "Dixon water image", True),
    Row(
        "Philips mDIXON in phase",
        philips("T1_mDIXON_TSE", **tse(600, 9, ImageType=["ORIGINAL", "PRIMARY", "IP", "IP", "DERIVED"])),
        "T1WI",
        "Dixon in-phase image",
    ),
    Row(
        "Philips 3D T1 TFE",
        philips(
            "sT1W_3D_TFE_SAG",
            SAG,
            "3D",
            **gre(7.6, 3.5, 8, SequenceVariant="MP", ImageType=["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"]),
        ),
        "T1WI",
        "sagittal 3D (stands in",
    ),
    Row(
        "Philips eTHRIVE with gadolinium",
        philips("eTHRIVE_Gd_TRA", kind="3D", **gre(5.2, 2.4, 10, ScanOptions="FS")),
        "T1WIC",
        "described as enhanced",
        True,
    ),
    Row("Philips VISTA T1, black blood", philips("3D_T1_VISTA_BB", COR, "3D", **tse(800, 21)), "T1WI", "coronal 3D"),
    Row("Philips FLAIR", philips("FLAIR_longTR", **inverted(11000, 125, 2800)), "none", "FLAIR"),
    Row("Philips STIR, long TE", philips("STIR_longTE", COR, **inverted(4300, 80, 180)), "none", "STIR"),
    Row(
        "Philips T1 inversion recovery",
        philips("T1W_IR_TSE", **inverted(2000, 20, 800, ScanningSequence="IR")),
        "T1WI",
        "T1 inversion recovery",
    ),
    Row("Philips survey", philips("Survey_SHC", COR, **gre(11, 4.6, 20)), "none", "localiser"),
    Row("Philips phase contrast", philips("3D_PCA", kind="3D", **gre(18, 5.7, 10, AngioFlag="Y")), "none", "angiography"),
    Row(
        "Philips ADC",
        philips("dADC", **tse(3000, 70, ImageType=["DERIVED", "PRIMARY", "ADC", "ADC", "DERIVED"])),
        "none",
        "diffusion",
    ),
    Row(
        "Philips balanced TFE",
        philips("3D_bTFE_IAC", kind="3D", **gre(6, 3, 45, SequenceVariant="SS")),
        "none",
        "steady-state",
    ),
    Row("Philips FFE T2*", philips("T2W_FFE", **gre(700, 16, 18)), "none", "T2*"),
    Row("Philips reference scan", philips("SENSE_Ref_Scan", COR, "3D", **gre(4, 0.75, 1)), "none", "calibration"),
    Row(
        "Philips real part of an inversion recovery",
        philips("T1W_IR_TSE", **inverted(2000, 20, 400, ImageType=["ORIGINAL", "PRIMARY", "R_IR", "R", "IR"])),
        "none",
        "real-part image",
    ),
    Row("Philips single-shot diffusion, SE by its header", philips("sDW_SSh", **tse(4000, 72)), "none", "diffusion"),
    Row(
        "Philips phase contrast by its ImageType",
        philips("x", kind="3D", **gre(18, 5.7, 10, ImageType=["ORIGINAL", "PRIMARY", "M_PCA", "M", "PCA"])),
        "none",
        "angiography (ImageType",
    ),
    *(
        Row(f"Philips enhanced in words: {words}", philips(words, **tse(555, 10)), "T1WIC", "described as enhanced", fat)
        for words, fat in (("T1W_SPIRC", True), ("T1WI_SPIR_C", True), ("T1W_mDIXON_TSEC_pass", False))
    ),
)
