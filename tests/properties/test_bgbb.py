"""What holds for BG/BB with any parameters, any history and any table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.models import BGBB, bgbb
from tests.helpers.likelihood import examples, powers, slopes
from tests.helpers.shops import donors, donors_fit, occasions

NAMES = ("alpha", "beta", "gamma", "delta")
usual = st.fixed_dictionaries({name: powers(0.05, 50) for name in NAMES})
# as far as a search may go, and the stand-ins for 0 and infinity beyond
extreme = st.fixed_dictionaries({name: powers(1e-10, 1e8) for name in NAMES})


@st.composite
def history(draw) -> tuple[int, int, int]:
    n = draw(st.integers(0, 120))
    x = draw(st.integers(0, n))
    return (x, draw(st.integers(x, n)) if x else 0, n)


@st.composite
def tables(draw) -> pd.DataFrame:
    rows = draw(st.lists(history(), min_size=1, max_size=12))
    return occasions(*zip((2, 3, 5), *rows, strict=True))


@examples
@given(extreme, history(), st.integers(0, 50))
def test_probability_alive_is_a_probability_and_falls(params, history, ahead):
    now, later = bgbb.probability_alive([0, ahead], *history, **params)
    assert 0 <= later <= now <= 1
    assert now == pytest.approx(1, rel=1e-12) or history[1] < history[2]


@examples
@given(usual, history(), st.integers(1, 50))
def test_silence_speaks_against_being_alive(params, history, more):
    x, tx, n = history
    assert bgbb.probability_alive(0, x, tx, n + more, **params) < bgbb.probability_alive(
        0, x, tx, n, **params
    )


@examples
@given(usual, history())
def test_a_later_last_purchase_speaks_for_being_alive(params, history):
    x, _tx, n = history
    if x > 0:
        alive = bgbb.probability_alive(0, x, np.arange(x, n + 1), n, **params)
        assert (np.diff(alive) >= -1e-12).all()


@examples
@given(extreme, history(), st.integers(0, 60), st.integers(1, 60))
def test_expectations_are_finite_and_grow_with_time(params, history, m, more):
    with np.errstate(all="raise", under="ignore"):
        now, later = bgbb.expected_purchases([m, m + more], *history, **params)
        new = bgbb.unconditional_purchases([m, m + more], **params)
        for_ever = bgbb.expected_purchases(np.inf, *history, 0.1, **params)
    assert 0 <= now <= later <= m + more
    assert 0 <= new[0] <= new[1] <= m + more
    # nobody buys more than one who always buys and never leaves: 1 / d purchases
    assert 0 <= for_ever <= 10 * (1 + 1e-9)


@examples
@given(extreme, st.integers(0, 40))
def test_probabilities_of_numbers_are_probabilities(params, n):
    chances = bgbb.probability_of(np.arange(n + 3), n, **params)
    assert (chances >= 0).all()
    assert chances.sum() == pytest.approx(1, rel=1e-6)
    assert (chances[n + 1 :] == 0).all()


@examples
@given(usual, history(), st.integers(0, 20))
def test_expected_purchases_are_the_mean_of_their_distribution(params, history, m):
    y = np.arange(m + 1)
    chances = bgbb.predictive_probability(y, m, *history, **params)
    assert chances.sum() == pytest.approx(1, rel=1e-9)
    expected = bgbb.expected_purchases(m, *history, **params)
    assert expected == pytest.approx(chances @ y, rel=1e-9, abs=1e-14)


@examples
@given(usual, tables())
def test_score_is_the_slope_of_the_log_likelihood(params, table):
    model = BGBB(table)
    numeric = slopes(model, params)
    # differences of numbers as large as the log-likelihood carry its rounding
    rounding = max(1.0, abs(model.loglike(params))) * 1e-9
    for name, slope in model.score(params).items():
        assert slope == pytest.approx(numeric[name], rel=1e-5, abs=rounding / params[name])


@examples
@given(usual, tables())
def test_second_derivatives_are_the_slopes_of_the_score(params, table):
    model = BGBB(table)
    values = np.array([params[name] for name in NAMES])
    found = model._second_derivatives(*values)
    assert np.allclose(found, found.T, rtol=1e-10)
    size = np.abs(found * np.outer(values, values)).max()
    for i, name in enumerate(NAMES):
        step = np.eye(4)[i] * values[i] * 1e-5
        numeric = (model.score(values + step) - model.score(values - step)) / (2 * step[i])
        error = (found[i] - numeric.to_numpy()) * values * values[i]
        assert np.abs(error).max() <= 1e-6 * size + 1e-8, name


@examples
@given(extreme, tables())
def test_the_log_likelihood_is_finite_everywhere(params, table):
    model = BGBB(table)
    value = model.loglike(params)
    assert np.isfinite(value)
    assert value <= 0
    assert np.isfinite(model.score(params)).all()
    assert np.isfinite(model._second_derivatives(*params.values())).all()


@examples
@given(usual, tables(), st.data())
def test_a_count_stands_for_repeated_rows(params, table, data):
    counts = data.draw(st.lists(st.integers(1, 9), min_size=len(table), max_size=len(table)))
    counted = BGBB(table.assign(customers=counts), count="customers")
    repeated = BGBB(table.loc[table.index.repeat(counts)])
    assert counted.nobs == repeated.nobs == sum(counts)
    assert counted.loglike(params) == pytest.approx(repeated.loglike(params), rel=1e-10)
    np.testing.assert_allclose(counted.score(params), repeated.score(params), rtol=1e-8, atol=1e-8)


@examples
@given(usual, tables())
def test_parameters_may_be_one_a_row(params, table):
    # as covariates make them
    model = BGBB(table)
    rows = len(model.weights)
    value, slopes = model._by_row(*params.values())
    broad = model._by_row(*(np.full(rows, number) for number in params.values()))
    np.testing.assert_allclose(broad[0], value, rtol=1e-12)
    np.testing.assert_allclose(broad[1], slopes, rtol=1e-9, atol=1e-12)


# The same of whole fits, on the donations


def test_a_fit_of_counted_histories_is_a_fit_of_customers():
    rows = donors().loc[donors().index.repeat(donors()["count"])].drop(columns="count")
    fit = BGBB(rows).fit()
    assert len(rows) == 11_104
    np.testing.assert_allclose(fit.params, donors_fit().params, rtol=1e-8)
    np.testing.assert_allclose(fit.bse, donors_fit().bse, rtol=1e-7)
    for name in ("llf", "aic", "bic", "nobs"):
        assert getattr(fit, name) == pytest.approx(getattr(donors_fit(), name), rel=1e-12)


def test_the_order_of_customers_does_not_matter():
    mixed = BGBB(donors().sample(frac=1, random_state=1), count="count").fit()
    np.testing.assert_allclose(mixed.params, donors_fit().params, rtol=1e-8)


def test_no_neighbouring_parameters_are_more_likely():
    fit = donors_fit()
    random = np.random.default_rng(3)
    for size in (1e-4, 1e-2, 0.3):
        for _ in range(20):
            near = fit.params * np.exp(random.normal(0, size, 4))
            assert fit.model.loglike(near) < fit.llf
    assert np.abs(fit.model.score(fit.params) * fit.params).max() < 1e-3
