"""The summary of a table in another engine, written once, by Narwhals, for all of them.

First the purchases of a customer on one day become one occasion, then the occasions of a customer
become one row. Both are group-bys, which every engine does where its table is, on as many
processors or machines as it has.
"""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.rfm import faults
from crmlib.rfm.days import to_day
from crmlib.rfm.engine_reading import (
    AMOUNT,
    DAY,
    EnginePurchases,
    collect,
    day_number,
    lazy_frame,
    read,
    refuse_after,
)
from crmlib.rfm.faults import DAYS_PER_UNIT, PurchasesError

FIRST, LAST, OCCASIONS = "_crmlib_first", "_crmlib_last", "_crmlib_occasions"
MONEY, FIRST_AMOUNT = "_crmlib_money", "_crmlib_first_amount"
WHOLE, PART = "_crmlib_whole", "_crmlib_part"
# Narwhals gives these no first value in an order, but a window, which on a cluster is as good.
WITHOUT_ORDERED_FIRST = (nw.Implementation.PYSPARK, nw.Implementation.PYSPARK_CONNECT)


def summarize(
    transactions: Any,
    customer: str,
    date: str,
    amount: str | None,
    unit: str,
    end: pd.Timestamp | None,
) -> Any:
    """Summarise an engine's table; see :func:`crmlib.rfm.summarize`."""
    purchases = read(transactions, customer, date, amount)
    if end is None:
        end = purchases.last
    refuse_after(end, purchases, date)
    return _native(_summary(purchases, _occasions(purchases), end, unit), purchases)


def split(
    transactions: Any,
    calibration_end: pd.Timestamp,
    holdout_end: pd.Timestamp | None,
    customer: str,
    date: str,
    amount: str | None,
    unit: str,
) -> Any:
    """Split an engine's table; see :func:`crmlib.rfm.split`."""
    purchases = read(transactions, customer, date, amount)
    if holdout_end is None:
        holdout_end = purchases.last
    if holdout_end <= calibration_end:
        raise faults.holdout_not_later(holdout_end.date(), calibration_end.date())
    if purchases.first > calibration_end:
        raise faults.nobody_in_calibration(calibration_end.date(), purchases.first.date())
    occasions = _occasions(purchases)
    seen = nw.col(DAY) <= nw.lit(calibration_end.date())
    in_time = nw.col(DAY) <= nw.lit(holdout_end.date())
    summary = _summary(purchases, occasions.filter(seen), calibration_end, unit)
    gathered = {"holdout_purchases": nw.len()}
    if purchases.has_amount:
        gathered["holdout_amount"] = nw.col(AMOUNT).sum()
    later = occasions.filter(~seen & in_time).group_by(customer).agg(**gathered)
    filled = {"holdout_purchases": nw.col("holdout_purchases").fill_null(0).cast(nw.Int64)}
    if purchases.has_amount:
        filled["holdout_amount"] = nw.col("holdout_amount").fill_null(0.0)
    both = summary.join(later, on=customer, how="left").with_columns(**filled)
    return _native(both, purchases)


def counted(summary: Any, columns: list[str]) -> pd.DataFrame:
    """Count each distinct combination in the engine; return the small table in pandas."""
    frame, _is_lazy = lazy_frame(summary)
    faults.check_summary(list(frame.collect_schema()), columns)
    groups = _collected(frame.group_by(columns).agg(nw.len().alias("count")))
    return groups.astype({"count": "int64"}).sort_values(columns, ignore_index=True)


def by_customer(summary: Any, columns: Sequence[str]) -> pd.DataFrame:
    """Return the whole summary in pandas, its first column as the index, sorted."""
    frame, _is_lazy = lazy_frame(summary)
    names = list(frame.collect_schema())
    faults.check_summary(names, columns)
    table = _collected(frame)
    # set_index would make a range of ids without gaps; the path for pandas does not
    table.index = pd.Index(table.pop(names[0]).array, name=names[0])
    return table.sort_index()


def _collected(frame: nw.LazyFrame) -> pd.DataFrame:
    # column by column: no other way is free of warnings on every engine
    return pd.DataFrame(
        {column.name: column.to_numpy() for column in collect(frame).iter_columns()}
    )


def _occasions(purchases: EnginePurchases) -> nw.LazyFrame:
    """Merge the purchases of one customer on one day."""
    if not purchases.has_amount:
        return purchases.frame.unique([purchases.customer, DAY])
    return purchases.frame.group_by(purchases.customer, DAY).agg(nw.col(AMOUNT).sum())


