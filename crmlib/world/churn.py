"""Who leaves the 2024 box, quarter by quarter, and why that changes in the sixth quarter.

Subscribers of a new box, sold since 2024. Each quarter everybody may leave, with log odds that are
linear in what the firm sees of the quarter. From 2025-Q2 on the box can be ended in the app, and
its price rises: use of the app, until then a good sign, becomes a bad one. A model that was fitted
before knows nothing of it.

The subtle point: tenure has no effect of its own. That old subscribers leave less is sorting, as
in `subscriptions`.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Derived, Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4))
SUBSCRIBERS = 3000  # in each quarter, with 8,000 shop customers
PLANS = ("small", "medium", "large")
BOXES_PER_QUARTER = 3
DRAWS = ("plan", "autopay", "app", "habit", "skipped", "complaint", "sessions", "leaving")
UNSEEN = ("app_use", "skip_probability", "churn_probability")
EFFECTS = ("intercept", "boxes_skipped", "complaint", "app_sessions", "autopay", "large_plan")

PARAMETERS = (
    Parameter(
        "churn_panel.before",
        dict(zip(EFFECTS, (-1.6, 0.9, 0.7, -0.15, -0.6, 0.0), strict=True)),
        N_("coefficients of the log odds of leaving in a quarter, before the change"),
        N_("log odds per unit"),
        "churn_panel",
        -8,
        8,
    ),
    Parameter(
        "churn_panel.after",
        dict(zip(EFFECTS, (-2.5, 0.35, 0.7, 0.08, -0.1, 0.6), strict=True)),
        N_("coefficients of the log odds of leaving in a quarter, from the change on"),
        N_("log odds per unit"),
        "churn_panel",
        -8,
        8,
    ),
    Parameter(
        "churn_panel.first_changed_quarter",
        6,
        N_("the quarter, counted from 1, from which the new coefficients hold"),
        "",
        "churn_panel",
        2,
        8,
    ),
    Parameter(
        "churn_panel.plan_shares",
        dict(zip(PLANS, (0.5, 0.35, 0.15), strict=True)),
        N_("share of the new subscribers on each plan"),
        "",
        "churn_panel",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "churn_panel.autopay_share",
        0.6,
        N_("share of the new subscribers who pay automatically"),
        "",
        "churn_panel",
        0.0,
        1.0,
    ),
    Parameter(
        "churn_panel.skip_shapes",
        (0.4, 1.6),
        N_("shapes of the Beta distribution of the subscribers' chance to skip a month's box"),
        "",
        "churn_panel",
        0.05,
        100,
    ),
    Parameter(
        "churn_panel.complaint_probability",
        0.1,
        N_("chance that a subscriber complains in a quarter"),
        "",
        "churn_panel",
        0.0,
        1.0,
    ),
    Parameter(
        "churn_panel.app_shape",
        2.0,
        N_("shape of the Gamma distribution of the subscribers' use of the app"),
        "",
        "churn_panel",
        0.1,
        100,
    ),
    Parameter(
        "churn_panel.app_mean",
        6.0,
        N_("mean number of sessions in the app, among new subscribers"),
        N_("sessions per quarter"),
        "churn_panel",
        0.1,
        200,
    ),
)


def log_odds(effects: dict[str, float], quarter: pd.DataFrame) -> np.ndarray:
    """Return the log odds of leaving of each subscriber in a quarter.

    Parameters
    ----------
    effects : dict
        A coefficient for each of `EFFECTS`.
    quarter : DataFrame
        With the columns boxes_skipped, complaint, app_sessions, autopay and plan.

    Examples
    --------
    >>> quarter = pd.DataFrame({"boxes_skipped": [2], "complaint": [True], "app_sessions": [5],
    ...                         "autopay": [False], "plan": ["large"]})
    >>> effects = dict(zip(EFFECTS, (-2.0, 0.5, 1.0, -0.1, -1.0, 0.25)))
    >>> log_odds(effects, quarter).tolist()
    [-0.25]
    """
    return (
        effects["intercept"]
        + effects["boxes_skipped"] * quarter["boxes_skipped"].to_numpy()
        + effects["complaint"] * quarter["complaint"].to_numpy()
        + effects["app_sessions"] * quarter["app_sessions"].to_numpy()
        + effects["autopay"] * quarter["autopay"].to_numpy()
        + effects["large_plan"] * (quarter["plan"] == "large").to_numpy()
    )


def _panel(world: "World") -> pd.DataFrame:
    """Return one row a subscriber and quarter, with what is seen and what is not."""
    random = {
        part: world.stream(f"churn_panel/{part}")
        for part in (
            "plan",
            "autopay",
            "app",
            "habit",
            "skipped",
            "complaint",
            "sessions",
            "leaving",
        )
    }
    seats = world.scaled(SUBSCRIBERS)
    staying = _new_subscribers(world.parameters, random, seats, first=1)
    quarters, latest = [], seats
    for number in range(1, len(QUARTERS) + 1):
        now = _lived_through(world.parameters, random, staying, number)
        quarters.append(now)
        staying = now.loc[~now["churned"], list(staying.columns)]
        staying = staying.assign(tenure_quarters=staying["tenure_quarters"] + 1)
        # as many begin as have left
        begun = _new_subscribers(world.parameters, random, seats - len(staying), latest + 1)
        staying = pd.concat([staying, begun], ignore_index=True)
        latest += len(begun)
    return pd.concat(quarters).sort_values(["subscriber_id", "quarter"], ignore_index=True)


def _new_subscribers(p: Parameters, random: dict, n: int, first: int) -> pd.DataFrame:
    shares = list(p["churn_panel.plan_shares"].values())
    shape = p["churn_panel.app_shape"]
    return pd.DataFrame(
        {
            "subscriber_id": np.arange(first, first + n),
            "tenure_quarters": np.zeros(n, dtype=int),
            "plan": random["plan"].choice(np.array(PLANS, dtype=object), n, p=shares),
            "autopay": random["autopay"].random(n) < p["churn_panel.autopay_share"],
            "app_use": random["app"].gamma(shape, p["churn_panel.app_mean"] / shape, n),
            "skip_probability": random["habit"].beta(*p["churn_panel.skip_shapes"], n),
        }
    )


def _lived_through(p: Parameters, random: dict, people: pd.DataFrame, number: int) -> pd.DataFrame:
    """Return the subscribers with what they did in a quarter, and whether they left at its end."""
    n = len(people)
    now = people.assign(
        quarter=QUARTERS[number - 1],
        boxes_skipped=random["skipped"].binomial(BOXES_PER_QUARTER, people["skip_probability"]),
        complaint=random["complaint"].random(n) < p["churn_panel.complaint_probability"],
        app_sessions=random["sessions"].poisson(people["app_use"]),
    )
    changed = number >= p["churn_panel.first_changed_quarter"]
    effects = p["churn_panel.after"] if changed else p["churn_panel.before"]
    now["churn_probability"] = special.expit(log_odds(effects, now))
    now["churned"] = random["leaving"].random(n) < now["churn_probability"]
    return now


def make_latent(world: "World") -> pd.DataFrame:
    """Make each subscriber's habits, and chance to leave in each quarter."""
    return _panel(world)[["subscriber_id", "quarter", *UNSEEN]]


def make_churn_panel(world: "World") -> pd.DataFrame:
    """Make what the firm sees of each subscriber and quarter."""
    return _panel(world).drop(columns=list(UNSEEN))


def _mean_probability(world: "World") -> dict[str, float]:
    latent = world.table("truth/churn_panel")
    first_changed = QUARTERS[world.parameters["churn_panel.first_changed_quarter"] - 1]
    changed = latent["quarter"] >= first_changed
    chance = latent["churn_probability"]
    return {"before": float(chance[~changed].mean()), "after": float(chance[changed].mean())}


DERIVED = (
    Derived(
        "churn_panel.mean_probability",
        N_("mean chance to leave in a quarter, before the change and from it on"),
        "",
        "churn_panel",
        "realised",
        _mean_probability,
    ),
)
TABLES = {"truth/churn_panel": make_latent, "churn_panel": make_churn_panel}
