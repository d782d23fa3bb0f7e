"""Differences of log-gamma functions against exact products and sums."""

import math

import numpy as np
import pytest

from crmlib.models import numerics

SIZES = [1e-10, 1e-3, 0.5, 7.0, 49.9, 50.1, 300.0, 1e5, 1e8, 1e15]
STEPS = [0, 1, 2, 10, 250]


@pytest.mark.parametrize("a", SIZES)
@pytest.mark.parametrize("k", STEPS)
def test_log_rising_is_the_log_of_the_product(a, k):
    exact = math.fsum(math.log(a + i) for i in range(k))
    assert numerics.log_rising(a, k) == pytest.approx(exact, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("a", SIZES)
@pytest.mark.parametrize("k", STEPS)
def test_digamma_rise_is_the_sum_of_inverses(a, k):
    exact = math.fsum(1 / (a + i) for i in range(k))
    assert numerics.digamma_rise(a, k) == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize("a", [0.5, 7.0, 300.0])
def test_trigamma_rise_is_the_sum_of_inverse_squares(a):
    exact = -math.fsum(1 / (a + i) ** 2 for i in range(20))
    assert numerics.trigamma_rise(a, 20) == pytest.approx(exact, rel=1e-9)


def test_log_beta_ratio_of_equal_coins_is_a_power():
    # everybody's coin is the same, 0.2: the chance of 3 heads and 5 tails in a row
    found = numerics.log_beta_ratio(2e14, 8e14, 3, 5)
    assert found == pytest.approx(3 * np.log(0.2) + 5 * np.log(0.8), rel=1e-12)
    # plain differences of log-beta functions lose everything here
    from scipy.special import betaln

    plain = betaln(2e14 + 3, 8e14 + 5) - betaln(2e14, 8e14)
    assert abs(plain / found - 1) > 1e-3


def test_arrays_of_small_and_large_sizes_are_each_computed_well():
    a = np.array([0.5, 1e12])
    np.testing.assert_allclose(
        numerics.log_rising(a, 3), [np.log(0.5 * 1.5 * 2.5), 3 * np.log(1e12)], rtol=1e-12
    )
