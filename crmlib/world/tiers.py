"""Three years of the customers of the first year, in tiers: added up from orders and costs.

Nothing is drawn here: that tiers change from year to year follows from how people buy.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.parameters import Derived, Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

TIERS = ("platinum", "gold", "iron", "lead")

PARAMETERS = (
    Parameter(
        "tiers.cuts",
        (0.01, 0.2, 0.5),
        N_("shares of the customers down to which platinum, gold and iron reach"),
        "",
        "tier_panel",
        0.0001,
        0.9999,
    ),
)


def make_tiers(world: "World") -> pd.DataFrame:
    """Make one row a customer acquired in the first year, and year."""
    customers = world.table("customers")
    first = customers.loc[customers["acq_date"].dt.year == clock.YEARS[0], "customer_id"]
    orders = world.table("transactions")
    revenue = orders.groupby([orders["customer_id"], orders["date"].dt.year.rename("year")])[
        "amount"
    ].sum()
    costs = world.table("costs_to_serve").set_index(["customer_id", "year"])["total"]
    index = pd.MultiIndex.from_product([first, clock.YEARS], names=["customer_id", "year"])
    panel = pd.DataFrame({"revenue": revenue.reindex(index, fill_value=0).round(2)})
    margin = world.parameters["products.margin"]
    panel["contribution"] = margin * panel["revenue"] - costs.reindex(index, fill_value=0)
    cuts = world.parameters["tiers.cuts"]
    panel["tier"] = panel.groupby("year")["revenue"].transform(tier, cuts=cuts)
    return panel.reset_index()


def tier(revenue: pd.Series, cuts: tuple[float, ...]) -> pd.Series:
    """Return the tier of each customer by revenue; who bought nothing is lead.

    Examples
    --------
    >>> tier(pd.Series([9.0, 5.0, 1.0, 0.0]), (0.25, 0.5, 1)).tolist()
    ['platinum', 'gold', 'iron', 'lead']
    """
    rank = revenue.rank(ascending=False, method="first").to_numpy()
    last = np.ceil(np.array(cuts) * len(revenue))
    place = np.where(revenue > 0, np.searchsorted(last, rank), len(TIERS) - 1)
    return pd.Series(np.array(TIERS, dtype=object)[place], index=revenue.index)


def _yearly(world: "World") -> tuple[pd.Series, pd.Series, pd.Series]:
    panel = world.table("tier_panel").pivot_table("revenue", "customer_id", "year")
    second, third = panel[clock.YEARS[1]], panel[clock.YEARS[2]]
    return second, third, second.rank(ascending=False, method="first")


def _correlation(world: "World") -> float:
    second, third, _rank = _yearly(world)
    return float(second.corr(third))


def _stay(world: "World") -> dict[str, float]:
    second, third, rank = _yearly(world)
    later = third.rank(ascending=False, method="first")
    size = {name: np.ceil(share * len(second)) for name, share in (("1%", 0.01), ("20%", 0.2))}
    return {name: float((later[rank <= n] <= n).mean()) for name, n in size.items()}


def _bought_nothing(world: "World") -> float:
    second, third, rank = _yearly(world)
    return float((third[rank <= np.ceil(0.2 * len(second))] == 0).mean())


DERIVED = (
    Derived(
        "tiers.correlation",
        N_("correlation of a customer's revenue in the second and the third year"),
        "",
        "tier_panel",
        "realised",
        _correlation,
    ),
    Derived(
        "tiers.stay",
        N_("share of the second year's top 1% and top 20% who are in it again in the third"),
        "",
        "tier_panel",
        "realised",
        _stay,
    ),
    Derived(
        "tiers.top_fifth_bought_nothing",
        N_("share of the second year's top fifth who bought nothing in the third"),
        "",
        "tier_panel",
        "realised",
        _bought_nothing,
    ),
)
TABLES = {"tier_panel": make_tiers}