def _summary(
    purchases: EnginePurchases, occasions: nw.LazyFrame, end: pd.Timestamp, unit: str
) -> nw.LazyFrame:
    """Return one row per customer."""
    customer, repeats = purchases.customer, nw.col(OCCASIONS) - 1
    # Polars multiplies by 1/7 where it is told to divide by the number 7, and misses the last
    # digit; by a column it divides.
    days_per_unit = nw.col(OCCASIONS).cast(nw.Float64) * 0.0 + DAYS_PER_UNIT[unit]
    columns = {
        "frequency": repeats,
        "recency": (nw.col(LAST) - nw.col(FIRST)).cast(nw.Float64) / days_per_unit,
        "T": (nw.lit(to_day(end)) - nw.col(FIRST)).cast(nw.Float64) / days_per_unit,
    }
    if purchases.has_amount:
        mean = nw.col(MONEY) / repeats.cast(nw.Float64)
        columns["monetary_value"] = nw.when(repeats > 0).then(mean).otherwise(0.0)
    _refuse_name(customer, columns)
    numbers = _per_customer(purchases, occasions).with_columns(
        nw.col(OCCASIONS).cast(nw.Int64),
        day_number(FIRST),
        day_number(LAST),
    )
    return numbers.select(nw.col(customer), **columns)


def _per_customer(purchases: EnginePurchases, occasions: nw.LazyFrame) -> nw.LazyFrame:
    """Return first and last day, number of occasions and repeat money of each customer."""
    customer = purchases.customer
    times = {FIRST: nw.col(DAY).min(), LAST: nw.col(DAY).max(), OCCASIONS: nw.len()}
    if not purchases.has_amount:
        return occasions.group_by(customer).agg(**times)
    if purchases.engine in WITHOUT_ORDERED_FIRST:
        is_repeat = nw.col(DAY) > nw.col(DAY).min().over(customer)
        repeats = occasions.with_columns(**{MONEY: is_repeat}).with_columns(
            nw.when(nw.col(MONEY)).then(nw.col(AMOUNT)).otherwise(0.0).alias(MONEY)
        )
        return repeats.group_by(customer).agg(**times, **{MONEY: nw.col(MONEY).sum()})
    # Taking the first amount off the total would lose digits where it is large. Whole numbers add
    # up exactly, so only the parts after the point, all below 1, are left to rounding.
    whole, part, first = nw.col(WHOLE), nw.col(AMOUNT) - nw.col(WHOLE), nw.col(FIRST_AMOUNT)
    parts = occasions.with_columns(**{WHOLE: nw.col(AMOUNT).floor()}).with_columns(**{PART: part})
    if purchases.engine is nw.Implementation.POLARS:
        grouped = _grouped_by_polars(parts, customer)
    else:
        grouped = parts.group_by(customer).agg(
            **times,
            **{WHOLE: whole.sum(), PART: nw.col(PART).sum()},
            **{FIRST_AMOUNT: nw.col(AMOUNT).first(order_by=DAY)},
        )
    money = (whole - first.floor()) + (nw.col(PART) - (first - first.floor()))
    return grouped.with_columns(**{MONEY: money})


def _grouped_by_polars(parts: nw.LazyFrame, customer: str) -> nw.LazyFrame:
    """Do the same group-by in Polars' own words: Narwhals would sort each customer's days."""
    import polars as pl

    day = pl.col(DAY)
    grouped = (
        parts.to_native()
        .group_by(customer)
        .agg(
            day.min().alias(FIRST),
            day.max().alias(LAST),
            pl.len().alias(OCCASIONS),
            pl.col(WHOLE, PART).sum(),
            pl.col(AMOUNT).min_by(DAY).alias(FIRST_AMOUNT),
        )
    )
    return nw.from_native(grouped)


def _refuse_name(customer: str, columns: dict[str, object]) -> None:
    taken = {*columns, "holdout_purchases", "holdout_amount", "count"}
    # SQL does not tell "T" from "t"
    if customer.lower() in {name.lower() for name in taken}:
        raise PurchasesError(
            _(
                "The column of ids is called {column!r}, as a column of the result will be. Rename "
                "it first, for example to 'customer_id'."
            ).format(column=customer)
        )


def _native(frame: nw.LazyFrame, purchases: EnginePurchases) -> Any:
    """Return what the caller's engine calls a table, lazy if theirs was."""
    if purchases.is_lazy:
        return frame.to_native()
    return collect(frame).sort(purchases.customer).to_native()
