"""NBD: buying without dropout, the baseline that every richer story has to beat.

The story. Nobody ever leaves. A customer buys at random times at a rate of his or her own; rates
differ between customers as a Gamma(r, α) distribution. Long silence then only means slow buying.
If a model with dropout fits no better than this, the data do not show that anybody left.
"""

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crmlib.models.buying import SAME_RATE, BuyingModel, Formulas
from crmlib.models.buying_result import BuyingResult
from crmlib.models.checks import refuse_bad_parameters
from crmlib.models.covariates import RateLink
from crmlib.models.numerics import Parameter, digamma_rise, log_rising
from crmlib.models.simulation import Simulation, simulate_with_lifetimes


def expected_purchases(
    t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: float, alpha: float,
) -> np.ndarray:  # fmt: skip
    r"""Purchases to be expected in the next ``t`` units of time, given the customer's history.

    .. math:: E = t\,\frac{r+x}{\alpha+T}

    When the last purchase was (``recency``) does not matter: nobody leaves.

    Examples
    --------
    >>> float(expected_purchases(39, 2, 30.43, 38.86, r=.385, alpha=12.07).round(3))
    1.826
    """
    rate = (r + np.asarray(frequency, float)) / (alpha + np.asarray(T, float))
    return np.asarray(t, float) * rate


def unconditional_purchases(t: ArrayLike, *, r: float, alpha: float) -> np.ndarray:
    r"""Repeat purchases to be expected of a new customer in time ``t``: :math:`t\,r/\alpha`.

    Examples
    --------
    >>> float(unconditional_purchases(30, r=.4, alpha=12.0))
    1.0
    """
    return np.asarray(t, float) * r / alpha


def probability_of(x: ArrayLike, t: ArrayLike, *, r: float, alpha: float) -> np.ndarray:
    r"""Probability that a new customer makes exactly ``x`` repeat purchases in time ``t``.

    .. math:: P(x) = \frac{\Gamma(r+x)}{\Gamma(r)\,x!}
              \left(\frac{\alpha}{\alpha+t}\right)^{r}\left(\frac{t}{\alpha+t}\right)^{x}

    References
    ----------
    Ehrenberg (1959), The pattern of consumer purchases, Applied Statistics 8(1), 26-41.

    Examples
    --------
    >>> float(probability_of(0, 12.0, r=1.0, alpha=12.0))
    0.5
    """
    x, t = np.asarray(x, float), np.asarray(t, float)
    return np.exp(
        log_rising(r, x) - special.gammaln(x + 1)
        - r * np.log1p(t / alpha) + special.xlogy(x, t / (alpha + t))
    )  # fmt: skip


def predictive_probability(
    y: ArrayLike, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: float, alpha: float,
) -> np.ndarray:  # fmt: skip
    """Probability that a customer with this history buys exactly ``y`` times in the next ``t``.

    Examples
    --------
    >>> float(predictive_probability(0, 39, 2, 30.43, 38.86, r=.385, alpha=12.07).round(3))
    0.258
    """
    x, T = np.asarray(frequency, float), np.asarray(T, float)
    return probability_of(y, t, r=r + x, alpha=alpha + T)


def _probability_alive(
    frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, *, r: float, alpha: float
) -> np.ndarray:
    return np.ones(np.broadcast(frequency, recency, T).shape)[()]


def _survival(t: ArrayLike, *, r: float, alpha: float) -> np.ndarray:
    return np.ones(np.shape(t))[()]


def _survival_if_alive(
    t: ArrayLike, x: ArrayLike, tx: ArrayLike, T: ArrayLike, *, r: float, alpha: float
) -> np.ndarray:
    return np.ones(np.broadcast(t, x, T).shape)[()]


def _expected_lifetime(*, r: float, alpha: float) -> np.ndarray:
    return np.full(np.broadcast(r, alpha).shape, np.inf)[()]


def _lifetime_if_alive(
    x: ArrayLike, tx: ArrayLike, T: ArrayLike, *, r: float, alpha: float
) -> np.ndarray:
    return np.full(np.broadcast(x, T).shape, np.inf)[()]


def simulate(
    n: int, seed: int, *, r: float, alpha: float, T: ArrayLike, holdout: float = 0.0
) -> Simulation:
    """Simulate a shop that nobody leaves.

    Parameters
    ----------
    n, seed : int
        Number of customers; the same seed gives the same shop.
    r, alpha : float or array of n
        Parameters, positive; ``alpha`` in the unit of ``T``.
    T : float or array of n
        How long each customer is observed from the first purchase on.
    holdout : float
        How much longer the shop runs after the observation ends.

    Examples
    --------
    >>> simulate(3, seed=1, T=52.0, r=0.5, alpha=6.0).summary.round(1)
                 frequency  recency     T  holdout_purchases
    customer_id
    0                    4     45.1  52.0                  0
    1                    1     25.6  52.0                  0
    2                    3     49.4  52.0                  0
    """
    refuse_bad_parameters(r=r, alpha=alpha)
    random = np.random.default_rng(seed)
    rate = random.gamma(r, 1 / np.asarray(alpha, float), n)
    return simulate_with_lifetimes(rate, np.full(n, np.inf), T, holdout, random)


class NBD(BuyingModel):
    """The negative binomial model of buying, without dropout.

    Its log-likelihood is that of the times of purchase, as BG/NBD's and Pareto/NBD's are, so that
    the three can be compared. ``probability_alive`` is 1 for everybody, and lifetimes are
    infinite: nobody leaves.

    Parameters
    ----------
    summary : DataFrame
        ``frequency`` (whole numbers), ``recency`` (not used) and ``T``, as from
        :func:`crmlib.rfm.summarize`.
    count : str, optional
        Column that says how many customers a row stands for.
    buying_covariates : list of str, optional
        Columns that multiply the mean rate r/α by exp(covariate × coefficient).

    Examples
    --------
    >>> shop = simulate(4000, seed=1, T=52.0, r=0.5, alpha=6.0)
    >>> NBD(shop.summary).fit().params.round(2).to_dict()
    {'r': 0.49, 'alpha': 5.71}
    """

    title = "NBD"
    parameter_names = ("r", "alpha")
    result_class = BuyingResult
    simulator = staticmethod(simulate)
    edges = (SAME_RATE,)
    links: ClassVar[dict] = {"buying": RateLink("alpha")}
    formulas = Formulas(
        probability_alive=_probability_alive,
        expected_purchases=expected_purchases,
        unconditional_purchases=unconditional_purchases,
        probability_of=probability_of,
        predictive_probability=predictive_probability,
        survival=_survival,
        survival_if_alive=_survival_if_alive,
        expected_lifetime=_expected_lifetime,
        lifetime_if_alive=_lifetime_if_alive,
    )

    def _start(self) -> np.ndarray:
        return np.array([0.5, 0.5 / self._rate_of_repeat_buyers()])

    def _by_row(self, r: Parameter, alpha: Parameter):
        x, T = self.data.x, self.data.T.rows
        value = x.map(log_rising, r) - r * np.log1p(T / alpha) - x.rows * np.log(alpha + T)
        slopes = (
            x.map(digamma_rise, r) - np.log1p(T / alpha),
            r * T / (alpha * (alpha + T)) - x.rows / (alpha + T),
        )
        return value, slopes
