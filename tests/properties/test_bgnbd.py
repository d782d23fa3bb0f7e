"""What holds for BG/NBD with any parameters, any history and any table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.models import BGNBD, bgnbd
from tests.helpers.likelihood import assert_score_is_the_slope, examples, powers
from tests.helpers.shops import histories, published, published_fit

NAMES = ("r", "alpha", "a", "b")


usual = st.fixed_dictionaries(
    {"r": powers(0.05, 20), "alpha": powers(0.5, 50), "a": powers(0.05, 20), "b": powers(0.05, 50)}
)
# as far as a search may go: see the edges in models/fit.py
extreme = st.fixed_dictionaries({name: powers(1e-5, 1e5) for name in NAMES})


@st.composite
def history(draw) -> tuple[int, float, float]:
    x, T = draw(st.integers(0, 500)), draw(powers(0.1, 1000))
    return (0, 0.0, T) if x == 0 else (x, T * draw(st.floats(0, 1)), T)


@st.composite
def tables(draw) -> pd.DataFrame:
    rows = draw(st.lists(history(), min_size=2, max_size=12))
    return histories(*zip((2, 1.0, 3.0), *rows, strict=True))


@examples
@given(extreme, history())
def test_probability_alive_is_a_probability(params, history):
    alive = float(bgnbd.probability_alive(*history, **params))
    assert 0 <= alive <= 1
    assert alive == 1 or history[0] > 0


@examples
@given(usual, history(), st.floats(0, 500), powers(0.01, 100))
def test_silence_speaks_against_being_alive(params, history, silence, more):
    x, tx, T = history
    sooner, later = (
        bgnbd.probability_alive(x, tx, T + wait, **params) for wait in (silence, silence + more)
    )
    assert later <= sooner
    if x > 0 and sooner > 1e-9:
        assert later < sooner


@examples
@given(usual, history(), st.floats(0, 1))
def test_a_later_last_purchase_speaks_for_being_alive(params, history, share):
    x, tx, T = history
    if x > 0:
        earlier = bgnbd.probability_alive(x, tx * share, T, **params)
        assert earlier <= bgnbd.probability_alive(x, tx, T, **params) + 1e-12


@examples
@given(extreme, history(), powers(1e-2, 5000), powers(1.01, 100))
def test_expectations_are_finite_and_grow_with_time(params, history, t, factor):
    with np.errstate(all="raise", under="ignore"):
        now = bgnbd.expected_purchases(t, *history, **params)
        later = bgnbd.expected_purchases(t * factor, *history, **params)
        new = bgnbd.unconditional_purchases([t, t * factor], **params)
    assert np.isfinite([now, later, *new]).all()
    assert -1e-12 <= now <= later * (1 + 1e-7) + 1e-12
    assert -1e-12 <= new[0] <= new[1] * (1 + 1e-7) + 1e-12
    # nobody buys more than a customer who never leaves
    x, _, T = history
    never_leaves = (params["r"] + x) / (params["alpha"] + T) * t
    assert now <= never_leaves * (1 + 1e-6)


@examples
@given(usual, powers(0.1, 500))
def test_probabilities_of_numbers_are_probabilities(params, t):
    chances = bgnbd.probability_of(np.arange(200), t, **params)
    assert (chances >= 0).all()
    assert chances.sum() <= 1 + 1e-9


@examples
@given(usual, tables())
def test_score_is_the_slope_of_the_log_likelihood(params, table):
    assert_score_is_the_slope(BGNBD(table), params)


@examples
@given(extreme, tables())
def test_the_log_likelihood_is_finite_everywhere(params, table):
    model = BGNBD(table)
    assert np.isfinite(model.loglike(params))
    assert np.isfinite(model.score(params)).all()


@examples
@given(usual, tables(), powers(0.01, 100))
def test_the_log_likelihood_knows_its_unit_of_time(params, table, factor):
    # a density of x times, in a unit `factor` times as small, is smaller by that factor, x times
    scaled = table.assign(recency=table["recency"] * factor, T=table["T"] * factor)
    scaled["recency"] = scaled[["recency", "T"]].min(axis=1)
    ours = BGNBD(scaled).loglike(params | {"alpha": params["alpha"] * factor})
    expected = BGNBD(table).loglike(params) - table["frequency"].sum() * np.log(factor)
    assert ours == pytest.approx(expected, rel=1e-8, abs=1e-6)


@examples
@given(usual, tables(), st.data())
def test_a_count_stands_for_repeated_rows(params, table, data):
    counts = data.draw(st.lists(st.integers(1, 9), min_size=len(table), max_size=len(table)))
    counted = BGNBD(table.assign(customers=counts), count="customers")
    repeated = BGNBD(table.loc[table.index.repeat(counts)])
    assert counted.nobs == repeated.nobs == sum(counts)
    assert counted.loglike(params) == pytest.approx(repeated.loglike(params), rel=1e-10)
    np.testing.assert_allclose(counted.score(params), repeated.score(params), rtol=1e-8, atol=1e-8)


# The same of whole fits, on CDNOW


def assert_same_fit(one, other, alpha: float = 1.0) -> None:
    factor = np.array([1, alpha, 1, 1])
    np.testing.assert_allclose(one.params, other.params * factor, rtol=1e-6)
    np.testing.assert_allclose(one.bse, other.bse * factor, rtol=1e-5)


def test_a_fit_in_days_is_a_fit_in_weeks():
    table, fit = published(), published_fit()
    days = BGNBD(table.assign(recency=table["recency"] * 7, T=table["T"] * 7)).fit()
    assert_same_fit(days, fit, alpha=7)
    assert days.llf == pytest.approx(fit.llf - table["frequency"].sum() * np.log(7), rel=1e-10)


def test_a_fit_of_counted_histories_is_a_fit_of_customers():
    columns = ["frequency", "recency", "T"]
    counted = published().groupby(columns, as_index=False).size()
    fit = BGNBD(counted, count="size").fit()
    assert len(counted) < 2000
    assert_same_fit(fit, published_fit())
    for name in ("llf", "aic", "bic", "nobs"):
        assert getattr(fit, name) == pytest.approx(getattr(published_fit(), name), rel=1e-10)


def test_the_order_of_customers_does_not_matter():
    mixed = published().sample(frac=1, random_state=1)
    assert_same_fit(BGNBD(mixed).fit(), published_fit())


def test_no_neighbouring_parameters_are_more_likely():
    fit = published_fit()
    random = np.random.default_rng(3)
    for size in (1e-4, 1e-2, 0.3):
        for _ in range(20):
            near = fit.params * np.exp(random.normal(0, size, 4))
            assert fit.model.loglike(near) < fit.llf
    assert np.abs(fit.model.score(fit.params) * fit.params).max() < 1e-3
