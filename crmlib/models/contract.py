"""What models of contracts share: their table, its checks, their formulas, simulation.

Under a contract the firm sees customers leave. Time runs in periods, and each period ends with a
renewal, at which the customer stays or leaves. A customer is two facts: ``tenure`` and
``churned``. Who churned left at the end of period number ``tenure``: at that renewal, after
having survived the ``tenure`` - 1 before it. Who did not is still there after ``tenure`` renewals,
and how much longer is unknown. So cohorts of different ages fit into one table.

The one thing to remember: a rising retention rate of a *cohort* need not mean that any customer
becomes more loyal. Those likely to leave are gone first, and the loyal remain.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.checks import FitError, refuse_rows
from crmlib.models.fit import Model
from crmlib.models.renewals import PERIODS_PER_YEAR


@dataclass(frozen=True)
class ContractFormulas:
    """The formulas of a model of contracts, as functions of time and of the parameters.

    Times are whole periods; a parameter may be an array with one entry per customer.
    """

    log_survival: Callable  # (t): of a new customer, after t renewals
    retention_rate: Callable  # (t): share of those there after t - 1 renewals who renew
    probability_of: Callable  # (t): leaves at renewal t
    expected_lifetime: Callable  # (): periods of a new customer
    expected_residual_lifetime: Callable  # (tenure, discount_rate): renewals to come


class ContractModel(Model):
    """A model of customers who leave before the firm's eyes, at a renewal."""

    columns: ClassVar[tuple[str, ...]] = ("tenure", "churned")
    source: ClassVar[str] = N_(
        "contract.lifetimes_from_survivors makes such a table from a retention curve."
    )
    formulas: ClassVar[ContractFormulas]
    simulator: ClassVar[Callable]  # (n, seed, periods): customers for whom the story is true
    fewest_renewals: ClassVar[int]

    def _refuse(self, table: pd.DataFrame) -> None:
        refuse_impossible_lifetimes(table)
        tenure, churned = table["tenure"].to_numpy(), table["churned"].to_numpy() == 1
        longest = int(tenure.max())
        if longest == 0:
            raise FitError(_("The tenure is 0 for everybody: nobody has come to a renewal yet."))
        if not churned.any():
            raise FitError(
                _(
                    "Nobody has left, so the table does not say when customers leave. Observe "
                    "longer. (A rule of thumb: after n renewals without a loss, the chance to "
                    "leave at a renewal is below 3/n, with 95% confidence.)"
                )
            )
        if (churned | (tenure == 0)).all() and longest == 1:
            raise FitError(
                _(
                    "Everybody left at the first renewal: nothing remains to project. Check that "
                    "churned marks customers who left, and not the end of observation."
                )
            )
        if longest < self.fewest_renewals:
            raise FitError(
                _(
                    "The longest tenure is {longest}; {model} needs at least {fewest} renewals to "
                    "tell its parameters apart. Observe longer, or fit Geometric."
                ).format(longest=longest, model=self.title, fewest=self.fewest_renewals)
            )

    def _renewals_survived(self) -> np.ndarray:
        tenure, churned = self.data
        return tenure - churned

    def _churn_per_renewal(self) -> float:
        """Customers lost per renewal that was due."""
        tenure, churned = self.data
        return float(churned @ self.weights / (tenure @ self.weights))


def refuse_impossible_lifetimes(table: pd.DataFrame) -> None:
    """Raise a FitError for rows that no customer can have."""
    table = table[["tenure", "churned"]]
    tenure, churned = table.to_numpy().T
    checks = [
        (
            (tenure < 0) | (tenure != np.floor(tenure)),
            N_("{number} rows have a tenure that is not a whole number of periods, 0 or more."),
        ),
        (
            (churned != 0) & (churned != 1),
            N_(
                "{number} rows have in churned something else than True or 1 (left) and False or "
                "0 (still there)."
            ),
        ),
        (
            (churned == 1) & (tenure == 0),
            N_(
                "{number} rows churned with a tenure of 0. Who leaves at the first renewal has a "
                "tenure of 1."
            ),
        ),
    ]
    for impossible, text in checks:
        refuse_rows(table, impossible, text)


