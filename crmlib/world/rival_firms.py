"""Two other firms, X and Y: one obeys the two-factor rule, the other does not.

Luxi obeys, because it was built so; that proves nothing. At X and Y customers have the same basic
and latent satisfaction on average, the same overall satisfaction and the same share stays. In one
firm unmet basic needs drive customers away and more than enough keeps nobody; in the other every
point of basic satisfaction, above or below the need, is worth the same. Which is which is in the
truth, and for the learner to find.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Derived, Parameter
from crmlib.world.satisfaction import on_scale

if TYPE_CHECKING:
    from crmlib.world.company import World

FIRMS = ("X", "Y")
CUSTOMERS = 4000
NEED, LATENT_CENTRE = 5.0, 3.6
NODES = 60  # of Gauss-Hermite quadrature

PARAMETERS = (
    Parameter(
        "rival_firms.basic",
        {"mean": 5.6, "sd": 1.1},
        N_("mean and standard deviation of basic satisfaction in either firm"),
        N_("points"),
        "rival_firms",
        0.1,
        7,
    ),
    Parameter(
        "rival_firms.latent",
        {"mean": 3.6, "sd": 1.3, "per basic point": 0.25},
        N_(
            "latent satisfaction in either firm: mean; standard deviation, given basic "
            "satisfaction; rise per point of basic satisfaction"
        ),
        N_("points"),
        "rival_firms",
        -1,
        7,
    ),
    Parameter(
        "rival_firms.loyalty",
        {"X": (0.28, 0.55, 0.55, 0.6), "Y": (0.81, 1.2, 0.0, 0.6)},
        N_(
            "log odds of staying in each firm: with basic satisfaction at 5 and latent "
            "satisfaction at 3.6; fall per point of basic satisfaction below 5; rise per point "
            "above 5; rise per point of latent satisfaction"
        ),
        N_("log odds"),
        "rival_firms",
        -5,
        5,
    ),
    Parameter(
        "rival_firms.satisfaction",
        {"X": (4.72, 0.5, 0.5, 0.25), "Y": (5.0, 0.9, 0.25, 0.25)},
        N_(
            "overall satisfaction in each firm: with basic satisfaction at 5 and latent "
            "satisfaction at 3.6; fall per point of basic satisfaction below 5; rise per point "
            "above 5; rise per point of latent satisfaction"
        ),
        N_("points"),
        "rival_firms",
        -7,
        7,
    ),
    Parameter(
        "rival_firms.satisfaction_sd",
        0.5,
        N_("standard deviation of overall satisfaction, given the two others"),
        N_("points"),
        "rival_firms",
        0.05,
        3,
    ),
)


def make_rivals(world: "World") -> pd.DataFrame:
    """Make the customers of both firms, firm by firm."""
    frame = pd.concat([_firm(world, firm) for firm in FIRMS], ignore_index=True)
    frame["respondent_id"] = np.arange(1, len(frame) + 1)
    return frame


def _firm(world: "World", firm: str) -> pd.DataFrame:
    p, n = world.parameters, world.scaled(CUSTOMERS)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"rival_firms/{firm} {part}")

    about, hidden = p["rival_firms.basic"], p["rival_firms.latent"]
    deviation = about["sd"] * draw("basic").standard_normal(n)
    basic = (about["mean"] + deviation).round(2)
    latent = (
        hidden["mean"]
        + hidden["per basic point"] * deviation
        + hidden["sd"] * draw("latent").standard_normal(n)
    ).round(2)
    index = _index(p["rival_firms.loyalty"][firm], basic, latent)
    satisfaction = _index(p["rival_firms.satisfaction"][firm], basic, latent)
    noise = p["rival_firms.satisfaction_sd"] * draw("satisfaction").standard_normal(n)
    return pd.DataFrame(
        {
            "firm": firm,
            "basic": basic,
            "latent": latent,
            "satisfaction": on_scale(satisfaction + noise),
            "retained": draw("retained").random(n) < special.expit(index),
        }
    )


def _index(weights: tuple[float, ...], basic: np.ndarray, latent: np.ndarray) -> np.ndarray:
    start, below, above, per_latent = weights
    gap = basic - NEED
    from_basic = above * np.maximum(gap, 0) - below * np.maximum(-gap, 0)
    return start + from_basic + per_latent * (latent - LATENT_CENTRE)


def retained(world: "World") -> dict[str, float]:
    """Return the share of the customers that stays in each firm, over the two satisfactions."""
    p = world.parameters
    about, hidden = p["rival_firms.basic"], p["rival_firms.latent"]
    node, weight = np.polynomial.hermite_e.hermegauss(NODES)
    weight = weight / weight.sum()
    deviation = about["sd"] * node[:, None]
    basic = about["mean"] + deviation
    latent = hidden["mean"] + hidden["per basic point"] * deviation + hidden["sd"] * node
    return {
        firm: float(weight @ special.expit(_index(weights, basic, latent)) @ weight)
        for firm, weights in p["rival_firms.loyalty"].items()
    }


DERIVED = (
    Derived(
        "rival_firms.retained",
        N_("share of the customers that stays in each firm"),
        "",
        "rival_firms",
        "implied",
        retained,
    ),
)
TABLES = {"rival_firms": make_rivals}
