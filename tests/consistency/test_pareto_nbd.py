"""Pareto/NBD at its edges: it becomes the simpler model, says so, and still forecasts."""

import re

import numpy as np
import pandas as pd
import pytest

from crmlib.models import NBD, ParetoNBD, nbd, pareto_nbd
from crmlib.models.simulation import Simulation, simulate_with_lifetimes

WEEKS = 52.0


def never(n, random):
    return np.full(n, np.inf)


def alike(n, random):
    return random.exponential(30.0, n)


def at_once_or_never(n, random):
    return np.where(random.random(n) < 0.4, 1e-9, np.inf)


def at_once_or_slowly(n, random):
    slowly = random.exponential(1.0, n) / random.gamma(1.0, 1 / 400.0, n)
    return np.where(random.random(n) < 0.4, 1e-9, slowly)


def usual(n, random):
    return random.exponential(1.0, n) / random.gamma(0.9, 1 / 15.0, n)


def shop(seed: int, lifetimes, one_rate: bool = False) -> Simulation:
    """A shop of 1,200 customers, watched for a year; a second year is kept back."""
    random = np.random.default_rng(seed)
    n = 1200
    rates = np.full(n, 0.15) if one_rate else random.gamma(0.8, 1 / 8.0, n)
    shop = simulate_with_lifetimes(rates, lifetimes(n, random), WEEKS, WEEKS, random)
    shop.summary.attrs["unit"] = "W"
    return shop


EDGES = {
    "nobody leaves": ((0, never), {"no_dropout"}, 2),
    "one rate of leaving": ((2, alike), {"same_dropout"}, 3),
    "one rate of buying": ((0, usual, True), {"same_rate"}, 3),
    "one rate of each": ((3, alike, True), {"same_dropout", "same_rate"}, 2),
    "one rate of buying, nobody leaves": ((3, never, True), {"no_dropout", "same_rate"}, 1),
    "some leave at once, the others never": ((0, at_once_or_never), {"leave_at_once"}, 3),
}


@pytest.fixture(scope="module", params=EDGES)
def at_edge(request):
    arguments, codes, free = EDGES[request.param]
    simulated = shop(*arguments)
    return simulated, ParetoNBD(simulated.summary).fit(), codes, free


def test_a_fit_at_the_edge_says_which(at_edge):
    _simulated, fit, codes, free = at_edge
    assert {warning.code for warning in fit.warnings} == codes == set(fit.limit.codes)
    assert fit.limit.free_parameters == free
    assert fit.limit.llf == pytest.approx(fit.llf, rel=1e-12)
    assert fit.bse.notna().sum() == free
    shown = fit.summary()["estimate"]
    assert not shown.between(1e5, 1e300).any()
    assert all(str(warning) in repr(fit) for warning in fit.warnings)


def test_no_neighbouring_parameters_are_more_likely(at_edge):
    _simulated, fit, _codes, _free = at_edge
    random = np.random.default_rng(3)
    for size in (1e-3, 0.3):
        for _ in range(10):
            near = fit.params * np.exp(random.normal(0, size, 4))
            assert fit.model.loglike(near) <= fit.llf + 1e-6


def test_forecasts_at_the_edge_are_finite_and_right_in_total(at_edge):
    simulated, fit, _codes, _free = at_edge
    alive = fit.probability_alive()
    assert alive.between(0, 1).all()
    assert alive.mean() == pytest.approx(simulated.truth["alive"].mean(), abs=0.06)
    for weeks in (0.5, WEEKS, 5000.0):
        assert np.isfinite(fit.expected_purchases(weeks)).all()
    actual = simulated.summary["holdout_purchases"].sum()
    assert fit.expected_purchases(WEEKS).sum() == pytest.approx(actual, rel=0.15)
    value = fit.lifetime_value(20.0, margin=0.3, discount_rate_per_year=0.1, years=5)
    assert np.isfinite(value).all()
    assert (value >= 0).all()
    counts = np.arange(400)
    assert fit.probability_of(counts, WEEKS).sum() == pytest.approx(1, rel=1e-6)
    interval = fit.interval(lambda result: result.expected_purchases(WEEKS).sum())
    assert interval["lower"] < interval["estimate"] < interval["upper"]


def test_without_dropout_it_is_the_nbd(at_edge):
    simulated, fit, codes, _free = at_edge
    plain = NBD(simulated.summary).fit()
    if "no_dropout" in codes:
        assert fit.llf == pytest.approx(plain.llf, rel=1e-12)
        np.testing.assert_allclose(
            fit.expected_purchases(WEEKS), plain.expected_purchases(WEEKS), rtol=1e-5
        )
    else:
        assert fit.llf > plain.llf + 1


@pytest.mark.parametrize(("r", "alpha"), [(0.8, 8.0), (1e8, 1e9), (1e-4, 2.0)])
def test_formulas_without_dropout_are_nbd_s(r, alpha):
    x, tx, T = np.array([0, 2, 9]), np.array([0.0, 20, 38]), np.array([39.0, 39, 39])
    for s, beta in ((1e-10, 1e8), (1e-10, 10.0), (2.0, 1e12)):
        params = {"r": r, "alpha": alpha, "s": s, "beta": beta}
        for name, arguments in (
            ("probability_of", (x, T)),
            ("unconditional_purchases", (T,)),
            ("expected_purchases", (52.0, x, tx, T)),
            ("predictive_probability", (x, 52.0, x, tx, T)),
        ):
            np.testing.assert_allclose(
                getattr(pareto_nbd, name)(*arguments, **params),
                getattr(nbd, name)(*arguments, r=r, alpha=alpha),
                rtol=1e-6,
            )


def test_where_many_leave_at_once_the_higher_of_two_hills_is_found():
    # from the usual start a search ends on a hill some 30 lower, at one that says nobody leaves
    simulated = shop(0, at_once_or_slowly)
    fit = ParetoNBD(simulated.summary).fit()
    assert {warning.code for warning in fit.warnings} == {"some_leave_at_once"}
    share = re.search(r"By this fit (\d+)% of the customers", str(fit.warnings[0]))
    assert float(share[1]) == pytest.approx(40, abs=6)
    assert fit.llf > NBD(simulated.summary).fit().llf + 15
    assert fit.params["r"] == pytest.approx(0.8, rel=0.25)
    assert fit.survival(1.0) == pytest.approx(0.6, abs=0.06)


def test_a_healthy_fit_has_no_warnings():
    fit = ParetoNBD(shop(0, usual).summary).fit()
    assert fit.warnings == ()
    assert fit.limit is None
    assert fit.bse.notna().all()


def test_tiny_tables_neither_hang_nor_fail():
    columns = ["frequency", "recency", "T"]
    for rows in (
        [(1, 1.0, 2.0), (0, 0, 2)],
        [(1, 2.0, 2.0), (1, 2, 2)],
        [(1, 0.0, 5.0), (2, 0, 4), (0, 0, 3), (0, 0, 2)],
        [(10**6, 1.0, 2.0), (0, 0, 2), (3, 1, 2)],
        [(3, 20.0, 5000.0), (1, 4, 5000), (0, 0, 5000)],
    ):
        table = np.array(rows, dtype=float)
        fit = ParetoNBD(pd.DataFrame(table, columns=columns)).fit()
        assert fit.warnings
        assert fit.probability_alive().between(0, 1).all()
        assert np.isfinite(fit.expected_purchases(10.0)).all()
