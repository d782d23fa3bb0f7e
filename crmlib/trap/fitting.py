"""Regressions with weights, in which several answers of one person count as one person.

- ``logit``   chances (yes or no) on the scale of log odds
- ``line``    means, or chances in plain shares
- ``Fit``     estimates and their covariance, and the table that a reader wants

The fits are statsmodels'. The standard errors are the sandwich of Huber and White, summed over
persons: they allow rows of one person to go together, and weights that are no counts.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from crmlib.core.i18n import gettext as _
from crmlib.trap.tables import persons, weights

HOPELESS = 30  # log odds a unit, beyond which the data separate perfectly


@dataclass(frozen=True)
class Fit:
    """Estimates with their covariance, and the log-likelihood of the fit."""

    estimate: pd.Series
    covariance: pd.DataFrame
    llf: float
    deviance_explained: float

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Estimate, standard error and interval of every term."""
        error = np.sqrt(np.diag(self.covariance))
        half = stats.norm.ppf((1 + level) / 2) * error
        return pd.DataFrame(
            {
                "estimate": self.estimate,
                "standard_error": error,
                "lower": self.estimate - half,
                "upper": self.estimate + half,
            }
        )

    def combination(self, coefficients: dict[str, float]) -> tuple[float, float]:
        """A sum of estimates, each times its number, and the standard error of that sum."""
        vector = pd.Series(coefficients).reindex(self.estimate.index).fillna(0.0)
        variance = vector @ self.covariance @ vector
        return float(vector @ self.estimate), float(np.sqrt(variance))


def logit(table: pd.DataFrame, outcome: str, terms: pd.DataFrame) -> Fit:
    """Fit a logistic regression of ``outcome`` (yes or no) on ``terms`` and an intercept."""
    x, y, w = _with_intercept(terms), table[outcome].to_numpy(float), _relative(table)
    model = sm.GLM(y, x, family=sm.families.Binomial(), var_weights=w)
    # where terms separate perfectly, the fit runs away with a warning: we say so in words instead
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(record=True) as seen:
            fit = model.fit()
    except PerfectSeparationWarning as separated:  # whoever turns warnings into errors
        raise ValueError(_hopeless()) from separated
    if seen or not np.abs(fit.params).max() < HOPELESS:
        raise ValueError(_hopeless())
    fitted = fit.fittedvalues.to_numpy()
    covariance = _sandwich(x, w * (y - fitted), w * fitted * (1 - fitted), persons(table))
    if np.sqrt(covariance.diagonal().max()) > HOPELESS:
        raise ValueError(_hopeless())
    explained = 1 - fit.deviance / fit.null_deviance
    return Fit(fit.params, _labelled(covariance, x), float(fit.llf), float(explained))


def line(table: pd.DataFrame, outcome: str, terms: pd.DataFrame) -> Fit:
    """Fit a straight-line regression of ``outcome`` on ``terms`` and an intercept."""
    x, y, w = _with_intercept(terms), table[outcome].to_numpy(float), _relative(table)
    fit = sm.WLS(y, x, weights=w).fit()
    covariance = _sandwich(x, w * fit.resid.to_numpy(), w, persons(table))
    return Fit(fit.params, _labelled(covariance, x), float(fit.llf), float(fit.rsquared))


def _hopeless() -> str:
    return _(
        "These terms tell those who stay from those who leave without a single exception, so that "
        "no weight can be estimated. Take more answers, or fewer terms."
    )


def _with_intercept(terms: pd.DataFrame) -> pd.DataFrame:
    x = terms.astype(float)
    x.insert(0, "intercept", 1.0)
    if np.linalg.matrix_rank(x.to_numpy()) < x.shape[1]:
        raise ValueError(
            _(
                "The terms {terms} cannot be told apart in these data: one is constant, or follows "
                "from the others. Leave one out, or take more answers."
            ).format(terms=", ".join(map(str, terms.columns)))
        )
    return x


def _relative(table: pd.DataFrame) -> np.ndarray:
    w = weights(table)
    return w / w.mean()


def _sandwich(
    x: pd.DataFrame, residual: np.ndarray, curvature: np.ndarray, person: np.ndarray
) -> np.ndarray:
    values = x.to_numpy()
    bread = np.linalg.inv(values.T @ (values * curvature[:, None]))
    scores = np.zeros((person.max() + 1, values.shape[1]))
    np.add.at(scores, person, values * residual[:, None])
    count = len(scores)
    return bread @ (scores.T @ scores) @ bread * count / max(count - 1, 1)


def _labelled(covariance: np.ndarray, x: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(covariance, index=x.columns, columns=x.columns)
