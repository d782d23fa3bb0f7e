"""BG/NBD: who is still a customer, and how often they will buy.

The story. While alive, a customer buys at random times at a rate of his or her own. After each
repeat purchase a coin is tossed, the customer's own, and on the wrong side he or she leaves for
good, in silence. Rates differ between customers as a Gamma(r, α) distribution, coins as a
Beta(a, b). Four numbers describe the whole shop.

The one thing to remember: a customer can leave only *after a repeat purchase*. Whoever bought
once has had no coin tossed, and so counts as alive for ever, however long the silence.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from crmlib.core.i18n import gettext as _
from crmlib.models.buying import BuyingModel, BuyingResult, Simulation, simulate_purchases
from crmlib.models.fit import LARGEST, FitWarning

PARAMETER_NAMES = ("r", "alpha", "a", "b")
QUADRATURE_POINTS, ROWS_AT_A_TIME = 128, 10_000


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
    z = _log_odds_dropped_out(np.asarray(frequency, float), recency, T, r, alpha, a, b)
    return special.expit(-z)


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
    return alive * _expected_while_alive(t, r + x, alpha + np.asarray(T, float), a, b + x)


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
    return _expected_while_alive(t, r, alpha, a, b)


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
    x, t = np.broadcast_arrays(np.asarray(x, float), np.asarray(t, float))
    share = t / (alpha + t)
    stays = special.betaln(a, b + x) - special.betaln(a, b)
    # log of the negative binomial probability of x purchases by a customer who never leaves
    log_count = (
        special.gammaln(r + x) - special.gammaln(r) - special.gammaln(x + 1)
        + r * np.log(alpha / (alpha + t)) + special.xlogy(x, share)
    )  # fmt: skip
    leaves = special.betaln(a + 1, b + np.maximum(x, 1) - 1) - special.betaln(a, b)
    at_least_x = special.betainc(np.maximum(x, 1), r, share)
    return np.exp(stays + log_count) + np.where(x > 0, np.exp(leaves) * at_least_x, 0.0)


class BGNBDResult(BuyingResult):
    """A fitted BG/NBD; see :class:`crmlib.models.fit.Result` for the common part."""

    def probability_alive(self, summary: pd.DataFrame | None = None) -> pd.Series:
        """P(alive) of each customer of ``summary`` (by default those of the fit), 0 to 1."""
        table = self._table(summary)
        return self._series(
            "probability_alive", probability_alive(*self._history(table), **self.params), table
        )

    def expected_purchases(
        self, t: float | None = None, summary: pd.DataFrame | None = None
    ) -> pd.Series:
        """Purchases to be expected of each customer in the next ``t`` units of time."""
        table, t = self._table(summary), self._time(t)
        return self._series("expected_purchases", self._expected(t, *self._history(table)), table)

    def _expected(self, t: np.ndarray, *history: np.ndarray) -> np.ndarray:
        return expected_purchases(t, *history, **self.params)

    def unconditional_purchases(self, t: ArrayLike) -> np.ndarray:
        """Repeat purchases to be expected of a new customer in the first ``t`` units of time."""
        return unconditional_purchases(t, **self.params)

    def probability_of(self, x: ArrayLike, t: ArrayLike) -> np.ndarray:
        """Probability that a new customer makes exactly ``x`` repeat purchases in time ``t``."""
        return probability_of(x, t, **self.params)

    def simulate(
        self, n: int, seed: int, T: ArrayLike | None = None, holdout: float = 0.0
    ) -> Simulation:
        """Simulate ``n`` customers from the fitted parameters; see :func:`simulate`."""
        T = self.model.data.T.mean() if T is None else T
        return simulate(n, seed, T=T, holdout=holdout, **self.params)


class BGNBD(BuyingModel):
    """The beta-geometric/NBD model of buying without a contract.

    Parameters
    ----------
    summary : DataFrame
        ``frequency`` (whole numbers), ``recency`` and ``T`` in one unit of time, as from
        :func:`crmlib.rfm.summarize`.
    count : str, optional
        Column that says how many customers a row stands for.

    Examples
    --------
    >>> shop = simulate(4000, seed=1, T=52.0, r=0.5, alpha=6.0, a=0.9, b=3.0)
    >>> result = BGNBD(shop.summary).fit()
    >>> result.params.round(1).to_dict()
    {'r': 0.5, 'alpha': 5.7, 'a': 0.9, 'b': 3.2}
    """

    title = "BG/NBD"
    parameter_names = PARAMETER_NAMES
    result_class = BGNBDResult

    def _start(self) -> np.ndarray:
        rate = self._rate_of_repeat_buyers()
        return np.array([0.5, 0.5 / rate, 0.7, 2.5])

    def _value_and_score(self, params: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, a, b = params
        seen = self.data.distinct
        x, at_x, at_T, at_tx = seen.x, seen.at_x, seen.at_T, seen.at_tx
        log_T, log_tx = np.log(alpha + seen.T), np.log(alpha + seen.tx)
        shape_with_T = r * seen.customers_with_T + seen.purchases_with_T  # sums of r + x
        # only repeat buyers can have left; b + x - 1 may be below zero for the others
        before_last = np.where(x > 0, b + x - 1, 1.0)
        shape = r + x[at_x]
        log_gap = log_T[at_T] - log_tx[at_tx]
        log_odds = np.log(a) - np.log(before_last)[at_x] + shape * log_gap
        left = seen.weight * special.expit(log_odds)  # customers, by history
        value = (
            seen.customers_with_x @ (_log_rising(r, x) + _log_beta_ratio(a, b, x))
            + seen.customers * r * np.log(alpha) - shape_with_T @ log_T
            + seen.weight @ np.logaddexp(0, log_odds)
        )  # fmt: skip
        by_total = seen.customers_with_x @ (special.psi(a + b) - special.psi(a + b + x))
        gap = 1 / (alpha + seen.T[at_T]) - 1 / (alpha + seen.tx[at_tx])
        score = np.array(
            [
                seen.customers_with_x @ (special.psi(r + x) - special.psi(r))
                + seen.customers * np.log(alpha) - seen.customers_with_T @ log_T + left @ log_gap,
                seen.customers * r / alpha - shape_with_T @ (1 / (alpha + seen.T))
                + left @ (shape * gap),
                by_total + left.sum() / a,
                by_total + seen.customers_with_x @ (special.psi(b + x) - special.psi(b))
                - left @ (1 / before_last)[at_x],
            ]
        )  # fmt: skip
        return value, score

    def _edges(self, params: dict[str, float]) -> Iterator[FitWarning]:
        yield from self._buying_edges(params["r"])
        a, b = params["a"], params["b"]
        if a / (a + b) < 1e-3:
            yield FitWarning(
                "no_dropout",
                _(
                    "The best fit is a shop that nobody leaves: the chance to leave after a "
                    "purchase is practically 0, and the model has become the NBD, which has no "
                    "dropout. In the observed time silence can be explained by slow buying alone; "
                    "do not read P(alive) as evidence of loyalty."
                ),
            )
        elif a + b > LARGEST / 100:
            yield FitWarning(
                "same_dropout",
                _(
                    "The best fit gives everybody the same chance to leave ({dropout:.3f} after "
                    "each purchase): the data show no difference between customers in loyalty. "
                    "a and b are not to be read one by one, only their ratio."
                ).format(dropout=a / (a + b)),
            )
        elif a + b < 1e-2:
            yield FitWarning(
                "all_or_nothing",
                _(
                    "The best fit divides the shop into customers who leave at once and customers "
                    "who never leave: a and b are at the lower edge. Check the table for two "
                    "kinds of customers, for example private and business buyers."
                ),
            )


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
        Parameters, all positive; ``alpha`` in the unit of ``T``.
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
    _refuse_bad_parameters(r=r, alpha=alpha, a=a, b=b)
    random = np.random.default_rng(seed)
    rate = random.gamma(r, 1 / alpha, n)
    dropout = random.beta(a, b, n)
    return simulate_purchases(rate, dropout, T, holdout, random, coin_after_first)


def _refuse_bad_parameters(**params: float) -> None:
    for name, value in params.items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(
                _("Parameter {name} is {value}; expected a positive number.").format(
                    name=name, value=value
                )
            )


def _log_odds_dropped_out(
    x: ArrayLike, tx: ArrayLike, T: ArrayLike, r: float, alpha: float, a: float, b: float
) -> np.ndarray:
    """Log odds of having left; minus infinity where no coin has been tossed (x = 0)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        odds = (
            np.log(a)
            - np.log(b + x - 1)
            + (r + x) * np.log((alpha + T) / (alpha + np.asarray(tx, float)))
        )
    return np.where(np.asarray(x) > 0, odds, -np.inf)


