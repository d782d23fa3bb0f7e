"""Stamp cards: ten cups make a free one, and the nearer the reward, the faster people come.

Half of the holders get a card for ten stamps, half a card for twelve of which two are given. Both
need ten cups. How soon the next cup comes depends on the holder's own pace and on the progress
that the card shows; the gift adds something of its own, the illusion of having begun.

The subtle point: slow holders have not come to the late stamps when the trial ends. Late stamps
are those of fast holders, and whoever pools all stamps takes pace for progress.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Derived, Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

HOLDERS = 640  # with 8,000 shop customers; 1,200 cards
CARDS_PER_HOLDER = 2
CUPS = 10
GIFT = "12+2 given"
CARD_TYPES = ("10", GIFT)
GIVEN = 2
SHORTEST_GAP = 0.01  # days: a quarter of an hour

PARAMETERS = (
    Parameter(
        "loyalty_cards.pace_mean",
        0.15,
        N_("mean of the holders' paces: cups per day at progress 0, without a gift"),
        N_("cups per day"),
        "loyalty_cards",
        0.001,
        10,
    ),
    Parameter(
        "loyalty_cards.pace_shape",
        2.0,
        N_("shape of the Gamma distribution of the holders' paces"),
        "",
        "loyalty_cards",
        0.1,
        1000,
    ),
    Parameter(
        "loyalty_cards.slope",
        0.5,
        N_("rise of the log of the pace from an empty to a full card"),
        N_("log cups per day"),
        "loyalty_cards",
        -3,
        3,
    ),
    Parameter(
        "loyalty_cards.illusion",
        0.12,
        N_("rise of the log of the pace with two stamps given, beyond the progress they show"),
        N_("log cups per day"),
        "loyalty_cards",
        -3,
        3,
    ),
    Parameter(
        "loyalty_cards.trial_days",
        180,
        N_("length of the trial, from the day on which a holder gets the first card"),
        N_("days"),
        "loyalty_cards",
        10,
        700,
    ),
    Parameter(
        "loyalty_cards.days_before",
        60,
        N_("length of the time before the trial in which the holders' cups were counted"),
        N_("days"),
        "loyalty_cards",
        1,
        700,
    ),
)


def progress(stamps: np.ndarray, gift: np.ndarray) -> np.ndarray:
    """Return the share of the card that is stamped, given stamps included.

    Parameters
    ----------
    stamps : ndarray
        Stamps earned so far, 0 to 9.
    gift : ndarray of bool

    Examples
    --------
    >>> progress(np.array([0, 0, 9]), np.array([False, True, True])).round(3).tolist()
    [0.0, 0.167, 0.917]
    """
    return np.where(gift, (stamps + GIVEN) / (CUPS + GIVEN), stamps / CUPS)


def make_latent(world: "World") -> pd.DataFrame:
    """Make the holders' own paces."""
    p, n = world.parameters, world.scaled(HOLDERS)
    shape = p["loyalty_cards.pace_shape"]
    pace = world.stream("truth/loyalty_cards/pace").gamma(shape, 1 / shape, n)
    return pd.DataFrame(
        {
            "holder_id": np.arange(1, n + 1),
            # nobody is so slow that the waiting time has no number
            "pace": np.maximum(p["loyalty_cards.pace_mean"] * pace, 1e-5),
        }
    )


def make_cards(world: "World") -> pd.DataFrame:
    """Make one row a wait for a stamp, by holder, card and stamp."""
    p, latent = world.parameters, world.table("truth/loyalty_cards")
    n = len(latent)
    pace = latent["pace"].to_numpy()
    gift = world.stream("loyalty_cards/type").permutation(np.arange(n) % 2 == 1)
    stamps = np.tile(np.arange(CUPS), CARDS_PER_HOLDER)
    hazard = pace[:, None] * np.exp(log_pull(p, stamps, gift[:, None]))
    gaps = world.stream("loyalty_cards/gap").exponential(1 / hazard)
    # rounded here, so that gaps add up to the days at which stamps were given
    gaps = np.maximum(gaps.round(2), SHORTEST_GAP)
    left = p["loyalty_cards.trial_days"] - (np.cumsum(gaps, axis=1) - gaps)
    before = world.stream("loyalty_cards/before").poisson(pace * p["loyalty_cards.days_before"])
    holder, wait = np.nonzero(left >= SHORTEST_GAP)
    gap, left = gaps[holder, wait], left[holder, wait]
    return pd.DataFrame(
        {
            "holder_id": latent["holder_id"].to_numpy()[holder],
            "card_no": wait // CUPS + 1,
            "card_type": np.where(gift, GIFT, CARD_TYPES[0])[holder],
            "stamp_no": wait % CUPS + 1,
            "gap_days": np.minimum(gap, left),
            "stamped": gap <= left,
            "cups_before": before[holder],
        }
    )


def log_pull(p: Parameters, stamps: np.ndarray, gift: np.ndarray) -> np.ndarray:
    """Return by how much the card raises the log of the pace.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> log_pull(collect(), np.array([0, 5]), np.array([False, False])).tolist()
    [0.0, 0.25]
    """
    pull = p["loyalty_cards.slope"] * progress(stamps, gift)
    return pull + p["loyalty_cards.illusion"] * gift


def _difference(world: "World") -> dict[str, float]:
    p, stamps = world.parameters, np.arange(CUPS)
    ahead = (progress(stamps, np.array(True)) - progress(stamps, np.array(False))).mean()
    by_slope = p["loyalty_cards.slope"] * float(ahead)
    return {"slope alone": by_slope, "with illusion": by_slope + p["loyalty_cards.illusion"]}


def _reset(world: "World") -> dict[str, float]:
    p, ends = world.parameters, np.array([0, CUPS - 1])
    fall = [log_pull(p, ends, np.array(gift)) for gift in (False, True)]
    return {name: float(at[0] - at[1]) for name, at in zip(CARD_TYPES, fall, strict=True)}


DERIVED = (
    Derived(
        "loyalty_cards.difference",
        N_(
            "by how much the gift card raises the log of the pace, on average over the ten cups: "
            "by the progress that it shows, and in all"
        ),
        N_("log cups per day"),
        "loyalty_cards",
        "implied",
        _difference,
    ),
    Derived(
        "loyalty_cards.reset",
        N_("change of the log of the pace from the last cup of a card to the first of the next"),
        N_("log cups per day"),
        "loyalty_cards",
        "implied",
        _reset,
    ),
)
TABLES = {"truth/loyalty_cards": make_latent, "loyalty_cards": make_cards}
