"""Pareto/NBD finds the parameters of a simulated shop, and its standard errors are honest."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import ParetoNBD, pareto_nbd
from tests.helpers import recovery

SHOPS = 15
SETTINGS = {
    "like a shop": pd.Series({"r": 0.6, "alpha": 6.0, "s": 0.9, "beta": 20.0}),
    "beta >> alpha": pd.Series({"r": 1.2, "alpha": 3.0, "s": 1.5, "beta": 90.0}),
}


@pytest.fixture(scope="module", params=SETTINGS)
def found(request):
    """Fifteen shops of 3,000 customers, observed for 40 to 80 whole weeks."""
    truth = SETTINGS[request.param]
    weeks = np.repeat(np.arange(40.0, 80.0), 75)
    fits = []
    for seed in range(SHOPS):
        summary = pareto_nbd.simulate(3000, seed, T=weeks, **truth).summary
        # whole days, as in any table of dates: many customers share a history
        summary["recency"] = np.minimum(np.ceil(summary["recency"] * 7) / 7, summary["T"])
        fits.append(ParetoNBD(summary).fit())
    return truth, fits


def test_every_fit_is_sound(found):
    _truth, fits = found
    assert all(fit.warnings == () for fit in fits)


def test_estimates_are_not_biased(found):
    truth, fits = found
    recovery.assert_unbiased(fits, truth)


def test_standard_errors_are_as_large_as_the_scatter(found):
    truth, fits = found
    recovery.assert_honest_standard_errors(fits, truth)


def test_intervals_cover_the_truth_as_often_as_they_say(found):
    truth, fits = found
    assert recovery.coverage(fits, truth, 0.95) >= 0.85
    assert 0.3 <= recovery.coverage(fits, truth, 0.5) <= 0.7


def test_a_fit_forecasts_a_shop_it_has_seen_half_of():
    truth = SETTINGS["like a shop"]
    shop = pareto_nbd.simulate(10_000, seed=77, T=39.0, holdout=39.0, **truth)
    fit = ParetoNBD(shop.summary).fit()
    actual = shop.summary["holdout_purchases"]
    assert fit.expected_purchases(39.0).sum() == pytest.approx(actual.sum(), rel=0.05)
    alive = fit.probability_alive()
    assert alive.mean() == pytest.approx(shop.truth["alive"].mean(), rel=0.05)
