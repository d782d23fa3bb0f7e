"""New customers of 2024 who were recommended, and as many who were not, until the end of 2025.

Who recommends Luxi, and how often, has nothing to do with what he or she is worth. The recommended
bring a fifth more margin at first; the lead melts away. That they leave less lasts.

The subtle point: some of the recommended would have come anyway. For these a referral saves the
acquisition cost, no more.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world.clock import OUTCOMES_FIRST_DAY
from crmlib.world.parameters import Derived, Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

REFERRALS = 1400  # with 8,000 shop customers
MONTHS_FOLLOWED = 24
PERIODS = ((1, 6), (7, 12), (13, 24))  # months since the first order, both included

PARAMETERS = (
    Parameter(
        "referrals.intensity_shape",
        0.5,
        N_("shape of the Gamma distribution by which customers differ in recommending"),
        "",
        "referrals",
        0.05,
        100,
    ),
    Parameter(
        "referrals.reward_share",
        0.5,
        N_("share of the referrals for which the referrer gets a reward, by chance"),
        "",
        "referrals",
        0.0,
        1.0,
    ),
    Parameter(
        "referrals.reward",
        30.0,
        N_("reward for a referral"),
        N_("CNY"),
        "referrals",
        0,
        10_000,
    ),
    Parameter(
        "referrals.would_have_come",
        0.45,
        N_("share of the recommended who would have come anyway"),
        "",
        "referrals",
        0.0,
        1.0,
    ),
    Parameter(
        "referrals.margin",
        18.0,
        N_("median margin of a new customer who was not recommended"),
        N_("CNY per active month"),
        "referrals",
        0.1,
        100_000,
    ),
    Parameter(
        "referrals.margin_sd",
        0.6,
        N_("standard deviation of the logarithm of margin between customers"),
        "",
        "referrals",
        0.01,
        3,
    ),
    Parameter(
        "referrals.month_sd",
        0.3,
        N_("standard deviation of the logarithm of a customer's margin between months"),
        "",
        "referrals",
        0.0,
        3,
    ),
    Parameter(
        "referrals.likeness",
        0.4,
        N_(
            "correlation of the logarithms of the margin of the recommended customer and of the "
            "typical amount of the one who recommended"
        ),
        "",
        "referrals",
        -0.99,
        0.99,
    ),
    Parameter(
        "referrals.margin_advantage",
        0.2,
        N_("by what share the margin of the recommended is higher in the first month"),
        "",
        "referrals",
        -0.9,
        5,
    ),
    Parameter(
        "referrals.advantage_half_life",
        8.0,
        N_("time in which half of the higher margin is lost"),
        N_("months"),
        "referrals",
        0.1,
        1_000,
    ),
    Parameter(
        "referrals.monthly_hazard",
        0.055,
        N_("chance of a new customer who was not recommended to leave in a month"),
        N_("per month"),
        "referrals",
        0.001,
        0.9,
    ),
    Parameter(
        "referrals.hazard_ratio",
        0.82,
        N_("how many times as likely the recommended leave in a month, at any age"),
        "",
        "referrals",
        0.05,
        1.1,
    ),
)


def advantage(p: Parameters, month: np.ndarray) -> np.ndarray:
    r"""Return by what share the margin of the recommended is higher, month by month.

    .. math:: .20 \cdot 2^{-(t-1)/8}

    Examples
    --------
    >>> from crmlib.world import collect
    >>> advantage(collect(), np.array([1, 9, 24])).round(3).tolist()
    [0.2, 0.1, 0.027]
    """
    decay = 0.5 ** ((np.asarray(month) - 1) / p["referrals.advantage_half_life"])
    return p["referrals.margin_advantage"] * decay


def _referrers(world: "World") -> np.ndarray:
    """Return the customer_id of each recommendation: some recommend often, most never."""
    n, shape = world.scaled(REFERRALS), world.parameters["referrals.intensity_shape"]
    intensity = world.stream("referrals/intensity").gamma(shape, 1 / shape, world.customers)
    ids = world.table("customers")["customer_id"].to_numpy()
    return world.stream("referrals/referrer").choice(ids, n, p=intensity / intensity.sum())


def _level(world: "World", referrer: np.ndarray) -> np.ndarray:
    """Return each new customer's own level of margin, as a deviation in logarithms."""
    p, n = world.parameters, len(referrer)
    amount = np.log(world.table("truth/customers")["typical_amount"].to_numpy())
    standard = (amount - amount.mean()) / amount.std()
    like, own = p["referrals.likeness"], world.stream("referrals/level").standard_normal(2 * n)
    own[:n] = like * standard[referrer - 1] + np.sqrt(1 - like**2) * own[:n]
    return p["referrals.margin_sd"] * own


