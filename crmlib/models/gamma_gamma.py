r"""Gamma-Gamma: how much a customer spends per purchase.

The story. Each customer has a typical amount of his or her own; single purchases scatter around
it (a Gamma distribution with shape p), and typical amounts differ between customers. With one
purchase we have seen little of a customer and lean on the shop's average; with twenty we believe
the customer's own mean. The model says how far to lean.

The assumption to test before use: how much a customer spends has nothing to do with how *often*
he or she buys.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.checks import FitError, numeric_columns, refuse_bad_parameters, refuse_rows
from crmlib.models.distinct import Column, distinct_column
from crmlib.models.edges import ALMOST_INFINITE, Edge, everybody_the_same
from crmlib.models.fit import FitWarning, Model
from crmlib.models.numerics import Parameter, digamma_rise, log_rising, trigamma_rise
from crmlib.models.opportunities import refuse_bad_numbers
from crmlib.models.result import Result

# Fader, Hardie & Lee (2005) took .11, in CDNOW, for close enough to none.
WORRYING_CORRELATION = 0.2


@dataclass(frozen=True)
class Spending:
    """One entry per distinct customer: repeat purchases, their mean amount, log and total."""

    x: Column
    mean: np.ndarray
    log_mean: np.ndarray
    total: np.ndarray


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


SAME_SPEND = Edge(
    code="same_spend",
    model=N_("one typical amount for all"),
    text=N_(
        "The best fit gives all customers the same typical amount, {ratio:,.4g}: differences "
        "between them look like chance. Use the mean of the shop for everybody."
    ),
    near=lambda params: params["q"] > 50,
    at_edge=everybody_the_same("gamma", "q"),
    held=("q",),
    becomes={"q": np.inf, "gamma": np.inf},
    ratio=("p * gamma / q", lambda params: params["p"] * params["gamma"] / params["q"]),
)
NO_SCATTER = Edge(
    code="no_scatter",
    model=N_("one amount per customer, an inverse gamma distribution"),
    text=N_(
        "The best fit gives every customer exactly the same amount at each purchase. That is a "
        "subscription rather than shopping: use each customer's own mean."
    ),
    near=lambda params: params["p"] > 50,
    at_edge=lambda params: {
        "p": ALMOST_INFINITE,
        "gamma": params["p"] * params["gamma"] / ALMOST_INFINITE,
    },
    held=("p",),
    becomes={"p": np.inf, "gamma": 0.0},
    ratio=("p * gamma", lambda params: params["p"] * params["gamma"]),
)


class GammaGammaResult(Result):
    """A fitted Gamma-Gamma model; see :class:`crmlib.models.result.Result` for the common part."""

    def expected_spend(self, summary: pd.DataFrame | None = None) -> pd.Series:
        """Expected amount per purchase of each customer of ``summary`` (by default the fit's).

        Customers without a repeat purchase get the mean of the shop.
        """
        table = self.model.summary if summary is None else summary
        if summary is not None:
            _refuse_impossible_spend(numeric_columns(summary, list(self.model.columns)))
        values = expected_spend(table["frequency"], table["monetary_value"], **self.params)
        return pd.Series(values, index=table.index, name="expected_spend")

    def mean_spend(self) -> float:
        """Mean of the customers' typical amounts, p·γ/(q-1); infinite where q <= 1."""
        return float(expected_spend(0, 0.0, **self.params))

    def frequency_correlation(self) -> float:
        """Correlation of mean amount and frequency among the repeat buyers, -1 to 1.

        The model assumes that the two have nothing to do with each other, so it should be close
        to 0. NaN where all have the same frequency.
        """
        return self.model.frequency_correlation()

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
    edges = (SAME_SPEND, NO_SCATTER)

    def _refuse(self, table: pd.DataFrame) -> None:
        _refuse_impossible_spend(table)
        x, m = table["frequency"].to_numpy(), table["monetary_value"].to_numpy()
        refuse_rows(
            table,
            (x > 0) & (m == 0),
            N_(
                "{number} repeat buyers have a mean amount of 0, which this model cannot describe. "
                "Set them aside knowingly: summary[summary.monetary_value > 0]."
            ),
        )
        repeats = x > 0
        if repeats.sum() < 2:
            raise FitError(
                _("Fewer than two customers bought again: there is no repeat spend to compare.")
            )
        if np.ptp(m[repeats]) == 0:
            raise FitError(
                _("All customers spend exactly the same on average: there is nothing to model.")
            )

    def _usable(self, table: pd.DataFrame) -> np.ndarray:
        return (table["frequency"] > 0).to_numpy()

    def _arrange(self, x: np.ndarray, m: np.ndarray) -> Spending:
        return Spending(distinct_column(x), m, np.log(m), x * m)

    def _start(self) -> np.ndarray:
        """Divide the variance of log amounts: what falls as 1/x is scatter, the rest differences.

        Under the model it is ψ'(p·x) + ψ'(q), and ψ'(z) is close to 1/z + 1/(2z²).
        """
        rarity, logs, share = 1 / self.data.x.rows, self.data.log_mean, self.weights / self.nobs
        squares = (logs - share @ logs) ** 2
        variance, mean_rarity = share @ squares, share @ rarity
        above = share * (rarity - mean_rarity)
        slope = (above @ squares) / (above @ rarity) if np.ptp(rarity) else 0.5 * variance
        scatter = np.clip(slope * mean_rarity, 0.02 * variance, 0.98 * variance)
        p = _inverse_trigamma(scatter / mean_rarity)
        q = _inverse_trigamma(variance - scatter)
        log_rate = self.data.x.map(lambda p, x: special.psi(p * x) - np.log(x), p) - logs
        return np.array([p, q, np.exp(special.psi(q) - share @ log_rate)])

    def _by_row(self, p: Parameter, q: Parameter, gamma: Parameter):
        x, total = self.data.x, self.data.total
        below, above = np.log1p(total / gamma), np.log1p(gamma / total)
        value = (
            x.map(_log_inverse_beta, p, q)
            - q * below - p * x.rows * above - self.data.log_mean
        )  # fmt: skip
        slopes = (
            x.rows * (x.map(lambda p, q, x: digamma_rise(p * x, q), p, q) - above),
            x.map(lambda p, q, x: digamma_rise(q, p * x), p, q) - below,
            (q * total / gamma - p * x.rows) / (gamma + total),
        )
        return value, slopes

    def _second_derivatives(self, p: float, q: float, gamma: float) -> np.ndarray:
        x, total, weights = self.data.x, self.data.total, self.weights
        customers = np.bincount(x.place, weights)
        times, shape = x.distinct, p * x.distinct
        both = customers @ (times * special.zeta(2, shape + q))
        inverse = 1 / (gamma + total)
        p_gamma = -weights @ (x.rows * inverse)
        q_gamma = weights @ (total * inverse) / gamma
        by_gamma = weights @ ((p * x.rows + q) * inverse * inverse) - q * self.nobs / gamma**2
        return np.array(
            [
                [customers @ (times**2 * trigamma_rise(shape, q)), both, p_gamma],
                [both, customers @ trigamma_rise(q, shape), q_gamma],
                [p_gamma, q_gamma, by_gamma],
            ]
        )

    def frequency_correlation(self) -> float:
        """Correlation of mean amount and frequency among the repeat buyers; may be NaN."""
        share, m = self.weights / self.nobs, self.data.mean / self.data.mean.max()
        x, m = (values - share @ values for values in (self.data.x.rows, m))
        if np.ptp(x) == 0:
            return np.nan
        return float(share @ (x * m) / np.sqrt((share @ x**2) * (share @ m**2)))

    def _remarks(self, params: dict[str, float]) -> Iterator[FitWarning]:
        if params["q"] <= 1:
            yield FitWarning(
                "infinite_mean",
                _(
                    "q is 1 or less: under this fit the mean spend of the shop is infinite. A few "
                    "very large purchases dominate; look at them before you forecast."
                ),
            )
        correlation = self.frequency_correlation()
        clear = abs(correlation) > 3 / np.sqrt(self.nobs)
        if clear and abs(correlation) > WORRYING_CORRELATION:
            yield FitWarning(
                "not_independent",
                _(
                    "How much customers spend per purchase goes with how often they buy "
                    "(correlation {correlation:.2f}), which this model takes to be unrelated. Fit "
                    "frequent and rare buyers apart, or compare the forecasts of both with what "
                    "they spent."
                ).format(correlation=correlation),
            )


def _inverse_trigamma(variance: float) -> float:
    """Return about the z at which ψ'(z) is ``variance``, from 0.001 to 1000."""
    variance = np.clip(variance, 1e-3, 1e6)
    return (1 + np.sqrt(1 + 2 * variance)) / (2 * variance)


def _log_inverse_beta(p: Parameter, q: Parameter, x: np.ndarray) -> np.ndarray:
    """-log B(p·x, q), from the larger of the two, so that it keeps its digits at 1e8."""
    large, small = np.maximum(p * x, q), np.minimum(p * x, q)
    return log_rising(large, small) - special.gammaln(small)


def _refuse_impossible_spend(table: pd.DataFrame) -> None:
    x, m = table["frequency"].to_numpy(), table["monetary_value"].to_numpy()
    refuse_rows(
        table,
        (x < 0) | (x != np.floor(x)),
        N_("{number} rows have a frequency that is not a whole number of 0 or more."),
    )
    refuse_rows(table, m < 0, N_("{number} rows have a monetary_value below 0."))


def simulate(frequency: ArrayLike, seed: int, *, p: float, q: float, gamma: float) -> pd.DataFrame:
    """Simulate the mean spend of customers, for whom the Gamma-Gamma story is true.

    Parameters
    ----------
    frequency : array_like of int
        Repeat purchases of each customer, 0 or more.
    seed : int
        The same seed gives the same amounts.
    p, q, gamma : float
        Parameters, all positive; ``gamma`` in the unit of money. Each is one number, or an array
        with one per customer.

    Returns
    -------
    DataFrame
        ``frequency``, ``monetary_value`` (0 where frequency is 0) and ``typical_spend`` (the
        customer's true mean).

    Examples
    --------
    >>> simulate([0, 1, 5], seed=1, p=6.0, q=4.0, gamma=15.0).round(2)
       frequency  monetary_value  typical_spend
    0          0            0.00          20.60
    1          1           22.76          20.75
    2          5           15.73          15.82
    """
    refuse_bad_parameters(p=p, q=q, gamma=gamma)
    refuse_bad_numbers(frequency=frequency)
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
