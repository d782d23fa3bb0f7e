"""How many stay, market by market: what the latent loyalty implies, by integration.

Only parameters go in. The satisfactions are integrated over their distributions: equally likely
slices of basic satisfaction (its effect has a kink), Gauss-Hermite nodes for latent satisfaction.
"""

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.loyalty import MARKETS, index
from crmlib.world.parameters import Derived, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

SLICES, NODES = 2_000, 20


def retention(p: Parameters, market: str, app: bool) -> float:
    """Return the share of a market's customers, with or without the app, who are retained.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> [round(retention(collect(), market, app=False), 2) for market in MARKETS]
    [0.89, 0.77, 0.43, 0.25]
    """
    deviation = p["loyalty.basic_sd"] * special.ndtri((np.arange(SLICES) + 0.5) / SLICES)
    node, weight = np.polynomial.hermite_e.hermegauss(NODES)
    basic = p["loyalty.basic_mean"] + p["loyalty.basic_shift"][market] + deviation[:, None]
    latent = (
        p["loyalty.latent_mean"]
        + p["loyalty.latent_shift"][market]
        + p["loyalty.latent_on_basic"] * deviation[:, None]
        + p["loyalty.latent_sd"] * node
    )
    everybody = np.full(1, market)
    chance = special.expit(index(p, everybody, basic, latent, np.full(1, app)))
    return float((chance @ weight).mean() / weight.sum())


def _by_market(world: "World") -> dict[str, dict[str, float]]:
    p = world.parameters
    return {
        market: {name: retention(p, market, app) for name, app in (("app", True), ("other", False))}
        for market in MARKETS
    }


def _points(world: "World") -> dict[str, float]:
    return {market: both["app"] - both["other"] for market, both in _by_market(world).items()}


def within_markets(world: "World") -> float:
    """Return how much more app users are retained than others of the same market, on average.

    Examples
    --------
    >>> from crmlib.world import World
    >>> round(within_markets(World()), 3)
    0.05
    """
    p = world.parameters
    shares, app = p["loyalty.market_shares"], p["loyalty.app_share"]
    weight = [shares[market] * app[market] * (1 - app[market]) for market in MARKETS]
    return float(np.average(list(_points(world).values()), weights=weight))


def _pooled(world: "World") -> dict[str, float]:
    p, both = world.parameters, _by_market(world)
    shares, app = p["loyalty.market_shares"], p["loyalty.app_share"]
    users = [shares[market] * app[market] for market in MARKETS]
    others = [shares[market] * (1 - app[market]) for market in MARKETS]
    return {
        "app": float(np.average([both[market]["app"] for market in MARKETS], weights=users)),
        "other": float(np.average([both[market]["other"] for market in MARKETS], weights=others)),
    }


PARAMETERS = ()
TABLES = {}
DERIVED = (
    Derived(
        "loyalty.retention",
        N_("share retained among app users and others of each market"),
        "",
        "customers",
        "implied",
        _by_market,
    ),
    Derived(
        "loyalty.retention_pooled",
        N_("share retained among all app users and all others"),
        "",
        "customers",
        "implied",
        _pooled,
    ),
    Derived(
        "loyalty.app_difference",
        N_("how much more app users of a market are retained than others of the same market"),
        "",
        "customers",
        "implied",
        _points,
    ),
    Derived(
        "loyalty.app_difference_within",
        N_("the same, averaged over the markets, each with the weight of what it tells"),
        "",
        "customers",
        "implied",
        within_markets,
    ),
)
