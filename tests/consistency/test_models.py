"""Models agree with their special cases and formulas, and say when they are at an edge."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib.models import BGNBD, GammaGamma, bgnbd, gamma_gamma, simulation
from tests.helpers.shops import (
    ROUNDED,
    exact,
    histories,
    published,
    published_fit,
    published_spend,
    spending,
)

# Special cases


def test_without_dropout_the_model_is_the_nbd():
    params = ROUNDED | {"a": 1e-9}
    counts = np.arange(30)
    share = ROUNDED["alpha"] / (ROUNDED["alpha"] + 39)
    expected = stats.nbinom.pmf(counts, ROUNDED["r"], share)
    np.testing.assert_allclose(bgnbd.probability_of(counts, 39, **params), expected, rtol=1e-6)
    rate = (ROUNDED["r"] + 2) / (ROUNDED["alpha"] + 39)
    forecast = bgnbd.expected_purchases(52, 2, 20, 39, **params)
    assert forecast == pytest.approx(52 * rate, rel=1e-6)
    assert bgnbd.probability_alive(2, 20, 39, **params) == pytest.approx(1, rel=1e-6)


def test_when_everybody_leaves_at_once_nobody_buys_three_times():
    params = ROUNDED | {"a": 1.0, "b": 1e-9}
    chances = bgnbd.probability_of([0, 1, 2], 39, **params)
    assert chances[:2].sum() == pytest.approx(1, rel=1e-6)
    assert chances[2] < 1e-8


def test_a_new_customer_is_one_without_a_history():
    for weeks in (1, 39, 500):
        new = bgnbd.unconditional_purchases(weeks, **ROUNDED)
        assert bgnbd.expected_purchases(weeks, 0, 0, 0, **ROUNDED) == pytest.approx(new, rel=1e-12)


def test_one_time_buyers_are_as_likely_as_no_purchase():
    table = histories([0, 1], [0.0, 1.0], [39.0, 1.5])
    both = BGNBD(table).loglike(ROUNDED)
    twice = BGNBD(table.iloc[[1, 1]]).loglike(ROUNDED)
    expected = np.log(bgnbd.probability_of(0, 39, **ROUNDED))
    assert both - twice / 2 == pytest.approx(expected, rel=1e-10)


def test_expected_spend_of_extremes():
    law = {"p": 6.0, "q": 4.0, "gamma": 15.0}
    assert gamma_gamma.expected_spend(0, 0.0, **law) == pytest.approx(6 * 15 / 3, rel=1e-12)
    assert gamma_gamma.expected_spend(10**9, 50.0, **law) == pytest.approx(50, rel=1e-6)


# A result answers as the formulas do


def test_a_result_uses_its_own_estimates():
    fit, table = published_fit(), published()
    history = (table[name] for name in ("frequency", "recency", "T"))
    x, tx, T = history
    alive, forecast = fit.probability_alive(), fit.expected_purchases(39)
    np.testing.assert_allclose(alive, bgnbd.probability_alive(x, tx, T, **fit.params))
    np.testing.assert_allclose(forecast, bgnbd.expected_purchases(39, x, tx, T, **fit.params))
    assert fit.probability_of(3, 39) == bgnbd.probability_of(3, 39, **fit.params)
    assert alive.index.equals(table.index)
    assert (alive.name, forecast.name) == ("probability_alive", "expected_purchases")
    spend = published_spend()
    np.testing.assert_allclose(
        spend.expected_spend(),
        gamma_gamma.expected_spend(table["frequency"], table["monetary_value"], **spend.params),
    )


def test_other_customers_get_the_same_answer_as_the_fit_s_own():
    fit, some = published_fit(), published().iloc[5:9]
    for question in (fit.probability_alive, lambda table=None: fit.expected_purchases(9.0, table)):
        pd.testing.assert_series_equal(question(some), question().iloc[5:9])
    spend = published_spend().expected_spend
    pd.testing.assert_series_equal(spend(some), spend().iloc[5:9])


def test_each_customer_may_have_a_time_ahead_of_his_own():
    fit, some = published_fit(), published().iloc[:3]
    weeks = np.array([1.0, 10.0, 100.0])
    together = fit.expected_purchases(weeks, some)
    alone = [fit.expected_purchases(t, some).iloc[row] for row, t in enumerate(weeks)]
    assert together.to_list() == pytest.approx(alone, rel=1e-12)


def test_a_result_simulates_its_own_shop():
    fit = published_fit()
    shop = fit.simulate(20_000, seed=5, T=39.0)
    expected = fit.unconditional_purchases(39.0)
    frequency = shop.summary["frequency"]
    assert abs(frequency.mean() - expected) < 4 * frequency.sem()
    spend = published_spend().simulate(frequency, seed=6)
    assert spend["typical_spend"].median() == pytest.approx(
        published_spend().params["p"]
        * published_spend().params["gamma"]
        / stats.gamma.median(published_spend().params["q"]),
        rel=0.03,
    )


def test_a_fit_leaves_its_table_alone_and_can_be_repeated():
    table = exact().copy()
    model = BGNBD(table)
    one, two = model.fit(), model.fit()
    pd.testing.assert_frame_equal(table, exact())
    assert one.params.equals(two.params)
    assert one.llf == two.llf


# What a reader sees


def test_a_result_shows_its_numbers():
    text = repr(published_fit())
    for part in ("BG/NBD", "2,357 customers", "-9,582.43", "0.2426", "4.4135", "0.7053"):
        assert part in text
    table = published_fit().summary()
    assert list(table.columns) == ["estimate", "standard_error", "lower", "upper"]
    assert list(table.index) == ["r", "alpha", "a", "b"]


def test_a_result_shows_in_a_notebook_what_it_shows_as_text(no_dropout):
    html = no_dropout._repr_html_()
    assert "<table" in html
    for part in ("BG/NBD", "Take care: The best fit is a shop that nobody leaves"):
        assert part in html
        assert part in repr(no_dropout)


# At the edge: shops in which customers do not differ


def shop(
    seed: int, rate: float | None = None, dropout: float | None = None
) -> simulation.Simulation:
    """A shop of 1,500 customers, with one rate for all or one coin for all."""
    random = np.random.default_rng(seed)
    n = 1500
    rates = random.gamma(0.5, 1 / 6, n) if rate is None else np.full(n, rate)
    coins = random.beta(0.8, 2.4, n) if dropout is None else np.full(n, dropout)
    return simulation.simulate_with_coins(rates, coins, 52.0, 52.0, random)


@pytest.fixture(scope="module")
def no_dropout():
    return BGNBD(shop(1, dropout=0.0).summary).fit()


EDGES = {
    "nobody leaves": ({"seed": 1, "dropout": 0.0}, {"no_dropout"}),
    "one coin for all": ({"seed": 0, "dropout": 0.25}, {"same_dropout"}),
    "all leave after one": ({"seed": 2, "dropout": 1.0}, {"everybody_leaves"}),
    "one rate for all": ({"seed": 3, "rate": 0.1}, {"same_rate"}),
    "one rate and one coin": (
        {"seed": 3, "rate": 0.1, "dropout": 0.25},
        {"same_rate", "same_dropout"},
    ),
}


@pytest.mark.parametrize(("options", "codes"), EDGES.values(), ids=EDGES)
def test_a_fit_at_the_edge_says_so_and_still_forecasts(options, codes):
    simulated = shop(**options)
    simulated.summary.attrs["unit"] = "W"
    fit = BGNBD(simulated.summary).fit()
    assert {warning.code for warning in fit.warnings} == codes == set(fit.limit.codes)
    assert all(str(warning) in repr(fit) for warning in fit.warnings)
    assert fit.bse.isna().any()
    assert fit.limit.llf == pytest.approx(fit.llf, abs=1e-6)
    alive = fit.probability_alive()
    assert alive.between(0, 1).all()
    for weeks in (0.5, 52.0, 5000.0):
        assert np.isfinite(fit.expected_purchases(weeks)).all()
    value = fit.lifetime_value(20.0, margin=0.3, discount_rate_per_year=0.1, years=5)
    assert np.isfinite(value).all()
    assert (value >= 0).all()
    # what it is still good for: the total of the coming year
    actual = simulated.summary["holdout_purchases"].sum()
    assert fit.expected_purchases(52.0).sum() == pytest.approx(actual, rel=0.1)


def test_tiny_tables_neither_hang_nor_fail():
    for table in (
        histories([1, 0], [1.0, 0], [2.0, 2]),
        histories([1, 1], [2.0, 2], [2.0, 2]),
        histories([1, 2, 0, 0], [0.0, 0, 0, 0], [5.0, 4, 3, 2]),
        histories([10**6, 0, 3], [1.0, 0, 1], [2.0, 2, 2]),
    ):
        fit = BGNBD(table).fit()
        assert fit.warnings
        assert fit.probability_alive().between(0, 1).all()
        assert np.isfinite(fit.expected_purchases(10.0)).all()


SPENDING_EDGES = {
    "customers alike": ({"p": 6.0, "q": 1e5, "gamma": 1.5e6}, {"same_spend"}),
    "always the same amount": ({"p": 1e5, "q": 4.0, "gamma": 1.5e-4}, {"no_scatter"}),
    "a few giants": ({"p": 6.0, "q": 0.7, "gamma": 15.0}, {"infinite_mean"}),
}


@pytest.mark.parametrize(("law", "codes"), SPENDING_EDGES.values(), ids=SPENDING_EDGES)
def test_a_fit_of_spend_at_the_edge_says_so(law, codes):
    table = gamma_gamma.simulate(np.tile([0, 1, 2, 5], 250), seed=2, **law)
    fit = GammaGamma(table).fit()
    assert {warning.code for warning in fit.warnings} - {"flat", "not_converged"} == codes
    assert (fit.expected_spend(table[table["frequency"] > 1]) > 0).all()
    assert np.isinf(fit.mean_spend()) == (codes == {"infinite_mean"})


@pytest.mark.parametrize(
    "fit", [published_fit, published_spend, lambda: BGNBD(shop(1).summary).fit()]
)
def test_a_healthy_fit_has_no_warnings(fit):
    assert fit().warnings == ()
    assert fit().bse.notna().all()
    assert "Take care" not in repr(fit())


def test_two_customers_are_enough_to_fit_spend():
    assert GammaGamma(spending([1, 3], [9.0, 12.0])).fit().warnings
