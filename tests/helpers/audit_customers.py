"""Audit cases of the customer list and of the latent loyalty behind it."""

import numpy as np
import pandas as pd
from scipy import optimize

from crmlib.world import World
from crmlib.world.customers import AGE_BANDS, DISTRICTS_PER_MARKET
from crmlib.world.loyalty import MARKETS
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Recovery


def loyalty(world: World) -> dict[str, Estimate]:
    """Logits of retention, market by market, on the latent satisfactions themselves."""
    p, latent = world.parameters, world.table("truth/customers")
    found = {}
    for market, group in latent.groupby("market"):
        gap = group["basic_satisfaction"] - p["loyalty.basic_need"]
        columns = {
            "penalty": gap.clip(upper=0),
            "reward": gap.clip(lower=0),
            "latent": group["latent_satisfaction"] - p["loyalty.latent_centre"],
            "app": group["app_user"].astype(float),
        }
        truth = {
            "const": p["loyalty.intercept"][market],
            "penalty": p["loyalty.penalty_basic"][market],
            "reward": p["loyalty.reward_basic"],
            "latent": p["loyalty.slope_latent"][market],
            "app": p["loyalty.app_effect"][market],
        }
        found |= estimators.logit(group["later_retained"], columns, truth, market)
    return found


def satisfaction(world: World) -> dict[str, Estimate]:
    p, latent = world.parameters, world.table("truth/customers")
    found = {}
    within = latent.groupby("market")[["basic_satisfaction", "latent_satisfaction"]]
    centred = latent[["basic_satisfaction", "latent_satisfaction"]] - within.transform("mean")
    for kind in ("basic", "latent"):
        values = latent[f"{kind}_satisfaction"].groupby(latent["market"])
        for market, group in values:
            truth = p[f"loyalty.{kind}_mean"] + p[f"loyalty.{kind}_shift"][market]
            found |= estimators.mean(group, truth, f"{kind} in {market}")
    basic, extra = centred["basic_satisfaction"], centred["latent_satisfaction"]
    slope = {"slope": p["loyalty.latent_on_basic"]}
    found |= estimators.ols(extra, {"slope": basic}, slope, "latent on basic")
    rest = extra - found["latent on basic: slope"].value * basic
    found |= estimators.deviation(basic, p["loyalty.basic_sd"], "basic sd")
    return found | estimators.deviation(rest, p["loyalty.latent_sd"], "latent sd")


def traits(world: World) -> dict[str, Estimate]:
    p, customers = world.parameters, world.table("customers")
    named = {
        "market": (customers["market"], p["loyalty.market_shares"]),
        "source": (customers["acq_source"], p["customers.source_shares"]),
        "age": (customers["age_band"], p["customers.age_shares"]),
        "sex": (customers["sex"], {"female": p["customers.female_share"]}),
    }
    for market, group in customers.groupby("market"):
        app = {True: p["loyalty.app_share"][market]}
        tiers = dict(zip((1, 2, 3), p["customers.city_tier_shares"][market], strict=True))
        named[f"app in {market}"] = (group["app_user"], app)
        named[f"city tier in {market}"] = (group["city_tier"], tiers)
    found = {}
    for name, (values, truth) in named.items():
        found |= estimators.shares(values, truth, name)
    for market, group in customers.groupby("market"):
        truth = p["customers.alternatives_mean"][market]
        found |= estimators.mean(group["alternatives"], truth, f"alternatives in {market}")
    return found | _district_decline(world)


def switching(world: World) -> dict[str, Estimate]:
    """Mean from the quartiles, since the scale cuts off the ends."""
    p, customers = world.parameters, world.table("customers")
    found = {}
    for market in MARKETS:
        values = customers.loc[customers["market"] == market, "switching_cost"].to_numpy()
        # whole points are spread over their width, or the quartiles would jump
        values = values + np.random.default_rng(0).uniform(-0.5, 0.5, len(values))
        low, high = np.quantile(values, [0.25, 0.75])
        spread = (high - low) / 1.34898
        # the mean of two quartiles has 1.113 times the error of a mean, their distance 1.166
        root = np.sqrt(len(values))
        mean = p["customers.switching_cost_mean"][market]
        sd = p["customers.switching_cost_sd"]
        found[f"mean in {market}"] = Estimate((low + high) / 2, 1.113 * spread / root, mean)
        found[f"sd in {market}"] = Estimate(spread, 1.166 * spread / root, sd)
    return found


def consent(world: World) -> dict[str, Estimate]:
    p, customers = world.parameters, world.table("customers")
    typical = world.table("truth/customers")["typical_amount"]
    mean = p["purchases.p"] * p["purchases.gamma"] / (p["purchases.q"] - 1)
    place = {band: number - 2 for number, band in enumerate(AGE_BANDS)}
    columns = {"age": customers["age_band"].map(place), "amount": np.log(typical / mean)}
    found = {}
    for purpose in ("marketing", "research"):
        truth = {
            "const": p["customers.consent_intercept"][purpose],
            "age": p["customers.consent_per_age_band"][purpose],
            "amount": p["customers.consent_per_log_amount"][purpose],
        }
        found |= estimators.logit(customers[f"consent_{purpose}"], columns, truth, purpose)
    return found


def _district_decline(world: World) -> dict[str, Estimate]:
    """Maximum likelihood of the power by which districts become smaller."""
    rank = (world.table("customers")["district"] - 101) % DISTRICTS_PER_MARKET + 1
    log_rank = np.log(np.arange(1, DISTRICTS_PER_MARKET + 1))
    mean = np.log(rank).mean()

    def expected(decline: float) -> float:
        weight = np.exp(-decline * log_rank)
        return weight @ log_rank / weight.sum()

    decline = optimize.brentq(lambda power: expected(power) - mean, -3, 5)
    weight = pd.Series(np.exp(-decline * log_rank))
    variance = np.average((log_rank - mean) ** 2, weights=weight)
    error = 1 / np.sqrt(len(rank) * variance)
    truth = world.parameters["customers.district_decline"]
    return {"district decline": Estimate(decline, error, truth)}


CASES = (
    Recovery("loyalty: logit of retention on the latent satisfactions", loyalty),
    Recovery("satisfaction: means, spread, slope", satisfaction),
    Recovery("traits: shares and means", traits),
    Recovery("switching cost: quartiles", switching),
    Recovery("consent: logit on age and typical amount", consent),
)
