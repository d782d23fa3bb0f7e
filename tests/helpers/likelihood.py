"""What property tests of every model need: positive parameters of any size, and slopes."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

examples = settings(derandomize=True, deadline=None, max_examples=60)


def powers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of every size between two, small ones as often as large ones."""
    return st.floats(np.log(low), np.log(high)).map(np.exp)


def slopes(model, params: dict[str, float]) -> dict[str, float]:
    """The slope of the log-likelihood in each parameter, by a small step up and down."""
    found = {}
    for name, value in params.items():
        step = value * 1e-5
        up, down = (model.loglike(params | {name: value + move}) for move in (step, -step))
        found[name] = (up - down) / (2 * step)
    return found


def assert_score_is_the_slope(model, params: dict[str, float]) -> None:
    """Fail where the score differs from the slope by more than rounding."""
    numeric = slopes(model, params)
    # differences of numbers as large as the log-likelihood carry its rounding
    rounding = abs(model.loglike(params)) * 1e-9
    for name, slope in model.score(params).items():
        assert slope == pytest.approx(numeric[name], rel=1e-5, abs=rounding / params[name])
