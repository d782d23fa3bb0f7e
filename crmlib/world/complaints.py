"""What goes wrong, who complains, how it is handled, and what the customer does afterwards.

At most one case a customer. The firm knows of those who complained; a study at the end of 2023
asked a share of the others whether anything had gone wrong, so that the table also holds customers
without a failure, and some who were failed and kept silent.

The subtle point: after just handling satisfaction is higher than before the failure, but the
customers come back no more often than those whom nothing happened to. And who complains is not
like who keeps silent: the more loyal complain.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.parameters import Derived, Parameter
from crmlib.world.satisfaction import SCALE, expected_satisfaction, on_scale

if TYPE_CHECKING:
    from crmlib.world.company import World

STATES = ("no failure", "silent", "justly handled", "poorly handled")
MEDIUM_SEVERITY = 2

PARAMETERS = (
    Parameter(
        "complaints.failure",
        {"intercept": -0.8, "per unmet point": 0.7},
        N_(
            "log odds that something goes wrong: for a customer whose basic needs are met; per "
            "point of basic satisfaction below the need"
        ),
        N_("log odds"),
        "complaints",
        -6,
        6,
    ),
    Parameter(
        "complaints.severity_shares",
        (0.4, 0.4, 0.2),
        N_("shares of the failures of severity 1, 2 and 3"),
        "",
        "complaints",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "complaints.voice",
        {"intercept": 0.5, "per grade": 0.5, "per loyalty": 0.5},
        N_(
            "log odds that a customer complains when something went wrong: at severity 2 and "
            "middle loyalty; per grade of severity; per standard deviation of loyalty (ranks "
            "turned into a normal distribution)"
        ),
        N_("log odds"),
        "complaints",
        -6,
        6,
    ),
    Parameter(
        "complaints.asked_share",
        0.2,
        N_("share of those who did not complain who were asked in the study"),
        "",
        "complaints",
        0.01,
        1.0,
    ),
    Parameter(
        "complaints.longest_delay",
        10,
        N_("most days from the order to the day on which the failure is noticed"),
        N_("days"),
        "complaints",
        0,
        60,
    ),
    Parameter(
        "complaints.handled_days_mean",
        5.0,
        N_("mean number of days from the complaint to its end"),
        N_("days"),
        "complaints",
        1.5,
        90,
    ),
    Parameter(
        "complaints.compensated_share",
        0.6,
        N_("share of the complaints with a compensation"),
        "",
        "complaints",
        0.0,
        1.0,
    ),
    Parameter(
        "complaints.compensation_mean",
        30.0,
        N_("mean compensation where there is one"),
        N_("CNY"),
        "complaints",
        1,
        10_000,
    ),
    Parameter(
        "complaints.justice",
        {
            "procedural": 6.3,
            "per day": -0.3,
            "distributive": 3.6,
            "per 10 CNY": 0.5,
            "interactional": 4.7,
        },
        N_(
            "felt justice of the procedure if handled at once, and its change per day; of the "
            "result without compensation, and its change per 10 CNY; of the treatment in person"
        ),
        N_("points"),
        "complaints",
        -7,
        10,
    ),
    Parameter(
        "complaints.justice_sd",
        1.0,
        N_("standard deviation of each kind of felt justice, given how it was handled"),
        N_("points"),
        "complaints",
        0.05,
        3,
    ),
    Parameter(
        "complaints.just_from",
        4.5,
        N_("mean of the three answers on justice from which a complaint counts as justly handled"),
        N_("points"),
        "complaints",
        1,
        7,
    ),
    Parameter(
        "complaints.satisfaction_change",
        dict(zip(STATES, (0.0, -0.6, 0.38, -1.1), strict=True)),
        N_(
            "mean change of satisfaction from before to after, before it is cut to the scale: "
            "without failure, failed and silent, justly handled, poorly handled"
        ),
        N_("points"),
        "complaints",
        -6,
        6,
    ),
    Parameter(
        "complaints.satisfaction_change_sd",
        0.4,
        N_("standard deviation of the change of satisfaction"),
        N_("points"),
        "complaints",
        0.05,
        3,
    ),
    Parameter(
        "complaints.rebought",
        dict(zip(STATES, (0.7, 0.5, 0.7, 0.45), strict=True)),
        N_("share of the customers who bought again in 2024, by what happened"),
        "",
        "complaints",
        0.001,
        0.999,
    ),
    Parameter(
        "complaints.rebought_on_loyalty",
        0.4,
        N_("correlation of buying again with loyalty, among customers whom the same happened to"),
        "",
        "complaints",
        0.0,
        0.95,
    ),
)


def make_truth(world: "World") -> pd.DataFrame:
    """Make whom something went wrong for, and who complained, of all customers."""
    p = world.parameters
    latent = world.table("truth/customers")

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"truth/complaints/{part}")

    n = len(latent)
    unmet = np.maximum(p["loyalty.basic_need"] - latent["basic_satisfaction"].to_numpy(), 0)
    failure, voice = p["complaints.failure"], p["complaints.voice"]
    failed = draw("failure").random(n) < special.expit(
        failure["intercept"] + failure["per unmet point"] * unmet
    )
    severity = 1 + draw("severity").choice(3, n, p=p["complaints.severity_shares"])
    odds = (
        voice["intercept"]
        + voice["per grade"] * (severity - MEDIUM_SEVERITY)
        + voice["per loyalty"] * normal_scores(latent["loyalty"].to_numpy())
    )
    return pd.DataFrame(
        {
            "customer_id": latent["customer_id"],
            "failed": failed,
            "severity": pd.Series(severity, dtype="Int64").where(failed),
            "complained": failed & (draw("voice").random(n) < special.expit(odds)),
        }
    )


def make_complaints(world: "World") -> pd.DataFrame:
    """Make one row for each complaint, and for each other customer asked in the study."""
    p, happened = world.parameters, world.table("truth/complaints")
    asked = world.stream("complaints/asked").random(len(happened)) < p["complaints.asked_share"]
    frame = happened[happened["complained"] | asked].reset_index(drop=True)
    latent = world.table("truth/customers").iloc[frame["customer_id"] - 1]
    frame["date"] = _dates(world, frame)
    frame = frame.join(_handling(world, frame["complained"].to_numpy()))
    state = states(frame, p["complaints.just_from"])
    before, after = _satisfaction(world, latent, state)
    frame = frame.assign(
        sat_before=before,
        sat_after=after,
        rebought=_rebought(world, latent["loyalty"].to_numpy(), state),
    ).sort_values("customer_id", ignore_index=True)
    frame["case_id"] = np.arange(1, len(frame) + 1)
    return frame


def states(frame: pd.DataFrame, just_from: float) -> np.ndarray:
    """Return what happened to each customer of the table: one of `STATES`.

    Parameters
    ----------
    frame : DataFrame
        With `failed`, `complained` and the three answers on justice.
    just_from : float
        Mean of the three from which handling counts as just.
    """
    justice = frame[["justice_procedural", "justice_distributive", "justice_interactional"]]
    just = justice.astype(float).mean(axis=1).ge(just_from)
    return np.select(
        [~frame["failed"], ~frame["complained"], just], STATES[:3], default=STATES[3]
    ).astype(object)


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Return the values' ranks, turned into a standard normal distribution.

    Examples
    --------
    >>> normal_scores(np.array([10.0, 700.0, 20.0])).round(2).tolist()
    [-0.67, 0.67, 0.0]
    """
    rank = values.argsort().argsort() + 1
    return special.ndtri(rank / (len(values) + 1))


