"""One maximum likelihood fit and one result for every model.

A model file holds names and formulas; everything else is here. The manners are statsmodels':
``BGNBD(summary).fit()`` returns a result with ``params``, ``bse``, ``llf``, ``aic``, ``bic``,
``cov_params()``, ``conf_int()`` and ``summary()``. We do not build on statsmodels'
``GenericLikelihoodModel``: it takes over a second to import, knows no row weights (so that its
BIC would be wrong for compressed tables) and prints the clock into its summary.

All parameters of our models are positive, so the search runs over their logarithms. That also
makes it independent of the unit of time: weeks or days only shift a logarithm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import optimize, special

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_

# Beyond these a shape parameter has reached the edge: the likelihood no longer changes, and
# differences of log-gamma functions start to lose digits.
SMALLEST, LARGEST = 1e-5, 1e5
ROWS_SHOWN = 5


class FitError(ValueError):
    """Data that a model cannot be fitted to; the text says why and what to do."""


@dataclass(frozen=True)
class FitWarning:
    """Something the reader of a fit must know: a short code, and the matter in words."""

    code: str
    text: str

    def __str__(self) -> str:
        return self.text


class Model:
    """A model with positive parameters, fitted by maximum likelihood.

    A subclass gives ``parameter_names``, ``result_class``, ``columns`` (those it reads from the
    summary table), ``_prepare`` (table to arrays, with its own checks), ``_start``,
    ``_value_and_score`` (log-likelihood and its gradient in the parameters), and ``_edges``.

    Parameters
    ----------
    summary : DataFrame
        One row per customer, as from :func:`crmlib.rfm.summarize`.
    count : str, optional
        Column that says how many customers a row stands for; by default one each.
    """

    parameter_names: ClassVar[tuple[str, ...]]
    columns: ClassVar[tuple[str, ...]]
    scale_parameters: ClassVar[tuple[str, ...]] = ()
    title: ClassVar[str]

    def __init__(self, summary: pd.DataFrame, count: str | None = None):
        table = _numeric_columns(summary, [*self.columns, *([count] if count else [])])
        self.summary = summary
        self.weights = table[count].to_numpy() if count else np.ones(len(table))
        _refuse_rows(
            table,
            self.weights <= 0,
            N_("{number} rows have a count of 0 or less; expected how many customers a row holds."),
        )
        self.nobs = float(self.weights.sum())
        self.data = self._prepare(table)

    def loglike(self, params: dict[str, float] | pd.Series | np.ndarray) -> float:
        """Log-likelihood of the data at ``params``, in the data's own unit of time."""
        return float(self._value_and_score(self._as_array(params))[0])

    def score(self, params: dict[str, float] | pd.Series | np.ndarray) -> pd.Series:
        """Gradient of :meth:`loglike` in the parameters."""
        _value, score = self._value_and_score(self._as_array(params))
        return pd.Series(score, index=list(self.parameter_names))

    def fit(self) -> "Result":
        """Find the parameters under which the data are most likely.

        Returns
        -------
        Result
            Estimates with their uncertainty. Look at ``warnings``: where the best parameters lie
            at the edge of what is possible, the result says so and names the simpler model.

        Raises
        ------
        FitError
            When the data cannot identify the model; the text says why.
        """
        log_params, covariance, converged = _maximise(self)
        params = np.exp(log_params)
        warnings = tuple(self._edges(dict(zip(self.parameter_names, params, strict=True))))
        if covariance is None:
            covariance = np.full((len(params), len(params)), np.nan)
            warnings += (_flat_warning(),)
        elif not converged:
            warnings += (_not_converged_warning(),)
        return self.result_class(self, params, covariance, warnings)

    def _as_array(self, params: dict[str, float] | pd.Series | np.ndarray) -> np.ndarray:
        if isinstance(params, dict | pd.Series):
            return np.array([float(params[name]) for name in self.parameter_names])
        return np.asarray(params, dtype=float)

    @classmethod
    def _bounds(cls, start: np.ndarray) -> list[tuple[float, float]]:
        """Bounds of the log parameters; a scale parameter's are set around its start."""
        wide = np.log([SMALLEST, LARGEST])
        return [
            tuple(np.log(value) + wide) if name in cls.scale_parameters else tuple(wide)
            for name, value in zip(cls.parameter_names, start, strict=True)
        ]


