"""What a survey of everybody would show: computed from a large company, or from all customers.

- Of every company with these parameters: how satisfaction goes together with staying, over all
  markets and in each (the trap); who is lost although satisfied; and what a regression on the
  asked items finds instead of the planted weights, since items measure with error.
- Of this company: the mean satisfaction and the net promoter score, had everybody answered.

The subtle point: chance is taken out where it can be. A customer stays with a known probability,
which stands here in place of yes or no.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.loyalty import index, per_market
from crmlib.world.parameters import Derived, Parameters
from crmlib.world.satisfaction import SCALE, expected_satisfaction, on_scale
from crmlib.world.streams import stream
from crmlib.world.survey import ITEMS

if TYPE_CHECKING:
    from crmlib.world.company import World

LARGE, LARGE_SEED = 200_000, 0
NEWTON_STEPS = 12
SATISFIED = 6

PARAMETERS = ()
TABLES = {}


def in_the_large(world: "World", only: str | None = None) -> pd.DataFrame:
    """Return a large company's customers, or as many of one market, and what they would answer.

    The same for every company with the same parameters, whatever its seed and size.
    """
    p = world.parameters

    def draw(part: str) -> np.random.Generator:
        return stream(LARGE_SEED, f"in the large/{part}")

    def normal(part: str) -> np.ndarray:
        return draw(part).standard_normal(LARGE)

    share = p["loyalty.market_shares"] if only is None else {only: 1.0}
    place = draw("market").choice(len(share), LARGE, p=list(share.values()))
    market = pd.Categorical.from_codes(place, list(share))
    app = draw("app").random(LARGE) < per_market(p["loyalty.app_share"], market)
    deviation = p["loyalty.basic_sd"] * normal("basic")
    basic = p["loyalty.basic_mean"] + per_market(p["loyalty.basic_shift"], market) + deviation
    latent = (
        p["loyalty.latent_mean"]
        + per_market(p["loyalty.latent_shift"], market)
        + p["loyalty.latent_on_basic"] * deviation
        + p["loyalty.latent_sd"] * normal("latent")
    )
    answer = expected_satisfaction(p, basic, latent)
    answer += p["survey_sat.satisfaction_sd"] * normal("satisfaction")
    frame = pd.DataFrame(
        {
            "market": market,
            "app_user": app,
            "basic": basic,
            "latent": latent,
            "stays": special.expit(index(p, market, basic, latent, app)),
            "satisfaction": on_scale(answer),
        }
    )
    for kind in ("basic", "latent"):
        error = (p["survey_sat.item_sd"] * normal(f"{kind} {item}") for item in range(ITEMS))
        frame[f"{kind}_score"] = np.mean([on_scale(frame[kind] + one) for one in error], axis=0)
    return frame


def retained(world: "World") -> dict[str, float]:
    """Return the share of the customers that stays: in each market, and by use of the app."""
    frame = in_the_large(world)
    kind = frame["app_user"].map({True: "app users", False: "others"})
    return {
        **frame.groupby("market", observed=True)["stays"].mean(),
        **frame.groupby(kind)["stays"].mean(),
    }


def correlation(world: "World") -> dict[str, float]:
    """Return the correlation of satisfaction with staying, over all markets and in each."""
    frame = in_the_large(world)
    groups = {"all": frame, **dict(list(frame.groupby("market", observed=True)))}
    return {name: _correlation(group) for name, group in groups.items()}


def _correlation(frame: pd.DataFrame) -> float:
    stays, satisfaction = frame["stays"], frame["satisfaction"]
    covariance = np.cov(stays, satisfaction)[0, 1]
    # yes or no has the variance share × (1 − share), the chance of it less
    variance = stays.mean() * (1 - stays.mean())
    return float(covariance / np.sqrt(variance * satisfaction.var()))


def curvature(world: "World") -> dict[str, float]:
    """Return how staying bends with satisfaction in each market: the weight of its square."""
    found = {}
    for market, group in in_the_large(world).groupby("market", observed=True):
        above = group["satisfaction"] - 5
        found[market] = np.polyfit(above, group["stays"], 2)[0]
    return found


def satisfied_and_retained(world: "World") -> dict[str, float]:
    """Return who stays of the satisfied of market D, with little and with much latent."""
    frame = in_the_large(world, "D")
    satisfied = frame[frame["satisfaction"] >= SATISFIED]
    latent = satisfied["latent"]
    centre = world.parameters["loyalty.latent_centre"]
    return {
        "below the centre": satisfied.loc[latent < centre, "stays"].mean(),
        "a point above it": satisfied.loc[latent >= centre + 1, "stays"].mean(),
    }


def attenuated(world: "World") -> dict[str, float]:
    """Return the weights that a regression on the means of four items finds in market D."""
    frame = in_the_large(world, "D")
    p = world.parameters
    gap = (frame["basic_score"] - p["loyalty.basic_need"]).to_numpy()
    columns = {
        "intercept": np.ones(len(frame)),
        "unmet basic": np.maximum(-gap, 0),
        "met basic": np.maximum(gap, 0),
        "latent": frame["latent_score"].to_numpy() - p["loyalty.latent_centre"],
        "app user": frame["app_user"].to_numpy(dtype=float),
    }
    weights = _best_weights(np.column_stack(list(columns.values())), frame["stays"].to_numpy())
    return dict(zip(columns, weights, strict=True))


def _best_weights(columns: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return where a logistic regression ends with endless data: Newton's method."""
    weights = np.zeros(columns.shape[1])
    for _step in range(NEWTON_STEPS):
        fitted = special.expit(columns @ weights)
        curvature = columns.T @ (columns * (fitted * (1 - fitted))[:, None])
        weights += np.linalg.solve(curvature, columns.T @ (chance - fitted))
    return weights