def _dates(world: "World", frame: pd.DataFrame) -> pd.Series:
    """Return the day of each failure: some days after one of the customer's orders."""
    orders = world.table("transactions")[["customer_id", "date"]]
    orders = orders.sort_values("customer_id", kind="stable", ignore_index=True)
    count = np.bincount(orders["customer_id"], minlength=world.customers + 1)[1:]
    first = np.cumsum(count) - count
    place = frame["customer_id"].to_numpy() - 1
    chosen = world.stream("complaints/order").random(len(frame)) * count[place]
    ordered = orders["date"].iloc[first[place] + chosen.astype(int)].reset_index(drop=True)
    delay = world.stream("complaints/delay").integers(
        0, world.parameters["complaints.longest_delay"], len(frame), endpoint=True
    )
    noticed = ordered + pd.to_timedelta(delay, unit="D")
    return noticed.clip(upper=clock.LAST_DAY).where(frame["failed"])


def _handling(world: "World", complained: np.ndarray) -> pd.DataFrame:
    """Return how each complaint was handled and felt; empty for those who did not complain."""
    p, n = world.parameters, len(complained)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"complaints/{part}")

    days = draw("days").geometric(1 / p["complaints.handled_days_mean"], n)
    paid = draw("paid").random(n) < p["complaints.compensated_share"]
    amount = draw("compensation").gamma(3, p["complaints.compensation_mean"] / 3, n).round()
    compensation = np.where(paid, amount, 0.0)
    justice, sd = p["complaints.justice"], p["complaints.justice_sd"]
    felt = {
        "procedural": justice["procedural"] + justice["per day"] * days,
        "distributive": justice["distributive"] + justice["per 10 CNY"] * compensation / 10,
        "interactional": np.full(n, justice["interactional"]),
    }
    answers = {
        f"justice_{kind}": on_scale(mean + sd * draw(kind).standard_normal(n))
        for kind, mean in felt.items()
    }
    frame = pd.DataFrame({"handled_days": days, "compensation": compensation, **answers})
    frame = frame.astype({name: "Int64" for name in frame if name != "compensation"})
    return frame[complained].reindex(frame.index)


