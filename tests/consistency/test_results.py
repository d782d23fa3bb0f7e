"""What every result offers: intervals, the bootstrap, and the optimum at the edge."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from crmlib.models import BGNBD, MBGNBD, NBD, FitError, bgnbd, nbd, simulation
from tests.helpers.shops import published, published_fit

# Intervals


def test_an_interval_of_a_parameter_is_its_confidence_interval():
    fit = published_fit()
    found = fit.interval(lambda result: result.params)
    pd.testing.assert_series_equal(found["standard_error"], fit.bse, rtol=1e-4, check_names=False)
    for end in ("lower", "upper"):
        pd.testing.assert_series_equal(
            found[end], fit.conf_int()[end], rtol=1e-4, check_names=False
        )


def test_an_interval_of_a_total_is_one_row_with_its_estimate():
    fit = published_fit()
    found = fit.interval(lambda result: result.expected_purchases(39).sum())
    assert list(found.index) == ["estimate", "standard_error", "lower", "upper"]
    assert found["estimate"] == fit.expected_purchases(39).sum()
    assert found["lower"] < found["estimate"] < found["upper"]


def test_intervals_of_each_customer_keep_the_customers():
    fit = published_fit()
    few = published().head(8)
    found = fit.interval("expected_purchases", 39, summary=few)
    assert found.index.equals(few.index)
    assert (found["lower"] <= found["estimate"]).all()
    alive = fit.interval("probability_alive", summary=few)
    assert alive["upper"].max() <= 1
    assert alive["lower"].min() > 0
    sure = few["frequency"] == 0
    assert (alive.loc[sure, ["lower", "upper"]] == 1).all(axis=None)


def test_an_interval_of_a_predictive_probability_stays_between_0_and_1():
    fit = published_fit()
    likely = published().nlargest(3, "frequency")
    found = fit.interval("predictive_probability", 0, 0.05, summary=likely, level=0.999999)
    assert (found["estimate"] > 0.9).any()
    assert found["lower"].between(0, 1).all()
    assert found["upper"].between(0, 1).all()


def test_delta_method_and_bootstrap_tell_the_same_uncertainty():
    fit = published_fit()
    draws = fit.bootstrap(150, seed=4)
    assert draws.shape == (150, 4)
    np.testing.assert_allclose(np.log(draws).std(), fit.bse / fit.params, rtol=0.35)
    for quantity, arguments in (("unconditional_purchases", (39,)), ("survival", (39,))):
        delta = fit.interval(quantity, *arguments)
        by_draws = fit.interval(quantity, *arguments, draws=draws)
        assert by_draws["estimate"] == delta["estimate"]
        assert by_draws["standard_error"] == pytest.approx(delta["standard_error"], rel=0.35)
        width = delta["upper"] - delta["lower"]
        assert by_draws["lower"] == pytest.approx(delta["lower"], abs=0.2 * width)


def test_the_bootstrap_is_the_same_for_the_same_seed():
    fit = published_fit()
    first, second, other = (fit.bootstrap(3, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, second)
    assert (first != other).all(axis=None)


def test_wider_levels_are_wider():
    fit = published_fit()
    half, most = (fit.interval("survival", 39, level=level)
                  for level in (0.5, 0.99))  # fmt: skip
    assert most["upper"] - most["lower"] > 2 * (half["upper"] - half["lower"])


def test_an_infinite_quantity_stays_infinite():
    found = published_fit().interval("expected_lifetime")
    assert found["estimate"] == np.inf


@pytest.mark.parametrize("level", [0, 1, 95])
def test_levels_are_shares(level):
    with pytest.raises(ValueError, match=f"level is {level}; expected a share"):
        published_fit().interval("survival", 39, level=level)


def test_a_flat_likelihood_has_no_delta_method_but_says_what_to_do():
    fit = published_fit()
    flat = type(fit)(fit.model, fit.params.to_numpy(), np.full((4, 4), np.nan), ())
    with pytest.raises(FitError, match=r"Give draws=result\.bootstrap"):
        flat.interval("survival", 39)


# The optimum at the edge: the limiting model is named, and its log-likelihood is right


def shop_of(rates, coins, seed=1, T=52.0, **options):
    random = np.random.default_rng(seed)
    return simulation.simulate_with_coins(rates, coins, T, 52.0, random, **options).summary


@pytest.fixture(scope="module")
def nobody_leaves():
    return nbd.simulate(3000, 3, r=0.6, alpha=6.0, T=52.0, holdout=52.0).summary


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
def test_without_dropout_the_fit_is_the_nbd(model, nobody_leaves):
    fit, simpler = model(nobody_leaves).fit(), NBD(nobody_leaves).fit()
    assert fit.limit.codes == ("no_dropout",)
    assert fit.limit.llf == pytest.approx(simpler.llf, rel=1e-9)
    assert fit.limit.aic == pytest.approx(simpler.aic, rel=1e-9)
    assert f"{simpler.llf:,.2f}" in repr(fit)
    pd.testing.assert_series_equal(
        fit.expected_purchases(52), simpler.expected_purchases(52), rtol=1e-5
    )
    np.testing.assert_allclose(fit.bse[["r", "alpha"]], simpler.bse, rtol=1e-3)
    np.testing.assert_allclose(fit.interval("survival", 52)["estimate"], 1, rtol=1e-6)


def test_the_nbd_of_equal_customers_is_the_poisson():
    summary = nbd.simulate(2000, 8, r=1e9, alpha=1e10, T=52.0).summary
    fit = NBD(summary).fit()
    assert fit.limit.codes == ("same_rate",)
    rate = summary["frequency"].sum() / summary["T"].sum()
    poisson = summary["frequency"].sum() * np.log(rate) - rate * summary["T"].sum()
    assert fit.limit.llf == pytest.approx(poisson, rel=1e-8)
    shown = fit.summary()
    assert shown.loc[["r", "alpha"], "estimate"].eq(np.inf).all()
    assert shown.loc["r / alpha", "estimate"] == pytest.approx(rate, rel=1e-5)
    assert shown.loc["r / alpha", "standard_error"] == pytest.approx(
        rate / np.sqrt(summary["frequency"].sum()), rel=1e-2
    )


def test_one_coin_for_all_has_the_likelihood_of_that_story():
    random = np.random.default_rng(5)
    summary = shop_of(random.gamma(0.8, 1 / 5, 3000), np.full(3000, 0.2), seed=5)
    fit = BGNBD(summary).fit()
    assert fit.limit.codes == ("same_dropout",)
    x, tx, T = (summary[name].to_numpy(float) for name in ("frequency", "recency", "T"))

    def log_likelihood(r, alpha, p):
        from scipy.special import gammaln

        stays = x * np.log1p(-p) - (r + x) * np.log(alpha + T)
        left = np.where(
            x > 0, np.log(p) + (x - 1) * np.log1p(-p) - (r + x) * np.log(alpha + tx), -np.inf
        )
        both = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.logaddexp(stays, left)
        return both.sum()

    best = optimize.minimize(
        lambda place: -log_likelihood(np.exp(place[0]), np.exp(place[1]), np.exp(place[2])),
        np.log([0.8, 5.0, 0.2]),
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-7, "maxiter": 4000},
    )
    assert fit.limit.llf == pytest.approx(-best.fun, rel=1e-7)
    assert fit.summary().loc["a / (a + b)", "estimate"] == pytest.approx(
        np.exp(best.x[2]), rel=1e-3
    )
    assert np.isfinite(fit.expected_purchases(1000.0)).all()


def test_two_kinds_of_customers_are_seen_as_two_kinds():
    random = np.random.default_rng(9)
    coins = (random.random(4000) < 0.4).astype(float)
    summary = shop_of(random.gamma(2.0, 1 / 8, 4000), coins, seed=9)
    fit = BGNBD(summary).fit()
    assert fit.limit.codes == ("all_or_nothing",)
    assert fit.summary().loc["a / (a + b)", "estimate"] == pytest.approx(0.4, abs=0.03)
    assert fit.probability_alive().between(0, 1).all()
    assert np.isfinite(fit.expected_purchases(52.0)).all()


def test_no_fit_prints_enormous_parameters_with_a_straight_face(nobody_leaves):
    random = np.random.default_rng(5)
    for summary in (
        nobody_leaves,
        shop_of(random.gamma(0.8, 1 / 5, 1500), np.full(1500, 0.2)),
        shop_of(np.full(1500, 0.1), random.beta(0.8, 2.4, 1500)),
        shop_of(np.full(1500, 0.1), np.full(1500, 0.2)),
    ):
        for model in (BGNBD, MBGNBD):
            shown = model(summary).fit().summary()["estimate"]
            finite = shown[np.isfinite(shown)]
            assert finite.abs().max() < 1e4


def test_an_interior_optimum_with_large_precision_is_not_called_an_edge():
    # coins differ a little, and a million customers show it
    table = bgnbd.simulate(200_000, 2, r=1.0, alpha=3.0, a=6.0, b=24.0, T=80.0).summary
    fit = BGNBD(table).fit()
    assert fit.limit is None
    deviation = np.log(fit.params / [1.0, 3.0, 6.0, 24.0]) / (fit.bse / fit.params)
    assert deviation.abs().max() < 3.5


@pytest.mark.parametrize("huge", [1e9, 1e15])
def test_log_likelihoods_stay_smooth_and_below_their_bound_at_huge_parameters(huge):
    model = BGNBD(published())
    ratio = 0.2
    values = [
        model.loglike(np.array([0.25, 4.0, huge * ratio * k, huge * (1 - ratio) * k]))
        for k in (1, 2, 3)
    ]
    limit = model.loglike(np.array([0.25, 4.0, 1e8 * ratio, 1e8 * (1 - ratio)]))
    np.testing.assert_allclose(values, limit, rtol=1e-7)
    rates = [model.loglike(np.array([huge * k, huge * k * 17.0, 0.8, 2.4])) for k in (1, 2)]
    assert rates[0] == pytest.approx(rates[1], rel=1e-9)


def test_heavy_buyers_and_long_times_stay_finite():
    table = pd.DataFrame(
        {"frequency": [50_000, 0, 3, 1], "recency": [1e6, 0, 2e5, 1.0], "T": [1e6, 1e6, 9e5, 2e6]}
    )
    fit = published_fit()
    for name in ("probability_alive", "expected_residual_lifetime", "expected_residual_purchases"):
        options = {} if name == "probability_alive" else {"discount_rate": 0.1, "per": "unit"}
        assert np.isfinite(getattr(fit, name)(summary=table, **options)).all()
    assert np.isfinite(fit.expected_purchases(1e6, table)).all()
