"""BG/NBD finds the parameters of a simulated shop, and its standard errors are honest."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import BGNBD, bgnbd
from tests.helpers import recovery

TRUTH = pd.Series({"r": 0.6, "alpha": 6.0, "a": 0.9, "b": 3.0})
SHOPS = 30


@pytest.fixture(scope="module")
def fits() -> list:
    """Thirty shops of 3,000 customers, observed for 26 to 78 weeks."""
    weeks = np.linspace(26, 78, 3000)
    return [
        BGNBD(bgnbd.simulate(3000, seed, T=weeks, **TRUTH).summary).fit() for seed in range(SHOPS)
    ]


def test_every_fit_is_sound(fits):
    assert all(fit.warnings == () for fit in fits)


def test_estimates_are_not_biased(fits):
    recovery.assert_unbiased(fits, TRUTH)


def test_standard_errors_are_as_large_as_the_scatter(fits):
    recovery.assert_honest_standard_errors(fits, TRUTH)


@pytest.mark.parametrize(("level", "low", "high"), [(0.95, 0.90, 0.995), (0.5, 0.38, 0.62)])
def test_intervals_cover_the_truth_as_often_as_they_say(fits, level, low, high):
    assert low <= recovery.coverage(fits, TRUTH, level) <= high


def test_covariances_are_those_of_the_scatter(fits):
    # r and alpha move together, and so do a and b
    estimates = np.log(pd.DataFrame([fit.params for fit in fits]))
    found = estimates.corr()
    for one, other in (("r", "alpha"), ("a", "b")):
        stated = np.mean(
            [fit.cov_params().loc[one, other] / (fit.bse[one] * fit.bse[other]) for fit in fits]
        )
        assert stated > 0.5
        assert found.loc[one, other] == pytest.approx(stated, abs=0.3)


def test_a_fit_forecasts_a_shop_it_has_seen_half_of():
    shop = bgnbd.simulate(20_000, seed=77, T=39.0, holdout=39.0, **TRUTH)
    fit = BGNBD(shop.summary).fit()
    actual = shop.summary["holdout_purchases"]
    assert fit.expected_purchases(39.0).sum() == pytest.approx(actual.sum(), rel=0.03)
    alive = fit.probability_alive()
    assert alive.mean() == pytest.approx(shop.truth["alive"].mean(), rel=0.03)
    # better than any rule that knows only how often
    repeat = shop.summary["frequency"] > 0
    by_model = alive[repeat].corr(shop.truth["alive"][repeat].astype(float))
    by_count = shop.summary["frequency"][repeat].corr(shop.truth["alive"][repeat].astype(float))
    assert by_model > by_count + 0.2
