"""A faulty table gets an error that says where and what to do."""

import datetime
from decimal import Decimal

import pandas as pd
import pytest

from crmlib import data
from crmlib.data import tables
from tests.helpers.visits import VISITS


@pytest.fixture
def purchases() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "customer_id": [1, 1, 2, 3, 4, 5],
            "date": pd.to_datetime(["1997-01-01"] * 6),
            "quantity": [1, 2, 1, 1, 1, 1],
            "amount": [11.77, 0.0, 12.0, 5.0, 6.0, 7.0],
        },
        index=list("abcdef"),
    )
    return frame.astype(object)


@pytest.fixture
def visits(monkeypatch) -> None:
    monkeypatch.setattr(tables, "TABLES", (*tables.TABLES, VISITS))


def error_of(frame: pd.DataFrame, name: str = "cdnow") -> str:
    with pytest.raises(data.TableError) as caught:
        data.validate(frame, name)
    return str(caught.value)


def test_an_error_names_table_column_rows_expectation_and_remedy(purchases):
    purchases.loc[["b", "c", "e", "f"], "amount"] = -5.0
    assert error_of(purchases) == (
        'Table "cdnow" has 1 problem.\n'
        "\n"
        '1. Column "amount": 4 rows are out of range.\n'
        "   First rows: row b: -5.0; row c: -5.0; row e: -5.0\n"
        "   Expected: a number from 0 to 1286.01 (US dollars)\n"
        "   What to do: check sign and unit, then correct these rows or take them out yourself."
    )


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("amount", "12,30", "row c: '12,30'"),
        ("amount", "$12.30", "the decimal sign is a point"),
        ("amount", float("inf"), "row c: inf"),
        ("amount", True, "row c: True"),
        ("amount", datetime.timedelta(days=3), "row c: 3 days"),
        ("amount", [12.3, 4.5], "row c: [12.3, 4.5]"),
        ("quantity", 1.5, "a whole number from 1 to 99 (CDs)"),
        ("quantity", "two", "row c: 'two'"),
        ("date", "03/04/1997", "a day (year-month-day) from 1997-01-01 to 1998-06-30"),
        ("date", "1997-02-30", "row c: '1997-02-30'"),
        ("date", "1997", "row c: '1997'"),
        ("date", 19970304, "row c: 19970304"),
        ("date", pd.Timestamp("1997-03-04 10:30"), ".dt.normalize()"),
        ("date", pd.Timestamp("1997-03-04", tz="UTC"), "row c: 1997-03-04 00:00:00+00:00"),
        ("date", "x" * 500, "row c: '" + "x" * 40 + "…'"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_shown(purchases, column, cell, says):
    purchases[column] = [*purchases[column][:2], cell, *purchases[column][3:]]
    text = error_of(purchases.astype({column: object}))
    assert f'Column "{column}": 1 row cannot be read.' in text
    assert says in text


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("quantity", pd.Series([True, False] * 3)),
        ("amount", pd.Series(pd.to_timedelta(range(6), unit="D"))),
        ("amount", pd.Series(list("abcdef"), dtype="category")),
        ("date", pd.Series(pd.date_range("1997-01-01 10:00", periods=6))),
        ("date", pd.Series(range(19970101, 19970107))),
    ],
)
def test_a_column_of_the_wrong_kind_is_shown(purchases, column, cells):
    text = error_of(purchases.reset_index(drop=True).assign(**{column: cells}))
    assert f'Column "{column}": 6 rows cannot be read.' in text


@pytest.mark.parametrize(
    ("column", "cell"),
    [("customer_id", 0), ("quantity", 100), ("date", "1998-07-01"), ("date", "1996-12-31")],
)
def test_a_value_beyond_its_bounds_is_shown(purchases, column, cell):
    purchases.loc["c", column] = cell
    text = error_of(purchases)
    assert f'Column "{column}": 1 row is out of range.' in text
    assert "row c: " in text


@pytest.mark.parametrize("column", ["customer_id", "date", "quantity", "amount"])
@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT])
def test_an_empty_cell_is_shown(purchases, column, nothing):
    purchases.loc["c", column] = nothing
    text = error_of(purchases)
    assert f'Column "{column}": 1 row is empty.' in text
    assert "row c: (empty)" in text
    assert f'frame.dropna(subset=["{column}"])' in text


def test_a_value_outside_the_list_is_shown():
    curve = pd.DataFrame({"cohort": ["regular"], "year": [0], "survival": [1.0]})
    text = error_of(curve, "retention_curves")
    assert "1 row has a value that is not in the list" in text
    assert "Expected: one of Regular, High End" in text


def test_a_repeated_key_is_shown():
    curve = pd.DataFrame(
        {"cohort": ["Regular"] * 3, "year": [0, 1, 1], "survival": [1.0, 0.6, 0.7]}
    )
    text = error_of(curve, "retention_curves")
    assert '"cohort", "year": 2 rows have the same values as another row.' in text
    assert "First rows: row 1: 'Regular', 1; row 2: 'Regular', 1" in text
    assert "frame.duplicated(['cohort', 'year'], keep=False)" in text


def test_of_many_repeated_keys_three_rows_are_shown():
    curve = pd.DataFrame({"cohort": "Regular", "year": [1] * 9, "survival": 0.6})
    text = error_of(curve, "retention_curves")
    assert "9 rows have the same values" in text
    assert text.count("'Regular', 1") == 3


