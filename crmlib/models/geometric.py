"""Geometric: one chance to leave at each renewal, the same for all customers.

The story. At each renewal every customer leaves with the same probability. So the retention rate is
one number, and the mean lifetime is 1 over the churn probability: the arithmetic behind most
formulas of customer lifetime value.

The one thing to remember: real cohorts are mixed, and then this model is too low for old customers
and too high for new ones. It is the yardstick for sBG and BdW rather than a forecast.
"""

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crmlib.core.i18n import gettext as _
from crmlib.models.contract import (
    ContractFormulas,
    ContractModel,
    ContractSimulation,
    simulate_contracts,
)
from crmlib.models.contract_result import ContractResult
from crmlib.models.covariates import ProbabilityLink
from crmlib.models.numerics import Parameter


def survival(t: ArrayLike, *, churn_probability: float) -> np.ndarray:
    r"""Probability that a new customer is still there after ``t`` renewals, :math:`(1-p)^t`.

    Parameters
    ----------
    t : array_like
        Renewals, 0 or more.
    churn_probability : float
        Chance p to leave at a renewal, above 0 and below 1.

    Returns
    -------
    ndarray or float
        Between 0 and 1.

    Examples
    --------
    >>> survival([0, 1, 2], churn_probability=0.2).round(9)
    array([1.  , 0.8 , 0.64])
    """
    return np.exp(_log_survival(t, churn_probability=churn_probability))


def retention_rate(t: ArrayLike, *, churn_probability: float) -> np.ndarray:
    """Share of those there after ``t`` - 1 renewals who also renew at ``t``: 1 - p at any time.

    Examples
    --------
    >>> retention_rate([1, 9], churn_probability=0.2)
    array([0.8, 0.8])
    """
    return 1 - np.asarray(churn_probability, float) + np.zeros(np.shape(t))


def probability_of(t: ArrayLike, *, churn_probability: float) -> np.ndarray:
    r"""Probability that a new customer leaves at renewal ``t`` (1 or more), :math:`p(1-p)^{t-1}`.

    Examples
    --------
    >>> probability_of([1, 2, 3], churn_probability=0.5)
    array([0.5  , 0.25 , 0.125])
    """
    before = np.asarray(t, float) - 1
    return churn_probability * survival(before, churn_probability=churn_probability)


def expected_lifetime(*, churn_probability: float) -> np.ndarray:
    """Mean number of periods of a new customer, 1/p.

    Examples
    --------
    >>> expected_lifetime(churn_probability=0.2)
    5.0
    """
    return 1 / churn_probability


def expected_residual_lifetime(
    tenure: ArrayLike, discount_rate: float, *, churn_probability: float
) -> np.ndarray:
    r"""Renewals to be expected of a customer who has survived ``tenure`` of them, discounted.

    .. math:: \sum_{k=1}^{\infty} r^k (1+d)^{-(k-1)} = \frac{r\,(1+d)}{1+d-r}, \qquad r = 1-p

    The customer stands just before the next renewal, which is not discounted. How long he or she
    has been one makes no difference.

    Parameters
    ----------
    tenure : array_like
        Renewals survived, 0 or more.
    discount_rate : float
        Rate :math:`d` per period.
    churn_probability : float
        Chance p to leave at a renewal.

    Examples
    --------
    >>> round(float(expected_residual_lifetime(3, 0.1, churn_probability=0.2)), 4)
    2.9333
    """
    stays = 1 - np.asarray(churn_probability, float)
    to_come = stays * (1 + discount_rate) / (discount_rate + churn_probability)
    return to_come + np.zeros(np.shape(tenure))


def _log_survival(t: ArrayLike, *, churn_probability: float) -> np.ndarray:
    return np.asarray(t, float) * np.log1p(-np.asarray(churn_probability, float))


def simulate(
    n: int, seed: int, *, periods: ArrayLike, churn_probability: float
) -> ContractSimulation:
    """Simulate customers who all have the same chance to leave at each renewal.

    Parameters
    ----------
    n : int
        Number of customers, 1 or more.
    seed : int
        The same seed gives the same customers.
    periods : int or array of n
        Renewals that were due when observation ends, as in :func:`crmlib.models.sbg.simulate`.
    churn_probability : float
        Above 0 and below 1: one number, or an array with one per customer.

    Returns
    -------
    ContractSimulation
        ``summary`` (tenure, churned, periods) and ``truth`` (churn_probability, lifetime).

    Examples
    --------
    >>> simulate(3, seed=1, periods=4, churn_probability=0.2).summary["tenure"].tolist()
    [4, 2, 4]
    """
    chances = np.asarray(churn_probability, float)
    if not ((chances > 0) & (chances < 1)).all():
        raise ValueError(
            _("Parameter churn_probability is {value}; expected a number between 0 and 1.").format(
                value=churn_probability
            )
        )
    random = np.random.default_rng(seed)
    return simulate_contracts(np.broadcast_to(chances, n), periods, random)


class Geometric(ContractModel):
    """One churn probability for all customers under contract.

    Without covariates the estimate is customers lost per renewal that was due.

    Parameters
    ----------
    summary : DataFrame
        ``tenure`` and ``churned``, as for :class:`crmlib.models.sbg.SBG`.
    count : str, optional
        Column that says how many customers a row stands for.
    churn_covariates : list of str, optional
        Columns that move the churn probability on the logit scale, the same at each renewal: a
        logit regression with a row per renewal that was due.

    Examples
    --------
    >>> from crmlib.models.contract import lifetimes_from_survivors
    >>> cohort = lifetimes_from_survivors([1000, 800, 640])
    >>> Geometric(cohort, count="count").fit().summary().round(3)
                       estimate  standard_error  lower  upper
    churn_probability       0.2           0.009  0.182  0.219
    """

    title = "Geometric"
    parameter_names = ("churn_probability",)
    # a chance per day may be very small: bounds lie around its own size
    scale_parameters: ClassVar[tuple[str, ...]] = ("churn_probability",)
    result_class = ContractResult
    simulator = staticmethod(simulate)
    links: ClassVar[dict] = {"churn": ProbabilityLink("churn_probability")}
    fewest_renewals = 1
    formulas = ContractFormulas(
        log_survival=_log_survival,
        retention_rate=retention_rate,
        probability_of=probability_of,
        expected_lifetime=expected_lifetime,
        expected_residual_lifetime=expected_residual_lifetime,
    )

    def _start(self) -> np.ndarray:
        return np.array([self._churn_per_renewal()])

    def _by_row(self, churn_probability: Parameter):
        (_tenure, churned), survived = self.data, self._renewals_survived()
        stays = np.log1p(-churn_probability)
        value = churned * np.log(churn_probability) + survived * stays
        return value, (churned / churn_probability - survived / (1 - churn_probability),)

    # A probability is searched in log odds, so that its interval stays between 0 and 1.

    def _to_search(self, params: np.ndarray) -> np.ndarray:
        place = super()._to_search(params)
        place[0] = special.logit(params[0])
        return place

    def _to_params(self, place: np.ndarray) -> np.ndarray:
        params = super()._to_params(place)
        params[0] = special.expit(place[0])
        return params

    def _steps(self, params: np.ndarray) -> np.ndarray:
        steps = super()._steps(params)
        steps[0] = params[0] * (1 - params[0])
        return steps
