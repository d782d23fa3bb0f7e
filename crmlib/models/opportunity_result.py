"""Predictions of a model of buying at given opportunities, under the names of the quantities."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _
from crmlib.models import sbg
from crmlib.models.buying_result import BuyingResult
from crmlib.models.opportunities import refuse_bad_numbers, refuse_impossible_occasions
from crmlib.models.renewals import rate_per_period
from crmlib.models.stories import survivals_ahead
from crmlib.models.values import matched, refuse_bad_terms


class OpportunityResult(BuyingResult):
    """A fitted model of buying at given opportunities.

    The names are those of :class:`crmlib.models.buying_result.BuyingResult`, but time is counted
    in opportunities: whole numbers. "Now" is just after the last opportunity observed, n.
    """

    _refuse_impossible = staticmethod(refuse_impossible_occasions)

    def probability_alive(
        self, summary: pd.DataFrame | None = None, ahead: ArrayLike = 0
    ) -> pd.Series:
        """P(alive) of each customer of ``summary`` (by default those of the fit), 0 to 1.

        ``ahead`` says when: 0 at the last opportunity observed; 1 at the next one, which is what
        Fader, Hardie & Shang (2010) print.
        """
        refuse_bad_numbers(ahead=ahead)
        formula = self.model.formulas.probability_alive
        return self._each("probability_alive", formula, summary, ahead)

    def expected_purchases(
        self, n_more: ArrayLike, summary: pd.DataFrame | None = None
    ) -> pd.Series:
        """Purchases to be expected of each customer at the next ``n_more`` opportunities.

        One number, or one per customer of the table. A row's count is not multiplied in.
        """
        refuse_bad_numbers(n_more=n_more)
        formula = self.model.formulas.expected_purchases
        return self._each("expected_purchases", formula, summary, n_more)

    def predictive_probability(
        self, y: ArrayLike, n_more: ArrayLike, summary: pd.DataFrame | None = None
    ) -> pd.Series:
        """Probability that each customer buys at exactly ``y`` of the next ``n_more``, 0 to 1."""
        refuse_bad_numbers(y=y, n_more=n_more)
        formula = self.model.formulas.predictive_probability
        return self._each("predictive_probability", formula, summary, y, n_more)

    def unconditional_purchases(
        self, n: ArrayLike, customers: pd.DataFrame | None = None
    ) -> np.ndarray:
        """Purchases to be expected of a new customer at the first ``n`` opportunities."""
        refuse_bad_numbers(n=n)
        return self._new(self.model.formulas.unconditional_purchases, customers, n)

    def probability_of(
        self, x: ArrayLike, n: ArrayLike, customers: pd.DataFrame | None = None
    ) -> np.ndarray:
        """Probability that a new customer buys at exactly ``x`` of the first ``n`` opportunities.

        0 to 1; 0 where x is above n.
        """
        refuse_bad_numbers(x=x, n=n)
        return self._new(self.model.formulas.probability_of, customers, x, n)

    def survival(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> np.ndarray:
        """Probability that a new customer is still one at opportunity ``t``, 0 to 1."""
        refuse_bad_numbers(t=t)
        return self._new(self.model.formulas.survival, customers, t)

    def retention_rate(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> np.ndarray:
        """Share of those alive at ``t`` - 1 who are alive at ``t`` (1 or more), 0 to 1."""
        before = np.asarray(t, float) - 1
        refuse_bad_numbers(**{"t - 1": before})
        return self._new(self._share_that_stays, customers, before)

    def expected_lifetime(self, customers: pd.DataFrame | None = None) -> float | np.ndarray:
        """Mean number of opportunities at which a new customer is one; may be infinite.

        Infinite is an honest answer: some customers stay so long that no mean exists. Use a
        horizon or a discount rate then.
        """
        return self._new(self.model.formulas.expected_lifetime, customers)

    def expected_residual_lifetime(
        self,
        discount_rate: float = 0.0,
        *,
        per: str = "opportunity",
        summary: pd.DataFrame | None = None,
    ) -> pd.Series:
        r"""Opportunities to come at which each customer is expected to be one, discounted.

        .. math:: \sum_{k=1}^{\infty} \frac{P(\text{alive at } n+k \mid \text{history})}{(1+d)^k}

        Parameters
        ----------
        discount_rate : float
            Rate :math:`d` per ``per``, 0 to below 1; with 0 the plain mean, which may be infinite.
        per : {"opportunity", "year"}
            Period of the rate. For "year" the table's ``attrs["unit"]`` must say how far
            opportunities lie apart: "Y" (a year), "Q" (a quarter), "M", "W" or "D".
        summary : DataFrame, optional
            Customers, by default those of the fit.

        Notes
        -----
        The next opportunity is discounted once: value is counted as of the last one observed.
        (sBG's ``expected_residual_lifetime`` stands just before the next renewal.)
        """
        rate = _rate_per_opportunity(discount_rate, per, self._table(summary))

        def stays(x: np.ndarray, tx: np.ndarray, n: np.ndarray, **params: Any) -> np.ndarray:
            alive = self.model.formulas.probability_alive(0, x, tx, n, **params)
            return alive * survivals_ahead(np.inf, params["gamma"], params["delta"] + n, rate)

        return self._each("expected_residual_lifetime", stays, summary)

    def expected_residual_purchases(
        self,
        discount_rate: float,
        *,
        per: str = "opportunity",
        summary: pd.DataFrame | None = None,
    ) -> pd.Series:
        r"""Discounted number of all future purchases of each customer (DERT).

        .. math:: \sum_{k=1}^{\infty} \frac{P(\text{buys at } n+k \mid \text{history})}{(1+d)^k}

        Discounted expected residual transactions of Fader, Hardie & Shang (2010, eq. 14), as of
        the last opportunity observed.

        Parameters
        ----------
        discount_rate : float
            Above 0, per ``per``.
        per, summary
            As in :meth:`expected_residual_lifetime`.
        """
        rate = _rate_per_opportunity(discount_rate, per, self._table(summary))
        if rate <= 0:
            raise ValueError(
                _(
                    "Without a discount rate the sum of all future purchases can be infinite. Give "
                    "a rate above 0, or a horizon: expected_purchases(n_more)."
                )
            )
        return self._discounted_purchases("expected_residual_purchases", np.inf, rate, summary)

    def lifetime_value(
        self,
        spend: pd.Series | float,
        *,
        margin: float,
        discount_rate: float,
        per: str,
        opportunities: float,
        summary: pd.DataFrame | None = None,
    ) -> pd.Series:
        r"""Discounted margin to be expected of each existing customer.

        .. math:: V = g\,m \sum_{k=1}^{K}
                  \frac{P(\text{buys at } n+k \mid \text{history})}{(1+d)^k}

        Parameters
        ----------
        spend : Series or float
            Expected amount :math:`m` per purchase, for example from ``GammaGamma``; a Series is
            matched to the customers by its index.
        margin : float
            Contribution margin :math:`g` as a share of the amount, 0 to 1.
        discount_rate : float
            Rate :math:`d` per ``per``, 0 to below 1.
        per : {"opportunity", "year"}
            As in :meth:`expected_residual_lifetime`.
        opportunities : float
            Horizon :math:`K`, a whole number; ``inf`` for all the future, if there is a discount
            rate. Past purchases are not counted.
        summary : DataFrame, optional
            Customers to value, by default those of the fit.

        Returns
        -------
        Series
            Value per customer, in the money of ``spend``. A row's count is not multiplied in.
        """
        refuse_bad_terms(margin, discount_rate, 1.0)
        if np.isinf(opportunities):
            purchases = self.expected_residual_purchases(discount_rate, per=per, summary=summary)
        else:
            refuse_bad_numbers(opportunities=opportunities)
            rate = _rate_per_opportunity(discount_rate, per, self._table(summary))
            purchases = self._discounted_purchases("", opportunities, rate, summary)
        return (margin * matched(spend, self._table(summary)) * purchases).rename("lifetime_value")

    def _discounted_purchases(
        self, name: str, n_more: float, rate: float, summary: pd.DataFrame | None
    ) -> pd.Series:
        def discounted(*history: np.ndarray, **params: Any) -> np.ndarray:
            return self.model.formulas.expected_purchases(n_more, *history, rate, **params)

        return self._each(name, discounted, summary)

    @staticmethod
    def _share_that_stays(before: ArrayLike, **params: Any) -> np.ndarray:
        return sbg.retention_rate(before + 1, alpha=params["gamma"], beta=params["delta"])


def _rate_per_opportunity(discount_rate: float, per: str, table: pd.DataFrame) -> float:
    if per not in ("opportunity", "year"):
        raise ValueError(_("per is {per!r}; expected 'opportunity' or 'year'.").format(per=per))
    return rate_per_period(discount_rate, "period" if per == "opportunity" else per, table)
