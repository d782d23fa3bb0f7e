"""A table of purchases in another engine: recognised, and checked where it is.

The engine counts what is wrong in one pass over the table; only counts and the first faulty rows
leave it.
"""

import math
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.rfm import faults
from crmlib.rfm.days import FIRST_DAY, LAST_DAY, to_timestamp
from crmlib.rfm.faults import PurchasesError

# Names within the query, which no column of a user's is likely to have.
DATE, DAY, AMOUNT = "_crmlib_date", "_crmlib_day", "_crmlib_amount"

ENGINES = {
    nw.Implementation.POLARS: "Polars",
    nw.Implementation.PYARROW: "PyArrow",
    nw.Implementation.DUCKDB: "DuckDB",
    nw.Implementation.PYSPARK: "PySpark",
    nw.Implementation.PYSPARK_CONNECT: "PySpark",
}

NO_DATE = N_(
    "Column {column!r}: {number} rows have no date. Correct these rows, or set them aside "
    "knowingly, then try again."
)


@dataclass(frozen=True)
class EnginePurchases:
    """The columns of a table that stays in its engine, checked.

    Attributes
    ----------
    frame : narwhals.LazyFrame
        The customer's column under its own name, the day (a date) and the amount.
    is_lazy : bool
        Whether the table came lazily, and must go so.
    first, last : Timestamp
        Days of the first and the last purchase.
    """

    frame: nw.LazyFrame
    customer: str
    has_amount: bool
    is_lazy: bool
    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def engine(self) -> nw.Implementation:
        """Which engine does the work."""
        return self.frame.implementation


def lazy_frame(table: Any) -> tuple[nw.LazyFrame, bool]:
    """Return the table as Narwhals sees it, and whether it was lazy itself."""
    try:
        frame = nw.from_native(table)
    except TypeError:
        raise _unknown(table) from None
    if frame.implementation not in ENGINES:
        raise _unknown(table)
    return frame.lazy(), isinstance(frame, nw.LazyFrame)


def collect(frame: nw.LazyFrame) -> nw.DataFrame:
    """Let the engine do the work now."""
    # Polars' newer engine does group-bys in two thirds of the time, and in parts if need be
    polars = frame.implementation is nw.Implementation.POLARS
    return frame.collect(**({"engine": "streaming"} if polars else {}))


def read(table: Any, customer: str, date: str, amount: str | None) -> EnginePurchases:
    """Recognise the table and check its columns, in the engine."""
    frame, is_lazy = lazy_frame(table)
    needed = [customer, date] + ([amount] if amount else [])
    schema = frame.collect_schema()
    faults.check_columns(list(schema), needed)
    _check_kinds(schema, date, amount, ENGINES[frame.implementation])
    columns = {DATE: nw.col(date).cast(nw.Date)}
    if amount:
        columns[AMOUNT] = nw.col(amount).cast(nw.Float64)
    frame = frame.select(nw.col(customer), **columns)
    first, last = _check_rows(frame, customer, date, amount, schema[customer])
    frame = frame.rename({DATE: DAY})
    return EnginePurchases(frame, customer, bool(amount), is_lazy, first, last)


def refuse_after(end: pd.Timestamp, purchases: EnginePurchases, date: str) -> None:
    """Refuse purchases after the end of observation."""
    if purchases.last <= end:
        return
    late = nw.col(DAY) > nw.lit(end.date())
    firsts = purchases.frame.group_by(purchases.customer).agg(nw.col(DAY).min())
    newcomers = collect(firsts.filter(late).select(nw.len())).item()
    raise _rows_error(
        purchases.frame.filter(late),
        faults.LATE,
        date,
        {purchases.customer: purchases.customer, DAY: date},
        end=end.date(),
        newcomers=newcomers,
    )


def day_number(column: str) -> nw.Expr:
    """Return a column of dates as days since 1970, by arithmetic that every engine does alike."""
    year = nw.col(column).dt.year().cast(nw.Float64) - 1.0
    day_of_year = nw.col(column).dt.ordinal_day().cast(nw.Float64)

    def every(years: int) -> nw.Expr:
        # Narwhals makes a page of SQL of a division of whole numbers. The half keeps the product
        # away from whole numbers, where rounding would tell.
        return ((year + 0.5) * (1 / years)).floor()

    # the Gregorian calendar; 719,163 days lead from the first day of year 1 to that of 1970
    days = year * 365.0 + every(4) - every(100) + every(400) + day_of_year - 719163.0
    return days.cast(nw.Int64).alias(column)


def _unknown(table: Any) -> PurchasesError:
    return PurchasesError(
        _("Expected a table of pandas, Polars, PyArrow, DuckDB or PySpark, got {kind}.").format(
            kind=type(table).__name__
        )
    )