def make_referrals(world: "World") -> pd.DataFrame:
    """Make the recommended customers and as many others, by the day of their first order."""
    p, referrer = world.parameters, _referrers(world)
    n = len(referrer)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"referrals/{part}")

    referred = np.arange(2 * n) < n
    entered = draw("month").integers(1, 13, 2 * n)
    followed = MONTHS_FOLLOWED + 1 - entered
    hazard = p["referrals.monthly_hazard"] * np.where(referred, p["referrals.hazard_ratio"], 1.0)
    lifetime = draw("lifetime").geometric(hazard)
    active = np.minimum(lifetime, followed)
    rewarded = referred & (draw("reward").random(2 * n) < p["referrals.reward_share"])
    anyway = draw("anyway").random(2 * n) < p["referrals.would_have_come"]
    frame = pd.DataFrame(
        {
            "referred": referred,
            "referrer_id": pd.array([*referrer, *[pd.NA] * n], dtype="Int64"),
            "date": _days(entered, draw("day").random(2 * n)),
            "reward": np.where(rewarded, p["referrals.reward"], 0.0),
            "would_have_come": pd.Series(anyway).astype("boolean").where(referred),
            "months_followed": followed,
            "months_active": active,
            "left": lifetime <= followed,
        }
    )
    margin = _monthly_margin(world, referred, _level(world, referrer))
    month = np.arange(1, MONTHS_FOLLOWED + 1)
    margin[month > active[:, None]] = np.nan
    for first, last in PERIODS:
        part = pd.DataFrame(margin[:, first - 1 : last])
        frame[f"margin_{first}_{last}"] = part.mean(axis=1)
    frame["tie"] = draw("order").random(2 * n)
    frame = frame.sort_values(["date", "tie"], ignore_index=True).drop(columns="tie")
    # numbers of their own, after those of the shop customers
    frame["referred_id"] = world.customers + np.arange(1, 2 * n + 1)
    return frame


def _monthly_margin(world: "World", referred: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return the margin of each customer (rows) in each month since the first order (columns)."""
    p, month = world.parameters, np.arange(1, MONTHS_FOLLOWED + 1)
    shape = (len(level), len(month))
    scatter = p["referrals.month_sd"] * world.stream("referrals/margin").standard_normal(shape)
    more = np.where(referred[:, None], 1 + advantage(p, month), 1.0)
    return p["referrals.margin"] * more * np.exp(level[:, None] + scatter)


def _days(month: np.ndarray, share: np.ndarray) -> pd.DatetimeIndex:
    """Return a day in each month of the first outcome year."""
    first = OUTCOMES_FIRST_DAY.to_period("M") + 0
    periods = pd.PeriodIndex.from_ordinals(first.ordinal + month - 1, freq="M")
    passed = (share * periods.days_in_month).astype(int)
    return periods.to_timestamp() + pd.to_timedelta(passed, unit="D")


def _advantages(world: "World") -> dict[str, float]:
    """Return the mean advantage of each period, if nobody left."""
    p = world.parameters
    return {
        f"{first}_{last}": float(advantage(p, np.arange(first, last + 1)).mean())
        for first, last in PERIODS
    }


DERIVED = (
    Derived(
        "referrals.advantage_by_period",
        N_(
            "by what share the margin of the recommended is higher in months 1 to 6, 7 to 12, 13 "
            "to 24 since the first order, if nobody left"
        ),
        "",
        "referrals",
        "implied",
        _advantages,
    ),
)
TABLES = {"referrals": make_referrals}
