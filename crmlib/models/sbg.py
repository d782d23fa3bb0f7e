"""sBG: how long customers stay under contract, when each has a chance to leave of his or her own.

The story. At each renewal a customer tosses a coin, his or her own and always the same, and on
the wrong side leaves. Coins differ between customers as a Beta(α, β). Two numbers describe a whole
cohort, and project its retention curve far beyond what has been seen.

The one thing to remember: nobody in this story becomes more loyal. The retention rate of the
cohort rises all the same, because those likely to leave are gone first. (sBG: shifted
beta-geometric; shifted, since time starts at 1.)
"""

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from crmlib.core.i18n import mark as N_
from crmlib.models.checks import refuse_bad_parameters
from crmlib.models.contract import (
    ContractFormulas,
    ContractModel,
    ContractSimulation,
    simulate_contracts,
)
from crmlib.models.contract_result import ContractResult
from crmlib.models.covariates import MeanLink
from crmlib.models.edges import Edge, everybody_the_same, mean_of_beta, two_kinds
from crmlib.models.numerics import (
    Parameter,
    digamma_rise,
    log_beta_ratio,
    log_tails,
    trigamma_rise,
)
from crmlib.models.renewals import all_renewals


def survival(t: ArrayLike, *, alpha: float, beta: float) -> np.ndarray:
    r"""Probability that a new customer is still there after ``t`` renewals.

    .. math:: S(t) = \frac{B(\alpha,\,\beta+t)}{B(\alpha,\,\beta)}

    Parameters
    ----------
    t : array_like
        Renewals, 0 or more.
    alpha, beta : float
        Parameters, both positive. The mean chance to leave at the first renewal is α/(α+β).

    Returns
    -------
    ndarray or float
        Between 0 and 1; 1 at t = 0.

    References
    ----------
    Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing
    21(1), 76-90.

    Examples
    --------
    >>> round(float(survival(12, alpha=0.668, beta=3.806)), 3)  # seen: 0.394
    0.378
    """
    return np.exp(_log_survival(t, alpha=alpha, beta=beta))


def retention_rate(t: ArrayLike, *, alpha: float, beta: float) -> np.ndarray:
    r"""Share of those there after ``t`` - 1 renewals who also renew at ``t``.

    .. math:: r_t = \frac{\beta+t-1}{\alpha+\beta+t-1}

    Fader & Hardie (2007); between 0 and 1, rising in ``t`` (1 or more).

    Examples
    --------
    >>> retention_rate([1, 2, 7], alpha=0.668, beta=3.806).round(3)
    array([0.851, 0.878, 0.936])
    """
    survived = beta + np.asarray(t, float) - 1
    return survived / (alpha + survived)


def probability_of(t: ArrayLike, *, alpha: float, beta: float) -> np.ndarray:
    r"""Probability that a new customer leaves at renewal ``t`` (1 or more).

    .. math:: P(T=t) = \frac{B(\alpha+1,\,\beta+t-1)}{B(\alpha,\,\beta)}

    Fader & Hardie (2007); over all ``t`` the sum is 1.

    Examples
    --------
    >>> probability_of([1, 2, 3], alpha=1.0, beta=1.0).round(9)  # 1 / (t (t + 1))
    array([0.5       , 0.16666667, 0.08333333])
    """
    before = np.asarray(t, float) - 1
    return alpha / (alpha + beta + before) * survival(before, alpha=alpha, beta=beta)


def expected_lifetime(*, alpha: float, beta: float) -> np.ndarray:
    """Mean number of periods of a new customer, 1 + β/(α - 1); infinite where α is 1 or less.

    Examples
    --------
    >>> float(expected_lifetime(alpha=2.0, beta=3.0))
    4.0
    >>> float(expected_lifetime(alpha=0.668, beta=3.806))
    inf
    """
    return 1 + expected_residual_lifetime(0, 0.0, alpha=alpha, beta=beta)


def expected_residual_lifetime(
    tenure: ArrayLike, discount_rate: float, *, alpha: float, beta: float
) -> np.ndarray:
    r"""Renewals to be expected of a customer who has survived ``tenure`` of them, discounted.

    .. math:: \mathrm{DERL} = \sum_{k=1}^{\infty} \frac{S(\tau+k)}{S(\tau)}\,(1+d)^{-(k-1)}
              = \frac{\beta+\tau}{\alpha+\beta+\tau}\;{}_2F_1\!\left(1,\,\beta+\tau+1;\,
              \alpha+\beta+\tau+1;\,\tfrac{1}{1+d}\right)

    The customer stands just before the next renewal, which is not discounted: number n = τ + 1 of
    Fader & Hardie (2010).

    Parameters
    ----------
    tenure : array_like
        Renewals :math:`\tau` survived, 0 or more.
    discount_rate : float
        Rate :math:`d` per period. With 0 the result is (β + τ)/(α - 1), infinite where α is 1 or
        less.
    alpha, beta : float
        Parameters, both positive.

    Examples
    --------
    >>> n = 8
    >>> round(float(expected_residual_lifetime(n - 1, 0.1, alpha=0.668, beta=3.806)), 5)
    7.52995
    """
    tenure, alpha, beta = (np.asarray(value, float) for value in (tenure, alpha, beta))
    if discount_rate == 0:
        more = np.where(alpha > 1, alpha - 1, 1.0)
        return np.where(alpha > 1, (beta + tenure) / more, np.inf)[()]
    tenure = np.broadcast_arrays(tenure, alpha, beta)[0]
    summed = all_renewals(lambda t: log_tails(alpha, beta, t), tenure, discount_rate)
    return (summed * (1 + discount_rate))[()]


