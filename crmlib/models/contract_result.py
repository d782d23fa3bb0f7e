"""Predictions that every model of contracts offers, under the names of the quantities."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _
from crmlib.models.checks import numeric_columns
from crmlib.models.contract import (
    ContractSimulation,
    refuse_bad_periods,
    refuse_impossible_lifetimes,
)
from crmlib.models.distinct import distinct_rows
from crmlib.models.renewals import rate_per_period, sum_of_renewals
from crmlib.models.result import Result
from crmlib.models.values import matched


class ContractResult(Result):
    """A fitted model of contracts; see :class:`crmlib.models.result.Result` for the common part.

    Times are whole periods of the contract. Where the model has covariates, ``customers`` is a
    table with their columns, one row for each customer asked about.
    """

    shares = ("survival", "retention_rate", "probability_of")

    def survival(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> np.ndarray:
        """Probability that a new customer is still there after ``t`` renewals, 0 to 1."""
        refuse_bad_periods(t=t)
        log_survival = self.model.formulas.log_survival

        def formula(t: ArrayLike, **params: Any) -> np.ndarray:
            return np.exp(log_survival(np.asarray(t, float), **params))

        return self._new(formula, customers, t)

    def retention_rate(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> np.ndarray:
        """Share of those there after ``t`` - 1 renewals who also renew at ``t``, 0 to 1.

        ``t`` is 1 or more: 1 is the first renewal.
        """
        refuse_bad_periods(1, t=t)
        return self._new(self.model.formulas.retention_rate, customers, t)

    def probability_of(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> np.ndarray:
        """Probability that a new customer leaves at renewal ``t`` (1 or more), 0 to 1."""
        refuse_bad_periods(1, t=t)
        return self._new(self.model.formulas.probability_of, customers, t)

    def expected_lifetime(self, customers: pd.DataFrame | None = None) -> float | pd.Series:
        """Mean number of periods of a new customer, the first included; 1 or more, or infinite.

        Infinite is an honest answer: a few customers may be so loyal that no mean exists. Use a
        horizon or a discount rate then.
        """
        return self._new(self.model.formulas.expected_lifetime, customers)

    def expected_residual_lifetime(
        self,
        discount_rate: float = 0.0,
        *,
        per: str = "period",
        tenure: ArrayLike | None = None,
        customers: pd.DataFrame | None = None,
    ) -> pd.Series | np.ndarray:
        r"""Renewals to be expected from now on, each one discounted.

        .. math:: \mathrm{DERL} = \sum_{k=1}^{\infty}
                  \frac{S(\tau+k)}{S(\tau)}\left(\frac{1}{1+d}\right)^{k-1}

        The convention is that of Fader & Hardie (2010): the customer has survived :math:`\tau`
        renewals and stands just before the next one, number :math:`n=\tau+1` in the paper, which
        is not discounted. The period paid for at present is not counted.

        Parameters
        ----------
        discount_rate : float
            Rate :math:`d` per ``per``, 0 to below 1; with 0 the plain mean, which may be infinite.
        per : {"period", "year"}
            Period of the rate. For "year" the fitted table's ``attrs["unit"]`` must say how long
            a period is ("Y", "Q", "M", "W" or "D").
        tenure : array_like, optional
            Renewals survived by a customer who is still there. By default each customer's own,
            and 0 is expected of who has left.
        customers : DataFrame, optional
            With ``tenure`` and ``churned`` (and the covariates), by default the fit's own table.

        Returns
        -------
        Series or ndarray
            One number per customer (not multiplied by the table's count), or per ``tenure``.

        References
        ----------
        Fader & Hardie (2010), Customer-base valuation in a contractual setting: the perils of
        ignoring heterogeneity, Marketing Science 29(1), 85-93.
        """
        rate = rate_per_period(discount_rate, per, self.model.summary)
        residual = self.model.formulas.expected_residual_lifetime

        def formula(tenure: np.ndarray, **params: Any) -> np.ndarray:
            return residual(tenure, rate, **params)

        return self._still_there("expected_residual_lifetime", formula, tenure, customers)

    def lifetime_value(
        self,
        margin_per_period: pd.Series | float,
        *,
        discount_rate: float,
        per: str,
        periods: float = np.inf,
        first_margin: bool = True,
        tenure: ArrayLike | None = None,
        customers: pd.DataFrame | None = None,
    ) -> pd.Series | np.ndarray:
        r"""Discounted margin to be expected of customers who are still there.

        .. math:: V = m\sum_{k=0}^{P-1} \frac{S(\tau+k)}{S(\tau)}\,(1+d)^{-k}

        with the first margin now, at full value. Without it (``first_margin=False``) the sum runs
        over :math:`k=1,\dots,P`: the next margin comes with the next renewal, a period from now,
        and is discounted once. With one retention rate r for all the two are
        :math:`m(1+d)/(1+d-r)` and the margin multiple :math:`m\,r/(1+d-r)`.

        Parameters
        ----------
        margin_per_period : Series or float
            Margin :math:`m` in money per period; a Series is matched to customers by its index.
        discount_rate : float
            Rate :math:`d` per ``per``, 0 to below 1.
        per : {"period", "year"}
            Period of the rate, as in :meth:`expected_residual_lifetime`.
        periods : float
            Horizon :math:`P`: how many margins count at most; ``inf`` for all the future, which
            without a discount rate may be worth infinitely much.
        first_margin : bool
            Whether the margin of the present period counts.
        tenure, customers
            As in :meth:`expected_residual_lifetime`.

        Returns
        -------
        Series or ndarray
            Value per customer, in the money of the margin; 0 for who has left.
        """
        if periods != np.inf:
            refuse_bad_periods(1, periods=periods)
        if not np.isfinite(np.asarray(margin_per_period, float)).all():
            raise ValueError(
                _("margin_per_period is {margin}; expected an amount of money per period.").format(
                    margin=margin_per_period
                )
            )
        rate = rate_per_period(discount_rate, per, self.model.summary)
        formulas, first = self.model.formulas, 0 if first_margin else 1

        def formula(tenure: np.ndarray, **params: Any) -> np.ndarray:
            tenure = np.broadcast_arrays(tenure, *params.values())[0]
            if periods == np.inf:
                to_come = formulas.expected_residual_lifetime(tenure, rate, **params)
                return (1 - first) + to_come / (1 + rate)

            def log_survival(t: np.ndarray) -> np.ndarray:
                return formulas.log_survival(t, **params)

            return sum_of_renewals(log_survival, tenure, rate, first, first + int(periods) - 1)

        margins = self._still_there("lifetime_value", formula, tenure, customers)
        if tenure is None or customers is not None:
            table = self.model.summary if customers is None else customers
            margin_per_period = matched(margin_per_period, table, "margin_per_period")
        # an infinite number of margins of 0 is worth 0
        counted = np.where(np.asarray(margin_per_period) == 0, 0.0, margins)
        value = np.asarray(margin_per_period, float) * counted
        if isinstance(margins, pd.Series):
            return pd.Series(value, index=margins.index, name="lifetime_value")
        return value

    def simulate(self, n: int, seed: int, periods: ArrayLike | None = None) -> ContractSimulation:
        """Simulate ``n`` customers from the fitted parameters.

        See the function ``simulate`` in the model's module. ``periods`` is by default the longest
        tenure of the fit.
        """
        periods = int(self.model.data[0].max()) if periods is None else periods
        return self.model.simulator(n, seed, periods=periods, **self._new_parameters(n))

    def _still_there(
        self,
        name: str,
        formula: Callable,
        tenure: ArrayLike | None,
        customers: pd.DataFrame | None,
    ) -> Any:
        """Evaluate a formula for those who are still there; who has left gets 0."""
        if tenure is not None:
            refuse_bad_periods(tenure=tenure)

            def of_tenure(tenure: ArrayLike, **params: Any) -> np.ndarray:
                return formula(np.asarray(tenure, float), **params)

            return self._new(of_tenure, customers, tenure)
        given = self.model.summary if customers is None else customers
        table = numeric_columns(given, list(self.model.columns), self.model.source)
        refuse_impossible_lifetimes(table)
        there = (table["churned"] == 0).to_numpy()
        values = np.zeros(len(given))
        if there.any():
            covariates = [name for part in self.model.effects for name in part.columns]
            columns = [given[name].to_numpy()[there] for name in ("tenure", *covariates)]
            number, first = distinct_rows(columns)
            params = self.model.parameters_of(self.params.to_numpy(), given[there].iloc[first])
            reached = table["tenure"].to_numpy()[there][first]
            values[there] = formula(reached, **params)[number]
        return pd.Series(values, index=given.index, name=name)
