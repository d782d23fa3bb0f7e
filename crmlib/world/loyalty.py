"""The latent loyalty that ties satisfaction to buying: what drives what, in one place.

Two satisfactions, which no firm sees directly: with the basic (that it works) and with the latent
(the pleasant surprise). They make a loyalty index, whose slopes grow with competition, so that a
captive customer stays although less satisfied. Chance is added, and then

- ``later_retained``: is loyalty above 0? ("Luxi is still the main supplier twelve months later")
- ``dropout_probability``: the order of the customers by loyalty, turned into the chance to leave
  after a purchase, such that all together it is the Beta distribution that BG/NBD assumes.

How often and how dear somebody buys has nothing to do with loyalty, nor with each other.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

MARKETS = ("A", "B", "C", "D")


def _by_market(*values: float) -> dict[str, float]:
    return dict(zip(MARKETS, values, strict=True))


PARAMETERS = (
    Parameter(
        "loyalty.market_shares",
        _by_market(0.25, 0.25, 0.25, 0.25),
        N_("share of the customers in each market"),
        "",
        "customers",
        0.01,
        0.97,
        total=1.0,
    ),
    Parameter(
        "loyalty.app_share",
        _by_market(0.1, 0.3, 0.7, 0.9),
        N_("share of app users in each market"),
        "",
        "customers",
        0.0,
        1.0,
    ),
    Parameter(
        "loyalty.basic_mean",
        5.6,
        N_("mean of basic satisfaction before the market's shift, on a scale of 1 to 7"),
        N_("points"),
        "customers",
        1,
        7,
    ),
    Parameter(
        "loyalty.basic_sd",
        1.1,
        N_("standard deviation of basic satisfaction"),
        N_("points"),
        "customers",
        0.1,
        3,
    ),
    Parameter(
        "loyalty.basic_shift",
        _by_market(-1.26, -0.56, 0.42, 0.84),
        N_("how much higher basic satisfaction is in each market"),
        N_("points"),
        "customers",
        -4,
        4,
    ),
    Parameter(
        "loyalty.latent_mean",
        3.6,
        N_("mean of latent satisfaction before the market's shift, on a scale of 1 to 7"),
        N_("points"),
        "customers",
        1,
        7,
    ),
    Parameter(
        "loyalty.latent_sd",
        1.3,
        N_("standard deviation of latent satisfaction, given basic satisfaction"),
        N_("points"),
        "customers",
        0.1,
        3,
    ),
    Parameter(
        "loyalty.latent_on_basic",
        0.25,
        N_("rise of latent satisfaction per point of basic satisfaction, within a market"),
        N_("points per point"),
        "customers",
        -1,
        1,
    ),
    Parameter(
        "loyalty.latent_shift",
        _by_market(-0.84, -0.42, 0.42, 0.84),
        N_("how much higher latent satisfaction is in each market"),
        N_("points"),
        "customers",
        -4,
        4,
    ),
    Parameter(
        "loyalty.intercept",
        _by_market(2.37, 1.61, -0.46, -2.08),
        N_("loyalty index of a customer of each market who expects nothing more than is met"),
        N_("log odds"),
        "customers",
        -6,
        6,
    ),
    Parameter(
        "loyalty.penalty_basic",
        _by_market(0.3, 0.6, 1.1, 1.3),
        N_("fall of the loyalty index per point that basic satisfaction lies below the need"),
        N_("log odds per point"),
        "customers",
        0,
        5,
    ),
    Parameter(
        "loyalty.reward_basic",
        0.0,
        N_("rise of the loyalty index per point that basic satisfaction lies above the need"),
        N_("log odds per point"),
        "customers",
        0,
        5,
    ),
    Parameter(
        "loyalty.slope_latent",
        _by_market(0.05, 0.25, 0.6, 0.9),
        N_("rise of the loyalty index per point of latent satisfaction"),
        N_("log odds per point"),
        "customers",
        0,
        5,
    ),
    Parameter(
        "loyalty.app_effect",
        _by_market(0.63, 0.32, 0.24, 0.32),
        N_("rise of the loyalty index with use of the app"),
        N_("log odds"),
        "customers",
        -3,
        3,
    ),
    Parameter(
        "loyalty.basic_need",
        5.0,
        N_("basic satisfaction below which customers miss something"),
        N_("points"),
        "customers",
        1,
        7,
    ),
    Parameter(
        "loyalty.latent_centre",
        3.6,
        N_("latent satisfaction from which its effect is counted"),
        N_("points"),
        "customers",
        1,
        7,
    ),
)


def per_market(values: dict[str, float], market: np.ndarray) -> np.ndarray:
    """Return each customer's value of a parameter that differs by market.

    Examples
    --------
    >>> per_market({"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0}, np.array(["D", "A"])).tolist()
    [4.0, 1.0]
    """
    return pd.Series(market).map(values).to_numpy(dtype=float)


def index(
    p: Parameters, market: np.ndarray, basic: np.ndarray, latent: np.ndarray, app: np.ndarray
) -> np.ndarray:
    r"""Return the loyalty index, in log odds of being retained.

    .. math:: \eta = c_m - k^B_m \max(5-B, 0) + k^R \max(B-5, 0) + k^L_m (L-3.6) + g_m\,\text{app}

    Parameters
    ----------
    p : Parameters
    market, basic, latent, app : ndarray
        One entry a customer: market "A" to "D", the two satisfactions in points, use of the app.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> market, app = np.array(["A", "D"]), np.array([False, False])
    >>> index(collect(), market, np.array([4.0, 4.0]), np.array([3.6, 3.6]), app).round(2).tolist()
    [2.07, -3.38]
    """
    gap = basic - p["loyalty.basic_need"]
    return (
        per_market(p["loyalty.intercept"], market)
        - per_market(p["loyalty.penalty_basic"], market) * np.maximum(-gap, 0)
        + p["loyalty.reward_basic"] * np.maximum(gap, 0)
        + per_market(p["loyalty.slope_latent"], market) * (latent - p["loyalty.latent_centre"])
        + per_market(p["loyalty.app_effect"], market) * app
    )


def make_latent(world: "World") -> pd.DataFrame:
    """Make what no firm sees of each shop customer: satisfaction, loyalty, rate, spend."""
    p, n = world.parameters, world.customers

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"truth/customers/{part}")

    market = draw("market").choice(MARKETS, n, p=list(p["loyalty.market_shares"].values()))
    app = draw("app").random(n) < per_market(p["loyalty.app_share"], market)
    deviation = p["loyalty.basic_sd"] * draw("basic").standard_normal(n)
    basic = p["loyalty.basic_mean"] + per_market(p["loyalty.basic_shift"], market) + deviation
    latent = (
        p["loyalty.latent_mean"]
        + per_market(p["loyalty.latent_shift"], market)
        + p["loyalty.latent_on_basic"] * deviation
        + p["loyalty.latent_sd"] * draw("latent").standard_normal(n)
    )
    eta = index(p, market, basic, latent, app)
    loyalty = eta + draw("chance").logistic(size=n)
    rank = loyalty.argsort().argsort() + 1
    rate = draw("rate").gamma(p["purchases.r"], 1 / p["purchases.alpha"], n)
    spend_scale = draw("spend").gamma(p["purchases.q"], 1 / p["purchases.gamma"], n)
    return pd.DataFrame(
        {
            "customer_id": np.arange(1, n + 1),
            "market": market,
            "app_user": app,
            "basic_satisfaction": basic,
            "latent_satisfaction": latent,
            "loyalty_index": eta,
            "loyalty": loyalty,
            "later_retained": loyalty > 0,
            "dropout_probability": special.betaincinv(
                p["purchases.a"], p["purchases.b"], 1 - rank / (n + 1)
            ),
            "purchase_rate": rate,
            "typical_amount": p["purchases.p"] / spend_scale,
        }
    )


TABLES = {"truth/customers": make_latent}
