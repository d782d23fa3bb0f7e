"""A table's file is found where it should be; a wrong name, place or file is told in words."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from crmlib import data
from crmlib.data import tables
from tests.helpers.visits import VISITS

COURSE = Path(__file__).parents[2] / "datasets"


@pytest.fixture
def visits(monkeypatch) -> None:
    monkeypatch.setattr(tables, "TABLES", (*tables.TABLES, VISITS))


def load_error(name: str, folder: Path) -> str:
    with pytest.raises(data.TableError) as caught:
        data.load(name, folder=folder)
    return str(caught.value)


# Names and places


@pytest.mark.parametrize("ask", [data.load, lambda name: data.validate(pd.DataFrame(), name)])
def test_an_unknown_name_gets_the_nearest(ask):
    with pytest.raises(ValueError, match=r'no table "CDNOW"\. Did you mean: cdnow, '):
        ask("CDNOW")


def test_a_strange_name_gets_the_list():
    with pytest.raises(ValueError, match=r"The tables are: cdnow, .*, glossary"):
        data.load("weather")


def test_a_folder_named_by_the_caller_must_hold_the_table(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        data.load("donations", folder=tmp_path)
    assert str(tmp_path / "real" / "donations.csv") in str(caught.value)
    assert str(tmp_path / "donations.csv") in str(caught.value)
    assert str(COURSE) not in str(caught.value)


@pytest.mark.parametrize("place", ["donations.csv", "real/donations.csv"])
def test_a_folder_may_be_flat_or_laid_out_like_the_course(tmp_path, place):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("frequency,recency,n,count\n0,0,6,5\n", encoding="utf-8")
    assert data.load("donations", folder=tmp_path)["count"].tolist() == [5]
    assert data.load("donations", folder=str(tmp_path))["count"].tolist() == [5]


def test_the_folder_of_the_settings_comes_before_the_course(tmp_path, monkeypatch):
    (tmp_path / "donations.csv").write_text(
        "frequency,recency,n,count\n0,0,6,5\n", encoding="utf-8"
    )
    (tmp_path / "crmlib.toml").write_text('data = "."', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(data.load("donations")) == 1
    monkeypatch.setenv("CRMLIB_DATA", str(COURSE))
    assert len(data.load("donations")) == 22


def test_a_real_table_that_the_folder_of_the_settings_lacks_is_the_course_s(tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLIB_DATA", str(tmp_path))
    assert len(data.load("donations")) == 22


def test_a_company_s_table_never_comes_from_another_company(visits, tmp_path, monkeypatch):
    course, own = tmp_path / "course", tmp_path / "own"
    for folder, minutes in ((course, 5), (own, 9)):
        folder.mkdir()
        (folder / "visits.csv").write_text(f"visit_id,minutes,bought\na,{minutes},True\n")
    monkeypatch.setattr("crmlib.data.places.CLONE", course)
    assert data.load("visits")["minutes"].tolist() == [5]
    monkeypatch.setenv("CRMLIB_DATA", str(own))
    assert data.load("visits")["minutes"].tolist() == [9]
    (own / "visits.csv").unlink()
    with pytest.raises(FileNotFoundError, match="CRMLIB_DATA"):
        data.load("visits")


def test_without_a_clone_the_package_s_own_tables_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("crmlib.data.places.CLONE", tmp_path / "no clone")
    monkeypatch.setattr("crmlib.data.places.PACKAGE", COURSE)
    assert len(data.load("donations")) == 22


def test_no_module_hides_a_function_and_no_pandas_is_loaded_before_it_is_needed():
    code = (
        "import sys, pkgutil, importlib; from crmlib import data;"
        "assert 'pandas' not in sys.modules;"
        "modules = pkgutil.iter_modules(data.__path__, 'crmlib.data.');"
        "[importlib.import_module(module.name) for module in modules];"
        "data.validate(data.load('donations'), 'donations')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# Files


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be read"),
        (b"cohort,year,survival\n", "The table has no rows."),
        ("cohort,year,survival\n普通,0,1\n".encode("gbk"), "text in UTF-8"),
        (b"cohort;year;survival\nRegular;0;1\n", 'Found: "cohort;year;survival"'),
        (b"cohort,year,survival\nRegular,0,1,000\nRegular,1,0,631\n", "decimal commas"),
        (b"cohort,year,survival\nRegular,0,1.000\nRegular,1,0,631\n", "line 3"),
        (b"cohort,year,survival\nRegular,0,NA\n", "row 0: 'NA'"),
        (b"cohort,year,survival\nRegular,0,1\nRegular,1,\n", "row 1: (empty)"),
    ],
)
def test_a_broken_file_is_named_with_its_fault(tmp_path, content, says):
    file = tmp_path / "retention_curves.csv"
    file.write_bytes(content)
    text = load_error("retention_curves", tmp_path)
    assert says in text
    assert str(file) in text


@pytest.mark.parametrize("damage", [lambda whole: b"no gzip", lambda whole: whole[:5_000]])
def test_a_damaged_compressed_file_is_named(tmp_path, damage):
    whole = (COURSE / "real" / "cdnow_sample.csv.gz").read_bytes()
    (tmp_path / "cdnow_sample.csv.gz").write_bytes(damage(whole))
    assert "fetch a fresh copy" in load_error("cdnow_sample", tmp_path)


@pytest.mark.parametrize("first", [10, 10_000])
def test_a_damaged_middle_of_a_compressed_file_is_named(tmp_path, first):
    whole = bytearray((COURSE / "real" / "cdnow_sample.csv.gz").read_bytes())
    whole[first : first + 200] = b"\xff" * 200
    (tmp_path / "cdnow_sample.csv.gz").write_bytes(whole)
    assert "fetch a fresh copy" in load_error("cdnow_sample", tmp_path)


def test_a_mark_that_spreadsheets_put_before_the_text_is_harmless(tmp_path):
    text = "\ufefffrequency,recency,n,count\r\n0,0,6,5\r\n"
    (tmp_path / "donations.csv").write_text(text, encoding="utf-8", newline="")
    assert data.load("donations", folder=tmp_path).columns[0] == "frequency"


def test_a_file_may_have_more_columns_than_the_schema(tmp_path):
    text = "frequency,recency,n,count,note\n0,0,6,5,ours\n"
    (tmp_path / "donations.csv").write_text(text, encoding="utf-8")
    assert data.load("donations", folder=tmp_path)["note"].tolist() == ["ours"]
