"""The win-back experiment: offers to subscribers whose contract has ended.

An upgrade (a larger box for the old price), a lower price, both, or a letter without an offer; the
discount differs by chance. The more an offer gives, the more it regains, and the shorter and less
profitable is the second life of those whom it regains.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.parameters import Derived, Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

PERSONS = 3000  # with 8,000 shop customers
OFFERS = ("none", "upgrade", "price", "both")
DISCOUNTS = (0.1, 0.2, 0.3)
REASONS = ("price", "service", "rival", "moved")
USUAL_FIRST_TENURE = 6  # months, from which the effect of the first life is counted
OFFER_WINDOW = 90  # days from the beginning of 2024
DAYS_PER_MONTH = 30.4375

PARAMETERS = (
    Parameter(
        "winback_rct.reason_shares",
        dict(zip(REASONS, (0.35, 0.3, 0.2, 0.15), strict=True)),
        N_("share of the former subscribers who gave each reason for leaving"),
        "",
        "winback_rct",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "winback_rct.regain",
        {
            "intercept": -1.7,
            "upgrade": 0.4,
            "per_discount": 3.0,
            "log_first_tenure": 0.35,
        },
        N_(
            "log odds of coming back: without an offer, after six months of first life, having "
            "left because of the service; with an upgrade; per unit of discount; per log of the "
            "first tenure"
        ),
        N_("log odds"),
        "winback_rct",
        -10,
        10,
    ),
    Parameter(
        "winback_rct.regain_by_reason",
        dict(zip(REASONS, (0.3, 0.0, -0.3, -1.0), strict=True)),
        N_("change of the log odds of coming back by the reason for leaving"),
        N_("log odds"),
        "winback_rct",
        -10,
        10,
    ),
    Parameter(
        "winback_rct.log_second_tenure",
        {
            "intercept": 2.2,
            "upgrade": 0.0,
            "per_discount": -0.75,
            "both": -0.2,
            "log_first_tenure": 0.2,
        },
        N_(
            "mean of the log of the second tenure: without an offer, after six months of first "
            "life; with an upgrade; per unit of discount; with upgrade and discount at once; per "
            "log of the first tenure"
        ),
        N_("log months"),
        "winback_rct",
        -10,
        10,
    ),
    Parameter(
        "winback_rct.log_second_tenure_sd",
        0.6,
        N_("standard deviation of the log of the second tenure"),
        N_("log months"),
        "winback_rct",
        0.05,
        3,
    ),
    Parameter(
        "winback_rct.upgrade_cost",
        6.0,
        N_("what an upgrade costs, as long as the second life lasts"),
        N_("CNY per month"),
        "winback_rct",
        0,
        10_000,
    ),
    Parameter(
        "winback_rct.margin_sd",
        2.0,
        N_("standard deviation of the monthly margin, given plan and offer"),
        N_("CNY per month"),
        "winback_rct",
        0,
        10_000,
    ),
)


def regain_log_odds(
    p: Parameters,
    upgrade: np.ndarray,
    discount: np.ndarray,
    first_tenure: np.ndarray,
    by_reason: np.ndarray,
) -> np.ndarray:
    """Return the log odds of coming back.

    Parameters
    ----------
    p : Parameters
    upgrade : ndarray of bool
    discount : ndarray
        Share of the price, 0 to 1.
    first_tenure : ndarray
        Months of the first contract.
    by_reason : ndarray
        Change of the log odds that belongs to the reason for leaving.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> upgrade, discount = np.array([False, True]), np.array([0.0, 0.2])
    >>> regain_log_odds(collect(), upgrade, discount, np.array([6, 6]), np.zeros(2)).round(2)
    array([-1.7, -0.7])
    """
    regain = p["winback_rct.regain"]
    return (
        regain["intercept"]
        + regain["upgrade"] * upgrade
        + regain["per_discount"] * discount
        + regain["log_first_tenure"] * np.log(first_tenure / USUAL_FIRST_TENURE)
        + by_reason
    )


def mean_log_tenure(
    p: Parameters, upgrade: np.ndarray, discount: np.ndarray, first_tenure: np.ndarray
) -> np.ndarray:
    """Return the mean of the log of the second tenure in months.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> upgrade, discount = np.array([False, True]), np.array([0.0, 0.2])
    >>> mean_log_tenure(collect(), upgrade, discount, np.array([6, 6])).round(2).tolist()
    [2.2, 1.85]
    """
    tenure = p["winback_rct.log_second_tenure"]
    return (
        tenure["intercept"]
        + tenure["upgrade"] * upgrade
        + tenure["per_discount"] * discount
        + tenure["both"] * (upgrade & (discount > 0))
        + tenure["log_first_tenure"] * np.log(first_tenure / USUAL_FIRST_TENURE)
    )


def _persons(world: "World") -> pd.DataFrame:
    """Return the former subscribers with the offer that chance gave them."""
    p, contracts = world.parameters, world.table("subscriptions")
    ended = contracts[~contracts["censored"]]
    n = min(world.scaled(PERSONS), len(ended))

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"winback_rct/{part}")

    chosen = ended.iloc[np.sort(draw("contract").permutation(len(ended))[:n])]
    months = [12 * day.dt.year + day.dt.month for day in (chosen["start"], chosen["end"])]
    offer = draw("offer").permutation(np.resize(np.array(OFFERS, dtype=object), n))
    discount = draw("discount").choice(DISCOUNTS, n)
    shares = p["winback_rct.reason_shares"]
    days = draw("day").integers(0, OFFER_WINDOW, n)
    return pd.DataFrame(
        {
            "contract_id": chosen["contract_id"].to_numpy(),
            "plan_price": chosen["price"].to_numpy(),
            "first_tenure": (months[1] - months[0] + 1).to_numpy(),
            "reason": draw("reason").choice(
                np.array(list(shares), dtype=object), n, p=list(shares.values())
            ),
            "offer_date": clock.OUTCOMES_FIRST_DAY + pd.to_timedelta(days, unit="D"),
            "offer": offer,
            "upgrade": np.isin(offer, ["upgrade", "both"]),
            "discount": np.where(np.isin(offer, ["price", "both"]), discount, 0.0),
        }
    )


def make_latent(world: "World") -> pd.DataFrame:
    """Make each one's chance to come back, and how long the second life would last."""
    p, persons = world.parameters, _persons(world)
    design = [persons[name].to_numpy() for name in ("upgrade", "discount", "first_tenure")]
    by_reason = persons["reason"].map(p["winback_rct.regain_by_reason"]).to_numpy()
    scatter = world.stream("truth/winback_rct/tenure").standard_normal(len(persons))
    log_tenure = mean_log_tenure(p, *design) + p["winback_rct.log_second_tenure_sd"] * scatter
    return pd.DataFrame(
        {
            "contract_id": persons["contract_id"],
            "regain_probability": special.expit(regain_log_odds(p, *design, by_reason)),
            # the shortest that two decimals can show
            "second_lifetime": np.maximum(np.exp(log_tenure), 0.01),
        }
    )


