"""The two pieces of work, done by crmlib."""

import numpy as np
import pandas as pd

from crmlib import models, rfm

PACKAGES = ("crmlib", "numpy", "pandas", "scipy")


def bgnbd(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Check the summary, fit BG/NBD and compute the standard errors."""
    result = models.BGNBD(summary).fit()
    return {"params": result.params.to_numpy(), "bse": result.bse.to_numpy()}


def summarize(purchases: pd.DataFrame) -> pd.DataFrame:
    """Summarise purchases in weeks, one row per customer."""
    return rfm.summarize(purchases, unit="W")
