"""BG/NBD: who is still a customer, and how often they will buy.

The story. While alive, a customer buys at random times at a rate of his or her own. After each
repeat purchase a coin is tossed, the customer's own, and on the wrong side he or she leaves for
good, in silence. Rates differ between customers as a Gamma(r, α) distribution, coins as a
Beta(a, b). Four numbers describe the whole shop.

The one thing to remember: a customer can leave only *after a repeat purchase*. Whoever bought
once has had no coin tossed, and so counts as alive for ever, however long the silence.
"""

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crmlib.models import coins as coin
from crmlib.models.buying import SAME_RATE, BuyingModel, Formulas
from crmlib.models.buying_result import BuyingResult
from crmlib.models.checks import refuse_bad_parameters
from crmlib.models.covariates import MeanLink, RateLink
from crmlib.models.numerics import Parameter, digamma_rise, log_rising, trigamma_rise
from crmlib.models.simulation import Simulation, simulate_with_coins

PARAMETER_NAMES = ("r", "alpha", "a", "b")


def probability_alive(
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
) -> np.ndarray:
    r"""Probability that a customer with this history is still a customer.

    .. math:: P = \left[1 + 1_{x>0}\,\frac{a}{b+x-1}
              \left(\frac{\alpha+T}{\alpha+t_x}\right)^{r+x}\right]^{-1}

    Parameters
    ----------
    frequency, recency, T : array_like
        Repeat purchases :math:`x`, time of the last one :math:`t_x` and time observed, in one unit.
    r, alpha, a, b : float
        Parameters of the model, all positive; ``alpha`` in the same unit of time.

    Returns
    -------
    ndarray or float
        Between 0 and 1; exactly 1 where ``frequency`` is 0.

    References
    ----------
    Fader, Hardie & Lee (2005), Marketing Science 24(2), 275-284; Fader & Hardie (2008), Computing
    P(alive) using the BG/NBD model.

    Examples
    --------
    >>> cdnow = {"r": 0.242595, "alpha": 4.41359, "a": 0.792919, "b": 2.425895}
    >>> round(float(probability_alive(2, 30.43, 38.86, **cdnow)), 4)
    0.7266
    """
    x = np.asarray(frequency, float)
    return special.expit(-coin.log_odds_left(x, x, recency, T, r, alpha, a, b))


def expected_purchases(
    t: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
) -> np.ndarray:
    r"""Purchases to be expected in the next ``t`` units of time, given the customer's history.

    The conditional expectation of Fader, Hardie & Lee (2005, eq. 10), written so that it neither
    overflows for heavy buyers nor loses digits near a = 1: with :math:`w=(\alpha+T)/(\alpha+T+t)`,

    .. math:: E = P(\text{alive})\,\frac{a+b+x-1}{a-1}\left[1 - w^{a-1}\,
              {}_2F_1(a+b-1-r,\;a-1;\;a+b+x-1;\;1-w)\right]

    Parameters
    ----------
    t : array_like
        Length of the time ahead, 0 or more, in the unit of ``recency`` and ``T``.
    frequency, recency, T, r, alpha, a, b
        As in :func:`probability_alive`.

    Returns
    -------
    ndarray or float
        Expected number of purchase occasions, 0 or more.

    Examples
    --------
    >>> cdnow = {"r": 0.242595, "alpha": 4.41359, "a": 0.792919, "b": 2.425895}
    >>> round(float(expected_purchases(39, 2, 30.43, 38.86, **cdnow)), 3)
    1.226
    """
    alive = probability_alive(frequency, recency, T, r=r, alpha=alpha, a=a, b=b)
    x = np.asarray(frequency, float)
    scale = alpha + np.asarray(T, float)
    return alive * coin.purchases_while_alive(t, r + x, scale, a, b + x)


def unconditional_purchases(
    t: ArrayLike, *, r: float, alpha: float, a: float, b: float
) -> np.ndarray:
    """Repeat purchases to be expected of a new customer in the first ``t`` units of time.

    Fader, Hardie & Lee (2005, eq. 9); 0 or more, rising in ``t``.

    Examples
    --------
    >>> float(unconditional_purchases(39, r=.243, alpha=4.414, a=.793, b=2.426).round(3))
    1.197
    """
    return coin.purchases_while_alive(t, r, alpha, a, b)


def probability_of(
    x: ArrayLike, t: ArrayLike, *, r: float, alpha: float, a: float, b: float
) -> np.ndarray:
    """Probability that a new customer makes exactly ``x`` repeat purchases in time ``t``.

    Fader, Hardie & Lee (2005, eq. 8); between 0 and 1, and over all ``x`` the sum is 1.

    Examples
    --------
    >>> float(probability_of(0, 39, r=.243, alpha=4.414, a=.793, b=2.426).round(4))
    0.5738
    """
    return coin.count_probability(x, t, r, alpha, a, b)


