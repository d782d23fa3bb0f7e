"""What models of buying without a contract share: their table, their checks, a simulated shop.

A customer's history is three numbers, x repeat purchases (``frequency``), the last of them at
t_x (``recency``), observed for a time T. Models differ in the story of how customers leave.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.distinct import DistinctHistories, distinct_histories
from crmlib.models.fit import (
    LARGEST,
    SMALLEST,
    FitError,
    FitWarning,
    Model,
    Result,
    _numeric_columns,
    _refuse_rows,
)

DAYS_PER_YEAR = 365.25
UNITS_PER_YEAR = {"D": DAYS_PER_YEAR, "W": DAYS_PER_YEAR / 7}
DISCOUNTING_STEP_IN_YEARS = 1 / 12


@dataclass(frozen=True)
class Histories:
    """One entry per row: repeat purchases, time of the last, time observed; and each once."""

    x: np.ndarray
    tx: np.ndarray
    T: np.ndarray
    distinct: DistinctHistories


@dataclass(frozen=True)
class Simulation:
    """A simulated shop.

    Attributes
    ----------
    summary : DataFrame
        ``frequency``, ``recency``, ``T`` and ``holdout_purchases``, one row per customer.
    purchases : DataFrame
        ``customer_id`` and ``time`` since the customer's first purchase, which is at 0.
    truth : DataFrame
        What no shop can see: each customer's ``rate`` (purchases per unit of time while alive),
        ``dropout_probability`` and whether he or she is ``alive`` when observation ends.
    """

    summary: pd.DataFrame
    purchases: pd.DataFrame
    truth: pd.DataFrame


class BuyingModel(Model):
    """A model of purchases by customers who leave in silence."""

    columns: ClassVar[tuple[str, ...]] = ("frequency", "recency", "T")
    scale_parameters: ClassVar[tuple[str, ...]] = ("alpha",)

    def _prepare(self, table: pd.DataFrame) -> Histories:
        refuse_impossible_histories(table)
        x, tx, T = (table[name].to_numpy() for name in self.columns)
        if self.nobs < 2:
            raise FitError(
                _("One customer is not enough: the model describes how customers differ.")
            )
        if not (T > 0).any():
            raise FitError(_("T is 0 for everybody: nobody was observed after the first purchase."))
        if not (x > 0).any():
            raise FitError(
                _(
                    "Nobody bought on a second day, so the data hold no time between purchases. "
                    "Observe longer, or check that the summary holds all of a customer's purchases."
                )
            )
        return Histories(x, tx, T, distinct_histories(x, tx, T, self.weights))

    def _rate_of_repeat_buyers(self) -> float:
        """Purchases per unit of time up to the last one: a start for the search, no estimate."""
        repeats = self.data.x > 0
        time = np.maximum(self.data.tx[repeats], self.data.T.max() * 1e-3)
        return float(self.data.x[repeats].sum() / time.sum())

    def _buying_edges(self, r: float) -> Iterator[FitWarning]:
        if r > LARGEST / 100:
            yield FitWarning(
                "same_rate",
                _(
                    "The best fit gives all customers the same buying rate: the data show no "
                    "difference between heavy and light buyers. r and alpha are not to be read "
                    "one by one, only their ratio."
                ),
            )
        if r < SMALLEST * 100:
            yield FitWarning(
                "almost_nobody_buys_again",
                _(
                    "Almost nobody bought again, and the estimate of r lies at its lower edge. "
                    "Observe longer before you forecast."
                ),
            )


class BuyingResult(Result):
    """Predictions that every model of buying offers."""

    def lifetime_value(
        self,
        spend: pd.Series | float,
        *,
        margin: float,
        discount_rate_per_year: float,
        years: float,
        summary: pd.DataFrame | None = None,
    ) -> pd.Series:
        r"""Discounted margin to be expected of each existing customer in the coming years.

        .. math:: V = g\,m \sum_k \frac{E[Y(t_k)] - E[Y(t_{k-1})]}{(1+d)^{(t_{k-1}+t_k)/2}}

        with steps of one month, discounted from the middle of the step.

        Parameters
        ----------
        spend : Series or float
            Expected amount :math:`m` per purchase, for example from ``GammaGamma``; a Series is
            matched to the customers by its index.
        margin : float
            Contribution margin :math:`g` as a share of the amount, 0 to 1.
        discount_rate_per_year : float
            Rate :math:`d` per year, such as 0.1; 0 for none.
        years : float
            Horizon in years, above 0. The first purchase and all past ones are not counted.
        summary : DataFrame, optional
            Customers to value, by default those of the fit. Its ``attrs["unit"]`` says whether
            times are weeks ("W") or days ("D").

        Returns
        -------
        Series
            Value per customer, in the money of ``spend``.
        """
        _refuse_bad_terms(margin, discount_rate_per_year, years)
        table = self._table(summary)
        units_per_year = _units_per_year(table)
        steps = max(1, round(years / DISCOUNTING_STEP_IN_YEARS))
        ends = np.linspace(0, years, steps + 1)
        history = self._history(table)
        purchases = np.array([self._expected(end * units_per_year, *history) for end in ends])
        middle = (ends[1:] + ends[:-1]) / 2
        discount = (1 + discount_rate_per_year) ** -middle
        discounted = pd.Series(discount @ np.diff(purchases, axis=0), index=table.index)
        return (margin * _matched(spend, table) * discounted).rename("lifetime_value")

    def _table(self, summary: pd.DataFrame | None) -> pd.DataFrame:
        if summary is None:
            return self.model.summary
        refuse_impossible_histories(_numeric_columns(summary, list(self.model.columns)))
        units = [table.attrs.get("unit") for table in (self.model.summary, summary)]
        if None not in units and units[0] != units[1]:
            raise FitError(
                _(
                    "The model was fitted in {fitted!r}, this summary is in {given!r}. "
                    "Summarize both in the same unit of time."
                ).format(fitted=units[0], given=units[1])
            )
        return summary

    def _history(self, table: pd.DataFrame) -> list[np.ndarray]:
        return [table[name].to_numpy(dtype=float) for name in self.model.columns]

    def _time(self, t: float) -> np.ndarray:
        t = np.asarray(t, dtype=float)
        _refuse_bad_times(t=t)
        return t

    def _series(self, name: str, values: np.ndarray, table: pd.DataFrame) -> pd.Series:
        return pd.Series(values, index=table.index, name=name)


def refuse_impossible_histories(table: pd.DataFrame) -> None:
    """Raise a FitError for rows that no customer can have."""
    table = table[["frequency", "recency", "T"]]
    x, tx, T = table.to_numpy().T
    checks = [
        (
            (x < 0) | (x != np.floor(x)),
            N_("{number} rows have a frequency that is not a whole number of 0 or more."),
        ),
        (
            tx < 0,
            N_(
                "{number} rows have a recency below 0. It is the time from the first purchase "
                "to the last."
            ),
        ),
        (
            tx > T,
            N_(
                "{number} rows have a recency above T: the last purchase would lie after the end "
                "of observation."
            ),
        ),
        (
            (x == 0) & (tx > 0),
            N_(
                "{number} rows have no repeat purchase (frequency 0) but a recency above 0; "
                "expected 0."
            ),
        ),
    ]
    for impossible, text in checks:
        _refuse_rows(table, impossible, text)


def simulate_purchases(
    rate: np.ndarray,
    dropout: np.ndarray,
    T: float | np.ndarray,
    holdout: float,
    random: np.random.Generator,
    coin_after_first: bool = False,
) -> Simulation:
    """Let every customer buy at his or her rate, and leave after a purchase by his or her coin."""
    n = len(rate)
    _refuse_bad_times(T=T, holdout=holdout)
    T = np.broadcast_to(np.asarray(T, float), n)
    # a rate so small that it has become 0 would divide by zero below
    rate = np.maximum(rate, np.finfo(float).tiny)
    now, alive_at_T = np.zeros(n), np.ones(n, dtype=bool)
    customers, times = [np.arange(n)], [now.copy()]
    active = np.arange(n)
    if coin_after_first:
        alive_at_T = random.random(n) >= dropout
        active = active[alive_at_T]
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] <= T[active] + holdout]
        customers.append(active)
        times.append(now[active].copy())
        leaves = random.random(len(active)) < dropout[active]
        alive_at_T[active[leaves & (now[active] <= T[active])]] = False
        active = active[~leaves]
    purchases = pd.DataFrame(
        {"customer_id": np.concatenate(customers), "time": np.concatenate(times)}
    ).sort_values(["customer_id", "time"], ignore_index=True)
    truth = pd.DataFrame(
        {"rate": rate, "dropout_probability": dropout, "alive": alive_at_T},
        index=pd.RangeIndex(n, name="customer_id"),
    )
    return Simulation(_summarise_simulated(purchases, T), purchases, truth)


def _summarise_simulated(purchases: pd.DataFrame, T: np.ndarray) -> pd.DataFrame:
    customer, time = purchases["customer_id"].to_numpy(), purchases["time"].to_numpy()
    seen = time <= T[customer]
    recency = np.zeros(len(T))
    np.maximum.at(recency, customer[seen], time[seen])
    return pd.DataFrame(
        {
            "frequency": np.bincount(customer[seen], minlength=len(T)) - 1,
            "recency": recency,
            "T": T,
            "holdout_purchases": np.bincount(customer[~seen], minlength=len(T)),
        },
        index=pd.RangeIndex(len(T), name="customer_id"),
    )


def _refuse_bad_times(**times: float | np.ndarray) -> None:
    for name, time in times.items():
        if not (np.isfinite(time).all() and np.all(np.asarray(time) >= 0)):
            raise ValueError(
                _("{name} is {time}; expected a time of 0 or more.").format(name=name, time=time)
            )


def _refuse_bad_terms(margin: float, discount_rate_per_year: float, years: float) -> None:
    if not 0 <= margin <= 1:
        raise ValueError(
            _(
                "margin is {margin}; expected a share of the amount between 0 and 1, such as 0.3."
            ).format(margin=margin)
        )
    if not 0 <= discount_rate_per_year < 1:
        raise ValueError(
            _(
                "discount_rate_per_year is {rate}; expected a share between 0 and 1, such as 0.1 "
                "for 10% a year."
            ).format(rate=discount_rate_per_year)
        )
    if not 0 < years < np.inf:
        raise ValueError(_("years is {years}; expected a horizon above 0.").format(years=years))


def _units_per_year(table: pd.DataFrame) -> float:
    unit = table.attrs.get("unit")
    if unit not in UNITS_PER_YEAR:
        raise ValueError(
            _(
                "The summary does not say its unit of time. Set summary.attrs['unit'] to 'W' "
                "(weeks) or 'D' (days); rfm.summarize does so by itself."
            )
        )
    return UNITS_PER_YEAR[unit]


def _matched(spend: pd.Series | float, table: pd.DataFrame) -> pd.Series | float:
    if not isinstance(spend, pd.Series):
        return spend
    matched = spend.reindex(table.index)
    missing = matched.index[matched.isna()]
    if len(missing):
        raise ValueError(
            _("spend has no value for {number} customers, for example {first!r}.").format(
                number=len(missing), first=missing[0]
            )
        )
    return matched
