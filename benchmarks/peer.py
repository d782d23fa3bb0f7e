"""The two pieces of work, done by lifetimes; runs in the peer's own environment."""

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter
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


def summarize(purchases: pd.DataFrame) -> pd.DataFrame:
    """Summarise purchases in weeks, one row per customer."""
    return summary_data_from_transaction_data(
        purchases, "customer_id", "date", "amount", freq="D", freq_multiplier=7
    )
