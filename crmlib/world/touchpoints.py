"""The contacts with the persons of the trading area: how many, over what, and what they bring.

The firm contacts most those who are customers or targets, and these respond most anyway. In every
state the response is best at four contacts a quarter: fewer are overlooked, more annoy. Beyond
eight, people want no more contact at all.

The subtle point: looked at without the states, more contacts seem to go with more response for
longer than they do.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Parameter, Parameters
from crmlib.world.states import QUARTERS, STATES

if TYPE_CHECKING:
    from crmlib.world.company import World

CHANNELS = ("text message", "email", "app message", "phone", "shop", "service desk")
TOPICS = {
    "outbound": ("offer", "news", "follow-up"),
    "inbound": ("question", "order", "complaint"),
}

PARAMETERS = (
    Parameter(
        "touchpoints.outbound_rate",
        dict(zip(STATES, (0.08, 0.9, 1.6, 0.25, 0.03), strict=True)),
        N_("mean number of contacts by the firm in each state"),
        N_("contacts per person and quarter"),
        "touchpoints",
        0.0,
        20,
    ),
    Parameter(
        "touchpoints.outbound_shape",
        0.6,
        N_("shape of the Gamma distribution by which the firm's rates differ, mean 1"),
        "",
        "touchpoints",
        0.1,
        100,
    ),
    Parameter(
        "touchpoints.inbound_rate",
        dict(zip(STATES, (0.02, 0.15, 0.6, 0.08, 0.005), strict=True)),
        N_("mean number of contacts by the person in each state"),
        N_("contacts per person and quarter"),
        "touchpoints",
        0.0,
        20,
    ),
    Parameter(
        "touchpoints.best_count",
        4.0,
        N_("number of the firm's contacts in a quarter at which the response is best"),
        N_("contacts per person and quarter"),
        "touchpoints",
        0,
        12,
    ),
    Parameter(
        "touchpoints.wear_out",
        0.06,
        N_("fall of the log odds of a response per squared contact away from the best number"),
        N_("log odds"),
        "touchpoints",
        0.0,
        2,
    ),
    Parameter(
        "touchpoints.response",
        dict(zip(STATES, (-1.8, -0.8, 0.8, -1.6, -3.0), strict=True)),
        N_("log odds of a response in a quarter at the best number of contacts, in each state"),
        N_("log odds"),
        "touchpoints",
        -8,
        8,
    ),
    Parameter(
        "touchpoints.too_many_above",
        8,
        N_("number of the firm's contacts in a quarter above which many want no more"),
        N_("contacts per person and quarter"),
        "touchpoints",
        1,
        30,
    ),
    Parameter(
        "touchpoints.opt_out",
        {"up to it": 0.004, "above it": 0.25},
        N_("chance that a contacted person wants no more contact: up to that number, above it"),
        "",
        "touchpoints",
        0.0,
        1.0,
    ),
    Parameter(
        "touchpoints.channel_shares",
        {
            "outbound": (0.4, 0.25, 0.25, 0.1, 0.0, 0.0),
            "inbound": (0.05, 0.1, 0.25, 0.2, 0.25, 0.15),
        },
        N_(
            "shares of text message, email, app message, phone, shop, service desk among the "
            "contacts by the firm and by the person"
        ),
        "",
        "touchpoints",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "touchpoints.topic_shares",
        {"outbound": (0.6, 0.25, 0.15), "inbound": (0.45, 0.35, 0.2)},
        N_(
            "shares of offer, news, follow-up among the firm's contacts; of question, order, "
            "complaint among the persons'"
        ),
        "",
        "touchpoints",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "touchpoints.minutes",
        dict(zip(CHANNELS, (0.2, 1.0, 0.2, 6.0, 4.0, 9.0), strict=True)),
        N_("mean working time that a contact takes by each channel"),
        N_("minutes"),
        "touchpoints",
        0.01,
        240,
    ),
)


def response_log_odds(p: Parameters, state: np.ndarray, contacts: np.ndarray) -> np.ndarray:
    r"""Return the log odds of a response in a quarter.

    .. math:: b_{state} - w\,(n - 4)^2

    Parameters
    ----------
    p : Parameters
    state : ndarray of str
        One of `STATES` for each person.
    contacts : ndarray of int
        Number of the firm's contacts in the quarter.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> state, contacts = np.array(["actual", "actual", "lost"]), np.array([4, 9, 4])
    >>> response_log_odds(collect(), state, contacts).round(2).tolist()
    [0.8, -0.7, -1.6]
    """
    base = pd.Series(state).map(p["touchpoints.response"]).to_numpy(dtype=float)
    return base - p["touchpoints.wear_out"] * (contacts - p["touchpoints.best_count"]) ** 2


def _quarters(world: "World") -> pd.DataFrame:
    """Return each person's quarters with the number of contacts, and what came of them."""
    p, panel = world.parameters, world.table("state_panel")
    shape = (len(panel) // len(QUARTERS), len(QUARTERS))

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"touchpoints/{part}")

    def rate(kind: str) -> np.ndarray:
        by_state = panel["state"].map(p[f"touchpoints.{kind}_rate"])
        return by_state.to_numpy(dtype=float).reshape(shape)

    differs = p["touchpoints.outbound_shape"]
    outbound = draw("outbound").poisson(
        rate("outbound") * draw("rates").gamma(differs, 1 / differs, shape)
    )
    many = outbound > p["touchpoints.too_many_above"]
    opt_out = p["touchpoints.opt_out"]
    chance = np.where(many, opt_out["above it"], opt_out["up to it"]) * (outbound > 0)
    wants_out = draw("opt out").random(shape) < chance
    # once a person has opted out, the firm leaves him or her alone
    before = np.cumsum(wants_out, axis=1) - wants_out
    outbound[before > 0] = 0
    wants_out &= before == 0
    odds = response_log_odds(p, panel["state"].to_numpy(), outbound.ravel())
    return pd.DataFrame(
        {
            "person_id": panel["person_id"],
            # text for each of many contacts would fill the memory of a large company
            "quarter": panel["quarter"].astype("category"),
            "outbound": outbound.ravel(),
            "inbound": draw("inbound").poisson(rate("inbound")).ravel(),
            "opted_out": wants_out.ravel(),
            "responded": draw("response").random(len(panel)) < special.expit(odds),
        }
    )


