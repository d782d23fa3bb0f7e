"""The pieces of work, done by crmlib."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from benchmarks.engines import GIVEN  # noqa: F401 - the worker asks each side for it
from crmlib import models, rfm

PACKAGES = ("crmlib", "numpy", "pandas", "scipy", "narwhals", "duckdb", "polars")


def bgnbd(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Check the summary, fit BG/NBD and compute the standard errors."""
    result = models.BGNBD(summary).fit()
    return {"params": result.params.to_numpy(), "bse": result.bse.to_numpy()}


def pareto_nbd(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Check the summary, fit Pareto/NBD and compute the standard errors, which the peer has not."""
    result = models.ParetoNBD(summary).fit()
    if result.bse.isna().any():
        raise RuntimeError("The fit has no standard errors, so its time must not be compared.")
    return {"params": result.params.to_numpy()}


def gamma_gamma(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Check the summary, fit Gamma-Gamma and compute the standard errors."""
    result = models.GammaGamma(summary).fit()
    return {"params": result.params.to_numpy(), "bse": result.bse.to_numpy()}


def bgbb(summary: pd.DataFrame) -> dict[str, np.ndarray]:
    """Check the summary, fit BG/BB and compute the standard errors."""
    result = models.BGBB(summary, count="count").fit()
    return {"params": result.params.to_numpy(), "bse": result.bse.to_numpy()}


def summarize(purchases: pd.DataFrame) -> pd.DataFrame:
    """Summarise purchases in weeks, one row per customer."""
    return rfm.summarize(purchases, unit="W")


def summarize_duckdb(purchases: duckdb.DuckDBPyRelation) -> pa.Table:
    """Summarise a table of DuckDB in weeks, in the engine."""
    return rfm.summarize(purchases, unit="W").to_arrow_table()


def summarize_polars(purchases: pl.DataFrame) -> pl.DataFrame:
    """Summarise a table of Polars in weeks, in the engine."""
    return rfm.summarize(purchases, unit="W")
