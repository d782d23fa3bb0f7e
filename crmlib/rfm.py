"""From purchases to three numbers a customer: how often, how recently, observed how long.

Who is still a customer? In a shop without contracts nobody says goodbye, so all we have is the
record of purchases. Four columns keep what the models need of it:

- ``frequency``: repeat purchase *occasions*. A day on which somebody bought is one occasion,
  however many receipts it has, and the first occasion is not counted: who bought on one day only
  has frequency 0.
- ``recency``: the time from the first purchase to the *last*. (Not from the last purchase to
  today, as in RFM scoring: a recency near T means that the customer was seen lately.)
- ``T``: the time from the first purchase to the end of observation, the customer's age.
- ``monetary_value``: mean amount per *repeat* occasion; 0 where there is none. The first purchase
  is left out, because it is often a special one.

The one subtle difference to a count of orders: times are real numbers in days or weeks from the
customer's own first purchase, so that customers who came in different months can be compared.
"""

from contextlib import suppress
from dataclasses import dataclass
from numbers import Number

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _

DAYS_PER_UNIT = {"D": 1.0, "W": 7.0}
ROWS_SHOWN = 5


class PurchasesError(ValueError):
    """A table of purchases that cannot be summarised; the text says why and what to do."""


@dataclass(frozen=True)
class _Purchases:
    """The three columns, read and checked: ids, days since 1970 and amounts, one entry a row."""

    ids: pd.Series
    day: np.ndarray
    amount: np.ndarray | None


@dataclass(frozen=True)
class _Occasions:
    """One entry per customer and day with a purchase, sorted by customer, then day."""

    customers: pd.Index
    code: np.ndarray
    day: np.ndarray
    amount: np.ndarray | None


def summarize(
    transactions: pd.DataFrame,
    customer: str = "customer_id",
    date: str = "date",
    amount: str | None = "amount",
    unit: str = "W",
    end: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Summarise purchases as frequency, recency, T and mean spend, one row per customer.

    Parameters
    ----------
    transactions : DataFrame
        One row per purchase. Zero amounts and identical rows are legal: both happen in real shops.
    customer, date, amount : str
        The columns that hold the customer's id, the date of purchase (dates or ISO texts such as
        "1997-01-31"; a time of day is cut off) and the amount paid. ``amount=None`` leaves
        ``monetary_value`` out.
    unit : {"W", "D"}
        Unit of ``recency`` and ``T``: weeks (of seven days, with fractions) or days.
    end : date, optional
        Last day of observation, by default the last date in the table. A table with purchases
        after it is refused: cut it, or use :func:`split`.

    Returns
    -------
    DataFrame
        Index ``customer`` (sorted); columns ``frequency`` (whole number, 0 or more), ``recency``
        and ``T`` (in the unit, 0 <= recency <= T) and ``monetary_value`` (mean amount per repeat
        occasion, 0 where there is none). ``attrs`` keeps ``unit`` and ``end``.

    Raises
    ------
    PurchasesError
        Missing columns, an empty table, null ids, dates that cannot be read, purchases after
        ``end``, negative or non-finite amounts; the text names the column and the first rows.

    Notes
    -----
    The definitions are those of Fader, Hardie & Lee (2005), "Counting your customers" the easy
    way, Marketing Science 24(2), where time is measured in weeks from the first purchase.

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
    purchases = _read(transactions, customer, date, amount)
    last = _to_timestamp(purchases.day.max())
    end = last if end is None else _as_day(end, "end")
    _refuse_purchases_after(end, purchases, transactions[date])
    return _summary(_occasions(purchases), end, unit)


