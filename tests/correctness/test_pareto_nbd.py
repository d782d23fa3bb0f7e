"""Pareto/NBD: its formulas agree with published figures, closed forms and plain integration."""

import numpy as np
import pytest
from scipy import integrate, special, stats

from crmlib.models import ParetoNBD, pareto_nbd
from crmlib.models.pareto_quadrature import leaving
from tests.helpers.shops import histories, published

CDNOW = {"r": 0.5533, "alpha": 10.5776, "s": 0.6062, "beta": 11.6679}
HISTORY = (2, 30.43, 38.86)


def log_likelihood(x, tx, T, **params) -> float:
    """Of one customer: the model wants two, so a second one is taken off again."""
    second = (1, 1.0, 30.0)

    def of(*rows):
        return ParetoNBD(histories(*zip(*rows, strict=True))).loglike(params)

    return of((x, tx, T), second) - of(second, second) / 2


# Published figures; the estimates and their errors are in the table of reference figures


@pytest.mark.parametrize(
    ("history", "seen"),
    # customers at whom a naive formula overflows, with parameters of an online shop
    [
        ((221, 103.43, 103.57), "active"),
        ((254, 97.14, 97.29), "active"),
        ((161, 94.71, 98.00), "silent"),
        ((204, 98.57, 99.43), "active"),
    ],
)
def test_heavy_buyers_get_a_sensible_probability_to_be_alive(history, seen):
    params = {"r": 0.5143, "alpha": 2.8845, "s": 0.2856, "beta": 14.1087}
    x, tx, T = history
    alive = pareto_nbd.probability_alive(*history, **params)
    # odds of having left, in logarithms that cannot overflow, by adaptive integration
    expected = 1 / (1 + np.exp(log_odds(*history, **params)))
    assert alive == pytest.approx(expected, rel=1e-9)
    # someone who buys twice a week has become silent after three weeks, not after one day
    assert (alive > 0.9) == (seen == "active")
    assert np.isfinite(log_likelihood(x, tx, T, **params))


