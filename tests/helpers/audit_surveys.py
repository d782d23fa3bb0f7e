"""Audit cases of the satisfaction survey."""

import numpy as np
import pandas as pd
import statsmodels.api as sm

from crmlib.world import World, survey_truths
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap
from tests.helpers.limited import interval_fit, weighted_logit

MARKETS = ("A", "B", "C", "D")


def answers(world: World) -> pd.DataFrame:
    """Answers with latent values, the score of the items, and the weight of each answer.

    The weight is the inverse of the chance to be invited, times the inverse of the share that
    answered among those with the same three recorded traits.
    """
    invited = world.table("survey_invited")
    traits = ["app_user", "recent_order", "complained"]
    answered = invited.groupby(traits)["answered"].transform("mean")
    weight = 1 / (invited["invited_share"] * answered)
    weights = invited[["invitation_id"]].assign(weight=weight)
    frame = world.table("survey_sat").merge(weights)
    latent = world.table("truth/customers")[
        ["customer_id", "basic_satisfaction", "latent_satisfaction"]
    ]
    before_rounding = world.table("truth/survey_sat").drop(columns="customer_id")
    frame = frame.merge(latent).merge(
        before_rounding.add_prefix("true_"),
        left_on="invitation_id",
        right_on="true_invitation_id",
    )
    for kind in ("basic", "latent"):
        frame[f"{kind}_score"] = frame[[f"{kind}_{item}" for item in range(1, 5)]].mean(axis=1)
    return frame


def hinges(basic: pd.Series, latent: pd.Series) -> dict[str, np.ndarray]:
    gap = basic.to_numpy() - 5
    return {
        "intercept": 1.0,
        "unmet basic": np.maximum(-gap, 0),
        "met basic": np.maximum(gap, 0),
        "latent": latent.to_numpy() - 3.6,
    }


def estimates(fit: pd.DataFrame, truth: dict[str, float], lead: str) -> dict[str, Estimate]:
    """Pair a fit with the truth; what is not in the truth is no parameter."""
    return {
        f"{lead}: {name}": Estimate(*fit.loc[name, ["value", "standard_error"]], true)
        for name, true in truth.items()
    }


def share(yes: np.ndarray, truth: float) -> Estimate:
    return Estimate(np.mean(yes), np.sqrt(truth * (1 - truth) / len(yes)), truth)


def inviting(world: World) -> dict[str, Estimate]:
    invited = world.table("survey_invited")["market"].value_counts()
    customers = 3 * world.table("customers")["market"].value_counts()
    truth = world.parameters["survey_invited.invited_share"]
    return {
        f"invited share: {market}": share(
            np.arange(customers[market]) < invited[market], truth[market]
        )
        for market in "ABC"  # of D everybody is invited
    }


def responding(world: World) -> dict[str, Estimate]:
    invited = world.table("survey_invited")
    columns = {
        "intercept": 1.0,
        "app user": invited["app_user"],
        "recent order": invited["recent_order"],
        "complained": invited["complained"],
    }
    rows = np.arange(len(invited))
    fit = weighted_logit(invited["answered"], columns, np.ones(len(invited)), rows)
    return estimates(fit, world.parameters["survey_invited.response"], "response")