def reliability(world: "World") -> dict[str, float]:
    """Return which share of the variance of the mean of four items is true, in market D."""
    frame = in_the_large(world, "D")
    return {kind: frame[kind].corr(frame[f"{kind}_score"]) ** 2 for kind in ("basic", "latent")}


def mean_satisfaction(world: "World") -> float:
    """Return the mean answer on satisfaction, had every customer been asked and answered."""
    mean, sd = _of_everybody(world)
    p_higher = [special.ndtr((mean - edge) / sd) for edge in np.arange(*SCALE) + 0.5]
    return float(SCALE[0] + np.mean(np.sum(p_higher, axis=0)))


def net_promoter_score(world: "World") -> float:
    """Return promoters (9, 10) less detractors (0 to 6) in 100, had everybody answered."""
    p = world.parameters
    mean, sd = _of_everybody(world)
    ready = p["survey_sat.recommend"]
    centre = ready["at 5"] + ready["slope"] * (mean - 5)
    scatter = np.hypot(ready["slope"] * sd, p["survey_sat.recommend_sd"])
    promoters = special.ndtr((centre - 8.5) / scatter)
    detractors = special.ndtr((6.5 - centre) / scatter)
    return float(100 * np.mean(promoters - detractors))


def _of_everybody(world: "World") -> tuple[np.ndarray, float]:
    latent = world.table("truth/customers")
    p: Parameters = world.parameters
    basic, hidden = latent["basic_satisfaction"], latent["latent_satisfaction"]
    mean = expected_satisfaction(p, basic.to_numpy(), hidden.to_numpy())
    return mean, p["survey_sat.satisfaction_sd"]


def _survey(name: str, meaning: str, unit: str, kind: str, value: object) -> Derived:
    return Derived(f"survey_sat.{name}", meaning, unit, "survey_sat", kind, value)


DERIVED = (
    _survey(
        "retained",
        N_("share of the customers that stays in each market, of app users and of others"),
        "",
        "implied",
        retained,
    ),
    _survey(
        "correlation",
        N_("correlation of satisfaction with staying, over all customers and in each market"),
        "",
        "implied",
        correlation,
    ),
    _survey(
        "curvature",
        N_(
            "weight of the square of satisfaction (less 5) in a regression of staying on "
            "satisfaction, in each market: below 0 the curve flattens, above it steepens"
        ),
        N_("share per point squared"),
        "implied",
        curvature,
    ),
    _survey(
        "satisfied_and_retained",
        N_(
            "share that stays of the customers of market D with satisfaction 6 or 7: with latent "
            "satisfaction below its centre, and a point or more above it"
        ),
        "",
        "implied",
        satisfied_and_retained,
    ),
    _survey(
        "attenuated",
        N_(
            "weights on staying in market D that a logistic regression on the means of the four "
            "items finds, in place of the planted weights on latent values"
        ),
        N_("log odds"),
        "implied",
        attenuated,
    ),
    _survey(
        "reliability",
        N_("reliability of the mean of four items in market D"),
        "",
        "implied",
        reliability,
    ),
    _survey(
        "mean_satisfaction",
        N_("mean satisfaction, had every customer answered"),
        N_("points"),
        "realised",
        mean_satisfaction,
    ),
    _survey(
        "net_promoter_score",
        N_("net promoter score, had every customer answered"),
        N_("points"),
        "realised",
        net_promoter_score,
    ),
)
