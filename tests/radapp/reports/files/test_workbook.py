"""The workbook: numbers as numbers, no text a formula, the same bytes; read by openpyxl and by LibreOffice."""

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from radapp.reports.files.tables import Table
from radapp.reports.files.workbook import number_format, sheet_name, workbook_of
from tests.radapp.reports.files.documents import WILD, document

pytestmark = pytest.mark.once
TIDY = Table(
    "figures", ("cohort", "value", "small", "reason"), ({"cohort": WILD, "value": -0.25, "small": True, "reason": None},)
)
SAID = f"'{WILD}".replace("\x07", "")


def workbook(language: str = "en") -> bytes:
    return workbook_of(document(), [TIDY], language)


def opened(language: str = "en") -> Workbook:
    return load_workbook(io.BytesIO(workbook(language)))


def test_its_sheets() -> None:
    assert opened().sheetnames == ["About", "Table 1", "Table 2", "figures", "Dictionary"]
    chinese = opened("zh")
    assert chinese.sheetnames == ["说明", "表 1", "表 2", "figures", "数据字典"]
    about = [[field.value for field in row] for row in chinese["说明"].iter_rows()]
    assert about[0] == ["一份报告", None]
    assert [None, "合成数据"] in about
    assert ["†", "其背后某格少于 5 例"] in about
    assert ["1", "Wilson EB. Probable inference. JASA 1927."] in about


def test_a_table_as_it_is_shown() -> None:
    sheet = opened()["Table 1"]
    rows = [[field.value for field in row] for row in sheet.iter_rows(min_row=1, max_row=7)]
    assert rows[1][0] == "synthetic"
    assert [one for one in rows[2] if one] == ["Both"]
    assert [one for one in rows[3] if one] == ["Judge", "Cases", "Sensitivity", "AUC", SAID]
    assert [one for one in rows[4] if one] == ["Marks", "of", "interval", "Marks", "why none"]
    assert rows[5][0] == "A heading"
    assert rows[6] == [SAID, 12, "†", 27 / 29, "27/29", "77.23–unbounded", "–", "* §", "no discordant pair", 2444.5]
    assert {str(one) for one in sheet.merged_cells.ranges} == {"D3:I3", "B4:C4", "D4:F4", "G4:I4"}
    assert [sheet.cell(7, at).number_format for at in (2, 4, 10)] == ["0", "0.00%", "#,##0.0"]


def test_no_text_is_a_formula() -> None:
    book = opened()
    assert {field.data_type for sheet in book for row in sheet.iter_rows() for field in row if field.value is not None} == {
        "s",
        "n",
    }
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_tidy_tables_and_what_their_columns_mean() -> None:
    book = opened()
    assert [[field.value for field in row] for row in book["figures"].iter_rows()] == [
        ["cohort", "value", "small", "reason", "label"],
        [SAID, -0.25, "yes", None, "synthetic"],
    ]
    assert {row[1].value for row in book["Dictionary"].iter_rows(min_row=2)} == {*TIDY.columns, "label"}


def test_the_same_report_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = workbook()
    assert workbook() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def test_names_of_sheets() -> None:
    taken = ["Table 1"]
    for wanted in ("table 1", "[a]:*?/\\'b", "", "History", "x" * 40, "x" * 50, "队列" * 20):
        name = sheet_name(wanted, taken)
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\'")
        assert name.casefold() not in {one.casefold() for one in [*taken, "history"]}
        taken.append(name)


@pytest.mark.parametrize(
    ("value", "shown", "wanted"),
    [
        (0.931, "93.1 (27/29)", "0.0%"),
        (0.931, "0.931", "0.000"),
        (3, "3", "0"),
        (2444.0, "2,444", "#,##0"),
        (0.0001, "<0.001", "0.000"),
        (-0.05, "-5.00", "0.00%"),
        (1.0, "–", "General"),
    ],
)
def test_numbers_are_shown_as_in_the_report(value: float, shown: str, wanted: str) -> None:
    assert number_format(value, shown) == wanted


def test_libreoffice_reads_it(tmp_path: Path) -> None:
    """Every sheet as CSV by LibreOffice Calc, which setup-test installs."""
    program = shutil.which("soffice")
    assert program is not None, "apt-get install libreoffice-calc-nogui (make setup-test)"
    (tmp_path / "a.xlsx").write_bytes(workbook("zh"))
    each_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        program,
        profile,
        "--headless",
        "--convert-to",
        each_sheet,
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "a.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = {path.name: path.read_text("utf-8-sig") for path in (tmp_path / "out").iterdir()}
    assert set(found) == {f"a-{name}.csv" for name in ("说明", "表 1", "表 2", "figures", "数据字典")}
    rows = list(csv.reader(io.StringIO(found["a-表 1.csv"])))
    texts = [SAID, "12", "†", "27/29", "77.23–无上限", "–", "* §", "没有不一致的配对"]
    assert [*rows[6][:3], *rows[6][4:9]] == texts
    assert float(rows[6][3].rstrip("%")) == pytest.approx(2700 / 29, abs=0.005), "a share, in percent"
    assert float(rows[6][9].replace(",", "")) == 2444.5
    assert not any("Err:" in text or "#NAME?" in text for text in found.values())
