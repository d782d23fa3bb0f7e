"""Histories, each counted once: what makes a fit of a million customers a matter of a second.

Customers share their numbers. A million of them have a few dozen values of x and a few hundred
of T, so a gamma function or a logarithm is computed once per value, not once per customer, and
only repeat buyers are looked at as whole histories (x, t_x, T).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class DistinctHistories:
    """Distinct values with the number of customers behind them.

    Attributes
    ----------
    customers : float
        Number of customers.
    x, customers_with_x : ndarray
        Distinct numbers of repeat purchases, and how many customers have each.
    T, customers_with_T, purchases_with_T : ndarray
        Distinct times observed, how many customers have each, and their repeat purchases in sum.
    tx : ndarray
        Distinct times of the last purchase, of repeat buyers.
    weight, at_x, at_tx, at_T : ndarray
        One entry per distinct history of a repeat buyer: how many customers have it, and the
        places of its three numbers in ``x``, ``tx`` and ``T``.
    """

    customers: float
    x: np.ndarray
    customers_with_x: np.ndarray
    T: np.ndarray
    customers_with_T: np.ndarray
    purchases_with_T: np.ndarray
    tx: np.ndarray
    weight: np.ndarray
    at_x: np.ndarray
    at_tx: np.ndarray
    at_T: np.ndarray


def distinct_histories(
    x: np.ndarray, tx: np.ndarray, T: np.ndarray, weight: np.ndarray
) -> DistinctHistories:
    """Count every distinct history once; ``weight`` says how many customers a row stands for.

    Examples
    --------
    >>> rows = [np.array(v, dtype=float) for v in ([0, 2, 2], [0, 5, 5], [9, 9, 9], [1, 1, 1])]
    >>> distinct_histories(*rows).weight
    array([2.])
    """
    at_x, all_x = pd.factorize(x)
    at_T, all_T = pd.factorize(T)
    repeats = x > 0
    at_tx, all_tx = pd.factorize(tx[repeats])
    # two steps, so that the combined key stays small
    pair, pairs = pd.factorize(at_x[repeats] * len(all_T) + at_T[repeats])
    history, histories = pd.factorize(pair * len(all_tx) + at_tx)
    which_pair, at_tx = np.divmod(histories, len(all_tx))
    which_x, which_T = np.divmod(pairs[which_pair], len(all_T))
    return DistinctHistories(
        customers=float(weight.sum()),
        x=all_x,
        customers_with_x=np.bincount(at_x, weight),
        T=all_T,
        customers_with_T=np.bincount(at_T, weight),
        purchases_with_T=np.bincount(at_T, weight * x),
        tx=all_tx,
        weight=np.bincount(history, weight[repeats]),
        at_x=which_x,
        at_tx=at_tx,
        at_T=which_T,
    )
