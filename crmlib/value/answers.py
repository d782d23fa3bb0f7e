"""Reference answers of notebook 02, computed from the data: nothing here is typed in."""

from functools import lru_cache

import pandas as pd

from crmlib import data
from crmlib.value import costs, tenure, theory

# choices of the notebook, which no table holds
LINES = ("service", "delivery", "returns", "discount_cost")
THRESHOLD = 25.0
TWO_YEARS = 730
SHARED_COST = 400_000.0


def served() -> pd.DataFrame:
    """Costs to serve with the money for service, which the table holds in minutes only."""
    table = data.load("costs_to_serve")
    others = table[["delivery", "returns", "discount_cost"]].sum(axis=1)
    return table.assign(service=table["total"] - others)


def margin() -> float:
    """Gross margin of the products: the same for all, so one number."""
    products = data.load("products")
    return float(round((1 - products["unit_cost"] / products["price"]).mean(), 2))


# a check compares with several slips, each from the same table
@lru_cache(maxsize=2)
def pnl(start: str | None = None) -> pd.DataFrame:
    """Profit and loss of every customer, of all three years or from a day on."""
    return theory.customer_pnl(
        data.load("transactions"),
        served(),
        margin(),
        data.truth("customers.acquisition_cost"),
        start=start,
        acquired=data.load("customers").set_index("customer_id")["acq_date"],
        cost=LINES,
    )


def share(column: str, q: float = 0.2) -> float:
    """Share of a column that the top hold."""
    return float(theory.pareto_share(pnl()[column], q))


def share_among_winners(q: float = 0.2) -> float:
    """The top's part of the contribution of those who contribute at all: a slip."""
    values = pnl()["contribution"]
    return float(theory.pareto_share(values[values > 0], q))


def share_of_the_largest_buyers(q: float = 0.1) -> float:
    """Part of the contribution that lies with the top by revenue: a slip."""
    table = pnl()
    largest = table["revenue"].nlargest(round(q * len(table))).index
    return float(table["contribution"].loc[largest].sum() / table["contribution"].sum())


def first_rows(q: float = 0.01) -> float:
    """Part of the contribution that lies with the first rows, unsorted: a slip."""
    values = pnl()["contribution"]
    return float(values.head(round(q * len(values))).sum() / values.sum())


def smallest_share(q: float = 0.01) -> float:
    """Share of contribution of the smallest customers: the wrong end of the list."""
    values = pnl()["contribution"]
    return float(values.nsmallest(round(q * len(values))).sum() / values.sum())


def losing(column: str) -> float:
    """Share of customers below zero."""
    return float((pnl()[column] < 0).mean())


def losing_count(column: str) -> int:
    """Number of customers below zero: a slip where a share is asked."""
    return int((pnl()[column] < 0).sum())


def revenue_below_cost() -> float:
    """Share of customers whose revenue, not margin, is below the cost to serve them."""
    return float((pnl()["revenue"] < pnl()["cost_to_serve"]).mean())


def hogs_found(what: str) -> float:
    """Recall or precision of the rule for hogs, or what a slip makes of them."""
    flagged = costs.service_hogs(pnl(), THRESHOLD)
    truth = data.truth_table("costs").set_index("customer_id")["service_hog"]
    both = (flagged & truth).sum()
    if what == "right":
        return float((flagged == truth).mean())
    if what == "number":
        return float(both)
    by = {"recall": truth.sum(), "precision": flagged.sum(), "of all": len(truth)}
    return float(both / by[what])


@lru_cache(maxsize=1)
def relations() -> pd.DataFrame:
    """Tenure and profit of the customers known for two years."""
    return tenure.relations(data.load("transactions"), pnl(), minimum_age=TWO_YEARS)


def changed_sides(direction: str = "both") -> int:
    """Customers who are profitable by one way to spread the shared cost and not by the other."""
    by_head, by_revenue = (
        pnl()["net_profit"] - costs.share_cost(pnl(), SHARED_COST, by) > 0
        for by in (None, "revenue")
    )
    changes = {
        "both": by_head != by_revenue,
        "to profit": ~by_head & by_revenue,
        "to loss": by_head & ~by_revenue,
    }
    if direction == "difference":
        return abs(int(by_head.sum()) - int(by_revenue.sum()))
    return int(changes[direction].sum())
