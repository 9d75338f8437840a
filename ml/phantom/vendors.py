"""How four manufacturers describe the same sequences in their headers, one record each.

Descriptions and codes follow what such scanners are seen to write; they make `ml.series` work for its answer.
"""

from dataclasses import dataclass

from ml.series.role import Role


@dataclass(frozen=True)
class Vendor:
    """One manufacturer's habits. Descriptions by role; `suffix_fs` is added where fat is saturated."""

    manufacturer: str
    models: dict[float, str]
    """Model by field strength in tesla."""
    descriptions: dict[Role, str]
    sagittal: str
    """Description of the sagittal 3D T1."""
    suffix_fs: str
    image_type: tuple[str, ...]
    variant: tuple[str, ...]
    options: tuple[str, ...]
    option_fs: tuple[str, ...]
    sequence_names: dict[Role, str]
    agent: str
    upwards: bool
    """Instances are numbered from the feet to the head."""


VENDORS: tuple[Vendor, ...] = (
    Vendor(
        manufacturer="GE MEDICAL SYSTEMS",
        models={1.5: "SIGNA EXCITE", 3.0: "DISCOVERY MR750"},
        descriptions={Role.T1WI: "Ax T1 FSE", Role.T2WI: "Ax T2 FRFSE", Role.T1WIC: "Ax T1 FSE +C"},
        sagittal="Sag 3D T1 FSPGR",
        suffix_fs=" FS",
        image_type=("ORIGINAL", "PRIMARY", "OTHER"),
        variant=("SK", "OSP"),
        options=("FAST_GEMS", "TRF_GEMS"),
        option_fs=("FAST_GEMS", "FS", "TRF_GEMS"),
        sequence_names={},
        agent="MAGNEVIST",
        upwards=False,
    ),
    Vendor(
        manufacturer="SIEMENS",
        models={1.5: "Aera", 3.0: "Skyra"},
        descriptions={Role.T1WI: "t1_tse_tra", Role.T2WI: "t2_tse_tra", Role.T1WIC: "t1_tse_tra_CE"},
        sagittal="t1_mprage_sag_iso",
        suffix_fs="_fs",
        image_type=("ORIGINAL", "PRIMARY", "M", "ND", "NORM"),
        variant=("SK", "SP", "OSP"),
        options=("PFP",),
        option_fs=("PFP", "FS"),
        sequence_names={Role.T1WI: "*tse2d1_3", Role.T2WI: "*tse2d1_15", Role.T1WIC: "*tse2d1_3"},
        agent="Gadovist",
        upwards=True,
    ),
    Vendor(
        manufacturer="Philips Medical Systems",
        models={1.5: "Achieva", 3.0: "Ingenia"},
        descriptions={Role.T1WI: "T1W_TSE_TRA", Role.T2WI: "T2W_TSE_TRA", Role.T1WIC: "T1W_TSE_TRA +C"},
        sagittal="T1W_3D_TFE_SAG",
        suffix_fs="_SPIR",
        image_type=("ORIGINAL", "PRIMARY", "M_SE", "M", "SE"),
        variant=("SK",),
        options=("FC",),
        option_fs=("FC", "FS"),
        sequence_names={},
        agent="DOTAREM",
        upwards=True,
    ),
    Vendor(
        manufacturer="UIH",
        models={1.5: "uMR 560", 3.0: "uMR 780"},
        descriptions={Role.T1WI: "t1_fse_tra", Role.T2WI: "t2_fse_tra", Role.T1WIC: "t1_fse_tra+C"},
        sagittal="t1_gre_fsp_3d_sag",
        suffix_fs="_fs",
        image_type=("ORIGINAL", "PRIMARY", "M", "NONE"),
        variant=("SK",),
        options=("PFP",),
        option_fs=("PFP", "FS"),
        sequence_names={Role.T1WI: "fse", Role.T2WI: "fse", Role.T1WIC: "fse"},
        agent="Gd-DTPA",
        upwards=False,
    ),
)
