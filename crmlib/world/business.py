"""Business accounts: what offices and hotels buy, and what visits by the account manager change.

An account has a potential: what it spends with all suppliers together. Luxi's share of it follows
a response curve that visits move, less and less the more there are, and less where the share is
high already (the curve of Little's ADBUDG, 1970):

    log(share / (1 − share)) = openness + slope · log(1 + visits) + chance

The subtle point: managers visit most where revenue is highest. So accounts with many visits buy
more than visits explain, and the next visit is worth most where potential is open, not where
revenue is high.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.business_trust import renewals, standard_age
from crmlib.world.parameters import Derived, Parameter, Parameters

if TYPE_CHECKING:
    from crmlib.world.company import World

ACCOUNTS = 400  # in a company of 8,000 shop customers
INDUSTRIES = ("office", "hotel", "restaurant", "campus", "hospital")
QUARTERS = tuple(f"{year}-Q{quarter}" for year in clock.YEARS for quarter in (1, 2, 3, 4))
QUARTERS_PER_YEAR = 4
HALVINGS = 60

PARAMETERS = (
    Parameter(
        "b2b_accounts.industry_shares",
        dict(zip(INDUSTRIES, (0.4, 0.25, 0.2, 0.1, 0.05), strict=True)),
        N_("share of the accounts in each industry"),
        "",
        "b2b_accounts",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "b2b_accounts.log_employees",
        {"mean": 4.4, "sd": 1.1},
        N_("mean and standard deviation of the log of the number of employees"),
        "",
        "b2b_accounts",
        0.1,
        10,
    ),
    Parameter(
        "b2b_accounts.log_potential",
        {"intercept": 7.6, "per_log_employees": 0.9, "sd": 0.5},
        N_("log of an office's potential: intercept, change per log of employees, scatter"),
        N_("log of CNY per year"),
        "b2b_accounts",
        0.01,
        20,
    ),
    Parameter(
        "b2b_accounts.industry_log_potential",
        dict(zip(INDUSTRIES, (0.0, 0.5, 0.9, 0.3, 0.2), strict=True)),
        N_("how much larger the log of potential is than in an office with as many employees"),
        "",
        "b2b_accounts",
        -3,
        3,
    ),
    Parameter(
        "b2b_accounts.log_age",
        {"mean": 1.3, "sd": 0.6},
        N_("mean and standard deviation of the log of the years since the relation began"),
        "",
        "b2b_accounts",
        0.05,
        3,
    ),
    Parameter(
        "b2b_quarters.openness",
        {"intercept": -1.1, "per_log_potential": -0.5},
        N_(
            "log odds of Luxi's share without a visit: at a potential of 100,000 CNY, and change "
            "per log of potential"
        ),
        N_("log odds"),
        "b2b_quarters",
        -10,
        10,
    ),
    Parameter(
        "b2b_quarters.openness_sd",
        1.3,
        N_("scatter of the log odds of the share between accounts of one potential"),
        N_("log odds"),
        "b2b_quarters",
        0.0,
        5,
    ),
    Parameter(
        "b2b_quarters.response",
        0.6,
        N_("change of the log odds of the share per log of (1 + visits); below 1: concave"),
        N_("log odds"),
        "b2b_quarters",
        0.0,
        0.99,
    ),
    Parameter(
        "b2b_quarters.quarter_sd",
        0.25,
        N_("scatter of an account's log odds of the share from quarter to quarter"),
        N_("log odds"),
        "b2b_quarters",
        0.01,
        2,
    ),
    Parameter(
        "b2b_quarters.visits",
        {"intercept": 0.7, "per_log_revenue": 0.5},
        N_(
            "log of the expected visits a quarter: for revenue without visits of 5,000 CNY a "
            "quarter, and change per log of this revenue"
        ),
        "",
        "b2b_quarters",
        -3,
        3,
    ),
    Parameter(
        "b2b_quarters.hours_per_visit",
        4.0,
        N_("mean hours of the account manager for a visit, with preparation and way"),
        N_("hours"),
        "b2b_quarters",
        0.1,
        40,
    ),
    Parameter(
        "b2b_quarters.hours_per_dispute",
        7.0,
        N_("mean hours of the account manager for a dispute"),
        N_("hours"),
        "b2b_quarters",
        0.1,
        100,
    ),
    Parameter(
        "b2b_quarters.hours_shape",
        4.0,
        N_("shape of the Gamma distribution of the hours for one visit or dispute"),
        "",
        "b2b_quarters",
        0.2,
        100,
    ),
    Parameter(
        "b2b_quarters.cost_per_hour",
        180.0,
        N_("cost of an hour of the account manager"),
        N_("CNY"),
        "b2b_quarters",
        1,
        10_000,
    ),
    Parameter(
        "b2b_quarters.margin",
        0.35,
        N_("gross margin of what business accounts buy, before the account manager is paid"),
        "",
        "b2b_quarters",
        0.01,
        0.99,
    ),
)
USUAL_POTENTIAL = 100_000  # CNY per year, where openness has its intercept
USUAL_REVENUE = 5_000  # CNY per quarter, where the visits have theirs


def make_accounts(world: "World") -> pd.DataFrame:
    """Make the list of accounts, with what the quarters of 2023 add up to."""
    accounts = _listed(world)
    quarters = world.table("b2b_quarters")
    last_year = quarters[quarters["quarter"].str.startswith(str(clock.YEARS[-1]))]
    sums = last_year.groupby("account_id")[["revenue", "visits"]].sum()
    accounts["revenue_2023"] = sums["revenue"].to_numpy()
    accounts["visits_2023"] = sums["visits"].to_numpy()
    return accounts.merge(renewals(world), on="account_id")


def _listed(world: "World") -> pd.DataFrame:
    """Return what an account is, before anything happens."""
    p, n = world.parameters, world.scaled(ACCOUNTS)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"b2b_accounts/{part}")

    shares = p["b2b_accounts.industry_shares"]
    industry = draw("industry").choice(np.array(INDUSTRIES, dtype=object), n, p=[*shares.values()])
    size, age, potential = (
        p[f"b2b_accounts.{name}"] for name in ("log_employees", "log_age", "log_potential")
    )
    employees = np.exp(draw("employees").normal(size["mean"], size["sd"], n))
    employees = np.maximum(np.rint(employees), 1).astype(int)
    log_potential = (
        potential["intercept"]
        + potential["per_log_employees"] * np.log(employees)
        + pd.Series(industry).map(p["b2b_accounts.industry_log_potential"]).to_numpy()
        + potential["sd"] * draw("potential").standard_normal(n)
    )
    days = np.ceil(365.25 * np.exp(draw("age").normal(age["mean"], age["sd"], n)))
    return pd.DataFrame(
        {
            "account_id": np.arange(1, n + 1),
            "industry": industry,
            "employees": employees,
            "since": clock.FIRST_DAY.as_unit("s") - pd.to_timedelta(days, unit="D").as_unit("s"),
            # below a year's smallest order there is no account
            "potential": np.maximum(np.rint(np.exp(log_potential)), 100),
        }
    )


def make_latent(world: "World") -> pd.DataFrame:
    """Make what no firm sees of an account: how open it is, and how often it is to be visited."""
    p, accounts = world.parameters, _listed(world)
    openness, visits = p["b2b_quarters.openness"], p["b2b_quarters.visits"]
    log_potential = np.log(accounts["potential"] / USUAL_POTENTIAL)
    scatter = world.stream("truth/b2b_accounts/openness").standard_normal(len(accounts))
    log_odds = openness["intercept"] + openness["per_log_potential"] * log_potential
    log_odds = log_odds + p["b2b_quarters.openness_sd"] * scatter
    unvisited = accounts["potential"] / QUARTERS_PER_YEAR * special.expit(log_odds)
    log_rate = visits["intercept"] + visits["per_log_revenue"] * np.log(unvisited / USUAL_REVENUE)
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"],
            "potential": accounts["potential"],
            "age_score": standard_age(p, accounts["since"]),
            "openness": log_odds,
            "visit_rate": np.exp(log_rate),
        }
    )


def make_quarters(world: "World") -> pd.DataFrame:
    """Make one row an account and quarter: visits, disputes, hours, revenue."""
    p, latent = world.parameters, world.table("truth/b2b_accounts")
    shape = (len(latent), len(QUARTERS))
    relation = world.table("truth/b2b_relations")

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"b2b_quarters/{part}")

    def hours(part: str, events: np.ndarray) -> np.ndarray:
        k = p["b2b_quarters.hours_shape"]
        mean = p[f"b2b_quarters.hours_per_{part}"]
        return draw(f"hours {part}").standard_gamma(k * events) * mean / k

    visits = draw("visits").poisson(latent["visit_rate"].to_numpy()[:, None], shape)
    disputes = draw("disputes").poisson(relation["dispute_rate"].to_numpy()[:, None], shape)
    chance = p["b2b_quarters.quarter_sd"] * draw("chance").standard_normal(shape)
    revenue = expected_revenue(p, latent, visits, chance)
    return pd.DataFrame(
        {
            "account_id": np.repeat(latent["account_id"].to_numpy(), len(QUARTERS)),
            "quarter": np.tile(QUARTERS, len(latent)),
            "visits": visits.ravel(),
            "disputes": disputes.ravel(),
            "hours": (hours("visit", visits) + hours("dispute", disputes)).ravel(),
            "revenue": revenue.ravel(),
        }
    )


def expected_revenue(
    p: Parameters, latent: pd.DataFrame, visits: np.ndarray, chance: np.ndarray | float = 0.0
) -> np.ndarray:
    r"""Return an account's revenue in a quarter with so many visits, in CNY.

    .. math:: R = \frac{potential}{4} \Big/
              \left(1 + e^{-openness - chance}\,(1 + visits)^{-slope}\right)

    Parameters
    ----------
    p : Parameters
    latent : DataFrame
        As table "truth/b2b_accounts": potential in CNY per year, openness in log odds.
    visits : ndarray, shape (accounts,) or (accounts, quarters)
        Visits in the quarter, 0 or more; parts of a visit are allowed.
    chance : ndarray or float, optional
        What the quarter adds to the log odds.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> account = pd.DataFrame({"potential": [4000.0], "openness": [0.0]})
    >>> [expected_revenue(collect(), account, np.array([v])).round().item() for v in (0, 5, 10)]
    [500.0, 746.0, 808.0]
    """
    several = (-1,) + (1,) * (np.ndim(visits) - 1)
    quarter = latent["potential"].to_numpy().reshape(several) / QUARTERS_PER_YEAR
    log_odds = latent["openness"].to_numpy().reshape(several)
    return quarter * special.expit(
        log_odds + p["b2b_quarters.response"] * np.log1p(visits) + chance
    )


def best_visits(p: Parameters, latent: pd.DataFrame, total: float) -> np.ndarray:
    """Return the visits that bring the highest expected revenue, `total` in all.

    At the best, the next visit is worth the same everywhere, or less where there is none. Halving
    finds this worth, and for each worth the visits.

    Parameters
    ----------
    p, latent
        As in `expected_revenue`.
    total : float
        Visits to share out in a quarter, above 0.

    Returns
    -------
    ndarray, shape (accounts,)

    Examples
    --------
    >>> from crmlib.world import collect
    >>> accounts = pd.DataFrame({"potential": [4e4, 1e4], "openness": [3.0, 0.0]})
    >>> best_visits(collect(), accounts, 4.0).round(2).tolist()
    [1.14, 2.86]
    """
    slope, quarter = p["b2b_quarters.response"], latent["potential"].to_numpy() / QUARTERS_PER_YEAR
    log_odds = latent["openness"].to_numpy()

    def worth(visits: np.ndarray) -> np.ndarray:
        share = special.expit(log_odds + slope * np.log1p(visits))
        return quarter * slope * share * (1 - share) / (1 + visits)

    def visits_at(price: float) -> np.ndarray:
        low, high = np.zeros(len(quarter)), np.full(len(quarter), total)
        for _round in range(HALVINGS):
            middle = (low + high) / 2
            dear = worth(middle) > price
            low, high = np.where(dear, middle, low), np.where(dear, high, middle)
        return (low + high) / 2

    cheap, dear = 0.0, worth(np.zeros(len(quarter))).max()
    for _round in range(HALVINGS):
        price = (cheap + dear) / 2
        too_many = visits_at(price).sum() > total
        cheap, dear = (price, dear) if too_many else (cheap, price)
    return visits_at((cheap + dear) / 2)


def gain_of_best_visits(world: "World") -> float:
    """Return by what share the best visits raise expected revenue over those by revenue."""
    p, latent = world.parameters, world.table("truth/b2b_accounts")
    revenue = world.table("b2b_accounts")["revenue_2023"].to_numpy()
    total = world.table("b2b_accounts")["visits_2023"].sum() / QUARTERS_PER_YEAR
    proportional = expected_revenue(p, latent, total * revenue / revenue.sum()).sum()
    best = expected_revenue(p, latent, best_visits(p, latent, total)).sum()
    return best / proportional - 1


DERIVED = (
    Derived(
        "b2b_quarters.gain_of_best_visits",
        N_(
            "by what share expected revenue is higher when the visits of 2023 are shared out at "
            "their best instead of in proportion to revenue"
        ),
        "",
        "b2b_quarters",
        "realised",
        gain_of_best_visits,
    ),
)
TABLES = {
    "truth/b2b_accounts": make_latent,
    "b2b_quarters": make_quarters,
    "b2b_accounts": make_accounts,
}
