"""What a holdout report reads: its tables, checked, with equal customers counted together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib import rfm
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.buying_result import BuyingResult
from crmlib.models.checks import FitError, numeric_columns, refuse_rows
from crmlib.models.distinct import distinct_rows, rows_apart
from crmlib.models.values import UNITS_PER_PERIOD

HISTORY = ["frequency", "recency", "T"]
QUARTER_IN_DAYS = 91


@dataclass(frozen=True)
class Cases:
    """Customers with one history, the same covariates and the same later purchases, together.

    Attributes
    ----------
    table : DataFrame
        ``frequency``, ``recency``, ``T``, covariates, ``holdout_purchases`` and, where purchases
        are known, ``last_quarter`` (repeat purchases in the last 13 weeks before the holdout).
    weights : ndarray
        How many customers a row stands for.
    t : float
        Length of the holdout, in the unit of ``T``.
    unit : str or None
        "W" (weeks), "D" (days), or None where the tables do not say.
    """

    table: pd.DataFrame
    weights: np.ndarray
    t: float
    unit: str | None

    @property
    def customers(self) -> float:
        """Number of customers."""
        return float(self.weights.sum())

    @property
    def actual(self) -> np.ndarray:
        """Purchases in the holdout, case by case."""
        return self.table["holdout_purchases"].to_numpy()

    def total(self, values: np.ndarray) -> float:
        """Sum over all customers of a number that each case has."""
        return float(np.asarray(values, float) @ self.weights)

    def mean(self, values: np.ndarray) -> float:
        """Mean over all customers of a number that each case has."""
        return self.total(values) / self.customers


@dataclass(frozen=True)
class Occasions:
    """Repeat purchases of the calibration's customers: one entry per customer and day.

    ``customer`` is the row in the holdout table; ``day`` counts from the end of the calibration,
    which is day 0.
    """

    customer: np.ndarray
    day: np.ndarray


def read_cases(
    result: BuyingResult,
    holdout: pd.DataFrame,
    t: float | None,
    count: str | None,
    occasions: Occasions | None,
    other_customers: bool,
) -> Cases:
    """Check the holdout table against the fit, and count equal customers together."""
    t = holdout_length(holdout, t)
    covariates = [name for part in result.model.effects for name in part.columns]
    columns = list(dict.fromkeys([*HISTORY, *covariates, "holdout_purchases"]))
    table = numeric_columns(holdout, [*columns, *([count] if count else [])])
    weights = table[count].to_numpy() if count else np.ones(len(table))
    refuse_rows(
        table,
        weights <= 0,
        N_("{number} rows have a count of 0 or less; expected how many customers a row holds."),
    )
    later = table["holdout_purchases"].to_numpy()
    refuse_rows(
        table,
        (later < 0) | (later != np.floor(later)),
        N_("{number} rows have holdout_purchases that are not a whole number of 0 or more."),
    )
    result._table(holdout)
    if not other_customers:
        _refuse_other_customers(result, table, weights)
    table = table[columns]
    unit = unit_of(result, holdout)
    if occasions is not None:
        table = _with_last_quarter(table, occasions, unit)
    number, first = distinct_rows([table[name].to_numpy() for name in table.columns])
    distinct = table.iloc[first].reset_index(drop=True)
    distinct.attrs = {"unit": unit} if unit else {}
    return Cases(distinct, np.bincount(number, weights), t, unit)


def _with_last_quarter(table: pd.DataFrame, occasions: Occasions, unit: str) -> pd.DataFrame:
    longest = table["T"].max() / UNITS_PER_PERIOD[unit]["day"]
    if round(longest) < QUARTER_IN_DAYS:
        return table
    recent = (occasions.day <= 0) & (occasions.day > -QUARTER_IN_DAYS)
    bought = np.bincount(occasions.customer[recent], minlength=len(table))
    return table.assign(last_quarter=bought.astype(float))


def holdout_length(holdout: pd.DataFrame, t: float | None) -> float:
    """Length of the holdout, as the table or the caller says; an error if they disagree."""
    if not isinstance(holdout, pd.DataFrame):
        raise FitError(
            _("Expected a holdout table (a pandas DataFrame from rfm.split), got {kind}.").format(
                kind=type(holdout).__name__
            )
        )
    if "holdout_purchases" not in holdout.columns:
        raise FitError(
            _(
                "The table has no column 'holdout_purchases', so there is nothing to judge the "
                "model on. rfm.split makes such a table from purchases."
            )
        )
    said = holdout.attrs.get("holdout_length")
    if t is None and said is None:
        raise FitError(
            _(
                "The table does not say how long its holdout is. Take it as rfm.split returns it, "
                "or give t=, the length in the unit of T."
            )
        )
    if t is not None and said is not None and not np.isclose(t, said):
        raise FitError(
            _("t is {t:g}, but the table says that its holdout is {said:g} long.").format(
                t=t, said=said
            )
        )
    t = float(said if t is None else t)
    if not (np.isfinite(t) and t > 0):
        raise ValueError(_("t is {t:g}; expected a length of time above 0.").format(t=t))
    return t


def unit_of(result: BuyingResult, holdout: pd.DataFrame) -> str | None:
    """Return the unit of time, as the holdout table or the fit's says it, or None."""
    unit = holdout.attrs.get("unit") or result.model.summary.attrs.get("unit")
    return unit if unit in UNITS_PER_PERIOD else None


