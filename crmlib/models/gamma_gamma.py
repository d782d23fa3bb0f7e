r"""Gamma-Gamma: how much a customer spends per purchase.

The story. Each customer has a typical amount of his or her own; single purchases scatter around
it (a Gamma distribution with shape p), and typical amounts differ between customers. With one
purchase we have seen little of a customer and lean on the shop's average; with twenty we believe
the customer's own mean. The model says how far to lean.

The assumption to test before use: how much a customer spends has nothing to do with how *often*
he or she buys.
"""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.fit import (
    LARGEST,
    FitError,
    FitWarning,
    Model,
    Result,
    _numeric_columns,
    _refuse_rows,
)


def expected_spend(
    frequency: ArrayLike, monetary_value: ArrayLike, *, p: float, q: float, gamma: float
) -> np.ndarray:
    r"""Expected amount per purchase of a customer with this history.

    .. math:: E[M \mid x, m] = \frac{p\,(\gamma + m x)}{p x + q - 1}

    Parameters
    ----------
    frequency, monetary_value : array_like
        Number of repeat purchases :math:`x` and their mean amount :math:`m`. With x = 0 the
        formula gives the mean of the shop.
    p, q, gamma : float
        Parameters, all positive; ``gamma`` in the unit of money.

    Returns
    -------
    ndarray or float
        In the unit of ``monetary_value``; infinite where p·x + q <= 1.

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42(4), 415-430;
    Fader & Hardie (2013), The Gamma-Gamma model of monetary value.

    Examples
    --------
    >>> float(expected_spend(2, 22.35, p=6.25, q=3.74, gamma=15.44).round(2))
    24.66
    """
    x, m = np.asarray(frequency, float), np.asarray(monetary_value, float)
    below = p * x + q - 1
    with np.errstate(divide="ignore"):
        return np.where(below > 0, p * (gamma + m * x) / np.where(below > 0, below, 1.0), np.inf)


class GammaGammaResult(Result):
    """A fitted Gamma-Gamma model; see :class:`crmlib.models.fit.Result` for the common part."""

    def expected_spend(self, summary: pd.DataFrame | None = None) -> pd.Series:
        """Expected amount per purchase of each customer of ``summary`` (by default the fit's).

        Customers without a repeat purchase get the mean of the shop.
        """
        table = self.model.summary if summary is None else summary
        if summary is not None:
            _refuse_impossible_spend(_numeric_columns(summary, list(self.model.columns)))
        values = expected_spend(table["frequency"], table["monetary_value"], **self.params)
        return pd.Series(values, index=table.index, name="expected_spend")

    def mean_spend(self) -> float:
        """Mean of the customers' typical amounts, p·γ/(q-1); infinite where q <= 1."""
        return float(expected_spend(0, 0.0, **self.params))

    def simulate(self, frequency: ArrayLike, seed: int) -> pd.DataFrame:
        """Simulate mean spend for customers with these frequencies; see :func:`simulate`."""
        return simulate(frequency, seed, **self.params)


