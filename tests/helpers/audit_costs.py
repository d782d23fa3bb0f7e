"""Audit cases of costs to serve, profit and tiers."""

import numpy as np
import pandas as pd

from crmlib import rfm
from crmlib.models import BGNBD, GammaGamma
from crmlib.world import World, clock, costs
from crmlib.world.purchases import DISCOUNTS
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap

ENOUGH_ORDERS = 3
HOG_SERVICE = 0.35  # of a hog's further service: far above what others need, far below hogs'
LONG_DAYS = 2 * 365
REDRAWS = 20


def customers(world: World) -> pd.DataFrame:
    """One row a customer: orders, years as a customer, service cost, delivery."""
    p = world.parameters
    table = world.table("costs_to_serve").groupby("customer_id")[["service_min", "delivery"]].sum()
    table["service"] = p["costs.per_minute"] * table["service_min"]
    table["orders"] = world.table("transactions").groupby("customer_id").size()
    acquired = world.table("customers").set_index("customer_id")["acq_date"]
    table["years"] = ((clock.LAST_DAY - acquired).dt.days + 1) / costs.DAYS_PER_YEAR
    return table


def service(world: World) -> dict[str, Estimate]:
    p, table = world.parameters, customers(world)
    seen = table[table["orders"] >= ENOUGH_ORDERS]
    base = p["costs.base_shape"] * p["costs.base_scale"]
    further = p["costs.hog_shape"] * p["costs.hog_scale"]
    per_order = p["costs.per_order"]["service"]
    hog = seen["service"] / seen["orders"] > per_order + HOG_SERVICE * further
    found = estimators.shares(hog, {True: p["costs.hog_share"]}, "hogs")
    columns = {"per order": seen["orders"], "per year": seen["years"]}
    usual = {name: values[~hog] for name, values in columns.items()}
    truth = {"per order": per_order, "per year": base}
    found |= estimators.ols(seen["service"][~hog], usual, truth, "service")
    without_base = seen["service"][hog] - base * seen["years"][hog]
    orders = {"per order": seen["orders"][hog]}
    truth = {"per order": per_order + further}
    found |= estimators.ols(without_base, orders, truth, "service of hogs")
    rest = without_base - found["service of hogs: per order"].value * seen["orders"][hog]
    base_variance = p["costs.base_shape"] * p["costs.base_scale"] ** 2
    variance = (rest**2 - base_variance * seen["years"][hog]) / seen["orders"][hog]
    truth = p["costs.hog_shape"] * p["costs.hog_scale"] ** 2 + per_order**2
    return found | estimators.mean(variance, truth, "variance of a hog's order")


def without_orders(world: World) -> dict[str, Estimate]:
    """Service in whole years in which a customer bought nothing."""
    p, table = world.parameters, world.table("costs_to_serve")
    acquired = table["customer_id"].map(world.table("customers").set_index("customer_id").acq_date)
    quiet = table[(table["delivery"] == 0) & (table["year"] > acquired.dt.year)]
    cost = p["costs.per_minute"] * quiet["service_min"]
    shape, scale = p["costs.base_shape"], p["costs.base_scale"]
    found = estimators.mean(cost, shape * scale, "mean of a year without orders")
    squares = (cost - cost.mean()) ** 2
    return found | estimators.mean(squares, shape * scale**2, "variance of a year without orders")


def delivery(world: World) -> dict[str, Estimate]:
    table, truth = customers(world), world.parameters["costs.per_order"]["delivery"]
    return estimators.ols(
        table["delivery"], {"per order": table["orders"]}, {"per order": truth}, "delivery"
    )


def long_and_unprofitable(world: World) -> Numbers:
    """Share of those buying over two years who have not earned their acquisition.

    Naive: by margin alone. Right: by each one's own costs. Truth: amounts and costs drawn anew
    from the planted parameters, for the same orders.
    """
    p = world.parameters
    orders = world.table("transactions").groupby("customer_id")
    span = (orders["date"].max() - orders["date"].min()).dt.days
    long = span[span >= LONG_DAYS].index
    profit = costs.profit(world).loc[long]
    margin = p["products.margin"] * profit["revenue"] - p["customers.acquisition_cost"]
    return Numbers(
        naive=(margin < 0).mean(),
        right=(profit["net_profit"] < 0).mean(),
        truth=_drawn_anew(world, long),
    )


def _drawn_anew(world: World, long: pd.Index) -> float:
    p, random = world.parameters, np.random.default_rng(0)
    table = customers(world).loc[long]
    typical = world.table("truth/customers").set_index("customer_id")["typical_amount"][long]
    hog = world.table("truth/costs").set_index("customer_id")["service_hog"][long]
    customer = np.repeat(np.arange(len(long)), table["orders"])
    n = len(customer)
    losses = []
    for _draw in range(REDRAWS):
        amount = typical.to_numpy()[customer] * random.gamma(p["purchases.p"], size=n)
        amount /= p["purchases.p"]
        discount = random.choice(DISCOUNTS, n, p=p["purchases.discount_shares"]) * amount
        lost = p["costs.return_lost"] * amount + p["costs.return_handling"]
        lost *= random.random(n) < p["purchases.return_share"]
        service = random.gamma(2, p["costs.per_order"]["service"], n)  # with delivery, alike
        service += hog.to_numpy()[customer] * random.gamma(
            p["costs.hog_shape"], p["costs.hog_scale"], n
        )
        order = p["products.margin"] * amount - discount - lost - service
        base = random.gamma(p["costs.base_shape"] * table["years"], p["costs.base_scale"])
        earned = np.bincount(customer, order) - base - p["customers.acquisition_cost"]
        losses.append((earned < 0).mean())
    return float(np.mean(losses))


def top_fifth_next_year(world: World) -> Numbers:
    """Revenue in 2023 of 2022's top fifth, as a share of their revenue in 2022.

    Naive: the same again. Right: what BG/NBD and Gamma-Gamma, fitted on 2021 and 2022, expect.
    """
    panel = world.table("tier_panel").pivot_table("revenue", "customer_id", "year")
    top = panel[2022].nlargest(int(np.ceil(0.2 * len(panel)))).index
    orders = world.table("transactions")
    known = orders[orders["customer_id"].isin(panel.index) & (orders["date"] <= "2022-12-31")]
    summary = rfm.summarize(known, end="2022-12-31")
    expected = BGNBD(summary).fit().expected_purchases(365 / 7)
    expected = (expected * GammaGamma(summary).fit().expected_spend()).loc[top].sum()
    before = panel.loc[top, 2022].sum()
    return Numbers(1.0, expected / before, panel.loc[top, 2023].sum() / before)


CASES = (
    Recovery("service: hogs and others", service),
    Recovery("service without orders", without_orders),
    Recovery("delivery", delivery),
    Trap("T6 long-standing customers who lose money", long_and_unprofitable, 0.12, 0.05, -1),
    Trap("T8 the best fall back by themselves", top_fifth_next_year, 0.25, 0.15, +1),
)
