"""BG/NBD gives the published figures, and its formulas agree with integration and simulation."""

import numpy as np
import pytest
from scipy import integrate, special

from crmlib.models import BGNBD, bgnbd
from tests.helpers.shops import ROUNDED, exact_fit, histories, published_fit

PARAMETERS = 1e-4
LIKELIHOOD = 1e-8


# Published figures


def test_estimates_on_cdnow():
    # Fader, Hardie & Lee (2005), Table 2: .243, 4.414, .793, 2.426; more digits from the authors'
    # spreadsheet
    expected = {"r": 0.242593, "alpha": 4.413532, "a": 0.792886, "b": 2.425753}
    assert published_fit().params.to_dict() == pytest.approx(expected, rel=PARAMETERS)


def test_log_likelihood_on_cdnow():
    # Fader, Hardie & Lee (2005), Table 2: -9582.4
    assert published_fit().llf == pytest.approx(-9582.42556, rel=LIKELIHOOD)


def test_standard_errors_on_cdnow():
    # Fader, Hardie & Lee (2005), by the curvature of the log-likelihood
    expected = {"r": 0.012557, "alpha": 0.378223, "a": 0.185720, "b": 0.705349}
    assert published_fit().bse.to_dict() == pytest.approx(expected, rel=PARAMETERS)


def test_log_likelihood_of_the_exact_purchases():
    # computed independently from days / 7, for the kit's reference figures
    assert exact_fit().llf == pytest.approx(-9582.42921, rel=LIKELIHOOD)


def test_one_customer_of_the_authors_spreadsheet():
    # Fader, Hardie & Lee (2005), customer 1: x = 2, t_x = 30.43, T = 38.86
    customer = (2, 30.43, 38.86)
    params = published_fit().params
    assert bgnbd.expected_purchases(39, *customer, **params) == pytest.approx(1.22591, rel=1e-5)
    assert bgnbd.probability_alive(*customer, **params) == pytest.approx(0.72661, rel=1e-5)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    # Fader, Hardie & Lee (2005), spreadsheet of expected sales
    [
        *((0.1429, 0.00782), (1, 0.05318), (3, 0.15063)),
        *((31.8571, 1.04049), (32, 1.04374), (78, 1.85797)),
    ],
)
def test_expected_purchases_of_a_new_customer(weeks, expected):
    # published with five decimals
    assert published_fit().unconditional_purchases(weeks) == pytest.approx(expected, abs=5.1e-6)


@pytest.mark.parametrize(
    ("x", "weeks", "expected", "digits"),
    # manual of the R package BTYD, at the rounded estimates
    [
        (10, 2, 1.07869e-07, 5e-6),
        (0, 39, 0.5737864, 1e-7),
        (11, 30, 0.0019995214, 1e-7),
        (12, 30, 0.0015170236, 1e-7),
        (13, 30, 0.0011633150, 1e-7),
    ],
)
def test_probability_of_a_number_of_purchases(x, weeks, expected, digits):
    assert bgnbd.probability_of(x, weeks, **ROUNDED) == pytest.approx(expected, rel=digits)


# Definitions of statsmodels' manners


def test_information_criteria():
    fit = published_fit()
    assert fit.aic == pytest.approx(-2 * fit.llf + 2 * 4, rel=1e-12)
    assert fit.bic == pytest.approx(-2 * fit.llf + 4 * np.log(2357), rel=1e-12)
    assert fit.nobs == 2357


def test_covariances_and_intervals():
    fit = published_fit()
    covariance = fit.cov_params()
    assert np.sqrt(np.diag(covariance)) == pytest.approx(fit.bse.to_numpy(), rel=1e-12)
    np.testing.assert_allclose(covariance, covariance.T, rtol=1e-12)
    for alpha, quantile in ((0.05, 1.959964), (0.1, 1.644854)):
        interval = fit.conf_int(alpha)
        width = np.log(interval["upper"] / interval["lower"])
        assert width.to_numpy() == pytest.approx(
            (2 * quantile * fit.bse / fit.params).to_numpy(), rel=1e-6
        )
        middle = np.sqrt(interval["upper"] * interval["lower"])
        assert middle.to_numpy() == pytest.approx(fit.params.to_numpy(), rel=1e-12)


# Against the model's own story


def log_likelihood(*rows: tuple) -> float:
    return BGNBD(histories(*zip(*rows, strict=True))).loglike(ROUNDED)


@pytest.mark.parametrize("history", [(0, 0.0, 30.0), (1, 4.0, 20.0), (3, 12.0, 13.0)])
def test_log_likelihood_is_the_mixture_of_single_customers(history):
    x, tx, T = history
    r, alpha, a, b = (ROUNDED[name] for name in ("r", "alpha", "a", "b"))

    def mixed(share, log_rate):
        # coins by the quantiles of their distribution, rates by their logarithm
        coin, rate = special.betaincinv(a, b, share), np.exp(log_rate)
        stayed = (1 - coin) ** x * rate**x * np.exp(-rate * T)
        left = (x > 0) * coin * (1 - coin) ** (x - 1) * rate**x * np.exp(-rate * tx)
        return (stayed + left) * (alpha * rate) ** r * np.exp(-alpha * rate) / special.gamma(r)

    numeric, _ = integrate.dblquad(mixed, -60, 5, 0, 1, epsabs=1e-9, epsrel=1e-7)
    # the model wants two customers and a repeat purchase: a second customer, taken off again
    second = (1, 1.0, 30.0)
    ours = log_likelihood(history, second) - log_likelihood(second, second) / 2
    assert ours == pytest.approx(np.log(numeric), rel=1e-5)


