"""Cross-selling twice: in 2024 as usual, to the good customers; in 2025 as an experiment.

A customer of some product categories is offered another one. Good customers are offered more and
buy more, so that cross-buyers look far better than others. What the new category itself brings is
a margin, less what is sent back and the service that it takes.

The subtle point: a fifth of the customers send back and ask so much that every further category
makes a loss with them. The margin alone does not show it.
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

CASES = 5000  # in each table, with 8,000 shop customers
CATEGORIES = ("tea", "coffee", "drinks", "capsules", "accessories", "gifts")
# What a customer of a category is likely to take next.
GOES_WITH = {
    "tea": "accessories",
    "coffee": "capsules",
    "drinks": "coffee",
    "capsules": "accessories",
    "accessories": "gifts",
    "gifts": "tea",
}
DAYS_PER_YEAR = 365.25

PARAMETERS = (
    Parameter(
        "crosssell.offer",
        {"intercept": -0.4, "past margin": 0.9, "categories": 0.3},
        N_(
            "log odds of an offer in 2024: at the mean log past margin and one category, per "
            "standard deviation of log past margin, per further category"
        ),
        N_("log odds"),
        "crosssell_obs",
        -6,
        6,
    ),
    Parameter(
        "crosssell.match_first",
        0.5,
        N_("share of the offers of 2024 that go by what fits, if it is not held; others by chance"),
        "",
        "crosssell_obs",
        0.0,
        1.0,
    ),
    Parameter(
        "crosssell.trial_share",
        0.5,
        N_("share of the customers of the experiment of 2025 who get an offer, by chance"),
        "",
        "crosssell_rct",
        0.05,
        0.95,
    ),
    Parameter(
        "crosssell.purchase",
        {"intercept": -2.6, "offer": 1.6, "fits": 0.8, "past margin": 0.5},
        N_(
            "log odds to buy a further category: without an offer at the mean log past margin, "
            "more with an offer, more if the category fits, per standard deviation of log past "
            "margin"
        ),
        N_("log odds"),
        "crosssell_rct",
        -8,
        8,
    ),
    Parameter(
        "crosssell.costly_share",
        0.2,
        N_("share of the customers who send back and ask very much"),
        "",
        "crosssell_rct",
        0.0,
        1.0,
    ),
    Parameter(
        "crosssell.new_margin",
        70.0,
        N_("mean margin of the further category in a year"),
        N_("CNY"),
        "crosssell_rct",
        1,
        100_000,
    ),
    Parameter(
        "crosssell.new_costs",
        {"returns": 6.0, "service": 8.0, "returns of the costly": 110.0, "service of these": 85.0},
        N_("mean costs of the further category in a year: usual, and of the costly customers"),
        N_("CNY"),
        "crosssell_rct",
        0.01,
        100_000,
    ),
    Parameter(
        "crosssell.usual_margin_share",
        0.6,
        N_("margin of the categories held before, as a share of the past yearly margin"),
        "",
        "crosssell_rct",
        0.01,
        3,
    ),
    Parameter(
        "crosssell.usual_cost",
        11.5,
        N_("mean yearly cost to serve the categories held before"),
        N_("CNY"),
        "crosssell_rct",
        0.01,
        100_000,
    ),
)


def holdings(world: "World") -> pd.DataFrame:
    """Return what each customer bought in 2021 to 2023: categories, the main one, the margin."""
    orders, customers = world.table("transactions"), world.table("customers")
    category = orders["product_id"].map(world.table("products").set_index("product_id")["category"])
    count = pd.crosstab(orders["customer_id"], category)
    count = count.reindex(columns=list(CATEGORIES), fill_value=0)
    age = (clock.LAST_DAY - customers.set_index("customer_id")["acq_date"]).dt.days / DAYS_PER_YEAR
    revenue = orders.groupby("customer_id")["amount"].sum()
    frame = pd.DataFrame(
        {
            "main_category": count.idxmax(axis=1),
            "categories_held": (count > 0).sum(axis=1),
            "past_margin": (world.parameters["products.margin"] * revenue / age).round(2),
        }
    ).reset_index()
    return frame.join(count.gt(0).reset_index(drop=True))


def standard_log(margin: pd.Series) -> pd.Series:
    """Return the logarithms of past margins, with mean 0 and standard deviation 1.

    Examples
    --------
    >>> standard_log(pd.Series([1.0, 10.0, 100.0])).round(2).tolist()
    [-1.22, 0.0, 1.22]
    """
    log = np.log(margin)
    return (log - log.mean()) / log.std(ddof=0)


def make_truth(world: "World") -> pd.DataFrame:
    """Make which of the customers are costly."""
    share = world.parameters["crosssell.costly_share"]
    chance = world.stream("truth/crosssell/costly").random(world.customers)
    ids = world.table("customers")["customer_id"]
    return pd.DataFrame({"customer_id": ids, "costly": chance < share})


def _cases(world: "World", name: str) -> pd.DataFrame:
    """Choose the customers of a table by chance, of those who lack a category."""
    held = holdings(world).assign(score=lambda frame: standard_log(frame["past_margin"]))
    held["costly"] = world.table("truth/crosssell")["costly"]
    able = held[held["categories_held"] < len(CATEGORIES)]
    random = world.stream(f"{name}/customers")
    chosen = random.permutation(len(able))[: world.scaled(CASES)]
    return able.iloc[np.sort(chosen)].reset_index(drop=True)


def _category(world: "World", name: str, frame: pd.DataFrame, fitting_share: float) -> pd.Series:
    """Choose for each customer a category not held: some by what fits, the others by chance."""
    n = len(frame)
    chance = world.stream(f"{name}/category").random((n, len(CATEGORIES)))
    chance[frame[list(CATEGORIES)].to_numpy()] = -1
    category = pd.Series(np.array(CATEGORIES, dtype=object)[chance.argmax(axis=1)])
    fitting = frame["main_category"].map(GOES_WITH)
    column = fitting.map({other: place for place, other in enumerate(CATEGORIES)})
    lacks = chance[np.arange(n), column] >= 0
    first = lacks & (world.stream(f"{name}/fitting").random(n) < fitting_share)
    return category.mask(first, fitting)


def _with_outcomes(
    world: "World", name: str, frame: pd.DataFrame, offered: np.ndarray, category: pd.Series
) -> pd.DataFrame:
    """Add who bought, and the year's profit from the old categories and the new one."""
    p, n = world.parameters, len(frame)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"{name}/{part}")

    weight, costs = p["crosssell.purchase"], p["crosssell.new_costs"]
    fits = frame["main_category"].map(GOES_WITH) == category
    odds = weight["intercept"] + weight["past margin"] * frame["score"] + weight["fits"] * fits
    bought = draw("bought").random(n) < special.expit(odds + weight["offer"] * offered)
    costly = frame["costly"].to_numpy()
    returns = np.where(costly, costs["returns of the costly"], costs["returns"])
    service = np.where(costly, costs["service of these"], costs["service"])
    usual = p["crosssell.usual_margin_share"] * frame["past_margin"].to_numpy()
    cost = draw("usual cost").gamma(2, p["crosssell.usual_cost"] / 2, n)
    frame = frame.assign(
        case_id=np.arange(1, n + 1),
        offered=offered,
        category=category,
        bought=bought,
        usual_profit=(usual * draw("usual margin").gamma(2, 0.5, n) - cost).round(2),
        new_margin=(draw("new margin").gamma(4, p["crosssell.new_margin"] / 4, n)).round(2),
        new_returns=draw("new returns").gamma(3, returns / 3).round(2),
        new_service=draw("new service").gamma(3, service / 3).round(2),
    )
    for column in ("new_margin", "new_returns", "new_service"):
        frame[column] = frame[column].where(bought, 0.0)
    new = frame["new_margin"] - frame["new_returns"] - frame["new_service"]
    return frame.assign(profit=frame["usual_profit"] + new).drop(
        columns=["score", "costly", *CATEGORIES]
    )


