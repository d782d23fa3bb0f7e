"""The shop's customer list: what a firm knows of each customer.

Traits are drawn by market, or freely; none of them acts on buying, except that the market and the
app act on loyalty. Who consents to the use of data does depend on what a customer is like: the
older and those who spend less consent less, so that those who consented are not like all.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.loyalty import MARKETS, per_market
from crmlib.world.parameters import Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

SOURCES = ("walk-in", "app advert", "web search", "referral", "event")
AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55+")
MIDDLE_BAND = 2
DISTRICTS_PER_MARKET = 10

PARAMETERS = (
    Parameter(
        "customers.first_week",
        156,
        N_("the first customers were acquired so long before the end of observation"),
        N_("weeks"),
        "customers",
        30,
        156,
    ),
    Parameter(
        "customers.last_week",
        26,
        N_("the last customers were acquired so long before the end of observation"),
        N_("weeks"),
        "customers",
        1,
        29,
    ),
    Parameter(
        "customers.source_shares",
        dict(zip(SOURCES, (0.45, 0.2, 0.15, 0.12, 0.08), strict=True)),
        N_("share of the customers acquired through each source"),
        "",
        "customers",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "customers.age_shares",
        dict(zip(AGE_BANDS, (0.16, 0.34, 0.26, 0.15, 0.09), strict=True)),
        N_("share of the customers in each age band"),
        "",
        "customers",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "customers.female_share",
        0.58,
        N_("share of women among the customers"),
        "",
        "customers",
        0.0,
        1.0,
    ),
    Parameter(
        "customers.city_tier_shares",
        {"A": (0.3, 0.5, 0.2), "B": (0.3, 0.4, 0.3), "C": (0.3, 0.4, 0.3), "D": (0.7, 0.25, 0.05)},
        N_("shares of the city tiers 1, 2 and 3 in each market"),
        "",
        "customers",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "customers.district_decline",
        0.8,
        N_("how much smaller each further district of a market is: size 1 / rank to this power"),
        "",
        "customers",
        0.0,
        3.0,
    ),
    Parameter(
        "customers.switching_cost_mean",
        {"A": 55.0, "B": 80.0, "C": 40.0, "D": 20.0},
        N_("mean switching cost in each market, on a scale of 0 to 100"),
        N_("points"),
        "customers",
        0,
        100,
    ),
    Parameter(
        "customers.switching_cost_sd",
        12.0,
        N_("standard deviation of switching cost within a market, before it is cut to the scale"),
        N_("points"),
        "customers",
        0,
        50,
    ),
    Parameter(
        "customers.alternatives_mean",
        {"A": 0.4, "B": 2.0, "C": 4.0, "D": 8.0},
        N_("mean number of other suppliers within reach in each market"),
        "",
        "customers",
        0,
        100,
    ),
    Parameter(
        "customers.consent_intercept",
        {"marketing": 0.4, "research": 0.9},
        N_("log odds of consent, at the middle age band and the shop's mean amount"),
        N_("log odds"),
        "customers",
        -5,
        5,
    ),
    Parameter(
        "customers.consent_per_age_band",
        {"marketing": -0.35, "research": -0.25},
        N_("change of the log odds of consent per older age band"),
        N_("log odds"),
        "customers",
        -3,
        3,
    ),
    Parameter(
        "customers.consent_per_log_amount",
        {"marketing": 0.9, "research": 0.6},
        N_("change of the log odds of consent per log of the customer's typical amount"),
        N_("log odds"),
        "customers",
        -3,
        3,
    ),
    Parameter(
        "customers.acquisition_cost",
        40.0,
        N_("cost of acquiring a shop customer"),
        N_("CNY"),
        "customers",
        0,
        10_000,
    ),
)


def make_customers(world: "World") -> pd.DataFrame:
    """Make the customer list, in the order of customer_id."""
    p, n = world.parameters, world.customers
    latent = world.table("truth/customers")
    market = latent["market"].to_numpy(dtype=object)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"customers/{part}")

    age = _pick(draw("age"), p["customers.age_shares"], n)
    switching = draw("switching").normal(
        per_market(p["customers.switching_cost_mean"], market), p["customers.switching_cost_sd"]
    )
    frame = pd.DataFrame(
        {
            "customer_id": latent["customer_id"],
            "acq_date": _acquisition(world, draw("acquired")),
            "acq_source": _pick(draw("source"), p["customers.source_shares"], n),
            "market": market,
            "city_tier": _city_tier(p["customers.city_tier_shares"], market, draw("tier")),
            "age_band": age,
            "sex": np.where(draw("sex").random(n) < p["customers.female_share"], "female", "male"),
            "district": _district(p["customers.district_decline"], market, draw("district")),
            "app_user": latent["app_user"],
            "switching_cost": switching.clip(0, 100),
            "alternatives": draw("alternatives").poisson(
                per_market(p["customers.alternatives_mean"], market)
            ),
        }
    )
    for purpose in ("marketing", "research"):
        odds = _consent_odds(world, purpose, frame["age_band"], latent["typical_amount"])
        frame[f"consent_{purpose}"] = draw(f"consent {purpose}").random(n) < special.expit(odds)
    return _with_referrers(frame, draw("referrer"))


def _pick(random: np.random.Generator, shares: dict[str, float], n: int) -> np.ndarray:
    return random.choice(np.array(list(shares), dtype=object), n, p=list(shares.values()))


def _acquisition(world: "World", random: np.random.Generator) -> pd.DatetimeIndex:
    first = clock.DAYS_PER_WEEK * world.parameters["customers.first_week"]
    last = clock.DAYS_PER_WEEK * world.parameters["customers.last_week"]
    return clock.days_before_end(random.integers(last, first, world.customers, endpoint=True))


def _city_tier(
    shares: dict[str, tuple[float, ...]], market: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    at_most = {name: np.cumsum(row) for name, row in shares.items()}
    chance = random.random(len(market))
    first, second = (per_market({k: v[i] for k, v in at_most.items()}, market) for i in (0, 1))
    return 1 + (chance >= first).astype(int) + (chance >= second)


def _district(decline: float, market: np.ndarray, random: np.random.Generator) -> np.ndarray:
    rank = np.arange(1, DISTRICTS_PER_MARKET + 1)
    share = rank**-decline / (rank**-decline).sum()
    within = random.choice(rank, len(market), p=share)
    start = {name: 100 + DISTRICTS_PER_MARKET * place for place, name in enumerate(MARKETS)}
    return (per_market(start, market) + within).astype(int)


def _consent_odds(
    world: "World", purpose: str, age_band: pd.Series, typical_amount: pd.Series
) -> np.ndarray:
    p = world.parameters
    mean_amount = p["purchases.p"] * p["purchases.gamma"] / (p["purchases.q"] - 1)
    older = age_band.map({band: place - MIDDLE_BAND for place, band in enumerate(AGE_BANDS)})
    return (
        p["customers.consent_intercept"][purpose]
        + p["customers.consent_per_age_band"][purpose] * older.to_numpy(dtype=float)
        + p["customers.consent_per_log_amount"][purpose] * np.log(typical_amount / mean_amount)
    ).to_numpy()


def _with_referrers(frame: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Give everybody who came by referral an older customer of the same market as referrer."""
    frame["referrer_id"] = pd.array([pd.NA] * len(frame), dtype="Int64")
    for _market, group in frame.groupby("market"):
        group = group.sort_values(["acq_date", "customer_id"])
        earlier = group["acq_date"].searchsorted(group["acq_date"], side="left")
        referred = (group["acq_source"] == "referral").to_numpy()
        none = group.index[referred & (earlier == 0)]
        frame.loc[none, "acq_source"] = "walk-in"
        able = referred & (earlier > 0)
        place = (random.random(able.sum()) * earlier[able]).astype(int)
        frame.loc[group.index[able], "referrer_id"] = group["customer_id"].to_numpy()[place]
    return frame


TABLES = {"customers": make_customers}
