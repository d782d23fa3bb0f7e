"""MBG/NBD and NBD against published and independent figures."""

import numpy as np
import pytest
from scipy import stats

from crmlib.models import MBGNBD, NBD, bgnbd, mbgnbd, nbd
from tests.helpers.shops import published


def test_parameters_on_the_cdnow_sample():
    # lifetimes 0.11.3, tests of ModifiedBetaGeoFitter
    fit = MBGNBD(published()).fit()
    expected = {"r": 0.524838, "alpha": 6.182988, "a": 0.891356, "b": 1.614000}
    assert fit.params.to_dict() == pytest.approx(expected, rel=1e-4)


def test_log_likelihood_is_that_of_its_own_formula():
    # Batislam, Denizel & Filiztekin (2007), eq. for L(r, α, a, b | x, t_x, T), term by term
    from scipy.special import beta, gamma

    r, alpha, a, b = 0.5, 6.0, 0.9, 1.6
    table = published().head(200)
    x, tx, T = (table[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    stays = beta(a, b + x + 1) / beta(a, b) * (alpha + T) ** -(r + x)
    left = beta(a + 1, b + x) / beta(a, b) * (alpha + tx) ** -(r + x)
    likelihood = gamma(r + x) / gamma(r) * alpha**r * (stays + left)
    found = MBGNBD(table).loglike(np.array([r, alpha, a, b]))
    assert found == pytest.approx(np.log(likelihood).sum(), rel=1e-12)


def test_a_customer_who_bought_once_may_have_left_only_in_mbg_nbd():
    params = {"r": 0.5, "alpha": 6.0, "a": 0.9, "b": 1.6}
    assert bgnbd.probability_alive(0, 0.0, 30.0, **params) == 1
    # left at once, or alive and silent: Bayes' rule by hand
    stays, silent = 1.6 / 2.5, (6.0 / 36.0) ** 0.5
    by_hand = stays * silent / (1 - stays + stays * silent)
    assert mbgnbd.probability_alive(0, 0.0, 30.0, **params) == pytest.approx(by_hand, rel=1e-12)


def test_nbd_counts_are_negative_binomial():
    x = np.arange(30)
    found = nbd.probability_of(x, 39.0, r=0.4, alpha=12.0)
    np.testing.assert_allclose(found, stats.nbinom.pmf(x, 0.4, 12 / 51), rtol=1e-10)


def test_nbd_fit_is_the_negative_binomial_maximum():
    # with one T for all the likelihood is scipy's, up to a constant that no parameter moves
    summary = nbd.simulate(4000, 8, r=0.7, alpha=5.0, T=20.0).summary
    fit = NBD(summary).fit()
    x = summary["frequency"].to_numpy()

    def scipys(r, alpha):
        return stats.nbinom.logpmf(x, r, alpha / (alpha + 20)).sum()

    best = scipys(*fit.params)
    for r, alpha in ((1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98), (1.01, 1.01)):
        assert scipys(fit.params["r"] * r, fit.params["alpha"] * alpha) < best


def test_nbd_ignores_when_the_last_purchase_was():
    early = nbd.expected_purchases(10, 3, 4.0, 30.0, r=0.5, alpha=6.0)
    late = nbd.expected_purchases(10, 3, 29.0, 30.0, r=0.5, alpha=6.0)
    assert early == late == pytest.approx(10 * 3.5 / 36)
