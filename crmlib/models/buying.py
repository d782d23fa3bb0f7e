"""What models of buying without a contract share: their table, its checks, their formulas.

A customer's history is three numbers, x repeat purchases (``frequency``), the last of them at
t_x (``recency``), observed for a time T. Models differ in the story of how customers leave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.checks import FitError, refuse_rows
from crmlib.models.distinct import Column, distinct_column
from crmlib.models.edges import Edge, differing, everybody_the_same
from crmlib.models.fit import LARGEST, SMALLEST, FitWarning, Model

SAME_RATE = Edge(
    code="same_rate",
    model=N_("one buying rate for all"),
    text=N_(
        "The best fit gives all customers the same buying rate, {ratio:.4g} purchases per unit of "
        "time: the data show no difference between heavy and light buyers."
    ),
    near=lambda params: params["r"] > 20,
    at_edge=everybody_the_same("alpha", "r"),
    held=("r",),
    becomes={"r": np.inf, "alpha": np.inf},
    ratio=("r / alpha", lambda params: params["r"] / params["alpha"]),
    inside=differing("alpha", "r"),
)


@dataclass(frozen=True)
class Formulas:
    """The formulas of a model of buying, as functions of a history and of the parameters.

    Every function takes arrays (or numbers) and the parameters by name; a parameter may itself be
    an array with one entry per customer. A history is x, t_x, T.
    """

    probability_alive: Callable  # (x, tx, T): share
    expected_purchases: Callable  # (t, x, tx, T): in the next t
    unconditional_purchases: Callable  # (t): of a new customer
    probability_of: Callable  # (x, t): new customer, exactly x repeat purchases
    predictive_probability: Callable  # (y, t, x, tx, T): exactly y in the next t
    survival: Callable  # (t): new customer still alive after t
    survival_if_alive: Callable  # (t, x, tx, T): alive at T + t, given alive at T
    expected_lifetime: Callable  # (): of a new customer
    lifetime_if_alive: Callable  # (x, tx, T): from T on, given alive at T


@dataclass(frozen=True)
class Histories:
    """One entry per distinct history: repeat purchases, time of the last, time observed."""

    x: Column
    tx: np.ndarray
    T: Column


class BuyingModel(Model):
    """A model of purchases by customers who leave in silence."""

    columns: ClassVar[tuple[str, ...]] = ("frequency", "recency", "T")
    scale_parameters: ClassVar[tuple[str, ...]] = ("alpha",)
    formulas: ClassVar[Formulas]
    simulator: ClassVar[Callable]  # (n, seed, T, holdout): a shop in which the story is true

    def _refuse(self, table: pd.DataFrame) -> None:
        refuse_impossible_histories(table)
        x, T = table["frequency"].to_numpy(), table["T"].to_numpy()
        if len(table) < 2 and len(table.columns) == len(self.columns):
            raise FitError(
                _("One customer is not enough: the model describes how customers differ.")
            )
        if not (T > 0).any():
            raise FitError(_("T is 0 for everybody: nobody was observed after the first purchase."))
        if not (x > 0).any():
            raise FitError(
                _(
                    "Nobody bought on a second day, so the data hold no time between purchases. "
                    "Observe longer, or check that the summary holds all of a customer's purchases."
                )
            )

    def _arrange(self, x: np.ndarray, tx: np.ndarray, T: np.ndarray) -> Histories:
        return Histories(distinct_column(x), tx, distinct_column(T))

    def _rate_of_repeat_buyers(self) -> float:
        """Purchases per unit of time up to the last one: a start for the search, no estimate."""
        x, tx = self.data.x.rows, self.data.tx
        repeats = x > 0
        time = np.maximum(tx[repeats], self.data.T.distinct.max() * 1e-3)
        weights = self.weights[repeats]
        return float(x[repeats] @ weights / (time @ weights))

    def _remarks(self, params: dict[str, float]):
        if params["r"] < SMALLEST * 100:
            yield FitWarning(
                "almost_nobody_buys_again",
                _(
                    "Almost nobody bought again, and the estimate of r lies at its lower edge. "
                    "Observe longer before you forecast."
                ),
            )


def refuse_impossible_histories(table: pd.DataFrame) -> None:
    """Raise a FitError for rows that no customer can have."""
    columns = ["frequency", "recency", "T"]
    x, tx, T = (table[name].to_numpy() for name in columns)
    checks = [
        (
            (x < 0) | (x != np.floor(x)),
            N_("{number} rows have a frequency that is not a whole number of 0 or more."),
        ),
        (
            tx < 0,
            N_(
                "{number} rows have a recency below 0. It is the time from the first purchase "
                "to the last."
            ),
        ),
        (
            tx > T,
            N_(
                "{number} rows have a recency above T: the last purchase would lie after the end "
                "of observation."
            ),
        ),
        (
            (x == 0) & (tx > 0),
            N_(
                "{number} rows have no repeat purchase (frequency 0) but a recency above 0; "
                "expected 0."
            ),
        ),
    ]
    for impossible, text in checks:
        if impossible.any():
            refuse_rows(table[columns], impossible, text)


__all__ = ["LARGEST", "SAME_RATE", "BuyingModel", "Formulas", "Histories"]