class GammaGamma(Model):
    """The Gamma-Gamma model of spend per purchase.

    Parameters
    ----------
    summary : DataFrame
        ``frequency`` (repeat purchases) and ``monetary_value`` (their mean amount), as from
        :func:`crmlib.rfm.summarize`. Customers without a repeat purchase say nothing about
        repeat spend and carry no weight; ``nobs`` counts the others.
    count : str, optional
        Column that says how many customers a row stands for.

    Raises
    ------
    FitError
        When a repeat buyer's mean amount is 0 (a Gamma distribution has no zeros), or fewer than
        two customers bought again.

    Examples
    --------
    >>> spend = simulate(np.tile([1, 2, 5], 2000), seed=2, p=6.0, q=4.0, gamma=15.0)
    >>> round(GammaGamma(spend).fit().mean_spend(), 1)  # the truth is 6 · 15 / (4 - 1) = 30
    29.9
    """

    title = "Gamma-Gamma"
    columns: ClassVar[tuple[str, ...]] = ("frequency", "monetary_value")
    parameter_names = ("p", "q", "gamma")
    scale_parameters: ClassVar[tuple[str, ...]] = ("gamma",)
    result_class = GammaGammaResult

    def _prepare(self, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        _refuse_impossible_spend(table)
        x, m = table["frequency"], table["monetary_value"]
        _refuse_rows(
            table,
            ((x > 0) & (m == 0)).to_numpy(),
            N_(
                "{number} repeat buyers have a mean amount of 0, which this model cannot describe. "
                "Set them aside knowingly: summary[summary.monetary_value > 0]."
            ),
        )
        repeats = (x > 0).to_numpy()
        self.weights = self.weights[repeats]
        self.nobs = float(self.weights.sum())
        if self.nobs < 2:
            raise FitError(
                _("Fewer than two customers bought again: there is no repeat spend to compare.")
            )
        if np.ptp(m[repeats]) == 0:
            raise FitError(
                _("All customers spend exactly the same on average: there is nothing to model.")
            )
        return x.to_numpy()[repeats], m.to_numpy()[repeats]

    def _start(self) -> np.ndarray:
        _, m = self.data
        mean = np.average(m, weights=self.weights)
        return np.array([4.0, 4.0, mean * 3.0 / 4.0])

    def _value_and_score(self, params: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, gamma = params
        x, m = self.data
        shape, total = p * x, x * m
        log_scale, log_total = np.log(gamma + total), np.log(total)
        value = (
            special.gammaln(shape + q) - special.gammaln(shape) - special.gammaln(q)
            + q * np.log(gamma) + shape * log_total - np.log(m) - (shape + q) * log_scale
        )  # fmt: skip
        common = special.psi(shape + q) - log_scale
        score = np.array(
            [
                x * (common - special.psi(shape) + log_total),
                common - special.psi(q) + np.log(gamma),
                q / gamma - (shape + q) / (gamma + total),
            ]
        )
        return value @ self.weights, score @ self.weights

    def _edges(self, params: dict[str, float]) -> Iterator[FitWarning]:
        if params["q"] <= 1:
            yield FitWarning(
                "infinite_mean",
                _(
                    "q is 1 or less: under this fit the mean spend of the shop is infinite. A few "
                    "very large purchases dominate; look at them before you forecast."
                ),
            )
        if params["q"] > LARGEST / 100:
            yield FitWarning(
                "same_spend",
                _(
                    "The best fit gives all customers the same typical amount: differences between "
                    "them look like chance. Use the mean of the shop for everybody."
                ),
            )
        if params["p"] > LARGEST / 100:
            yield FitWarning(
                "no_scatter",
                _(
                    "The best fit gives every customer exactly the same amount at each purchase. "
                    "That is a subscription rather than shopping: use each customer's own mean."
                ),
            )


def _refuse_impossible_spend(table: pd.DataFrame) -> None:
    x, m = table["frequency"].to_numpy(), table["monetary_value"].to_numpy()
    _refuse_rows(
        table,
        (x < 0) | (x != np.floor(x)),
        N_("{number} rows have a frequency that is not a whole number of 0 or more."),
    )
    _refuse_rows(table, m < 0, N_("{number} rows have a monetary_value below 0."))


def simulate(frequency: ArrayLike, seed: int, *, p: float, q: float, gamma: float) -> pd.DataFrame:
    """Simulate the mean spend of customers, for whom the Gamma-Gamma story is true.

    Parameters
    ----------
    frequency : array_like of int
        Repeat purchases of each customer, 0 or more.
    seed : int
        The same seed gives the same amounts.
    p, q, gamma : float
        Parameters, all positive; ``gamma`` in the unit of money.

    Returns
    -------
    DataFrame
        ``frequency``, ``monetary_value`` (0 where frequency is 0) and ``typical_spend`` (the
        customer's true mean).
    """
    random = np.random.default_rng(seed)
    x = np.asarray(frequency)
    rate = random.gamma(q, 1 / gamma, len(x))
    total = random.gamma(p * np.maximum(x, 1)) / rate
    return pd.DataFrame(
        {
            "frequency": x,
            "monetary_value": np.where(x > 0, total / np.maximum(x, 1), 0.0),
            "typical_spend": p / rate,
        },
        index=frequency.index if isinstance(frequency, pd.Series) else None,
    )