def _log_survival(t: ArrayLike, *, alpha: float, beta: float) -> np.ndarray:
    return log_tails(alpha, beta, t)


SAME_CHURN = Edge(
    code="same_churn",
    model=N_("Geometric, which has one chance to leave for all"),
    text=N_(
        "The best fit gives all customers the same chance to leave, {ratio:.1%} at each renewal. "
        "The data show no sorting of loyal from disloyal customers, so do not count on retention "
        "to rise as a cohort ages. (A cohort whose retention falls ends here too: compare BdW.)"
    ),
    near=lambda params: min(params["alpha"], params["beta"]) > 3,
    at_edge=everybody_the_same("beta", "alpha"),
    held=("alpha",),
    becomes={"alpha": np.inf, "beta": np.inf},
    ratio=mean_of_beta("alpha", "beta"),
)
TWO_KINDS = two_kinds(
    "two_kinds",
    N_("two kinds of customers, those who leave at the first renewal and those who stay"),
    N_(
        "The best fit divides customers into those who leave at the first renewal ({ratio:.1%}) "
        "and those who never leave, since nobody was seen to leave later. For ever is more than "
        "the data can say: observe longer, or use a short horizon."
    ),
    "alpha",
    "beta",
)


def simulate(
    n: int, seed: int, *, periods: ArrayLike, alpha: float, beta: float
) -> ContractSimulation:
    """Simulate customers for whom the sBG story is true.

    Parameters
    ----------
    n : int
        Number of customers, 1 or more.
    seed : int
        The same seed gives the same customers.
    periods : int or array of n
        Renewals that were due when observation ends: one number for one cohort, or one per
        customer for cohorts of different ages.
    alpha, beta : float
        Parameters, both positive: each one number, or an array with one per customer.

    Returns
    -------
    ContractSimulation
        ``summary`` (tenure, churned, periods) and ``truth`` (churn_probability, lifetime).

    Examples
    --------
    >>> simulate(3, seed=3, periods=[4, 4, 8], alpha=1.0, beta=3.0).summary
                 tenure  churned  periods
    customer_id
    0                 4    False        4
    1                 1     True        4
    2                 8    False        8
    """
    refuse_bad_parameters(alpha=alpha, beta=beta)
    random = np.random.default_rng(seed)
    return simulate_contracts(random.beta(alpha, beta, n), periods, random)


class SBG(ContractModel):
    """The shifted beta-geometric model of customers under contract.

    Parameters
    ----------
    summary : DataFrame
        ``tenure`` (whole periods) and ``churned`` (True or 1 for who left at the end of that
        many periods, False or 0 for who is still there), as from
        :func:`crmlib.models.contract.lifetimes_from_survivors`. Cohorts may differ in age.
    count : str, optional
        Column that says how many customers a row stands for.
    churn_covariates : list of str, optional
        Columns that do not change in time. They move the mean chance to leave, α/(α+β), on the
        logit scale, with α + β the same for all; α and β are then those of a customer whose
        covariates are 0.

    Examples
    --------
    >>> from crmlib.models.contract import lifetimes_from_survivors
    >>> high_end = [1000, 869, 743, 653, 593, 551, 517, 491]
    >>> result = SBG(lifetimes_from_survivors(high_end), count="count").fit()
    >>> result.params.round(3).to_dict()
    {'alpha': 0.668, 'beta': 3.806}
    >>> float(result.survival(12).round(3))
    0.378
    """

    title = "sBG"
    parameter_names = ("alpha", "beta")
    scale_parameters: ClassVar[tuple[str, ...]] = ("beta",)  # in periods, where churn is rare
    result_class = ContractResult
    simulator = staticmethod(simulate)
    edges = (SAME_CHURN, TWO_KINDS)
    links: ClassVar[dict] = {"churn": MeanLink("alpha", "beta")}
    fewest_renewals = 2
    formulas = ContractFormulas(
        log_survival=_log_survival,
        retention_rate=retention_rate,
        probability_of=probability_of,
        expected_lifetime=expected_lifetime,
        expected_residual_lifetime=expected_residual_lifetime,
    )

    def _start(self) -> np.ndarray:
        churn = self._churn_per_renewal()
        return np.array([1.0, (1 - churn) / churn])

    def _by_row(self, alpha: Parameter, beta: Parameter):
        (tenure, churned), survived = self.data, self._renewals_survived()
        value = log_beta_ratio(alpha, beta, churned, survived)
        total = digamma_rise(alpha + beta, tenure)
        slopes = digamma_rise(alpha, churned) - total, digamma_rise(beta, survived) - total
        return value, slopes

    def _second_derivatives(self, alpha: float, beta: float):
        (tenure, churned), survived = self.data, self._renewals_survived()
        own = [trigamma_rise(alpha, churned), trigamma_rise(beta, survived)]
        total = trigamma_rise(alpha + beta, tenure)
        return np.diag([part @ self.weights for part in own]) - total @ self.weights
