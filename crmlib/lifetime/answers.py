"""Reference answers of notebook 03, computed from the data: nothing here is typed in."""

from functools import lru_cache

import pandas as pd

from crmlib import data
from crmlib.lifetime import balance, cohorts, five_points, theory

LAST_DAY = "2023-12-31"
YEARS_SEEN, YEAR_ASKED = 7, 12
# the customer of check 03.c1: margin a year, retention rate, discount rate
CUSTOMER = {"margin": 300.0, "retention": 0.75, "discount_rate": 0.1}
# the firm's books of exercise 03.x4, as the exercise calls them
BOOKS = {
    "cared_for": 20_000,
    "stayed_with_care": 16_400,
    "stayed_without_care": 15_900,
    "care_per_customer": 60.0,
    "acquisition_cost": 240.0,
}
# the firm of the balance, as the notebook and exercise 03.x5 call it: (budget, achieved, ceiling)
WINNING, KEEPING = (8.0, 0.05, 0.20), (40.0, 0.60, 0.65)
MARGIN, MORE_MARGIN, DISCOUNT_RATE = 300.0, 600.0, 0.1


def customer_value(**changes: float | bool) -> float:
    """Value of the customer of check 03.c1, or with some inputs changed: a slip."""
    return theory.clv(**(CUSTOMER | changes))


def base_for_gain(gain: float = 0.25, **convention: float | bool) -> float:
    """Base retention at which five points bring a gain, under a convention."""
    return five_points.retention_for_gain(gain, **convention)


# a check compares with several slips, each from the same table
@lru_cache(maxsize=1)
def renewals() -> pd.DataFrame:
    """Retention of Luxi's subscribers, renewal by renewal."""
    contracts = cohorts.contract_lifetimes(data.load("subscriptions"), LAST_DAY)
    return cohorts.retention_by_renewal(contracts)


def share_still_there(column: str = "survival", renewal: int = 12) -> float:
    """One number from the table of renewals."""
    return float(renewals().loc[renewal, column])


def at_risk_among_all(renewal: int = 12) -> float:
    """Contracts that came to a renewal, as a share of all that ever began: a slip."""
    return float(renewals().loc[renewal, "at_risk"] / renewals().loc[1, "at_risk"])


@lru_cache(maxsize=8)
def year_asked(
    column: str = "SBG", cohort: str = "Regular", seen: int = YEARS_SEEN, year: int = YEAR_ASKED
) -> float:
    """Share of a published cohort still there in a year, by a model or as it happened."""
    curves = data.load("retention_curves")
    curve = curves[curves["cohort"] == cohort].set_index("year")["survival"]
    names = [column if column != "actual" else "SBG"]
    return float(cohorts.project(curve, seen, names).loc[year, column])


def retention_of_year_asked() -> float:
    """Retention rate of the model in the year asked, instead of survival: a slip."""
    return year_asked() / year_asked(year=YEAR_ASKED - 1)


def cost_of_one_more() -> float:
    """What one more customer kept cost in the books of exercise 03.x4."""
    return spent() / (BOOKS["stayed_with_care"] - BOOKS["stayed_without_care"])


def spent() -> float:
    """What the care of the books cost altogether."""
    return BOOKS["cared_for"] * BOOKS["care_per_customer"]


def best(name: str, margin: float = MARGIN) -> float:
    """Return one of the best budgets of the firm of the balance."""
    found = balance.best_budgets(
        margin,
        DISCOUNT_RATE,
        winning_response=(WINNING[2], balance.response_speed(*WINNING)),
        keeping_response=(KEEPING[2], balance.response_speed(*KEEPING)),
    )
    return float(found[name])


def growth_of_best(name: str) -> float:
    """By what factor a best budget grows with the margin."""
    return best(name, MORE_MARGIN) / best(name)
