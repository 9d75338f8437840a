"""Values as in published examinations; each row's comment names the data set they are read from."""

from tests.ml.series.headers import AX, SAG, Row, classic, ge, gre, philips, siemens, tse, united

ROWS = (
    # neurolabusc/dcm_qa_philips_enh, series 2301: SE without EP, and a description that no list of words knew.
    Row(
        "Philips echo planar diffusion, told by the sequence's name alone",
        philips("DTIphase_S2MB2", **tse(4549.18, 86, ScanOptions="PFP", PulseSequenceName="DwiSE", ProtocolName="x")),
        "none",
        "diffusion",
    ),
    # neurolabusc/dcm_qa_nih and dcm_qa_ge: MPRAGE of a research sequence, the inversion in ScanOptions.
    Row(
        "GE MP-RAGE, ScanningSequence RM and IR",
        ge(
            "3D Ax T1 MP-RAGE_R22",
            AX,
            "3D",
            **gre(2217.66, 3.172, 8, InversionTime=1000, ScanningSequence=["RM", "IR"], SequenceVariant="NONE"),
        ),
        "T1WI",
        "MPRAGE type",
    ),
    # neurolabusc/dcm_qa_uih: GR and IR, variant NONE, ImageType with UCA and IF.
    Row(
        "United Imaging gre_fsp with UCA and IF filters",
        united(
            "t1_gre_fsp_3d_sag",
            SAG,
            "3D",
            **gre(
                7.25,
                3.1,
                10,
                InversionTime=750,
                ScanningSequence=["GR", "IR"],
                SequenceVariant="NONE",
                SequenceName="gre_fsp",
                ImageType=["ORIGINAL", "PRIMARY", "M", "UCA", "IF"],
            ),
        ),
        "T1WI",
        "sagittal 3D",
    ),
    # spine-generic/data-multi-subject, sub-ucdavis01: converted from XA without ScanningSequence.
    Row(
        "Siemens multi-echo gradient echo without ScanningSequence: the flip angle tells it",
        siemens("GRE-ME", RepetitionTime=600, EchoTime=14, FlipAngle=30, SequenceVariant="SP", ScanOptions="absent"),
        "none",
        "gradient echo with TE 14 ms",
        None,
    ),
    # The same collection, sub-milan01: nothing but a sequence name, its asterisk turned into an underscore.
    Row(
        "Siemens multi-echo gradient echo by its sequence name",
        classic("Siemens", "", RepetitionTime=600, EchoTime=14, SequenceName="_me2d1r3", ScanOptions="absent"),
        "none",
        "gradient echo with TE 14 ms",
        None,
    ),
    # The same collection, sub-sherbrooke01: no ScanningSequence, no MRAcquisitionType, no plane.
    Row(
        "Philips TFE without ScanningSequence and MRAcquisitionType is a volume",
        philips(
            "",
            RepetitionTime=7.786,
            EchoTime=3.558,
            FlipAngle=9,
            ImageOrientationPatient="absent",
            MRAcquisitionType="absent",
            ScanOptions="absent",
            SequenceVariant="absent",
            SliceThickness=1,
            ProtocolName="WIP_T1w",
            ImageType=["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"],
        ),
        "T1WI",
        "plane not recorded 3D",
        None,
    ),
    # OpenNeuro ds006239 and the Human Connectome Project's T1w_MPR: short for MPRAGE, not for a reformat.
    Row(
        "Siemens MPRAGE called mpr",
        siemens(
            "t1w_mpr_sag_1x1x1_176",
            SAG,
            "3D",
            **gre(
                1900,
                2.52,
                9,
                InversionTime=900,
                ScanningSequence=["GR", "IR"],
                SequenceVariant=["SK", "SP", "MP"],
                ScanOptions="IR",
                SequenceName="*tfl3d1_16ns",
                ImageType=["ORIGINAL", "PRIMARY", "M", "ND", "NORM"],
            ),
        ),
        "T1WI",
        "MPRAGE type",
    ),
    # NYUMets names this volume so among its enhanced T1.
    Row(
        "Siemens MPRAGE with a warning to technologists",
        siemens("t1 mprage ax (do not mpr sag!!!)", AX, "3D", **gre(2100, 3, 9, SequenceVariant="MP")),
        "T1WI",
        "axial 3D",
    ),
)
