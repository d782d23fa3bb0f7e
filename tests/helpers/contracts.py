"""Tables of contracts for tests: the published retention curves, and their fits, each once."""

from functools import cache

import numpy as np
import pandas as pd

from crmlib import data
from crmlib.models import SBG, BdW, Geometric, bdw, contract, geometric, sbg

MODELS = {"sBG": SBG, "BdW": BdW, "Geometric": Geometric}
MODULES = {"sBG": sbg, "BdW": bdw, "Geometric": geometric}
# Parameters in the middle of what is possible, for each model.
LAWS = {
    "sBG": {"alpha": 0.7, "beta": 3.0},
    "BdW": {"alpha": 0.8, "beta": 4.0, "c": 1.4},
    "Geometric": {"churn_probability": 0.15},
}


def lifetimes(tenure, churned, **columns) -> pd.DataFrame:
    """Make a table from its columns."""
    return pd.DataFrame({"tenure": tenure, "churned": churned, **columns})


@cache
def curves() -> pd.DataFrame:
    """Return the two published curves: years 0 to 12 in rows, the two cohorts in columns."""
    rows = data.load("retention_curves").set_index(["year", "cohort"])["survival"]
    return pd.DataFrame({name: rows.xs(name, level="cohort") for name in ("High End", "Regular")})


@cache
def seen(cohort: str, years: int = 7) -> pd.DataFrame:
    """Return the first years of a published cohort, as 1,000 customers."""
    return contract.lifetimes_from_survivors(curves()[cohort].loc[:years], 1000, unit="Y")


@cache
def fitted(model: str, cohort: str = "High End", years: int = 7):
    """Return a model fitted to the first years of a published cohort."""
    return MODELS[model](seen(cohort, years), count="count").fit()


def simulated(model: str, n: int, seed: int, periods, **law) -> pd.DataFrame:
    """Return ``n`` simulated customers, as a table to fit."""
    return MODULES[model].simulate(n, seed, periods=periods, **law).summary


def staggered(n: int, longest: int = 12) -> np.ndarray:
    """Cohorts of all ages from 1 to ``longest``, as equal in size as can be."""
    return np.arange(n) % longest + 1
