"""The mathematics of leaving by a coin, which BG/NBD and MBG/NBD share.

While alive a customer buys at a rate λ from a Gamma(r, α); after a purchase a coin of his or her
own, with chance p from a Beta(a, b), decides about leaving. The two models differ only in whether
the first purchase has a coin. ``coins`` is the number of coins a customer has survived if alive:
x in the one, x + 1 in the other.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.models.edges import (
    ALMOST_ZERO,
    Edge,
    no_chance,
    same_chance,
    two_kinds,
)
from crmlib.models.numerics import log_beta_ratio, log_rising

QUADRATURE_POINTS, ROWS_AT_A_TIME = 128, 10_000

NO_DROPOUT = no_chance(
    "no_dropout",
    N_("NBD, which has no dropout"),
    N_(
        "The best fit is a shop that nobody leaves: the chance to leave after a purchase is 0. In "
        "the observed time silence can be explained by slow buying alone; do not read P(alive) as "
        "evidence of loyalty."
    ),
    "a",
    "b",
)
SAME_DROPOUT = same_chance(
    "same_dropout",
    N_("one chance to leave for all"),
    N_(
        "The best fit gives everybody the same chance to leave ({ratio:.3f} after each purchase): "
        "the data show no difference between customers in loyalty."
    ),
    "a",
    "b",
)
ALL_OR_NOTHING = two_kinds(
    "all_or_nothing",
    N_("two kinds of customers, those who leave at once and those who never leave"),
    N_(
        "The best fit divides the shop into customers who leave at once ({ratio:.1%}) and "
        "customers who never leave. Check the table for two kinds of customers, for example "
        "private and business buyers."
    ),
    "a",
    "b",
)
EVERYBODY_LEAVES = Edge(
    code="everybody_leaves",
    model=N_("everybody leaves at the first coin"),
    text=N_(
        "The best fit is a shop that everybody leaves at the first chance. Nothing can be learned "
        "here about how loyalty differs; look whether the table holds all purchases."
    ),
    near=lambda params: params["b"] / (params["a"] + params["b"]) < 0.03,
    at_edge=lambda _params: {"a": 1.0, "b": ALMOST_ZERO},
    held=("a", "b"),
    becomes={"a": np.nan, "b": 0.0},
    ratio=("a / (a + b)", lambda _params: 1.0),
)
EDGES = (NO_DROPOUT, EVERYBODY_LEAVES, SAME_DROPOUT, ALL_OR_NOTHING)


def log_odds_left(
    x: np.ndarray, coins: np.ndarray, tx: ArrayLike, T: ArrayLike,
    r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike,
) -> np.ndarray:  # fmt: skip
    """Log odds of having left; minus infinity where no coin has been tossed."""
    tx, T = np.asarray(tx, float), np.asarray(T, float)
    tossed = coins > 0
    before_last = np.where(tossed, b + coins - 1, 1.0)
    odds = np.log(a) - np.log(before_last) + (r + x) * np.log1p((T - tx) / (alpha + tx))
    return np.where(tossed, odds, -np.inf)


def purchases_while_alive(
    t: ArrayLike, shape: ArrayLike, scale: ArrayLike, a: ArrayLike, b: ArrayLike
) -> np.ndarray:
    r"""Purchases in time t of a customer alive at its start, rate Gamma(shape, scale).

    .. math:: \frac{a+b-1}{a-1}\left[1 - w^{a-1}\,{}_2F_1(a+b-1-r,\;a-1;\;a+b-1;\;1-w)\right],
              \qquad w = \frac{\alpha}{\alpha+t}

    Written so that it neither overflows for heavy buyers nor loses digits near a = 1.

    Examples
    --------
    >>> float(purchases_while_alive(39, .243, 4.414, .793, 2.426).round(3))
    1.197
    """
    t, shape, scale, a, b = np.broadcast_arrays(*map(_as_float, (t, shape, scale, a, b)))
    with np.errstate(all="ignore"):
        w, total = scale / (scale + t), a + b - 1
        hyper = special.hyp2f1(total - shape, a - 1, total, 1 - w)
        expected = np.array(total / (a - 1) * (1 - w ** (a - 1) * hyper))
    # the formula is 0/0 at a = 1 and at a + b = 1, and its factors overflow for very large shapes
    unsafe = ~np.isfinite(expected) | (abs(a - 1) < 1e-5) | (a + b > 1e4) | (shape > 1e4)

    def bought(p: np.ndarray, t: np.ndarray, shape: np.ndarray, scale: np.ndarray) -> np.ndarray:
        return -np.expm1(-shape * np.log1p(p * t / scale)) / p

    rows = np.flatnonzero(unsafe)
    expected.flat[rows] = _mean_over_coins(bought, rows, t, shape, scale, a, b)
    return expected[()]


def survival_if_alive(
    t: ArrayLike, shape: ArrayLike, scale: ArrayLike, a: ArrayLike, b: ArrayLike
) -> np.ndarray:
    r"""Probability to stay for a time t, of a customer alive at its start.

    .. math:: E_p\left[\left(\frac{\alpha}{\alpha+p\,t}\right)^{r}\right]

    Examples
    --------
    >>> float(survival_if_alive(0, .243, 4.414, .793, 2.426))
    1.0
    """
    t, shape, scale, a, b = np.broadcast_arrays(*map(_as_float, (t, shape, scale, a, b)))

    def stayed(p: np.ndarray, t: np.ndarray, shape: np.ndarray, scale: np.ndarray) -> np.ndarray:
        return np.exp(-shape * np.log1p(p * t / scale))

    survival = np.empty(t.shape)
    survival.flat[:] = _mean_over_coins(stayed, np.arange(t.size), t, shape, scale, a, b)
    return np.minimum(np.where(t == 0, 1.0, survival), 1.0)[()]


def lifetime_if_alive(shape: ArrayLike, scale: ArrayLike, a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Mean time to leaving of a customer alive now: infinite unless both shape and a are above 1.

    The mean time between purchases, scale/(shape-1), times the mean number of purchases up to the
    coin that ends it, (a+b-1)/(a-1).
    """
    shape, scale, a, b = map(_as_float, (shape, scale, a, b))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = scale / (shape - 1) * (a + b - 1) / (a - 1)
    return np.where((shape > 1) & (a > 1), mean, np.inf)[()]


