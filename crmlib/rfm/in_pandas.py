"""The summary of a pandas table: one sort of whole numbers.

A purchase occasion is a customer and a day, and both fit into one whole number. Sorted, the
numbers of a customer stand together, day after day, and equal neighbours are one occasion.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.rfm import faults
from crmlib.rfm.days import to_day, to_timestamp
from crmlib.rfm.faults import DAYS_PER_UNIT
from crmlib.rfm.reading import Purchases, read, refuse_after


@dataclass(frozen=True)
class Occasions:
    """Every customer and day with a purchase, once, sorted by customer, then day.

    Attributes
    ----------
    key : ndarray
        Customer's code × 2 to the power of ``bits`` + days since ``first_day``.
    bits : int
        Binary digits that a day needs.
    first_day : int
        The first day in the table, in days since 1970.
    """

    key: np.ndarray
    bits: int
    first_day: int

    @property
    def code(self) -> np.ndarray:
        """The customers' codes."""
        return self.key >> self.bits

    @property
    def day(self) -> np.ndarray:
        """Days since ``first_day``."""
        return self.key & ((1 << self.bits) - 1)

    def keep(self, which: np.ndarray) -> "Occasions":
        """Return some of the occasions."""
        return Occasions(self.key[which], self.bits, self.first_day)


def summarize(
    transactions: pd.DataFrame,
    customer: str,
    date: str,
    amount: str | None,
    unit: str,
    end: pd.Timestamp | None,
) -> pd.DataFrame:
    """Summarise a pandas table; see :func:`crmlib.rfm.summarize`."""
    purchases = read(transactions, customer, date, amount)
    if end is None:
        end = to_timestamp(purchases.day.max())
    refuse_after(end, purchases, transactions[date])
    return _summary(purchases, _occasions(purchases), end, unit)[0]


def split(
    transactions: pd.DataFrame,
    calibration_end: pd.Timestamp,
    holdout_end: pd.Timestamp | None,
    customer: str,
    date: str,
    amount: str | None,
    unit: str,
) -> pd.DataFrame:
    """Split a pandas table; see :func:`crmlib.rfm.split`."""
    purchases = read(transactions, customer, date, amount)
    if holdout_end is None:
        holdout_end = to_timestamp(purchases.day.max())
    if holdout_end <= calibration_end:
        raise faults.holdout_not_later(holdout_end.date(), calibration_end.date())
    first = purchases.day.min()
    if first > to_day(calibration_end):
        raise faults.nobody_in_calibration(calibration_end.date(), to_timestamp(first).date())
    occasions = _occasions(purchases)
    seen = occasions.day <= to_day(calibration_end) - first
    summary, acquired = _summary(purchases, occasions.keep(seen), calibration_end, unit)
    size = len(purchases.customers)
    in_holdout = ~seen & (occasions.day <= to_day(holdout_end) - first)
    later = np.bincount(occasions.keep(in_holdout).code, minlength=size)
    summary["holdout_purchases"] = later[acquired]
    if purchases.amount is not None:
        after = purchases.day > to_day(calibration_end)
        rows = after & (purchases.day <= to_day(holdout_end))
        spent = np.bincount(purchases.code[rows], purchases.amount[rows], minlength=size)
        # numpy counts in whole numbers where there is nothing to add up
        summary["holdout_amount"] = spent[acquired].astype("float64")
    days = to_day(holdout_end) - to_day(calibration_end)
    everybody = np.count_nonzero(np.diff(occasions.code)) + 1
    summary.attrs |= {
        "holdout_end": holdout_end,
        "holdout_length": days / DAYS_PER_UNIT[unit],
        "customers_not_yet_acquired": int(everybody - len(acquired)),
        "purchases_after_holdout": int((purchases.day > to_day(holdout_end)).sum()),
    }
    return summary


def _occasions(purchases: Purchases) -> Occasions:
    """Merge the purchases of one customer on one day; sort by customer and day."""
    first_day = int(purchases.day.min())
    bits = int(purchases.day.max() - first_day).bit_length()
    key = purchases.code << bits
    key |= purchases.day - first_day
    if len(purchases.customers) << bits <= np.iinfo("uint32").max:
        # half as wide, sorted in half the time
        key = key.astype("uint32")
    key.sort()
    is_new = np.empty(len(key), dtype=bool)
    is_new[0] = True
    np.not_equal(key[1:], key[:-1], out=is_new[1:])
    return Occasions(key[is_new], bits, first_day)


def _summary(
    purchases: Purchases, occasions: Occasions, end: pd.Timestamp, unit: str
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the summary up to ``end``, and the codes of its customers."""
    code, day = occasions.code, occasions.day.astype("int64")
    start = np.concatenate([[0], np.flatnonzero(code[1:] != code[:-1]) + 1])
    stop = np.append(start[1:], len(code)) - 1
    customer, first, last = code[start].astype("int64"), day[start], day[stop]
    end_day = to_day(end) - occasions.first_day
    columns = {
        "frequency": stop - start,
        "recency": (last - first) / DAYS_PER_UNIT[unit],
        "T": (end_day - first) / DAYS_PER_UNIT[unit],
    }
    if purchases.amount is not None:
        first_of = np.zeros(len(purchases.customers), dtype="int32")
        first_of[customer] = first + occasions.first_day
        total = _repeat_money(purchases, first_of, to_day(end))[customer]
        columns["monetary_value"] = total / np.maximum(columns["frequency"], 1)
    summary = pd.DataFrame(columns, index=purchases.customers[customer])
    summary.attrs = {"unit": unit, "end": end}
    return summary, customer


def _repeat_money(purchases: Purchases, first_of: np.ndarray, end_day: int) -> np.ndarray:
    """Return each code's money after its first day, up to the end."""
    # only the repeat occasions are added: a difference of sums would lose digits
    counts = purchases.day > first_of[purchases.code]
    counts &= purchases.day <= end_day
    return np.bincount(
        purchases.code, purchases.amount * counts, minlength=len(purchases.customers)
    )
