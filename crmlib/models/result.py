"""What a fit found: estimates, their uncertainty, and how well they describe the data."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from crmlib.core.i18n import gettext as _
from crmlib.models.checks import FitError
from crmlib.models.edges import Edge, Limit

if TYPE_CHECKING:
    from crmlib.models.fit import Model

STEP = 1e-4


@dataclass(frozen=True)
class FitWarning:
    """Something the reader of a fit must know: a short code, and the matter in words."""

    code: str
    text: str

    def __str__(self) -> str:
        return self.text


class Result:
    """What a fit found.

    Attributes
    ----------
    params : Series
        Maximum likelihood estimates. Where the optimum lies at an edge, numbers that stand for 0
        or infinity: use them for predictions, and read ``summary()`` and ``limit`` instead.
    bse : Series
        Standard errors, from the curvature of the log-likelihood at its maximum; NaN for
        parameters at an edge.
    llf : float
        The log-likelihood itself, in the data's own unit of time, so that models fitted to the
        same table can be compared.
    aic, bic : float
        Akaike's and Schwarz's criteria; smaller is better. BIC counts customers.
    nobs : float
        Number of customers (the sum of the counts).
    limit : Limit or None
        The simpler model that the fit has become, where the optimum lies at an edge.
    warnings : tuple of FitWarning
        Empty, or what the reader must know before using the numbers.
    """

    # Quantities that are shares: their intervals stay between 0 and 1.
    shares: tuple[str, ...] = ()

    def __init__(
        self,
        model: "Model",
        params: np.ndarray,
        search_covariance: np.ndarray,
        warnings: tuple[FitWarning, ...],
        limit: Limit | None = None,
        edges: tuple[Edge, ...] = (),
        llf: float | None = None,
    ):
        self.model = model
        self.params = pd.Series(params, index=model.names, name="estimate")
        self.llf = model.loglike(params) if llf is None else float(llf)
        self.nobs = model.nobs
        self.warnings = warnings
        self.limit = limit
        self._edges = edges
        self._search_covariance = search_covariance

    @property
    def aic(self) -> float:
        """Akaike's criterion, -2 llf + 2 (number of parameters)."""
        return -2 * self.llf + 2 * len(self.params)

    @property
    def bic(self) -> float:
        """Schwarz's criterion, -2 llf + log(customers) (number of parameters)."""
        return -2 * self.llf + np.log(self.nobs) * len(self.params)

    @property
    def bse(self) -> pd.Series:
        """Standard errors."""
        variance = np.diag(self._search_covariance) * self._steps**2
        return pd.Series(np.sqrt(variance), index=self.params.index, name="standard_error")

    def cov_params(self) -> pd.DataFrame:
        """Covariance matrix of the estimates (inverse of the observed information)."""
        names = self.params.index
        covariance = np.outer(self._steps, self._steps) * self._search_covariance
        return pd.DataFrame(covariance, index=names, columns=names)

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Confidence intervals at level 1 - ``alpha``, one row per parameter.

        They are symmetric for the logarithm of a positive parameter, so that none reaches below
        zero, and symmetric for the coefficient of a covariate.
        """
        if not 0 < alpha < 1:
            raise ValueError(
                _("alpha is {alpha}; expected a share such as 0.05 (for 95%).").format(alpha=alpha)
            )
        half = special.ndtri(1 - alpha / 2) * np.sqrt(np.diag(self._search_covariance))
        place = self.model._to_search(self.params.to_numpy())
        ends = {
            "lower": self.model._to_params(place - half),
            "upper": self.model._to_params(place + half),
        }
        return pd.DataFrame(ends, index=self.params.index)

    def summary(self) -> pd.DataFrame:
        """Estimates, standard errors and 95% intervals as one table.

        At an edge a parameter is shown as what it tends to, 0 or infinity, and a further row
        holds what remains meaningful, such as the ratio of two infinite ones.
        """
        table = pd.concat([self.params, self.bse, self.conf_int()], axis=1)
        for edge in self._edges:
            for name, value in edge.becomes.items():
                table.loc[name] = [value, np.nan, np.nan, np.nan]
            if edge.ratio:
                name, of_params = edge.ratio
                table.loc[name] = self._ratio_row(of_params)
        return table

    def _ratio_row(self, of_params: Callable[[dict[str, float]], float]) -> list[float]:
        if np.isfinite(self._search_covariance).any():
            return list(self.interval(lambda fit: of_params(fit.params.to_dict())))
        return [of_params(self.params.to_dict()), np.nan, np.nan, np.nan]

    def interval(
        self,
        quantity: "str | Callable[[Result], Any]",
        *arguments: Any,
        level: float = 0.95,
        draws: pd.DataFrame | None = None,
        **named: Any,
    ) -> pd.DataFrame | pd.Series:
        """Return an expectation with the uncertainty that comes from estimated parameters.

        Parameters
        ----------
        quantity : str or callable
            Name of a method of this result, such as "expected_purchases", or a function of a
            result that returns a number, an array or a Series:
            ``result.interval(lambda fit: fit.expected_purchases(39).sum())``.
        *arguments, **named
            Handed on to the method.
        level : float
            Confidence level, such as 0.95.
        draws : DataFrame, optional
            Parameters as from :meth:`bootstrap`; the interval then holds the middle share
            ``level`` of the quantity over the draws. By default the delta method is used.

        Returns
        -------
        DataFrame or Series
            ``estimate``, ``standard_error``, ``lower`` and ``upper``. Intervals of the delta
            method are symmetric for the logarithm of the quantity (for its log odds, where it is
            a share), so that they stay within what is possible.

        Notes
        -----
        This is the uncertainty of the *expectation*. What one customer, or a shop, will really
        buy scatters around it; ``simulate`` shows by how much.
        """
        if not 0 < level < 1:
            raise ValueError(
                _("level is {level}; expected a share such as 0.95.").format(level=level)
            )

        def at(fit: Result) -> Any:
            if callable(quantity):
                return quantity(fit, *arguments, **named)
            return getattr(fit, quantity)(*arguments, **named)

        estimate = at(self)
        values = np.asarray(estimate, float)
        share = quantity in self.shares if isinstance(quantity, str) else False
        if draws is None:
            found = self._by_delta_method(at, values, share, level)
        else:
            found = self._by_draws(at, draws, level)
        columns = ["estimate", "standard_error", "lower", "upper"]
        if values.ndim == 0:
            return pd.Series([float(v) for v in (values, *found)], index=columns)
        index = estimate.index if isinstance(estimate, pd.Series) else None
        return pd.DataFrame(dict(zip(columns, (values, *found), strict=True)), index=index)

    def bootstrap(self, n: int, seed: int) -> pd.DataFrame:
        """Fit the model again to ``n`` shops drawn from the customers with replacement.

        Cheap, since customers with one history are drawn together: only weights change.

        Returns
        -------
        DataFrame
            One row of parameters per draw; hand it to :meth:`interval`.
        """
        if n < 1 or int(n) != n:
            raise ValueError(_("n is {n}; expected a whole number of draws.").format(n=n))
        random = np.random.default_rng(seed)
        weights, customers = self.model.weights, round(self.nobs)
        start = self.model._to_search(self.params.to_numpy())
        held = {name: np.nan for edge in self._edges for name in edge.held}
        rows = []
        for _draw in range(int(n)):
            drawn = random.multinomial(customers, weights / weights.sum()).astype(float)
            found = self.model._reweighted(drawn)._search(start, held)
            rows.append(self.model._to_params(found.place))
        return pd.DataFrame(rows, columns=self.params.index)

    def at(self, params: np.ndarray) -> "Result":
        """Return this result with other parameters, as if they had been estimated."""
        other = copy.copy(self)
        other.params = pd.Series(np.asarray(params, float), self.params.index, name="estimate")
        return other

    def _new(self, formula: Callable, customers: pd.DataFrame | None, *arguments: ArrayLike) -> Any:
        """Evaluate a formula for a new customer, or for each of a table with covariates."""
        if self.model.effects and customers is None:
            columns = [name for part in self.model.effects for name in part.columns]
            raise FitError(
                _(
                    "New customers differ by {columns}: say whom you mean with customers=, a table "
                    "with these columns."
                ).format(columns=", ".join(repr(name) for name in dict.fromkeys(columns)))
            )
        table = pd.DataFrame() if customers is None else customers
        for argument in arguments if customers is not None else ():
            if np.ndim(argument) and len(argument) != len(customers):
                raise ValueError(
                    _("{given} values for {n} customers; give one number, or one each.").format(
                        given=len(argument), n=len(customers)
                    )
                )
        params = self.model.parameters_of(self.params.to_numpy(), table)
        values = formula(*arguments, **params)
        if customers is not None and np.shape(values) == (len(customers),):
            return pd.Series(values, index=customers.index)
        return values

    def _new_parameters(self, n: int) -> dict[str, Any]:
        """Parameters of ``n`` simulated customers: with covariates, those of the fit in turn."""
        table = self.model.summary
        if self.model.effects:
            table = table.iloc[np.arange(n) % len(table)]
        return self.model.parameters_of(self.params.to_numpy(), table)

    @property
    def _steps(self) -> np.ndarray:
        return self.model._steps(self.params.to_numpy())

    def _by_delta_method(
        self, at: Callable, values: np.ndarray, share: bool, level: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        free = np.isfinite(np.diag(self._search_covariance))
        if not free.any():
            raise FitError(
                _(
                    "This fit has no standard errors, so the delta method has nothing to go on. "
                    "Give draws=result.bootstrap(200, seed=1) instead."
                )
            )
        place = self.model._to_search(self.params.to_numpy())
        slopes = []
        for move in np.eye(len(place))[free] * STEP:
            ends = [at(self.at(self.model._to_params(place + sign * move))) for sign in (1, -1)]
            up, down = (np.asarray(end, float) for end in ends)
            with np.errstate(invalid="ignore"):  # an infinite quantity has no slope
                slopes.append((up - down) / (2 * STEP))
        slopes = np.array(slopes)
        covariance = self._search_covariance[np.ix_(free, free)]
        error = np.sqrt(np.einsum("i...,ij,j...->...", slopes, covariance, slopes))
        half = special.ndtri((1 + level) / 2) * error
        with np.errstate(divide="ignore", invalid="ignore"):
            if share:
                odds, width = special.logit(values), half / (values * (1 - values))
                lower, upper = special.expit(odds - width), special.expit(odds + width)
                sure = (values <= 0) | (values >= 1)
            else:
                lower = np.where(values > 0, values * np.exp(-half / values), values - half)
                upper = np.where(values > 0, values * np.exp(half / values), values + half)
                sure = values == 0
        return error, np.where(sure, values, lower), np.where(sure, values, upper)

    def _by_draws(
        self, at: Callable, draws: pd.DataFrame, level: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        found = np.array([np.asarray(at(self.at(row)), float) for row in draws.to_numpy()])
        lower, upper = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return found.std(axis=0, ddof=1), lower, upper

    def __repr__(self) -> str:
        return "\n".join([self._headline(), self.summary().round(4).to_string(), *self._notes()])

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{_escape(note)}</p>" for note in self._notes())
        table = self.summary().round(4).to_html(border=0)
        return f"<p>{_escape(self._headline())}</p>{table}{notes}"

    def _headline(self) -> str:
        return _(
            "{model}, {customers:,.0f} customers: log-likelihood {llf:,.2f}, AIC {aic:,.2f}"
        ).format(model=self.model.title, customers=self.nobs, llf=self.llf, aic=self.aic)

    def _notes(self) -> list[str]:
        return [_("Take care: {warning}").format(warning=warning) for warning in self.warnings]


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
