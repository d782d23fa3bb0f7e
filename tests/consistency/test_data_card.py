"""Schemas, files, the data card and the notebooks tell the same story."""

import dataclasses
import json
import re
import struct
from pathlib import Path

import pytest

from crmlib import data
from crmlib.data.schema import Column
from crmlib.data.tables import LATENT, TABLES
from tools import card

ROOT = Path(__file__).parents[2]
DATASETS = ROOT / "datasets"
by_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def test_the_card_is_the_one_that_the_schemas_give():
    written = (DATASETS / "README.md").read_text(encoding="utf-8")
    assert written == card.card(TABLES, LATENT), "run: python -m tools.card"


def test_the_card_is_the_same_in_every_language(monkeypatch):
    english = card.card(TABLES, LATENT)
    monkeypatch.setenv("CRMLIB_LANGUAGE", "zh")
    assert card.card(TABLES, LATENT) == english


def test_the_card_shows_a_change_of_any_part_of_a_schema():
    table = TABLES[0]
    whole = card.card((table,))
    changes = {
        field.name: dataclasses.replace(table, **{field.name: _other(getattr(table, field.name))})
        for field in dataclasses.fields(table)
    }
    same = [name for name, changed in changes.items() if card.card((changed,)) == whole]
    assert same == []


def test_the_card_shows_bounds_lists_and_empty_cells():
    assert card.values(Column("a", "real", "", low=0, high=1_286.01)) == "0 to 1,286.01"
    assert card.values(Column("a", "real", "", low=0)) == "0 or more"
    assert card.values(Column("a", "real", "", high=0)) == "0 or less"
    assert card.values(Column("a", "integer", "", low=6, high=6)) == "6"
    assert card.values(Column("a", "text", "", allowed=("x", "y"), nullable=True)) == (
        "x, y, may be empty"
    )


@by_table
def test_a_file_has_the_rows_and_columns_of_its_schema(table):
    frame = data.load(table.name)
    assert len(frame) == table.rows
    assert list(frame.columns) == [column.name for column in table.columns]


@by_table
def test_a_schema_says_everything(table):
    assert all((table.row_is, table.source, table.licence, table.made))
    assert all((table.population, table.clock)) or table.origin == "reference"
    assert all(column.meaning for column in table.columns)
    assert set(table.key) <= {column.name for column in table.columns}
    bounded = {column.kind for column in table.columns if (column.low, column.high) != (None, None)}
    assert bounded <= {"integer", "real", "date"}


def test_table_names_are_unique():
    names = [table.name for table in TABLES]
    assert len(set(names)) == len(names)


def test_every_table_file_has_a_schema():
    files = [*DATASETS.glob("*.csv*"), *(DATASETS / "real").glob("*.csv*")]
    assert sorted(table.file for table in TABLES) == sorted(
        file.relative_to(DATASETS).as_posix() for file in files
    )


@by_table
def test_compressed_files_hold_no_time_and_no_name(table):
    if table.file.endswith(".gz"):
        head = (DATASETS / table.file).read_bytes()[:10]
        flags, time = struct.unpack("<BI", head[3:8])
        assert (flags, time) == (0, 0)


def test_every_latent_file_has_a_schema_and_its_rows():
    files = sorted(f"truth/{file.name}" for file in (DATASETS / "truth").glob("*.csv*"))
    assert sorted(table.file for table in LATENT) == files
    for table in LATENT:
        frame = data.truth_table(table.name)
        assert (len(frame), list(frame.columns)) == (
            table.rows,
            [column.name for column in table.columns],
        )


def test_latent_tables_are_not_among_those_to_load():
    assert not {table.name for table in LATENT} & {table.name for table in TABLES}
    with pytest.raises(ValueError, match="no table"):
        data.load("truth/customers")


def test_the_catalogue_lists_every_table():
    catalogue = data.catalogue()
    assert list(catalogue.columns) == ["table", "rows", "columns", "row_is", "notebooks"]
    assert catalogue["table"].tolist() == [table.name for table in TABLES]
    assert catalogue.set_index("table").loc["donations"].tolist() == [
        22,
        4,
        "all donors with the same history of giving, and how many they are",
        "",
    ]


@by_table
def test_a_schema_names_the_notebooks_that_load_its_table(table):
    assert sorted(table.notebooks) == sorted(_notebooks_loading(table.name))


def _notebooks_loading(name: str) -> list[str]:
    call = re.compile(rf"""\bdata\.load\(\s*["']{name}["']""")
    return [
        file.stem
        for file in (ROOT / "notebooks").glob("*.ipynb")
        if any(
            call.search("".join(cell["source"]))
            for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]
            if cell["cell_type"] == "code"
        )
    ]


def _other(value: object) -> object:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + " changed"
    if value and isinstance(value[0], Column):
        return value[1:]
    return (*value, "changed")
