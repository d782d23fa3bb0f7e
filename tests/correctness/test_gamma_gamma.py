"""Gamma-Gamma gives the published figures, and its formulas agree with integration."""

import numpy as np
import pytest
from scipy import integrate, stats

from crmlib.models import GammaGamma, bgnbd, gamma_gamma
from tests.helpers.shops import exact, exact_spend, published_fit, published_spend, spending

PARAMETERS = 1e-4
LIKELIHOOD = 1e-8


def test_estimates_on_cdnow():
    # Fader & Hardie (2013), 946 repeat buyers: 6.25, 3.74, 15.45; here with more digits
    expected = {"p": 6.2488, "q": 3.7446, "gamma": 15.4477}
    assert published_spend().params.to_dict() == pytest.approx(expected, rel=PARAMETERS)
    assert published_spend().nobs == 946


def test_log_likelihood_on_cdnow():
    # Fader & Hardie (2013): -4055.92
    assert published_spend().llf == pytest.approx(-4055.9232, rel=2e-8)


def test_mean_of_the_shop_on_cdnow():
    # Fader & Hardie (2013)
    assert published_spend().mean_spend() == pytest.approx(35.171, rel=1e-5)


def test_the_first_ten_customers_of_the_authors_spreadsheet():
    # Fader & Hardie (2013). They print 24.65 for the first customer; from their own parameters it
    # is 24.6586, which they cut after the second decimal instead of rounding. Hence 24.66 here.
    expected = [24.66, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    spend = published_spend().expected_spend().head(10)
    assert spend.to_list() == pytest.approx(expected, abs=0.005)
    assert int(spend.iloc[0] * 100) == 2465


def test_the_exact_purchases():
    # computed independently from cents, for the kit's reference figures
    expected = {"p": 6.24957, "q": 3.74422, "gamma": 15.44353}
    assert exact_spend().params.to_dict() == pytest.approx(expected, rel=PARAMETERS)
    assert exact_spend().llf == pytest.approx(-4055.91769, rel=LIKELIHOOD)
    assert exact_spend().nobs == 946


def test_log_likelihood_is_the_mixture_of_single_customers():
    params = {"p": 2.0, "q": 3.0, "gamma": 12.0}
    model = GammaGamma(spending([1, 4, 0], [20.0, 7.5, 0.0]))
    total = 0.0
    for x, m in [(1, 20.0), (4, 7.5)]:
        # the mean of x amounts is Gamma(p x, v x), the customers' v is Gamma(q, gamma)
        def mixed(v, x=x, m=m):
            amounts = stats.gamma.pdf(m, 2.0 * x, scale=1 / (v * x))
            return amounts * stats.gamma.pdf(v, 3.0, scale=1 / 12.0)

        total += np.log(integrate.quad(mixed, 0, np.inf, epsrel=1e-10)[0])
    assert model.loglike(params) == pytest.approx(total, rel=1e-8)


def test_expected_spend_is_the_mean_of_what_the_history_allows():
    p, q, gamma = 2.0, 1.8, 12.0
    for x, m in [(0, 0.0), (1, 20.0), (4, 7.5)]:
        # v, given the history, is Gamma(q + p x, gamma + m x); the typical amount is p / v
        posterior = stats.gamma(q + p * x, scale=1 / (gamma + m * x))
        mean, _ = integrate.quad(lambda v, law=posterior: p / v * law.pdf(v), 0, np.inf)
        value = gamma_gamma.expected_spend(x, m, p=p, q=q, gamma=gamma)
        assert value == pytest.approx(mean, rel=1e-6)


def test_expected_spend_is_infinite_where_the_mean_is():
    params = {"p": 0.5, "q": 0.4, "gamma": 10.0}
    spend = gamma_gamma.expected_spend([0, 1, 2], [0.0, 5.0, 5.0], **params)
    assert spend[:2].tolist() == [np.inf, np.inf]
    assert spend[2] == pytest.approx(0.5 * (10 + 10) / (1.0 + 0.4 - 1), rel=1e-12)


def test_simulated_spend_has_the_moments_of_the_model():
    shop = gamma_gamma.simulate(np.full(200_000, 4), seed=3, p=6.0, q=6.0, gamma=25.0)
    mean = 6.0 * 25.0 / 5.0
    assert shop["typical_spend"].mean() == pytest.approx(mean, rel=0.01)
    assert shop["monetary_value"].mean() == pytest.approx(mean, rel=0.01)
    # of two purchases, both scatter around the customer's own amount: variance of the mean of 4
    scatter = (shop["monetary_value"] / shop["typical_spend"]).var()
    assert scatter == pytest.approx(1 / (4 * 6.0), rel=0.02)


def test_a_simulation_is_the_same_for_the_same_seed_only():
    one, same, other = (
        gamma_gamma.simulate([1, 2, 0], seed, p=6.0, q=4.0, gamma=15.0) for seed in (1, 1, 2)
    )
    assert one.equals(same)
    assert not one.equals(other)
    assert one["monetary_value"].iloc[2] == 0


# Customer lifetime value


def test_lifetime_value_by_hand():
    # without discount, the margin of all expected purchases; with it, month by month
    fit, customers = published_fit(), published_fit().model.summary.iloc[:3].copy()
    customers.attrs["unit"] = "W"
    terms = {"margin": 0.3, "years": 2.0, "summary": customers}
    plain = fit.lifetime_value(20.0, discount_rate_per_year=0.0, **terms)
    weeks = 2 * 365.25 / 7
    by_hand = 0.3 * 20.0 * fit.expected_purchases(weeks, customers)
    np.testing.assert_allclose(plain, by_hand, rtol=1e-12)
    discounted = fit.lifetime_value(20.0, discount_rate_per_year=0.1, **terms)
    total = 0.0
    for month in range(24):
        start, end = (fit.expected_purchases(k / 24 * weeks, customers) for k in (month, month + 1))
        total += 0.3 * 20.0 * (end - start) / 1.1 ** ((month + 0.5) / 12)
    np.testing.assert_allclose(discounted, total, rtol=1e-12)


def test_lifetime_value_close_to_continuous_discounting():
    fit, customers = published_fit(), published_fit().model.summary.iloc[:5].copy()
    customers.attrs["unit"] = "W"
    terms = {"margin": 0.3, "discount_rate_per_year": 0.1, "years": 3.0}
    value = fit.lifetime_value(20.0, summary=customers, **terms)
    years = np.linspace(0, 3, 3001)
    history = (customers[name].to_numpy() for name in ("frequency", "recency", "T"))
    paths = bgnbd.expected_purchases(years[:, None] * 365.25 / 7, *history, **fit.params)
    discount = 1.1 ** -((years[1:] + years[:-1]) / 2)
    np.testing.assert_allclose(value, 0.3 * 20 * discount @ np.diff(paths, axis=0), rtol=1e-4)


def test_spend_is_matched_to_customers_by_index():
    fit, customers = published_fit(), published_fit().model.summary.iloc[:4].copy()
    customers.attrs["unit"] = "W"
    spend = published_spend().expected_spend(customers)
    terms = {"margin": 0.3, "discount_rate_per_year": 0.1, "years": 1.0, "summary": customers}
    shuffled = fit.lifetime_value(spend.iloc[::-1], **terms)
    assert shuffled.index.equals(customers.index)
    np.testing.assert_allclose(shuffled, spend * fit.lifetime_value(1.0, **terms), rtol=1e-12)


def test_lifetime_value_is_the_same_in_weeks_and_days():
    fit = published_fit()
    weeks = exact().iloc[:50]
    days = weeks.assign(recency=weeks["recency"] * 7, T=weeks["T"] * 7)
    days.attrs = {"unit": "D"}
    in_days = fit.__class__(fit.model.__class__(days), fit.params * [1, 7, 1, 1], np.eye(4), ())
    terms = {"margin": 0.3, "discount_rate_per_year": 0.1, "years": 1.0}
    ours = fit.lifetime_value(20.0, summary=weeks, **terms)
    np.testing.assert_allclose(in_days.lifetime_value(20.0, **terms), ours, rtol=1e-10)
