"""United Imaging: classic headers, with Chinese descriptions."""

from tests.ml.series.headers import COR, SAG, Row, gre, inverted, tse, united

ROWS = (
    Row(
        "United Imaging T1 FSE, plain by its words",
        united("t1_fse_tra 平扫", **tse(580, 10)),
        "T1WI",
        "described as unenhanced",
    ),
    Row(
        "United Imaging T1 FSE, enhanced and fat saturated in Chinese",
        united("横断位T1增强压脂", **tse(620, 10)),
        "T1WIC",
        "described as enhanced",
        True,
    ),
    Row(
        "United Imaging T2 FSE, fat saturated",
        united("t2_fse_tra_fs", **tse(4200, 87, ScanOptions="FS")),
        "T2WI",
        "fat saturated",
        True,
    ),
    Row(
        "United Imaging FSP",
        united("t1_gre_fsp_3d_sag_iso", SAG, "3D", **gre(7.2, 3.1, 10, InversionTime=810)),
        "T1WI",
        "sagittal 3D",
    ),
    Row(
        "United Imaging water-fat imaging, water",
        united("t2_fse_wfi_tra_W", **tse(4000, 88)),
        "T2WI",
        "Dixon water image",
        True,
    ),
    Row(
        "United Imaging QUICK 3D with agent",
        united("t1_quick3d_tra_fs+C", kind="3D", **gre(4.0, 1.8, 10, ScanOptions="FS")),
        "T1WIC",
        "described as enhanced",
        True,
    ),
    Row("United Imaging FLAIR", united("t2_arms_flair_tra", **inverted(8000, 110, 2300)), "none", "FLAIR"),
    Row("United Imaging FLAIR without InversionTime", united("黑水 轴位", **inverted(8000, 110, None)), "none", "FLAIR"),
    Row("United Imaging diffusion in Chinese", united("弥散 b1000", **tse(3000, 75)), "none", "diffusion"),
    Row("United Imaging localiser in Chinese", united("定位像", COR, **gre(5, 2, 30)), "none", "localiser"),
    Row(
        "United Imaging sagittal T2 in Chinese",
        united("矢状位T2", SAG, **tse(3500, 95)),
        "none",
        "sagittal 2D: only axial slices",
    ),
)
