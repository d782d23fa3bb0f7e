"""Pareto/NBD: customers buy at their own rate and leave at their own time.

The story. While alive, a customer buys at random times at a rate of his or her own. Leaving has
nothing to do with buying: at any moment there is the same small chance to leave for good, in
silence, again at a rate of the customer's own. Rates of buying differ between customers as a
Gamma(r, α) distribution, rates of leaving as a Gamma(s, β). Four numbers describe the whole shop.

The one thing to remember: in BG/NBD a coin is tossed after a repeat purchase, so that frequent
buyers have more occasions to leave, and who bought once never leaves. Here everybody can leave at
any time, one-time buyers included.
"""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crmlib.models import pareto_likelihood as likelihood
from crmlib.models import pareto_quadrature as quadrature
from crmlib.models.buying import SAME_RATE, BuyingModel, Formulas
from crmlib.models.buying_result import BuyingResult
from crmlib.models.checks import refuse_bad_parameters
from crmlib.models.covariates import RateLink
from crmlib.models.distinct import Column
from crmlib.models.fit import AS_LIKELY, FitWarning
from crmlib.models.numerics import Parameter
from crmlib.models.optimise import Maximum
from crmlib.models.pareto_edges import (
    LEAVE_AT_ONCE,
    NO_DROPOUT,
    SAME_DROPOUT,
    SMALLEST_BETA,
    remark_on_leaving_at_once,
)
from crmlib.models.simulation import Simulation, simulate_with_lifetimes


def probability_alive(
    frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
) -> np.ndarray:  # fmt: skip
    r"""Probability that a customer with this history is still a customer.

    .. math:: P = \left[1 + \int_{t_x}^{T} \left(\frac{\alpha+T}{\alpha+u}\right)^{r+x}
              \left(\frac{\beta+T}{\beta+u}\right)^{s} \frac{s}{\beta+u}\,du \right]^{-1}

    Parameters
    ----------
    frequency, recency, T : array_like
        Repeat purchases :math:`x`, time of the last one :math:`t_x` and time observed, in one unit.
    r, alpha, s, beta : float or array_like
        Parameters of the model, all positive; ``alpha`` and ``beta`` in the same unit of time.

    Returns
    -------
    ndarray or float
        Between 0 and 1; 1 where the last purchase is at ``T``.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), Counting your customers: who are they and what will
    they do next?, Management Science 33(1), 1-24; Fader & Hardie (2005), A note on deriving the
    Pareto/NBD model and related expressions.

    Examples
    --------
    >>> cdnow = {"r": .5533, "alpha": 10.5776, "s": .6062, "beta": 11.6679}
    >>> float(probability_alive(26, 30.86, 31, **cdnow).round(4))
    0.9979
    """
    return special.expit(-quadrature.log_odds_left(frequency, recency, T, r, alpha, s, beta))


def expected_purchases(
    t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
) -> np.ndarray:  # fmt: skip
    r"""Purchases to be expected in the next ``t`` units of time, given the customer's history.

    The chance to be alive, times the mean rate of buying, times the mean time still to stay:

    .. math:: E = P(\text{alive})\,\frac{r+x}{\alpha+T}\,\frac{\beta+T}{s-1}
              \left[1-\left(\frac{\beta+T}{\beta+T+t}\right)^{s-1}\right]

    Schmittlein, Morrison & Colombo (1987, eq. 22), written so that it keeps its digits near s = 1.

    Parameters
    ----------
    t : array_like
        Length of the time ahead, 0 or more, in the unit of ``recency`` and ``T``.
    frequency, recency, T, r, alpha, s, beta
        As in :func:`probability_alive`.

    Returns
    -------
    ndarray or float
        Expected number of purchase occasions, 0 or more.

    Examples
    --------
    >>> cdnow = {"r": .5533, "alpha": 10.5776, "s": .6062, "beta": 11.6679}
    >>> float(expected_purchases(52, 26, 30.86, 31, **cdnow).round(2))
    25.46
    """
    x, T = np.asarray(frequency, float), np.asarray(T, float)
    alive = probability_alive(frequency, recency, T, r=r, alpha=alpha, s=s, beta=beta)
    return alive * (r + x) / (alpha + T) * _time_alive(t, s, beta + T)


def unconditional_purchases(
    t: ArrayLike, *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter
) -> np.ndarray:
    r"""Repeat purchases to be expected of a new customer in the first ``t`` units of time.

    .. math:: E = \frac{r}{\alpha}\,\frac{\beta}{s-1}
              \left[1-\left(\frac{\beta}{\beta+t}\right)^{s-1}\right]

    Examples
    --------
    >>> cdnow = {"r": .5533, "alpha": 10.5776, "s": .6062, "beta": 11.6679}
    >>> float(unconditional_purchases(39, **cdnow).round(3))
    1.213
    """
    return r / alpha * _time_alive(t, s, beta)


