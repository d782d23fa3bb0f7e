"""Buying at given opportunities: the table, its checks, simulation.

A customer's history is three whole numbers: x opportunities with a purchase (``frequency``), the
last of them t_x (``recency``, counted from 1; 0 without any), of ``n`` observed. The purchase that
made somebody a customer comes before the first opportunity and is not counted.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.checks import refuse_rows
from crmlib.models.simulation import Simulation


def refuse_impossible_occasions(table: pd.DataFrame) -> None:
    """Raise a FitError for rows that no customer can have."""
    x, tx, n = (table[column].to_numpy() for column in ("frequency", "recency", "n"))
    whole = N_("{number} rows have in {column} no whole number of 0 or more.")
    for column, values in (("frequency", x), ("recency", tx), ("n", n)):
        refuse_rows(table, (values < 0) | (values != np.floor(values)), whole, column=column)
    refuse_rows(
        table,
        tx > n,
        N_("{number} rows have a recency above n: a purchase after the last opportunity observed."),
    )
    refuse_rows(
        table,
        x > tx,
        N_(
            "{number} rows have a frequency above their recency: more purchases than there were "
            "opportunities up to the last of them."
        ),
    )
    refuse_rows(
        table,
        (x == 0) & (tx > 0),
        N_("{number} rows have no purchase (frequency 0) but a recency above 0; expected 0."),
    )


def refuse_bad_numbers(**numbers: object) -> None:
    """Raise a ValueError for what is no whole number of 0 or more."""
    for name, value in numbers.items():
        given = np.asarray(value, float)
        if not (np.isfinite(given) & (given >= 0) & (given == np.floor(given))).all():
            raise ValueError(
                _("{name} is {value}; expected a whole number of 0 or more.").format(
                    name=name, value=value
                )
            )


def simulate_at_opportunities(
    buys: np.ndarray,
    leaves: np.ndarray,
    opportunities: ArrayLike,
    holdout: int,
    random: np.random.Generator,
) -> Simulation:
    """Let every customer stay, and buy, at each opportunity by coins of his or her own.

    Parameters
    ----------
    buys, leaves : ndarray
        Each customer's chance to buy at an opportunity, and to leave before it.
    opportunities : int or array of int
        How many are observed, for all or for each.
    holdout : int
        How many more there are after that.
    random : numpy.random.Generator
        Source of chance.
    """
    refuse_bad_numbers(opportunities=opportunities, holdout=holdout)
    n = len(buys)
    if np.ndim(opportunities) and len(opportunities) != n:
        raise ValueError(
            _(
                "opportunities has {given} entries for {n} customers; give one number, or one each."
            ).format(given=len(opportunities), n=n)
        )
    observed = np.broadcast_to(np.asarray(opportunities, dtype="int64"), n)
    alive, alive_at_end = np.ones(n, dtype=bool), np.ones(n, dtype=bool)
    customers, times = [np.arange(n)], [np.zeros(n, dtype="int64")]
    for now in range(1, int(observed.max() + holdout) + 1):
        alive &= random.random(n) >= leaves
        alive_at_end = np.where(now <= observed, alive, alive_at_end)
        bought = alive & (random.random(n) < buys) & (now <= observed + holdout)
        customers.append(np.flatnonzero(bought))
        times.append(np.full(bought.sum(), now))
    truth = {"purchase_probability": buys, "dropout_probability": leaves, "alive": alive_at_end}
    return _simulation(np.concatenate(customers), np.concatenate(times), observed, truth)


def _simulation(
    customer: np.ndarray, opportunity: np.ndarray, n: np.ndarray, truth: dict[str, np.ndarray]
) -> Simulation:
    index = pd.RangeIndex(len(n), name="customer_id")
    seen = opportunity <= n[customer]
    recency = np.zeros(len(n), dtype="int64")
    np.maximum.at(recency, customer[seen], opportunity[seen])
    summary = {
        "frequency": np.bincount(customer[seen], minlength=len(n)) - 1,
        "recency": recency,
        "n": n,
        "holdout_purchases": np.bincount(customer[~seen], minlength=len(n)),
    }
    purchases = pd.DataFrame({"customer_id": customer, "opportunity": opportunity})
    purchases = purchases.sort_values(["customer_id", "opportunity"], ignore_index=True)
    return Simulation(pd.DataFrame(summary, index), purchases, pd.DataFrame(truth, index))