def test_closed_form_of_the_likelihood_on_cdnow():
    # Fader & Hardie (2005), A note on deriving the Pareto/NBD model, eqs. 21-23
    table = published()
    x, tx, T = (table[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    for params in (CDNOW, CDNOW | {"beta": 4.0}):
        r, alpha, s, beta = params.values()
        a, low = (s + 1, beta) if alpha >= beta else (r + x, alpha)
        high = max(alpha, beta)
        total = r + s + x

        def hyper(t, a=a, low=low, high=high, total=total):
            share = (high - low) / (high + t)
            return special.hyp2f1(total, a, total + 1, share) / (high + t) ** total

        alive = 1 / ((alpha + T) ** (r + x) * (beta + T) ** s)
        likelihood = (
            special.gamma(r + x) * alpha**r * beta**s / special.gamma(r)
            * (alive + s / total * (hyper(tx) - hyper(T)))
        )  # fmt: skip
        expected = np.log(likelihood).sum()
        assert ParetoNBD(table).loglike(params) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(("x", "tx"), [(0, 0.0), (2, 30.43), (20, 38.0)])
@pytest.mark.parametrize("rate", [0.002, 0.05])
def test_discounted_future_purchases_have_a_closed_form(x, tx, rate):
    # Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42(4), eq. 2
    r, alpha, s, beta = CDNOW.values()
    T = 38.86
    alive = pareto_nbd.probability_alive(x, tx, T, **CDNOW)
    psi = special.hyperu(s, s, rate * (beta + T))
    expected = alive * (r + x) / (alpha + T) * ((beta + T) ** s * rate ** (s - 1)) * psi
    fit = ParetoNBD(published()).fit().at(np.array(list(CDNOW.values())))
    found = fit.expected_residual_purchases(
        np.expm1(rate), per="unit", summary=histories([x], [tx], [T])
    )
    assert found[0] == pytest.approx(expected, rel=1e-6)


# The quadrature against others

REGIMES = {
    "like CDNOW": CDNOW,
    "beta >> alpha": {"r": 1.2, "alpha": 0.8, "s": 30.0, "beta": 4000.0},
    "beta >> alpha, r small": {"r": 0.02, "alpha": 0.5, "s": 20.0, "beta": 500.0},
    "alpha >> beta": {"r": 5.0, "alpha": 4000.0, "s": 0.4, "beta": 0.3},
    "alpha >> beta, leaving fast": {"r": 0.6, "alpha": 300.0, "s": 6.0, "beta": 1.0},
    "everybody the same": {"r": 1e8, "alpha": 1e9, "s": 1e8, "beta": 3e9},
    "days": {"r": 0.5533, "alpha": 74.0, "s": 0.6062, "beta": 81.7},
    "years": {"r": 0.5533, "alpha": 0.2, "s": 0.6062, "beta": 0.22},
}
HISTORIES = {
    "no purchase": (0, 0.0, 39.0),
    "no purchase for long": (0, 0.0, 20_000.0),
    "just now": (3, 39.0, 39.0),
    "a short silence": (3, 38.0, 39.0),
    "a long silence": (3, 2.0, 39.0),
    "a long life": (7, 40.0, 2000.0),
    "1,000 purchases": (1000, 30.0, 39.0),
    "30,000 purchases": (30_000, 38.9, 39.0),
}


def log_odds(x, tx, T, r, alpha, s, beta) -> float:
    """Log odds of having left, by adaptive integration from the last purchase outwards."""
    if tx == T:
        return -np.inf

    def log_integrand(u):
        return -(r + x) * np.log1p((u - tx) / (alpha + tx)) - s * np.log1p((u - tx) / (beta + tx))

    total, start, step = 0.0, tx, (T - tx) * 1e-6
    while start < T:
        end = min(start + step, T)
        part, _error = integrate.quad(
            lambda u: np.exp(log_integrand(u)) * s / (beta + u), start, end, epsabs=0, epsrel=1e-12
        )
        total += part
        if part < 1e-17 * total:
            break
        start, step = end, step * 1.5
    return np.log(total) - log_integrand(T)


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("params", REGIMES.values(), ids=REGIMES)
def test_odds_of_having_left_against_adaptive_integration(params, history):
    found = leaving(*np.array(history)[:, None], **params).log_odds[0]
    assert found == pytest.approx(log_odds(*history, **params), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("params", REGIMES.values(), ids=REGIMES)
def test_few_points_are_as_good_as_many(params, monkeypatch):
    x, tx, T = np.array(list(HISTORIES.values())).T
    few = leaving(x, tx, T, **params, with_covariances=True)
    monkeypatch.setattr("crmlib.models.pareto_quadrature.POINTS", ((np.inf, np.inf, 400),))
    many = leaving(x, tx, T, **params, with_covariances=True)
    np.testing.assert_allclose(few.log_odds, many.log_odds, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(few.means, many.means, rtol=1e-7)
    of_squares = few.means * few.means[:, None]
    np.testing.assert_allclose(
        few.covariances, many.covariances, rtol=1e-6, atol=1e-8 * of_squares.max()
    )


@pytest.mark.parametrize("history", [(0, 0.0, 30.0), (1, 4.0, 20.0), (3, 12.0, 13.0)])
def test_log_likelihood_is_the_mixture_of_single_customers(history):
    x, tx, T = history
    buying = stats.gamma(CDNOW["r"], scale=1 / CDNOW["alpha"])
    dropout = stats.gamma(CDNOW["s"], scale=1 / CDNOW["beta"])

    # sums over a fine net of logarithms, as good as any integration of a smooth hill
    step = 0.1
    rate, mu = np.meshgrid(*[np.exp(np.arange(-40, 4, step))] * 2)
    stayed = rate**x * np.exp(-(rate + mu) * T)
    left = rate**x * mu / (rate + mu) * (np.exp(-(rate + mu) * tx) - np.exp(-(rate + mu) * T))
    mixed = (stayed + left) * buying.pdf(rate) * dropout.pdf(mu) * rate * mu
    numeric = mixed.sum() * step**2
    assert log_likelihood(*history, **CDNOW) == pytest.approx(np.log(numeric), rel=1e-7)


# Counts

COUNTS = {
    "like CDNOW": (CDNOW, 39.0),
    "a long time": (CDNOW, 5000.0),
    "beta >> alpha": (REGIMES["beta >> alpha"], 20.0),
    "alpha >> beta": (REGIMES["alpha >> beta"], 900.0),
    "many who leave at once": ({"r": 0.9, "alpha": 8.0, "s": 0.0016, "beta": 1e-100}, 39.0),
    "everybody the same": ({"r": 1e8, "alpha": 1e9, "s": 1e8, "beta": 3e9}, 39.0),
    "a moment in a long time": ({"r": 1e8, "alpha": 1e5, "s": 0.6, "beta": 1e8}, 5000.0),
}


NODES, WEIGHTS = special.roots_legendre(60)


@pytest.mark.parametrize(("params", "t"), COUNTS.values(), ids=COUNTS)
@pytest.mark.parametrize("x", [0, 1, 4, 40])
def test_probability_of_a_count_against_integration(params, t, x):
    r, alpha, s, beta = params.values()

    log_ways = np.log(r + np.arange(x)).sum() - special.gammaln(x + 1)

    def log_stays(u):
        log_count = log_ways - r * np.log1p(u / alpha) + special.xlogy(x, u / (alpha + u))
        return log_count - s * np.log1p(u / beta)

    # from moments far before any purchase to t, in steps of a logarithm
    steps = np.concatenate(
        [np.linspace(-330, np.log(t) - 40, 30), np.log(t) - np.arange(39, -1, -1)]
    )
    log_time = steps[:-1, None] + np.diff(steps)[:, None] * (1 + NODES) / 2
    u = np.exp(log_time)
    left = np.exp(log_stays(u)) * s * u / (beta + u)
    total = np.exp(log_stays(t)) + (left * np.diff(steps)[:, None] / 2 * WEIGHTS).sum()
    found = pareto_nbd.probability_of(x, t, **params)
    assert found == pytest.approx(total, rel=2e-8)


@pytest.mark.parametrize("s", [0.4, 1.0, 1 + 1e-9, 3.0])
@pytest.mark.parametrize("t", [1, 39])
def test_expectation_is_the_sum_over_counts(s, t):
    params, counts = CDNOW | {"s": s}, np.arange(3000)
    mean = counts @ pareto_nbd.probability_of(counts, t, **params)
    assert pareto_nbd.unconditional_purchases(t, **params) == pytest.approx(mean, rel=1e-9)
    ahead = pareto_nbd.predictive_probability(counts, t, *HISTORY, **params)
    expected = pareto_nbd.expected_purchases(t, *HISTORY, **params)
    assert ahead.sum() == pytest.approx(1, rel=1e-9)
    assert expected == pytest.approx(counts @ ahead, rel=1e-9)


# Lifetimes


@pytest.mark.parametrize("s", [1.7, 6.0])
def test_the_mean_lifetime_is_the_area_under_the_survival_curve(s):
    params = CDNOW | {"s": s}
    area, _error = integrate.quad(
        lambda z: pareto_nbd.survival(np.exp(z), **params) * np.exp(z), -20, 60, limit=400
    )
    assert pareto_nbd.expected_lifetime(**params) == pytest.approx(area, rel=1e-6)


@pytest.mark.parametrize("s", [0.3, 1.0])
def test_a_heavy_tail_has_no_mean_lifetime(s):
    assert pareto_nbd.expected_lifetime(**CDNOW | {"s": s}) == np.inf


def test_lifetimes_are_pareto():
    _r, _alpha, s, beta = CDNOW.values()
    t = np.array([0.0, 3.0, 39.0, 500.0])
    expected = stats.lomax.sf(t, s, scale=beta)
    np.testing.assert_allclose(pareto_nbd.survival(t, **CDNOW), expected, rtol=1e-12)


def test_parameters_may_differ_by_customer():
    x, tx, T = np.array(list(HISTORIES.values())).T
    several = {name: value * np.linspace(0.5, 2, len(x)) for name, value in CDNOW.items()}
    alone = [
        {name: value[row] for name, value in several.items()} | {"row": row}
        for row in range(len(x))
    ]
    for formula, arguments in (
        (pareto_nbd.probability_alive, (x, tx, T)),
        (pareto_nbd.expected_purchases, (np.full(len(x), 9.0), x, tx, T)),
        (pareto_nbd.predictive_probability, (np.arange(len(x)), np.full(len(x), 9.0), x, tx, T)),
        (pareto_nbd.probability_of, (np.arange(len(x)), T)),
        (pareto_nbd.survival, (T,)),
    ):
        together = formula(*arguments, **several)
        each = []
        for params in alone:
            own = dict(params)
            row = own.pop("row")
            each.append(formula(*(argument[row] for argument in arguments), **own))
        np.testing.assert_allclose(together, each, rtol=1e-9, atol=1e-300)
