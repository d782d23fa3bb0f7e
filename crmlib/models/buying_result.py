"""Predictions that every model of buying offers, under the names of the quantities."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _
from crmlib.models.buying import refuse_impossible_histories
from crmlib.models.checks import FitError, numeric_columns, refuse_bad_times
from crmlib.models.distinct import distinct_rows
from crmlib.models.result import Result
from crmlib.models.simulation import Simulation
from crmlib.models.values import (
    discount_per_unit,
    discounted_steps,
    integral_over_time,
    matched,
    refuse_bad_terms,
    units_per,
)


class BuyingResult(Result):
    """A fitted model of buying; see :class:`crmlib.models.result.Result` for the common part.

    Methods without ``summary`` speak about the customers of the fit. Those about a *new* customer
    need, where the model has covariates, ``customers``: a table with the covariates' columns.
    """

    shares = (
        "probability_alive",
        "probability_of",
        "predictive_probability",
        "survival",
        "retention_rate",
    )
    _refuse_impossible = staticmethod(refuse_impossible_histories)

    def probability_alive(self, summary: pd.DataFrame | None = None) -> pd.Series:
        """P(alive) of each customer of ``summary`` (by default those of the fit), 0 to 1."""
        return self._each("probability_alive", self.model.formulas.probability_alive, summary)

    def expected_purchases(self, t: ArrayLike, summary: pd.DataFrame | None = None) -> pd.Series:
        """Purchases to be expected of each customer in the next ``t`` units of time."""
        refuse_bad_times(t=t)
        formula = self.model.formulas.expected_purchases
        return self._each("expected_purchases", formula, summary, t)

    def predictive_probability(
        self, y: ArrayLike, t: ArrayLike, summary: pd.DataFrame | None = None
    ) -> pd.Series:
        """Probability that each customer makes exactly ``y`` purchases in the next ``t``.

        ``y`` and ``t`` are one number each, or one per customer of the table.
        """
        refuse_bad_times(t=t, y=y)
        formula = self.model.formulas.predictive_probability
        return self._each("predictive_probability", formula, summary, y, t)

    def unconditional_purchases(
        self, t: ArrayLike, customers: pd.DataFrame | None = None
    ) -> np.ndarray:
        """Repeat purchases to be expected of a new customer in the first ``t`` units of time."""
        return self._new(self.model.formulas.unconditional_purchases, customers, t)

    def probability_of(
        self, x: ArrayLike, t: ArrayLike, customers: pd.DataFrame | None = None
    ) -> np.ndarray:
        """Probability that a new customer makes exactly ``x`` repeat purchases in time ``t``."""
        return self._new(self.model.formulas.probability_of, customers, x, t)

    def survival(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> np.ndarray:
        """Probability that a new customer is still one after time ``t``, 0 to 1."""
        refuse_bad_times(t=t)
        return self._new(self.model.formulas.survival, customers, t)

    def retention_rate(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> np.ndarray:
        """Share of those alive at ``t`` - 1 who are alive at ``t`` (1 or more), 0 to 1."""
        refuse_bad_times(t=np.asarray(t, float) - 1)
        before = self.survival(np.asarray(t, float) - 1, customers)
        return self.survival(t, customers) / before

    def expected_lifetime(self, customers: pd.DataFrame | None = None) -> float | np.ndarray:
        """Mean time from the first purchase to leaving, in the data's unit; may be infinite.

        Infinite is an honest answer: some customers live so long that no mean exists. Use a
        horizon or a discount rate then.
        """
        return self._new(self.model.formulas.expected_lifetime, customers)

    def expected_residual_lifetime(
        self,
        discount_rate: float = 0.0,
        *,
        per: str = "year",
        summary: pd.DataFrame | None = None,
    ) -> pd.Series:
        r"""Time that each customer is expected to stay, from now on, in the data's unit.

        .. math:: \int_0^\infty P(\text{alive at } T+t \mid \text{history})\,(1+d)^{-t}\,dt

        Parameters
        ----------
        discount_rate : float
            Rate :math:`d` per ``per``; with 0 the plain mean, which may be infinite.
        per : {"year", "week", "day", "unit"}
            Period of the rate; "unit" is the data's own unit of time.
        summary : DataFrame, optional
            Customers, by default those of the fit.

        Notes
        -----
        Time counts from the end of observation, T. Who may have left already counts with the
        probability of being alive.
        """
        table = self._table(summary)
        formulas = self.model.formulas
        rate = discount_per_unit(discount_rate, per, table)
        alive = self.probability_alive(summary)
        if rate == 0:
            stay = self._each("expected_residual_lifetime", formulas.lifetime_if_alive, summary)
        else:

            def discounted(*history: np.ndarray, **params: Any) -> np.ndarray:
                return integral_over_time(
                    lambda t: formulas.survival_if_alive(t, *history, **params), rate
                )

            stay = self._each("expected_residual_lifetime", discounted, summary)
        return (alive * stay).rename("expected_residual_lifetime")

    def expected_residual_purchases(
        self, discount_rate: float, *, per: str = "year", summary: pd.DataFrame | None = None
    ) -> pd.Series:
        """Discounted number of all future purchases of each customer (DERT).

        Discounted expected residual transactions of Fader, Hardie & Lee (2005, RFM and CLV), with
        purchases discounted to the end of observation in continuous time.

        Parameters
        ----------
        discount_rate : float
            Above 0, per ``per`` ("year", "week", "day" or "unit", the data's own).
        """
        rate = discount_per_unit(discount_rate, per, self._table(summary))
        if rate <= 0:
            raise ValueError(
                _(
                    "Without a discount rate the sum of all future purchases can be infinite. Give "
                    "a rate above 0, or a horizon: expected_purchases(t)."
                )
            )
        expected = self.model.formulas.expected_purchases

        def discounted(*history: np.ndarray, **params: Any) -> np.ndarray:
            # by parts: the sum of discounted purchases from the expected number up to each time
            return rate * integral_over_time(lambda t: expected(t, *history, **params), rate)

        return self._each("expected_residual_purchases", discounted, summary)

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
            Horizon in years, above 0; ``inf`` for all the future, if there is a discount rate.
            The first purchase and all past ones are not counted.
        summary : DataFrame, optional
            Customers to value, by default those of the fit. Its ``attrs["unit"]`` says whether
            times are weeks ("W") or days ("D").

        Returns
        -------
        Series
            Value per customer, in the money of ``spend``.
        """
        refuse_bad_terms(margin, discount_rate_per_year, years)
        table = self._table(summary)
        if np.isinf(years):
            discounted = self.expected_residual_purchases(discount_rate_per_year, summary=summary)
        else:
            units_per_year = units_per("year", table)
            ends, discount = discounted_steps(years, discount_rate_per_year)
            expected = self.model.formulas.expected_purchases

            def total(*history: np.ndarray, **params: Any) -> np.ndarray:
                steps = [expected(end * units_per_year, *history, **params) for end in ends]
                return discount @ np.diff(np.array(steps), axis=0)

            discounted = self._each("lifetime_value", total, summary)
        return (margin * matched(spend, table) * discounted).rename("lifetime_value")

    def simulate(
        self, n: int, seed: int, T: ArrayLike | None = None, holdout: float = 0.0
    ) -> Simulation:
        """Simulate ``n`` customers from the fitted parameters.

        See the function ``simulate`` in the model's module. ``T`` is by default the mean time
        that a customer of the fit was observed.
        """
        T = self._mean_T() if T is None else T
        return self.model.simulator(n, seed, T=T, holdout=holdout, **self._new_parameters(n))

    def _each(
        self, name: str, formula: Callable, summary: pd.DataFrame | None, *arguments: ArrayLike
    ) -> pd.Series:
        """Evaluate a formula for each customer, computing equal histories once."""
        table = self._table(summary)
        history = [table[column].to_numpy(dtype=float) for column in self.model.columns]
        params = self.model.parameters_of(self.params.to_numpy(), table)
        if any(np.ndim(value) for value in (*params.values(), *arguments)):
            values = formula(*arguments, *history, **params)
        else:
            number, first = distinct_rows(history)
            values = formula(*arguments, *(column[first] for column in history), **params)[number]
        return pd.Series(values, index=table.index, name=name)

    def _mean_T(self) -> float:
        """How long a customer of the fit was observed, on average."""
        return float(np.average(self.model.data.T.rows, weights=self.model.weights))

    def _table(self, summary: pd.DataFrame | None) -> pd.DataFrame:
        if summary is None:
            return self.model.summary
        columns = list(self.model.columns)
        self._refuse_impossible(numeric_columns(summary, columns, self.model.source))
        units = [table.attrs.get("unit") for table in (self.model.summary, summary)]
        if None not in units and units[0] != units[1]:
            raise FitError(
                _(
                    "The model was fitted in {fitted!r}, this summary is in {given!r}. "
                    "Summarize both in the same unit of time."
                ).format(fitted=units[0], given=units[1])
            )
        return summary
