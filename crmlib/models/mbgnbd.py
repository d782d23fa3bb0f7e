"""MBG/NBD: as BG/NBD, but a customer can also leave right after the first purchase.

The story is BG/NBD's with one more coin: it is tossed after *every* purchase, the first included.
So somebody who bought once long ago may be gone, which BG/NBD cannot say. Where many customers
buy only once, as in most shops, this is the more honest story, at no extra parameter.
"""

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crmlib.models import bgnbd
from crmlib.models import coins as coin
from crmlib.models.bgnbd import BGNBD
from crmlib.models.buying import Formulas
from crmlib.models.simulation import Simulation


def probability_alive(
    frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: float, alpha: float, a: float, b: float,
) -> np.ndarray:  # fmt: skip
    r"""Probability that a customer with this history is still a customer.

    .. math:: P = \left[1 + \frac{a}{b+x}
              \left(\frac{\alpha+T}{\alpha+t_x}\right)^{r+x}\right]^{-1}

    Parameters
    ----------
    frequency, recency, T : array_like
        Repeat purchases :math:`x`, time of the last one :math:`t_x` and time observed, in one unit.
    r, alpha, a, b : float or array_like
        Parameters of the model, all positive; ``alpha`` in the same unit of time.

    Returns
    -------
    ndarray or float
        Between 0 and 1; below 1 also where ``frequency`` is 0.

    References
    ----------
    Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for
    customer base analysis, International Journal of Research in Marketing 24(3), 201-209.

    Examples
    --------
    >>> cdnow = {"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}
    >>> probability_alive([0, 2], [0.0, 30.43], 38.86, **cdnow).round(3)
    array([0.39 , 0.706])
    """
    x = np.asarray(frequency, float)
    return special.expit(-coin.log_odds_left(x, x + 1, recency, T, r, alpha, a, b))


def expected_purchases(
    t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: float, alpha: float, a: float, b: float,
) -> np.ndarray:  # fmt: skip
    """Purchases to be expected in the next ``t`` units of time, given the customer's history.

    Who is alive has survived x + 1 coins, and goes on as a BG/NBD customer with r + x, α + T, a
    and b + x + 1.

    Examples
    --------
    >>> cdnow = {"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}
    >>> float(expected_purchases(39, 2, 30.43, 38.86, **cdnow).round(3))
    1.263
    """
    x = np.asarray(frequency, float)
    alive = probability_alive(frequency, recency, T, r=r, alpha=alpha, a=a, b=b)
    scale = alpha + np.asarray(T, float)
    return alive * coin.purchases_while_alive(t, r + x, scale, a, b + x + 1)


def unconditional_purchases(
    t: ArrayLike, *, r: float, alpha: float, a: float, b: float
) -> np.ndarray:
    """Repeat purchases to be expected of a new customer in the first ``t`` units of time.

    Examples
    --------
    >>> float(unconditional_purchases(39, r=.5248, alpha=6.183, a=.8914, b=1.614).round(3))
    1.182
    """
    return _survives_first(a, b) * coin.purchases_while_alive(t, r, alpha, a, np.add(b, 1))


def probability_of(
    x: ArrayLike, t: ArrayLike, *, r: float, alpha: float, a: float, b: float
) -> np.ndarray:
    """Probability that a new customer makes exactly ``x`` repeat purchases in time ``t``.

    Examples
    --------
    >>> float(probability_of(0, 39, r=.5248, alpha=6.183, a=.8914, b=1.614).round(3))
    0.583
    """
    stays = _survives_first(a, b)
    if_stays = coin.count_probability(x, t, r, alpha, a, np.add(b, 1))
    return np.where(np.asarray(x) == 0, 1 - stays, 0.0) + stays * if_stays