def count_probability(
    x: ArrayLike, t: ArrayLike, r: ArrayLike, alpha: ArrayLike, a: ArrayLike, b: ArrayLike
) -> np.ndarray:
    """Probability of exactly x purchases in time t by a customer alive at its start."""
    x, t = np.asarray(x, float), np.asarray(t, float)
    with np.errstate(divide="ignore"):
        log_share = np.log(t) - np.log(alpha + t)
    # log of the negative binomial probability of x purchases by a customer who never leaves
    log_count = (
        log_rising(r, x) - special.gammaln(x + 1)
        - r * np.log1p(t / alpha) + np.where(x > 0, x * np.where(x > 0, log_share, 0.0), 0.0)
    )  # fmt: skip
    last = np.maximum(x, 1)
    leaves = log_beta_ratio(a, b, 1, last - 1)
    at_least_x = special.betainc(last, r, t / (alpha + t))
    stays = log_beta_ratio(a, b, 0, x)
    return np.exp(stays + log_count) + np.where(x > 0, np.exp(leaves) * at_least_x, 0.0)


def _mean_over_coins(
    function: Callable, rows: np.ndarray,
    t: np.ndarray, shape: np.ndarray, scale: np.ndarray, a: np.ndarray, b: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Mean of ``function(p, t, shape, scale)`` over the coins p of each of the given rows."""
    means = np.empty(len(rows))
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        part = rows[start : start + ROWS_AT_A_TIME]
        values = (value.ravel()[part, None] for value in (t, shape, scale, a, b))
        means[start : start + ROWS_AT_A_TIME] = _by_quadrature(function, *values)
    return means


def _by_quadrature(
    function: Callable,
    t: np.ndarray, shape: np.ndarray, scale: np.ndarray, a: np.ndarray, b: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """One row a customer. Gauss-Legendre runs in the log odds of p, where a Beta density is a
    smooth hill; in the two tails beside it the function is constant.
    """  # noqa: D205
    low = np.maximum(special.betaincinv(a, b, 1e-13), 1e-9 / (1 + (shape + 1) * t / scale))
    high = np.maximum(special.betaincinv(b, a, 1e-13), 1e-9)
    bottom, top = special.logit(low), -special.logit(high)
    points, weights = _gauss_legendre()
    odds = bottom + (top - bottom) * (points + 1) / 2
    log_density = a * special.log_expit(odds) + b * special.log_expit(-odds) - special.betaln(a, b)
    hill = np.exp(log_density) * function(special.expit(odds), t, shape, scale) * (top - bottom) / 2
    tails = special.betainc(a, b, low) * function(low, t, shape, scale)
    tails += special.betainc(b, a, high) * function(1.0, t, shape, scale)
    return hill @ weights + tails[:, 0]


@cache
def _gauss_legendre() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(QUADRATURE_POINTS)


def _as_float(values: ArrayLike) -> np.ndarray:
    return np.asarray(values, float)
