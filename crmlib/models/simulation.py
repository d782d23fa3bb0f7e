"""Simulated shops: every customer's truth is known, so that a fit can be put to the test."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _
from crmlib.models.checks import refuse_bad_times


@dataclass(frozen=True)
class Simulation:
    """A simulated shop.

    Attributes
    ----------
    summary : DataFrame
        ``frequency``, ``recency``, ``T`` and ``holdout_purchases``, one row per customer.
    purchases : DataFrame
        ``customer_id`` and ``time`` since the customer's first purchase, which is at 0.
    truth : DataFrame
        What no shop can see: each customer's ``rate`` (purchases per unit of time while alive),
        how he or she leaves (``dropout_probability`` after a purchase, or ``lifetime``) and
        whether he or she is ``alive`` when observation ends.
    """

    summary: pd.DataFrame
    purchases: pd.DataFrame
    truth: pd.DataFrame


def simulate_with_coins(
    rate: np.ndarray,
    dropout: np.ndarray,
    T: ArrayLike,
    holdout: float,
    random: np.random.Generator,
    coin_after_first: bool = False,
) -> Simulation:
    """Let every customer buy at his or her rate, and leave after a purchase by his or her coin."""
    T = _observed(T, holdout, len(rate))
    alive_at_T = np.ones(len(rate), dtype=bool)
    if coin_after_first:
        alive_at_T = random.random(len(rate)) >= dropout

    def leaves(active: np.ndarray, now: np.ndarray) -> np.ndarray:
        gone = random.random(len(active)) < dropout[active]
        alive_at_T[active[gone & (now <= T[active])]] = False
        return gone

    purchases = _buy(rate, T + holdout, np.flatnonzero(alive_at_T), random, leaves)
    return _simulation(
        purchases, T, {"rate": rate, "dropout_probability": dropout, "alive": alive_at_T}
    )


def simulate_with_lifetimes(
    rate: np.ndarray,
    lifetime: np.ndarray,
    T: ArrayLike,
    holdout: float,
    random: np.random.Generator,
) -> Simulation:
    """Let every customer buy at his or her rate until his or her lifetime is over."""
    T = _observed(T, holdout, len(rate))
    until = np.minimum(T + holdout, lifetime)
    everybody = np.arange(len(rate))
    purchases = _buy(
        rate, until, everybody, random, lambda active, _now: np.zeros(len(active), bool)
    )
    return _simulation(purchases, T, {"rate": rate, "lifetime": lifetime, "alive": lifetime > T})


def _observed(T: ArrayLike, holdout: float, n: int) -> np.ndarray:
    refuse_bad_times(T=T, holdout=holdout)
    T = np.asarray(T, float)
    if T.ndim and len(T) != n:
        raise ValueError(
            _("T has {given} entries for {n} customers; give one number, or one each.").format(
                given=len(T), n=n
            )
        )
    return np.broadcast_to(T, n)


def _buy(
    rate: np.ndarray,
    until: np.ndarray,
    active: np.ndarray,
    random: np.random.Generator,
    leaves: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> pd.DataFrame:
    """Purchase after purchase, for all who are still active at once."""
    n = len(rate)
    # a rate so small that it has become 0 would divide by zero below
    rate = np.maximum(rate, np.finfo(float).tiny)
    now = np.zeros(n)
    customers, times = [np.arange(n)], [now.copy()]
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] <= until[active]]
        customers.append(active)
        times.append(now[active].copy())
        active = active[~leaves(active, now[active])]
    table = {"customer_id": np.concatenate(customers), "time": np.concatenate(times)}
    return pd.DataFrame(table).sort_values(["customer_id", "time"], ignore_index=True)


def _simulation(purchases: pd.DataFrame, T: np.ndarray, truth: dict[str, np.ndarray]) -> Simulation:
    customer, time = purchases["customer_id"].to_numpy(), purchases["time"].to_numpy()
    index = pd.RangeIndex(len(T), name="customer_id")
    seen = time <= T[customer]
    recency = np.zeros(len(T))
    np.maximum.at(recency, customer[seen], time[seen])
    summary = {
        "frequency": np.bincount(customer[seen], minlength=len(T)) - 1,
        "recency": recency,
        "T": T,
        "holdout_purchases": np.bincount(customer[~seen], minlength=len(T)),
    }
    return Simulation(
        pd.DataFrame(summary, index=index), purchases, pd.DataFrame(truth, index=index)
    )
