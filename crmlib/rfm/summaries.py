"""Purchases in, one row per customer out, wherever the purchases are."""

from typing import Any

import pandas as pd

from crmlib.rfm import faults, in_pandas
from crmlib.rfm.days import as_day


def summarize(
    transactions: Any,
    customer: str = "customer_id",
    date: str = "date",
    amount: str | None = "amount",
    unit: str = "W",
    end: str | pd.Timestamp | None = None,
) -> Any:
    """Summarise purchases as frequency, recency, T and mean spend, one row per customer.

    Parameters
    ----------
    transactions : DataFrame
        One row per purchase. Zero amounts and identical rows are legal: both happen in real shops.
        A table of pandas, Polars (DataFrame or LazyFrame), PyArrow, DuckDB (a relation) or PySpark.
    customer, date, amount : str
        The columns that hold the customer's id, the date of purchase and the amount paid (a time
        of day is cut off). In pandas, dates may be ISO texts such as "1997-01-31"; the other
        engines need a column of dates or times. ``amount=None`` leaves ``monetary_value`` out.
    unit : {"W", "D"}
        Unit of ``recency`` and ``T``: weeks (of seven days, with fractions) or days.
    end : date, optional
        Last day of observation, by default the last date in the table. A table with purchases
        after it is refused: cut it, or use :func:`split`.

    Returns
    -------
    DataFrame
        Columns ``frequency`` (whole number, 0 or more), ``recency`` and ``T`` (in the unit,
        0 <= recency <= T) and ``monetary_value`` (mean amount per repeat occasion, 0 where there
        is none).

        From pandas: the index is ``customer``, sorted; ``attrs`` keeps ``unit`` and ``end``.
        From another engine: a table of that engine, with ``customer`` as its first column. A
        table in memory (Polars' DataFrame, PyArrow) is sorted by customer. A lazy one (LazyFrame,
        DuckDB, PySpark) stays lazy, and its rows have no order. :func:`to_pandas` makes it what
        pandas would have given.

    Raises
    ------
    PurchasesError
        Missing columns, an empty table, null ids, dates that cannot be read, purchases after
        ``end``, negative or non-finite amounts; the text names the column and some rows.

    Notes
    -----
    The definitions are those of Fader, Hardie & Lee (2005), "Counting your customers" the easy
    way, Marketing Science 24(2), where time is measured in weeks from the first purchase.

    A lazy table is read once by this call, for the checks, and again when the summary is used.

    Examples
    --------
    Anna buys on 1 and 15 January (twice that day), Bo once; we look until 29 January.

    >>> purchases = pd.DataFrame({
    ...     "customer_id": ["anna", "anna", "anna", "bo"],
    ...     "date": ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"],
    ...     "amount": [20.0, 5.0, 7.0, 30.0],
    ... })
    >>> summarize(purchases, end="2024-01-29")
                 frequency  recency    T  monetary_value
    customer_id
    anna                 1      2.0  4.0            12.0
    bo                   0      0.0  3.0             0.0
    """
    faults.check_unit(unit)
    end = None if end is None else as_day(end, "end")
    if isinstance(transactions, pd.DataFrame):
        return in_pandas.summarize(transactions, customer, date, amount, unit, end)
    # loaded only for those who need it
    from crmlib.rfm import in_engines

    return in_engines.summarize(transactions, customer, date, amount, unit, end)


def split(
    transactions: Any,
    calibration_end: str | pd.Timestamp,
    holdout_end: str | pd.Timestamp | None = None,
    customer: str = "customer_id",
    date: str = "date",
    amount: str | None = "amount",
    unit: str = "W",
) -> Any:
    """Summarise purchases up to a day, and set beside them what each customer did afterwards.

    A model is fitted on the first period and judged on the second, which it has not seen.

    Parameters
    ----------
    transactions, customer, date, amount, unit
        As in :func:`summarize`.
    calibration_end : date
        Last day of the period that the summary describes.
    holdout_end : date, optional
        Last day of the period after it, by default the last date in the table.

    Returns
    -------
    DataFrame
        The summary of the calibration period, as :func:`summarize` returns it, with
        ``holdout_purchases`` (purchase occasions after ``calibration_end`` up to and including
        ``holdout_end``) and, unless ``amount`` is None, ``holdout_amount`` (money spent in that
        time). Who bought for the first time after ``calibration_end`` has no row.

        From pandas, ``attrs`` keeps ``unit``, ``end`` (the calibration's), ``holdout_end``,
        ``holdout_length`` (in the unit), ``customers_not_yet_acquired`` (first purchase after
        ``calibration_end``) and ``purchases_after_holdout`` (rows after ``holdout_end``, not
        used).

    Raises
    ------
    PurchasesError
        As in :func:`summarize`; also when ``holdout_end`` is not after ``calibration_end`` or
        nobody bought up to ``calibration_end``.

    Examples
    --------
    >>> purchases = pd.DataFrame({
    ...     "customer_id": ["anna", "anna", "anna", "bo"],
    ...     "date": ["2024-01-01", "2024-01-15", "2024-02-05", "2024-01-08"],
    ...     "amount": [20.0, 12.0, 9.0, 30.0],
    ... })
    >>> split(purchases, "2024-01-29", "2024-02-26").iloc[:, [0, 2, 4, 5]]
                 frequency    T  holdout_purchases  holdout_amount
    customer_id
    anna                 1  4.0                  1             9.0
    bo                   0  3.0                  0             0.0
    """
    faults.check_unit(unit)
    calibration_end = as_day(calibration_end, "calibration_end")
    holdout_end = None if holdout_end is None else as_day(holdout_end, "holdout_end")
    if holdout_end is not None and holdout_end <= calibration_end:
        raise faults.holdout_not_later(holdout_end.date(), calibration_end.date())
    columns = (customer, date, amount, unit)
    if isinstance(transactions, pd.DataFrame):
        return in_pandas.split(transactions, calibration_end, holdout_end, *columns)
    # loaded only for those who need it
    from crmlib.rfm import in_engines

    return in_engines.split(transactions, calibration_end, holdout_end, *columns)
