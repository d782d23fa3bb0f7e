"""Reference answers of notebook 05, computed from the data: nothing here is typed in."""

from functools import lru_cache

import pandas as pd

from crmlib import data, rfm
from crmlib.alive import theory
from crmlib.models import BGNBD, bgnbd

CALIBRATION_END = "1997-09-30"
# the simulated shop of exercise 05.x2, as the exercise calls it
SHOP = {"n": 5000, "seed": 1, "r": 0.45, "alpha": 6.0, "a": 0.9, "b": 3.2, "T": 52.0}


# a check compares with several slips, each from the same table
@lru_cache(maxsize=2)
def customers(table: str = "cdnow") -> pd.DataFrame:
    """Each customer's first nine months, and what came afterwards."""
    return rfm.split(data.load(table), CALIBRATION_END)


def history(table: str = "cdnow") -> pd.DataFrame:
    """Chance to buy again by number of purchase days."""
    return theory.repeat_probability(customers(table))


def share_returning(days: int, table: str = "cdnow") -> float:
    """Share who bought again among those with so many purchase days."""
    return float(history(table).loc[days, "probability"])


def returning_with_three_among_all() -> float:
    """Three purchase days and bought again, as a share of all customers: a slip."""
    table = history()
    return float(table.loc[3, "returned"] / table["customers"].sum())


def rule(k: int, column: str, table: str = "cdnow") -> float:
    """Precision or recall of "k purchases make a loyal customer"."""
    return float(theory.k_rule(customers(table), k).loc[k, column])


def step(column: str, table: str = "cdnow") -> float:
    """Percentage points by which a column changes from k = 3 to k = 4."""
    return 100 * (rule(4, column, table) - rule(3, column, table))


def sample_fit(table: pd.DataFrame | None = None) -> pd.Series:
    """Parameters of BG/NBD for the 1/10 sample, or for another table."""
    return BGNBD(customers("cdnow_sample") if table is None else table).fit().params


def r_of_all_months() -> float:
    """Estimate r from all eighteen months of the sample: a slip."""
    return float(sample_fit(rfm.summarize(data.load("cdnow_sample")))["r"])


def shop_fit() -> pd.Series:
    """Parameters of BG/NBD for the simulated shop."""
    return BGNBD(bgnbd.simulate(**SHOP).summary).fit().params


def mean_dropout(params: pd.Series) -> float:
    """Mean chance to leave after a repeat purchase."""
    return float(params["a"] / (params["a"] + params["b"]))


def factor_without_one_time_buyers(name: str) -> float:
    """How a parameter of the sample changes when its one-time buyers are dropped."""
    table = customers("cdnow_sample")
    repeaters = sample_fit(table[table["frequency"] > 0])
    return float(repeaters[name] / sample_fit(table)[name])
