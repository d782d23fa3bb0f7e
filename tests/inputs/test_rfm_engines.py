"""Every engine refuses what pandas refuses, in the same words, and says which rows."""

import datetime

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmlib import rfm
from tests.helpers.engines import ENGINES, arrow, duck, polars
from tests.helpers.shops import histories, purchases

every_engine = pytest.mark.parametrize("make", ENGINES.values(), ids=ENGINES)

GOOD = purchases(*((number, "2024-01-01", 5.0) for number in range(9)))
DAY = datetime.datetime(2024, 1, 1)
ZONED = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


def error_of(table, call=rfm.summarize, **options) -> str:
    with pytest.raises(rfm.PurchasesError) as caught:
        call(table, **options)
    return str(caught.value)


def with_values(column: str, values: dict) -> pd.DataFrame:
    """The good table, with other values in some rows of a column."""
    table = GOOD.assign(date=pd.to_datetime(GOOD["date"])).astype({column: object})
    for row, value in values.items():
        table.loc[row, column] = value
    return table


ROWS = {
    "missing ids": ("customer_id", {2: None, 5: None}, "no customer id"),
    "ids that are no number": ("customer_id", {n: float("nan") for n in (2, 5)}, "no customer id"),
    "missing dates": ("date", {2: None, 5: None}, "have no"),
    "infinite amounts": ("amount", {2: np.inf, 5: -np.inf}, "not a finite amount"),
    "amounts that are no number": ("amount", {2: np.nan, 5: np.nan}, "not a finite amount"),
    "missing amounts": ("amount", {2: None, 5: None}, "not a finite amount"),
    "negative amounts": ("amount", {2: -0.01, 5: -9.0}, "negative. A return is not"),
}


@every_engine
@pytest.mark.parametrize(("column", "values", "expected"), ROWS.values(), ids=ROWS)
def test_faulty_rows_are_counted_and_shown(make, column, values, expected):
    table = with_values(column, values)
    text = error_of(make(table))
    assert text.startswith(f"Column {column!r}: 2 rows ")
    assert expected in text
    first, heading, *shown = text.splitlines()
    assert heading == "Some of these rows:"
    assert len(shown) == 2
    if column != "customer_id":
        assert "customer_id=2, date=" in text
    if column != "date":
        assert first == error_of(table).splitlines()[0]
        assert "date=2024-01-01, amount=" in text


@every_engine
def test_only_some_rows_are_shown_and_always_the_same(make):
    faulty = with_values("amount", dict.fromkeys(range(1, 9), -1.0))
    for table in (faulty, faulty.iloc[::-1]):
        text = error_of(make(table))
        assert "8 rows" in text
        assert [line.split(",")[0] for line in text.splitlines()[2:]] == [
            f"  customer_id={number}" for number in range(1, 6)
        ]


KINDS = {
    "texts as dates": ({"date": ["2024-01-01"] * 9}, "holds String, not dates", "CAST(date AS"),
    "numbers as dates": ({"date": [20240101] * 9}, "holds numbers (Int64), not dates", "Convert"),
    "truth values as dates": ({"date": [True] * 9}, "holds numbers (Boolean)", "Convert"),
    "dates with a time zone": ({"date": [ZONED] * 9}, "has a time zone", "the shop's own clock"),
    "texts as amounts": ({"amount": ["5"] * 9}, "holds String, not numbers", "amount=None"),
}


def of_kinds(columns: dict) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": range(9), "date": [DAY] * 9, "amount": 5.0} | columns)


@pytest.mark.parametrize("engine", ["PyArrow", "Polars", "Polars, lazy", "DuckDB"])
@pytest.mark.parametrize(("columns", "problem", "remedy"), KINDS.values(), ids=KINDS)
def test_columns_of_the_wrong_kind(engine, columns, problem, remedy):
    table = of_kinds(columns)
    given = {
        "PyArrow": table.to_arrow,
        "Polars": lambda: table,
        "Polars, lazy": table.lazy,
        "DuckDB": lambda: duckdb.connect().from_arrow(table.to_arrow()),
    }[engine]()
    text = error_of(given)
    assert text.startswith(f"Column {next(iter(columns))!r} ")
    assert problem in text
    assert remedy in text
    assert engine.split(",")[0] in text


@pytest.mark.parametrize("day", ["infinity", "-infinity", "10000-01-01", "0001-12-31 (BC)"])
@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_dates_outside_the_calendar(day, kind):
    query = f"""
        select 1 as customer_id, '{day}'::{kind} as date, 1.0 as amount
        union all select 2, '2024-01-01'::{kind}, 2.0"""
    text = error_of(duckdb.connect().sql(query))
    assert text.startswith("Column 'date': 1 rows are not in the years 1 to 9999.")
    assert f"date={day}" in text


