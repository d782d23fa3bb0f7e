"""Lifecycle: what holds for every matrix of transitions and every set of contracts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib import lifecycle

examples = settings(derandomize=True, deadline=None, max_examples=60)
STATES = ["a", "b", "c"]
ROWS = st.lists(
    st.lists(st.integers(0, 30), min_size=3, max_size=3).filter(any), min_size=3, max_size=3
)
RATE = st.floats(0.01, 0.5)


def counts(rows):
    return pd.DataFrame(rows, STATES, STATES)


def matrix(rows):
    return lifecycle.transition_matrix(counts(rows))


@examples
@given(ROWS)
def test_chances_add_up_and_lie_in_their_intervals(rows):
    chances = matrix(rows)
    assert np.allclose(chances.sum(axis=1), 1)
    found = lifecycle.transition_intervals(counts(rows))
    assert (found["lower"] <= found["probability"]).all()
    assert (found["probability"] <= found["upper"]).all()


@examples
@given(ROWS, st.lists(st.integers(0, 1000), min_size=3, max_size=3), st.integers(0, 20))
def test_a_forecast_loses_nobody(rows, start, periods):
    start = dict(zip(STATES, start, strict=True))
    future = lifecycle.forecast(matrix(rows), start, periods)
    assert np.allclose(future.sum(axis=1), sum(start.values()))
    assert (future.to_numpy() >= 0).all()


@examples
@given(ROWS, st.integers(1, 5), st.integers(1, 5))
def test_a_forecast_can_be_broken_off_and_taken_up_again(rows, first, second):
    chances = matrix(rows)
    there = lifecycle.forecast(chances, {"a": 100.0}, first).iloc[-1]
    onward = lifecycle.forecast(chances, there, second).iloc[-1]
    assert onward.to_numpy() == pytest.approx(
        lifecycle.forecast(chances, {"a": 100.0}, first + second).iloc[-1].to_numpy()
    )


@examples
@given(ROWS, RATE, st.lists(st.floats(-50, 200), min_size=3, max_size=3))
def test_a_value_is_the_margin_now_and_the_value_next_time(rows, rate, margin):
    chances, margin = matrix(rows), pd.Series(margin, STATES)
    worth = lifecycle.state_values(chances, margin, rate)
    later = chances.to_numpy() @ worth.to_numpy() / (1 + rate)
    assert worth.to_numpy() == pytest.approx(margin.to_numpy() + later, abs=1e-8)
    # and the sum of what the visits bring
    visits = lifecycle.expected_visits(chances, discount_rate=rate)
    assert worth.to_numpy() == pytest.approx(visits.to_numpy() @ margin.to_numpy(), abs=1e-6)


@examples
@given(ROWS, RATE, st.floats(1, 100))
def test_the_same_margin_everywhere_is_an_annuity(rows, rate, margin):
    worth = lifecycle.state_values(matrix(rows), dict.fromkeys(STATES, margin), rate)
    assert worth.to_numpy() == pytest.approx(margin * (1 + rate) / rate)


@examples
@given(ROWS, st.integers(1, 12))
def test_visits_add_up_to_the_periods(rows, periods):
    visits = lifecycle.expected_visits(matrix(rows), periods)
    assert np.allclose(visits.sum(axis=1), periods)


@examples
@given(ROWS)
def test_the_way_takes_one_period_and_then_the_way_from_there(rows):
    chances = matrix(rows)
    time = lifecycle.expected_time_to(chances, "c")
    assume(np.isfinite(time).all())
    for state in ("a", "b"):
        assert time[state] == pytest.approx(1 + chances.loc[state] @ time)


@examples
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40))
def test_a_survival_curve_falls_and_stays_in_its_interval(contracts):
    months, ended = pd.DataFrame(contracts, columns=["months", "ended"]).T.to_numpy()
    assume(ended.any())
    curve = lifecycle.kaplan_meier(pd.Series(months, dtype=float), pd.Series(ended, dtype=bool))
    assert curve["survival"].is_monotonic_decreasing
    assert curve["survival"].between(0, 1).all()
    assert (curve["lower"] <= curve["survival"] + 1e-12).all()
    assert (curve["survival"] <= curve["upper"] + 1e-12).all()
    if all(ended):
        # nothing is cut off: the curve is the share that lasted longer
        for month, row in curve.iterrows():
            assert row["survival"] == pytest.approx((months > month).mean(), abs=1e-12) or (
                month == 0 and row["ended"] == 0
            )
