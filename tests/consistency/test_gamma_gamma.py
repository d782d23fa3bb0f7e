"""Gamma-Gamma agrees with its special cases, and says so when a shop is one of them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib.models import GammaGamma, gamma_gamma
from tests.helpers.shops import published, published_spend, spending

TABLE = spending([1, 2, 3, 8, 20], [4.0, 40.0, 12.5, 9.0, 14.0])


def by_row(**params: float) -> np.ndarray:
    """The log-likelihood of each row."""
    return GammaGamma(TABLE)._by_row(*params.values())[0]


# Stand-ins for infinity are as good as the limit


# 1e8 is the stand-in; at 1e13 careless differences of log-gamma functions are off by whole units
@pytest.mark.parametrize(("infinite", "close"), [(1e8, 3e-6), (1e13, 1e-8)])
def test_with_one_typical_amount_only_single_purchases_scatter(infinite, close):
    # the mean of x amounts is a Gamma with shape p x around the one amount, 12
    x, m, p = TABLE["frequency"], TABLE["monetary_value"], 6.0
    expected = stats.gamma.logpdf(m, p * x, scale=12.0 / (p * x))
    found = by_row(p=p, q=infinite, gamma=12.0 * infinite / p)
    np.testing.assert_allclose(found, expected, rtol=close)


@pytest.mark.parametrize(("infinite", "close"), [(1e8, 1e-6), (1e13, 1e-8)])
def test_without_scatter_only_customers_differ(infinite, close):
    # a customer's amount is c / v with v from a Gamma(q, 1), however often he or she buys
    q, c = 3.5, 30.0
    expected = stats.invgamma.logpdf(TABLE["monetary_value"], q, scale=c)
    found = by_row(p=infinite, q=q, gamma=c / infinite)
    np.testing.assert_allclose(found, expected, rtol=close)


def test_forecasts_at_the_stand_ins_are_those_of_the_limit():
    alike = gamma_gamma.expected_spend([0, 3, 50], [0.0, 5, 40], p=6.0, q=1e8, gamma=2e8)
    np.testing.assert_allclose(alike, 12.0, rtol=1e-4)
    fixed = gamma_gamma.expected_spend([1, 3, 50], [7.0, 5, 40], p=1e8, q=3.5, gamma=30 / 1e8)
    np.testing.assert_allclose(fixed, [7, 5, 40], rtol=1e-6)
    assert gamma_gamma.expected_spend(0, 0.0, p=1e8, q=3.5, gamma=30 / 1e8) == pytest.approx(
        30 / 2.5, rel=1e-7
    )


def test_parameters_may_be_one_a_customer():
    x, m = np.array([0, 2, 5]), np.array([0.0, 20.0, 8.0])
    p, q, gamma = np.array([6.0, 2.0, 6.0]), np.array([4.0, 0.5, 3.0]), np.array([15.0, 9.0, 20.0])
    together = gamma_gamma.expected_spend(x, m, p=p, q=q, gamma=gamma)
    alone = [
        gamma_gamma.expected_spend(x[i], m[i], p=p[i], q=q[i], gamma=gamma[i]) for i in range(3)
    ]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


# At the edge


def shop(seed: int, p: float, q: float, mean: float = 30.0) -> pd.DataFrame:
    """Amounts around a typical one per customer; p or q infinite: no scatter, no differences."""
    random, x = np.random.default_rng(seed), np.tile([0, 1, 2, 5], 250)
    typical = mean * (np.ones(1000) if np.isinf(q) else (q - 1) / random.gamma(q, size=1000))
    shape = p * np.maximum(x, 1)
    amount = typical * (1 if np.isinf(p) else random.gamma(shape) / shape)
    return spending(x, np.where(x > 0, amount, 0.0))


EDGES = {
    "customers alike": ({"seed": 1, "p": 6.0, "q": np.inf}, "same_spend", "p * gamma / q", 30.0),
    "always the same amount": ({"seed": 2, "p": np.inf, "q": 4.0}, "no_scatter", "p * gamma", 90.0),
}


@pytest.mark.parametrize(("options", "code", "ratio", "planted"), EDGES.values(), ids=EDGES)
def test_a_fit_at_the_edge_names_the_simpler_model(options, code, ratio, planted):
    table = shop(**options)
    fit = GammaGamma(table).fit()
    assert fit.limit.codes == (code,)
    assert [warning.code for warning in fit.warnings] == [code]
    assert fit.limit.llf == pytest.approx(fit.llf, abs=1e-6)
    assert fit.limit.free_parameters == 2
    assert str(fit.warnings[0]) in repr(fit)
    assert "{" not in repr(fit)
    shown = fit.summary()
    estimate, error = shown.loc[ratio, ["estimate", "standard_error"]]
    assert abs(estimate - planted) < 3 * error < 0.2 * planted
    assert not np.isfinite(shown.loc["p" if code == "no_scatter" else "q", "estimate"])
    spend = fit.expected_spend()
    assert np.isfinite(spend).all()
    repeat = table["frequency"] > 0
    expected = table["monetary_value"] if code == "no_scatter" else spend.mean()
    np.testing.assert_allclose(spend[repeat], np.broadcast_to(expected, 1000)[repeat], rtol=1e-4)


def test_the_log_likelihood_of_a_limit_is_that_of_its_own_model():
    table = shop(seed=1, p=6.0, q=np.inf)
    fit = GammaGamma(table).fit()
    repeat = table[table["frequency"] > 0]
    mean = fit.summary().loc["p * gamma / q", "estimate"]
    shape = fit.params["p"] * repeat["frequency"]
    by_hand = stats.gamma.logpdf(repeat["monetary_value"], shape, scale=mean / shape).sum()
    assert fit.limit.llf == pytest.approx(by_hand, rel=1e-6)


def test_a_bootstrap_at_the_edge_stays_there():
    fit = GammaGamma(shop(seed=1, p=6.0, q=np.inf)).fit()
    draws = fit.bootstrap(20, seed=2)
    assert (draws["q"] == fit.params["q"]).all()
    by_delta, by_draws = fit.interval("mean_spend"), fit.interval("mean_spend", draws=draws)
    assert by_draws["standard_error"] == pytest.approx(by_delta["standard_error"], rel=0.5)


def test_tiny_and_extreme_tables_neither_hang_nor_fail():
    for table in (
        spending([3, 4, 2], [9.0, 9.0001, 8.9999]),
        spending([1, 1], [1.0, 1 + 2e-16]),
        spending([10**6, 2], [9.0, 12.0]),
        spending([1, 1, 1], [1e-300, 1.0, 1e300]),
    ):
        fit = GammaGamma(table).fit()
        assert fit.warnings
        assert (fit.expected_spend() > 0).all()


# Intervals


def test_quantities_have_intervals():
    fit = published_spend()
    mean = fit.interval("mean_spend")
    assert mean["estimate"] == fit.mean_spend()
    assert mean["lower"] < mean["estimate"] < mean["upper"]
    each = fit.interval("expected_spend")
    assert each.index.equals(published().index)
    assert ((each["lower"] < each["estimate"]) & (each["estimate"] < each["upper"])).all()


def test_the_delta_method_agrees_with_the_bootstrap():
    fit = published_spend()
    draws = fit.bootstrap(60, seed=4)
    by_delta, by_draws = fit.interval("mean_spend"), fit.interval("mean_spend", draws=draws)
    # 60 draws know a standard error to about 9%
    assert by_draws["standard_error"] == pytest.approx(by_delta["standard_error"], rel=0.35)


# Whether amounts go with frequency


def test_the_correlation_is_the_usual_one_of_repeat_buyers():
    # Fader, Hardie & Lee (2005, RFM and CLV) report .11 for these 946 customers
    fit, repeat = published_spend(), published().query("frequency > 0")
    expected = repeat["frequency"].corr(repeat["monetary_value"])
    assert fit.frequency_correlation() == pytest.approx(expected, rel=1e-10)
    assert fit.frequency_correlation() == pytest.approx(0.11, abs=0.005)
    counted = repeat.groupby(["frequency", "monetary_value"], as_index=False).size()
    by_count = GammaGamma(counted, count="size").frequency_correlation()
    assert by_count == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("power", "sign"), [(0.5, 1), (-0.5, -1)])
def test_amounts_that_go_with_frequency_are_reported(power, sign):
    table = shop(seed=3, p=6.0, q=5.0)
    scale = np.maximum(table["frequency"], 1.0) ** power
    table["monetary_value"] *= scale
    fit = GammaGamma(table).fit()
    said = [str(warning) for warning in fit.warnings if warning.code == "not_independent"]
    assert len(said) == 1
    assert f"(correlation {fit.frequency_correlation():.2f})" in said[0]
    assert np.sign(fit.frequency_correlation()) == sign


def test_few_customers_or_one_frequency_are_no_ground_for_that_warning():
    few = GammaGamma(spending([1, 2, 3, 4], [5.0, 9.0, 11.0, 12.0])).fit()
    assert few.frequency_correlation() > 0.9
    alike = GammaGamma(spending([2, 2, 2, 2], [5.0, 9.0, 11.0, 50.0])).fit()
    assert np.isnan(alike.frequency_correlation())
    for fit in (few, alike):
        assert "not_independent" not in {warning.code for warning in fit.warnings}
