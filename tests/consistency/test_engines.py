"""The same purchases give the same summary on every engine; PySpark has its own file."""

import decimal

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import data, rfm
from crmlib.models import BGNBD, GammaGamma
from tests.helpers.engines import ENGINES, arrow, assert_equal, duck, polars
from tests.helpers.shops import CALIBRATION_END, purchases, whole

every_engine = pytest.mark.parametrize("make", ENGINES.values(), ids=ENGINES)

SHOP = purchases(
    ("anna", "2024-01-01", 20.0),
    ("anna", "2024-01-15", 5.0),
    ("anna", "2024-01-15", 7.0),
    ("anna", "2024-02-05", 30.0),
    ("bo", "2024-01-08", 11.0),
    ("bo", "2024-01-08", 11.0),
    ("chen", "2024-01-10", 4.0),
    ("chen", "2024-01-11", 0.0),
)


def cdnow() -> pd.DataFrame:
    return data.load("cdnow")[["customer_id", "date", "amount"]]


@every_engine
def test_all_of_cdnow(make):
    expected = rfm.summarize(cdnow())
    end = expected.attrs["end"]
    found = rfm.to_pandas(rfm.summarize(make(cdnow())), unit="W", end=end)
    assert_equal(found, expected)
    assert found.attrs == expected.attrs


@every_engine
def test_split_of_all_of_cdnow(make):
    found = rfm.split(make(cdnow()), CALIBRATION_END)
    table = rfm.to_pandas(found, "W", CALIBRATION_END, whole().attrs["holdout_end"])
    assert_equal(table, whole())
    assert table.attrs.items() <= whole().attrs.items()


# Leap days, a century that has none, the turn of a year, days before 1970, the calendar's ends.
DAYS = [
    *("0001-01-01", "0004-02-29", "1582-10-10", "1900-02-28", "1900-03-01", "1969-12-31"),
    *("1970-01-01", "2000-02-29", "2023-12-31", "2024-01-01", "2024-02-28", "2024-02-29"),
    *("2024-03-01", "2024-12-31", "2100-02-28", "2100-03-01", "9999-12-31"),
]
days = st.sampled_from(DAYS).map(np.datetime64)
times = st.integers(0, 86_399)
# a first purchase of a thousand million beside repeats of a cent: digits are easily lost
cents = st.one_of(st.integers(0, 9), st.integers(0, 10**11))
ids = st.sampled_from([-(2**62), -1, 0, 7, 2**62])
rows = st.lists(st.tuples(ids, days, times, cents), min_size=1, max_size=30)
examples = settings(derandomize=True, deadline=None, max_examples=25)


def table_of(rows: list[tuple]) -> pd.DataFrame:
    ids, days, times, cents = zip(*rows, strict=True)
    moments = np.array(days, dtype="datetime64[s]") + np.array(times, dtype="timedelta64[s]")
    return pd.DataFrame(
        {
            "customer_id": np.array(ids, dtype="int64"),
            "date": moments,
            "amount": np.array(cents) / 100,
        }
    )


@examples
@given(rows, st.sampled_from("DW"))
def test_hostile_tables(rows, unit):
    table = table_of(rows)
    expected = rfm.summarize(table, unit=unit)
    for make in ENGINES.values():
        assert_equal(rfm.to_pandas(rfm.summarize(make(table), unit=unit), unit), expected)


ends = st.lists(st.sampled_from(DAYS), min_size=2, max_size=2, unique=True).map(sorted)


@examples
@given(rows, ends)
def test_hostile_splits(rows, ends):
    table = table_of([*rows, (1, np.datetime64("0001-01-01"), 0, 5)])
    expected = rfm.split(table, *ends, unit="D")
    for make in ENGINES.values():
        assert_equal(rfm.to_pandas(rfm.split(make(table), *ends, unit="D"), "D"), expected)


@every_engine
def test_texts_as_ids_and_no_amounts(make):
    expected = rfm.summarize(SHOP, amount=None, end="2024-02-12", unit="D")
    found = rfm.summarize(make(SHOP), amount=None, end="2024-02-12", unit="D")
    assert_equal(rfm.to_pandas(found, "D"), expected)
    expected = rfm.split(SHOP, "2024-01-10", "2024-01-31", amount=None)
    found = rfm.split(make(SHOP), "2024-01-10", "2024-01-31", amount=None)
    assert_equal(rfm.to_pandas(found, "W"), expected)