def split(
    transactions: pd.DataFrame,
    calibration_end: str | pd.Timestamp,
    holdout_end: str | pd.Timestamp | None = None,
    customer: str = "customer_id",
    date: str = "date",
    amount: str | None = "amount",
    unit: str = "W",
) -> pd.DataFrame:
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
        The summary of the calibration period, with ``holdout_purchases`` (purchase occasions after
        ``calibration_end`` up to and including ``holdout_end``) and, unless ``amount`` is None,
        ``holdout_amount`` (money spent in that time). ``attrs`` keeps ``unit``, ``end`` (the
        calibration's), ``holdout_end``, ``holdout_length`` (in the unit),
        ``customers_not_yet_acquired`` (first purchase after ``calibration_end``: they have no row)
        and ``purchases_after_holdout`` (rows after ``holdout_end``, not used).

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
    purchases = _read(transactions, customer, date, amount)
    occasions = _occasions(purchases)
    calibration_end = _as_day(calibration_end, "calibration_end")
    first, last = _to_timestamp(purchases.day.min()), _to_timestamp(purchases.day.max())
    holdout_end = last if holdout_end is None else _as_day(holdout_end, "holdout_end")
    if holdout_end <= calibration_end:
        raise PurchasesError(
            _(
                "holdout_end ({holdout_end}) must be later than calibration_end "
                "({calibration_end}). Give two days, the earlier first."
            ).format(holdout_end=holdout_end.date(), calibration_end=calibration_end.date())
        )
    seen = occasions.day <= _to_day(calibration_end)
    if not seen.any():
        raise PurchasesError(
            _(
                "No purchase up to calibration_end ({calibration_end}); the first is on {first}. "
                "Choose a later day."
            ).format(calibration_end=calibration_end.date(), first=first.date())
        )
    later = ~seen & (occasions.day <= _to_day(holdout_end))
    summary = _summary(_keep(occasions, seen), calibration_end, unit)
    acquired = np.unique(occasions.code[seen])
    size = len(occasions.customers)
    summary["holdout_purchases"] = np.bincount(occasions.code[later], minlength=size)[acquired]
    if occasions.amount is not None:
        spent = np.bincount(occasions.code[later], occasions.amount[later], minlength=size)
        summary["holdout_amount"] = spent[acquired]
    days = _to_day(holdout_end) - _to_day(calibration_end)
    summary.attrs |= {
        "holdout_end": holdout_end,
        "holdout_length": days / DAYS_PER_UNIT[unit],
        "customers_not_yet_acquired": size - len(acquired),
        "purchases_after_holdout": int((purchases.day > _to_day(holdout_end)).sum()),
    }
    return summary


def _summary(occasions: _Occasions, end: pd.Timestamp, unit: str) -> pd.DataFrame:
    if unit not in DAYS_PER_UNIT:
        raise PurchasesError(
            _("unit is {unit!r}; expected 'W' (weeks) or 'D' (days).").format(unit=unit)
        )
    start = np.flatnonzero(np.diff(occasions.code, prepend=-1))
    stop = np.append(start[1:], len(occasions.code)) - 1
    first, last = occasions.day[start], occasions.day[stop]
    columns = {
        "frequency": stop - start,
        "recency": (last - first) / DAYS_PER_UNIT[unit],
        "T": (_to_day(end) - first) / DAYS_PER_UNIT[unit],
    }
    if occasions.amount is not None:
        # the sum over repeat occasions only: a difference of sums would lose digits
        repeat = occasions.amount.copy()
        repeat[start] = 0.0
        total = np.add.reduceat(repeat, start)
        columns["monetary_value"] = total / np.maximum(columns["frequency"], 1)
    summary = pd.DataFrame(columns, index=occasions.customers[occasions.code[start]])
    summary.attrs = {"unit": unit, "end": end}
    return summary


def _read(transactions: pd.DataFrame, customer: str, date: str, amount: str | None) -> _Purchases:
    _refuse_missing_columns(transactions, [customer, date] + ([amount] if amount else []))
    return _Purchases(
        ids=_read_ids(transactions[customer]),
        day=_read_days(transactions[date]),
        amount=_read_amounts(transactions[amount]) if amount else None,
    )


def _occasions(purchases: _Purchases) -> _Occasions:
    """Merge the purchases of one customer on one day; sort by customer and day."""
    code, customers = pd.factorize(purchases.ids, sort=True)
    first_day = purchases.day.min()
    span = int(purchases.day.max() - first_day) + 1
    # one integer per customer and day: a single sort does the work of a two-column group-by
    key = code.astype("int64") * span + (purchases.day - first_day)
    occasion, place = np.unique(key, return_inverse=True)
    money = None
    if purchases.amount is not None:
        money = np.bincount(place, purchases.amount, minlength=len(occasion))
    customers = pd.Index(customers, name=purchases.ids.name)
    return _Occasions(customers, occasion // span, occasion % span + first_day, money)


def _keep(occasions: _Occasions, keep: np.ndarray) -> _Occasions:
    money = None if occasions.amount is None else occasions.amount[keep]
    return _Occasions(occasions.customers, occasions.code[keep], occasions.day[keep], money)


def _refuse_missing_columns(transactions: pd.DataFrame, needed: list[str]) -> None:
    if not isinstance(transactions, pd.DataFrame):
        raise PurchasesError(
            _("Expected a pandas DataFrame of purchases, got {kind}.").format(
                kind=type(transactions).__name__
            )
        )
    missing = [name for name in needed if name not in transactions.columns]
    if missing:
        raise PurchasesError(
            _(
                "The table has no column {missing}. Its columns are: {columns}. "
                "Say which columns to use: customer=…, date=…, amount=…."
            ).format(
                missing=", ".join(repr(name) for name in missing),
                columns=", ".join(str(name) for name in transactions.columns),
            )
        )
    if not transactions[needed].columns.is_unique:
        raise PurchasesError(_("Two of the columns to use have one name: give each its own."))
    if transactions.empty:
        raise PurchasesError(
            _("The table of purchases is empty: there is no customer to describe.")
        )


def _read_ids(ids: pd.Series) -> pd.Series:
    _refuse_rows(
        ids[ids.isna()],
        _(
            "Column {column!r}: {number} rows have no customer id. Every purchase must belong to "
            "somebody: fill the ids in, or set these rows aside knowingly, then try again."
        ),
    )
    is_text = _are(str, ids)
    _refuse_rows(
        ids[is_text != is_text[0]],
        _(
            "Column {column!r} mixes texts and other ids ({number} rows are unlike the first): 7 "
            "and '7' would be two customers. Make them one kind: table[{column!r}].astype(str)."
        ),
    )
    return ids


def _read_days(raw: pd.Series) -> np.ndarray:
    """Read days; text that is no date, gaps, numbers and time zones get an error of their own."""
    numbers = raw if pd.api.types.is_numeric_dtype(raw) else raw[_are(Number, raw) & raw.notna()]
    if len(numbers):
        raise PurchasesError(
            _(
                "Column {column!r} holds numbers ({example}), not dates. Convert it first, "
                'for example pd.to_datetime(table[{column!r}], format="%Y%m%d").'
            ).format(column=raw.name, example=numbers.iloc[0])
        )
    dates = raw if pd.api.types.is_datetime64_any_dtype(raw) else _dates_of_texts(raw)
    _refuse_rows(
        raw[dates.isna()],
        _(
            "Column {column!r}: {number} rows have no readable date. Expected dates or texts such "
            "as 2024-01-31: correct these rows, or convert the column with pd.to_datetime."
        ),
    )
    if getattr(dates.dtype, "tz", None) is not None:
        raise _time_zone_error(raw, dates.dtype.tz)
    return dates.to_numpy().astype("datetime64[D]").astype("int64")


def _dates_of_texts(raw: pd.Series) -> pd.Series:
    try:
        dates = pd.to_datetime(raw, errors="coerce", format="ISO8601")
    except ValueError:
        raise _time_zone_error(raw, _("more than one")) from None
    # pandas reads "2024" and "2024-05" as the first day of the year or month: we do not guess
    return dates.mask(raw.astype(str).str.len() < len("20240131"))


def _time_zone_error(raw: pd.Series, zone: object) -> PurchasesError:
    return PurchasesError(
        _(
            "Column {column!r} has a time zone ({zone}), and a purchase near midnight would "
            "change its day. Choose the shop's own clock: pd.to_datetime(table[{column!r}], "
            'format="ISO8601", utc=True).dt.tz_convert(shop_zone).dt.tz_localize(None).'
        ).format(column=raw.name, zone=zone)
    )


def _read_amounts(raw: pd.Series) -> np.ndarray:
    amounts = pd.to_numeric(raw, errors="coerce").astype("float64")
    _refuse_rows(
        raw[~np.isfinite(amounts)],
        _(
            "Column {column!r}: {number} rows are not a finite amount. Expected a number, 0 or "
            "more: correct these rows, or give amount=None to leave spend out."
        ),
    )
    _refuse_rows(
        raw[amounts < 0],
        _(
            "Column {column!r}: {number} rows are negative. A return is not a purchase: take it "
            "off the purchase that it belongs to, or set these rows aside, then try again."
        ),
    )
    return amounts.to_numpy()


def _refuse_purchases_after(end: pd.Timestamp, purchases: _Purchases, dates: pd.Series) -> None:
    late = purchases.day > _to_day(end)
    newcomers = ~purchases.ids[late].isin(purchases.ids[~late])
    _refuse_rows(
        dates[late],
        _(
            "Column {column!r}: {number} rows are later than end ({end}), and {newcomers} "
            "customers bought for the first time only after it. Cut the table at that day, choose "
            "a later end, or use rfm.split to keep the later purchases as a holdout."
        ),
        end=end.date(),
        newcomers=purchases.ids[late][newcomers].nunique(),
    )


def _refuse_rows(offending: pd.Series, text: str, **values: object) -> None:
    """Raise ``text``, with the number of offending rows and the first of them, if there are any."""
    if offending.empty:
        return
    rows = offending.head(ROWS_SHOWN).items()
    shown = "\n".join(f"  {label}: {value!r}" for label, value in rows)
    message = text.format(column=offending.name, number=len(offending), **values)
    raise PurchasesError(f"{message}\n{_('First rows (row: value):')}\n{shown}")


def _are(kind: type, values: pd.Series) -> np.ndarray:
    """Whether each value is of this Python kind, in a column of objects; elsewhere False."""
    if values.dtype != object:
        return np.zeros(len(values), dtype=bool)
    return np.array([isinstance(value, kind) for value in values])


def _as_day(value: str | pd.Timestamp, name: str) -> pd.Timestamp:
    # only ISO texts: nobody knows whether 01/02/2024 is in January or in February
    day = _dates_of_texts(pd.Series([value]))[0] if isinstance(value, str) else pd.NaT
    if not isinstance(value, str | Number):
        with suppress(ValueError, TypeError):
            day = pd.Timestamp(value)
    if pd.isna(day) or day.tz is not None:
        raise PurchasesError(
            _(
                "{name} is {value!r}; expected a day such as '2024-01-31', without a time zone."
            ).format(name=name, value=value)
        )
    return day.normalize()


def _to_day(moment: pd.Timestamp) -> int:
    return int(moment.to_datetime64().astype("datetime64[D]").astype("int64"))


def _to_timestamp(day: int) -> pd.Timestamp:
    return pd.Timestamp(np.datetime64(int(day), "D"))
