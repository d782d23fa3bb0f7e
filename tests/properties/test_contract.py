"""What holds for sBG, BdW and Geometric with any parameters and any table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.models import sbg
from tests.helpers.contracts import MODELS, MODULES, fitted, lifetimes, seen, simulated, staggered
from tests.helpers.likelihood import examples, powers, slopes

USUAL = {
    "sBG": {"alpha": powers(0.05, 30), "beta": powers(0.05, 100)},
    "BdW": {"alpha": powers(0.05, 30), "beta": powers(0.05, 100), "c": powers(0.3, 3)},
    "Geometric": {"churn_probability": st.floats(0.01, 0.99)},
}
# as far as a fit may go: the stand-ins for 0 and infinity at an edge
EXTREME = {
    "sBG": {"alpha": powers(1e-10, 1e8), "beta": powers(1e-10, 1e13)},
    "BdW": {"alpha": powers(1e-10, 1e8), "beta": powers(1e-10, 1e13), "c": powers(0.02, 20)},
    "Geometric": {"churn_probability": powers(1e-9, 0.999999)},
}


def laws(of: dict) -> st.SearchStrategy:
    """A model with its parameters."""
    return st.one_of(
        *(st.tuples(st.just(name), st.fixed_dictionaries(of[name])) for name in MODELS)
    )


@st.composite
def tables(draw) -> pd.DataFrame:
    rows = draw(st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=12))
    tenure, churned = zip((3, True), (4, False), *rows, strict=True)
    return lifetimes(tenure, np.array(churned) & (np.array(tenure) > 0))


@examples
@given(laws(USUAL), tables())
def test_score_is_the_slope_of_the_log_likelihood(law, table):
    name, params = law
    model = MODELS[name](table)
    numeric = slopes(model, params)
    rounding = (1 + abs(model.loglike(params))) * 1e-9
    for parameter, slope in model.score(params).items():
        nearly = rounding / params[parameter]
        assert slope == pytest.approx(numeric[parameter], rel=1e-5, abs=nearly)


@examples
@given(laws(USUAL), tables(), st.integers(0, 10**6))
def test_score_is_the_slope_also_in_the_coefficients(law, table, seed):
    name, params = law
    values = np.random.default_rng(seed).normal(size=(len(table), 1))
    model = MODELS[name](table.assign(age=values), churn_covariates="age")
    place = params | {"churn_age": 0.4}
    numeric = slopes(model, place)
    rounding = (1 + abs(model.loglike(place))) * 1e-8
    for parameter, slope in model.score(place).items():
        nearly = rounding / place[parameter]
        assert slope == pytest.approx(numeric[parameter], rel=1e-5, abs=nearly)


@examples
@given(laws(EXTREME), tables())
def test_the_log_likelihood_is_finite_and_below_zero_everywhere(law, table):
    name, params = law
    model = MODELS[name](table)
    assert np.isfinite(model.loglike(params))
    assert model.loglike(params) <= 1e-9
    assert np.isfinite(model.score(params)).all()


@examples
@given(laws(EXTREME))
def test_survival_falls_from_one(law):
    name, params = law
    survival = MODULES[name].survival(np.arange(300), **params)
    assert survival[0] == 1
    assert (survival >= 0).all()
    assert (np.diff(survival) <= 1e-15).all()


@examples
@given(laws(EXTREME))
def test_leaving_and_staying_add_up(law):
    name, params = law
    module, t = MODULES[name], np.arange(1, 200)
    leaves, stays = module.probability_of(t, **params), module.survival(t[-1], **params)
    assert ((leaves >= 0) & (leaves <= 1)).all()
    assert leaves.sum() + stays == pytest.approx(1, rel=1e-6)
    rates = module.retention_rate(t, **params)
    assert ((rates >= 0) & (rates <= 1)).all()
    before = module.survival(t - 1, **params)
    np.testing.assert_allclose(before * (1 - rates), leaves, rtol=1e-6, atol=1e-9)


@examples
@given(st.fixed_dictionaries(EXTREME["sBG"]))
def test_cohort_retention_never_falls_under_sbg(params):
    rates = sbg.retention_rate(np.arange(1, 100), **params)
    assert (np.diff(rates) >= 0).all()


@examples
@given(laws(EXTREME), st.integers(0, 50), powers(1e-6, 0.9))
def test_residual_lifetimes_keep_their_recursion(law, tenure, discount_rate):
    # who renews at the next renewal is worth it, and what comes after, a period later
    name, params = law
    module = MODULES[name]
    now, later = module.expected_residual_lifetime(
        np.array([tenure, tenure + 1]), discount_rate, **params
    )
    rate = float(module.retention_rate(tenure + 1, **params))
    assert 0 <= now <= (1 + discount_rate) / discount_rate * (1 + 1e-9)
    assert now == pytest.approx(rate * (1 + later / (1 + discount_rate)), rel=1e-6, abs=1e-12)


@examples
@given(laws(EXTREME))
def test_lifetimes_are_one_period_or_more(law):
    name, params = law
    lifetime = float(MODULES[name].expected_lifetime(**params))
    assert lifetime >= 1
    endless = params.get("alpha", 2) * params.get("c", 1) <= 1 and name != "Geometric"
    assert np.isinf(lifetime) == endless


@examples
@given(laws(USUAL), tables(), st.data())
def test_a_count_stands_for_repeated_rows(law, table, data):
    name, params = law
    counts = data.draw(st.lists(st.integers(1, 9), min_size=len(table), max_size=len(table)))
    counted = MODELS[name](table.assign(customers=counts), count="customers")
    repeated = MODELS[name](table.loc[table.index.repeat(counts)])
    assert counted.nobs == repeated.nobs == sum(counts)
    assert counted.loglike(params) == pytest.approx(repeated.loglike(params), rel=1e-10)
    np.testing.assert_allclose(counted.score(params), repeated.score(params), rtol=1e-8, atol=1e-8)


# The same of whole fits


@pytest.mark.parametrize("model", MODELS)
def test_neither_order_nor_counting_nor_scale_changes_a_fit(model):
    fit, table = fitted(model), seen("High End")
    repeated = table.loc[table.index.repeat(table["count"].round().astype(int))]
    mixed = MODELS[model](repeated.sample(frac=1, random_state=3)).fit()
    np.testing.assert_allclose(mixed.params, fit.params, rtol=1e-5)
    np.testing.assert_allclose(mixed.bse, fit.bse, rtol=1e-4)
    assert mixed.llf == pytest.approx(fit.llf, rel=1e-10)
    # a hundred times as many customers: the same estimates, a tenth of the standard errors
    many = MODELS[model](table.assign(count=table["count"] * 100), count="count").fit()
    np.testing.assert_allclose(many.params, fit.params, rtol=1e-5)
    np.testing.assert_allclose(many.bse, fit.bse / 10, rtol=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_who_has_not_come_to_a_renewal_says_nothing(model):
    fit, table = fitted(model), seen("High End")
    new = lifetimes([0], [False], count=[500.0])
    more = MODELS[model](pd.concat([table, new]), count="count").fit()
    np.testing.assert_allclose(more.params, fit.params, rtol=1e-6)
    assert more.llf == pytest.approx(fit.llf, rel=1e-10)
    assert more.nobs == fit.nobs + 500


@pytest.mark.parametrize("model", MODELS)
def test_no_neighbouring_parameters_are_more_likely(model):
    law = {"alpha": 0.7, "beta": 3.0}
    fit = MODELS[model](simulated("sBG", 4000, 5, staggered(4000), **law)).fit()
    random = np.random.default_rng(3)
    for size in (1e-3, 1e-2, 0.3):
        for _ in range(20):
            place = fit.model._to_search(fit.params.to_numpy())
            near = fit.model._to_params(place + random.normal(0, size, len(place)))
            assert fit.model.loglike(near) < fit.llf


@pytest.mark.parametrize("model", MODELS)
def test_half_periods_are_another_unit_when_churn_is_rare(model):
    # where churn per renewal is small, twice as many renewals half as risky are the same law
    law = {"alpha": 2.0, "beta": 2000.0}
    table = simulated("sBG", 20_000, 5, 100 + 10 * staggered(20_000, 60), **law)
    fit = MODELS[model](table).fit()
    finer = MODELS[model](table.assign(tenure=2 * table["tenure"])).fit()
    months = np.array([10, 200, 900])
    np.testing.assert_allclose(finer.survival(2 * months), fit.survival(months), rtol=5e-3)