def probability_of(
    x: ArrayLike, t: ArrayLike,
    *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
) -> np.ndarray:  # fmt: skip
    """Probability that a new customer makes exactly ``x`` repeat purchases in time ``t``.

    Summed over the moment of leaving, as in Fader & Hardie (2006, Deriving an expression for
    P(X(t) = x) under the Pareto/NBD model); between 0 and 1, and over all ``x`` the sum is 1.

    Examples
    --------
    >>> cdnow = {"r": .5533, "alpha": 10.5776, "s": .6062, "beta": 11.6679}
    >>> float(probability_of(0, 39, **cdnow).round(4))
    0.5935
    """
    return quadrature.count_probability(x, t, r, alpha, s, beta)


def predictive_probability(
    y: ArrayLike, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
) -> np.ndarray:  # fmt: skip
    """Probability that a customer with this history buys exactly ``y`` times in the next ``t``.

    Who is alive goes on as a new customer with the parameters r + x, α + T, s and β + T; who has
    left buys nothing.

    Examples
    --------
    >>> cdnow = {"r": .5533, "alpha": 10.5776, "s": .6062, "beta": 11.6679}
    >>> float(predictive_probability(0, 39, 2, 30.43, 38.86, **cdnow).round(3))
    0.408
    """
    x, T = np.asarray(frequency, float), np.asarray(T, float)
    alive = probability_alive(frequency, recency, T, r=r, alpha=alpha, s=s, beta=beta)
    if_alive = quadrature.count_probability(y, t, r + x, alpha + T, s, beta + T)
    return np.where(np.asarray(y) == 0, 1 - alive, 0.0) + alive * if_alive


def survival(
    t: ArrayLike, *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter
) -> np.ndarray:
    r"""Probability that a new customer is still one after time ``t``.

    .. math:: S(t) = \left(\frac{\beta}{\beta+t}\right)^{s}

    Rates of leaving that differ as a Gamma make lifetimes a Pareto distribution: hence the name.

    Examples
    --------
    >>> cdnow = {"r": .5533, "alpha": 10.5776, "s": .6062, "beta": 11.6679}
    >>> float(survival(39, **cdnow).round(3))
    0.411
    """
    return _stay(t, s, beta)


def expected_lifetime(
    *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter
) -> np.ndarray:
    """Mean time from the first purchase to leaving, β/(s-1); infinite where s <= 1.

    Examples
    --------
    >>> float(expected_lifetime(r=.5, alpha=10.0, s=3.0, beta=52.0))
    26.0
    >>> float(expected_lifetime(r=.5, alpha=10.0, s=.6, beta=12.0))
    inf
    """
    return _mean_stay(s, beta)


def _survival_if_alive(
    t: ArrayLike, x: ArrayLike, tx: ArrayLike, T: ArrayLike,
    *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
) -> np.ndarray:  # fmt: skip
    return _stay(t, s, beta + np.asarray(T, float))


def _lifetime_if_alive(
    x: ArrayLike, tx: ArrayLike, T: ArrayLike,
    *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
) -> np.ndarray:  # fmt: skip
    return _mean_stay(s, beta + np.asarray(T, float))


def _stay(t: ArrayLike, s: Parameter, scale: ArrayLike) -> np.ndarray:
    """Probability to stay for a time t, of a customer alive whose rate is Gamma(s, scale)."""
    return np.exp(-s * np.log1p(np.asarray(t, float) / scale))


def _mean_stay(s: Parameter, scale: ArrayLike) -> np.ndarray:
    s, scale = np.asarray(s, float), np.asarray(scale, float)
    return np.where(s > 1, scale / np.where(s > 1, s - 1, 1.0), np.inf)[()]


def _time_alive(t: ArrayLike, s: Parameter, scale: ArrayLike) -> np.ndarray:
    """Mean time alive within the next t: scale/(s-1) [1 - (scale/(scale+t))^(s-1)]."""
    log_time = np.log1p(np.asarray(t, float) / scale)
    # (e^z - 1)/z, which scipy knows to be 1 at z = 0, that is at s = 1
    return scale * log_time * special.exprel((1 - s) * log_time)


def simulate(
    n: int, seed: int,
    *, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
    T: ArrayLike, holdout: float = 0.0,
) -> Simulation:  # fmt: skip
    """Simulate a shop in which the Pareto/NBD story is true, so that its truth is known.

    Parameters
    ----------
    n : int
        Number of customers, 1 or more.
    seed : int
        The same seed gives the same shop.
    r, alpha, s, beta : float or array of n
        Parameters, all positive; ``alpha`` and ``beta`` in the unit of ``T``. Each is one number,
        or an array with one per customer (as covariates make them).
    T : float or array of n
        How long each customer is observed from the first purchase on.
    holdout : float
        How much longer the shop runs after the observation ends.

    Returns
    -------
    Simulation
        ``summary`` (frequency, recency, T, holdout_purchases), ``purchases`` (customer_id, time
        since the customer's first purchase) and ``truth`` (rate, lifetime, alive at the end of
        observation).

    Examples
    --------
    >>> shop = simulate(3, seed=1, T=52.0, r=0.6, alpha=6.0, s=0.8, beta=15.0)
    >>> shop.summary.round(1)
                 frequency  recency     T  holdout_purchases
    customer_id
    0                    3     43.6  52.0                  0
    1                    0      0.0  52.0                  0
    2                    0      0.0  52.0                  0
    """
    refuse_bad_parameters(r=r, alpha=alpha, s=s, beta=beta)
    random = np.random.default_rng(seed)
    rate = random.gamma(r, 1 / np.asarray(alpha, float), n)
    leaving = random.gamma(s, 1 / np.asarray(beta, float), n)
    with np.errstate(divide="ignore", over="ignore"):  # at a rate of 0 nobody ever leaves
        lifetime = random.exponential(1.0, n) / leaving
    return simulate_with_lifetimes(rate, lifetime, T, holdout, random)


