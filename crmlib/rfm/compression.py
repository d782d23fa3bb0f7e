"""What leaves the engine: a summary as pandas, or its distinct histories, each counted once."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.rfm import faults
from crmlib.rfm.days import as_day
from crmlib.rfm.faults import DAYS_PER_UNIT, PurchasesError

IN_TIME_UNITS = ("recency", "T")
IN_SUMMARY = ("frequency", *IN_TIME_UNITS)


def compress(
    summary: Any,
    columns: Sequence[str] = IN_SUMMARY,
    unit: str | None = None,
    end: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Count the customers who share a history: a small table that every model can fit.

    A model of buying sees of a customer only frequency, recency and T, so customers with the same
    three numbers may stand in one row with their number. Whole days make many of them equal.

    Parameters
    ----------
    summary : DataFrame
        From :func:`summarize`, of any engine; the counting is done there.
    columns : sequence of str
        The columns that a model needs. For Gamma-Gamma: ``("frequency", "monetary_value")``.
    unit : {"W", "D"}, optional
        Unit of ``recency`` and ``T``. pandas keeps it in ``attrs``; the tables of other engines
        cannot, so give here what you gave to :func:`summarize`.
    end : date, optional
        Last day of observation, likewise, if you want ``attrs`` to keep it.

    Returns
    -------
    DataFrame
        In pandas: the columns, one row per distinct combination, sorted, and ``count``, the number
        of customers (1 or more). ``attrs`` keeps ``unit`` and ``end``, where known.

    Raises
    ------
    PurchasesError
        Missing columns; no unit, or another than the summary's own.

    Examples
    --------
    >>> summary = pd.DataFrame({
    ...     "frequency": [0, 2, 0], "recency": [0.0, 3.0, 0.0], "T": [4.0, 5.0, 4.0]
    ... })
    >>> compress(summary, unit="W")
       frequency  recency    T  count
    0          0      0.0  4.0      2
    1          2      3.0  5.0      1

    A model takes the counts by name: ``models.BGNBD(table, count="count").fit()``.
    """
    columns = list(columns)
    attrs = _attrs(summary, columns, unit, end)
    if isinstance(summary, pd.DataFrame):
        faults.check_summary(list(summary.columns), columns)
        # gaps are kept, for the model to refuse them
        table = summary.groupby(columns, sort=True, dropna=False).size().reset_index(name="count")
    else:
        # loaded only for those who need it
        from crmlib.rfm import in_engines

        table = in_engines.counted(summary, columns)
    table.attrs = attrs
    return table


def to_pandas(
    summary: Any,
    unit: str | None = None,
    end: str | pd.Timestamp | None = None,
    holdout_end: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Bring a summary to pandas: as if pandas itself had made it.

    The whole table must fit into memory, about 50 bytes a customer. For fitting alone,
    :func:`compress` is enough.

    Parameters
    ----------
    summary : DataFrame
        From :func:`summarize` or :func:`split`, of any engine. Its first column holds the ids.
    unit : {"W", "D"}
        Unit of ``recency`` and ``T``, as given to :func:`summarize`: the tables of other engines
        cannot keep it. A pandas summary that knows its unit needs none.
    end, holdout_end : date, optional
        Days as given to :func:`summarize` or :func:`split`, if ``attrs`` is to keep them.

    Returns
    -------
    DataFrame
        Index: the customers' ids, sorted. ``attrs``: ``unit``, and what else was given, with
        ``holdout_length`` (in the unit) where both days are.

    Raises
    ------
    PurchasesError
        Missing columns; no unit, or a ``unit`` or day other than the pandas summary's own.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from crmlib.rfm.summaries import summarize
    >>> purchases = pa.table({
    ...     "customer_id": [7, 7, 3],
    ...     "date": pd.to_datetime(["2024-01-01", "2024-01-15", "2024-01-08"]),
    ...     "amount": [20.0, 5.0, 30.0],
    ... })
    >>> to_pandas(summarize(purchases, end="2024-01-29"), unit="W", end="2024-01-29")
                 frequency  recency    T  monetary_value
    customer_id
    3                    0      0.0  3.0             0.0
    7                    1      2.0  4.0             5.0
    """
    attrs = _attrs(summary, IN_SUMMARY, unit, end, holdout_end)
    if isinstance(summary, pd.DataFrame):
        faults.check_summary(list(summary.columns), IN_SUMMARY)
        table = summary.copy(deep=False)
    else:
        # loaded only for those who need it
        from crmlib.rfm import in_engines

        table = in_engines.by_customer(summary, IN_SUMMARY)
    table.attrs = attrs
    return table


def _attrs(
    summary: Any,
    columns: Sequence[str],
    unit: str | None,
    end: str | pd.Timestamp | None,
    holdout_end: str | pd.Timestamp | None = None,
) -> dict[str, object]:
    """Return what the table knows, and what the caller says."""
    can_say = isinstance(summary, pd.DataFrame)
    attrs = dict(summary.attrs) if can_say else {}
    said = {
        "unit": unit,
        "end": None if end is None else as_day(end, "end"),
        "holdout_end": None if holdout_end is None else as_day(holdout_end, "holdout_end"),
    }
    if unit is not None:
        faults.check_unit(unit)
    for name, value in said.items():
        if value is not None and attrs.setdefault(name, value) != value:
            raise PurchasesError(
                _("{name} is {value}, but the summary was made with {own}.").format(
                    name=name, value=value, own=attrs[name]
                )
            )
    if not can_say and unit is None and set(columns) & set(IN_TIME_UNITS):
        raise PurchasesError(
            _(
                "A table of {kind} cannot keep its unit of time. Say unit='W' (weeks) or "
                "unit='D' (days), as you gave it to rfm.summarize; without one it made weeks."
            ).format(kind=type(summary).__name__)
        )
    if {"unit", "end", "holdout_end"} <= set(attrs):
        days = (attrs["holdout_end"] - attrs["end"]).days
        attrs["holdout_length"] = days / DAYS_PER_UNIT[attrs["unit"]]
    return attrs