@pytest.mark.parametrize("weeks", [0.5, 13, 39, 200])
def test_probabilities_of_all_numbers_sum_to_one(weeks):
    params = {"r": 0.7, "alpha": 5.0, "a": 1.2, "b": 3.0}
    counts = np.arange(5000)
    assert bgnbd.probability_of(counts, weeks, **params).sum() == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("a", [0.6, 1.0, 2.5])
@pytest.mark.parametrize("weeks", [1, 39])
def test_expectation_is_the_sum_over_numbers(a, weeks):
    params = {"r": 0.7, "alpha": 5.0, "a": a, "b": 3.0}
    counts = np.arange(5000)
    mean = counts @ bgnbd.probability_of(counts, weeks, **params)
    assert bgnbd.unconditional_purchases(weeks, **params) == pytest.approx(mean, rel=1e-8)


def by_integration(t, x, T, r, alpha, a, b) -> float:
    """Mean purchases in time t of a live customer, averaged over the coins that fit the history.

    The rate, given the history, is Gamma(r + x, alpha + T), the coin Beta(a, b + x). A customer
    with coin p and rate l is expected to buy (1 - exp(-l p t)) / p times.
    """
    shape, scale, b = r + x, alpha + T, b + x

    def mean_times_density(log_odds):
        p = special.expit(log_odds)
        density = a * special.log_expit(log_odds) + b * special.log_expit(-log_odds)
        mean = -np.expm1(-shape * np.log1p(p * t / scale)) / p
        return np.exp(density - special.betaln(a, b)) * mean

    # from the hill outwards in short steps, as far as something is left to sum
    hill, total = np.log(a / b), 0.0
    for side in (-1, 1):
        edge = hill
        while True:
            low, high = sorted((edge, edge + side))
            part, _ = integrate.quad(
                mean_times_density, low, high, epsabs=0, epsrel=1e-11, limit=200
            )
            total += part
            edge += side
            if part <= 1e-13 * total:
                break
    return total


CDNOW = {"r": 0.2426, "alpha": 4.4135, "a": 0.7929, "b": 2.4258}
CASES = {
    "cdnow": (CDNOW, (2, 30.43, 38.86), 39),
    "a long horizon": (CDNOW, (2, 30.43, 38.86), 20_000),
    "a moment": (CDNOW, (2, 30.43, 38.86), 0.01),
    "a one-time buyer": (CDNOW, (0, 0.0, 38.86), 52),
    "500 purchases": (CDNOW, (500, 38.0, 38.86), 52),
    "500 purchases, a long horizon": (CDNOW | {"r": 5.0, "a": 2.0}, (500, 38.0, 38.86), 10_000),
    "a = 1": (CDNOW | {"a": 1.0}, (2, 30.43, 38.86), 39),
    "a just below 1": (CDNOW | {"a": 1 - 3e-6}, (2, 30.43, 38.86), 5000),
    "a next to 1": (CDNOW | {"a": 1 + 1e-11}, (2, 30.43, 38.86), 39),
    "a just above 1": (CDNOW | {"a": 1 + 2e-5}, (2, 30.43, 38.86), 5000),
    "a = 2": (CDNOW | {"a": 2.0}, (2, 30.43, 38.86), 39),
    "a + b < 1": (CDNOW | {"a": 0.3, "b": 0.2}, (0, 0.0, 38.86), 39),
    "a + b = 1": (CDNOW | {"a": 0.25, "b": 0.75}, (0, 0.0, 38.86), 39),
    "a + b < 1, repeat buyer": (CDNOW | {"a": 0.3, "b": 0.2}, (3, 20.0, 38.86), 39),
    "equal rates": ({"r": 5e4, "alpha": 5e5, "a": 0.8, "b": 2.4}, (3, 20.0, 38.86), 39),
    "equal coins": ({"r": 0.5, "alpha": 6.0, "a": 2e4, "b": 8e4}, (3, 20.0, 38.86), 520),
    "equal rates and coins": ({"r": 5e4, "alpha": 5e5, "a": 2e4, "b": 8e4}, (3, 20.0, 38.86), 39),
    "heavy use": ({"r": 20.0, "alpha": 1.0, "a": 0.05, "b": 0.05}, (40, 2.0, 2.5), 100),
}


