"""Reference answers of notebook 09, computed from the data: nothing here is typed in."""

from functools import lru_cache

import numpy as np
import pandas as pd

from crmlib import data
from crmlib.trap import contrasts, kano, shape, theory

NEEDS = (4.0, 4.5, 5.0, 5.5, 6.0)
MOVED = "app knows the usual order"


# a check compares with several slips, each from the same table
@lru_cache(maxsize=1)
def answers() -> pd.DataFrame:
    """The survey with scores and weights, as the notebook prepares it."""
    return theory.prepare(data.load("survey_sat"), data.load("survey_invited"))


@lru_cache(maxsize=4)
def hinge(*, corrected: bool = False) -> pd.Series:
    """Weights of the hinge logit, by market and term."""
    return contrasts.penalty_reward(answers(), corrected=corrected)["estimate"]


@lru_cache(maxsize=4)
def dummy(outcome: str = "later_retained") -> pd.Series:
    """Contrasts of the dummy regression, by market and term."""
    return contrasts.penalty_reward(answers(), method="dummies", outcome=outcome)["estimate"]


def last_step(market: str) -> float:
    """Percentage points of staying from a satisfaction of 6 to one of 7."""
    share = theory.loyalty_curve(answers(), fewest=1)["share"][market]
    return 100 * float(share[7] - share[6])


@lru_cache(maxsize=2)
def kano_wave(wave: int) -> pd.DataFrame:
    """Summary of the Kano study of a wave."""
    table = data.load("survey_kano")
    return kano.kano_summary(table[table["wave"] == wave])


def attractive_lost() -> float:
    """Percentage points of customers for whom the feature that moved is no surprise any more."""
    return 100 * float(kano_wave(1).loc[MOVED, "A"] - kano_wave(2).loc[MOVED, "A"])


@lru_cache(maxsize=len(NEEDS))
def fit_at(need: float) -> pd.DataFrame:
    """Both shapes, fitted to each firm with one basic need."""
    return shape.line_or_hinge(data.load("rival_firms"), basic_need=need)


def best_need(firm: str) -> float:
    """The need at which the hinge fits a firm best, among those of exercise 09.x5."""
    return NEEDS[int(np.argmin([fit_at(need).loc[firm, "aic_hinge"] for need in NEEDS]))]


def smallest_misfit(firm: str) -> float:
    """The AIC at the best need, given instead of the need: a slip."""
    return float(fit_at(best_need(firm)).loc[firm, "aic_hinge"])


def need_of_largest(column: str, firm: str) -> float:
    """The need at which a column of ``line_or_hinge`` is largest: a slip."""
    return NEEDS[int(np.argmax([fit_at(need).loc[firm, column] for need in NEEDS]))]