def predictive_probability(
    y: ArrayLike, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike,
    *, r: float, alpha: float, a: float, b: float,
) -> np.ndarray:  # fmt: skip
    """Probability that a customer with this history buys exactly ``y`` times in the next ``t``.

    Examples
    --------
    >>> cdnow = {"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}
    >>> float(predictive_probability(0, 39, 0, 0.0, 38.86, **cdnow).round(3))
    0.891
    """
    x = np.asarray(frequency, float)
    alive = probability_alive(frequency, recency, T, r=r, alpha=alpha, a=a, b=b)
    if_alive = coin.count_probability(y, t, r + x, alpha + np.asarray(T, float), a, b + x + 1)
    return np.where(np.asarray(y) == 0, 1 - alive, 0.0) + alive * if_alive


def survival(t: ArrayLike, *, r: float, alpha: float, a: float, b: float) -> np.ndarray:
    """Probability that a new customer is still one after time ``t``; b/(a+b) right at the start.

    Examples
    --------
    >>> survival([0.0, 39.0], r=.5248, alpha=6.183, a=.8914, b=1.614).round(3)
    array([0.644, 0.429])
    """
    return _survives_first(a, b) * coin.survival_if_alive(t, r, alpha, a, np.add(b, 1))


def expected_lifetime(*, r: float, alpha: float, a: float, b: float) -> np.ndarray:
    """Mean time from the first purchase to leaving; infinite where r <= 1 or a <= 1.

    Examples
    --------
    >>> float(expected_lifetime(r=2.0, alpha=4.0, a=2.0, b=3.0))
    12.0
    """
    return _survives_first(a, b) * coin.lifetime_if_alive(r, alpha, a, np.add(b, 1))


def _survival_if_alive(
    t: ArrayLike, x: ArrayLike, _tx: ArrayLike, T: ArrayLike,
    *, r: float, alpha: float, a: float, b: float,
) -> np.ndarray:  # fmt: skip
    return coin.survival_if_alive(t, r + x, alpha + T, a, b + x + 1)


def _lifetime_if_alive(
    x: ArrayLike, _tx: ArrayLike, T: ArrayLike, *, r: float, alpha: float, a: float, b: float
) -> np.ndarray:
    return coin.lifetime_if_alive(r + x, alpha + T, a, b + x + 1)


def _survives_first(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    return np.asarray(b, float) / np.add(a, b)


def simulate(
    n: int, seed: int, *, r: float, alpha: float, a: float, b: float,
    T: ArrayLike, holdout: float = 0.0,
) -> Simulation:  # fmt: skip
    """Simulate a shop in which the MBG/NBD story is true; see :func:`crmlib.models.bgnbd.simulate`.

    Examples
    --------
    >>> shop = simulate(1000, seed=1, r=0.5, alpha=6.0, a=1.0, b=2.0, T=52.0)
    >>> bool(shop.truth["alive"].mean() < 2 / 3)  # a third leaves right after the first purchase
    True
    """
    return bgnbd.simulate(
        n, seed, r=r, alpha=alpha, a=a, b=b, T=T, holdout=holdout, coin_after_first=True
    )


class MBGNBD(BGNBD):
    """The modified BG/NBD: a coin also after the first purchase.

    Parameters
    ----------
    summary : DataFrame
        ``frequency`` (whole numbers), ``recency`` and ``T`` in one unit of time, as from
        :func:`crmlib.rfm.summarize`.
    count : str, optional
        Column that says how many customers a row stands for.
    buying_covariates, dropout_covariates : list of str, optional
        As in :class:`crmlib.models.BGNBD`.

    Examples
    --------
    >>> shop = simulate(4000, seed=1, T=52.0, r=0.5, alpha=6.0, a=0.9, b=3.0)
    >>> MBGNBD(shop.summary).fit().params.round(1).to_dict()
    {'r': 0.6, 'alpha': 6.4, 'a': 0.8, 'b': 2.1}
    """

    title = "MBG/NBD"
    simulator = staticmethod(simulate)
    coins_before_first_repeat: ClassVar[int] = 1
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