def refuse_bad_periods(lowest: int = 0, **periods: object) -> None:
    """Raise a ValueError for what is no whole number of periods, ``lowest`` or more."""
    for name, value in periods.items():
        numbers = np.asarray(value, float)
        if not (np.isfinite(numbers) & (numbers >= lowest) & (numbers == np.floor(numbers))).all():
            raise ValueError(
                _("{name} is {value}; expected whole periods, {lowest} or more.").format(
                    name=name, value=value, lowest=lowest
                )
            )


# Tables ------------------------------------------------------------------------------------------


def lifetimes_from_survivors(
    survivors: ArrayLike | pd.DataFrame,
    cohort_size: float | Mapping | pd.Series | None = None,
    unit: str | None = None,
) -> pd.DataFrame:
    """Turn numbers of customers still there, period by period, into a table to fit.

    Parameters
    ----------
    survivors : array_like or DataFrame
        One cohort: customers at the start, after one renewal, after two, and so on. Several: a
        DataFrame with a column per cohort, whose rows are renewals; a younger cohort's column
        ends with NaN.
    cohort_size : float or mapping, optional
        Needed where ``survivors`` are shares (from 1 down) or per cents (from 100 down): how many
        customers the cohort had at the start; for several cohorts one number, or one by name.
    unit : {"Y", "Q", "M", "W", "D"}, optional
        How long a period is: year, quarter, month, week or day.

    Returns
    -------
    DataFrame
        ``tenure``, ``churned`` and ``count`` (with ``cohort`` first where there are several):
        one row for those who left at each renewal, one for those still there at the end.

    Raises
    ------
    FitError
        When survivors increase, are negative or not numbers, have gaps, or look like shares
        without a ``cohort_size``.

    Examples
    --------
    >>> lifetimes_from_survivors([1000, 869, 743])
       tenure  churned  count
    0       1     True  131.0
    1       2     True  126.0
    2       2    False  743.0
    """
    several = isinstance(survivors, pd.DataFrame)
    curves = list(survivors.items()) if several else [(None, pd.Series(survivors))]
    tables = []
    for cohort, curve in curves:
        by_name = isinstance(cohort_size, Mapping | pd.Series)
        size = cohort_size.get(cohort) if by_name else cohort_size
        table = _one_cohort(_customers(curve, cohort, size))
        if several:
            table.insert(0, "cohort", cohort)
        tables.append(table)
    if not tables:
        raise FitError(_("The table of survivors has no column: expected one per cohort."))
    lifetimes = pd.concat(tables, ignore_index=True)
    if unit is not None:
        if unit not in PERIODS_PER_YEAR:
            known = ", ".join(PERIODS_PER_YEAR)
            raise ValueError(
                _("unit is {unit!r}; expected one of {known}.").format(unit=unit, known=known)
            )
        lifetimes.attrs["unit"] = unit
    return lifetimes


def _one_cohort(customers: np.ndarray) -> pd.DataFrame:
    last = len(customers) - 1
    table = pd.DataFrame(
        {
            "tenure": [*range(1, last + 1), last],
            "churned": [True] * last + [False],
            "count": [*(customers[:-1] - customers[1:]), customers[-1]],
        }
    )
    return table[table["count"] > 0]


