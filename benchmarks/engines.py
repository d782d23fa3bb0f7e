"""The way from purchases to a summary, written by hand for an engine: the peers beside lifetimes.

They run in our own environment and take the threads that the engines take by default. They make no
checks, and find the repeat money by a difference of sums, which is quickest.
"""

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

PACKAGES = ("duckdb", "polars", "pyarrow", "pandas")

SQL = """
    WITH days AS (
        SELECT customer_id, CAST(date AS DATE) AS day, sum(amount) AS amount
        FROM purchases GROUP BY ALL
    ), customers AS (
        SELECT customer_id, count(*) - 1 AS frequency, min(day) AS first, max(day) AS last,
            sum(amount) AS total, arg_min(amount, day) AS first_amount
        FROM days GROUP BY customer_id
    ), final AS (SELECT CAST(max(date) AS DATE) AS day FROM purchases)
    SELECT customer_id, frequency, (last - first) / 7.0 AS recency, (final.day - first) / 7.0 AS T,
        CASE WHEN frequency > 0 THEN (total - first_amount) / frequency ELSE 0 END AS monetary_value
    FROM customers, final
"""


def relation(purchases: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    """Return the table in DuckDB's own storage."""
    database = duckdb.connect()
    database.from_df(purchases).create("receipts")
    return database.table("receipts")


# what a piece of work is given instead of the pandas table, made before the clock runs
GIVEN = {"summarize_duckdb": relation, "summarize_polars": pl.from_pandas}


def summarize(purchases: pd.DataFrame) -> pd.DataFrame:
    """Summarise a pandas table by SQL, back to pandas."""
    return duckdb.from_df(purchases).query("purchases", SQL).df()


def summarize_duckdb(purchases: duckdb.DuckDBPyRelation) -> pa.Table:
    """Summarise a table of DuckDB by SQL."""
    return purchases.query("purchases", SQL).to_arrow_table()


def summarize_polars(purchases: pl.DataFrame) -> pl.DataFrame:
    """Summarise a table of Polars by its own expressions."""
    day, repeats = pl.col("day"), pl.col("occasions") - 1
    repeat_money = pl.col("total") - pl.col("first_amount")
    return (
        purchases.lazy()
        .group_by("customer_id", pl.col("date").dt.date().alias("day"))
        .agg(pl.col("amount").sum())
        .group_by("customer_id")
        .agg(
            first=day.min(),
            last=day.max(),
            occasions=pl.len().cast(pl.Int64),
            total=pl.col("amount").sum(),
            first_amount=pl.col("amount").min_by("day"),
        )
        .select(
            "customer_id",
            frequency=repeats,
            recency=(pl.col("last") - pl.col("first")).dt.total_days() / 7,
            T=(pl.col("last").max() - pl.col("first")).dt.total_days() / 7,
            monetary_value=pl.when(repeats > 0).then(repeat_money / repeats).otherwise(0.0),
        )
        .collect(engine="streaming")
        .sort("customer_id")
    )