def make_experiment(world: "World") -> pd.DataFrame:
    """Make the experiment as it stands at the end of 2025: long second lives are cut there."""
    p, persons = world.parameters, _persons(world)
    latent, n = world.table("truth/winback_rct"), len(persons)
    regained = world.stream("winback_rct/regained").random(n) < latent["regain_probability"]
    followed = (clock.OUTCOMES_LAST_DAY - persons["offer_date"]).dt.days / DAYS_PER_MONTH
    noise = p["winback_rct.margin_sd"] * world.stream("winback_rct/margin").standard_normal(n)
    margin = (
        persons["plan_price"] * (p["products.margin"] - persons["discount"])
        - p["winback_rct.upgrade_cost"] * persons["upgrade"]
        + noise
    )
    lifetime = latent["second_lifetime"]
    ended = (lifetime <= followed).astype("boolean")
    return persons.drop(columns=["plan_price", "upgrade"]).assign(
        regained=regained,
        second_tenure=np.minimum(lifetime, followed).where(regained),
        second_ended=ended.where(regained),
        second_margin=margin.where(regained),
    )


def value_per_person_asked(world: "World") -> dict[str, float]:
    """Return the expected margin of the second life per person, had all got the same offer.

    Examples
    --------
    >>> from crmlib.world import World
    >>> values = value_per_person_asked(World(customers=200))
    >>> list(values)[:3]
    ['none, 0% off', 'upgrade, 0% off', 'price, 10% off']
    """
    persons = _persons(world)
    each = [(offer, DISCOUNTS if offer in ("price", "both") else (0.0,)) for offer in OFFERS]
    return {
        f"{offer}, {discount:.0%} off": _value(world.parameters, persons, offer, discount)
        for offer, discounts in each
        for discount in discounts
    }


def _value(p: Parameters, persons: pd.DataFrame, offer: str, discount: float) -> float:
    """Return the expected margin of the second life, per person, had all got this offer."""
    first_tenure, n = persons["first_tenure"].to_numpy(), len(persons)
    upgrade, off = np.full(n, offer in ("upgrade", "both")), np.full(n, discount)
    by_reason = persons["reason"].map(p["winback_rct.regain_by_reason"]).to_numpy()
    chance = special.expit(regain_log_odds(p, upgrade, off, first_tenure, by_reason))
    log_tenure = mean_log_tenure(p, upgrade, off, first_tenure)
    tenure = np.exp(log_tenure + p["winback_rct.log_second_tenure_sd"] ** 2 / 2)
    margin = persons["plan_price"] * (p["products.margin"] - discount)
    return float((chance * tenure * (margin - p["winback_rct.upgrade_cost"] * upgrade)).mean())


def _regain_rate(world: "World") -> dict[str, float]:
    chance = world.table("truth/winback_rct")["regain_probability"]
    return chance.groupby(world.table("winback_rct")["offer"]).mean().to_dict()


DERIVED = (
    Derived(
        "winback_rct.regain_rate",
        N_("mean chance to come back with each offer"),
        "",
        "winback_rct",
        "realised",
        _regain_rate,
    ),
    Derived(
        "winback_rct.value_per_person_asked",
        N_(
            "expected margin of the whole second life per person asked, had everybody been made "
            "this offer; future money counts like present money"
        ),
        N_("CNY"),
        "winback_rct",
        "realised",
        value_per_person_asked,
    ),
)
TABLES = {"truth/winback_rct": make_latent, "winback_rct": make_experiment}
