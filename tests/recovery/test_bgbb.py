"""BG/BB finds the parameters of simulated customers, and its standard errors are honest."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import BGBB, bgbb
from tests.helpers import recovery

# name: customers, opportunities, truth
SETTINGS = {
    "like the donors": (4000, 6, {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.8}),
    "a year of weeks, β ≫ α": (
        2000,
        52,
        {"alpha": 0.8, "beta": 8.0, "gamma": 0.6, "delta": 15.0},
    ),
    "customers much alike": (6000, 12, {"alpha": 6.0, "beta": 9.0, "gamma": 2.0, "delta": 12.0}),
}
SAMPLES = 10


@pytest.fixture(scope="module", params=SETTINGS.values(), ids=SETTINGS)
def fits_and_truth(request) -> tuple[list, pd.Series]:
    customers, opportunities, truth = request.param
    fits = [
        BGBB(bgbb.simulate(customers, seed, opportunities=opportunities, **truth).summary).fit()
        for seed in range(100, 100 + SAMPLES)
    ]
    return fits, pd.Series(truth)


def test_estimates_are_found_with_honest_standard_errors(fits_and_truth):
    fits, truth = fits_and_truth
    assert all(fit.warnings == () for fit in fits)
    recovery.assert_unbiased(fits, truth)
    recovery.assert_honest_standard_errors(fits, truth)
    assert recovery.coverage(fits, truth, 0.95) >= 0.8


def test_coefficients_of_covariates_are_found():
    n = 12_000
    club, age = np.arange(n) % 2, np.random.default_rng(1).integers(-2, 3, n)
    truth = {
        "alpha": 1.2, "beta": 1.8, "gamma": 0.6, "delta": 2.4,
        "buying_club": 0.7, "buying_age": -0.2, "dropout_club": -0.8,
    }  # fmt: skip

    def moved(first: str, second: str, effect: np.ndarray) -> dict[str, np.ndarray]:
        total = truth[first] + truth[second]
        mean = 1 / (1 + np.exp(-np.log(truth[first] / truth[second]) - effect))
        return {first: total * mean, second: total * (1 - mean)}

    params = moved("alpha", "beta", 0.7 * club - 0.2 * age) | moved("gamma", "delta", -0.8 * club)
    table = bgbb.simulate(n, seed=3, opportunities=8, **params).summary.assign(club=club, age=age)
    fit = BGBB(table, buying_covariates=["club", "age"], dropout_covariates=["club"]).fit()
    assert list(fit.params.index) == list(truth)
    away = (fit.params - pd.Series(truth)) / fit.bse
    assert away.abs().max() < 3
    assert (fit.bse[["buying_club", "buying_age", "dropout_club"]] < 0.25).all()
    # whom one asks about matters, and the fit says so
    new = fit.unconditional_purchases(8, customers=pd.DataFrame({"club": [0, 1], "age": [0, 0]}))
    assert new.iloc[1] > 1.3 * new.iloc[0]
    forecast = fit.expected_purchases(8)
    assert forecast[club == 1].mean() > 1.3 * forecast[club == 0].mean()


def test_a_fit_forecasts_customers_it_has_seen_half_of():
    truth = SETTINGS["like the donors"][2]
    donors = bgbb.simulate(20_000, seed=7, opportunities=6, holdout=6, **truth)
    fit = BGBB(donors.summary).fit()
    actual = donors.summary["holdout_purchases"]
    assert fit.expected_purchases(6).sum() == pytest.approx(actual.sum(), rel=0.03)
    assert fit.probability_alive().mean() == pytest.approx(donors.truth["alive"].mean(), rel=0.03)