def predictive_probability(
    y: ArrayLike, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: float, alpha: float, a: float, b: float,
) -> np.ndarray:  # fmt: skip
    """Probability that a customer with this history buys exactly ``y`` times in the next ``t``.

    Who is alive goes on as a customer with the parameters r + x, α + T, a and b + x; who has left
    buys nothing.

    Examples
    --------
    >>> cdnow = {"r": 0.242595, "alpha": 4.41359, "a": 0.792919, "b": 2.425895}
    >>> float(predictive_probability(0, 39, 2, 30.43, 38.86, **cdnow).round(3))
    0.445
    """
    x = np.asarray(frequency, float)
    alive = probability_alive(frequency, recency, T, r=r, alpha=alpha, a=a, b=b)
    if_alive = coin.count_probability(y, t, r + x, alpha + np.asarray(T, float), a, b + x)
    return np.where(np.asarray(y) == 0, 1 - alive, 0.0) + alive * if_alive


def survival(t: ArrayLike, *, r: float, alpha: float, a: float, b: float) -> np.ndarray:
    r"""Probability that a new customer is still one after time ``t``.

    .. math:: S(t) = E_p\left[\left(\frac{\alpha}{\alpha+p\,t}\right)^{r}\right],
              \qquad p \sim \mathrm{Beta}(a, b)

    Examples
    --------
    >>> float(survival(39, r=.243, alpha=4.414, a=.793, b=2.426).round(3))
    0.794
    """
    return coin.survival_if_alive(t, r, alpha, a, b)


def expected_lifetime(*, r: float, alpha: float, a: float, b: float) -> np.ndarray:
    """Mean time from the first purchase to leaving; infinite where r <= 1 or a <= 1.

    Examples
    --------
    >>> float(expected_lifetime(r=2.0, alpha=4.0, a=2.0, b=3.0))
    16.0
    >>> float(expected_lifetime(r=.243, alpha=4.414, a=.793, b=2.426))
    inf
    """
    return coin.lifetime_if_alive(r, alpha, a, b)


def _survival_if_alive(
    t: ArrayLike, x: ArrayLike, _tx: ArrayLike, T: ArrayLike,
    *, r: float, alpha: float, a: float, b: float,
) -> np.ndarray:  # fmt: skip
    return coin.survival_if_alive(t, r + x, alpha + T, a, b + x)


def _lifetime_if_alive(
    x: ArrayLike, _tx: ArrayLike, T: ArrayLike, *, r: float, alpha: float, a: float, b: float
) -> np.ndarray:
    return coin.lifetime_if_alive(r + x, alpha + T, a, b + x)


def simulate(
    n: int,
    seed: int,
    *,
    r: float,
    alpha: float,
    a: float,
    b: float,
    T: ArrayLike,
    holdout: float = 0.0,
    coin_after_first: bool = False,
) -> Simulation:
    """Simulate a shop in which the BG/NBD story is true, so that its truth is known.

    Parameters
    ----------
    n : int
        Number of customers, 1 or more.
    seed : int
        The same seed gives the same shop.
    r, alpha, a, b : float
        Parameters, all positive; ``alpha`` in the unit of ``T``. Each is one number, or an array
        with one per customer (as covariates make them).
    T : float or array of n
        How long each customer is observed from the first purchase on.
    holdout : float
        How much longer the shop runs after the observation ends.
    coin_after_first : bool
        Toss the coin to leave also after the *first* purchase. The story is then that of the
        MBG/NBD (Batislam, Denizel & Filiztekin 2007), and BG/NBD is wrong about this shop.

    Returns
    -------
    Simulation
        ``summary`` (frequency, recency, T, holdout_purchases), ``purchases`` (customer_id, time
        since the customer's first purchase) and ``truth`` (rate, dropout_probability, alive at the
        end of observation).

    Examples
    --------
    >>> shop = simulate(3, seed=1, T=52.0, r=0.5, alpha=6.0, a=0.9, b=3.0)
    >>> shop.summary.round(1)
                 frequency  recency     T  holdout_purchases
    customer_id
    0                    2     33.0  52.0                  0
    1                    1     30.1  52.0                  0
    2                    0      0.0  52.0                  0
    """
    refuse_bad_parameters(r=r, alpha=alpha, a=a, b=b)
    random = np.random.default_rng(seed)
    rate = random.gamma(r, 1 / alpha, n)
    dropout = random.beta(a, b, n)
    return simulate_with_coins(rate, dropout, T, holdout, random, coin_after_first)