def _satisfaction(
    world: "World", latent: pd.DataFrame, state: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    p, n = world.parameters, len(state)
    mean = expected_satisfaction(
        p, latent["basic_satisfaction"].to_numpy(), latent["latent_satisfaction"].to_numpy()
    )
    noise = world.stream("complaints/before").standard_normal(n)
    before = np.clip(mean + p["survey_sat.satisfaction_sd"] * noise, *SCALE).round(1)
    change = pd.Series(state).map(p["complaints.satisfaction_change"]).to_numpy(dtype=float)
    scatter = world.stream("complaints/after").standard_normal(n)
    after = before + change + p["complaints.satisfaction_change_sd"] * scatter
    return before, np.clip(after, *SCALE)


def _rebought(world: "World", loyalty: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Let the planted share of each state buy again, the more loyal rather than the less."""
    p, n = world.parameters, len(state)
    tie = p["complaints.rebought_on_loyalty"]
    score = np.zeros(n)
    for name in STATES:
        score[state == name] = normal_scores(loyalty[state == name])
    chance = world.stream("complaints/rebought").standard_normal(n)
    share = pd.Series(state).map(p["complaints.rebought"]).to_numpy(dtype=float)
    return tie * score + np.sqrt(1 - tie**2) * chance > -special.ndtri(share)


def mean_change(world: "World") -> dict[str, float]:
    """Return the mean change of satisfaction that can be seen, by what happened."""
    frame = world.table("complaints")
    state = states(frame, world.parameters["complaints.just_from"])
    change = frame["sat_after"] - frame["sat_before"]
    return change.groupby(state).mean().to_dict()


DERIVED = (
    Derived(
        "complaints.mean_change",
        N_("mean change of satisfaction on the scale, which ends at 7, by what happened"),
        N_("points"),
        "complaints",
        "realised",
        mean_change,
    ),
)
TABLES = {"truth/complaints": make_truth, "complaints": make_complaints}
