"""sBG, BdW and Geometric give the published figures, and agree with sums, integrals and logits."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import integrate, special, stats

from crmlib.models import SBG, BdW, Geometric, bdw, contract, geometric, sbg
from tests.helpers.contracts import (
    LAWS,
    MODELS,
    MODULES,
    curves,
    fitted,
    lifetimes,
    seen,
    simulated,
    staggered,
)

PARAMETERS = 1e-4
LIKELIHOOD = 1e-7


# Published figures


@pytest.mark.parametrize(
    ("cohort", "alpha", "beta", "llf"),
    # Fader & Hardie (2007): Regular .704, 1.182, LL -1680.3; High End .668, 3.806, LL -1611.2;
    # more digits from an independent computation with the same seven years
    [
        ("Regular", 0.704077, 1.182043, -1680.2652),
        ("High End", 0.668088, 3.806095, -1611.1581),
    ],
)
def test_sbg_on_the_published_curves(cohort, alpha, beta, llf):
    fit = fitted("sBG", cohort)
    expected = {"alpha": alpha, "beta": beta}
    assert fit.params.to_dict() == pytest.approx(expected, rel=PARAMETERS)
    assert fit.llf == pytest.approx(llf, rel=LIKELIHOOD)
    assert fit.warnings == ()


@pytest.mark.parametrize(
    ("cohort", "by_sbg", "by_geometric", "happened"),
    # Fader & Hardie (2007), figures 4 and 5; per cents of an independent computation
    [("High End", 37.8, 27.0, 39.4), ("Regular", 17.0, 4.6, 17.3)],
)
def test_survival_to_year_twelve(cohort, by_sbg, by_geometric, happened):
    assert 100 * fitted("sBG", cohort).survival(12) == pytest.approx(by_sbg, abs=0.05)
    assert 100 * fitted("Geometric", cohort).survival(12) == pytest.approx(by_geometric, abs=0.05)
    assert 100 * curves()[cohort].loc[12] == pytest.approx(happened, rel=1e-12)


def test_bdw_on_five_years_of_the_high_end():
    # README of the R package retenmod, after Fader, Hardie, Liu, Davin & Steenburgh (2018)
    fit = fitted("BdW", "High End", 4)
    expected = {"alpha": 0.259336, "beta": 1.722552, "c": 1.584361}
    assert fit.params.to_dict() == pytest.approx(expected, rel=PARAMETERS)
    assert fit.llf == pytest.approx(-1222.7493, rel=LIKELIHOOD)
    projected = [54.661, 51.037, 48.104, 45.669, 43.604, 41.823]
    np.testing.assert_allclose(100 * fit.survival(np.arange(5, 11)), projected, atol=0.0006)


def test_bdw_on_eight_years_of_the_high_end():
    # independent computation for the kit: individual churn that rises under stronger sorting
    fit = fitted("BdW")
    assert fit.params["c"] == pytest.approx(1.72, abs=0.005)
    assert fit.llf == pytest.approx(-1605.3, abs=0.05)


@pytest.mark.parametrize(("n", "expected"), [(7, 7.34505), (8, 7.52995)])
def test_discounted_expected_residual_lifetime(n, expected):
    # Fader & Hardie (2010), alpha .668, beta 3.806, 10% a year; n is the next renewal's number
    found = sbg.expected_residual_lifetime(n - 1, 0.1, alpha=0.668, beta=3.806)
    assert found == pytest.approx(expected, abs=5e-6)


def test_margin_multiples():
    # Gupta & Lehmann (2003): without the first margin, 10% a year, retention .8 and .9
    for retention, multiple in ((0.8, 2.67), (0.9, 4.50)):
        table = lifetimes([1, 1], [1, 0], count=[1 - retention, retention])
        fit = Geometric(table, count="count").fit()
        terms = {"discount_rate": 0.1, "per": "period", "tenure": 0}
        without = fit.lifetime_value(1.0, first_margin=False, **terms)
        assert without == pytest.approx(multiple, abs=0.005)
        assert fit.lifetime_value(1.0, **terms) == pytest.approx(1 + without, rel=1e-12)
        assert 1 + without == pytest.approx(1.1 / (1.1 - retention), rel=1e-9)


# Formulas against integrals over the customers


def mean_over_customers(function, alpha: float, beta: float) -> float:
    """Mean of a function of the churn probability over a Beta distribution."""

    def integrand(p: float) -> float:
        return function(p) * stats.beta.pdf(p, alpha, beta)

    return sum(integrate.quad(integrand, *ends, epsrel=1e-11)[0] for ends in ((0, 0.1), (0.1, 1)))


@pytest.mark.parametrize("law", [(1.7, 3.0, 1.0), (2.2, 9.0, 1.6), (1.3, 2.0, 0.6)])
@pytest.mark.parametrize("t", [1, 2, 7])
def test_formulas_are_means_over_customers(law, t):
    alpha, beta, c = law
    stays = mean_over_customers(lambda p: (1 - p) ** (t**c), alpha, beta)
    before = mean_over_customers(lambda p: (1 - p) ** ((t - 1) ** c), alpha, beta)
    for module in (bdw, sbg) if c == 1 else (bdw,):
        params = {"alpha": alpha, "beta": beta} | ({"c": c} if module is bdw else {})
        assert module.survival(t, **params) == pytest.approx(stays, rel=1e-8)
        assert module.probability_of(t, **params) == pytest.approx(before - stays, rel=1e-7)
        assert module.retention_rate(t, **params) == pytest.approx(stays / before, rel=1e-8)


def test_the_shifted_beta_geometric_s_own_formulas():
    alpha, beta, t = 0.668, 3.806, np.arange(1, 40)
    leaves = special.beta(alpha + 1, beta + t - 1) / special.beta(alpha, beta)
    stays = special.beta(alpha, beta + t) / special.beta(alpha, beta)
    np.testing.assert_allclose(sbg.probability_of(t, alpha=alpha, beta=beta), leaves, rtol=1e-12)
    np.testing.assert_allclose(sbg.survival(t, alpha=alpha, beta=beta), stays, rtol=1e-12)


# Sums over renewals


@pytest.mark.parametrize("alpha", [0.3, 0.999, 1.0, 2.5])
@pytest.mark.parametrize("discount_rate", [0.5, 0.1, 0.002])
def test_residual_lifetime_of_sbg_is_the_published_hypergeometric(alpha, discount_rate):
    tenure, beta = np.array([0, 1, 30]), 3.8
    n = tenure + 1
    published = (
        (beta + n - 1)
        / (alpha + beta + n - 1)
        * special.hyp2f1(1, beta + n, alpha + beta + n, 1 / (1 + discount_rate))
    )
    found = sbg.expected_residual_lifetime(tenure, discount_rate, alpha=alpha, beta=beta)
    np.testing.assert_allclose(found, published, rtol=1e-10)


@pytest.mark.parametrize("discount_rate", [0.2, 0.01, 1e-4])
@pytest.mark.parametrize("model", MODELS)
def test_residual_lifetimes_are_sums(model, discount_rate):
    module, law = MODULES[model], LAWS[model]
    ahead = np.arange(1, 400_000)
    survival = module.survival(np.concatenate([[3], 3 + ahead]), **law)
    summed = (survival[1:] / survival[0]) @ (1 + discount_rate) ** (1.0 - ahead)
    found = module.expected_residual_lifetime(3, discount_rate, **law)
    assert found == pytest.approx(summed, rel=1e-10)


HEAVY = [(0.7, 1.5, 4), (1.5, 0.7, 4), (3.0, 0.35, 1000)]  # α·c is 1.05: the tail is most of it


@pytest.mark.parametrize(
    ("c", "alpha", "tenure"), [*((c, 3.0, 4) for c in (0.5, 0.9, 1, 2, 6, 20)), *HEAVY]
)
def test_undiscounted_residual_lifetimes_of_bdw_are_sums(c, alpha, tenure):
    # a heavy tail is too long for a sum of terms: scipy integrates it, in the logarithm of time
    law = {"alpha": alpha, "beta": 4.0, "c": c}
    first = bdw.survival(np.arange(tenure + 1, 50_000), **law).sum()

    def tail(y: float) -> float:
        return float(np.exp(y) * bdw.survival(np.exp(y), **law))

    ends = np.log(49_999.5), min(600, 690 / c)
    rest = integrate.quad(tail, *ends, epsabs=0, epsrel=1e-10, limit=400)[0]
    rest += tail(ends[1]) / (alpha * c - 1)  # S is a power of time there
    found = bdw.expected_residual_lifetime(tenure, 0.0, **law)
    expected = (first + rest) / bdw.survival(tenure, **law)
    assert found == pytest.approx(expected, rel=1e-8)


def test_a_horizon_cuts_the_sum():
    fit = fitted("sBG")
    terms = {"discount_rate": 0.1, "per": "period", "tenure": 3}
    chances = fit.survival(np.arange(3, 8)) / fit.survival(3)
    with_first = 50 * (chances[:4] @ 1.1 ** -np.arange(4))
    without = 50 * (chances[1:] @ 1.1 ** -np.arange(1.0, 5))
    found = fit.lifetime_value(50.0, periods=4, **terms)
    assert found == pytest.approx(with_first, rel=1e-12)
    found = fit.lifetime_value(50.0, periods=4, first_margin=False, **terms)
    assert found == pytest.approx(without, rel=1e-12)
    all_of_it = fit.lifetime_value(50.0, **terms)
    assert fit.lifetime_value(50.0, periods=300, **terms) == pytest.approx(all_of_it, rel=1e-9)
    assert all_of_it == pytest.approx(
        50 * (1 + fit.expected_residual_lifetime(0.1, tenure=3) / 1.1), rel=1e-12
    )


def test_a_yearly_rate_becomes_a_monthly_one():
    table = seen("High End").copy()
    table.attrs["unit"] = "M"
    fit = SBG(table, count="count").fit()
    by_year = fit.expected_residual_lifetime(0.1, per="year", tenure=2)
    by_month = fit.expected_residual_lifetime(1.1 ** (1 / 12) - 1, tenure=2)
    assert by_year == pytest.approx(by_month, rel=1e-12)
    assert by_year > 2 * fit.expected_residual_lifetime(0.1, tenure=2)


# Fits against other roads to the same numbers


def test_geometric_is_losses_per_renewal_due():
    table = simulated("Geometric", 3000, 4, staggered(3000), **LAWS["Geometric"])
    fit = Geometric(table).fit()
    due, lost = table["tenure"].sum(), table["churned"].sum()
    share = lost / due
    assert fit.params["churn_probability"] == pytest.approx(share, rel=1e-9)
    assert fit.bse.iloc[0] == pytest.approx(np.sqrt(share * (1 - share) / due), rel=1e-6)
    by_hand = lost * np.log(share) + (due - lost) * np.log(1 - share)
    assert fit.llf == pytest.approx(by_hand, rel=1e-12)


def test_geometric_with_covariates_is_a_logit_of_renewals():
    n = 4000
    random = np.random.default_rng(8)
    table = pd.DataFrame({"club": random.integers(0, 2, n), "age": random.normal(0, 10, n)})
    chance = special.expit(-1.7 - 0.6 * table["club"] + 0.03 * table["age"]).to_numpy()
    customers = geometric.simulate(n, 9, periods=staggered(n), churn_probability=chance).summary
    table = pd.concat([table, customers], axis=1)
    fit = Geometric(table, churn_covariates=["club", "age"]).fit()
    renewals = table.loc[table.index.repeat(table["tenure"])]
    last = renewals.groupby(level=0).cumcount() + 1 == renewals["tenure"]
    logit = sm.GLM(
        (last & renewals["churned"]).astype(float),
        sm.add_constant(renewals[["club", "age"]].astype(float)),
        family=sm.families.Binomial(),
    ).fit()
    assert special.logit(fit.params["churn_probability"]) == pytest.approx(
        logit.params["const"], rel=1e-5
    )
    names = ["churn_club", "churn_age"]
    np.testing.assert_allclose(fit.params[names], logit.params[["club", "age"]], rtol=1e-4)
    np.testing.assert_allclose(fit.bse[names], logit.bse[["club", "age"]], rtol=1e-4)
    assert fit.llf == pytest.approx(logit.llf, rel=1e-9)


def curvature(model, params: np.ndarray) -> np.ndarray:
    """Second derivatives of the log-likelihood, by steps of a thousandth."""
    moves = np.diag(params * 1e-3)

    def bend(one: np.ndarray, other: np.ndarray) -> float:
        corners = ((up, right) for up in (1, -1) for right in (1, -1))
        return sum(u * r * model.loglike(params + u * one + r * other) for u, r in corners) / 4

    found = np.array([[bend(one, other) for one in moves] for other in moves])
    return found / np.outer(params, params) * 1e6


@pytest.mark.parametrize("model", ["sBG", "BdW"])
def test_standard_errors_are_the_curvature_of_the_log_likelihood(model):
    fit = fitted(model)
    expected = np.linalg.inv(-curvature(fit.model, fit.params.to_numpy()))
    np.testing.assert_allclose(fit.cov_params(), expected, rtol=1e-3)


@pytest.mark.parametrize("model", MODELS)
def test_a_simulation_leaves_as_the_formulas_say(model):
    n, law = 40_000, LAWS[model]
    found = MODULES[model].simulate(n, 3, periods=6, **law)
    tenure, churned = found.summary["tenure"], found.summary["churned"]
    for t in range(1, 7):
        expected = float(MODULES[model].probability_of(t, **law))
        error = np.sqrt(expected * (1 - expected) / n)
        assert abs((churned & (tenure == t)).mean() - expected) < 4 * error
    assert (tenure[~churned] == 6).all()
    assert (found.truth["lifetime"] > 6).equals(~churned)


# From survivors to lifetimes


def test_survivors_become_lifetimes():
    table = contract.lifetimes_from_survivors(pd.Series([1000, 869, 743, 743]), unit="M")
    assert table.to_dict("list") == {
        "tenure": [1, 2, 3],
        "churned": [True, True, False],
        "count": [131.0, 126.0, 743.0],
    }
    assert table.attrs["unit"] == "M"


def test_cohorts_of_different_ages_become_one_table():
    cohorts = pd.DataFrame({"spring": [100.0, 80, 70], "summer": [50.0, 45, np.nan]})
    table = contract.lifetimes_from_survivors(cohorts)
    assert table["cohort"].tolist() == ["spring"] * 3 + ["summer"] * 2
    assert table["tenure"].tolist() == [1, 2, 2, 1, 1]
    assert table["churned"].tolist() == [True, True, False, True, False]
    assert table["count"].tolist() == [20, 10, 70, 5, 45]


def test_shares_and_per_cents_need_the_cohort_s_size():
    shares = contract.lifetimes_from_survivors([1.0, 0.6, 0.45], cohort_size=200)
    per_cents = contract.lifetimes_from_survivors([100, 60, 45], cohort_size=200)
    assert shares["count"].tolist() == pytest.approx([80, 30, 90], rel=1e-12)
    pd.testing.assert_frame_equal(shares, per_cents)
    both = pd.DataFrame({"a": [1.0, 0.5], "b": [1.0, 0.8]})
    for sizes in ({"a": 10, "b": 100}, pd.Series({"a": 10, "b": 100})):
        table = contract.lifetimes_from_survivors(both, cohort_size=sizes)
        assert table["count"].tolist() == pytest.approx([5, 5, 20, 80], rel=1e-12)


def test_a_fit_of_two_cohorts_knows_both():
    # sums of independent cohorts' log-likelihoods
    both = contract.lifetimes_from_survivors(curves().loc[:7], cohort_size=1000)
    for model in (SBG, BdW, Geometric):
        law = LAWS[model.title]
        apart = [model(seen(name), count="count").loglike(law) for name in curves()]
        together = model(both, count="count").loglike(law)
        assert together == pytest.approx(sum(apart), rel=1e-12)
