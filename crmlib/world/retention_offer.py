"""The retention experiment: an offer to stay, made to half of the customers by chance.

Who is likely to leave, and whom the offer keeps, are two things. The offer helps those who are
open to it, and most of all the undecided; the restless (those with the highest risk) it reminds of
leaving.

The subtle point: nobody can be kept who would have stayed anyway, so an effect is cut to what the
customer's own risk leaves room for.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.churn import QUARTERS
from crmlib.world.parameters import Derived, Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

CASES = 20_000  # with 8,000 shop customers

PARAMETERS = (
    Parameter(
        "retention_rct.baseline",
        {"intercept": -1.6, "risk": 1.1},
        N_("log odds of leaving in a quarter without an offer: at risk score 0, and per point"),
        N_("log odds"),
        "retention_rct",
        -8,
        8,
    ),
    Parameter(
        "retention_rct.effect",
        {"everybody": 0.035, "openness": 0.06, "restless": -0.1, "undecided": 0.02},
        N_(
            "by how much an offer lowers the chance to leave: for everybody, per point of the "
            "openness score, for the restless, for the undecided"
        ),
        N_("share of customers"),
        "retention_rct",
        -1,
        1,
    ),
    Parameter(
        "retention_rct.restless_above",
        1.0,
        N_("risk score above which customers are restless"),
        N_("standard deviations"),
        "retention_rct",
        -4,
        4,
    ),
    Parameter(
        "retention_rct.undecided_within",
        0.7,
        N_("distance of the risk score from 0 below which customers are undecided"),
        N_("standard deviations"),
        "retention_rct",
        0,
        4,
    ),
    Parameter(
        "retention_rct.largest_harm",
        0.15,
        N_("an offer raises no customer's chance to leave by more than this"),
        N_("share of customers"),
        "retention_rct",
        0,
        1,
    ),
    Parameter(
        "retention_rct.room",
        0.9,
        N_("an effect takes at most this share of the chance to leave, or of the chance to stay"),
        "",
        "retention_rct",
        0,
        1,
    ),
    Parameter(
        "retention_rct.offer_share",
        0.5,
        N_("share of the customers who get the offer, by chance"),
        "",
        "retention_rct",
        0.05,
        0.95,
    ),
    Parameter(
        "retention_rct.offer_cost",
        12.0,
        N_("cost of an offer, whether it keeps the customer or not"),
        N_("CNY"),
        "retention_rct",
        0,
        10_000,
    ),
)


def baseline(p: Parameters, risk: np.ndarray) -> np.ndarray:
    """Return the chance to leave in a quarter without an offer.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> baseline(collect(), np.array([-2.0, 0.0, 2.0])).round(3).tolist()
    [0.022, 0.168, 0.646]
    """
    return special.expit(
        p["retention_rct.baseline"]["intercept"] + p["retention_rct.baseline"]["risk"] * risk
    )


def effect(p: Parameters, risk: np.ndarray, openness: np.ndarray) -> np.ndarray:
    r"""Return by how much an offer lowers each customer's chance to leave; harm is negative.

    .. math:: \tau = .035 + .06\,u - .10\,[z > 1] + .02\,[|z| < .7]

    with z the risk score and u the openness score, cut to what the baseline leaves room for.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> risk, openness = np.array([0.0, 2.0, -2.0]), np.array([1.0, 0.0, 3.0])
    >>> effect(collect(), risk, openness).round(3).tolist()
    [0.115, -0.065, 0.02]
    """
    size = p["retention_rct.effect"]
    wanted = (
        size["everybody"]
        + size["openness"] * openness
        + size["restless"] * (risk > p["retention_rct.restless_above"])
        + size["undecided"] * (np.abs(risk) < p["retention_rct.undecided_within"])
    )
    chance, room = baseline(p, risk), p["retention_rct.room"]
    harm = np.minimum(p["retention_rct.largest_harm"], room * (1 - chance))
    return np.clip(wanted, -harm, room * chance)


def _people(world: "World") -> pd.DataFrame:
    n = world.scaled(CASES)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"retention_rct/{part}")

    shares = world.parameters["churn_panel.plan_shares"]
    return pd.DataFrame(
        {
            "case_id": np.arange(1, n + 1),
            "quarter": np.sort(draw("quarter").choice(np.array(QUARTERS, dtype=object), n)),
            "plan": draw("plan").choice(list(shares), n, p=list(shares.values())),
            "risk_score": draw("risk").standard_normal(n).round(3),
            "openness_score": draw("openness").standard_normal(n).round(3),
        }
    )


def make_latent(world: "World") -> pd.DataFrame:
    """Make each case's chance to leave, the effect of an offer, and both possible outcomes."""
    people, p = _people(world), world.parameters
    risk = people["risk_score"].to_numpy()
    chance = baseline(p, risk)
    saved = effect(p, risk, people["openness_score"].to_numpy())
    # one draw for both outcomes: who leaves with the offer and without it is one person
    draw = world.stream("truth/retention_rct/leaving").random(len(people))
    return pd.DataFrame(
        {
            "case_id": people["case_id"],
            "churn_probability": chance,
            "effect": saved,
            "churned_without_offer": draw < chance,
            "churned_with_offer": draw < chance - saved,
        }
    )


