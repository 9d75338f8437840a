"""Whole nasopharyngeal examinations: which series are read."""

from typing import Any

import pytest

from ml.series import Candidate, choose, recognise
from tests.ml.series.build import facts_of
from tests.ml.series.headers import AX, COR, GD, SAG, Header, at, ge, gre, inverted, philips, siemens, tse, united

FS = {"ScanOptions": "FS"}
Chosen = dict[str, str]


def nth(number: int, clock: str) -> dict[str, Any]:
    return {"SeriesNumber": number} | at(clock)


PROTOCOLS: dict[str, tuple[Chosen, tuple[Header, ...]]] = {
    "GE: calibration, diffusion, sagittal and volume series around the three": (
        {"T1WI": "OAx T1 FSE", "T2WI": "OAx T2 FS IDEAL", "T1WIC": "OAx T1 FS+C"},
        (
            ge("3-pl Loc", **gre(5.5, 1.6, 30, **nth(1, "0900"))),
            ge("Asset Cal", **gre(150, 2.1, 50, **nth(2, "0901"))),
            ge(
                "OAx T2 FS IDEAL",
                **tse(4500, 85, ImageType=["DERIVED", "PRIMARY", "DIXON", "WATER"], **nth(3, "0903")),
            ),
            ge("OAx T1 FSE", **tse(600, 10, **nth(4, "0908"))),
            ge("Sag T1 FSE", SAG, **tse(600, 10, **nth(5, "0912"))),
            ge("OAx DWI b1000", **tse(5000, 75, ScanningSequence=["EP", "SE"], **nth(7, "0918"))),
            ge("OAx T1 FS+C", **tse(650, 10, **GD, **FS, **nth(8, "0930"))),
            ge("OAx LAVA-Flex+C", AX, "3D", **gre(5, 1.3, 12, **GD, **nth(10, "0938"))),
        ),
    ),
    "Philips: an agent recorded nowhere, dynamic imaging between the T1": (
        {"T1WI": "T1W_TSE_TRA", "T2WI": "T2W_SPAIR_TRA", "T1WIC": "T1W_SPIR_TRA"},
        (
            philips("T1W_TSE_TRA", **tse(560, 10, **nth(201, "0900"))),
            philips("T2W_SPAIR_TRA", **tse(3500, 80, **nth(301, "0905"))),
            philips("dADC", **tse(3000, 70, ImageType=["DERIVED", "SECONDARY", "ADC", "ADC"], **nth(402, "0910"))),
            philips("dyn_eTHRIVE", AX, "3D", **gre(4.5, 2.1, 10, **nth(501, "0915"))),
            philips("T1W_SPIR_TRA", **tse(620, 10, **FS, **nth(601, "0925"))),
            philips("T1W_SPIR_COR", COR, **tse(620, 10, **FS, **nth(701, "0928"))),
        ),
    ),
    "United Imaging: Chinese descriptions, times removed": (
        {"T1WI": "T1轴位平扫", "T2WI": "T2轴位压脂", "T1WIC": "T1轴位增强压脂"},
        (
            united("定位", **gre(5, 2, 25, SeriesNumber=1)),
            united("T1轴位平扫", **tse(600, 10, SeriesNumber=2)),
            united("T2轴位压脂", **tse(4000, 85, SeriesNumber=3)),
            united("弥散", **tse(3000, 70, SeriesNumber=4)),
            united("T1轴位增强压脂", **tse(620, 10, SeriesNumber=5)),
        ),
    ),
    "Siemens: unenhanced T1 with and without fat saturation": (
        {"T1WI": "t1_tse_tra", "T2WI": "t2_tse_tra_fs", "T1WIC": "t1_tse_tra_fs +C"},
        (
            siemens("t1_tse_tra", **tse(600, 11, **nth(2, "0900"))),
            siemens("t1_tse_tra_fs", **tse(650, 11, **FS, **nth(3, "0904"))),
            siemens("t2_tse_tra_fs", **tse(4000, 80, **FS, **nth(4, "0910"))),
            siemens("t1_tse_tra_fs +C", **tse(650, 11, **FS, **nth(6, "0930"))),
        ),
    ),
    "Siemens: volumes only, no unenhanced T1": (
        {"T2WI": "t2_spc_sag", "T1WIC": "t1_mprage_sag_post"},
        (
            siemens("t2_spc_flair_sag", SAG, "3D", **inverted(5000, 387, 1800, **nth(2, "0900"))),
            siemens("t2_spc_sag", SAG, "3D", **tse(3200, 408, **nth(3, "0910"))),
            siemens("t1_mprage_sag_post", SAG, "3D", **gre(2300, 3, 9, SequenceVariant="MP", **nth(5, "0925"))),
        ),
    ),
    "Siemens: T2 before and after the agent, repeated after motion before it": (
        {"T2WI": "t2_tse_tra_fs repeat", "T1WIC": "t1_tse_tra_fs +C"},
        (
            siemens("t2_tse_tra_fs", **tse(4000, 80, **FS, **nth(1, "0900"))),
            siemens("t2_tse_tra_fs repeat", **tse(4000, 80, **FS, **nth(2, "0905"))),
            siemens("t1_tse_tra_fs +C", **tse(700, 11, **FS, **nth(3, "0915"))),
            siemens("t2_tse_tra_fs late", **tse(4000, 80, **FS, **nth(4, "0925"))),
        ),
    ),
}


@pytest.mark.parametrize(("chosen", "series"), PROTOCOLS.values(), ids=PROTOCOLS.keys())
def test_what_is_read_of_an_examination(chosen: Chosen, series: tuple[Header, ...]) -> None:
    facts = [facts_of(header, str(header["SeriesDescription"])) for header in series]
    candidates = (
        Candidate(r.uid, r.role, r.plane, r.acquisition, r.preference, r.fat_saturated, f.instances, f.number)
        for r, f in zip(recognise(facts), facts, strict=True)
    )
    assert {role.value: uid for role, uid in choose(candidates).items()} == chosen
