"""Trust among firms: what makes it, and what it saves.

Four traits of a relation, each in standard deviations: its age, communication, trust, commitment.

    trust      = .45 communication + .50 age + chance
    commitment = .50 trust + .15 communication + .45 age + chance

Committed accounts stay; where there is trust, negotiations are short, contracts thin and disputes
rare. In each account two people are asked, and each answers with an error of his or her own.

The subtle point: the age of the relation drives both trust and commitment. Who leaves it out takes
part of its effect for an effect of trust.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.parameters import Derived, Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

ROLES = ("buyer", "user")
SCORES = ("communication", "trust", "commitment")
DAYS_PER_YEAR = 365.25

PARAMETERS = (
    Parameter(
        "b2b_trust.trust",
        {"communication": 0.45, "age": 0.5},
        N_("what one standard deviation of communication, and of age, adds to trust"),
        N_("standard deviations"),
        "b2b_trust",
        -2,
        2,
    ),
    Parameter(
        "b2b_trust.commitment",
        {"trust": 0.5, "communication": 0.15, "age": 0.45},
        N_("what one standard deviation of trust, communication and age adds to commitment"),
        N_("standard deviations"),
        "b2b_trust",
        -2,
        2,
    ),
    Parameter(
        "b2b_trust.residual_sd",
        {"trust": 0.74, "commitment": 0.48},
        N_("scatter of trust and of commitment that nothing in the world explains"),
        N_("standard deviations"),
        "b2b_trust",
        0.01,
        3,
    ),
    Parameter(
        "b2b_trust.scale",
        {"mean": 4.2, "sd": 0.8, "informant_sd": 0.6},
        N_(
            "answers on the scale of 1 to 7: mean, points per standard deviation of the trait, "
            "error of one informant"
        ),
        N_("points"),
        "b2b_trust",
        0.05,
        7,
    ),
    Parameter(
        "b2b_accounts.leave",
        {"intercept": -1.4, "commitment": -0.6},
        N_("log odds of leaving in 2024, and change per standard deviation of commitment"),
        N_("log odds"),
        "b2b_accounts",
        -6,
        6,
    ),
    Parameter(
        "b2b_accounts.log_negotiation_hours",
        {"intercept": 3.2, "trust": -0.35},
        N_(
            "log of the hours negotiated for the renewal: mean, and change per standard deviation "
            "of trust"
        ),
        "",
        "b2b_accounts",
        -5,
        10,
    ),
    Parameter(
        "b2b_accounts.log_contract_pages",
        {"intercept": 2.8, "trust": -0.2},
        N_("log of the contract's pages: mean, and change per standard deviation of trust"),
        "",
        "b2b_accounts",
        -5,
        10,
    ),
    Parameter(
        "b2b_accounts.renewal_sd",
        {"negotiation_hours": 0.4, "contract_pages": 0.35},
        N_("scatter of the log of the hours negotiated, and of the log of the contract's pages"),
        "",
        "b2b_accounts",
        0.0,
        3,
    ),
    Parameter(
        "b2b_quarters.log_disputes",
        {"intercept": -1.2, "trust": -0.3},
        N_(
            "log of the expected disputes a quarter: mean, and change per standard deviation of "
            "trust"
        ),
        "",
        "b2b_quarters",
        -6,
        3,
    ),
)


def standard_age(p: Parameters, since: pd.Series) -> np.ndarray:
    """Return the age of a relation at the start of 2021, in standard deviations of its log.

    Parameters
    ----------
    p : Parameters
    since : Series of datetime
        First days of the relations, before 2021-01-01.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> from crmlib.world import collect
    >>> standard_age(collect(), pd.Series(pd.to_datetime(["2020-01-01", "2010-01-01"]))).round(2)
    array([-2.16,  1.83])
    """
    years = (clock.FIRST_DAY - since).dt.days.to_numpy() / DAYS_PER_YEAR
    log_age = p["b2b_accounts.log_age"]
    return (np.log(years) - log_age["mean"]) / log_age["sd"]


def make_relations(world: "World") -> pd.DataFrame:
    """Make the traits of each relation, and what they make likely."""
    p, accounts = world.parameters, world.table("truth/b2b_accounts")
    age, n = accounts["age_score"].to_numpy(), len(accounts)

    def chance(part: str) -> np.ndarray:
        return world.stream(f"truth/b2b_relations/{part}").standard_normal(n)

    residual, leave = p["b2b_trust.residual_sd"], p["b2b_accounts.leave"]
    on_trust, on_commitment = p["b2b_trust.trust"], p["b2b_trust.commitment"]
    communication = chance("communication")
    trust = (
        on_trust["communication"] * communication
        + on_trust["age"] * age
        + residual["trust"] * chance("trust")
    )
    commitment = (
        on_commitment["trust"] * trust
        + on_commitment["communication"] * communication
        + on_commitment["age"] * age
        + residual["commitment"] * chance("commitment")
    )
    disputes = p["b2b_quarters.log_disputes"]
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"],
            "communication": communication,
            "trust": trust,
            "commitment": commitment,
            "dispute_rate": np.exp(disputes["intercept"] + disputes["trust"] * trust),
            "leave_probability": special.expit(
                leave["intercept"] + leave["commitment"] * commitment
            ),
        }
    )


def renewals(world: "World") -> pd.DataFrame:
    """Return each account's renewal at the end of 2023, and whether it leaves in the next year."""
    p, relations = world.parameters, world.table("truth/b2b_relations")
    n = len(relations)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"b2b_accounts/{part}")

    def lognormal(name: str) -> np.ndarray:
        q = p[f"b2b_accounts.log_{name}"]
        scatter = p["b2b_accounts.renewal_sd"][name] * draw(name).standard_normal(n)
        return np.exp(q["intercept"] + q["trust"] * relations["trust"].to_numpy() + scatter)

    return pd.DataFrame(
        {
            "account_id": relations["account_id"],
            "negotiation_hours": lognormal("negotiation_hours"),
            "contract_pages": np.maximum(np.rint(lognormal("contract_pages")), 1),
            "left_2024": draw("left").random(n) < relations["leave_probability"].to_numpy(),
        }
    )