def make_experiment(world: "World") -> pd.DataFrame:
    """Make the experiment as the firm sees it: one outcome a case."""
    people, p = _people(world), world.parameters
    latent = world.table("truth/retention_rct")
    offer = world.stream("retention_rct/offer").random(len(people)) < p["retention_rct.offer_share"]
    return people.assign(
        offer=offer,
        churned=np.where(offer, latent["churned_with_offer"], latent["churned_without_offer"]),
        cost=p["retention_rct.offer_cost"] * offer,
    )


def _top(world: "World", by: np.ndarray, share: float) -> float:
    """Return the mean effect on the share of the cases with the highest values of a score."""
    saved = world.table("truth/retention_rct")["effect"].to_numpy()
    chosen = np.argsort(-by, kind="stable")[: int(np.ceil(share * len(by)))]
    return float(saved[chosen].mean())


def _average_effect(world: "World") -> float:
    return float(world.table("truth/retention_rct")["effect"].mean())


def _effect_by_target(world: "World") -> dict[str, float]:
    risk = world.table("retention_rct")["risk_score"].to_numpy()
    saved = world.table("truth/retention_rct")["effect"].to_numpy()
    return {
        "top risk fifth": _top(world, risk, 0.2),
        "top risk tenth": _top(world, risk, 0.1),
        "best fifth": _top(world, saved, 0.2),
    }


def _cost_per_customer_kept(world: "World") -> dict[str, float]:
    cost, best = (
        world.parameters["retention_rct.offer_cost"],
        _effect_by_target(world)["best fifth"],
    )
    kept = {"everybody": _average_effect(world), "best fifth": best}
    # where an offer keeps nobody there is no such cost
    return {target: cost / share for target, share in kept.items() if share > 0}


DERIVED = (
    Derived(
        "retention_rct.average_effect",
        N_("by how much the offer lowers the chance to leave, on average"),
        N_("share of customers"),
        "retention_rct",
        "realised",
        _average_effect,
    ),
    Derived(
        "retention_rct.effect_by_target",
        N_(
            "by how much the offer lowers the chance to leave, on average, among those most "
            "likely to leave and among those on whom it acts most"
        ),
        N_("share of customers"),
        "retention_rct",
        "realised",
        _effect_by_target,
    ),
    Derived(
        "retention_rct.cost_per_customer_kept",
        N_("cost of the offers per customer who stays because of them"),
        N_("CNY"),
        "retention_rct",
        "realised",
        _cost_per_customer_kept,
    ),
)
TABLES = {"truth/retention_rct": make_latent, "retention_rct": make_experiment}
