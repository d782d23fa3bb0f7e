"""Small tables out of the purchases: by customer, by month, by period, by cohort.

Written once, with Narwhals, for a pandas table and for a relation of DuckDB: what leaves the
engine is one row per customer or less.
"""

from typing import Any

import narwhals as nw
import pandas as pd

from crmlib import rfm
from crmlib.report.book import Book


def by_customer(book: Book) -> pd.DataFrame:
    """Orders, money and first and last day of each customer.

    Returns
    -------
    DataFrame
        Index ``customer_id``, sorted; ``orders``, ``cents``, ``first``, ``last``.
    """
    table = _collected(
        _frame(book)
        .group_by("customer_id")
        .agg(
            orders=nw.len(),
            cents=nw.col("cents").sum(),
            first=nw.col("date").min(),
            last=nw.col("date").max(),
        )
    )
    table["first"], table["last"] = (pd.to_datetime(table[name]) for name in ("first", "last"))
    return _by_id(table, book).astype({"orders": "int64", "cents": "int64"})


def by_month(book: Book) -> pd.DataFrame:
    """Orders, money and customers of each calendar month.

    Returns
    -------
    DataFrame
        Index ``month`` (monthly periods without gaps); ``orders``, ``cents``, ``customers``.
    """
    date = nw.col("date")
    rows = _frame(book).with_columns(year=date.dt.year(), number=date.dt.month())
    orders = rows.group_by("year", "number").agg(orders=nw.len(), cents=nw.col("cents").sum())
    pairs = rows.select("year", "number", "customer_id").unique()
    customers = pairs.group_by("year", "number").agg(customers=nw.len())
    table = _collected(orders.join(customers, on=["year", "number"], how="left"))
    month = pd.PeriodIndex.from_fields(
        year=table.pop("year").to_numpy(int), month=table.pop("number").to_numpy(int), freq="M"
    )
    table = table.set_index(month).astype("int64").sort_index().rename_axis("month")
    whole = pd.period_range(table.index[0], table.index[-1], freq="M", name="month")
    return table.reindex(whole, fill_value=0)


def spent_between(book: Book, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """Money of each customer between two days, both counted; only those who bought are there."""
    date = nw.col("date")
    rows = _frame(book).filter(date >= nw.lit(first), date <= nw.lit(last))
    table = _collected(rows.group_by("customer_id").agg(cents=nw.col("cents").sum()))
    return _by_id(table, book)["cents"].astype("float64") / 100


def active_quarters(book: Book) -> pd.DataFrame:
    """Who bought in which whole calendar quarter.

    Returns
    -------
    DataFrame
        ``customer_id`` (its place in the book's names) and ``date`` (first day of the quarter),
        each pair once, sorted. A last quarter that is not whole is left out: it would look like a
        loss of customers.
    """
    date = nw.col("date")
    quarter = date.dt.year().cast(nw.Int64) * 4 + (date.dt.month() - 1) // 3
    table = _collected(_frame(book).select("customer_id", quarter=quarter).unique())
    table = table.sort_values(["customer_id", "quarter"], ignore_index=True)
    first_month = 3 * table.pop("quarter").to_numpy("int64") - 1970 * 12
    table["date"] = first_month.astype("datetime64[M]").astype("datetime64[s]")
    ends = table["date"] + pd.offsets.QuarterEnd(startingMonth=3)
    # a quiet week-end at its end leaves a quarter whole
    return table[ends <= book.last + pd.Timedelta(days=3)].reset_index(drop=True)


def last_day_of(quarters: pd.DataFrame) -> str:
    """Return the last day of the last quarter of :func:`active_quarters`."""
    return f"{quarters['date'].max() + pd.offsets.QuarterEnd(startingMonth=3):%Y-%m-%d}"


def summary(book: Book) -> pd.DataFrame:
    """Frequency, recency, T (in weeks) and mean spend of each customer, in pandas.

    Returns
    -------
    DataFrame
        Index ``customer_id``, sorted.
    """
    table = rfm.summarize(_amounts(book), end=book.last)
    if not book.in_memory:
        table = _in_money(rfm.to_pandas(table, unit="W", end=book.last))
    table.index = _names(table.index, book)
    return table


def split(book: Book, calibration_end: pd.Timestamp) -> pd.DataFrame:
    """The same up to a day, and what each customer did later, in pandas.

    Returns
    -------
    DataFrame
        Index ``customer_id``: the places of the ids in the book's names.
    """
    table = rfm.split(_amounts(book), calibration_end, book.last)
    if book.in_memory:
        return table
    customers = rfm.to_pandas(table, unit="W", end=calibration_end, holdout_end=book.last)
    customers.attrs["customers_not_yet_acquired"] = book.customers - len(customers)
    return _in_money(customers)


def _amounts(book: Book) -> Any:
    """The purchases without the column of cents, which nobody else knows.

    In an engine the amount is in cents: whole numbers have one sum, in whatever order processors
    add them up.
    """
    if book.in_memory:
        return book.coded
    return book.coded.select("customer_id, date, cents::DOUBLE AS amount")


def _in_money(table: pd.DataFrame) -> pd.DataFrame:
    for name in ("monetary_value", "holdout_amount"):
        if name in table:
            table[name] /= 100
    return table


def _frame(book: Book) -> nw.LazyFrame:
    return nw.from_native(book.coded).lazy()


def _collected(frame: nw.LazyFrame) -> pd.DataFrame:
    found = frame.collect()
    return pd.DataFrame({column.name: column.to_numpy() for column in found.iter_columns()})


def _by_id(table: pd.DataFrame, book: Book) -> pd.DataFrame:
    table = table.sort_values("customer_id", ignore_index=True)
    table.index = _names(table.pop("customer_id"), book)
    return table


def _names(codes: pd.Index | pd.Series, book: Book) -> pd.Index:
    return book.names.take(codes.to_numpy())
