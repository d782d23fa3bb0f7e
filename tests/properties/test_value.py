"""Value: what holds for every distribution of profit over customers."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmlib import value

examples = settings(derandomize=True, deadline=None, max_examples=60)
PROFITS = st.lists(st.integers(-50, 200), min_size=1, max_size=60)
REVENUES = st.lists(st.integers(0, 200), min_size=1, max_size=60).filter(any)


@examples
@given(REVENUES)
def test_without_losses_gini_and_lorenz_stay_in_their_bounds(revenues):
    curve = value.lorenz(revenues).to_numpy()
    assert ((curve >= -1e-12) & (curve <= 1 + 1e-12)).all()
    # it sags: each further customer brings at least as much as the one before
    assert (np.diff(curve, n=2) >= -1e-12).all()
    assert -1e-12 <= value.gini(revenues) <= 1 - 1 / len(revenues) + 1e-12


@examples
@given(REVENUES)
def test_gini_is_twice_the_area_above_the_lorenz_curve(revenues):
    curve = value.lorenz(revenues)
    area = np.trapezoid(curve.to_numpy(), curve.index.to_numpy())
    assert value.gini(revenues) == pytest.approx(1 - 2 * area, abs=1e-9)


@examples
@given(REVENUES, st.floats(0.01, 1000))
def test_another_currency_changes_no_share(revenues, rate):
    money = [rate * revenue for revenue in revenues]
    assert value.gini(money) == pytest.approx(value.gini(revenues), abs=1e-9)
    assert value.pareto_share(money, 0.2) == pytest.approx(value.pareto_share(revenues, 0.2))


@examples
@given(PROFITS)
def test_the_whale_curve_ends_at_the_total_and_its_peak_is_what_the_earners_bring(profits):
    curve, peak = value.whale_curve(profits), value.whale_peak(profits)
    assert curve["cumulative"].iloc[-1] == pytest.approx(sum(profits))
    assert peak["cumulative"] == pytest.approx(sum(profit for profit in profits if profit > 0))
    assert peak["cumulative"] - peak["lost"] == pytest.approx(sum(profits))
    assert curve["cumulative"].max() == pytest.approx(peak["cumulative"])


@examples
@given(PROFITS)
def test_the_top_hold_the_whole_less_what_the_others_hold(profits):
    assume(sum(profits) > 0)
    shares = value.pareto_share(profits, [0.2, 0.5, 1.0])
    assert shares.iloc[-1] == pytest.approx(1)
    # the top of a part is never worth less than the same part of all
    assert (shares.to_numpy() >= shares.index.to_numpy() - 1e-9).all()
