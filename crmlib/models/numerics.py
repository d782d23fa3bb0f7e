"""Differences of log-gamma functions that keep their digits, however large the arguments.

Every model of this kit needs log Γ(a+k) − log Γ(a). Where a is huge (a shop in which everybody is
the same has a → ∞) the two terms agree in all the digits that a computer keeps, and their
difference is noise: log-likelihoods computed so jump, even above zero. From ``LARGE`` on we use
Stirling's series for the difference itself.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

# One number for the whole shop, or (with covariates) an array with one per row.
Parameter = float | np.ndarray

LARGE = 50.0


def log_rising(a: ArrayLike, k: ArrayLike) -> np.ndarray:
    r"""Logarithm of the rising factorial, :math:`\log\Gamma(a+k)-\log\Gamma(a)`.

    Parameters
    ----------
    a : array_like
        Above 0.
    k : array_like
        0 or more; whole numbers or not.

    Returns
    -------
    ndarray or float
        0 where ``k`` is 0; relative error below 1e-12 for any size of ``a``.

    Examples
    --------
    >>> float(np.exp(log_rising(3.0, 2)).round(9))  # 3 · 4
    12.0
    >>> float(log_rising(1e15, 2) - 2 * np.log(1e15))  # plain differences are off by several units
    0.0
    """
    a, k = np.asarray(a, float), np.asarray(k, float)
    if not (a > LARGE).any():
        return special.gammaln(a + k) - special.gammaln(a)
    big = np.maximum(a, LARGE)
    series = (
        (big - 0.5) * np.log1p(k / big) + k * np.log(big + k) - k
        + _stirling(big + k) - _stirling(big)
    )  # fmt: skip
    return np.where(a > LARGE, series, special.gammaln(a + k) - special.gammaln(a))


def digamma_rise(a: ArrayLike, k: ArrayLike) -> np.ndarray:
    r"""Return the slope of :func:`log_rising` in ``a``, :math:`\psi(a+k)-\psi(a)`.

    Examples
    --------
    >>> float(digamma_rise(3.0, 2).round(9))  # 1/3 + 1/4
    0.583333333
    >>> float((digamma_rise(1e12, 2) * 1e12).round(9))
    2.0
    """
    a, k = np.asarray(a, float), np.asarray(k, float)
    if not (a > LARGE).any():
        return special.psi(a + k) - special.psi(a)
    big = np.maximum(a, LARGE)
    series = np.log1p(k / big) + 0.5 * k / (big * (big + k)) + _below(big + k) - _below(big)
    return np.where(a > LARGE, series, special.psi(a + k) - special.psi(a))


def trigamma_rise(a: ArrayLike, k: ArrayLike) -> np.ndarray:
    r"""Return the slope of :func:`digamma_rise` in ``a``, :math:`\psi'(a+k)-\psi'(a)`.

    Examples
    --------
    >>> float(trigamma_rise(3.0, 1).round(9))  # -1/9
    -0.111111111
    >>> float((trigamma_rise(1e12, 2) * 1e24).round(9))
    -2.0
    """
    a, k = np.asarray(a, float), np.asarray(k, float)
    plain = special.zeta(2, a + k) - special.zeta(2, a)
    if not (a > LARGE).any():
        return plain
    big = np.maximum(a, LARGE)
    end = big + k
    series = -k / (big * end) * (1 + 0.5 / big + 0.5 / end) + _above(end) - _above(big)
    return np.where(a > LARGE, series, plain)


def log_beta_ratio(a: ArrayLike, b: ArrayLike, i: ArrayLike, j: ArrayLike) -> np.ndarray:
    r"""Logarithm of :math:`B(a+i,\,b+j)/B(a,\,b)`: the chance of i heads, then j tails in a row.

    Examples
    --------
    >>> float(np.exp(log_beta_ratio(1.0, 1.0, 0, 1)))  # a fair prior: one tail in two
    0.5
    """
    return log_rising(a, i) + log_rising(b, j) - log_rising(np.add(a, b), np.add(i, j))


def log_tails(a: ArrayLike, b: ArrayLike, k: ArrayLike) -> np.ndarray:
    r"""Logarithm of :math:`B(a,\,b+k)/B(a,\,b)`, also where ``k`` is huge or no whole number.

    It is the chance of k tails in a row, where coins differ as a Beta(a, b).

    Parameters
    ----------
    a, b : array_like
        Above 0.
    k : array_like
        0 or more.

    Returns
    -------
    ndarray or float
        0 or less; 0 where ``k`` is 0.

    Examples
    --------
    >>> float(np.exp(log_tails(1.0, 1.0, 3)).round(9))  # 1 in k + 1
    0.25
    >>> float(log_tails(1.0, 1.0, 1e30) / np.log(1e30))
    -1.0
    """
    # a and k play the same part; the smaller one makes the smaller difference
    a, b, k = np.broadcast_arrays(*(np.asarray(value, float) for value in (a, b, k)))
    small, large = np.minimum(a, k), np.maximum(a, k)
    # where b outweighs it, the difference would cancel: we integrate its slope, with two points
    close, aside = small < 1e-2 * b, (1 - 1 / np.sqrt(3)) / 2
    slopes = [digamma_rise(b + small * share, large) for share in (aside, 1 - aside)]
    direct = log_rising(b + large, small) - log_rising(b, small)
    return -np.where(close, small / 2 * (slopes[0] + slopes[1]), direct)[()]


def _stirling(a: np.ndarray) -> np.ndarray:
    """What log Γ(a) is above (a - ½) log a - a + ½ log 2π, for large a."""
    square = (1 / a) ** 2
    return (1 / 12 - square * (1 / 360 - square / 1260)) / a


def _below(a: np.ndarray) -> np.ndarray:
    """What ψ(a) is above log a - 1/(2a), for large a."""
    square = (1 / a) ** 2
    return -square * (1 / 12 - square * (1 / 120 - square / 252))


def _above(a: np.ndarray) -> np.ndarray:
    """What ψ'(a) is above 1/a + 1/(2a²), for large a."""
    square = (1 / a) ** 2
    return square / a * (1 / 6 - square * (1 / 30 - square / 42))
