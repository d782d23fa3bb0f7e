"""The customers of notebook 07: Luxi's of 2021, and CDNOW's in two halves."""

from functools import lru_cache

import pandas as pd

from crmlib import data, tiers

TOP = ["platinum", "gold"]


@lru_cache(maxsize=4)
def yearly(column: str = "revenue") -> pd.DataFrame:
    """One row per customer of the tier panel, a column per year."""
    panel = data.load("tier_panel")
    return panel.pivot_table(column, "customer_id", "year", sort=False)


@lru_cache(maxsize=1)
def cdnow_halves() -> pd.DataFrame:
    """Dollars of every CDNOW customer in the first nine months and in the next nine."""
    purchases = data.load("cdnow")
    half = (purchases["date"] > "1997-09-30").map({False: "first", True: "second"})
    return purchases.pivot_table(
        "amount", "customer_id", half, aggfunc="sum", fill_value=0, observed=False
    )


@lru_cache(maxsize=1)
def bases() -> dict[str, pd.DataFrame]:
    """What the explorer of the notebook can sort by."""
    orders = data.load("transactions")
    orders = orders[orders["customer_id"].isin(yearly().index)]
    value = {year: tiers.lifetime_value(orders, f"{year}-12-31") for year in yearly().columns}
    return {
        "revenue": yearly(),
        "contribution": yearly("contribution"),
        "lifetime value": pd.DataFrame(value).reindex(yearly().index),
    }
