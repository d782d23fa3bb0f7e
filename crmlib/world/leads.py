"""The leads of 2024: found by fourteen methods, reached, offered, won, and followed for a year.

Each method has its price, its luck on the way to an order, and customers of its own kind. Those
won by poaching (from rivals) come cheap and easily, and go as easily; those won by referral stay.

The subtle point: a cheap customer need not be a good one. Cost per customer and value per customer
order the methods differently.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world import leads_parameters
from crmlib.world.clock import OUTCOMES_FIRST_DAY
from crmlib.world.leads_parameters import CRITERIA, METHODS, MIDDLE_SCORE, SIGNALS
from crmlib.world.parameters import Derived

if TYPE_CHECKING:
    from crmlib.world.company import World

PARAMETERS = leads_parameters.PARAMETERS
LEADS = 6000  # with 8,000 shop customers
LAST_FOUND_DAY = 273  # of 2024: the year after the decision must end within the outcome window
LONGEST_STEP = 30


def _prospects(world: "World") -> pd.DataFrame:
    """Return every lead with its method, criteria, type, and what came of it."""
    p, n = world.parameters, world.scaled(LEADS)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"leads/{part}")

    shares = list(p["leads.method_shares"].values())
    method = draw("found by").choice(np.array(METHODS, dtype=object), n, p=shares)
    frame = pd.DataFrame({"lead_id": np.arange(1, n + 1), "method": method})
    for criterion in CRITERIA:
        chance = np.full(n, 0.5)
        if criterion == "partnership":
            chance = frame["method"].map(p["leads.partnership"]).to_numpy(dtype=float)
        frame[criterion] = 1 + draw(criterion).binomial(4, chance)
    types = p["leads.buyer_type_shares"]
    frame["buyer_type"] = draw("type").choice(
        np.array(list(types), dtype=object), n, p=list(types.values())
    )
    odds, margin, stay = _potential(world, frame)
    reached = draw("reached").random(n) < frame["method"].map(p["leads.reached"])
    offered = reached & (draw("offered").random(n) < frame["method"].map(p["leads.offered"]))
    frame = frame.assign(
        reached=reached,
        offered=offered,
        converted=offered & (draw("converted").random(n) < special.expit(odds)),
        purchase_probability=special.expit(odds),
        typical_margin=margin,
        stay_probability=special.expit(stay),
        margin_12m=margin * np.exp(p["leads.margin_sd"] * draw("margin").standard_normal(n)),
        active_12m=draw("stay").random(n) < special.expit(stay),
    )
    for signal in SIGNALS:
        shown = p["leads.signal_without_order"][signal]
        likely = np.minimum(shown * p["leads.signal_ratio"][signal], 0.99)
        chance = np.where(frame["converted"], likely, shown)
        frame[signal] = draw(signal).random(n) < chance
    return frame


def _potential(world: "World", frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each lead's log odds to order, typical margin, and log odds to stay."""
    p, method = world.parameters, frame["method"]
    score = {name: frame[name].to_numpy() - MIDDLE_SCORE for name in CRITERIA}
    of_type = {"rational": 0.0} | dict(p["leads.buyer_type_effect"])
    odds = (
        method.map(p["leads.purchase"]).to_numpy(dtype=float)
        + p["leads.purchase_per_demand"] * score["demand"]
        + frame["buyer_type"].map(of_type).to_numpy(dtype=float)
    )
    on_margin = sum(p["leads.margin_per_point"][name] * score[name] for name in CRITERIA)
    on_stay = sum(p["leads.stay_per_point"][name] * score[name] for name in CRITERIA)
    margin = method.map(p["leads.margin"]).to_numpy(dtype=float) * np.exp(on_margin)
    return odds, margin, method.map(p["leads.stay"]).to_numpy(dtype=float) + on_stay


def make_truth(world: "World") -> pd.DataFrame:
    """Make what each lead would do, and be worth, if it came so far."""
    names = ["lead_id", "purchase_probability", "typical_margin", "stay_probability"]
    return _prospects(world)[names]


def make_leads(world: "World") -> pd.DataFrame:
    """Make one row a lead; what was not seen, since it did not come so far, is empty."""
    p, frame = world.parameters, _prospects(world)
    n = len(frame)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"leads/{part}")

    def after(day: pd.Series, part: str, came: pd.Series) -> pd.Series:
        step = draw(part).integers(1, LONGEST_STEP, n, endpoint=True)
        return (day + pd.to_timedelta(step, unit="D")).where(came)

    found = np.sort(draw("found").integers(0, LAST_FOUND_DAY, n, endpoint=True))
    frame["date"] = OUTCOMES_FIRST_DAY + pd.to_timedelta(found, unit="D")
    frame["reached_date"] = after(frame["date"], "reached date", frame["reached"])
    frame["offered_date"] = after(frame["reached_date"], "offered date", frame["offered"])
    frame["decided_date"] = after(frame["offered_date"], "decided date", frame["offered"])
    mean = frame["method"].map(p["leads.cost"]).to_numpy(dtype=float)
    frame["cost"] = draw("cost").gamma(4, mean / 4)
    frame["buyer_type"] = frame["buyer_type"].where(frame["reached"])
    for signal in SIGNALS:
        frame[signal] = frame[signal].astype("boolean").where(frame["offered"])
    frame["margin_12m"] = frame["margin_12m"].where(frame["converted"])
    frame["active_12m"] = frame["active_12m"].astype("boolean").where(frame["converted"])
    unseen = ["reached", "offered", "purchase_probability", "typical_margin", "stay_probability"]
    return frame.drop(columns=unseen)


def by_method(world: "World") -> pd.DataFrame:
    """Return what a customer costs and is worth by method, without the luck of single leads.

    Returns
    -------
    DataFrame
        Indexed by method: `cost` of a customer and `value` (first year's margin, times
        (1 + d) / (1 + d − r) with the method's retention r), in CNY, and their `ratio`.
    """
    p, latent = world.parameters, world.table("truth/leads")
    method = world.table("leads")["method"]
    won = latent["purchase_probability"]
    scatter = np.exp(p["leads.margin_sd"] ** 2 / 2)
    sums = pd.DataFrame(
        {
            "won": won,
            "margin": won * latent["typical_margin"] * scatter,
            "stay": won * latent["stay_probability"],
        }
    ).groupby(method)
    total, count = sums.sum(), sums.size()
    way = pd.Series(p["leads.reached"]) * pd.Series(p["leads.offered"])
    cost = pd.Series(p["leads.cost"]) / (way * total["won"] / count)
    yearly = 1 + p["leads.discount_rate"]
    kept = total["stay"] / total["won"]
    value = total["margin"] / total["won"] * yearly / (yearly - kept)
    return pd.DataFrame({"cost": cost, "value": value, "ratio": value / cost}).dropna()


def _of_methods(column: str):
    return lambda world: by_method(world)[column].to_dict()


DERIVED = (
    Derived(
        "leads.cost_per_customer",
        N_("expected cost of a customer won by each method, lost leads included"),
        N_("CNY"),
        "leads",
        "realised",
        _of_methods("cost"),
    ),
    Derived(
        "leads.value_per_customer",
        N_(
            "expected value of a customer won by each method: first year's margin m, with yearly "
            "retention r and discount rate d, as m (1 + d) / (1 + d - r)"
        ),
        N_("CNY"),
        "leads",
        "realised",
        _of_methods("value"),
    ),
)
TABLES = {"truth/leads": make_truth, "leads": make_leads}