class BGNBD(BuyingModel):
    """The beta-geometric/NBD model of buying without a contract.

    Parameters
    ----------
    summary : DataFrame
        ``frequency`` (whole numbers), ``recency`` and ``T`` in one unit of time, as from
        :func:`crmlib.rfm.summarize`.
    count : str, optional
        Column that says how many customers a row stands for.
    buying_covariates, dropout_covariates : list of str, optional
        Columns that do not change in time. Those of buying multiply the mean rate r/α by
        exp(covariate × coefficient); those of dropout move the mean chance to leave, a/(a+b), on
        the logit scale, with a + b the same for all. r, α, a and b are then those of a customer
        whose covariates are 0.

    Examples
    --------
    >>> shop = simulate(4000, seed=1, T=52.0, r=0.5, alpha=6.0, a=0.9, b=3.0)
    >>> result = BGNBD(shop.summary).fit()
    >>> result.params.round(1).to_dict()
    {'r': 0.5, 'alpha': 5.7, 'a': 0.9, 'b': 3.2}
    """

    title = "BG/NBD"
    parameter_names = PARAMETER_NAMES
    result_class = BuyingResult
    simulator = staticmethod(simulate)
    edges = (*coin.EDGES, SAME_RATE)
    links: ClassVar[dict] = {"buying": RateLink("alpha"), "dropout": MeanLink("a", "b")}
    coins_before_first_repeat: ClassVar[int] = 0
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
        rate = self._rate_of_repeat_buyers()
        return np.array([0.5, 0.5 / rate, 0.7, 2.5])

    def _coins(self, x: np.ndarray) -> np.ndarray:
        """Coins that a customer with x repeat purchases has survived, if alive."""
        return x + self.coins_before_first_repeat

    def _by_row(self, r: Parameter, alpha: Parameter, a: Parameter, b: Parameter):
        x, T, tx = self.data.x, self.data.T, self.data.tx
        times, coins = x.rows, self._coins(x.rows)
        log_odds = coin.log_odds_left(times, coins, tx, T.rows, r, alpha, a, b)
        left = special.expit(log_odds)
        since_last = np.log1p((T.rows - tx) / (alpha + tx))
        log_waited = T.map(lambda alpha, T: np.log1p(T / alpha), alpha)
        value = (
            x.map(log_rising, r) + x.map(self._log_survived, a, b)
            - (r + times) * log_waited - times * np.log(alpha) + np.logaddexp(0, log_odds)
        )  # fmt: skip
        by_total = x.map(lambda total, x: -digamma_rise(total, self._coins(x)), a + b)
        survived_b = x.map(lambda b, x: digamma_rise(b, self._coins(x)), b)
        slopes = (
            x.map(digamma_rise, r) - log_waited + left * since_last,
            r * T.rows / (alpha * (alpha + T.rows)) - times / (alpha + T.rows)
            - left * (r + times) * (T.rows - tx) / ((alpha + T.rows) * (alpha + tx)),
            by_total + left / a,
            by_total + survived_b - left / np.where(coins > 0, b + coins - 1, 1.0),
        )  # fmt: skip
        return value, slopes

    def _log_survived(self, a: Parameter, b: Parameter, x: np.ndarray):
        coins = self._coins(x)
        return log_rising(b, coins) - log_rising(a + b, coins)

    def _second_derivatives(self, r: float, alpha: float, a: float, b: float):
        x, T, tx, weights = self.data.x, self.data.T.rows, self.data.tx, self.weights
        times, coins = x.rows, self._coins(x.rows)
        before_last = np.where(coins > 0, b + coins - 1, 1.0)
        since_last = np.log1p((T - tx) / (alpha + tx))
        gap = -(T - tx) / ((alpha + T) * (alpha + tx))
        left = special.expit(coin.log_odds_left(times, coins, tx, T, r, alpha, a, b))
        slopes = np.stack(
            [since_last, (r + times) * gap, np.full(len(tx), 1 / a), -1 / before_last]
        )
        # the log-likelihood bends by softplus'' where the log odds move, softplus' where they bend
        second = (slopes * (weights * left * (1 - left))) @ slopes.T
        by_weight, moved = weights, weights * left
        second[0, 0] += by_weight @ x.map(trigamma_rise, r)
        mixed = by_weight @ (1 / alpha - 1 / (alpha + T)) + moved @ gap
        second[0, 1] += mixed
        second[1, 0] += mixed
        second[1, 1] += by_weight @ (-r / alpha**2 + (r + times) / (alpha + T) ** 2)
        second[1, 1] += moved @ ((r + times) * (1 / (alpha + tx) ** 2 - 1 / (alpha + T) ** 2))
        second[2:, 2:] -= by_weight @ x.map(lambda ab, x: trigamma_rise(ab, self._coins(x)), a + b)
        second[2, 2] -= moved.sum() / a**2
        second[3, 3] += by_weight @ x.map(lambda b, x: trigamma_rise(b, self._coins(x)), b)
        second[3, 3] += moved @ (1 / before_last**2)
        return second