def make_touchpoints(world: "World") -> pd.DataFrame:
    """Make one row a contact, by day."""
    p, quarters = world.parameters, _quarters(world)
    topics = [topic for names in TOPICS.values() for topic in names]
    parts = []
    for direction in TOPICS:
        part = quarters.loc[
            quarters.index.repeat(quarters[direction]),
            ["person_id", "quarter", "opted_out", "responded"],
        ]
        n = len(part)
        channel = world.stream(f"touchpoints/{direction} channel").choice(
            len(CHANNELS), n, p=p["touchpoints.channel_shares"][direction]
        )
        topic = world.stream(f"touchpoints/{direction} topic").choice(
            np.array(TOPICS[direction], dtype=object), n, p=p["touchpoints.topic_shares"][direction]
        )
        mean = np.array([p["touchpoints.minutes"][name] for name in CHANNELS])[channel]
        minutes = world.stream(f"touchpoints/{direction} minutes").gamma(2, mean / 2)
        day = world.stream(f"touchpoints/{direction} day").random(n)
        parts.append(
            part.assign(
                direction=pd.Categorical([direction], list(TOPICS)).repeat(n),
                channel=pd.Categorical.from_codes(channel, CHANNELS),
                topic=pd.Categorical(topic, topics),
                minutes=minutes,
                day=day,
            )
        )
    del quarters
    frame = pd.concat(parts, ignore_index=True)
    del parts
    start = {name: pd.Timestamp(int(name[:4]), 3 * int(name[-1]) - 2, 1) for name in QUARTERS}
    length = {name: (day + pd.DateOffset(months=3) - day).days for name, day in start.items()}
    passed = (frame["day"] * frame["quarter"].map(length).astype(int)).astype(int)
    first = frame["quarter"].map(start).astype("datetime64[us]")
    frame["date"] = first + pd.to_timedelta(passed, unit="D")
    frame = frame.sort_values(["date", "person_id", "day"], ignore_index=True)
    frame["touchpoint_id"] = np.arange(1, len(frame) + 1)
    return frame.drop(columns="day")


TABLES = {"touchpoints": make_touchpoints}
