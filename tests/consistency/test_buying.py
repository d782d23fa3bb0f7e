"""Every model of buying: its formulas agree with shops simulated by its own story.

Nothing here uses a formula twice: the shops are made purchase by purchase.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate

from crmlib import models
from crmlib.models import bgnbd, mbgnbd, nbd, pareto_nbd
from tests.helpers.shops import histories

COINS = {"r": 1.6, "alpha": 8.0, "a": 1.4, "b": 3.0}
SHOPS = {
    "NBD": (models.NBD, nbd, {"r": 0.9, "alpha": 8.0}),
    "BG/NBD": (models.BGNBD, bgnbd, COINS),
    "MBG/NBD": (models.MBGNBD, mbgnbd, COINS),
    "Pareto/NBD": (
        models.ParetoNBD,
        pareto_nbd,
        {"r": 1.6, "alpha": 8.0, "s": 1.5, "beta": 40.0},
    ),
}
CUSTOMERS, T, AHEAD = 60_000, 30.0, 20.0


@pytest.fixture(scope="module", params=SHOPS)
def shop(request):
    """A model, its truth, a simulated shop, and the result that the truth would be."""
    model, module, truth = SHOPS[request.param]
    simulated = module.simulate(CUSTOMERS, 11, T=T, holdout=AHEAD, **truth)
    fit = model(simulated.summary.head(2000)).fit().at(np.array(list(truth.values())))
    return fit, simulated


def close_to_share(found, share, n):
    """Whether a share found among n lies within four of its standard errors."""
    return np.abs(found - share) <= 4 * np.sqrt(share * (1 - share) / n) + 1e-12


def test_counts_come_as_often_as_the_model_says(shop):
    fit, simulated = shop
    counts = np.bincount(simulated.summary["frequency"], minlength=12)[:12] / CUSTOMERS
    assert close_to_share(counts, fit.probability_of(np.arange(12), T), CUSTOMERS).all()


def test_probabilities_of_all_counts_sum_to_one(shop):
    fit, _simulated = shop
    for t in (0.0, 1.0, 50.0):
        assert fit.probability_of(np.arange(3000), t).sum() == pytest.approx(1, rel=1e-6)


def test_the_mean_count_is_the_unconditional_expectation(shop):
    fit, simulated = shop
    counts = simulated.summary["frequency"]
    error = counts.std() / np.sqrt(CUSTOMERS)
    assert fit.unconditional_purchases(T) == pytest.approx(counts.mean(), abs=4 * error)
    everything = np.arange(3000)
    by_counts = everything @ fit.probability_of(everything, T)
    assert fit.unconditional_purchases(T) == pytest.approx(by_counts, rel=1e-6)


def test_as_many_stay_as_the_survival_says(shop):
    fit, simulated = shop
    alive = simulated.truth["alive"].mean()
    assert close_to_share(alive, fit.survival(T), CUSTOMERS)
    assert fit.survival(np.array([0.0, 5.0, 500.0]))[0] <= 1
    assert (np.diff(fit.survival(np.linspace(0, 500, 50))) <= 1e-15).all()
    expected = fit.survival(6.0) / fit.survival(5.0)
    assert fit.retention_rate(6.0) == pytest.approx(expected, rel=1e-12)


def test_probability_alive_is_calibrated(shop):
    fit, simulated = shop
    summary, alive = simulated.summary, simulated.truth["alive"]
    stated = fit.probability_alive(summary)
    for _band, rows in stated.groupby((stated * 8).astype(int)):
        truly = alive[rows.index].mean()
        assert close_to_share(truly, min(rows.mean(), 1.0), len(rows))


def test_what_customers_do_next_is_what_was_expected_of_them(shop):
    fit, simulated = shop
    summary = simulated.summary
    expected = fit.expected_purchases(AHEAD, summary)
    for _count, rows in summary.groupby(summary["frequency"].clip(upper=8)):
        bought = rows["holdout_purchases"]
        error = bought.std() / np.sqrt(len(rows))
        assert expected[rows.index].mean() == pytest.approx(bought.mean(), abs=4 * error + 1e-9)


def test_predictive_probabilities_are_calibrated_and_sum_to_one(shop):
    fit, simulated = shop
    summary = simulated.summary
    for y in (0, 1, 3):
        stated = fit.predictive_probability(y, AHEAD, summary)
        for _count, rows in summary.groupby(summary["frequency"].clip(upper=4)):
            found = (rows["holdout_purchases"] == y).mean()
            assert close_to_share(found, stated[rows.index].mean(), len(rows))
    few = summary.head(20)
    counts = np.arange(400)
    table = np.array([fit.predictive_probability(y, AHEAD, few) for y in counts])
    np.testing.assert_allclose(table.sum(axis=0), 1, rtol=1e-6)
    np.testing.assert_allclose(counts @ table, fit.expected_purchases(AHEAD, few), rtol=1e-6)


HISTORIES = histories([0, 1, 6], [0.0, 4.0, 29.0], [30.0, 30.0, 30.0])
HISTORIES.attrs["unit"] = "W"


def test_residual_lifetimes_add_up_the_chances_to_be_alive(shop):
    fit, _simulated = shop
    formulas, params = fit.model.formulas, fit.params.to_dict()
    rate = np.log(1.1)
    alive = fit.probability_alive(HISTORIES)
    found = fit.expected_residual_lifetime(0.1, per="unit", summary=HISTORIES)
    for place, row in enumerate(HISTORIES.itertuples(index=False)):
        history = (row.frequency, row.recency, row.T)
        total, _error = integrate.quad(
            lambda t, h=history: formulas.survival_if_alive(t, *h, **params) * np.exp(-rate * t),
            *(0, 400),
            epsabs=1e-11,
            limit=200,
        )
        assert found[place] == pytest.approx(alive[place] * total, rel=1e-6)


def test_a_year_and_its_weeks_are_the_same_discount(shop):
    fit, _simulated = shop
    weekly = 1.1 ** (7 / 365.25) - 1
    by_year = fit.expected_residual_lifetime(0.1, per="year", summary=HISTORIES)
    by_week = fit.expected_residual_lifetime(weekly, per="week", summary=HISTORIES)
    pd.testing.assert_series_equal(by_year, by_week, rtol=1e-9)


def test_all_future_purchases_are_the_sum_over_a_long_horizon(shop):
    fit, _simulated = shop
    rate, weekly = np.log(1.1), 0.01
    weeks = np.arange(0, 250, weekly)
    steps = np.diff([fit.expected_purchases(t, HISTORIES) for t in weeks[::50]], axis=0)
    middle = (weeks[::50][1:] + weeks[::50][:-1]) / 2
    total = np.exp(-rate * middle) @ steps
    found = fit.expected_residual_purchases(0.1, per="unit", summary=HISTORIES)
    np.testing.assert_allclose(found, total, rtol=2e-3)


def test_lifetime_value_without_horizon_is_that_of_a_very_long_one(shop):
    fit, _simulated = shop
    terms = {"margin": 0.3, "discount_rate_per_year": 0.2, "summary": HISTORIES}
    for_ever = fit.lifetime_value(25.0, years=np.inf, **terms)
    long = fit.lifetime_value(25.0, years=80, **terms)
    np.testing.assert_allclose(for_ever, long, rtol=1e-3)
    with pytest.raises(ValueError, match="Without a discount rate"):
        fit.lifetime_value(
            25.0, years=np.inf, margin=0.3, discount_rate_per_year=0.0, summary=HISTORIES
        )


def test_mean_lifetimes_are_finite_exactly_where_they_exist(shop):
    fit, simulated = shop
    if fit.model.title == "NBD":
        assert fit.expected_lifetime() == np.inf
        return
    until = np.concatenate([[0.0], np.geomspace(1e-3, 1e7, 4000)])
    by_survival = integrate.trapezoid(fit.survival(until), until)
    assert fit.expected_lifetime() == pytest.approx(by_survival, rel=0.02)
    infinite = fit.at(np.array([0.9, 8.0, 0.9, 3.0]))
    assert infinite.expected_lifetime() == np.inf
    assert (infinite.expected_residual_lifetime(summary=HISTORIES) == np.inf).all()
    discounted = infinite.expected_residual_lifetime(0.1, summary=HISTORIES)
    assert np.isfinite(discounted).all()
    del simulated


@pytest.mark.parametrize("name", SHOPS)
def test_the_unit_of_time_changes_only_the_scale_parameters(name):
    model, module, truth = SHOPS[name]
    weeks = module.simulate(1500, 3, T=np.linspace(20, 50, 1500), **truth).summary
    days = weeks.assign(recency=weeks["recency"] * 7, T=weeks["T"] * 7)
    first, second = model(weeks).fit(), model(days).fit()
    scale = [7.0 if name in model.scale_parameters else 1.0 for name in first.params.index]
    np.testing.assert_allclose(second.params, first.params * scale, rtol=1e-5)
    np.testing.assert_allclose(second.bse, first.bse * scale, rtol=1e-3)
    # a density per day instead of per week, for each repeat purchase
    assert second.llf == pytest.approx(first.llf - weeks["frequency"].sum() * np.log(7), rel=1e-9)
    np.testing.assert_allclose(
        second.expected_purchases(70), first.expected_purchases(10), rtol=1e-5
    )


@pytest.mark.parametrize("name", SHOPS)
def test_counted_rows_are_as_good_as_repeated_ones(name):
    model, module, truth = SHOPS[name]
    summary = module.simulate(2000, 4, T=30.0, **truth).summary.round({"recency": 0})
    summary = summary[["frequency", "recency", "T"]]
    counted = summary.value_counts().reset_index()
    one_each, by_count = model(summary).fit(), model(counted, count="count").fit()
    assert by_count.nobs == one_each.nobs == 2000
    assert by_count.llf == pytest.approx(one_each.llf, rel=1e-12)
    assert by_count.bic == pytest.approx(one_each.bic, rel=1e-12)
    np.testing.assert_allclose(by_count.params, one_each.params, rtol=1e-6)
    np.testing.assert_allclose(by_count.bse, one_each.bse, rtol=1e-5)


@pytest.mark.parametrize("name", SHOPS)
def test_a_fit_can_be_simulated_again(name):
    model, module, truth = SHOPS[name]
    fit = model(module.simulate(3000, 5, T=30.0, **truth).summary).fit()
    again = fit.simulate(20_000, 6, T=30.0)
    mean = again.summary["frequency"].mean()
    error = again.summary["frequency"].std() / np.sqrt(20_000)
    assert mean == pytest.approx(fit.unconditional_purchases(30.0), abs=4 * error)


# Covariates: what is known of a customer moves the rate of buying and the chance to leave

EFFECTS = {"buying_club": 0.5, "buying_age": -0.02, "dropout_club": -0.8}


def with_covariates(model, module, truth, n, seed):
    random = np.random.default_rng(seed)
    club = random.integers(0, 2, n)
    age = random.normal(45, 12, n)
    effects = EFFECTS["buying_club"] * club + EFFECTS["buying_age"] * (age - 45)
    own = truth | {"alpha": truth["alpha"] * np.exp(-effects)}
    if "a" in truth:
        odds = truth["a"] / truth["b"] * np.exp(EFFECTS["dropout_club"] * club)
        total = truth["a"] + truth["b"]
        own |= {"a": total * odds / (1 + odds), "b": total / (1 + odds)}
    elif "beta" in truth:
        own |= {"beta": truth["beta"] * np.exp(-EFFECTS["dropout_club"] * club)}
    summary = module.simulate(n, seed, T=40.0, **own).summary
    return summary.assign(club=club, age=age - 45)


@pytest.fixture(scope="module", params=SHOPS)
def explained(request):
    """A fit with covariates, whose truth is EFFECTS, on 6,000 customers."""
    model, module, truth = SHOPS[request.param]
    summary = with_covariates(model, module, truth, 6000, 21)
    covariates = {"buying_covariates": ["club", "age"]}
    if "dropout" in model.links:
        covariates["dropout_covariates"] = ["club"]
    return model(summary, **covariates), pd.Series(truth | EFFECTS)


def test_effects_of_covariates_are_found(explained):
    model, truth = explained
    fit = model.fit()
    deviation = (fit.params - truth[fit.params.index]) / fit.bse
    assert deviation.abs().max() < 3.5
    assert fit.warnings == ()
    effects = [name for name in fit.params.index if name.startswith(("buying_", "dropout_"))]
    assert ((fit.params / fit.bse).abs()[effects] > 2).all()


def test_slopes_with_covariates_are_slopes(explained):
    model, truth = explained
    place = truth[model.names]
    found = model.score(place)
    for name in model.names:
        step = 1e-5 * max(1.0, abs(place[name]))
        moved = [model.loglike(place + step * sign * (place.index == name)) for sign in (1, -1)]
        assert found[name] == pytest.approx((moved[0] - moved[1]) / (2 * step), rel=1e-4, abs=1e-2)


def test_effects_of_zero_are_the_model_without_covariates(explained):
    model, truth = explained
    plain = type(model)(model.summary)
    zero = truth[model.names].where(~pd.Index(model.names).isin(EFFECTS), 0.0)
    assert model.loglike(zero) == pytest.approx(plain.loglike(zero[plain.names]), rel=1e-12)


def test_predictions_use_the_covariates_of_the_customers_asked_about(explained):
    model, _truth = explained
    fit = model.fit()
    pair = histories([0, 0], [0.0, 0.0], [4.0, 4.0], club=[0, 1], age=[0.0, 0.0])
    expected = fit.expected_purchases(10, pair)
    assert expected[1] > expected[0]
    new = fit.unconditional_purchases(10, pair)
    assert new[1] > new[0]
    with pytest.raises(models.FitError, match="New customers differ by 'club', 'age'"):
        fit.unconditional_purchases(10)
    with pytest.raises(models.FitError, match="no column 'age'"):
        fit.expected_purchases(10, pair.drop(columns="age"))
