"""The pieces of work, done by lifetimes; runs in the peer's own environment."""

import numpy as np
import pandas as pd
from lifetimes import BetaGeoBetaBinomFitter, BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data

PACKAGES = ("lifetimes", "autograd", "numpy", "pandas", "scipy")
PARAMETERS = ["r", "alpha", "a", "b"]


def bgnbd(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Fit BG/NBD; lifetimes checks its input and computes the standard errors on the way."""
    result = BetaGeoFitter().fit(summary["frequency"], summary["recency"], summary["T"])
    return {
        "params": result.params_[PARAMETERS].to_numpy(),
        "bse": result.standard_errors_[PARAMETERS].to_numpy(),
    }


def pareto_nbd(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Fit Pareto/NBD: estimates only, lifetimes gives no standard errors for this model."""
    # its search starts at a place drawn from the global state
    np.random.seed(1)  # noqa: NPY002, TID251
    result = ParetoNBDFitter().fit(summary["frequency"], summary["recency"], summary["T"])
    return {"params": result.params_[["r", "alpha", "s", "beta"]].to_numpy()}


def gamma_gamma(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Fit Gamma-Gamma; lifetimes calls the scale of money v."""
    result = GammaGammaFitter().fit(summary["frequency"], summary["monetary_value"])
    names = ["p", "q", "v"]
    return {
        "params": result.params_[names].to_numpy(),
        "bse": result.standard_errors_[names].to_numpy(),
    }


def bgbb(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Fit BG/BB to counted histories."""
    history = (summary[name] for name in ("frequency", "recency", "n", "count"))
    result = BetaGeoBetaBinomFitter().fit(*history)
    names = ["alpha", "beta", "gamma", "delta"]
    return {
        "params": result.params_[names].to_numpy(),
        "bse": result.standard_errors_[names].to_numpy(),
    }


def summarize(purchases: pd.DataFrame) -> pd.DataFrame:
    """Summarise purchases in weeks, one row per customer."""
    return summary_data_from_transaction_data(
        purchases, "customer_id", "date", "amount", freq="D", freq_multiplier=7
    )
