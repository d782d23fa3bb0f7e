"""A comparison charges for parameters, and takes p from the law that holds."""

import numpy as np
import pytest
from scipy import stats

from crmlib.models import (
    MBGNBD,
    NBD,
    SBG,
    BdW,
    Geometric,
    bgnbd,
    compare,
    contract,
    nbd,
)
from crmlib.models.pareto_nbd import ParetoNBD
from tests.helpers.shops import published, published_fit

# Survival in per cent, years 0 to 7: Fader & Hardie (2007), How to project customer retention,
# Journal of Interactive Marketing 21(1), tables 1 and 2.
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]


def cohort(curve):
    return contract.lifetimes_from_survivors(curve, cohort_size=1000)


# A cohort with hardly any difference between customers, so that p is no zero.
ALIKE = contract.lifetimes_from_survivors([1000, 900, 812, 733, 663])


@pytest.fixture(scope="module")
def regular():
    table = cohort(REGULAR)
    return [model(table, count="count").fit() for model in (Geometric, SBG, BdW)]


def test_cdnow_prefers_bgnbd_to_pareto_by_25():
    # Fader, Hardie & Lee (2005), table 2: log-likelihoods -9582.4 and -9595.0, four parameters each
    found = compare(published_fit(), ParetoNBD(published()).fit())
    assert found.table["llf"].round(1).tolist() == [-9582.4, -9595.0]
    assert found.table.loc["Pareto/NBD", "difference"] == pytest.approx(25.1, abs=0.05)
    assert found.table["parameters"].tolist() == [4, 4]
    assert found.likelihood_ratio is None
    assert found.sentence == (
        "BG/NBD is better by 25.1 in AIC than Pareto/NBD: the data speak clearly for it."
    )


def test_cdnow_does_not_decide_between_bgnbd_and_mbgnbd():
    found = compare(published_fit(), MBGNBD(published()).fit())
    assert "less than 2: the data do not decide" in found.sentence


def test_bic_charges_by_customers():
    found = compare(published_fit(), NBD(published()).fit()).table
    cost = np.log(2357) * found["parameters"]
    assert found["bic"].to_numpy() == pytest.approx((cost - 2 * found["llf"]).to_numpy())


def test_bdw_over_sbg_is_one_regular_parameter(regular):
    _geometric, sbg, bdw = regular
    found = compare(sbg, bdw)
    ratio = 2 * (bdw.llf - sbg.llf)
    assert found.likelihood_ratio == pytest.approx(ratio)
    assert found.p_value == pytest.approx(stats.chi2.sf(ratio, 1), rel=1e-9)
    assert "for 1 further parameter, p" in found.sentence
    assert "edge" not in found.sentence


def test_geometric_at_the_edge_of_sbg_halves_p():
    simple, rich = Geometric(ALIKE, count="count").fit(), SBG(ALIKE, count="count").fit()
    found = compare(rich, simple)
    assert found.likelihood_ratio > 0
    assert found.p_value == pytest.approx(stats.chi2.sf(found.likelihood_ratio, 1) / 2)
    assert "mixture of χ²" in found.sentence


def test_geometric_at_the_edge_of_bdw_is_a_mixture_of_one_and_two():
    found = compare(Geometric(ALIKE, count="count").fit(), BdW(ALIKE, count="count").fit())
    ratio = found.likelihood_ratio
    mixture = (stats.chi2.sf(ratio, 1) + stats.chi2.sf(ratio, 2)) / 2
    assert ratio > 0.01
    assert found.p_value == pytest.approx(mixture, rel=1e-9)


def test_a_very_small_p_is_not_printed_as_zero(regular):
    assert "p below 0.001" in compare(regular[0], regular[1]).sentence


def test_nbd_in_a_model_with_dropout_is_judged_with_caution():
    shop = bgnbd.simulate(300, 4, r=0.8, alpha=6.0, a=0.25, b=3.0, T=30.0).summary
    simple, rich = NBD(shop).fit(), bgnbd.BGNBD(shop).fit()
    assert rich.limit is None
    found = compare(simple, rich)
    assert found.p_value == pytest.approx(stats.chi2.sf(found.likelihood_ratio, 2), rel=1e-9)
    assert "no standard law holds" in found.sentence
    assert "rather too large than too small" in found.sentence


