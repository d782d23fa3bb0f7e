"""The same purchases as tables of every engine that needs no server."""

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa


def arrow(table: pd.DataFrame) -> pa.Table:
    """Return the table in PyArrow; texts of days become dates."""
    columns = dict(table.items())
    if "date" in columns and pd.api.types.is_string_dtype(columns["date"]):
        columns["date"] = pd.to_datetime(columns["date"])
    return pa.table({name: np.asarray(column) for name, column in columns.items()})


def polars(table: pd.DataFrame) -> pl.DataFrame:
    """Return the table in Polars."""
    return pl.from_arrow(arrow(table))


def polars_lazy(table: pd.DataFrame) -> pl.LazyFrame:
    """Return the table in Polars, lazily."""
    return polars(table).lazy()


def duck(table: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    """Return the table as a relation of a DuckDB in memory."""
    return duckdb.connect().from_arrow(arrow(table))


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "PyArrow": arrow,
    "Polars": polars,
    "Polars, lazy": polars_lazy,
    "DuckDB": duck,
}


def assert_equal(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Compare two summaries: times and numbers exactly, money to 1e-12 relative."""
    pd.testing.assert_index_equal(found.index, expected.index, exact=True)
    assert list(found.columns) == list(expected.columns)
    for name, column in expected.items():
        money = name in ("monetary_value", "holdout_amount")
        pd.testing.assert_series_equal(
            found[name], column, check_exact=not money, rtol=1e-12, atol=0.0
        )