def _log_rising(r: float, x: np.ndarray) -> np.ndarray:
    return special.gammaln(r + x) - special.gammaln(r)


def _log_beta_ratio(a: float, b: float, x: np.ndarray) -> np.ndarray:
    return _log_rising(b, x) - _log_rising(a + b, x)


def _expected_while_alive(
    t: ArrayLike, shape: ArrayLike, scale: ArrayLike, a: float, b: ArrayLike
) -> np.ndarray:
    """Purchases in time t of a live customer with rate Gamma(shape, scale), coin Beta(a, b)."""
    t, shape, scale, b = np.broadcast_arrays(*map(_as_float, (t, shape, scale, b)))
    a = np.float64(a)
    with np.errstate(all="ignore"):
        w, total = scale / (scale + t), a + b - 1
        hyper = special.hyp2f1(total - shape, a - 1, total, 1 - w)
        expected = np.array(total / (a - 1) * (1 - w ** (a - 1) * hyper))
    # the formula is 0/0 at a = 1 and at a + b = 1, and its factors overflow for very large shapes
    unsafe = np.flatnonzero(~np.isfinite(expected) | (abs(a - 1) < 1e-5))
    for start in range(0, len(unsafe), ROWS_AT_A_TIME):
        rows = unsafe[start : start + ROWS_AT_A_TIME]
        values = (value.ravel()[rows, None] for value in (t, shape, scale, b))
        expected.flat[rows] = _expected_by_quadrature(a, *values)
    return expected[()]