def test_the_cautious_p_is_seldom_small_where_nobody_leaves():
    small = 0
    for seed in range(12):
        shop = nbd.simulate(300, seed, r=0.8, alpha=6.0, T=40.0).summary
        small += compare(NBD(shop).fit(), bgnbd.BGNBD(shop).fit()).p_value < 0.1
    assert small <= 1


def test_a_covariate_that_matters_and_one_that_does_not():
    random = np.random.default_rng(2)
    club, noise = random.integers(0, 2, 1500), random.normal(size=1500)
    shop = bgnbd.simulate(
        1500, 6, r=0.8, alpha=8.0 * np.exp(-0.5 * club), a=0.8, b=3.0, T=50.0
    ).summary.assign(club=club, noise=noise)
    without = bgnbd.BGNBD(shop).fit()
    with_club = bgnbd.BGNBD(shop, buying_covariates=["club"]).fit()
    with_both = bgnbd.BGNBD(shop, buying_covariates=["club", "noise"]).fit()
    matters, does_not = compare(without, with_club), compare(with_both, with_club)
    assert matters.p_value < 1e-6
    # the likelihood ratio is about the square of the coefficient in standard errors
    wald = with_club.params["buying_club"] / with_club.bse["buying_club"]
    assert matters.likelihood_ratio == pytest.approx(wald**2, rel=0.1)
    assert does_not.p_value > 0.05
    assert does_not.p_value == pytest.approx(stats.chi2.sf(does_not.likelihood_ratio, 1))
    assert compare(without, with_both).table.index.tolist() == [
        "BG/NBD", "BG/NBD (buying: club, noise)",
    ]  # fmt: skip


def test_covariates_in_both_leave_the_law_of_the_rest(regular):
    random = np.random.default_rng(3)
    club = random.integers(0, 2, 800)
    shop = bgnbd.simulate(
        800, 6, r=0.8, alpha=8.0 * np.exp(-0.5 * club), a=0.3, b=3.0, T=40.0
    ).summary.assign(club=club)
    simple = NBD(shop, buying_covariates=["club"]).fit()
    rich = bgnbd.BGNBD(shop, buying_covariates=["club"]).fit()
    found = compare(simple, rich)
    assert found.p_value == pytest.approx(stats.chi2.sf(found.likelihood_ratio, 2), rel=1e-9)
    # NBD with a covariate lies in no BG/NBD without it
    assert compare(simple, bgnbd.BGNBD(shop).fit()).likelihood_ratio is None


def test_a_model_that_has_become_the_other_is_the_same_model():
    shop = nbd.simulate(500, 1, r=0.8, alpha=6.0, T=40.0).summary
    simple, rich = NBD(shop).fit(), bgnbd.BGNBD(shop).fit()
    assert rich.limit is not None
    found = compare(simple, rich)
    assert found.sentence.startswith("The two are the same model here: the best BG/NBD lies at")
    assert found.sentence.endswith("Use NBD.")
    assert found.p_value > 0.9
    both = compare(MBGNBD(shop).fit(), rich)
    assert both.sentence.startswith("The two are the same model here")
    assert "better" not in both.sentence


def test_a_richer_model_that_is_less_likely_was_not_fitted_well():
    shop = bgnbd.simulate(500, 1, r=0.8, alpha=6.0, a=0.8, b=3.0, T=40.0).summary
    simple, rich = NBD(shop).fit(), bgnbd.BGNBD(shop).fit()
    rich.llf = simple.llf - 3.0
    found = compare(simple, rich)
    assert found.p_value is None
    assert "its search did not find the maximum" in found.sentence
    assert "by 3.00 in the log-likelihood" in found.sentence


def test_between_2_and_10_the_data_speak():
    high = cohort(HIGH_END)
    fits = [model(high, count="count").fit() for model in (SBG, BdW)]
    fits[1].llf = fits[0].llf + 4.0
    found = compare(*fits)
    assert found.sentences[0] == "BdW is better by 6.0 in AIC than sBG: the data speak for it."
