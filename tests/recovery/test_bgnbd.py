"""BG/NBD finds the parameters of a simulated shop, and its standard errors are honest."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import BGNBD, bgnbd

TRUTH = pd.Series({"r": 0.6, "alpha": 6.0, "a": 0.9, "b": 3.0})
SHOPS = 30


@pytest.fixture(scope="module")
def fits() -> list:
    """Thirty shops of 3,000 customers, observed for 26 to 78 weeks."""
    weeks = np.linspace(26, 78, 3000)
    return [
        BGNBD(bgnbd.simulate(3000, seed, T=weeks, **TRUTH).summary).fit() for seed in range(SHOPS)
    ]


def deviations(fits: list) -> pd.DataFrame:
    """How many standard errors each estimate lies from the truth, in logarithms."""
    return pd.DataFrame([np.log(fit.params / TRUTH) / (fit.bse / fit.params) for fit in fits])


def test_every_fit_is_sound(fits):
    assert all(fit.warnings == () for fit in fits)


def test_estimates_are_not_biased(fits):
    mean = deviations(fits).mean()
    # the mean of 30 standard normal numbers has a standard error of .18
    assert mean.abs().max() < 3 / np.sqrt(SHOPS)


def test_standard_errors_are_as_large_as_the_scatter(fits):
    # .13 is the standard error of the root mean square of 30 such numbers
    size = np.sqrt((deviations(fits) ** 2).mean())
    assert size.between(1 - 3 * 0.13, 1 + 3 * 0.13).all()


def test_intervals_cover_the_truth_as_often_as_they_say(fits):
    for level, low, high in ((0.95, 0.90, 0.995), (0.5, 0.38, 0.62)):
        covered = [
            fit.conf_int(1 - level)["lower"].lt(TRUTH) & fit.conf_int(1 - level)["upper"].gt(TRUTH)
            for fit in fits
        ]
        assert low <= pd.DataFrame(covered).to_numpy().mean() <= high


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
