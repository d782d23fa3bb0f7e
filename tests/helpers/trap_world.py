"""Luxi's survey as notebook 09 prepares it, its truth, and surveys made to order."""

from functools import cache

import numpy as np
import pandas as pd
from scipy import special

from crmlib import data, trap

MARKETS = ("A", "B", "C", "D")


@cache
def survey() -> pd.DataFrame:
    """Return the answers with scores and weights."""
    return trap.prepare(data.load("survey_sat"), data.load("survey_invited"))


@cache
def latent_survey() -> pd.DataFrame:
    """Return the same with the latent values in place of the scores."""
    truth = data.truth_table("customers").set_index("customer_id")
    people = survey()["customer_id"]
    return survey().assign(
        basic=people.map(truth["basic_satisfaction"]),
        latent=people.map(truth["latent_satisfaction"]),
    )


@cache
def rivals() -> pd.DataFrame:
    """Return the customers of firms X and Y."""
    return data.load("rival_firms")


@cache
def kano() -> pd.DataFrame:
    """Return both waves of the Kano study."""
    return data.load("survey_kano")


def planted(market: str) -> dict[str, float]:
    """Return the planted weights of the hinge logit in a market."""
    return {
        "unmet basic": -data.truth("loyalty.penalty_basic")[market],
        "met basic": data.truth("loyalty.reward_basic"),
        "latent": data.truth("loyalty.slope_latent")[market],
    }


def made_to_order(
    rows: int, seed: int, weights: tuple[float, float, float, float], mean: float = 5.6
) -> pd.DataFrame:
    """Make answers of one market that obey a hinge logit: start, unmet, met, latent."""
    random = np.random.default_rng(seed)
    basic = random.normal(mean, 1.1, rows)
    latent = random.normal(3.8, 1.3, rows)
    start, unmet, met, more = weights
    index = start + unmet * np.maximum(5 - basic, 0) + met * np.maximum(basic - 5, 0)
    stays = random.random(rows) < special.expit(index + more * (latent - 3.6))
    frame = pd.DataFrame({"market": "M", "basic": basic, "latent": latent, "stays": stays})
    for kind in ("basic", "latent"):
        for item in range(1, 5):
            noisy = frame[kind] + random.normal(0, 0.8, rows)
            frame[f"{kind}_{item}"] = np.clip(np.rint(noisy), 1, 7).astype(int)
    return frame