def _customers(curve: pd.Series, cohort: Any, size: float | None) -> np.ndarray:
    """Numbers of customers without the gap at a younger cohort's end, or an error in words."""
    where = "" if cohort is None else _("Cohort {cohort}: ").format(cohort=cohort)
    numbers = pd.to_numeric(curve, errors="coerce").astype(float)
    known = curve.notna().to_numpy()
    length = int(np.flatnonzero(known).max()) + 1 if known.any() else 0
    values, periods = numbers.to_numpy()[:length], curve.index[:length]

    def refuse(bad: np.ndarray, text: str) -> None:
        if bad.any():
            shown = curve.iloc[:length][bad].head().to_string()
            raise FitError(f"{where}{_(text)}\n{shown}")

    if length == 0:
        raise FitError(where + _("there are no survivors to read."))
    if pd.api.types.is_numeric_dtype(curve.index) and list(periods) != list(range(length)):
        raise FitError(
            where
            + _("rows are numbered {given}; expected 0 (the start), 1, 2, … in this order.").format(
                given=", ".join(str(period) for period in [*periods[:3], *(["…"] * (length > 3))])
            )
        )
    refuse(~np.isfinite(values), N_("survivors must be numbers, without a gap; see these rows."))
    refuse(values < 0, N_("there cannot be fewer than 0 survivors; see these rows."))
    refuse(
        np.diff(values, prepend=values[0]) > 0,
        N_("survivors cannot increase; see these rows. Who returns is a new customer."),
    )
    if values[0] == 0:
        raise FitError(where + _("there is nobody at the start."))
    if size is not None:
        return _scaled(values, size, where)
    if (values != np.floor(values)).any() and (values[0] <= 1 or values[0] == 100):
        raise FitError(
            where
            + _(
                "these look like shares or per cents, from {first:g} down. A likelihood needs "
                "numbers of customers: give cohort_size, how many there were at the start."
            ).format(first=values[0])
        )
    return values


def _scaled(values: np.ndarray, size: float, where: str) -> np.ndarray:
    if values[0] not in (1, 100):
        raise FitError(
            where
            + _(
                "with cohort_size, survivors must be shares from 1 down or per cents from 100 "
                "down; these begin at {first:g}."
            ).format(first=values[0])
        )
    if not (np.isfinite(size) and size > 0):
        raise FitError(
            where + _("cohort_size is {size}; expected a number above 0.").format(size=size)
        )
    return values / values[0] * size


# Simulation --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ContractSimulation:
    """Simulated customers under contract.

    Attributes
    ----------
    summary : DataFrame
        ``tenure`` and ``churned``, a table to fit, and ``periods``, the renewals that were due
        up to the end of observation.
    truth : DataFrame
        What no firm can see: each customer's own ``churn_probability`` at the first renewal, and
        the ``lifetime`` in periods, however long after the end of observation it ends.
    """

    summary: pd.DataFrame
    truth: pd.DataFrame


def simulate_contracts(
    churn_probability: np.ndarray,
    periods: ArrayLike,
    random: np.random.Generator,
    power: ArrayLike = 1.0,
) -> ContractSimulation:
    r"""Let customers stay for t renewals with probability :math:`(1-p)^{t^c}`, p their own.

    Parameters
    ----------
    churn_probability : ndarray
        Each customer's own p.
    periods : int or array of int
        How many renewals are due until observation ends: one number for a single cohort, or one
        per customer for cohorts of different ages.
    random : numpy.random.Generator
        Source of chance.
    power : float
        The exponent c; 1 where tenure does not matter.
    """
    refuse_bad_periods(periods=periods)
    n = len(churn_probability)
    if np.ndim(periods) and len(periods) != n:
        raise ValueError(
            _(
                "periods has {given} entries for {n} customers; give one number, or one each."
            ).format(given=len(periods), n=n)
        )
    periods = np.broadcast_to(np.asarray(periods, dtype="int64"), n)
    with np.errstate(divide="ignore", over="ignore"):  # who never leaves has an infinite lifetime
        pressure = -np.log1p(-churn_probability)
        lifetime = np.maximum(np.ceil((random.exponential(size=n) / pressure) ** (1 / power)), 1)
    index = pd.RangeIndex(n, name="customer_id")
    summary = {
        "tenure": np.minimum(lifetime, periods).astype("int64"),
        "churned": lifetime <= periods,
        "periods": periods,
    }
    truth = {"churn_probability": churn_probability, "lifetime": lifetime}
    return ContractSimulation(pd.DataFrame(summary, index), pd.DataFrame(truth, index))
