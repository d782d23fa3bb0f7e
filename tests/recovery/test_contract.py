"""sBG, BdW and Geometric find the parameters of simulated customers, and know how well."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from tests.helpers import recovery
from tests.helpers.contracts import MODELS, MODULES, simulated, staggered

CUSTOMERS, SETS = 4000, 30
SETTINGS = {
    "sBG, much alike": ("sBG", {"alpha": 4.0, "beta": 20.0}),
    "sBG, very different": ("sBG", {"alpha": 0.6, "beta": 2.0}),
    "BdW, own churn rises": ("BdW", {"alpha": 0.8, "beta": 8.0, "c": 1.6}),
    "BdW, own churn falls": ("BdW", {"alpha": 1.5, "beta": 5.0, "c": 0.7}),
    "Geometric": ("Geometric", {"churn_probability": 0.15}),
}


@pytest.fixture(scope="module", params=SETTINGS)
def fits(request) -> tuple[list, pd.Series]:
    """Thirty bases of 4,000 customers, in cohorts of 1 to 12 periods, and their truth."""
    model, law = SETTINGS[request.param]
    tables = (
        simulated(model, CUSTOMERS, seed, staggered(CUSTOMERS), **law) for seed in range(SETS)
    )
    return [MODELS[model](table).fit() for table in tables], pd.Series(law)


def test_every_fit_is_sound(fits):
    assert all(fit.warnings == () for fit in fits[0])


def test_estimates_are_not_biased(fits):
    recovery.assert_unbiased(*fits)


def test_standard_errors_are_as_large_as_the_scatter(fits):
    recovery.assert_honest_standard_errors(*fits)


@pytest.mark.parametrize(("level", "low", "high"), [(0.95, 0.83, 1.0), (0.5, 0.2, 0.8)])
def test_intervals_cover_the_truth_as_often_as_they_say(fits, level, low, high):
    assert low <= recovery.coverage(*fits, level) <= high


def test_projections_cover_what_comes_after(fits):
    found, truth = fits
    module = next(
        module for name, module in MODULES.items() if MODELS[name] is type(found[0].model)
    )
    expected = module.survival(24, **truth)
    intervals = [fit.interval("survival", 24) for fit in found]
    held = np.mean([interval["lower"] < expected < interval["upper"] for interval in intervals])
    assert held >= 0.83


BASE = {
    "sBG": {"alpha": 0.8, "beta": 3.0},
    "BdW": {"alpha": 0.8, "beta": 6.0, "c": 1.4},
    "Geometric": {"churn_probability": 0.15},
}


def moved(model: str, effect: np.ndarray) -> dict:
    """Each customer's own parameters, where the effect moves the log odds of churn."""
    law = BASE[model]
    if model == "Geometric":
        odds = special.logit(law["churn_probability"]) + effect
        return {"churn_probability": special.expit(odds)}
    total, odds = law["alpha"] + law["beta"], np.log(law["alpha"] / law["beta"]) + effect
    own = {"alpha": total * special.expit(odds), "beta": total * special.expit(-odds)}
    return law | own


@pytest.mark.parametrize("model", MODELS)
def test_coefficients_of_covariates_are_found(model):
    random, n = np.random.default_rng(12), 12_000
    customers = pd.DataFrame({"club": random.integers(0, 2, n), "age": random.normal(0, 10, n)})
    truth = pd.Series(BASE[model] | {"churn_club": -0.6, "churn_age": 0.03})
    effect = customers.to_numpy() @ truth[["churn_club", "churn_age"]].to_numpy()
    table = simulated(model, n, 7, staggered(n), **moved(model, effect)).join(customers)
    fit = MODELS[model](table, churn_covariates=["club", "age"]).fit()
    assert fit.warnings == ()
    assert ((fit.params - truth).abs() / fit.bse).max() < 3.2
    # the coefficients are known well, and not found in a model that does not look
    assert (fit.bse[["churn_club", "churn_age"]] < [0.06, 0.003]).all()
    without = MODELS[model](table).fit()
    assert fit.llf > without.llf + 50
