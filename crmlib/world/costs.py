"""What each customer costs in each year: service, delivery, returns, discounts.

Every order costs some service and delivery. About one customer in eight is a hog, who takes many
times the service of others with every order; some service is needed without any order. What was
sent back and what was let off the price come on top.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.parameters import Derived, Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

DAYS_PER_YEAR = 365.25
MINUTES_PER_CALL = 8

PARAMETERS = (
    Parameter(
        "costs.per_order",
        {"service": 4.0, "delivery": 4.0},
        N_("mean cost of an order, for service and for packing and delivery (each exponential)"),
        N_("CNY per order"),
        "costs_to_serve",
        0,
        1_000,
    ),
    Parameter(
        "costs.hog_share",
        0.12,
        N_("share of service hogs among the customers"),
        "",
        "costs_to_serve",
        0,
        1,
    ),
    Parameter(
        "costs.hog_shape",
        4.0,
        N_("shape of the Gamma distribution of a hog's further service per order"),
        "",
        "costs_to_serve",
        0.1,
        100,
    ),
    Parameter(
        "costs.hog_scale",
        18.0,
        N_("scale of the Gamma distribution of a hog's further service per order"),
        N_("CNY"),
        "costs_to_serve",
        0.01,
        10_000,
    ),
    Parameter(
        "costs.base_shape",
        1.5,
        N_("shape of the Gamma distribution of a year's service without orders"),
        "",
        "costs_to_serve",
        0.01,
        100,
    ),
    Parameter(
        "costs.base_scale",
        2.0,
        N_("scale of the Gamma distribution of a year's service without orders"),
        N_("CNY"),
        "costs_to_serve",
        0,
        1_000,
    ),
    Parameter(
        "costs.per_minute",
        1.2,
        N_("cost of a minute of service"),
        N_("CNY per minute"),
        "costs_to_serve",
        0.01,
        100,
    ),
    Parameter(
        "costs.return_lost",
        0.5,
        N_("share of its amount that an order costs of which something is sent back"),
        "",
        "costs_to_serve",
        0,
        1,
    ),
    Parameter(
        "costs.return_handling",
        8.0,
        N_("handling of an order of which something is sent back"),
        N_("CNY per order"),
        "costs_to_serve",
        0,
        1_000,
    ),
)


def make_hogs(world: "World") -> pd.DataFrame:
    """Make who is a service hog."""
    chance = world.stream("truth/costs").random(world.customers)
    return pd.DataFrame(
        {
            "customer_id": world.table("truth/customers")["customer_id"],
            "service_hog": chance < world.parameters["costs.hog_share"],
        }
    )


def make_costs(world: "World") -> pd.DataFrame:
    """Make one row a customer and calendar year, from the year of acquisition on."""
    p = world.parameters
    rows = _customer_years(world)
    orders, n = rows["orders"].to_numpy(), len(rows)
    hog = world.table("truth/costs").set_index("customer_id")["service_hog"]
    further = np.where(rows["customer_id"].map(hog), orders * p["costs.hog_shape"], 0)

    def gamma(part: str, shape: np.ndarray, scale: float) -> np.ndarray:
        return world.stream(f"costs_to_serve/{part}").gamma(shape, scale)

    service = (
        gamma("service", orders, p["costs.per_order"]["service"])
        + gamma("hogs", further, p["costs.hog_scale"])
        + gamma("base", p["costs.base_shape"] * rows["exposure"].to_numpy(), p["costs.base_scale"])
    )
    # Rounded first, so that the total is the sum of what the table shows.
    minutes = (service / p["costs.per_minute"]).round(1)
    parts = {
        "delivery": gamma("delivery", orders, p["costs.per_order"]["delivery"]).round(2),
        "returns": rows["returns"].to_numpy().round(2),
        "discount_cost": rows["discount"].to_numpy().round(2),
    }
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "year": rows["year"],
            "service_min": minutes,
            "calls": world.stream("costs_to_serve/calls").poisson(minutes / MINUTES_PER_CALL, n),
            **parts,
            "total": p["costs.per_minute"] * minutes + sum(parts.values()),
        }
    )


def _customer_years(world: "World") -> pd.DataFrame:
    """One row a customer and year: share of the year as a customer, orders, returns, discounts."""
    p = world.parameters
    customers, orders = world.table("customers"), world.table("transactions")
    years = customers[["customer_id", "acq_date"]].merge(
        pd.DataFrame({"year": clock.YEARS}), how="cross"
    )
    years = years[years["year"] >= years["acq_date"].dt.year].copy()
    first = pd.to_datetime(years["year"].astype("str") + "-01-01")
    last = pd.to_datetime(years["year"].astype("str") + "-12-31")
    days = (last - years["acq_date"].where(years["acq_date"] > first, first)).dt.days + 1
    years["exposure"] = days / DAYS_PER_YEAR
    lost = p["costs.return_lost"] * orders["amount"] + p["costs.return_handling"]
    sums = (
        orders.assign(year=orders["date"].dt.year, returns=lost.where(orders["returned"], 0))
        .groupby(["customer_id", "year"], as_index=False)
        .agg(orders=("amount", "size"), returns=("returns", "sum"), discount=("discount", "sum"))
    )
    return years.merge(sums, on=["customer_id", "year"], how="left").fillna(
        {"orders": 0, "returns": 0, "discount": 0}
    )


def profit(world: "World") -> pd.DataFrame:
    """Return revenue, contribution and net profit of each customer over the whole observation.

    Contribution is the margin less the costs to serve; net profit also pays the acquisition.

    Examples
    --------
    >>> from crmlib.world import World
    >>> profit(World(seed=1, customers=200)).columns.tolist()
    ['revenue', 'contribution', 'net_profit']
    """
    p = world.parameters
    revenue = world.table("transactions").groupby("customer_id")["amount"].sum()
    costs = world.table("costs_to_serve").groupby("customer_id")["total"].sum()
    contribution = p["products.margin"] * revenue - costs
    return pd.DataFrame(
        {
            "revenue": revenue,
            "contribution": contribution,
            "net_profit": contribution - p["customers.acquisition_cost"],
        }
    )


def top_share(value: pd.Series, share: float = 0.2) -> float:
    """Return the share of the total that the largest ceil(share · n) hold; it may exceed 1.

    Examples
    --------
    >>> top_share(pd.Series([6.0, 3.0, 2.0, 1.0, -2.0]))
    0.6
    """
    largest = value.nlargest(int(np.ceil(share * len(value))))
    return float(largest.sum() / value.sum())


def _top_shares(world: "World") -> dict[str, float]:
    return {name: top_share(value) for name, value in profit(world).items()}


def _unprofitable(world: "World") -> float:
    return float((profit(world)["net_profit"] < 0).mean())


DERIVED = (
    Derived(
        "costs.top_fifth_share",
        N_("share that the top fifth of the customers hold, by each measure"),
        "",
        "costs_to_serve",
        "realised",
        _top_shares,
    ),
    Derived(
        "costs.unprofitable_share",
        N_("share of the customers who have not earned their acquisition"),
        "",
        "costs_to_serve",
        "realised",
        _unprofitable,
    ),
)
TABLES = {"truth/costs": make_hogs, "costs_to_serve": make_costs}
