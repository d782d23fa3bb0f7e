"""What holds for Pareto/NBD with any parameters, any history and any table."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from crmlib.models import ParetoNBD, pareto_nbd
from tests.helpers.likelihood import assert_score_is_the_slope, examples, powers
from tests.helpers.shops import histories

usual = st.fixed_dictionaries(
    {
        "r": powers(0.05, 20),
        "alpha": powers(0.5, 50),
        "s": powers(0.05, 20),
        "beta": powers(0.5, 200),
    }
)
# as far as edges go: see models/edges.py
extreme = st.fixed_dictionaries(
    {
        "r": powers(1e-5, 1e8),
        "alpha": powers(1e-5, 1e8),
        "s": powers(1e-10, 1e8),
        "beta": powers(1e-10, 1e8),
    }
)


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
    alive = float(pareto_nbd.probability_alive(*history, **params))
    assert 0 <= alive <= 1


@examples
@given(usual, history(), st.floats(0, 500), powers(0.01, 100))
def test_silence_speaks_against_being_alive(params, history, silence, more):
    x, tx, T = history
    sooner, later = (
        pareto_nbd.probability_alive(x, tx, T + wait, **params)
        for wait in (silence, silence + more)
    )
    assert later <= sooner * (1 + 1e-9)


@examples
@given(extreme, history(), powers(1e-2, 5000), powers(1.01, 100))
def test_expectations_are_finite_and_grow_with_time(params, history, t, factor):
    now = pareto_nbd.expected_purchases(t, *history, **params)
    later = pareto_nbd.expected_purchases(t * factor, *history, **params)
    new = pareto_nbd.unconditional_purchases(np.array([t, t * factor]), **params)
    assert np.isfinite([now, later, *new]).all()
    assert 0 <= now <= later * (1 + 1e-9)
    assert 0 <= new[0] <= new[1] * (1 + 1e-9)
    # nobody buys more than a customer who never leaves
    x, _, T = history
    assert now <= (params["r"] + x) / (params["alpha"] + T) * t * (1 + 1e-9)


@examples
@given(extreme, powers(0.1, 500))
def test_probabilities_of_counts_are_probabilities(params, t):
    chances = pareto_nbd.probability_of(np.arange(60), t, **params)
    assert (chances >= 0).all()
    assert chances.sum() <= 1 + 1e-7


@examples
@given(usual, tables())
def test_score_is_the_slope_of_the_log_likelihood(params, table):
    assert_score_is_the_slope(ParetoNBD(table), params)


@examples
@given(usual, tables())
def test_curvature_is_the_slope_of_the_score(params, table):
    model = ParetoNBD(table)
    sizes = np.array([params[name] for name in model.names])
    found = model._second_derivatives(*sizes) * np.outer(sizes, sizes)
    np.testing.assert_allclose(found, found.T, rtol=1e-12)
    for name, row in zip(model.names, found, strict=True):
        ends = [params | {name: params[name] * factor} for factor in (1 + 1e-5, 1 - 1e-5)]
        up, down = (model.score(end).to_numpy() for end in ends)
        numeric = (up - down) / 2e-5 * sizes
        np.testing.assert_allclose(row, numeric, rtol=1e-5, atol=1e-6 * np.abs(found).max())


@examples
@given(extreme, tables())
def test_the_log_likelihood_is_finite_everywhere(params, table):
    model = ParetoNBD(table)
    assert np.isfinite(model.loglike(params))
    assert np.isfinite(model.score(params)).all()
