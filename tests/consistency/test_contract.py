"""Models of contracts agree with their special cases, and say when they are at an edge."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import SBG, BdW, Geometric, bdw, geometric, sbg
from tests.helpers.contracts import (
    LAWS,
    MODELS,
    MODULES,
    fitted,
    lifetimes,
    seen,
    simulated,
    staggered,
)

MANY = 1e8


# Special cases


def same_answers(one, law: dict, other, other_law: dict, rtol: float) -> None:
    """Assert that two modules answer alike, from the first renewal to the hundredth."""
    t, tenure = np.arange(1, 101), np.array([0, 5, 30])
    for quantity in ("survival", "retention_rate", "probability_of"):
        found = getattr(one, quantity)(t, **law)
        expected = getattr(other, quantity)(t, **other_law)
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-30)
    for rate in (0.0, 0.01, 0.2):
        found = one.expected_residual_lifetime(tenure, rate, **law)
        expected = other.expected_residual_lifetime(tenure, rate, **other_law)
        np.testing.assert_allclose(found, expected, rtol=rtol)
    assert one.expected_lifetime(**law) == pytest.approx(other.expected_lifetime(**other_law), rtol)


@pytest.mark.parametrize("alpha", [0.7, 1.8, 40.0])
def test_bdw_with_c_1_is_sbg(alpha):
    law = {"alpha": alpha, "beta": 3.0}
    same_answers(bdw, law | {"c": 1.0}, sbg, law, rtol=1e-9)
    for cohort in ("Regular", "High End"):
        one, other = (model(seen(cohort), count="count") for model in (BdW, SBG))
        assert one.loglike(law | {"c": 1.0}) == pytest.approx(other.loglike(law), rel=1e-12)


@pytest.mark.parametrize("churn", [0.001, 0.2, 0.9])
def test_sbg_of_customers_who_are_all_the_same_is_geometric(churn):
    law = {"alpha": MANY, "beta": MANY * (1 - churn) / churn}
    same_answers(sbg, law, geometric, {"churn_probability": churn}, rtol=1e-4)
    one, other = (model(seen("High End"), count="count") for model in (SBG, Geometric))
    expected = other.loglike({"churn_probability": churn})
    assert one.loglike(law) == pytest.approx(expected, rel=1e-6)


def test_bdw_of_customers_who_are_all_the_same_is_discrete_weibull():
    churn, c, t = 0.05, 1.7, np.arange(40)
    law = {"alpha": MANY, "beta": MANY * (1 - churn) / churn, "c": c}
    np.testing.assert_allclose(bdw.survival(t, **law), (1 - churn) ** (t**c), rtol=1e-4)


def test_sbg_of_two_kinds_loses_one_kind_at_once():
    law = {"alpha": 3e-10, "beta": 7e-10}
    np.testing.assert_allclose(sbg.survival([0, 1, 2, 500], **law), [1, 0.7, 0.7, 0.7], rtol=1e-6)


# A result answers as the formulas do


@pytest.mark.parametrize("model", MODELS)
def test_a_result_uses_its_own_estimates(model):
    fit, module, t = fitted(model), MODULES[model], np.arange(1, 15)
    for quantity in ("survival", "retention_rate", "probability_of"):
        expected = getattr(module, quantity)(t, **fit.params)
        np.testing.assert_allclose(getattr(fit, quantity)(t), expected, rtol=1e-12)
    assert fit.expected_lifetime() == module.expected_lifetime(**fit.params)
    residual = fit.expected_residual_lifetime(0.1, tenure=[0, 3])
    expected = module.expected_residual_lifetime([0, 3], 0.1, **fit.params)
    np.testing.assert_allclose(residual, expected, rtol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_each_customer_is_asked_about_from_where_he_stands(model):
    fit = fitted(model)
    table = lifetimes([2, 5, 0, 5], [False, True, False, False]).set_axis(list("abcd"))
    for question in (
        lambda **who: fit.expected_residual_lifetime(0.1, **who),
        lambda **who: fit.lifetime_value(20.0, discount_rate=0.1, per="year", **who),
        lambda **who: fit.lifetime_value(
            20.0, discount_rate=0.1, per="year", periods=5, first_margin=False, **who
        ),
    ):
        found = question(customers=table)
        assert list(found.index) == list("abcd")
        assert found["b"] == 0
        expected = question(tenure=[2, 0, 5])
        np.testing.assert_allclose(found[["a", "c", "d"]], expected, rtol=1e-12)
    own = fit.lifetime_value(20.0, discount_rate=0.1, per="period")
    assert own.index.equals(seen("High End").index)
    assert ((own > 0) == ~seen("High End")["churned"]).all()
    assert own.name == "lifetime_value"


def test_margins_are_matched_to_customers_by_their_index():
    fit = fitted("sBG")
    table = lifetimes([2, 5, 0], [False, False, False]).set_axis(list("abc"))
    margins = pd.Series({"c": 30.0, "a": 10.0, "b": 0.0})
    terms = {"discount_rate": 0.0, "per": "period", "customers": table}
    value = fit.lifetime_value(margins, periods=5, **terms)
    each = fit.lifetime_value(1.0, periods=5, **terms)
    pd.testing.assert_series_equal(value, (each * margins[table.index]).rename("lifetime_value"))
    # for ever and without discount the published cohort is worth infinitely much: but not at 0
    assert fit.lifetime_value(margins, **terms).to_dict() == {"a": np.inf, "b": 0, "c": np.inf}
    with pytest.raises(ValueError, match="margin_per_period has no value for 1 customers"):
        fit.lifetime_value(margins.drop("a"), periods=5, **terms)


@pytest.mark.parametrize("model", MODELS)
def test_covariates_give_each_customer_a_law_of_his_own(model):
    n = 4000
    club = np.arange(n) // 12 % 2
    table = simulated(model, n, 5, staggered(n), **LAWS[model]).assign(club=club)
    fit = MODELS[model](table, churn_covariates="club").fit()
    both = pd.DataFrame({"club": [0, 1]}, index=["out", "in"])
    by_customer = fit.model.parameters_of(fit.params.to_numpy(), both)
    for place, name in enumerate(both.index):
        law = {key: np.broadcast_to(value, 2)[place] for key, value in by_customer.items()}
        module = MODULES[model]
        assert fit.survival(4, both)[name] == pytest.approx(module.survival(4, **law), rel=1e-12)
        found = fit.expected_residual_lifetime(0.1, tenure=3, customers=both)[name]
        expected = module.expected_residual_lifetime(3, 0.1, **law)
        assert found == pytest.approx(expected, rel=1e-12)
        terms = {"discount_rate": 0.1, "per": "period", "tenure": 3, "periods": 2}
        value = fit.lifetime_value(10.0, customers=both, **terms)[name]
        second = module.survival(4, **law) / module.survival(3, **law) / 1.1
        assert value == pytest.approx(10 * (1 + second), rel=1e-12)
    own = fit.expected_residual_lifetime(0.1)
    there = table.index[~table["churned"]][:5]
    for customer in there:
        expected = fit.expected_residual_lifetime(
            0.1, tenure=table.loc[[customer], "tenure"], customers=table.loc[[customer]]
        )
        assert own[customer] == pytest.approx(expected[customer], rel=1e-12)
    assert fit.simulate(10, seed=1, periods=3).summary["tenure"].between(1, 3).all()


@pytest.mark.parametrize("model", MODELS)
def test_intervals_and_bootstrap_agree(model):
    fit = fitted(model)
    draws = fit.bootstrap(80, seed=4)
    for question in (("survival", 12), ("expected_residual_lifetime", 0.1)):
        options = {} if question[0] == "survival" else {"tenure": 7}
        delta = fit.interval(*question, **options)
        drawn = fit.interval(*question, draws=draws, **options)
        assert delta["lower"] < delta["estimate"] < delta["upper"]
        assert delta["standard_error"] == pytest.approx(drawn["standard_error"], rel=0.25)
        assert delta["lower"] == pytest.approx(drawn["lower"], rel=0.05)
        assert delta["upper"] == pytest.approx(drawn["upper"], rel=0.05)


def test_an_interval_of_a_chance_to_leave_stays_between_0_and_1():
    for churned in ([1, 0, 0, 0], [1, 1, 1, 0]):
        fit = Geometric(lifetimes([1, 1, 1, 1], churned)).fit()
        lower, upper = fit.conf_int(0.001).loc["churn_probability"]
        assert 0 < lower < fit.params["churn_probability"] < upper < 1
        assert fit.interval("survival", 1)["lower"] > 0
        assert fit.interval("survival", 1)["upper"] < 1


def test_a_result_simulates_its_own_customers():
    fit = fitted("BdW")
    again = fit.simulate(20_000, seed=5)
    assert again.summary["periods"].eq(7).all()
    left = again.summary["churned"].mean()
    assert left == pytest.approx(1 - fit.survival(7), abs=4 * np.sqrt(0.25 / 20_000))
    assert again.summary.equals(fit.simulate(20_000, seed=5).summary)


def test_a_result_shows_its_numbers():
    text = repr(fitted("sBG"))
    for part in ("sBG", "1,000 customers", "-1,611.16", "0.6681", "3.8061"):
        assert part in text
    assert "<table" in fitted("Geometric")._repr_html_()


# At the edge


def two_kinds() -> pd.DataFrame:
    """Some left at the first renewal, and nobody afterwards."""
    return lifetimes([1, 1, 2, 3, 6, 9], [1, 0, 0, 0, 0, 0], count=[300.0, 50, 70, 80, 100, 100])


def alike(churn: float, seed: int, n: int = 6000) -> pd.DataFrame:
    """Customers with one chance to leave for all."""
    return simulated("Geometric", n, seed, staggered(n), churn_probability=churn)


def weibull(c: float, seed: int) -> pd.DataFrame:
    """Customers who are all the same, and whose chance to leave rises with tenure."""
    return simulated("BdW", 6000, seed, staggered(6000), alpha=1e8, beta=3e9, c=c)


def falling_retention() -> pd.DataFrame:
    return lifetimes([1, 2, 3, 4, 4], [1, 1, 1, 1, 0], count=[100.0, 200, 300, 400, 100])


def fixed_term() -> pd.DataFrame:
    return lifetimes([5, 5, 3], [1, 0, 0], count=[300.0, 10, 40])


EDGES = {
    "sBG, all alike": ("sBG", lambda: alike(0.2, 1), ("same_churn",)),
    "sBG, all alike, rarely": ("sBG", lambda: alike(0.003, 2, 30_000), ("same_churn",)),
    "sBG, falling retention": ("sBG", falling_retention, ("same_churn",)),
    "sBG, two kinds": ("sBG", two_kinds, ("two_kinds",)),
    "BdW, all alike": ("BdW", lambda: alike(0.2, 1), ("same_churn",)),
    "BdW, discrete Weibull": ("BdW", lambda: weibull(1.8, 3), ("same_churn",)),
    "BdW, falling retention": ("BdW", falling_retention, ("same_churn",)),
    "BdW, two kinds": ("BdW", two_kinds, ("two_kinds",)),
    "BdW, fixed term": ("BdW", fixed_term, ("same_churn", "fixed_term")),
}


def at_edge(name: str):
    """Return the fit of one of the edges."""
    model, table, _codes = EDGES[name]
    data = table()
    return MODELS[model](data, count="count" if "count" in data else None).fit()


@pytest.mark.parametrize("name", EDGES)
def test_a_fit_at_the_edge_says_so_and_still_forecasts(name):
    codes, fit = EDGES[name][2], at_edge(name)
    assert fit.limit.codes == codes
    told = [warning.code for warning in fit.warnings]
    assert [code for code in told if code not in ("flat", "not_converged")] == list(codes)
    assert all(str(warning) in repr(fit) for warning in fit.warnings)
    assert f"log-likelihood {fit.limit.llf:,.2f}" in str(fit.warnings[0])
    assert fit.limit.llf == pytest.approx(fit.llf, abs=1e-6)
    assert fit.limit.aic < fit.aic
    t = np.arange(1, 200)
    for quantity in (fit.survival(t), fit.retention_rate(t), fit.probability_of(t)):
        assert ((quantity >= 0) & (quantity <= 1)).all()
    value = fit.lifetime_value(20.0, discount_rate=0.1, per="period")
    assert np.isfinite(value).all()
    assert (value >= 0).all()
    found = fit.interval("survival", 4)
    assert 0 < found["lower"] <= found["estimate"] <= found["upper"] < 1 or found["estimate"] == 1
    assert fit.simulate(50, seed=1).summary["tenure"].ge(1).all()


@pytest.mark.parametrize("name", ["sBG, all alike", "sBG, all alike, rarely"])
def test_sbg_at_the_edge_is_as_likely_as_geometric(name):
    fit = at_edge(name)
    yardstick = Geometric(EDGES[name][1]()).fit()
    assert fit.limit.llf == pytest.approx(yardstick.llf, rel=1e-7)
    assert fit.limit.free_parameters == 1
    assert fit.limit.aic == pytest.approx(yardstick.aic, rel=1e-7)
    ratio = fit.summary().loc["alpha / (alpha + beta)"]
    of_geometric = yardstick.summary().loc["churn_probability"]
    np.testing.assert_allclose(ratio[:2], of_geometric[:2], rtol=1e-4)
    assert np.isinf(fit.summary().loc[["alpha", "beta"], "estimate"]).all()
    assert fit.bse["alpha"] != fit.bse["alpha"]
    assert f"{ratio['estimate']:.1%} at each renewal" in str(fit.warnings[0])


def test_bdw_at_the_edge_finds_the_discrete_weibull():
    fit = at_edge("BdW, discrete Weibull")
    assert fit.params["c"] == pytest.approx(1.8, abs=4 * fit.bse["c"])
    mean = fit.summary().loc["alpha / (alpha + beta)"]
    assert mean["lower"] < 1 / 31 < mean["upper"]


def test_two_kinds_are_counted():
    fit = at_edge("sBG, two kinds")
    share = fit.summary().loc["alpha / (alpha + beta)"]
    assert share["estimate"] == pytest.approx(300 / 700, rel=1e-6)
    assert fit.survival(50) == pytest.approx(400 / 700, rel=1e-6)
    # 300 of 700 left at once, and then nobody: a coin tossed 700 times
    assert fit.llf == pytest.approx(300 * np.log(3 / 7) + 400 * np.log(4 / 7), rel=1e-9)
    assert "42.9%" in str(fit.warnings[0])


@pytest.mark.parametrize("model", MODELS)
def test_a_healthy_fit_has_no_warnings(model):
    fit = MODELS[model](simulated("BdW", 5000, 3, staggered(5000), **LAWS["BdW"])).fit()
    for result in (fit, fitted(model)):
        assert result.warnings == ()
        assert result.limit is None
        assert result.bse.notna().all()


def test_a_long_flat_ridge_is_climbed_to_its_top():
    # customers nearly alike: α and β could be twice as large at almost no cost
    fit = SBG(alike(0.95, 2)).fit()
    assert fit.warnings == ()
    assert fit.bse["alpha"] > 2 * fit.params["alpha"]
    assert np.abs(fit.model.score(fit.params) * fit.params).max() < 1e-4


SHORT = "one left, one stayed"
TINY = {
    SHORT: lifetimes([1, 2], [1, 0]),
    "at the third renewal": lifetimes([3, 3], [1, 0]),
    "one a period": lifetimes([1, 2, 3], [1, 1, 1]),
    "all at the third": lifetimes([3, 3], [1, 1]),
    "a million renewals": lifetimes([10**6, 10**5, 3, 10], [1, 0, 1, 0]),
    "a few of millions": lifetimes([1, 5, 5], [1, 1, 0], count=[3.0, 1.0, 1e7]),
    "a share of a customer": lifetimes([1, 3, 4], [1, 1, 0], count=[0.2, 0.1, 0.7]),
}


@pytest.mark.parametrize(
    ("model", "name"),
    # BdW needs three renewals
    [(model, name) for model in MODELS for name in TINY if (model, name) != ("BdW", SHORT)],
)
def test_small_and_strange_tables_neither_hang_nor_fail(model, name):
    table = TINY[name]
    fit = MODELS[model](table, count="count" if "count" in table else None).fit()
    assert np.isfinite(fit.llf)
    t = np.arange(0, 50)
    assert ((fit.survival(t) >= 0) & (fit.survival(t) <= 1)).all()
    assert np.isfinite(fit.expected_residual_lifetime(0.1, tenure=t)).all()


@pytest.mark.parametrize("model", MODELS)
def test_a_fit_leaves_its_table_alone_and_can_be_repeated(model):
    table = seen("Regular").copy()
    one, two = (MODELS[model](table, count="count").fit() for _ in range(2))
    pd.testing.assert_frame_equal(table, seen("Regular"))
    assert one.params.equals(two.params)
    assert one.llf == two.llf
