"""The monthly box by subscription: contracts that end when the customer says so.

sBG: each subscriber has a chance of his or her own to end the contract, the same every month of
his or her life. That a cohort's retention rises with the months is sorting alone: those with a
high chance leave first.
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

CONTRACTS, ALSO_CUSTOMERS = 5000, 2400  # with 8,000 shop customers
LAST_START = 30
PLANS = ("small", "medium", "large")

PARAMETERS = (
    Parameter(
        "subscriptions.alpha",
        0.8,
        N_("first shape of the Beta distribution of the monthly chance to leave (sBG)"),
        "",
        "subscriptions",
        0.05,
        100,
    ),
    Parameter(
        "subscriptions.beta",
        5.0,
        N_("second shape of the Beta distribution of the monthly chance to leave (sBG)"),
        "",
        "subscriptions",
        0.05,
        1_000,
    ),
    Parameter(
        "subscriptions.fewer_each_month",
        0.03,
        N_("share by which fewer contracts begin in each further month"),
        "",
        "subscriptions",
        0.0,
        0.9,
    ),
    Parameter(
        "subscriptions.plan_shares",
        dict(zip(PLANS, (0.5, 0.35, 0.15), strict=True)),
        N_("share of the contracts on each plan"),
        "",
        "subscriptions",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "subscriptions.price",
        dict(zip(PLANS, (59.0, 99.0, 169.0), strict=True)),
        N_("price of each plan"),
        N_("CNY per month"),
        "subscriptions",
        0,
        100_000,
    ),
    Parameter(
        "subscriptions.acquisition_cost",
        160.0,
        N_("cost of acquiring a subscriber"),
        N_("CNY"),
        "subscriptions",
        0,
        100_000,
    ),
    Parameter(
        "subscriptions.retention_spend",
        40.0,
        N_("what is spent on keeping a subscriber"),
        N_("CNY per year"),
        "subscriptions",
        0,
        100_000,
    ),
)


def survival(month: float, alpha: float, beta: float) -> float:
    r"""Return the share of a cohort that is still under contract after so many renewals.

    .. math:: S(t) = \frac{B(\alpha, \beta + t)}{B(\alpha, \beta)}

    References
    ----------
    Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing
    21(1), 76-90.

    Examples
    --------
    >>> [round(survival(month, 0.8, 5.0), 2) for month in (0, 12, 24, 36)]
    [1.0, 0.37, 0.24, 0.18]
    """
    return float(np.exp(special.betaln(alpha, beta + month) - special.betaln(alpha, beta)))


def make_latent(world: "World") -> pd.DataFrame:
    """Make each contract's chance to end, and how long it will last, also beyond observation."""
    p, n = world.parameters, world.scaled(CONTRACTS)
    chance = world.stream("truth/subscriptions/chance").beta(
        p["subscriptions.alpha"], p["subscriptions.beta"], n
    )
    # a chance of 0 would last for ever
    chance = np.maximum(chance.round(8), 1e-8)
    return pd.DataFrame(
        {
            "contract_id": np.arange(1, n + 1),
            "churn_probability": chance,
            "lifetime_months": world.stream("truth/subscriptions/months").geometric(chance),
        }
    )


def make_subscriptions(world: "World") -> pd.DataFrame:
    """Make the contracts, as they stand on the last day of observation."""
    p = world.parameters
    latent = world.table("truth/subscriptions")
    n = len(latent)
    customer, start = _who_and_when(world, n)
    months = latent["lifetime_months"].to_numpy()
    censored = start + months - 1 > clock.OBSERVED_MONTHS
    shares = p["subscriptions.plan_shares"]
    plan = world.stream("subscriptions/plan").choice(PLANS, n, p=list(shares.values()))
    first_day = clock.first_of_month(start)
    # the day after a contract's end is the first of a month
    after = clock.first_of_month(np.minimum(start + months, clock.OBSERVED_MONTHS + 1))
    end = pd.Series(after - pd.Timedelta(1, "D")).mask(censored)
    return pd.DataFrame(
        {
            "contract_id": latent["contract_id"],
            "customer_id": customer,
            "start": first_day,
            "end": end,
            "plan": plan,
            "price": pd.Series(plan).map(p["subscriptions.price"]),
            "cohort": pd.PeriodIndex(first_day, freq="Q").strftime("%Y-Q%q"),
            "censored": censored,
        }
    )


def _who_and_when(world: "World", n: int) -> tuple[pd.Series, np.ndarray]:
    """Return the shop customer behind each contract, if any, and the month in which it begins."""
    weight = (1 - world.parameters["subscriptions.fewer_each_month"]) ** np.arange(LAST_START)
    start = world.stream("subscriptions/start").choice(
        np.arange(1, LAST_START + 1), n, p=weight / weight.sum()
    )
    customers = world.table("customers")
    random = world.stream("subscriptions/customer")
    also = min(world.scaled(ALSO_CUSTOMERS), n)
    contract = random.permutation(n)[:also]
    chosen = customers.iloc[random.permutation(len(customers))[:also]]
    acquired = chosen["acq_date"]
    month = 12 * (acquired.dt.year - clock.FIRST_DAY.year) + acquired.dt.month
    # a shop customer subscribes after the first order, never before
    start[contract] = np.maximum(start[contract], month.to_numpy() + 1)
    customer = pd.Series(pd.NA, index=range(n), dtype="Int64")
    customer.iloc[contract] = chosen["customer_id"].to_numpy()
    return customer, start


def _survival(world: "World") -> dict[str, float]:
    p = world.parameters
    shapes = p["subscriptions.alpha"], p["subscriptions.beta"]
    return {str(month): survival(month, *shapes) for month in (12, 24, 36)}


def _retention(world: "World") -> dict[str, float]:
    alpha, beta = (world.parameters[f"subscriptions.{name}"] for name in ("alpha", "beta"))
    return {str(t): (beta + t - 1) / (alpha + beta + t - 1) for t in (1, 12, 24, 36)}


DERIVED = (
    Derived(
        "subscriptions.survival",
        N_("share of a cohort still under contract after 12, 24 and 36 renewals"),
        "",
        "subscriptions",
        "implied",
        _survival,
    ),
    Derived(
        "subscriptions.retention",
        N_("share of a cohort's remaining contracts that are renewed at renewal 1, 12, 24 and 36"),
        "",
        "subscriptions",
        "implied",
        _retention,
    ),
)
TABLES = {"truth/subscriptions": make_latent, "subscriptions": make_subscriptions}
