"""A pandas table of purchases, read and checked: what is wrong is refused, row by row."""

from dataclasses import dataclass
from numbers import Number

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.rfm import faults
from crmlib.rfm.days import FIRST_DAY, LAST_DAY, dates_of_texts, time_zone_error, to_day, whole_days
from crmlib.rfm.faults import PurchasesError

# Whole numbers with at most so many places per row need no dictionary: they are places themselves.
PLACES_PER_ROW = 4

MIXED_IDS = N_(
    "Column {column!r} mixes texts and other ids ({number} rows are unlike the first): 7 "
    "and '7' would be two customers. Make them one kind: table[{column!r}].astype(str)."
)
NO_DATE = N_(
    "Column {column!r}: {number} rows have no readable date. Expected dates or texts such "
    "as 2024-01-31: correct these rows, or convert the column with pd.to_datetime."
)


@dataclass(frozen=True)
class Purchases:
    """The three columns as numbers, one entry a row.

    Attributes
    ----------
    customers : Index
        Ids by code, sorted; some may belong to nobody.
    code : ndarray
        Whose purchase: the place in ``customers``.
    day : ndarray
        Days since 1970.
    amount : ndarray or None
        Money, 0 or more.
    """

    customers: pd.Index
    code: np.ndarray
    day: np.ndarray
    amount: np.ndarray | None


def read(transactions: pd.DataFrame, customer: str, date: str, amount: str | None) -> Purchases:
    """Read and check the columns."""
    faults.check_columns(
        list(transactions.columns), [customer, date] + ([amount] if amount else [])
    )
    if transactions.empty:
        raise faults.empty_table()
    code, customers = _read_ids(transactions[customer])
    return Purchases(
        customers=customers,
        code=code,
        day=_read_days(transactions[date]),
        amount=_read_amounts(transactions[amount]) if amount else None,
    )


def refuse_after(end: pd.Timestamp, purchases: Purchases, dates: pd.Series) -> None:
    """Refuse purchases after the end of observation."""
    late = purchases.day > to_day(end)
    if late.any():
        newcomers = np.setdiff1d(purchases.code[late], purchases.code[~late])
        raise _rows_error(dates[late], faults.LATE, end=end.date(), newcomers=len(newcomers))


def _read_ids(ids: pd.Series) -> tuple[np.ndarray, pd.Index]:
    if ids.hasnans:
        raise _rows_error(ids[ids.isna()], faults.NO_ID)
    if ids.dtype == object:
        is_text = _are(str, ids)
        unlike = ids[is_text != is_text[0]]
        if len(unlike):
            raise _rows_error(unlike, MIXED_IDS)
    if pd.api.types.is_integer_dtype(ids.dtype):
        numbers = ids.to_numpy()
        low, high = int(numbers.min()), int(numbers.max())
        if high - low < PLACES_PER_ROW * len(numbers) and high < np.iinfo("int64").max:
            code = numbers.astype("int64", copy=False) - low
            return code, pd.Index(np.arange(low, high + 1), dtype=ids.dtype, name=ids.name)
    code, customers = pd.factorize(ids, sort=True)
    return code.astype("int64", copy=False), pd.Index(customers, name=ids.name)


def _read_days(raw: pd.Series) -> np.ndarray:
    """Read days; text that is no date, gaps, numbers and time zones get an error of their own."""
    is_date = pd.api.types.is_datetime64_any_dtype(raw)
    if not is_date:
        is_number = pd.api.types.is_numeric_dtype(raw)
        numbers = raw if is_number else raw[_are(Number, raw) & raw.notna()]
        if len(numbers):
            raise faults.numbers_for_dates(raw.name, numbers.iloc[0])
    dates = raw if is_date else dates_of_texts(raw)
    if dates.hasnans:
        raise _rows_error(raw[dates.isna()], NO_DATE)
    zone = getattr(getattr(dates.dtype, "pyarrow_dtype", dates.dtype), "tz", None)
    if zone is not None:
        raise time_zone_error(raw, zone)
    if isinstance(dates.dtype, pd.ArrowDtype):
        dates = dates.astype("datetime64[us]")
    days = whole_days(dates.to_numpy())
    if days.min() < FIRST_DAY or days.max() > LAST_DAY:
        outside = (days < FIRST_DAY) | (days > LAST_DAY)
        raise _rows_error(raw[outside], faults.YEAR_OUT_OF_RANGE)
    return days


def _read_amounts(raw: pd.Series) -> np.ndarray:
    amounts = pd.to_numeric(raw, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    finite = np.isfinite(amounts)
    if not finite.all():
        raise _rows_error(raw[~finite], faults.NO_AMOUNT)
    negative = amounts < 0
    if negative.any():
        raise _rows_error(raw[negative], faults.NEGATIVE_AMOUNT)
    return amounts


def _rows_error(offending: pd.Series, text: str, **values: object) -> PurchasesError:
    """Return the error that says ``text``, with the number of rows and the first of them."""
    rows = offending.head(faults.ROWS_SHOWN).items()
    shown = "\n".join(f"  {label}: {value!r}" for label, value in rows)
    message = _(text).format(column=offending.name, number=len(offending), **values)
    heading = _("First rows (row: value):")
    return PurchasesError(f"{message}\n{heading}\n{shown}")


def _are(kind: type, values: pd.Series) -> np.ndarray:
    """Whether each value is of this Python kind, in a column of objects; elsewhere False."""
    if values.dtype != object:
        return np.zeros(len(values), dtype=bool)
    return np.array([isinstance(value, kind) for value in values])
