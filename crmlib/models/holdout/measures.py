"""Measures of forecasts, where a row may stand for many customers.

With a ``weights`` of ones they are the textbook's: the rank correlation is Spearman's, the area
under the curve is that of Mann and Whitney, with ties in the middle.
"""

import numpy as np
import pandas as pd
from scipy import special


def mean_of(values: np.ndarray, weights: np.ndarray) -> float:
    """Mean over customers; NaN if there are none."""
    total = weights.sum()
    return float(values @ weights / total) if total > 0 else np.nan


def middle_ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How many customers lie below each value, those of the same value half counted.

    Examples
    --------
    >>> middle_ranks(np.array([5.0, 1.0, 5.0]), np.ones(3))
    array([2. , 0.5, 2. ])
    """
    place, distinct = pd.factorize(values, sort=True)
    size = np.bincount(place, weights, minlength=len(distinct))
    return (np.cumsum(size) - size / 2)[place]


def rank_correlation(first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> float:
    """Spearman's rank correlation, -1 to 1; NaN where one of the two is constant.

    Examples
    --------
    >>> round(rank_correlation(np.array([1.0, 2, 3]), np.array([1.0, 9, 8]), np.ones(3)), 3)
    0.5
    """
    ranks = [middle_ranks(values, weights) for values in (first, second)]
    first, second = (values - mean_of(values, weights) for values in ranks)
    scale = np.sqrt(mean_of(first**2, weights) * mean_of(second**2, weights))
    return float(mean_of(first * second, weights) / scale) if scale > 0 else np.nan


def area_under_curve(score: np.ndarray, happened: np.ndarray, weights: np.ndarray) -> float:
    """Chance that of two customers, one who bought and one who did not, the first scores higher.

    0.5 is guessing, 1 perfect; NaN where all or none bought.

    Examples
    --------
    >>> area_under_curve(np.array([0.1, 0.4, 0.9]), np.array([False, True, True]), np.ones(3))
    1.0
    """
    yes, no = weights[happened].sum(), weights[~happened].sum()
    if yes == 0 or no == 0:
        return np.nan
    ranks = middle_ranks(score, weights)[happened] @ weights[happened]
    return float((ranks - yes**2 / 2) / (yes * no))


def share_chosen(score: np.ndarray, weights: np.ndarray, number: float) -> np.ndarray:
    """Which share of each row is among the ``number`` customers with the highest scores.

    Where equal scores meet the border, all of them are chosen in part.

    Examples
    --------
    >>> share_chosen(np.array([0.9, 0.5, 0.5, 0.1]), np.ones(4), 2)
    array([1. , 0.5, 0.5, 0. ])
    """
    place, distinct = pd.factorize(-score, sort=True)
    size = np.bincount(place, weights, minlength=len(distinct))
    before = np.cumsum(size) - size
    return np.clip((number - before) / size, 0.0, 1.0)[place]


def standard_error_of_mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Standard error of the mean over customers, who are taken as independent."""
    centre = mean_of(values, weights)
    return float(np.sqrt(mean_of((values - centre) ** 2, weights) / weights.sum()))


def wilson_interval(hits: float, trials: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share, 0 to 1.

    Written here because ``scipy.stats`` takes longer to import than a whole report to compute.

    Examples
    --------
    >>> low, high = wilson_interval(95, 262)
    >>> round(low, 3), round(high, 3)
    (0.307, 0.422)
    """
    z = special.ndtri((1 + level) / 2)
    share, spread = hits / trials, z**2 / trials
    middle = share + spread / 2
    half = z * np.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return float((middle - half) / (1 + spread)), float((middle + half) / (1 + spread))