def read_occasions(
    result: BuyingResult,
    holdout: pd.DataFrame,
    transactions: pd.DataFrame,
    t: float,
    count: str | None,
    customer: str,
    date: str,
) -> Occasions:
    """Purchases of the customers of the holdout table, checked against that table."""
    table = numeric_columns(holdout, ["frequency", "T", "holdout_purchases"])
    unit, end = unit_of(result, holdout), holdout.attrs.get("end")
    if unit is None or end is None:
        raise FitError(
            _(
                "To follow purchases week by week, the holdout table must say its unit of time "
                "and when the calibration ends: take it as rfm.split returns it, with "
                "attrs['unit'] and attrs['end']."
            )
        )
    if count or not holdout.index.is_unique:
        raise FitError(
            _(
                "To follow purchases week by week, the holdout table needs one row per customer, "
                "with the customer's id as index."
            )
        )
    if not isinstance(transactions, pd.DataFrame):
        raise FitError(
            _("transactions must be a pandas DataFrame of purchases, got {kind}.").format(
                kind=type(transactions).__name__
            )
        )
    end = pd.Timestamp(end)
    until = end + pd.Timedelta(days=round(t / UNITS_PER_PERIOD[unit]["day"]))
    again = rfm.split(transactions, end, until, customer, date, amount=None, unit=unit)
    _refuse_other_purchases(table, again)
    dates = pd.to_datetime(transactions[date], format="ISO8601").dt.normalize()
    day = (dates - end.normalize()).dt.days
    occasions = pd.DataFrame(
        {"customer": holdout.index.get_indexer(transactions[customer]), "day": day.to_numpy()}
    )
    occasions = occasions[(occasions["customer"] >= 0) & (day.to_numpy() <= (until - end).days)]
    occasions = occasions.drop_duplicates().sort_values(["customer", "day"])
    repeat = occasions["customer"].duplicated().to_numpy()
    return Occasions(occasions["customer"].to_numpy()[repeat], occasions["day"].to_numpy()[repeat])


def _refuse_other_purchases(table: pd.DataFrame, again: pd.DataFrame) -> None:
    differs = ~np.isclose(again[table.columns].reindex(table.index), table).all(axis=1)
    unknown = len(again.index.difference(table.index))
    if unknown:
        raise FitError(
            _(
                "The transactions have {number} customers of the calibration period who are not "
                "in the holdout table. Give the purchases that the table was made from."
            ).format(number=unknown)
        )
    refuse_rows(
        table,
        differs,
        N_(
            "{number} customers have other purchases in the transactions than in the holdout "
            "table. Give the purchases that the table was made from."
        ),
    )


def _refuse_other_customers(result: BuyingResult, table: pd.DataFrame, weights: np.ndarray) -> None:
    """Whoever is missing from the judgement, such as those who never came back, falsifies it."""
    data = result.model.data
    missing, strange = rows_apart(
        [data.x.rows, data.tx, data.T.rows],
        [table[name].to_numpy() for name in HISTORY],
        result.model.weights,
        weights,
    )
    if missing > 0.5 or strange > 0.5:
        raise FitError(
            _(
                "The holdout table is not about the customers of the fit: the histories of "
                "{missing:,.0f} customers of the fit are not in it, and {strange:,.0f} customers "
                "in it have a history that the fit did not see. Leaving people out, such as those "
                "who never came back, falsifies the judgement. Fit the model on the table that "
                "rfm.split returns and judge it on the same, or, to judge it on other people on "
                "purpose, give other_customers=True."
            ).format(missing=missing, strange=strange)
        )
