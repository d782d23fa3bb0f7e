"""What holds for Gamma-Gamma with any parameters and any table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.models import GammaGamma, gamma_gamma
from tests.helpers.likelihood import examples, powers, slopes
from tests.helpers.shops import published, published_spend, spending

usual = st.fixed_dictionaries({"p": powers(0.1, 50), "q": powers(0.1, 50), "gamma": powers(1, 500)})
# as far as a search may go, and the stand-ins for infinity beyond
extreme = st.fixed_dictionaries(
    {"p": powers(1e-5, 1e8), "q": powers(1e-5, 1e8), "gamma": powers(1e-8, 1e11)}
)


@st.composite
def tables(draw) -> pd.DataFrame:
    row = st.tuples(st.integers(1, 300), powers(0.01, 5000))
    rows = draw(st.lists(row, min_size=1, max_size=12))
    return spending(*zip((0, 0.0), (2, 1.0), (1, 3.5), *rows, strict=True))


@examples
@given(usual, st.integers(1, 500), powers(0.01, 5000))
def test_expected_spend_lies_between_one_s_own_and_the_shop_s(params, x, own):
    spend = gamma_gamma.expected_spend(x, own, **params)
    if params["q"] > 1:
        shop = gamma_gamma.expected_spend(0, 0.0, **params)
        low, high = sorted((own, shop))
        assert low * (1 - 1e-9) <= spend <= high * (1 + 1e-9)


@examples
@given(usual, st.integers(1, 100), powers(0.01, 5000))
def test_more_purchases_bring_the_forecast_closer_to_one_s_own_mean(params, x, own):
    if params["q"] > 1:
        few, many = gamma_gamma.expected_spend([x, 2 * x], own, **params)
        assert abs(many - own) <= abs(few - own) * (1 + 1e-9)


@examples
@given(usual, tables())
def test_score_is_the_slope_of_the_log_likelihood(params, table):
    model = GammaGamma(table)
    # differences of numbers as large as the log-likelihood carry its rounding
    rounding = max(1.0, abs(model.loglike(params))) * 1e-8
    numeric = slopes(model, params)
    for name, slope in model.score(params).items():
        assert slope == pytest.approx(numeric[name], rel=1e-5, abs=rounding / params[name])


@examples
@given(usual, tables())
def test_second_derivatives_are_the_slopes_of_the_score(params, table):
    model, values = GammaGamma(table), np.array(list(params.values()))
    found = model._second_derivatives(*values)
    size = np.abs(found * np.outer(values, values)).max()
    for i, name in enumerate(params):
        step = np.eye(3)[i] * values[i] * 1e-5
        numeric = (model.score(values + step) - model.score(values - step)) / (2 * step[i])
        error = (found[i] - numeric.to_numpy()) * values * values[i]
        assert np.abs(error).max() <= 1e-6 * size + 1e-8, name


@examples
@given(extreme, tables())
def test_the_log_likelihood_is_finite_everywhere(params, table):
    model = GammaGamma(table)
    assert np.isfinite(model.loglike(params))
    assert np.isfinite(model.score(params)).all()


@examples
@given(usual, tables(), powers(0.01, 100))
def test_the_log_likelihood_knows_its_currency(params, table, factor):
    scaled = table.assign(monetary_value=table["monetary_value"] * factor)
    ours = GammaGamma(scaled).loglike(params | {"gamma": params["gamma"] * factor})
    buyers = (table["frequency"] > 0).sum()
    expected = GammaGamma(table).loglike(params) - buyers * np.log(factor)
    assert ours == pytest.approx(expected, rel=1e-8, abs=1e-6)


@examples
@given(usual, tables(), st.data())
def test_a_count_stands_for_repeated_rows(params, table, data):
    counts = data.draw(st.lists(st.integers(1, 9), min_size=len(table), max_size=len(table)))
    counted = GammaGamma(table.assign(customers=counts), count="customers")
    repeated = GammaGamma(table.loc[table.index.repeat(counts)])
    # one-time buyers say nothing about repeat spend
    assert counted.nobs == repeated.nobs == sum(counts) - counts[0]
    assert counted.loglike(params) == pytest.approx(repeated.loglike(params), rel=1e-10)
    np.testing.assert_allclose(counted.score(params), repeated.score(params), rtol=1e-7, atol=1e-7)


# The same of whole fits, on CDNOW


def test_a_fit_in_cents_is_a_fit_in_dollars():
    fit, table = published_spend(), published()
    cents = GammaGamma(table.assign(monetary_value=100 * table["monetary_value"])).fit()
    np.testing.assert_allclose(cents.params, fit.params * [1, 1, 100], rtol=1e-6)
    np.testing.assert_allclose(cents.bse, fit.bse * [1, 1, 100], rtol=1e-5)
    assert cents.llf == pytest.approx(fit.llf - 946 * np.log(100), rel=1e-10)


def test_a_fit_of_counted_customers_is_a_fit_of_customers():
    counted = published().groupby(["frequency", "monetary_value"], as_index=False).size()
    fit = GammaGamma(counted, count="size").fit()
    np.testing.assert_allclose(fit.params, published_spend().params, rtol=1e-6)
    for name in ("llf", "aic", "bic", "nobs"):
        assert getattr(fit, name) == pytest.approx(getattr(published_spend(), name), rel=1e-10)


def test_one_time_buyers_change_nothing():
    repeat = GammaGamma(published()[published()["frequency"] > 0]).fit()
    np.testing.assert_allclose(repeat.params, published_spend().params, rtol=1e-9)


def test_no_neighbouring_parameters_are_more_likely():
    fit = published_spend()
    random = np.random.default_rng(3)
    for size in (1e-4, 1e-2, 0.3):
        for _ in range(20):
            near = fit.params * np.exp(random.normal(0, size, 3))
            assert fit.model.loglike(near) < fit.llf