def _expected_by_quadrature(
    a: float, t: np.ndarray, shape: np.ndarray, scale: np.ndarray, b: np.ndarray
) -> np.ndarray:
    """The same number as the mean of (1 - (1 + p t / scale)^-shape) / p over the coins p.

    One row a customer. Gauss-Legendre runs in the log odds of p, where a Beta density is a smooth
    hill; in the two tails beside it the function is constant.
    """

    def given_coin(p: ArrayLike) -> np.ndarray:
        return -np.expm1(-shape * np.log1p(p * t / scale)) / p

    low = np.maximum(special.betaincinv(a, b, 1e-13), 1e-9 / (1 + (shape + 1) * t / scale))
    high = np.maximum(special.betaincinv(b, a, 1e-13), 1e-9)
    bottom, top = special.logit(low), -special.logit(high)
    points, weights = _gauss_legendre()
    odds = bottom + (top - bottom) * (points + 1) / 2
    log_density = a * special.log_expit(odds) + b * special.log_expit(-odds) - special.betaln(a, b)
    hill = np.exp(log_density) * given_coin(special.expit(odds)) * (top - bottom) / 2
    tails = special.betainc(a, b, low) * given_coin(low)
    tails += special.betainc(b, a, high) * given_coin(1.0)
    return hill @ weights + tails[:, 0]


@cache
def _gauss_legendre() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(QUADRATURE_POINTS)


def _as_float(values: ArrayLike) -> np.ndarray:
    return np.asarray(values, float)
