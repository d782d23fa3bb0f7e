"""BdW: how long customers stay under contract, when a customer's own chance to leave may change.

The story. As in sBG each customer has a chance to leave of his or her own, and chances differ as
a Beta(α, β). But a customer's own chance moves with tenure: it falls where c is below 1 (customers
grow attached), rises where c is above 1 (they grow tired), and stays where c = 1, which is sBG.
(BdW: beta-discrete-Weibull.)

The one thing to remember: a cohort's retention can rise while each customer's own falls. Sorting
and change are told apart only by the shape of one curve, so the three parameters lean on each
other; read c with its interval.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from crmlib.core.i18n import mark as N_
from crmlib.models import sbg
from crmlib.models.checks import refuse_bad_parameters
from crmlib.models.contract import (
    ContractFormulas,
    ContractModel,
    ContractSimulation,
    simulate_contracts,
)
from crmlib.models.contract_result import ContractResult
from crmlib.models.covariates import MeanLink
from crmlib.models.edges import Edge
from crmlib.models.numerics import Parameter, digamma_rise, log_tails
from crmlib.models.renewals import LOG_LARGEST_TIME, SUMMED, all_renewals

# Beyond these, tenure is all or nothing: nobody leaves after the first renewal, or all at once.
SMALLEST_C, LARGEST_C = 0.02, 20.0
# Survival has become a power of time where t to the c exceeds α + β + 1 by this factor.
FAR = 1e13


def survival(t: ArrayLike, *, alpha: float, beta: float, c: float) -> np.ndarray:
    r"""Probability that a new customer is still there after ``t`` renewals.

    .. math:: S(t) = \frac{B(\alpha,\,\beta+t^c)}{B(\alpha,\,\beta)}

    Parameters
    ----------
    t : array_like
        Renewals, 0 or more.
    alpha, beta, c : float
        Parameters, all positive. The mean chance to leave at the first renewal is α/(α+β).

    Returns
    -------
    ndarray or float
        Between 0 and 1; 1 at t = 0.

    References
    ----------
    Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to project customer retention" revisited:
    the role of duration dependence, Journal of Interactive Marketing 43, 1-16.

    Examples
    --------
    >>> survival([5, 6], alpha=0.259336, beta=1.722552, c=1.584361).round(4)
    array([0.5466, 0.5104])
    """
    return np.exp(_log_survival(t, alpha=alpha, beta=beta, c=c))


def retention_rate(t: ArrayLike, *, alpha: float, beta: float, c: float) -> np.ndarray:
    """Share of those there after ``t`` - 1 renewals (``t`` is 1 or more) who also renew at ``t``.

    S(t)/S(t-1), between 0 and 1.

    Examples
    --------
    >>> retention_rate([1, 2], alpha=0.668, beta=3.806, c=1.0).round(3)  # as sBG
    array([0.851, 0.878])
    """
    before, step = _powers(np.asarray(t, float), c)
    return np.exp(log_tails(alpha, beta + before, step))


def probability_of(t: ArrayLike, *, alpha: float, beta: float, c: float) -> np.ndarray:
    """Probability that a new customer leaves at renewal ``t`` (1 or more), S(t-1) - S(t).

    Examples
    --------
    >>> probability_of([1, 2, 3], alpha=1.0, beta=1.0, c=1.0).round(9)
    array([0.5       , 0.16666667, 0.08333333])
    """
    before, step = _powers(np.asarray(t, float), c)
    leaves = -np.expm1(log_tails(alpha, beta + before, step))
    return np.exp(log_tails(alpha, beta, before)) * leaves


def expected_lifetime(*, alpha: float, beta: float, c: float) -> np.ndarray:
    """Mean number of periods of a new customer; infinite where α·c is 1 or less.

    Examples
    --------
    >>> round(float(expected_lifetime(alpha=2.0, beta=3.0, c=1.0)), 6)  # as sBG
    4.0
    >>> float(expected_lifetime(alpha=0.259336, beta=1.722552, c=1.584361))
    inf
    """
    return 1 + expected_residual_lifetime(0, 0.0, alpha=alpha, beta=beta, c=c)


def expected_residual_lifetime(
    tenure: ArrayLike, discount_rate: float, *, alpha: float, beta: float, c: float
) -> np.ndarray:
    r"""Renewals to be expected of a customer who has survived ``tenure`` of them, discounted.

    .. math:: \mathrm{DERL} = \sum_{k=1}^{\infty} \frac{S(\tau+k)}{S(\tau)}\,(1+d)^{-(k-1)}

    The customer stands just before the next renewal, which is not discounted, as in
    :func:`crmlib.models.sbg.expected_residual_lifetime`.

    Parameters
    ----------
    tenure : array_like
        Renewals :math:`\tau` survived, 0 or more.
    discount_rate : float
        Rate :math:`d` per period. With 0 the result is infinite where α·c is 1 or less.
    alpha, beta, c : float
        Parameters, all positive.

    Examples
    --------
    >>> law = {"alpha": 0.259336, "beta": 1.722552, "c": 1.584361}
    >>> expected_residual_lifetime([0, 7], 0.1, **law).round(3)
    array([5.494, 8.109])
    """
    tenure, alpha, beta = (np.asarray(value, float) for value in (tenure, alpha, beta))
    tenure, alpha, beta = np.broadcast_arrays(tenure, alpha, beta)

    def log_survival(t: np.ndarray) -> np.ndarray:
        return _log_survival(t, alpha=alpha, beta=beta, c=c)

    if discount_rate > 0:
        return (all_renewals(log_survival, tenure, discount_rate, c) * (1 + discount_rate))[()]
    finite = alpha * c > 1
    # from here on survival is a power of time, whose integral is known
    log_far = np.log(FAR * (alpha + beta + 1).max() + tenure.max() ** c) / c
    until = max(np.exp(min(log_far, LOG_LARGEST_TIME)), SUMMED + 1)
    left = np.exp(log_survival(tenure + until) - log_survival(tenure))
    rest = (tenure + until) * left / np.where(finite, alpha * c - 1, 1.0)
    total = all_renewals(log_survival, tenure, 0.0, c, until) + rest
    return np.where(finite, total, np.inf)[()]


def _log_survival(t: ArrayLike, *, alpha: float, beta: float, c: float) -> np.ndarray:
    return log_tails(alpha, beta, np.asarray(t, float) ** c)


def _powers(t: np.ndarray, c: float) -> tuple[np.ndarray, np.ndarray]:
    """Return (t-1)^c, and t^c - (t-1)^c without cancelling."""
    first = t <= 1
    log_share = np.log1p(-1 / np.where(first, 2.0, t))
    step = np.where(first, 1.0, -(t**c) * np.expm1(c * log_share))
    return np.where(first, 0.0, t - 1) ** c, step


SAME_PROSPECTS = replace(
    sbg.SAME_CHURN,
    model=N_("discrete Weibull, in which all customers are the same"),
    text=N_(
        "The best fit gives all customers the same prospects: {ratio:.1%} leave at the first "
        "renewal, and what c says of tenure holds for everybody. The data show no sorting of "
        "loyal from disloyal customers."
    ),
)
# Chances of 1 or 0 do not know a tenure: c means nothing there.
TWO_KINDS = replace(
    sbg.TWO_KINDS,
    near=lambda params: sbg.TWO_KINDS.near(params) or params["c"] < 0.05,
    at_edge=lambda params: sbg.TWO_KINDS.at_edge(params) | {"c": 1.0},
    held=(*sbg.TWO_KINDS.held, "c"),
    becomes=sbg.TWO_KINDS.becomes | {"c": np.nan},
)
FIXED_TERM = Edge(
    code="fixed_term",
    model=N_("a fixed term, at which almost all leave"),
    text=N_(
        "The best fit lets almost all customers leave at the same tenure. That is a contract with "
        "a fixed term rather than a choice at each renewal: look at churn by tenure, and model "
        "what happens at the term's end."
    ),
    near=lambda params: params["c"] > 5,
    at_edge=lambda params: {"c": LARGEST_C, "beta": _same_lifetime(params, LARGEST_C)},
    held=("c",),
    becomes={"c": np.inf},
)


def _same_lifetime(params: dict[str, float], c: float) -> float:
    """β that keeps the typical lifetime, about (β/α)^(1/c), under another c."""
    return params["alpha"] * (params["beta"] / params["alpha"]) ** (c / params["c"])


def simulate(
    n: int, seed: int, *, periods: ArrayLike, alpha: float, beta: float, c: float
) -> ContractSimulation:
    """Simulate customers for whom the BdW story is true.

    Parameters
    ----------
    n : int
        Number of customers, 1 or more.
    seed : int
        The same seed gives the same customers.
    periods : int or array of n
        Renewals that were due when observation ends, as in :func:`crmlib.models.sbg.simulate`.
    alpha, beta, c : float
        Parameters, all positive; alpha and beta each one number, or an array with one per
        customer.

    Returns
    -------
    ContractSimulation
        ``summary`` (tenure, churned, periods) and ``truth`` (churn_probability at the first
        renewal, lifetime).

    Examples
    --------
    >>> simulate(3, seed=1, periods=8, alpha=1.0, beta=3.0, c=1.5).summary["tenure"].tolist()
    [1, 1, 2]
    """
    refuse_bad_parameters(alpha=alpha, beta=beta, c=c)
    random = np.random.default_rng(seed)
    return simulate_contracts(random.beta(alpha, beta, n), periods, random, c)


class BdW(ContractModel):
    """The beta-discrete-Weibull model of customers under contract.

    Parameters
    ----------
    summary : DataFrame
        ``tenure`` and ``churned``, as for :class:`crmlib.models.sbg.SBG`; with tenures of 3 or
        more among them.
    count : str, optional
        Column that says how many customers a row stands for.
    churn_covariates : list of str, optional
        Columns that move the mean chance to leave at the first renewal, α/(α+β), on the logit
        scale, with α + β and c the same for all.

    Examples
    --------
    >>> from crmlib.models.contract import lifetimes_from_survivors
    >>> high_end = [1000, 869, 743, 653, 593]
    >>> result = BdW(lifetimes_from_survivors(high_end), count="count").fit()
    >>> result.params.round(3).to_dict()
    {'alpha': 0.259, 'beta': 1.723, 'c': 1.584}
    """

    title = "BdW"
    parameter_names = ("alpha", "beta", "c")
    scale_parameters: ClassVar[tuple[str, ...]] = ("beta",)  # in periods, where churn is rare
    result_class = ContractResult
    simulator = staticmethod(simulate)
    edges = (SAME_PROSPECTS, TWO_KINDS, FIXED_TERM)
    links: ClassVar[dict] = {"churn": MeanLink("alpha", "beta")}
    fewest_renewals = 3
    formulas = ContractFormulas(
        log_survival=_log_survival,
        retention_rate=retention_rate,
        probability_of=probability_of,
        expected_lifetime=expected_lifetime,
        expected_residual_lifetime=expected_residual_lifetime,
    )

    def _start(self) -> np.ndarray:
        churn = self._churn_per_renewal()
        return np.array([1.0, (1 - churn) / churn, 1.0])

    def _bounds(self, start: np.ndarray, around: bool) -> np.ndarray:
        bounds = super()._bounds(start, around)
        # β is of the size of time to the c
        bounds[1, 1] += LARGEST_C * np.log(self.data[0].max())
        bounds[2] = np.log([SMALLEST_C, LARGEST_C])
        return bounds

    def _by_row(self, alpha: Parameter, beta: Parameter, c: float):
        (tenure, churned), survived = self.data, self._renewals_survived()
        reached = survived**c
        value = log_tails(alpha, beta, reached)
        by_alpha, by_beta, by_time = _slopes(alpha, beta, reached)
        moved = reached * np.log(np.maximum(survived, 1))
        # who left tossed one coin more, at the renewal that was the last
        last = np.where(churned == 1, tenure, 1.0)
        before, step = _powers(last, c)
        log_stays = log_tails(alpha, beta + before, step)
        lost = churned * np.exp(log_stays) / np.expm1(log_stays)
        stays_by_alpha, stays_by_beta, stays_by_time = _slopes(alpha, beta + before, step)
        before_moved = before * np.log(np.maximum(last - 1, 1))
        step_moved = last**c * np.log(last) - before_moved
        return value + churned * np.log(-np.expm1(log_stays)), (
            by_alpha + lost * stays_by_alpha,
            by_beta + lost * stays_by_beta,
            by_time * moved + lost * (stays_by_beta * before_moved + stays_by_time * step_moved),
        )


def _slopes(alpha: ArrayLike, beta: ArrayLike, k: np.ndarray) -> tuple:
    """Slopes of ``log_tails(alpha, beta, k)`` in its three arguments."""
    total = -digamma_rise(alpha + beta, k)
    return total, digamma_rise(beta, k) + total, -digamma_rise(beta + k, alpha)
