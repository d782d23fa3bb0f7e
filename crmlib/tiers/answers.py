"""Reference answers of notebook 07, computed from the data: nothing here is typed in."""

from functools import lru_cache

import pandas as pd

from crmlib import data
from crmlib.tiers import decisions, noise, theory

TOP = ["platinum", "gold"]
MARGIN = 0.42
CDNOW_SPLIT = "1997-09-30"


@lru_cache(maxsize=2)
def yearly(column: str = "revenue") -> pd.DataFrame:
    """One row per customer of the tier panel, a column per year."""
    panel = data.load("tier_panel")
    return panel.pivot_table(column, "customer_id", "year", sort=False)


def tier(year: int, basis: str = "revenue") -> pd.Series:
    """Tier by the revenue of a year, or by another column of the panel."""
    return theory.assign(yearly(basis)[year])


def stay(tiers: str | list[str], first: int = 2022) -> float:
    """Share of a year's tier who are in it again a year later."""
    return float(theory.staying(tier(first), tier(first + 1), tiers)["probability"])


def stayed(tiers: str | list[str], first: int = 2022) -> float:
    """The same as a number of customers."""
    return float(theory.staying(tier(first), tier(first + 1), tiers)["stayed"])


def still_upper(first: int = 2022) -> float:
    """Share of a year's top tier who are in one of the two upper tiers a year later."""
    were = tier(first) == "platinum"
    return float(tier(first + 1)[were].isin(TOP).mean())


def move(
    before: str,
    after: str,
    first: int = 2021,
    column: str = "probability",
    basis: str = "revenue",
) -> float:
    """One cell of the migration matrix."""
    moves = theory.migration(tier(first, basis), tier(first + 1, basis))
    return float(moves.loc[(before, after), column])


def came_from(before: str, after: str, first: int = 2021) -> float:
    """Of those in a tier afterwards, the share who came from a tier: the matrix read downwards."""
    moves = theory.migration(tier(first), tier(first + 1))["customers"]
    return float(moves[before, after] / moves.xs(after, level="after").sum())


def expected_again(customers: int = 8000, share: float = 0.20) -> float:
    """How many of the luckiest are among the luckiest again, if all customers are alike."""
    return share * share * customers


@lru_cache(maxsize=2)
def cdnow_halves() -> pd.DataFrame:
    """Dollars of every CDNOW customer up to the split and afterwards."""
    purchases = data.load("cdnow")
    half = (purchases["date"] > CDNOW_SPLIT).map({False: "first", True: "second"})
    return purchases.pivot_table("amount", "customer_id", half, aggfunc="sum", fill_value=0)


def cdnow_still_upper(tier: str = "platinum") -> float:
    """Share of a tier of CDNOW's first nine months who are in the top fifth of the next nine."""
    halves = cdnow_halves()
    before, after = (theory.assign(halves[name], ties="order") for name in halves)
    return float(after[before == tier].isin(TOP).mean())


def cdnow_stay(tiers: str | list[str]) -> float:
    """Share of a tier of CDNOW's first nine months who are in it again in the next nine."""
    halves = cdnow_halves()
    before, after = (theory.assign(halves[name], ties="order") for name in halves)
    return float(theory.staying(before, after, tiers)["probability"])


def orders_of_the_lucky() -> float:
    """The share of the orders that the luckiest fifth hold, mistaken for a share of people."""
    return 1600 * noise.noise_top_share(0.20, rate=3.0)


def dropped(
    year: int = 2023, avoidable: float = 0.3, column: str = "gain", **options: float
) -> float:
    """What dropping the worst tenth of a year brings, or promises."""
    margin = MARGIN * yearly()[year]
    shop = pd.DataFrame({"margin": margin, "cost": margin - yearly("contribution")[year]})
    settings = {"share": 0.10, "fixed_cost": 60_000.0, "avoidable": avoidable} | options
    return float(decisions.drop_bottom(shop, **settings)[column])


def groups() -> pd.DataFrame:
    """The four tiers of exercise 07.x5, with assumed response curves."""
    table = theory.table(tier(2022), yearly("contribution")[2022].rename("contribution"))
    groups = table[["customers", "contribution"]].astype(float)
    groups["contribution"] = groups["contribution"].clip(lower=0)
    return groups.assign(ceiling=[200.0, 60.0, 30.0, 4.0], scale=[150.0, 40.0, 10.0, 4.0])


def gain(by: str | None = None, budget: float = 12_000.0) -> float:
    """What the budget of exercise 07.x5 brings by marginal response, or in proportion."""
    return float(decisions.allocate(groups(), budget, by)["total_gain"].sum())


def advantage(by: str = "contribution", budget: float = 12_000.0) -> float:
    """How many per cent more marginal response brings."""
    return 100 * (gain(budget=budget) / gain(by, budget) - 1)