def make_observed(world: "World") -> pd.DataFrame:
    """Make the cross-selling of 2024: the good customers are offered more."""
    p, name = world.parameters, "crosssell_obs"
    frame, weight = _cases(world, name), p["crosssell.offer"]
    odds = (
        weight["intercept"]
        + weight["past margin"] * frame["score"]
        + weight["categories"] * (frame["categories_held"] - 1)
    )
    offered = world.stream(f"{name}/offered").random(len(frame)) < special.expit(odds).to_numpy()
    category = _category(world, name, frame, p["crosssell.match_first"])
    return _with_outcomes(world, name, frame, offered, category)


def make_experiment(world: "World") -> pd.DataFrame:
    """Make the experiment of 2025: offers, and the categories offered, by chance."""
    name = "crosssell_rct"
    frame = _cases(world, name)
    share = world.parameters["crosssell.trial_share"]
    offered = world.stream(f"{name}/offered").random(len(frame)) < share
    return _with_outcomes(world, name, frame, offered, _category(world, name, frame, 0.0))


def new_profit(frame: pd.DataFrame) -> pd.Series:
    """Return what the further category brought each cross-buyer's firm, in CNY."""
    new = frame["new_margin"] - frame["new_returns"] - frame["new_service"]
    return new[frame["bought"]]


def mean_new_profit(world: "World") -> float:
    """Return the mean profit of a further category, from the parameters alone."""
    p = world.parameters
    costs, costly = p["crosssell.new_costs"], p["crosssell.costly_share"]
    usual = costs["returns"] + costs["service"]
    high = costs["returns of the costly"] + costs["service of these"]
    return p["crosssell.new_margin"] - (1 - costly) * usual - costly * high


def loss_share(frame: pd.DataFrame) -> float:
    """Return the share of all losses that is with cross-buyers whose new category loses money."""
    loss = frame["profit"].clip(upper=0)
    losing = new_profit(frame).loc[lambda new: new < 0].index
    return float(loss[losing].sum() / loss.sum())


def _unprofitable(world: "World") -> float:
    return float((new_profit(world.table("crosssell_obs")) < 0).mean())


def fitting_category(_world: "World") -> dict[str, str]:
    """Return the category that goes with each main category."""
    return dict(GOES_WITH)


DERIVED = (
    Derived(
        "crosssell.fitting_category",
        N_("category that goes with each main category, and is bought more often for it"),
        "",
        "crosssell_rct",
        "implied",
        fitting_category,
    ),
    Derived(
        "crosssell.mean_new_profit",
        N_("mean profit of a further category with those who buy it"),
        N_("CNY"),
        "crosssell_rct",
        "implied",
        mean_new_profit,
    ),
    Derived(
        "crosssell.unprofitable_share",
        N_("share of the cross-buyers of 2024 with whom the further category loses money"),
        "",
        "crosssell_obs",
        "realised",
        _unprofitable,
    ),
    Derived(
        "crosssell.loss_share",
        N_("their share of the losses with all customers of the table who lose the firm money"),
        "",
        "crosssell_obs",
        "realised",
        lambda world: loss_share(world.table("crosssell_obs")),
    ),
)
TABLES = {
    "truth/crosssell": make_truth,
    "crosssell_obs": make_observed,
    "crosssell_rct": make_experiment,
}