def make_informants(world: "World") -> pd.DataFrame:
    """Make the answers: two people of each account, three scores."""
    p, relations = world.parameters, world.table("truth/b2b_relations")
    scale, n = p["b2b_trust.scale"], len(relations) * len(ROLES)
    frame = pd.DataFrame(
        {
            "informant_id": np.arange(1, n + 1),
            "account_id": np.repeat(relations["account_id"].to_numpy(), len(ROLES)),
            "role": np.tile(ROLES, len(relations)),
        }
    )
    for score in SCORES:
        error = scale["informant_sd"] * world.stream(f"b2b_trust/{score}").standard_normal(n)
        trait = np.repeat(relations[score].to_numpy(), len(ROLES))
        frame[score] = (scale["mean"] + scale["sd"] * trait + error).clip(1, 7)
    return frame


def indirect_share(world: "World") -> float:
    """Return the share of communication's effect on commitment that goes through trust."""
    on_commitment = world.parameters["b2b_trust.commitment"]
    through = world.parameters["b2b_trust.trust"]["communication"] * on_commitment["trust"]
    return through / (through + on_commitment["communication"])


def informant_reliability(world: "World") -> float:
    """Return the share of an answer's variance that is the trait's, for a trait of variance 1."""
    scale = world.parameters["b2b_trust.scale"]
    return scale["sd"] ** 2 / (scale["sd"] ** 2 + scale["informant_sd"] ** 2)


DERIVED = (
    Derived(
        "b2b_trust.indirect_share",
        N_("share of the effect of communication on commitment that goes through trust"),
        "",
        "b2b_trust",
        "implied",
        indirect_share,
    ),
    Derived(
        "b2b_trust.informant_reliability",
        N_("reliability of one informant's answer: share of its variance that is the trait's"),
        "",
        "b2b_trust",
        "implied",
        informant_reliability,
    ),
)
TABLES = {"truth/b2b_relations": make_relations, "b2b_trust": make_informants}