def test_empty_keys_are_empty_not_repeated(visits):
    frame = pd.DataFrame({"visit_id": [None, None], "minutes": [4, 5], "bought": [True, False]})
    text = error_of(frame, "visits")
    assert "2 rows are empty" in text
    assert "same values" not in text


def test_a_missing_column_is_named_with_its_meaning(purchases):
    text = error_of(purchases.drop(columns="amount"))
    assert 'Column "amount" is missing (amount paid).' in text
    assert 'Found: "customer_id", "date", "quantity"' in text


def test_a_column_with_nearly_the_right_name_is_pointed_out(purchases):
    text = error_of(purchases.rename(columns={"amount": "AMOUNT "}))
    assert "frame.rename(columns={'AMOUNT ': 'amount'})" in text


def test_a_column_that_became_the_index_is_pointed_out(purchases):
    assert "frame.reset_index()" in error_of(purchases.set_index("customer_id"))


def test_problems_are_told_in_column_order_up_to_five(purchases):
    purchases.loc["a"] = [None, "soon", "few", -1.0]
    purchases.loc["b"] = ["me", None, None, None]
    text = error_of(purchases)
    columns = [line.split('"')[1] for line in text.splitlines() if '. Column "' in line]
    assert text.startswith('Table "cdnow" has 8 problems.')
    assert columns == ["customer_id", "customer_id", "date", "date", "quantity"]
    assert text.endswith("… and 3 more.")


def test_columns_of_one_name_are_an_error(purchases):
    twice = pd.concat([purchases, purchases[["amount"]]], axis=1)
    assert "Several columns have the same name: amount." in error_of(twice)


def test_a_table_without_rows_is_an_error(purchases):
    assert "The table has no rows." in error_of(purchases.head(0))


@pytest.mark.parametrize("thing", [None, [1, 2], {"customer_id": [1]}, "cdnow"])
def test_what_is_no_table_is_an_error(thing):
    with pytest.raises(TypeError, match="pandas DataFrame"):
        data.validate(thing, "cdnow")


def test_a_good_table_comes_back_typed_and_unshortened(purchases):
    before = purchases.copy()
    purchases["note"] = "kept"
    purchases.index = [7, 7, 7, 8, 8, 8]
    typed = data.validate(purchases, "cdnow")
    assert typed.dtypes.astype(str).to_dict() == {
        "customer_id": "int64",
        "date": "datetime64[us]",
        "quantity": "int64",
        "amount": "float64",
        "note": "str",
    }
    assert typed.index.tolist() == [7, 7, 7, 8, 8, 8]
    assert typed["amount"].tolist() == before["amount"].tolist()
    assert purchases.dtypes[:4].astype(str).eq("object").all(), "the caller's table was changed"
    pd.testing.assert_frame_equal(data.validate(typed, "cdnow"), typed)


@pytest.mark.parametrize("dtype", [object, "category"])
@pytest.mark.parametrize(
    ("column", "cells", "read_as"),
    [
        ("amount", ["12.30", " 7 ", "1e1", 0, Decimal("1.5"), 3], [12.3, 7.0, 10.0, 0.0, 1.5, 3.0]),
        ("quantity", ["1", "2.0", 3.0, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
        ("date", ["1997-01-02", "1997-01-02 00:00:00", datetime.date(1997, 1, 2)] * 2, None),
    ],
)
def test_text_with_one_reading_is_read(purchases, column, cells, read_as, dtype):
    purchases[column] = pd.Series(cells, index=purchases.index, dtype=dtype)
    typed = data.validate(purchases, "cdnow")[column]
    assert typed.tolist() == (read_as or [pd.Timestamp("1997-01-02")] * 6)


def test_empty_cells_are_kept_where_they_are_legal(visits):
    frame = pd.DataFrame(
        {"visit_id": ["007", "008"], "minutes": [None, 5], "bought": ["True", "false"]}
    )
    typed = data.validate(frame, "visits")
    assert typed.dtypes.astype(str).tolist() == ["str", "Int64", "bool"]
    assert typed["minutes"].isna().tolist() == [True, False]
    assert typed["bought"].tolist() == [True, False]


@pytest.mark.parametrize(
    "cells",
    [[2.0**60], [10**30], ["18446744073709551615"], pd.Series([2**63], dtype="uint64")],
    ids=str,
)
def test_a_whole_number_too_large_to_be_kept_exactly_is_an_error(visits, cells):
    frame = pd.DataFrame({"visit_id": ["7"], "minutes": cells, "bought": [True]})
    assert 'Column "minutes": 1 row cannot be read.' in error_of(frame, "visits")


def test_a_large_whole_number_stays_exact(visits):
    text = str(2**53 + 1)
    frame = pd.DataFrame({"visit_id": ["7", "8"], "minutes": [text, None], "bought": [True, True]})
    assert data.validate(frame, "visits")["minutes"][0] == 2**53 + 1


def test_numbers_in_a_text_column_are_an_error(visits):
    frame = pd.DataFrame({"visit_id": [7, 8], "minutes": [4, 5], "bought": [True, False]})
    text = error_of(frame, "visits")
    assert 'dtype={"visit_id": "str"}, so that leading zeros stay' in text


def test_zero_and_one_are_no_truth_values(visits):
    frame = pd.DataFrame({"visit_id": ["7", "8"], "minutes": [4, 5], "bought": [1, 0]})
    assert "write True or False" in error_of(frame, "visits")