def _check_kinds(schema: nw.Schema, date: str, amount: str | None, engine: str) -> None:
    """Refuse columns of the wrong kind before any row is looked at."""
    kind = schema[date]
    if kind.is_numeric() or kind == nw.Boolean:
        raise PurchasesError(
            _(
                "Column {column!r} holds numbers ({kind}), not dates. Convert it to dates in "
                "{engine} first."
            ).format(column=date, kind=kind, engine=engine)
        )
    if not isinstance(kind, nw.Date | nw.Datetime):
        raise PurchasesError(
            _(
                "Column {column!r} holds {kind}, not dates. Convert it in {engine} first, in SQL "
                "by CAST({column} AS DATE), and look at the rows that do not convert."
            ).format(column=date, kind=kind, engine=engine)
        )
    if isinstance(kind, nw.Datetime) and kind.time_zone is not None:
        raise PurchasesError(
            _(
                "Column {column!r} has a time zone ({zone}), and a purchase near midnight would "
                "change its day. Convert it in {engine} to dates on the shop's own clock first."
            ).format(column=date, zone=kind.time_zone, engine=engine)
        )
    if amount and not schema[amount].is_numeric():
        raise PurchasesError(
            _(
                "Column {column!r} holds {kind}, not numbers. Convert it in {engine} first, or "
                "give amount=None to leave spend out."
            ).format(column=amount, kind=schema[amount], engine=engine)
        )


def _check_rows(
    frame: nw.LazyFrame, customer: str, date: str, amount: str | None, kind: nw.dtypes.DType
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Refuse faulty rows; return the days of the first and the last purchase."""
    row = _facts(frame, customer, bool(amount))
    if not row["rows"]:
        raise faults.empty_table()
    # A few totals show that all is well, at a third of the price of looking at every condition.
    if kind.is_float() or not _is_sound(row):
        names = {customer: customer, DATE: date} | ({AMOUNT: amount} if amount else {})
        for rows, text, column in _possible_faults(customer, kind.is_float(), bool(amount)):
            offending = frame.filter(rows)
            if collect(offending.select(nw.len())).item():
                raise _rows_error(offending, text, names[column], names)
    return to_timestamp(row["first"]), to_timestamp(row["last"])


def _facts(frame: nw.LazyFrame, customer: str, has_amount: bool) -> dict[str, Any]:
    """Return counts, extremes and the total, by one pass over the table."""
    facts = {
        "rows": nw.len(),
        "ids": nw.col(customer).count(),
        "dates": nw.col(DATE).count(),
        "first": nw.col(DATE).min(),
        "last": nw.col(DATE).max(),
    }
    if has_amount:
        money = nw.col(AMOUNT)
        facts |= {"amounts": money.count(), "least": money.min(), "total": money.sum()}
    days = {"first": day_number("first"), "last": day_number("last")}
    return collect(frame.select(**facts).with_columns(**days)).rows(named=True)[0]


def _is_sound(row: dict[str, Any]) -> bool:
    """Whether the facts rule out every fault; a NaN or infinite amount shows in the total."""
    if row["ids"] < row["rows"] or row["dates"] < row["rows"]:
        return False
    if row["first"] is None or row["last"] is None:
        return False
    if row["first"] < FIRST_DAY or row["last"] > LAST_DAY:
        return False
    return "total" not in row or (
        row["amounts"] == row["rows"] and row["least"] >= 0 and math.isfinite(row["total"])
    )


def _possible_faults(
    customer: str, is_float: bool, has_amount: bool
) -> list[tuple[nw.Expr, str, str]]:
    """Return, for each fault: which rows have it, its text, the column."""
    no_id = nw.col(customer).is_null()
    if is_float:
        no_id = no_id | nw.col(customer).is_nan()
    # an infinite date has no year
    year = nw.col(DATE).dt.year().fill_null(0)
    strange = (year < faults.FIRST_YEAR) | (year > faults.LAST_YEAR)
    found = [
        (no_id, faults.NO_ID, customer),
        (nw.col(DATE).is_null(), NO_DATE, DATE),
        (strange, faults.YEAR_OUT_OF_RANGE, DATE),
    ]
    if has_amount:
        money = nw.col(AMOUNT)
        found += [
            (money.is_null() | ~money.is_finite(), faults.NO_AMOUNT, AMOUNT),
            (money < 0, faults.NEGATIVE_AMOUNT, AMOUNT),
        ]
    return found


def _rows_error(
    offending: nw.LazyFrame, text: str, column: str, names: dict[str, str], **values: object
) -> PurchasesError:
    """Return the error that says ``text``, with the number of rows and some of them."""
    number = collect(offending.select(nw.len())).item()
    # sorted, since an engine's rows have no order: the same table gives the same text
    rows = offending.select(list(names)).sort(list(names)).head(faults.ROWS_SHOWN)
    # as text: Python cannot hold every date that an engine can
    dates = [nw.col(name).cast(nw.String) for name in names if name in (DATE, DAY)]
    rows = collect(rows.with_columns(*dates))
    shown = "\n".join(
        "  " + ", ".join(f"{name}={value}" for name, value in zip(names.values(), row, strict=True))
        for row in rows.rows()
    )
    message = _(text).format(column=column, number=number, **values)
    heading = _("Some of these rows:")
    return PurchasesError(f"{message}\n{heading}\n{shown}")