def test_dates_outside_the_calendar_in_pandas():
    days = np.array(["2024-01-01", "10000-01-01", "-0001-01-01"], dtype="datetime64[s]")
    text = error_of(GOOD.iloc[:3].assign(date=days))
    assert text.startswith("Column 'date': 2 rows are not in the years 1 to 9999.")


@every_engine
def test_a_table_without_the_columns_or_without_rows(make):
    assert "no column 'amount'" in error_of(make(GOOD.drop(columns="amount")))
    assert "no column 'client'" in error_of(make(GOOD), customer="client")
    assert "have one name" in error_of(make(GOOD), amount="customer_id")
    assert "is empty" in error_of(make(GOOD.iloc[:0]))


@every_engine
def test_purchases_after_the_end(make):
    table = purchases((1, "2024-01-01", 1.0), (1, "2024-02-01", 1.0), (2, "2024-02-02", 1.0))
    text = error_of(make(table), end="2024-01-31")
    assert text.splitlines()[0] == error_of(table, end="2024-01-31").splitlines()[0]
    assert text.endswith("\n  customer_id=1, date=2024-02-01\n  customer_id=2, date=2024-02-02")


@every_engine
def test_days_of_a_split(make):
    for days in (
        {"calibration_end": "2024-01-01"},
        {"calibration_end": "2023-12-31", "holdout_end": "2024-02-01"},
        {"calibration_end": "2024-01-31", "holdout_end": "2024-01-30"},
        {"calibration_end": "soon"},
        {"calibration_end": "2023-12-01", "unit": "M"},
    ):
        assert error_of(make(GOOD), rfm.split, **days) == error_of(GOOD, rfm.split, **days)


@every_engine
@pytest.mark.parametrize("name", ["frequency", "t", "count"])
def test_ids_in_a_column_named_like_a_result(make, name):
    table = make(GOOD.rename(columns={"customer_id": name}))
    assert f"The column of ids is called {name!r}" in error_of(table, customer=name)


def test_a_sum_too_large_for_a_number_is_no_fault_of_a_row():
    table = with_values("amount", {2: 1e308, 3: 1e308, 4: 1e308}).astype({"amount": float})
    for make in ENGINES.values():
        assert len(rfm.to_pandas(rfm.summarize(make(table)), "W")) == 9


# rfm.compress and rfm.to_pandas


@pytest.mark.parametrize("call", [rfm.compress, rfm.to_pandas])
@every_engine
def test_an_engine_s_summary_needs_its_unit(make, call):
    summary = rfm.summarize(make(GOOD))
    text = error_of(summary, call)
    assert "cannot keep its unit of time" in text
    assert "unit='W'" in text
    assert call(summary, unit="D").attrs == {"unit": "D"}
    assert "unit is 'M'" in error_of(summary, call, unit="M")
    assert "expected a day" in error_of(summary, call, unit="W", end="soon")


@pytest.mark.parametrize("call", [rfm.compress, rfm.to_pandas])
def test_what_the_caller_says_must_fit_what_the_summary_knows(call):
    summary = rfm.summarize(GOOD, end="2024-01-31")
    assert call(summary).attrs == summary.attrs
    assert call(summary, unit="W", end="2024-01-31").attrs == summary.attrs
    assert "unit is D, but the summary was made with W" in error_of(summary, call, unit="D")
    assert "end is 2024-02-01" in error_of(summary, call, end="2024-02-01")
    assert call(histories([1], [2.0], [3.0])).attrs == {}


@pytest.mark.parametrize("call", [rfm.compress, rfm.to_pandas])
@pytest.mark.parametrize("make", [lambda table: table, arrow, polars, duck])
def test_a_table_that_is_no_summary(call, make):
    text = error_of(make(GOOD), call, unit="W")
    assert "The summary has no column 'frequency', 'recency', 'T'" in text
    assert "customer_id, date, amount" in text


@pytest.mark.parametrize("call", [rfm.summarize, rfm.compress, rfm.to_pandas])
@pytest.mark.parametrize("thing", [[1, 2], {"frequency": [1]}, None, pd.Series([1])], ids=repr)
def test_something_else_than_a_table(call, thing):
    options = {} if call is rfm.summarize else {"unit": "W"}
    text = error_of(thing, call, **options)
    assert f"got {type(thing).__name__}" in text
    assert "pandas, Polars, PyArrow, DuckDB or PySpark" in text


def test_gaps_in_a_summary_are_not_lost():
    summary = histories([0, 1, 1], [0.0, np.nan, np.nan], [3.0, 3.0, 3.0])
    assert rfm.compress(summary)["count"].tolist() == [1, 2]