class Result:
    """What a fit found: estimates, their uncertainty, and how well they describe the data.

    Attributes
    ----------
    params : Series
        Maximum likelihood estimates.
    bse : Series
        Standard errors, from the curvature of the log-likelihood at its maximum.
    llf : float
        The log-likelihood itself, in the data's own unit of time, so that models fitted to the
        same table can be compared.
    aic, bic : float
        Akaike's and Schwarz's criteria; smaller is better. BIC counts customers.
    nobs : float
        Number of customers (the sum of the counts).
    warnings : tuple of FitWarning
        Empty, or what the reader must know before using the numbers.
    """

    def __init__(
        self,
        model: Model,
        params: np.ndarray,
        log_covariance: np.ndarray,
        warnings: tuple[FitWarning, ...],
    ):
        self.model = model
        self.params = pd.Series(params, index=list(model.parameter_names), name="estimate")
        self.llf = model.loglike(params)
        self.nobs = model.nobs
        self.warnings = warnings
        self._log_covariance = log_covariance

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
        return pd.Series(
            np.sqrt(np.diag(self.cov_params())), index=self.params.index, name="standard_error"
        )

    def cov_params(self) -> pd.DataFrame:
        """Covariance matrix of the estimates (inverse of the observed information)."""
        scale = np.outer(self.params, self.params)
        names = self.params.index
        return pd.DataFrame(scale * self._log_covariance, index=names, columns=names)

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Confidence intervals at level 1 - ``alpha``, one row per parameter.

        They are symmetric for the logarithm of the parameter, so that no interval for a positive
        parameter reaches below zero.
        """
        if not 0 < alpha < 1:
            raise ValueError(
                _("alpha is {alpha}; expected a share such as 0.05 (for 95%).").format(alpha=alpha)
            )
        half = special.ndtri(1 - alpha / 2) * self.bse / self.params
        return pd.DataFrame(
            {"lower": self.params * np.exp(-half), "upper": self.params * np.exp(half)}
        )

    def summary(self) -> pd.DataFrame:
        """Estimates, standard errors and 95% intervals as one table."""
        return pd.concat([self.params, self.bse, self.conf_int()], axis=1)

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


def _maximise(model: Model) -> tuple[np.ndarray, np.ndarray | None, bool]:
    """Climb to the maximum with analytic gradients, then polish with Newton's steps."""
    start = model._start()

    def objective(log_params: np.ndarray) -> tuple[float, np.ndarray]:
        params = np.exp(log_params)
        value, score = model._value_and_score(params)
        return -value, -score * params

    found = optimize.minimize(
        objective,
        np.log(start),
        jac=True,
        method="L-BFGS-B",
        bounds=model._bounds(start),
        options={"maxiter": 2000, "maxfun": 4000, "ftol": 1e-11, "gtol": 1e-8 * model.nobs},
    )
    return _polish(found.x, found.fun, found.jac, objective)


def _polish(
    log_params: np.ndarray, value: float, gradient: np.ndarray, objective: Callable
) -> tuple[np.ndarray, np.ndarray | None, bool]:
    """A few Newton steps as long as they still gain; also the covariance where they end."""
    covariance = _covariance(_hessian(log_params, objective))
    for _step in range(10):
        if covariance is None:
            return log_params, None, False
        step = -covariance @ gradient
        # the decrement is twice what a step can still gain, in units of log-likelihood
        decrement = -gradient @ step
        if decrement < 1e-16 or np.abs(step).max() > 1:
            break
        new_value, new_gradient = objective(log_params + step)
        if not new_value <= value + 1e-10 * abs(value):
            break
        log_params, value, gradient = log_params + step, new_value, new_gradient
        if decrement > 1e-8:  # else the curvature at the old place serves at the new one
            covariance = _covariance(_hessian(log_params, objective))
    converged = covariance is not None and gradient @ covariance @ gradient < 1e-6
    return log_params, covariance, bool(converged)


def _hessian(log_params: np.ndarray, objective: Callable, step: float = 1e-4) -> np.ndarray:
    """Curvature of the negative log-likelihood in the log parameters, from analytic gradients."""
    rows = []
    for move in np.eye(len(log_params)) * step:
        _up, above = objective(log_params + move)
        _down, below = objective(log_params - move)
        rows.append((above - below) / (2 * step))
    hessian = np.array(rows)
    return (hessian + hessian.T) / 2


def _covariance(hessian: np.ndarray) -> np.ndarray | None:
    """Inverse of the curvature; None where the likelihood is flat in some direction."""
    if not np.isfinite(hessian).all():
        return None
    curvature = np.linalg.eigvalsh(hessian)
    # a direction in which a factor of e^30 in a parameter costs nothing is flat for our purpose
    if curvature.min() <= 1e-3:
        return None
    return np.linalg.inv(hessian)


def _flat_warning() -> FitWarning:
    return FitWarning(
        "flat",
        _(
            "The data do not settle all parameters: the likelihood is flat in some direction, so "
            "there are no standard errors. Predictions close to the observed period can still be "
            "used; single parameters cannot be interpreted."
        ),
    )


def _not_converged_warning() -> FitWarning:
    return FitWarning(
        "not_converged",
        _(
            "The search stopped before it was sure to have found the maximum. Treat the "
            "parameters as approximate, and check the table for extreme customers."
        ),
    )


def _numeric_columns(summary: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The needed columns as finite numbers, or an error that names the column and the rows."""
    if not isinstance(summary, pd.DataFrame):
        raise FitError(
            _("Expected a summary table (a pandas DataFrame), got {kind}.").format(
                kind=type(summary).__name__
            )
        )
    missing = [name for name in columns if name not in summary.columns]
    if missing:
        raise FitError(
            _(
                "The summary has no column {missing}; it has: {columns}. "
                "rfm.summarize makes such a table from purchases."
            ).format(
                missing=", ".join(repr(name) for name in missing),
                columns=", ".join(str(name) for name in summary.columns),
            )
        )
    if summary.empty:
        raise FitError(_("The summary table is empty: there is nobody to learn from."))
    table = pd.DataFrame({name: _as_floats(summary[name]) for name in columns}, summary.index)
    for name in columns:
        _refuse_rows(
            summary[[name]],
            ~np.isfinite(table[name].to_numpy()),
            N_("Column {column!r}: {number} rows are not a finite number. Correct them first."),
            column=name,
        )
    return table


def _as_floats(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.to_numpy(dtype="float64")
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)


def _refuse_rows(table: pd.DataFrame, bad: np.ndarray, text: str, **values: object) -> None:
    """Raise the marked ``text`` if there are ``bad`` rows, with their number and the first."""
    if not bad.any():
        return
    message = _(text).format(number=int(bad.sum()), **values)
    shown = table[bad].head(ROWS_SHOWN).to_string()
    raise FitError(f"{message}\n{_('First rows:')}\n{shown}")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
