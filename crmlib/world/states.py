"""Twelve quarters of the five states: potential, target, actual, lost, non-customer.

Every person of the trading area is in one state each quarter, and passes to the next one by the
chances of the row of one matrix: a Markov chain. One person in ten is different: as long as such a
customer is new, he or she is easily lost, and hardly ever later. How long it has lasted matters
there, and that is what a Markov chain forbids.

The subtle point: nobody passes from actual back to potential or target. These zeros are laid down,
not found: they say what the words mean.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world.clock import YEARS
from crmlib.world.parameters import Derived, Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

STATES = ("potential", "target", "actual", "lost", "non-customer")
ACTUAL, LOST, NON_CUSTOMER = 2, 3, 4
QUARTERS = tuple(f"{year}-Q{quarter}" for year in YEARS for quarter in (1, 2, 3, 4))
PERSONS = 8000  # with 8,000 shop customers

PARAMETERS = (
    Parameter(
        "states.transition",
        {
            "potential": (0.82, 0.11, 0.02, 0.0, 0.05),
            "target": (0.12, 0.6, 0.22, 0.0, 0.06),
            "actual": (0.0, 0.0, 0.87, 0.11, 0.02),
            "lost": (0.0, 0.09, 0.06, 0.77, 0.08),
            "non-customer": (0.06, 0.01, 0.0, 0.0, 0.93),
        },
        N_(
            "chances to pass in a quarter from each state to potential, target, actual, lost, "
            "non-customer"
        ),
        "",
        "state_panel",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "states.start_shares",
        dict(zip(STATES, (0.4, 0.15, 0.15, 0.05, 0.25), strict=True)),
        N_("share of the persons in each state in the first quarter"),
        "",
        "state_panel",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "states.duration_dependent_share",
        0.1,
        N_("share of the persons for whom it matters how long they have been customers"),
        "",
        "state_panel",
        0.0,
        0.9,
    ),
    Parameter(
        "states.new_quarters",
        2,
        N_("so many quarters a person counts as a new customer"),
        N_("quarters"),
        "state_panel",
        1,
        8,
    ),
    Parameter(
        "states.loss_by_duration",
        {"new": 0.5, "later": 0.02},
        N_(
            "chance of these persons to pass from actual to lost in a quarter, as new customers "
            "and later"
        ),
        "",
        "state_panel",
        0.0,
        0.95,
    ),
    Parameter(
        "states.margin",
        dict(zip(STATES, (-1.0, -15.0, 60.0, -2.0, 0.0), strict=True)),
        N_("margin less contact costs in each state, at the beginning of a quarter"),
        N_("CNY per quarter"),
        "state_panel",
        -10_000,
        10_000,
    ),
    Parameter(
        "states.discount_rate",
        0.025,
        N_("discount rate"),
        N_("per quarter"),
        "state_panel",
        0.001,
        0.5,
    ),
)


def matrix(p: Parameters) -> np.ndarray:
    """Return the planted matrix: rows from, columns to, in the order of `STATES`.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> float(matrix(collect())[1, 2])
    0.22
    """
    return np.array([p["states.transition"][state] for state in STATES])


def state_values(p: Parameters) -> dict[str, float]:
    r"""Return the expected discounted margin of a person by present state.

    .. math:: V = (I - P/(1+d))^{-1} R

    for the nine in ten who follow the chain; the margin of the present quarter is included.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> value = state_values(collect())
    >>> value["actual"] > value["target"] > value["potential"] > value["non-customer"]
    True
    """
    size = len(STATES)
    kept = np.eye(size) - matrix(p) / (1 + p["states.discount_rate"])
    value = np.linalg.solve(kept, [p["states.margin"][state] for state in STATES])
    return dict(zip(STATES, value.tolist(), strict=True))


def _walk(world: "World", dependent: np.ndarray) -> np.ndarray:
    """Return the number of the state of each person (rows) in each quarter (columns)."""
    p, n = world.parameters, len(dependent)
    random = world.stream("state_panel/steps")
    upper = np.cumsum(matrix(p), axis=1)
    states = np.empty((n, len(QUARTERS)), dtype=int)
    start = list(p["states.start_shares"].values())
    states[:, 0] = world.stream("state_panel/start").choice(len(STATES), n, p=start)
    lasted = np.ones(n, dtype=int)
    loss, new_for = p["states.loss_by_duration"], p["states.new_quarters"]
    leave = p["states.transition"]["actual"][NON_CUSTOMER]
    for quarter in range(1, len(QUARTERS)):
        now, chance = states[:, quarter - 1], random.random(n)
        following = (chance[:, None] >= upper[now]).sum(axis=1).clip(max=len(STATES) - 1)
        lost = np.where(lasted <= new_for, loss["new"], loss["later"])
        own = np.select([chance < lost, chance < lost + leave], [LOST, NON_CUSTOMER], ACTUAL)
        following = np.where(dependent & (now == ACTUAL), own, following)
        lasted = np.where(following == now, lasted + 1, 1)
        states[:, quarter] = following
    return states


def make_truth(world: "World") -> pd.DataFrame:
    """Make for which persons it matters how long they have been customers."""
    n = world.scaled(PERSONS)
    share = world.parameters["states.duration_dependent_share"]
    return pd.DataFrame(
        {
            "person_id": np.arange(1, n + 1),
            "duration_dependent": world.stream("truth/state_panel/who").random(n) < share,
        }
    )


def make_panel(world: "World") -> pd.DataFrame:
    """Make one row a person and quarter."""
    latent = world.table("truth/state_panel")
    states = _walk(world, latent["duration_dependent"].to_numpy())
    return pd.DataFrame(
        {
            "person_id": np.repeat(latent["person_id"].to_numpy(), len(QUARTERS)),
            "quarter": np.tile(np.array(QUARTERS, dtype=object), len(latent)),
            "state": np.array(STATES, dtype=object)[states.ravel()],
        }
    )


def pooled(world: "World") -> dict[str, tuple[float, ...]]:
    """Return the shares of all passages of the panel, the different tenth included."""
    panel = world.table("state_panel")
    after = panel["state"].shift(-1).where(panel["quarter"] != QUARTERS[-1])
    shares = pd.crosstab(panel["state"], after, normalize="index")
    shares = shares.reindex(index=list(STATES), columns=list(STATES), fill_value=0.0)
    return {state: tuple(shares.loc[state]) for state in STATES}


DERIVED = (
    Derived(
        "states.value",
        N_("expected discounted margin of a person in each state who follows the chain"),
        N_("CNY"),
        "state_panel",
        "implied",
        lambda world: state_values(world.parameters),
    ),
    Derived(
        "states.transition_of_all",
        N_("shares of all passages between states, persons who do not follow the chain included"),
        "",
        "state_panel",
        "realised",
        pooled,
    ),
)
TABLES = {"truth/state_panel": make_truth, "state_panel": make_panel}
