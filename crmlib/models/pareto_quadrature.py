r"""The integral at the heart of the Pareto/NBD: a customer may have left at any moment since t_x.

The odds of having left are an integral over that moment u. The textbooks write it with Gaussian
hypergeometric functions, which are slow and overflow for heavy buyers. We sum it by quadrature. In

.. math:: v = \log\frac{c+u}{c+t_x}, \qquad c = \min(\alpha, \beta)

the integrand is a hill with a single top for any parameters. Where it has become nothing we cut
it off, and Gauss-Legendre points that crowd towards t_x (v = V y²) do the rest. (With α in place
of the smaller of the two the hill would have a cliff where α ≫ β.)

The slopes of the log-likelihood come from the same points: the integrand is, up to a factor, the
density of the moment of leaving, and the slopes are means over that moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crmlib.models.numerics import Parameter, log_rising

# e^-37 is the smallest share of 1 that a computer can still tell from nothing.
NOTHING = 37.0
# Points for hills up to this long (in v) and this deep (in logarithms). The error of the log odds
# stays below 1e-8, and with parameters of real shops below 1e-11.
POINTS = (
    (2.0, 8.0, 12), (4.0, np.inf, 20), (10.0, np.inf, 40), (40.0, np.inf, 80), (np.inf, np.inf, 160)
)  # fmt: skip
# For the hill of a count: its points, the length from which it takes many, and the halvings that
# find where it begins and ends.
FEW, MANY, LONG, HALVINGS = 64, 160, 10.0, 30
# Where the two quantities of the smaller scale stand among the four: with those of α, or of β.
NEAR_FIRST, NEAR_LAST = [0, 1, 2, 3], [2, 3, 0, 1]
# So many rows at a time stay in the processor's nearest memory.
ROWS_AT_A_TIME = 512


@dataclass(frozen=True)
class Leaving:
    """What the quadrature knows of each row.

    Attributes
    ----------
    log_odds : ndarray of shape (n,)
        Log odds of having left; minus infinity where no time has passed since the last purchase.
    gaps : tuple of two ndarrays of shape (n,)
        log((α+T)/(α+t_x)) and log((β+T)/(β+t_x)).
    means : ndarray of shape (4, n)
        Given that the customer has left: means, over the moment u of leaving, of
        log((α+u)/(α+t_x)), (u-t_x)/(α+u), log((β+u)/(β+t_x)) and (u-t_x)/(β+u).
    covariances : ndarray of shape (4, 4, n) or None
        Covariances of the four; only where every parameter is one number.
    """

    log_odds: np.ndarray
    gaps: tuple[np.ndarray, np.ndarray]
    means: np.ndarray
    covariances: np.ndarray | None


def leaving(
    x: np.ndarray, tx: np.ndarray, T: np.ndarray,
    r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
    with_covariances: bool = False,
) -> Leaving:  # fmt: skip
    r"""Integrate over the moment of leaving.

    .. math:: \frac{P(\text{left})}{P(\text{alive})} = \int_{t_x}^{T}
              \left(\frac{\alpha+T}{\alpha+u}\right)^{r+x}
              \left(\frac{\beta+T}{\beta+u}\right)^{s} \frac{s}{\beta+u}\,du

    Examples
    --------
    >>> x, tx, T = np.array([[221], [103.43], [103.57]])
    >>> leaving(x, tx, T, .5143, 2.8845, .2856, 14.1087).log_odds.round(4)
    array([-7.8372])
    """
    swapped = np.less(beta, alpha)
    near, far = np.minimum(alpha, beta) + tx, np.maximum(alpha, beta) + tx
    power_near, power_far = np.where(swapped, s + 1, r + x), np.where(swapped, r + x, s + 1)
    gap_alpha, gap_beta = np.log1p((T - tx) / (alpha + tx)), np.log1p((T - tx) / (beta + tx))
    reach = _reach(power_near, power_far, near / far, np.where(swapped, gap_beta, gap_alpha))
    order = NEAR_LAST if swapped.all() else NEAR_FIRST
    log_integral, means, covariances = _integrate(
        power_near, power_far, near / far, reach, order, with_covariances
    )
    if swapped.any() and not swapped.all():
        means = np.where(swapped, means[NEAR_LAST], means)
    log_odds = np.log(s * near / (beta + tx)) + log_integral + (r + x) * gap_alpha + s * gap_beta
    return Leaving(log_odds, (gap_alpha, gap_beta), means, covariances)


def log_odds_left(
    x: ArrayLike, tx: ArrayLike, T: ArrayLike,
    r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter,
) -> np.ndarray:  # fmt: skip
    """Log odds of having left, in the shape that the arguments have together."""
    values = np.broadcast_arrays(*(np.asarray(v, float) for v in (x, tx, T, r, alpha, s, beta)))
    flat = (value.ravel() for value in values)
    return leaving(*flat).log_odds.reshape(values[0].shape)[()]


def count_probability(
    x: ArrayLike, t: ArrayLike, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter
) -> np.ndarray:
    r"""Probability of exactly x purchases in time t by a customer alive at its start.

    .. math:: P(X(t)=x) = N(x; t)\left(\frac{\beta}{\beta+t}\right)^{s}
              + \int_0^t N(x; u)\,\frac{s}{\beta+u}\left(\frac{\beta}{\beta+u}\right)^{s} du

    with N(x; t) the negative binomial probability of x purchases in time t.
    """
    values = np.broadcast_arrays(*(np.asarray(v, float) for v in (x, t, r, alpha, s, beta)))
    shape = values[0].shape
    x, t, r, alpha, s, beta = (value.ravel() for value in values)
    log_ways = log_rising(r, x) - special.gammaln(x + 1)

    def log_count(u: np.ndarray) -> np.ndarray:
        return special.xlogy(x, u / (alpha + u)) - r * np.log1p(u / alpha)

    def log_stayed(u: np.ndarray) -> np.ndarray:
        return -s * np.log1p(u / beta)

    near = np.minimum(alpha, beta)

    def log_hill(v: np.ndarray) -> np.ndarray:
        u = near * np.expm1(v)
        return log_count(u) + log_stayed(u) - np.log(beta + u) + v

    def slope(v: np.ndarray) -> np.ndarray:
        u = near * np.expm1(v)
        return (x * alpha / (u * (alpha + u)) - r / (alpha + u) - (s + 1) / (beta + u)) * (
            near + u
        ) + 1

    some_time = t > 0
    log_integral = _log_integral_of_hill(
        log_hill, slope, np.log1p(np.where(some_time, t, 1.0) / near)
    )
    left = np.where(some_time, np.exp(log_ways + np.log(s) + np.log(near) + log_integral), 0.0)
    stayed = np.exp(log_ways + log_count(t) + log_stayed(t))
    return (stayed + left).reshape(shape)[()]


def _log_integral_of_hill(log_hill: Callable, slope: Callable, end: np.ndarray) -> np.ndarray:
    """Integrate a hill from 0 to ``end``, between the two places where it has become nothing."""
    start = np.zeros(len(end))
    _before, top = _crossing(lambda v: slope(v) > 0, start, end)
    height = log_hill(top)
    low, _after = _crossing(lambda v: log_hill(v) < height - NOTHING, start, top)
    _before, high = _crossing(lambda v: log_hill(v) > height - NOTHING, top, end)
    size = FEW if (high - low).max() <= LONG else MANY
    points, weights = _gauss_legendre(size)
    total = np.zeros(len(end))
    for point, weight in zip(points, weights, strict=True):
        total += weight * np.exp(log_hill(low + (high - low) * point) - height)
    return height + np.log(total * (high - low))


def _crossing(before: Callable, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Enclose the place where a condition that holds first ceases to hold, by halving."""
    for _half in range(HALVINGS):
        middle = (low + high) / 2
        holds = before(middle)
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return low, high


