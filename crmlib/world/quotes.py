"""The price test of 2024: four quotes each to a thousand customers, at prices drawn by chance.

How strongly a customer minds the price differs from one to the next, most of all between those who
look for bargains and those who look for service. The tier says little about it.

The subtle point: one curve for all is flatter than the customers' own curves, since it mixes those
who mind with those who do not.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.clock import OUTCOMES_FIRST_DAY, YEARS
from crmlib.world.parameters import Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

SEGMENTS = ("bargain", "balanced", "service")
TOP_TIERS = ("platinum", "gold")
QUOTED = 1000  # customers, with 8,000 shop customers
QUOTES_EACH = 4
DAYS = 366
LIST_PRICES = (89.0, 129.0, 199.0, 269.0)

PARAMETERS = (
    Parameter(
        "quotes.segment_shares",
        dict(zip(SEGMENTS, (0.35, 0.4, 0.25), strict=True)),
        N_("share of the customers in each segment"),
        "",
        "quotes",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "quotes.intercept",
        dict(zip(SEGMENTS, (0.0, 0.3, 0.6), strict=True)),
        N_("log odds of accepting a quote at the list price in each segment"),
        N_("log odds"),
        "quotes",
        -6,
        6,
    ),
    Parameter(
        "quotes.price_slope",
        dict(zip(SEGMENTS, (-9.0, -6.0, -3.0), strict=True)),
        N_(
            "mean change of the log odds of accepting per unit of log(price / list price) in each "
            "segment, for customers of the lower tiers"
        ),
        N_("log odds"),
        "quotes",
        -40,
        5,
    ),
    Parameter(
        "quotes.price_slope_sd",
        3.0,
        N_("standard deviation of the customers' own price slopes within a segment"),
        N_("log odds"),
        "quotes",
        0.0,
        20,
    ),
    Parameter(
        "quotes.top_tier_slope",
        0.6,
        N_("how much weaker customers of the tiers platinum and gold mind the price"),
        N_("log odds"),
        "quotes",
        -10,
        10,
    ),
    Parameter(
        "quotes.price_factors",
        (0.8, 0.9, 1.0, 1.1, 1.2, 1.3),
        N_("prices tried, as multiples of the list price, all equally likely"),
        "",
        "quotes",
        0.1,
        5,
    ),
)


def _quoted(world: "World") -> pd.DataFrame:
    """Choose the customers by chance: as many of the upper tiers as of the lower ones."""
    panel = world.table("tier_panel")
    last = panel.loc[panel["year"] == YEARS[-1], ["customer_id", "tier"]]
    order = world.stream("quotes/customers").permutation(len(last))
    mixed = last.iloc[order]
    half = world.scaled(QUOTED) // 2
    top = mixed["tier"].isin(TOP_TIERS)
    chosen = pd.concat([mixed[top].head(half), mixed[~top].head(half)])
    return chosen.sort_values("customer_id", ignore_index=True)


def make_truth(world: "World") -> pd.DataFrame:
    """Make each quoted customer's own price slope."""
    p, people = world.parameters, _quoted(world)
    n = len(people)
    shares = p["quotes.segment_shares"]
    segment = world.stream("quotes/segment").choice(
        np.array(list(shares), dtype=object), n, p=list(shares.values())
    )
    slope = pd.Series(segment).map(p["quotes.price_slope"]).to_numpy(dtype=float)
    top = p["quotes.top_tier_slope"] * people["tier"].isin(TOP_TIERS).to_numpy()
    own = p["quotes.price_slope_sd"] * world.stream("truth/quotes/slope").standard_normal(n)
    return people.assign(segment=segment, price_slope=slope + top + own)


def make_quotes(world: "World") -> pd.DataFrame:
    """Make one row a quote, by day."""
    p, people = world.parameters, world.table("truth/quotes")
    frame = people.loc[people.index.repeat(QUOTES_EACH)].reset_index(drop=True)
    n = len(frame)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"quotes/{part}")

    factor = draw("price").choice(p["quotes.price_factors"], n)
    frame["list_price"] = draw("list price").choice(LIST_PRICES, n)
    frame["price"] = (factor * frame["list_price"]).round(2)
    odds = frame["segment"].map(p["quotes.intercept"]).to_numpy(dtype=float)
    odds = odds + frame["price_slope"] * np.log(frame["price"] / frame["list_price"])
    frame["accepted"] = draw("accepted").random(n) < special.expit(odds)
    day = draw("day").integers(0, DAYS, n)
    frame["date"] = OUTCOMES_FIRST_DAY + pd.to_timedelta(day, unit="D")
    frame = frame.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)
    frame["quote_id"] = np.arange(1, n + 1)
    return frame.drop(columns="price_slope")


TABLES = {"truth/quotes": make_truth, "quotes": make_quotes}
