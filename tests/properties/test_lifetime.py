"""Lifetime value: what holds for every rate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import lifetime

examples = settings(derandomize=True, deadline=None, max_examples=60)
RETENTION = st.floats(0, 0.99)
DISCOUNT = st.floats(0.01, 0.5)
MARGIN = st.floats(1, 1000)


@examples
@given(MARGIN, RETENTION, DISCOUNT)
def test_the_formula_is_the_end_of_the_table(margin, retention, discount):
    table = lifetime.clv_table(margin, retention ** np.arange(1000), discount)
    value = lifetime.clv(margin, retention, discount)
    assert table["value_so_far"].iloc[-1] == pytest.approx(value)


@examples
@given(RETENTION, st.floats(0, 0.009), DISCOUNT)
def test_who_stays_longer_is_worth_more_and_who_waits_longer_less(retention, more, discount):
    assert lifetime.clv(1, retention + more, discount) >= lifetime.clv(1, retention, discount)
    assert lifetime.clv(1, retention, discount + more) <= lifetime.clv(1, retention, discount)


@examples
@given(st.floats(0.05, 2), st.floats(0.01, 0.2), st.booleans(), st.booleans(), st.floats(0, 0.3))
def test_the_rate_for_a_gain_gives_this_gain(gain, points, relative, first_margin, discount):
    options = {"relative": relative, "first_margin": first_margin, "discount_rate": discount}
    base = lifetime.retention_for_gain(gain, points, **options)
    if np.isnan(base):
        return
    better = base * (1 + points) if relative else base + points
    if better < 0.999:
        assert lifetime.five_point_gain(base, points, **options) == pytest.approx(gain, rel=1e-6)


@examples
@given(st.floats(1, 500), st.floats(0.05, 0.95), st.floats(0.01, 0.9))
def test_a_response_passes_through_the_point_it_was_drawn_from(spend, ceiling, part):
    achieved = part * ceiling
    speed = lifetime.response_speed(spend, achieved, ceiling)
    assert lifetime.response(spend, ceiling, speed) == pytest.approx(achieved, rel=1e-9)


@examples
@given(
    st.dictionaries(
        st.sampled_from("abc"), st.tuples(st.integers(1, 900), st.floats(0.05, 0.99)), min_size=1
    )
)
def test_a_mixed_cohort_seems_to_grow_more_loyal_though_nobody_does(kinds):
    cohort = lifetime.mixed_cohort(kinds, 8)
    rate = cohort["retention_rate"].dropna().to_numpy()
    assert (np.diff(rate) >= -1e-12).all()
    slow, fast = min(r for _, r in kinds.values()), max(r for _, r in kinds.values())
    assert ((rate >= slow - 1e-12) & (rate <= fast + 1e-12)).all()
