"""Gamma-Gamma finds the parameters of simulated spend, and its standard errors are honest."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import GammaGamma, gamma_gamma
from tests.helpers import recovery

TRUTH = pd.Series({"p": 6.0, "q": 4.0, "gamma": 15.0})
SHOPS = 30
FREQUENCY = np.tile([0, 1, 1, 1, 2, 2, 3, 4, 7, 12], 300)


@pytest.fixture(scope="module")
def fits() -> list:
    """Thirty shops of 3,000 customers, of whom one in ten has not come back."""
    return [
        GammaGamma(gamma_gamma.simulate(FREQUENCY, seed, **TRUTH)).fit() for seed in range(SHOPS)
    ]


def test_every_fit_is_sound(fits):
    assert all(fit.warnings == () and fit.nobs == 2700 for fit in fits)


def test_estimates_are_not_biased(fits):
    recovery.assert_unbiased(fits, TRUTH)


def test_standard_errors_are_as_large_as_the_scatter(fits):
    recovery.assert_honest_standard_errors(fits, TRUTH)


@pytest.mark.parametrize(("level", "low", "high"), [(0.95, 0.88, 1.0), (0.5, 0.36, 0.64)])
def test_intervals_cover_the_truth_as_often_as_they_say(fits, level, low, high):
    assert low <= recovery.coverage(fits, TRUTH, level) <= high


def test_the_mean_of_the_shop_is_found(fits):
    means = [fit.mean_spend() for fit in fits]
    assert np.mean(means) == pytest.approx(6.0 * 15.0 / 3.0, rel=0.01)


OTHER_SHOPS = {
    "customers alike": {"p": 2.0, "q": 12.0, "gamma": 60.0},
    "regular amounts, few giants": {"p": 15.0, "q": 2.0, "gamma": 3.0},
}


@pytest.mark.parametrize("truth", OTHER_SHOPS.values(), ids=OTHER_SHOPS)
def test_other_shops_are_found_too(truth):
    fits = [GammaGamma(gamma_gamma.simulate(FREQUENCY, seed, **truth)).fit() for seed in range(10)]
    assert all(fit.warnings == () for fit in fits)
    recovery.assert_unbiased(fits, pd.Series(truth))
    recovery.assert_honest_standard_errors(fits, pd.Series(truth))


def test_expected_spend_is_closer_to_the_truth_than_either_mean():
    shop = gamma_gamma.simulate(FREQUENCY, seed=99, **TRUTH)
    fit = GammaGamma(shop).fit()
    repeat = shop["frequency"] > 0
    truth = shop.loc[repeat, "typical_spend"]

    def miss(forecast):
        return ((forecast - truth) ** 2).mean()

    by_model = miss(fit.expected_spend()[repeat])
    assert by_model < 0.9 * miss(shop.loc[repeat, "monetary_value"])
    assert by_model < 0.9 * miss(fit.mean_spend())
