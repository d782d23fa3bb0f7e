"""The club: who joins spent more before, and spends a little more because of it.

Regular customers, month by month, in 2024 and 2025. The club opens in four waves of districts, and
who joins does so within a few months. Joining depends on what somebody spends anyway; membership
then raises the spending of light buyers a little, and of heavy buyers hardly.

The subtle point: spending grows for everybody, month by month. Members against others measures who
joins; after against before measures growth; only the two together measure the club.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.parameters import Derived, Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

REGULARS = 3000  # with 8,000 shop customers
MONTHS = np.arange(clock.OBSERVED_MONTHS + 1, clock.MONTHS + 1)
BUYERS = ("light", "heavy")

PARAMETERS = (
    Parameter(
        "club_panel.effect",
        dict(zip(BUYERS, (0.06, 0.01), strict=True)),
        N_("by what share membership raises the spending of light and of heavy buyers"),
        "",
        "club_panel",
        -0.9,
        10,
    ),
    Parameter(
        "club_panel.typical_spend",
        90.0,
        N_("spending in a month of the middle customer, before growth"),
        N_("CNY per month"),
        "club_panel",
        1,
        100_000,
    ),
    Parameter(
        "club_panel.per_log_revenue",
        0.35,
        N_("rise of the log of monthly spending per log of the customer's revenue in 2023"),
        "",
        "club_panel",
        0,
        2,
    ),
    Parameter(
        "club_panel.customer_sd",
        0.35,
        N_("standard deviation of the customers' log spending, given their revenue in 2023"),
        "",
        "club_panel",
        0,
        3,
    ),
    Parameter(
        "club_panel.month_sd",
        0.4,
        N_("standard deviation of a customer's log spending from month to month"),
        "",
        "club_panel",
        0.01,
        3,
    ),
    Parameter(
        "club_panel.growth",
        0.012,
        N_("by how much everybody's log spending grows each month"),
        N_("per month"),
        "club_panel",
        -0.1,
        0.1,
    ),
    Parameter(
        "club_panel.season",
        0.1,
        N_("by how much log spending is higher in the best month than in the mean of a year"),
        "",
        "club_panel",
        0,
        2,
    ),
    Parameter(
        "club_panel.join",
        {"intercept": -0.6, "per_log_spend": 1.4},
        N_("log odds of joining at typical spending, and per log of spending"),
        N_("log odds"),
        "club_panel",
        -10,
        10,
    ),
    Parameter(
        "club_panel.opening_months",
        (41, 45, 49, 53),
        N_("months in which the club opens in the four waves of districts"),
        N_("months from 2021-01"),
        "club_panel",
        38,
        58,
    ),
    Parameter(
        "club_panel.months_to_join",
        3,
        N_("those who join do so within so many months after the one of opening"),
        N_("months"),
        "club_panel",
        0,
        6,
    ),
)


def make_latent(world: "World") -> pd.DataFrame:
    """Make the regulars: what they spend without a club, whether they join, what it changes."""
    p, orders = world.parameters, world.table("transactions")
    regulars = _regulars(world)
    n = len(regulars)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"truth/club_panel/{part}")

    last_year = orders[orders["date"].dt.year == clock.YEARS[-1]]
    revenue = last_year.groupby("customer_id")["amount"].sum().reindex(regulars["customer_id"])
    # who bought nothing in 2023 counts like the smallest buyer
    log_revenue = np.log(revenue.fillna(revenue.min())).to_numpy()
    above_middle = log_revenue - np.median(log_revenue)
    log_spend = p["club_panel.per_log_revenue"] * above_middle
    log_spend = log_spend + p["club_panel.customer_sd"] * draw("level").standard_normal(n)
    join = p["club_panel.join"]
    chance = special.expit(join["intercept"] + join["per_log_spend"] * log_spend)
    opening = regulars["district"].map(_openings(world)).to_numpy()
    month = opening + draw("month").integers(0, p["club_panel.months_to_join"], n, endpoint=True)
    buyer = np.where(above_middle > 0, *reversed(BUYERS))
    return pd.DataFrame(
        {
            "customer_id": regulars["customer_id"].to_numpy(),
            "typical_spend": p["club_panel.typical_spend"] * np.exp(log_spend),
            "buyer": buyer,
            "opening_month": opening,
            "joining_month": pd.array(month, dtype="Int64"),
            "effect": pd.Series(buyer).map(p["club_panel.effect"]).to_numpy(),
            "joins": draw("joins").random(n) < chance,
        }
    ).assign(joining_month=lambda frame: frame["joining_month"].where(frame["joins"]))


def _regulars(world: "World") -> pd.DataFrame:
    """Return the customers who bought last, as many as the panel has, by number."""
    last = world.table("transactions").groupby("customer_id")["date"].max()
    customers = world.table("customers").merge(last, left_on="customer_id", right_index=True)
    customers = customers.sort_values(["date", "customer_id"], ascending=[False, True])
    return customers.head(world.scaled(REGULARS)).sort_values("customer_id", ignore_index=True)


def _openings(world: "World") -> dict[int, int]:
    """Return the month in which the club opens in each district, by chance."""
    districts = np.sort(world.table("customers")["district"].unique())
    waves = world.parameters["club_panel.opening_months"]
    months = world.stream("club_panel/waves").permutation(np.resize(waves, len(districts)))
    return dict(zip(districts.tolist(), months.tolist(), strict=True))


def make_panel(world: "World") -> pd.DataFrame:
    """Make one row a regular customer and month."""
    p, latent = world.parameters, world.table("truth/club_panel")
    n = len(latent)
    joined = latent["joining_month"].fillna(clock.MONTHS + 1).to_numpy(dtype=int)
    member = joined[:, None] <= MONTHS
    opened = latent["opening_month"].to_numpy()[:, None] <= MONTHS
    season = p["club_panel.season"] * np.cos(2 * np.pi * MONTHS / 12)
    growth = p["club_panel.growth"] * (MONTHS - MONTHS[0])
    scatter = world.stream("club_panel/spend").standard_normal((n, len(MONTHS)))
    log_spend = (
        np.log(latent["typical_spend"].to_numpy())[:, None]
        + growth
        + season
        + np.log1p(latent["effect"].to_numpy())[:, None] * member
        + p["club_panel.month_sd"] * scatter
    )
    return pd.DataFrame(
        {
            "customer_id": np.repeat(latent["customer_id"].to_numpy(), len(MONTHS)),
            "month": np.tile(MONTHS, n),
            "buyer": np.repeat(latent["buyer"].to_numpy(), len(MONTHS)),
            "club_open": opened.ravel(),
            "member": member.ravel(),
            # the smallest coin
            "spend": np.maximum(np.exp(log_spend).ravel(), 0.01),
        }
    )


def _effect_on_members(world: "World") -> float:
    latent = world.table("truth/club_panel")
    return float(latent.loc[latent["joins"], "effect"].mean())


def _lead_of_joiners(world: "World") -> float:
    latent = world.table("truth/club_panel")
    joins, spend = latent["joins"], latent["typical_spend"]
    return float(spend[joins].mean() / spend[~joins].mean() - 1)


DERIVED = (
    Derived(
        "club_panel.effect_on_members",
        N_("by what share membership raises spending, on average over the members"),
        "",
        "club_panel",
        "realised",
        _effect_on_members,
    ),
    Derived(
        "club_panel.lead_of_joiners",
        N_("by what share those who join would spend more than the others without a club"),
        "",
        "club_panel",
        "realised",
        _lead_of_joiners,
    ),
)
TABLES = {"truth/club_panel": make_latent, "club_panel": make_panel}