@pytest.mark.parametrize(("params", "history", "t"), CASES.values(), ids=CASES)
def test_conditional_expectation_against_integration(params, history, t):
    x, _, T = history
    alive = bgnbd.probability_alive(*history, **params)
    expected = alive * by_integration(t, x, T, **params)
    assert bgnbd.expected_purchases(t, *history, **params) == pytest.approx(expected, rel=1e-7)


def test_customers_of_every_kind_in_one_call():
    # some of them by the closed formula, some by integration; each as if alone
    x, tx, T = np.array([0, 0, 2, 500]), np.array([0.0, 0, 30, 38]), np.array([39.0, 0, 39, 39])
    for a in (0.25, 1.0, 2.0):
        params = CDNOW | {"a": a, "b": 0.75}
        together = bgnbd.expected_purchases(10_000.0, x, tx, T, **params)
        alone = [
            bgnbd.expected_purchases(10_000.0, *history, **params)
            for history in zip(x, tx, T, strict=True)
        ]
        np.testing.assert_allclose(together, alone, rtol=1e-12)
        times = np.array([[1.0], [52.0]])
        assert bgnbd.expected_purchases(times, x, tx, T, **params).shape == (2, 4)


def test_no_time_ahead_brings_no_purchases():
    for a in (0.5, 1.0, 2.0):
        assert bgnbd.expected_purchases(0, 3, 5, 9, **CDNOW | {"a": a}) == pytest.approx(
            0, abs=1e-12
        )
        assert bgnbd.unconditional_purchases(0, **CDNOW | {"a": a}) == pytest.approx(0, abs=1e-12)


def test_probability_alive_by_hand():
    # r = alpha = a = b = 1, x = 1, t_x = 0, T = 1: odds of having left = 1/1 (2/1)^2 = 4
    assert bgnbd.probability_alive(1, 0, 1, r=1, alpha=1, a=1, b=1) == pytest.approx(
        1 / 5, rel=1e-12
    )
    assert bgnbd.probability_alive(0, 0, 1e6, r=1, alpha=1, a=1, b=1) == 1


# Against simulation: a large shop, in which the truth is known

SHOP = {"r": 0.6, "alpha": 5.0, "a": 0.9, "b": 2.5}
CUSTOMERS = 200_000


@pytest.fixture(scope="module")
def shop():
    return bgnbd.simulate(CUSTOMERS, seed=11, T=39.0, holdout=52.0, **SHOP)


def test_simulated_numbers_of_purchases(shop):
    share = np.bincount(shop.summary["frequency"])[:6] / CUSTOMERS
    expected = bgnbd.probability_of(np.arange(6), 39.0, **SHOP)
    assert np.abs(share - expected).max() < 4 * np.sqrt(0.25 / CUSTOMERS)
    mean, error = shop.summary["frequency"].mean(), shop.summary["frequency"].sem()
    assert abs(mean - bgnbd.unconditional_purchases(39.0, **SHOP)) < 4 * error


def test_simulated_customers_live_and_buy_as_the_model_expects(shop):
    table = shop.summary
    history = (table[name] for name in ("frequency", "recency", "T"))
    x, tx, T = history
    alive = bgnbd.probability_alive(x, tx, T, **SHOP)
    expected = bgnbd.expected_purchases(52.0, x, tx, T, **SHOP)
    silence = np.digitize(T - tx, [3, 10, 25])
    groups = table.assign(
        alive=shop.truth["alive"] - alive, holdout=table["holdout_purchases"] - expected
    ).groupby([table["frequency"].clip(upper=4), silence])
    gap, error = groups[["alive", "holdout"]].mean(), groups[["alive", "holdout"]].sem()
    assert len(gap) > 12
    assert (gap.abs() <= 4.5 * error + 1e-12).to_numpy().all()


def test_a_simulation_is_the_same_for_the_same_seed_only():
    one, same, other = (bgnbd.simulate(50, seed, T=39.0, **SHOP).purchases for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_a_simulated_summary_follows_from_its_purchases(shop):
    seen = shop.purchases[shop.purchases["time"] <= 39.0].groupby("customer_id")["time"]
    assert (seen.size() - 1 == shop.summary["frequency"]).all()
    assert (seen.max() == shop.summary["recency"]).all()
    later = (shop.purchases["time"] > 39.0).groupby(shop.purchases["customer_id"]).sum()
    assert (later == shop.summary["holdout_purchases"]).all()
    assert shop.purchases["time"].max() <= 39.0 + 52.0
    gone = ~shop.truth["alive"]
    assert (shop.summary.loc[gone, "holdout_purchases"] == 0).all()
    # without the extra coin nobody leaves before a repeat purchase
    assert shop.truth.loc[shop.summary["frequency"] == 0, "alive"].all()


def test_a_coin_after_the_first_purchase_lets_one_time_buyers_leave():
    shop = bgnbd.simulate(20_000, seed=4, T=39.0, coin_after_first=True, **SHOP)
    gone = ~shop.truth["alive"] & (shop.summary["frequency"] == 0)
    # whoever loses the first coin never buys again: a share a / (a + b) = .265 at least
    assert gone.mean() == pytest.approx(0.9 / 3.4, rel=0.05)
