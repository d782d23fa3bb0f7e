"""The satisfaction survey: three waves in 2023, who was invited, who answered, what they said.

Customers of market D are invited more often than others, and app users, recent buyers and those
who never complained answer more often. All of that is on record, so that weights can repair it.

The subtle point: what people say they will do follows satisfaction in every market alike, what
they do follows it only where they can go elsewhere (`loyalty`).
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.loyalty import MARKETS, per_market
from crmlib.world.parameters import Parameter
from crmlib.world.satisfaction import expected_satisfaction, on_scale

if TYPE_CHECKING:
    from crmlib.world.company import World

WAVE_DAYS = pd.DatetimeIndex(["2023-08-31", "2023-10-31", "2023-12-31"]).as_unit("us")
ITEMS = 4
TENTHS = (0, 10)  # the scale of intention and of recommendation

PARAMETERS = (
    Parameter(
        "survey_invited.invited_share",
        dict(zip(MARKETS, (0.6, 0.6, 0.6, 1.0), strict=True)),
        N_("share of the customers of each market invited to each wave"),
        "",
        "survey_invited",
        0.01,
        1.0,
    ),
    Parameter(
        "survey_invited.response",
        {"intercept": -0.75, "app user": 1.9, "recent order": 0.7, "complained": -1.2},
        N_(
            "log odds of an answer: without any of these; change with use of the app, with an "
            "order in the last 90 days, with a complaint before the wave"
        ),
        N_("log odds"),
        "survey_invited",
        -5,
        5,
    ),
    Parameter(
        "survey_invited.recent_days",
        90,
        N_("an order counts as recent for so long"),
        N_("days"),
        "survey_invited",
        7,
        730,
    ),
    Parameter(
        "survey_sat.item_sd",
        0.8,
        N_("standard deviation of an item around the satisfaction that it measures"),
        N_("points"),
        "survey_sat",
        0.05,
        3,
    ),
    Parameter(
        "survey_sat.will_expectation",
        {"intercept": 5.0, "per basic point": 0.3, "per latent point": 0.2},
        N_(
            "what customers expect to happen: with basic satisfaction at the need and latent "
            "satisfaction at its centre; per point of each (they expect what they have known)"
        ),
        N_("points"),
        "survey_sat",
        -7,
        7,
    ),
    Parameter(
        "survey_sat.should_expectation",
        {"intercept": 5.2, "per alternative": 0.08, "per wave": 0.12},
        N_(
            "what customers hold the firm should do: without alternatives, in the first wave; per "
            "other supplier within reach; per further wave (expectations rise)"
        ),
        N_("points"),
        "survey_sat",
        -7,
        7,
    ),
    Parameter(
        "survey_sat.expectation_sd",
        0.7,
        N_("standard deviation of either expectation, given what drives it"),
        N_("points"),
        "survey_sat",
        0.05,
        3,
    ),
    Parameter(
        "survey_sat.intent",
        {"at 5": 8.2, "slope at 5": 0.9, "curvature": -0.15},
        N_(
            "stated chances in ten of staying, by overall satisfaction s before rounding: first + "
            "second (s − 5) + third (s − 5)², the same in every market"
        ),
        N_("chances in ten"),
        "survey_sat",
        -10,
        10,
    ),
    Parameter(
        "survey_sat.intent_sd",
        1.2,
        N_("standard deviation of the stated chances in ten, given overall satisfaction"),
        N_("chances in ten"),
        "survey_sat",
        0.05,
        5,
    ),
    Parameter(
        "survey_sat.recommend",
        {"at 5": 8.15, "slope": 1.25},
        N_("readiness to recommend: at an overall satisfaction of 5; per point"),
        N_("points"),
        "survey_sat",
        -10,
        10,
    ),
    Parameter(
        "survey_sat.recommend_sd",
        1.2,
        N_("standard deviation of the readiness to recommend, given overall satisfaction"),
        N_("points"),
        "survey_sat",
        0.05,
        5,
    ),
)


def make_invited(world: "World") -> pd.DataFrame:
    """Make the invitations, wave by wave, and whether each was answered."""
    listed = world.table("customers")[["customer_id", "market", "app_user"]]
    share = per_market(
        world.parameters["survey_invited.invited_share"], listed["market"].to_numpy()
    )
    waves = []
    for wave, day in enumerate(WAVE_DAYS, start=1):
        chance = world.stream(f"survey_invited/invited {wave}").random(len(listed))
        answer = world.stream(f"survey_invited/answered {wave}").random(len(listed))
        known = listed.assign(
            wave=wave,
            date=day,
            recent_order=_ordered_lately(world, day),
            complained=_complained_before(world, day),
            invited_share=share,
        )
        known["answered"] = answer < response_probability(world, known)
        waves.append(known[chance < share])
    frame = pd.concat(waves, ignore_index=True)
    frame["invitation_id"] = np.arange(1, len(frame) + 1)
    return frame


def response_probability(world: "World", known: pd.DataFrame) -> np.ndarray:
    """Return the chance of an answer by app use, recent order and complaint."""
    weight = world.parameters["survey_invited.response"]
    return special.expit(
        weight["intercept"]
        + weight["app user"] * known["app_user"].to_numpy(dtype=float)
        + weight["recent order"] * known["recent_order"].to_numpy(dtype=float)
        + weight["complained"] * known["complained"].to_numpy(dtype=float)
    )


def _ordered_lately(world: "World", day: pd.Timestamp) -> np.ndarray:
    orders = world.table("transactions")
    days = pd.Timedelta(days=world.parameters["survey_invited.recent_days"])
    lately = orders.loc[orders["date"].between(day - days, day), "customer_id"]
    return np.bincount(lately, minlength=world.customers + 1)[1:] > 0


def _complained_before(world: "World", day: pd.Timestamp) -> np.ndarray:
    cases = world.table("complaints")
    before = cases.loc[cases["complained"] & (cases["date"] <= day), "customer_id"]
    return np.bincount(before, minlength=world.customers + 1)[1:] > 0


def make_latent_answers(world: "World") -> pd.DataFrame:
    """Make satisfaction and expectations of those who answered, before they are rounded."""
    p = world.parameters
    answered = world.table("survey_invited").query("answered")
    place = answered["customer_id"].to_numpy() - 1
    latent = world.table("truth/customers").iloc[place]
    alternatives = world.table("customers")["alternatives"].to_numpy()[place]
    n = len(answered)

    def draw(part: str) -> np.ndarray:
        return world.stream(f"truth/survey_sat/{part}").standard_normal(n)

    basic = latent["basic_satisfaction"].to_numpy()
    hidden = latent["latent_satisfaction"].to_numpy()
    will, should, own = draw("will"), draw("should"), draw("own")
    tie = p["survey_sat.expectation_weights"]
    rest = np.sqrt(1 - tie["will"] ** 2 - tie["should"] ** 2)
    deviation = tie["will"] * will + tie["should"] * should + rest * own
    expected, owed = p["survey_sat.will_expectation"], p["survey_sat.should_expectation"]
    return pd.DataFrame(
        {
            "invitation_id": answered["invitation_id"].to_numpy(),
            "customer_id": answered["customer_id"].to_numpy(),
            "satisfaction": expected_satisfaction(p, basic, hidden)
            + p["survey_sat.satisfaction_sd"] * deviation,
            "will_expectation": expected["intercept"]
            + expected["per basic point"] * (basic - p["loyalty.basic_need"])
            + expected["per latent point"] * (hidden - p["loyalty.latent_centre"])
            + p["survey_sat.expectation_sd"] * will,
            "should_expectation": owed["intercept"]
            + owed["per alternative"] * alternatives
            + owed["per wave"] * (answered["wave"].to_numpy() - 1)
            + p["survey_sat.expectation_sd"] * should,
        }
    )


def make_answers(world: "World") -> pd.DataFrame:
    """Make the answers of those who answered, and what the follow-up said a year later."""
    p = world.parameters
    felt = world.table("truth/survey_sat")
    answered = world.table("survey_invited").query("answered").reset_index(drop=True)
    place = answered["customer_id"].to_numpy() - 1
    latent = world.table("truth/customers").iloc[place].reset_index(drop=True)
    listed = world.table("customers").iloc[place].reset_index(drop=True)

    def draw(part: str) -> np.ndarray:
        return world.stream(f"survey_sat/{part}").standard_normal(len(felt))

    kept = ["invitation_id", "wave", "customer_id", "market", "app_user", "invited_share"]
    frame = answered[kept].copy()
    frame["satisfaction"] = on_scale(felt["satisfaction"])
    for kind in ("basic", "latent"):
        for item in range(1, ITEMS + 1):
            heard = latent[f"{kind}_satisfaction"] + p["survey_sat.item_sd"] * draw(
                f"{kind} {item}"
            )
            frame[f"{kind}_{item}"] = on_scale(heard)
    for kind in ("will", "should"):
        frame[f"{kind}_expectation"] = on_scale(felt[f"{kind}_expectation"])
    frame["alternatives"] = listed["alternatives"]
    frame["switching_cost"] = listed["switching_cost"]
    stated, ready = p["survey_sat.intent"], p["survey_sat.recommend"]
    above = felt["satisfaction"] - 5
    intent = stated["at 5"] + stated["slope at 5"] * above + stated["curvature"] * above**2
    recommend = ready["at 5"] + ready["slope"] * above
    frame["intent"] = on_scale(intent + p["survey_sat.intent_sd"] * draw("intent"), *TENTHS)
    frame["recommend"] = on_scale(
        recommend + p["survey_sat.recommend_sd"] * draw("recommend"), *TENTHS
    )
    frame["later_retained"] = latent["later_retained"]
    return frame


TABLES = {
    "survey_invited": make_invited,
    "truth/survey_sat": make_latent_answers,
    "survey_sat": make_answers,
}