def _reach(near: np.ndarray, far: np.ndarray, ratio: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return how far to integrate: to the end, or to where the hill has become nothing.

    It falls by (near-1)v + far·log(1 + ratio(e^v - 1)), and either term alone must reach NOTHING.
    """
    with np.errstate(divide="ignore", over="ignore"):
        by_near = np.where(near > 1, NOTHING / np.maximum(near - 1, 0), np.inf)
        by_far = np.log1p(np.expm1(NOTHING / far) / ratio)
    return np.minimum(whole, np.minimum(by_near, by_far))


def _integrate(
    near: np.ndarray,
    far: np.ndarray,
    ratio: np.ndarray,
    reach: np.ndarray,
    order: list[int],
    with_covariances: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    r"""Logarithm of :math:`\int_0^V e^{-(a-1)v}(1+k(e^v-1))^{-b}\,dv`, and means over its hill.

    A few rows at a time, and each with as many points as it needs.
    """
    log_integral, means = np.empty(len(reach)), np.empty((4, len(reach)))
    covariances = np.empty((4, 4, len(reach))) if with_covariances else None
    done = np.zeros(len(reach), dtype=bool)
    for longest, deepest, size in POINTS:
        fits = ~done & (reach <= longest) & ((near + far) * reach <= deepest)
        done |= fits
        rows = np.flatnonzero(fits)
        for start in range(0, len(rows), ROWS_AT_A_TIME):
            part = rows[start : start + ROWS_AT_A_TIME]
            at_rows = (column[part] for column in (near, far, ratio, reach))
            features, hill, total = _hill(*at_rows, order, size)
            mean = means[:, part] = np.einsum("kij,ij->ki", features, hill)
            with np.errstate(divide="ignore"):  # no time, no integral
                log_integral[part] = np.log(reach[part]) + np.log(total)
            if covariances is not None:
                squares = np.einsum("kij,lij->kli", features * hill, features)
                covariances[..., part] = squares - mean * mean[:, None]
    return log_integral, means, covariances


def _hill(
    near: np.ndarray,
    far: np.ndarray,
    ratio: np.ndarray,
    reach: np.ndarray,
    order: list[int],
    size: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """At the points of each row: the four quantities, their weights, and the sum of the hill."""
    points, weights = _gauss_legendre(size)
    features = np.empty((4, len(reach), size))
    v, near_share, far_log, far_share = (features[place] for place in order)
    np.multiply(reach[:, None], points, out=v)
    near_gain = np.expm1(v)
    far_gain = near_gain * ratio[:, None]
    np.divide(near_gain, near_gain + 1, out=near_share)
    np.divide(far_gain, far_gain + 1, out=far_share)
    np.log1p(far_gain, out=far_log)
    hill = np.exp((1 - near)[:, None] * v - far[:, None] * far_log)
    hill *= weights
    total = hill.sum(axis=1)
    return features, hill / total[:, None], total


@cache
def _gauss_legendre(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Points y² and weights 2y·w of an integral from 0 to 1, from those of Gauss-Legendre in y."""
    points, weights = np.polynomial.legendre.leggauss(size)
    y = (points + 1) / 2
    return y**2, y * weights
