"""Small estimators that audit cases share: shares, means, logits, each with its standard error."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import statsmodels.api as sm

from tests.helpers.audit import Estimate


def shares(values: pd.Series, truth: Mapping, name: str) -> dict[str, Estimate]:
    """Estimate the share of each value; those with a true share of 0 or 1 are left out."""
    found, n = values.value_counts(), len(values)
    estimates = {}
    for value, true in truth.items():
        share = found.get(value, 0) / n
        if 0 < true < 1:
            error = np.sqrt(share * (1 - share) / n)
            estimates[f"{name}: {value}"] = Estimate(share, error, true)
    return estimates


def mean(values: pd.Series | np.ndarray, truth: float, name: str) -> dict[str, Estimate]:
    """Estimate a mean."""
    values = np.asarray(values, float)
    return {name: Estimate(values.mean(), values.std() / np.sqrt(len(values)), truth)}


def deviation(values: np.ndarray, truth: float, name: str) -> dict[str, Estimate]:
    """Estimate a standard deviation of normal values."""
    found = np.std(values, ddof=1)
    return {name: Estimate(found, found / np.sqrt(2 * len(values)), truth)}


def logit(y: pd.Series, columns: Mapping, truth: Mapping, name: str) -> dict[str, Estimate]:
    """Estimate the coefficients of a logit with an intercept, "const"."""
    fit = sm.Logit(y.astype(float), sm.add_constant(pd.DataFrame(columns))).fit(disp=0)
    return _coefficients(fit, truth, name)


def ols(y: pd.Series, columns: Mapping, truth: Mapping, name: str) -> dict[str, Estimate]:
    """Estimate the coefficients of a regression without intercept, with robust errors."""
    fit = sm.OLS(y, pd.DataFrame(columns)).fit(cov_type="HC1")
    return _coefficients(fit, truth, name)


def _coefficients(fit, truth: Mapping, name: str) -> dict[str, Estimate]:
    return {
        f"{name}: {column}": Estimate(fit.params[column], fit.bse[column], true)
        for column, true in truth.items()
    }


def fitted(fit, truth: Mapping, name: str) -> dict[str, Estimate]:
    """Take over a model's estimates in logarithms, where errors are nearer to normal."""
    return {
        f"{name}.{parameter} (log)": Estimate(
            np.log(value), fit.bse[parameter] / value, np.log(truth[f"{name}.{parameter}"])
        )
        for parameter, value in fit.params.items()
    }
