"""Rivals open: who stayed for want of a choice leaves, who is satisfied stays.

Six openings in two years. One is in a district of market A, where customers had nowhere else to
go: a natural experiment. Until then the dissatisfied stay nearly as faithfully as the satisfied;
from then on they leave, the more the less satisfied they are.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.customers import DISTRICTS_PER_MARKET
from crmlib.world.loyalty import MARKETS
from crmlib.world.parameters import Derived, Parameter, Parameters
from crmlib.world.satisfaction import SCALE, expected_satisfaction, on_scale

if TYPE_CHECKING:
    from crmlib.world.company import World

CAPTIVE = MARKETS[0]
OPENINGS = 6
KINDS = ("coffee chain", "tea chain", "vending machines")
MONTHS = np.arange(49, clock.MONTHS + 1)  # of the hostage panel: 2025

PARAMETERS = (
    Parameter(
        "rivals.captive_district",
        101,
        N_("the district of market A in which a rival opens"),
        "",
        "rivals",
        101,
        110,
    ),
    Parameter(
        "rivals.captive_month",
        55,
        N_("the month with whose first day the rival opens there"),
        N_("months from 2021-01"),
        "rivals",
        50,
        59,
    ),
    Parameter(
        "hostage_panel.leaving",
        {"intercept": -4.6, "per_point": -0.1, "rival_satisfied": 0.0, "rival_per_point": 1.3},
        N_(
            "log odds of leaving in a month: at the satisfaction that is enough, per point of "
            "satisfaction, with a rival, with a rival per point below what is enough"
        ),
        N_("log odds"),
        "hostage_panel",
        -10,
        10,
    ),
    Parameter(
        "hostage_panel.enough",
        5,
        N_("satisfaction from which a rival makes no difference"),
        N_("points"),
        "hostage_panel",
        1,
        7,
    ),
)


def leaving_log_odds(p: Parameters, satisfaction: np.ndarray, rival: np.ndarray) -> np.ndarray:
    """Return the log odds of leaving in a month.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> satisfaction, rival = np.array([6, 2, 6, 2]), np.array([False, False, True, True])
    >>> leaving_log_odds(collect(), satisfaction, rival).round(1).tolist()
    [-4.7, -4.3, -4.7, -0.4]
    """
    leaving, enough = p["hostage_panel.leaving"], p["hostage_panel.enough"]
    below = np.maximum(enough - satisfaction, 0)
    return (
        leaving["intercept"]
        + leaving["per_point"] * (satisfaction - enough)
        + rival * (leaving["rival_satisfied"] + leaving["rival_per_point"] * below)
    )


def make_rivals(world: "World") -> pd.DataFrame:
    """Make the openings by day: one in market A, the others where there are rivals already."""
    p = world.parameters
    first = 101 + DISTRICTS_PER_MARKET
    last = 100 + DISTRICTS_PER_MARKET * len(MARKETS)
    others = world.stream("rivals/district").permutation(np.arange(first, last + 1))
    months = world.stream("rivals/month").integers(
        clock.OBSERVED_MONTHS + 1, clock.MONTHS, OPENINGS - 1, endpoint=True
    )
    district = np.append(others[: OPENINGS - 1], p["rivals.captive_district"])
    frame = pd.DataFrame(
        {
            "district": district,
            "market": np.array(MARKETS, dtype=object)[(district - 101) // DISTRICTS_PER_MARKET],
            "opening_date": clock.first_of_month(np.append(months, p["rivals.captive_month"])),
            "kind": world.stream("rivals/kind").choice(np.array(KINDS, dtype=object), OPENINGS),
        }
    ).sort_values(["opening_date", "district"], ignore_index=True)
    return frame.assign(event_id=np.arange(1, OPENINGS + 1))


def make_hostages(world: "World") -> pd.DataFrame:
    """Make one row a captive customer and month of 2025."""
    p, people = world.parameters, _captives(world)
    n = len(people)
    satisfaction = people["satisfaction"].to_numpy()[:, None]
    rival = (people["district"].to_numpy() == p["rivals.captive_district"])[:, None]
    rival = rival & (p["rivals.captive_month"] <= MONTHS)
    chance = special.expit(leaving_log_odds(p, satisfaction, rival))
    leaves = world.stream("hostage_panel/leaving").random((n, len(MONTHS))) < chance
    gone = np.logical_or.accumulate(leaves, axis=1)
    every = {name: np.repeat(people[name].to_numpy(), len(MONTHS)) for name in people.columns}
    return pd.DataFrame(
        {
            **every,
            "month": np.tile(MONTHS, n),
            "rival_open": rival.ravel(),
            "active": ~gone.ravel(),
        }
    )


def _captives(world: "World") -> pd.DataFrame:
    """Return the customers of market A who are still there at the end of 2024."""
    p, latent = world.parameters, world.table("truth/customers")
    left = world.table("truth/purchases")["left"]
    stayed = latent[(latent["market"] == CAPTIVE) & latent["later_retained"] & ~left]
    basic, pleasant = stayed["basic_satisfaction"], stayed["latent_satisfaction"]
    expected = expected_satisfaction(p, basic.to_numpy(), pleasant.to_numpy())
    scatter = world.stream("hostage_panel/satisfaction").standard_normal(len(stayed))
    answer = on_scale(expected + p["survey_sat.satisfaction_sd"] * scatter, *SCALE)
    district = world.table("customers")["district"].loc[stayed.index]
    return pd.DataFrame(
        {
            "customer_id": stayed["customer_id"].to_numpy(),
            "district": district.to_numpy(),
            "satisfaction": answer,
        }
    )


def _yearly_loss(world: "World") -> dict[str, float]:
    p, rows = world.parameters, {}
    for name, score in (("satisfaction 3", 3), ("satisfaction 6", 6)):
        for with_rival in (False, True):
            odds = leaving_log_odds(p, np.array(score), np.array(with_rival))
            label = f"{name}, rival" if with_rival else f"{name}, no rival"
            rows[label] = float(1 - (1 - special.expit(odds)) ** 12)
    return rows


DERIVED = (
    Derived(
        "hostage_panel.yearly_loss",
        N_("share of the captive customers who leave within a year, by satisfaction and rival"),
        "",
        "hostage_panel",
        "implied",
        _yearly_loss,
    ),
)
TABLES = {"rivals": make_rivals, "hostage_panel": make_hostages}
