"""Reference answers of notebook 05, computed from the data: nothing here is typed in."""

from functools import lru_cache

import pandas as pd

from crmlib import data, rfm
from crmlib.alive import theory
from crmlib.models import BGNBD

CALIBRATION_END = "1997-09-30"
# exercise 05.x2 asks for the customers of Luxi who were won in its first year
FIRST_YEAR = 2021


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


@lru_cache(maxsize=2)
def luxi_fit(first_year_only: bool = True) -> pd.Series:
    """Parameters of BG/NBD for the customers of Luxi's first year, or for all of Luxi."""
    orders = data.load("transactions")
    if first_year_only:
        won = orders.groupby("customer_id")["date"].transform("min")
        orders = orders[won.dt.year == FIRST_YEAR]
    return BGNBD(rfm.summarize(orders)).fit().params


def planted() -> dict[str, float]:
    """The parameters a and b that were planted in Luxi."""
    return {name: data.truth(f"purchases.{name}") for name in ("a", "b")}


def mean_dropout(params: pd.Series | dict[str, float]) -> float:
    """Mean chance to leave after a repeat purchase."""
    return float(params["a"] / (params["a"] + params["b"]))


def factor_without_one_time_buyers(name: str) -> float:
    """How a parameter of the sample changes when its one-time buyers are dropped."""
    table = customers("cdnow_sample")
    repeaters = sample_fit(table[table["frequency"] > 0])
    return float(repeaters[name] / sample_fit(table)[name])