class ParetoNBD(BuyingModel):
    """The Pareto/NBD model of buying without a contract.

    Parameters
    ----------
    summary : DataFrame
        ``frequency`` (whole numbers), ``recency`` and ``T`` in one unit of time, as from
        :func:`crmlib.rfm.summarize`.
    count : str, optional
        Column that says how many customers a row stands for.
    buying_covariates, dropout_covariates : list of str, optional
        Columns that do not change in time. Those of buying multiply the mean rate of buying, r/α,
        by exp(covariate × coefficient); those of dropout do the same with the mean rate of
        leaving, s/β. r, α, s and β are then those of a customer whose covariates are 0.

    Examples
    --------
    >>> shop = simulate(4000, seed=1, T=52.0, r=0.6, alpha=6.0, s=0.8, beta=15.0)
    >>> result = ParetoNBD(shop.summary).fit()
    >>> result.params.round(1).to_dict()
    {'r': 0.5, 'alpha': 5.4, 's': 1.0, 'beta': 22.0}
    """

    title = "Pareto/NBD"
    parameter_names = ("r", "alpha", "s", "beta")
    scale_parameters = ("alpha", "beta")
    result_class = BuyingResult
    simulator = staticmethod(simulate)
    edges = (NO_DROPOUT, SAME_DROPOUT, LEAVE_AT_ONCE, SAME_RATE)
    links: ClassVar[dict] = {"buying": RateLink("alpha"), "dropout": RateLink("beta")}
    _last: tuple = (None, None)
    formulas = Formulas(
        probability_alive=probability_alive,
        expected_purchases=expected_purchases,
        unconditional_purchases=unconditional_purchases,
        probability_of=probability_of,
        predictive_probability=predictive_probability,
        survival=survival,
        survival_if_alive=_survival_if_alive,
        expected_lifetime=expected_lifetime,
        lifetime_if_alive=_lifetime_if_alive,
    )

    def _start(self) -> np.ndarray:
        T, x = self._mean(self.data.T), self._mean(self.data.x)
        return np.array([0.6, 0.4 * T / x, 0.6, 0.4 * T])

    def _mean(self, column: Column) -> float:
        return float(np.average(column.rows, weights=self.weights))

    def _remarks(self, params: dict[str, float]) -> Iterator[FitWarning]:
        yield from super()._remarks(params)
        yield from remark_on_leaving_at_once(params)

    def _bounds(self, start: np.ndarray, around: bool) -> np.ndarray:
        bounds = super()._bounds(start, around)
        bounds[3, 0] = start[3] + np.log(SMALLEST_BETA)
        return bounds

    def _search(self, start: np.ndarray, held: dict[str, float]) -> Maximum:
        """Climb; where there may be a second hill, climb that as well.

        It stands where many leave right after the first purchase (β close to 0): then the table
        has more one-time buyers than the first fit expects.
        """
        found = super()._search(start, held)
        if held or self._slope_in_leaving_at_once(found.place) <= 0:
            return found
        early = [1.0, 1.0 / self._rate_of_repeat_buyers(), 0.05, 1e-4 * self._mean(self.data.T)]
        start = np.concatenate([np.log(early), found.place[len(early) :]])
        other = super()._search(start, held)
        return other if other.value > found.value + AS_LIKELY else found

    def _slope_in_leaving_at_once(self, place: np.ndarray) -> float:
        """What a first share of customers who leave at once would add to the log-likelihood."""
        rows, _effects = self._spread(
            self._to_params(place), [part.matrix for part in self.effects]
        )
        value, _slopes = self._by_row(*rows.values())
        once = self.data.x.rows == 0
        with np.errstate(over="ignore"):  # of a customer who cannot be, infinity is the answer
            return self.weights[once] @ np.exp(-value[once]) - self.weights.sum()

    def _left(self, *params: Parameter) -> quadrature.Leaving:
        """The quadrature; the last one is kept: slopes and curvature are asked for in turn."""
        scalars = all(np.ndim(value) == 0 for value in params)
        place, found = self._last
        if scalars and place == params:
            return found
        history = (self.data.x.rows, self.data.tx, self.data.T.rows)
        found = quadrature.leaving(*history, *params, with_covariances=scalars)
        if scalars:
            self._last = (params, found)
        return found

    def _by_row(self, *params: Parameter):
        return likelihood.by_row(self.data, self._left(*params), *params)

    def _second_derivatives(self, *params: float) -> np.ndarray:
        left = self._left(*params)
        return likelihood.second_derivatives(self.data, self.weights, left, *params)