def staying(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, answers(world)
    found = {}
    for market in MARKETS:
        here = frame[frame["market"] == market]
        columns = hinges(here["basic_satisfaction"], here["latent_satisfaction"])
        columns["app user"] = here["app_user"]
        fit = weighted_logit(here["later_retained"], columns, here["weight"], here["customer_id"])
        truth = {
            "intercept": p["loyalty.intercept"][market],
            "unmet basic": -p["loyalty.penalty_basic"][market],
            "met basic": p["loyalty.reward_basic"],
            "latent": p["loyalty.slope_latent"][market],
            "app user": p["loyalty.app_effect"][market],
        }
        found |= estimates(fit, truth, f"staying in {market}")
    return found


def staying_by_items(world: World) -> dict[str, Estimate]:
    frame = answers(world).query("market == 'D'")
    columns = hinges(frame["basic_score"], frame["latent_score"]) | {"app user": frame["app_user"]}
    fit = weighted_logit(frame["later_retained"], columns, frame["weight"], frame["customer_id"])
    return estimates(fit, survey_truths.attenuated(world), "staying in D by items")


def satisfied(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, answers(world)
    columns = hinges(frame["basic_satisfaction"], frame["latent_satisfaction"])
    columns["latent"] = np.maximum(columns["latent"], 0)
    fit = interval_fit(frame["satisfaction"], columns, 1, 7)
    truth = {**p["survey_sat.satisfaction"], "sd": p["survey_sat.satisfaction_sd"]}
    return estimates(fit, truth, "satisfaction")


def expecting(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, answers(world)
    sd = p["survey_sat.expectation_sd"]
    truth = p["survey_sat.will_expectation"]
    columns = {
        "intercept": 1.0,
        "per basic point": frame["basic_satisfaction"] - 5,
        "per latent point": frame["latent_satisfaction"] - 3.6,
    }
    fit = interval_fit(frame["will_expectation"], columns, 1, 7)
    found = estimates(fit, {**truth, "sd": sd}, "will")
    truth = p["survey_sat.should_expectation"]
    columns = {
        "intercept": 1.0,
        "per alternative": frame["alternatives"],
        "per wave": frame["wave"] - 1,
    }
    fit = interval_fit(frame["should_expectation"], columns, 1, 7)
    return found | estimates(fit, {**truth, "sd": sd}, "should")


def expectation_and_satisfaction(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, answers(world)
    columns = hinges(frame["basic_satisfaction"], frame["latent_satisfaction"])
    columns |= {
        "surprise": np.maximum(columns["latent"], 0),
        "will": frame["true_will_expectation"],
        "should": frame["true_should_expectation"],
        "alternatives": frame["alternatives"],
        "wave": frame["wave"],
    }
    matrix = pd.DataFrame(columns).astype(float)
    fit = sm.OLS(frame["true_satisfaction"], matrix).fit()
    per_point = p["survey_sat.satisfaction_sd"] / p["survey_sat.expectation_sd"]
    return {
        f"satisfaction per point of {kind}": Estimate(
            fit.params[kind], fit.bse[kind], weight * per_point
        )
        for kind, weight in p["survey_sat.expectation_weights"].items()
    }


def intending(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, answers(world)
    above = frame["true_satisfaction"] - 5
    columns = {"at 5": 1.0, "slope at 5": above, "curvature": above**2}
    fit = interval_fit(frame["intent"], columns, 0, 10)
    found = estimates(fit, p["survey_sat.intent"] | {"sd": p["survey_sat.intent_sd"]}, "intent")
    fit = interval_fit(frame["recommend"], {"at 5": 1.0, "slope": above}, 0, 10)
    truth = p["survey_sat.recommend"] | {"sd": p["survey_sat.recommend_sd"]}
    return found | estimates(fit, truth, "recommend")


def items(world: World) -> dict[str, Estimate]:
    frame = answers(world)
    found = {}
    for kind in ("basic", "latent"):
        score = np.concatenate([frame[f"{kind}_{item}"] for item in range(1, 5)])
        columns = {"intercept": 1.0, "slope": np.tile(frame[f"{kind}_satisfaction"], 4)}
        fit = interval_fit(score, columns, 1, 7)
        truth = {"intercept": 0.0, "slope": 1.0, "sd": world.parameters["survey_sat.item_sd"]}
        found |= estimates(fit, truth, f"{kind} items")
    return found


def correlation(frame: pd.DataFrame, one: str, other: str) -> float:
    covariance = np.cov(frame[one], frame[other].astype(float), aweights=frame["weight"])
    return covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])


def satisfaction_and_staying(world: World) -> Numbers:
    """T1: the correlation of satisfaction with staying, pooled and within markets."""
    frame = answers(world)
    within = [correlation(group, "satisfaction", "later_retained") for group in _by_market(frame)]
    truth = survey_truths.correlation(world)
    return Numbers(
        naive=correlation(frame, "satisfaction", "later_retained"),
        right=float(np.mean(within)),
        truth=float(np.mean([truth[market] for market in MARKETS])),
    )


def _by_market(frame: pd.DataFrame) -> list[pd.DataFrame]:
    return [frame[frame["market"] == market] for market in MARKETS]


def mean_of_those_who_answered(world: World) -> Numbers:
    """T3: mean satisfaction, with design weights only, and with weights for answering, too."""
    frame = answers(world)
    return Numbers(
        naive=np.average(frame["satisfaction"], weights=1 / frame["invited_share"]),
        right=np.average(frame["satisfaction"], weights=frame["weight"]),
        truth=survey_truths.mean_satisfaction(world),
    )


def promoters(world: World) -> Numbers:
    """T3: the net promoter score of those who answered, and of all."""
    frame = answers(world)
    score = 100.0 * (frame["recommend"] >= 9) - 100.0 * (frame["recommend"] <= 6)
    return Numbers(
        naive=score.mean(),
        right=np.average(score, weights=frame["weight"]),
        truth=survey_truths.net_promoter_score(world),
    )


def saying_and_doing(world: World) -> Numbers:
    """T12: staying in market D, as stated beforehand and as it came."""
    frame = answers(world).query("market == 'D'")
    return Numbers(
        naive=np.average(frame["intent"] / 10, weights=frame["weight"]),
        right=np.average(frame["later_retained"], weights=frame["weight"]),
        truth=survey_truths.retained(world)["D"],
    )


CASES = (
    Recovery("survey: invitations", inviting),
    Recovery("survey: who answers, logit", responding),
    Recovery("survey: staying by market, weighted hinge logit on latent values", staying),
    Recovery("survey: staying in D, weighted hinge logit on items", staying_by_items),
    Recovery("survey: overall satisfaction, interval regression", satisfied),
    Recovery("survey: expectations, interval regression", expecting),
    Recovery("survey: satisfaction on expectations, OLS", expectation_and_satisfaction),
    Recovery("survey: intention and recommendation, interval regression", intending),
    Recovery("survey: items, interval regression", items),
    Trap(
        "T1 the satisfied stay less, and more in every market",
        satisfaction_and_staying,
        0.2,
        0.06,
        -1,
    ),
    Trap("T3 those who answer are more satisfied", mean_of_those_who_answered, 0.1, 0.08, 1),
    Trap("T3 those who answer recommend more", promoters, 6.0, 5.0, 1),
    Trap("T12 what customers say they will do in market D", saying_and_doing, 0.4, 0.06, 1),
)