@every_engine
@pytest.mark.parametrize("names", [("client", "day", "euros"), ("amount", "first", "customer_id")])
def test_columns_of_any_name(make, names):
    typed = SHOP.assign(date=pd.to_datetime(SHOP["date"]))
    found = rfm.summarize(make(typed.set_axis(names, axis="columns")), *names)
    assert_equal(rfm.to_pandas(found, "W"), rfm.summarize(SHOP).rename_axis(names[0]))


KINDS = {
    "PyArrow": pa.Table,
    "Polars": pl.DataFrame,
    "Polars, lazy": pl.LazyFrame,
    "DuckDB": duckdb.DuckDBPyRelation,
}


@pytest.mark.parametrize("name", ENGINES)
def test_what_comes_back_is_of_the_same_engine(name):
    table = ENGINES[name](SHOP)
    columns = ["customer_id", "frequency", "recency", "T", "monetary_value"]
    for found, more in (
        (rfm.summarize(table), []),
        (rfm.split(table, "2024-01-20"), ["holdout_purchases", "holdout_amount"]),
    ):
        assert type(found) is KINDS[name]
        assert nw.from_native(found).collect_schema().names() == columns + more


@pytest.mark.parametrize("make", [arrow, polars])
def test_tables_in_memory_come_back_sorted(make):
    summary = rfm.summarize(make(cdnow().sample(frac=1, random_state=1)))
    assert (np.diff(summary["customer_id"].to_numpy()) > 0).all()


@every_engine
def test_a_day_of_dates_or_of_times(make):
    moments = pd.to_datetime(SHOP["date"]) + pd.Timedelta("23h59m")
    table = nw.from_native(make(SHOP.assign(date=moments)))
    days = table.with_columns(nw.col("date").cast(nw.Date)).to_native()
    for found in (table.to_native(), days):
        summary = rfm.summarize(found, end="2024-02-12")
        assert_equal(rfm.to_pandas(summary, "W"), rfm.summarize(SHOP, end="2024-02-12"))


@every_engine
def test_amounts_in_whole_numbers_or_decimals(make):
    whole_numbers = SHOP.astype({"amount": "int64"})
    assert_equal(rfm.to_pandas(rfm.summarize(make(whole_numbers)), "W"), rfm.summarize(SHOP))
    exact = [decimal.Decimal(f"{amount:.2f}") for amount in SHOP["amount"]]
    found = rfm.summarize(make(SHOP.assign(amount=exact)))
    assert_equal(rfm.to_pandas(found, "W"), rfm.summarize(SHOP))


def test_pandas_columns_kept_by_arrow():
    table = cdnow().assign(customer_id=lambda table: "c" + table["customer_id"].astype(str))
    kept = table.convert_dtypes(dtype_backend="pyarrow")
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in kept.dtypes)
    for summarize in (rfm.summarize, lambda table: rfm.split(table, CALIBRATION_END)):
        found = summarize(kept)
        assert isinstance(found.index.dtype, pd.ArrowDtype)
        assert_equal(found.set_axis(found.index.astype("str")), summarize(table))
    days = kept.assign(date=kept["date"].astype(pd.ArrowDtype(pa.date32())))
    assert_equal(rfm.summarize(days), rfm.summarize(kept))


# rfm.compress


@every_engine
def test_compressed_in_the_engine_or_in_pandas(make):
    first = cdnow().query("date <= @CALIBRATION_END")
    expected = rfm.compress(rfm.summarize(first))
    found = rfm.compress(rfm.summarize(make(first)), unit="W", end="1997-09-30")
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert found.attrs == expected.attrs == {"unit": "W", "end": pd.Timestamp("1997-09-30")}


def test_a_compressed_table_gives_the_same_fit():
    compressed = rfm.compress(whole())
    assert len(compressed) < len(whole()) / 2
    assert compressed["count"].sum() == len(whole())
    fit, same = BGNBD(compressed, count="count").fit(), BGNBD(whole()).fit()
    pd.testing.assert_series_equal(fit.params, same.params, rtol=1e-5)
    assert fit.llf == pytest.approx(same.llf, rel=1e-10)
    assert fit.nobs == same.nobs


def test_spend_is_compressed_by_other_columns():
    # one customer's repeat purchases were all for nothing, which Gamma-Gamma cannot describe
    paid = rfm.split(duck(cdnow().query("amount > 0")), CALIBRATION_END)
    compressed = rfm.compress(paid, columns=("frequency", "monetary_value"))
    assert list(compressed.columns) == ["frequency", "monetary_value", "count"]
    customers = rfm.to_pandas(paid, "W")
    fit, same = GammaGamma(compressed, count="count").fit(), GammaGamma(customers).fit()
    pd.testing.assert_series_equal(fit.params, same.params, rtol=1e-5)
