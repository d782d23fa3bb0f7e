"""Audit cases of the subscriptions."""

import numpy as np
import pandas as pd
from scipy import optimize

from crmlib.models.bdw import BdW
from crmlib.models.sbg import SBG
from crmlib.world import World, clock
from crmlib.world.subscriptions import LAST_START
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap


def months(days: pd.Series) -> pd.Series:
    """Number of the month, from 1."""
    return 12 * (days.dt.year - clock.FIRST_DAY.year) + days.dt.month


def lifetimes(world: World) -> pd.DataFrame:
    """One row a contract: renewals that were due, and whether it has ended."""
    table = world.table("subscriptions")
    last = months(table["end"]).fillna(clock.OBSERVED_MONTHS)
    tenure = (last - months(table["start"]) + 1).astype(int)
    return pd.DataFrame({"tenure": tenure, "churned": ~table["censored"]})


def contracts(world: World) -> dict[str, Estimate]:
    fit = SBG(lifetimes(world)).fit()
    return estimators.fitted(fit, world.parameters, "subscriptions")


def traits(world: World) -> dict[str, Estimate]:
    p, table = world.parameters, world.table("subscriptions")
    return estimators.shares(table["plan"], p["subscriptions.plan_shares"], "plan") | _starts(world)


def _starts(world: World) -> dict[str, Estimate]:
    """Decline of the starts, among those who are no shop customers: no other begins freely."""
    table = world.table("subscriptions")
    month = np.arange(LAST_START)
    mean = (months(table.loc[table["customer_id"].isna(), "start"]) - 1).mean()
    n = table["customer_id"].isna().sum()

    def expected(fewer: float) -> float:
        return np.average(month, weights=(1 - fewer) ** month)

    fewer = optimize.brentq(lambda share: expected(share) - mean, -0.5, 0.5)
    variance = np.average((month - mean) ** 2, weights=(1 - fewer) ** month)
    error = (1 - fewer) / np.sqrt(n * variance)
    truth = world.parameters["subscriptions.fewer_each_month"]
    return {"fewer each month": Estimate(fewer, error, truth)}


def individual_change(world: World) -> Numbers:
    """The power c of time in survival, 1 where nobody's chance to leave changes with tenure.

    Naive: all customers alike, S(t) = s^(t^c): the retention that rises is everybody's. Right:
    customers differ (beta-discrete-Weibull).
    """
    table = lifetimes(world)
    return Numbers(_power_of_all_alike(table), BdW(table).fit().params["c"], 1.0)


def _power_of_all_alike(table: pd.DataFrame) -> float:
    counts = table.value_counts().reset_index()
    tenure, churned = counts["tenure"].to_numpy(), counts["churned"].to_numpy()

    def minus_log_likelihood(place: np.ndarray) -> float:
        hazard, power = np.exp(place)
        survived = -hazard * (tenure - churned) ** power
        lost = np.log(-np.expm1(-hazard * (tenure**power - (tenure - 1) ** power)))
        return -(counts["count"] * (survived + np.where(churned, lost, 0))).sum()

    return float(np.exp(optimize.minimize(minus_log_likelihood, [-2.0, -0.2], method="BFGS").x[1]))


CASES = (
    Recovery("contracts: sBG", contracts),
    Recovery("plans and starts", traits),
    Trap("T5 sorting looks like growing loyalty", individual_change, 0.2, 0.2, -1),
)
