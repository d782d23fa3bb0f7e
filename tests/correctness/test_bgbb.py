"""BG/BB gives the published figures, and its formulas agree with counting all that can happen."""

import itertools

import numpy as np
import pytest
from scipy import special

from crmlib.models import BGBB, bgbb
from tests.helpers.shops import donors, donors_fit, occasions

CLUB = {"alpha": 0.8, "beta": 1.7, "gamma": 0.6, "delta": 2.1}


# Published figures


def test_estimates_on_the_donations():
    # Fader, Hardie & Shang (2010): 1.204, 0.750, 0.657, 2.783; here with more digits
    expected = {"alpha": 1.203521, "beta": 0.749716, "gamma": 0.656718, "delta": 2.783444}
    assert donors_fit().params.to_dict() == pytest.approx(expected, rel=2e-6)
    assert donors_fit().nobs == 11_104
    assert donors_fit().warnings == ()


def test_log_likelihood_on_the_donations():
    # Fader, Hardie & Shang (2010): -33,225.6
    assert donors_fit().llf == pytest.approx(-33225.5813, rel=3e-9)


def test_standard_errors_on_the_donations():
    # lifetimes 0.11.3, BetaGeoBetaBinomFitter on the same table
    expected = {"alpha": 0.069391, "beta": 0.029448, "gamma": 0.051010, "delta": 0.320819}
    assert donors_fit().bse.to_dict() == pytest.approx(expected, rel=1e-4)


def test_the_next_five_years_of_all_donors():
    # Fader, Hardie & Shang (2010)
    total = (donors_fit().expected_purchases(5) * donors()["count"]).sum()
    assert total == pytest.approx(12884.16, rel=1e-6)


def test_who_is_alive_next_year():
    # Fader, Hardie & Shang (2010), P(alive in 2002), for (0, 0), (2, 4) and (6, 6)
    alive = donors_fit().probability_alive(occasions([0, 2, 6], [0, 4, 6], 6), ahead=1)
    assert alive.to_list() == pytest.approx([0.108, 0.590, 0.930], abs=5e-4)


@pytest.mark.parametrize(("x", "tx", "expected"), [(0, 0, 0.1302169), (4, 5, 3.627858)])
def test_the_next_ten_years_of_two_donors(x, tx, expected):
    # the walkthrough of the R package BTYD, customers A and B
    found = donors_fit().expected_purchases(10, occasions([x], [tx], 6))
    assert found.to_list() == pytest.approx([expected], rel=1e-4)


# All that can happen: every sequence of purchases at n opportunities


def sequences(n: int):
    """Every sequence of purchases at n opportunities, with its history x, t_x."""
    for bought in itertools.product([0, 1], repeat=n):
        last = max((k + 1 for k in range(n) if bought[k]), default=0)
        yield bought, (sum(bought), last)


def chance_of(x: int, tx: int, n: int) -> float:
    """The probability of one history; a second one is there since a model needs a purchase."""
    both = BGBB(occasions([x, 1], [tx, 1], [n, 2])).loglike(CLUB)
    other = BGBB(occasions([1], [1], [2])).loglike(CLUB)
    return np.exp(both - other)


def test_all_sequences_together_are_certain():
    total = sum(chance_of(x, tx, 5) for _bought, (x, tx) in sequences(5))
    assert total == pytest.approx(1, rel=1e-12)


def test_a_history_is_as_likely_as_its_mean_over_all_kinds_of_customers():
    # exact for polynomials: 40 nodes over the chances to buy, and over those to leave
    def nodes(a: float, b: float):
        points, weights = special.roots_jacobi(40, b - 1, a - 1)
        return (points + 1) / 2, weights / weights.sum()

    (buy, buy_weight), (leave, leave_weight) = (
        nodes(CLUB["alpha"], CLUB["beta"]),
        nodes(CLUB["gamma"], CLUB["delta"]),
    )
    p, theta = buy[:, None], leave[None, :]
    for x, tx, n in [(0, 0, 3), (1, 1, 4), (2, 5, 9), (7, 7, 7), (3, 4, 20)]:
        mixed = p**x * (1 - p) ** (n - x) * (1 - theta) ** n
        for k in range(tx, n):
            mixed = mixed + p**x * (1 - p) ** (k - x) * (1 - theta) ** k * theta
        expected = buy_weight @ mixed @ leave_weight
        assert chance_of(x, tx, n) == pytest.approx(expected, rel=1e-10)


def test_numbers_of_purchases_are_sums_over_sequences():
    counts = np.zeros(6)
    for _bought, (x, tx) in sequences(5):
        counts[x] += chance_of(x, tx, 5)
    np.testing.assert_allclose(bgbb.probability_of(np.arange(6), 5, **CLUB), counts, rtol=1e-12)
    mean = counts @ np.arange(6)
    assert bgbb.unconditional_purchases(5, **CLUB) == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize(("x", "tx"), [(0, 0), (1, 1), (1, 3), (2, 4), (4, 4)])
def test_forecasts_are_shares_of_the_sequences_that_begin_alike(x, tx):
    later = np.zeros(4)
    for bought, history in sequences(7):
        seen = bought[:4]
        if (sum(seen), max((k + 1 for k in range(4) if seen[k]), default=0)) == (x, tx):
            later[sum(bought[4:])] += chance_of(*history, 7)
    later /= later.sum()
    found = bgbb.predictive_probability(np.arange(4), 3, x, tx, 4, **CLUB)
    np.testing.assert_allclose(found, later, rtol=1e-11)
    expected = bgbb.expected_purchases(3, x, tx, 4, **CLUB)
    assert expected == pytest.approx(later @ np.arange(4), rel=1e-11)


def test_who_bought_last_time_is_alive():
    assert bgbb.probability_alive(0, 3, 4, 4, **CLUB) == pytest.approx(1, rel=1e-12)
    # and still is next time if the next coin, known by four tosses survived, falls right
    survives = (CLUB["delta"] + 4) / (CLUB["gamma"] + CLUB["delta"] + 4)
    assert bgbb.probability_alive(1, 3, 4, 4, **CLUB) == pytest.approx(survives, rel=1e-12)


# The closed forms of the paper, which we add up instead


def test_conditional_expectation_is_equation_13():
    a, b, g, d = CLUB.values()
    n, more = 6, 9
    for x, tx in [(0, 0), (2, 4), (6, 6)]:
        ahead = [special.gammaln(1 + d + k) - special.gammaln(g + d + k) for k in (n, n + more)]
        by_paper = (
            np.exp(special.betaln(a + x + 1, b + n - x) - special.betaln(a, b))
            / chance_of(x, tx, n)
            * d / (g - 1) * np.exp(special.gammaln(g + d) - special.gammaln(1 + d))
            * (np.exp(ahead[0]) - np.exp(ahead[1]))
        )  # fmt: skip
        assert bgbb.expected_purchases(more, x, tx, n, **CLUB) == pytest.approx(by_paper, rel=1e-10)


@pytest.mark.parametrize("rate", [0.005, 0.1, 0.6])
def test_discounted_purchases_are_equation_14(rate):
    a, b, g, d = CLUB.values()
    n, z = 6, 1 / (1 + rate)
    for x, tx in [(0, 0), (2, 4), (6, 6)]:
        by_paper = (
            np.exp(special.betaln(a + x + 1, b + n - x) - special.betaln(a, b))
            / chance_of(x, tx, n)
            * np.exp(special.betaln(g, d + n + 1) - special.betaln(g, d)) * z
            * special.hyp2f1(1, d + n + 1, g + d + n + 1, z)
        )  # fmt: skip
        found = bgbb.expected_purchases(np.inf, x, tx, n, rate, **CLUB)
        assert found == pytest.approx(by_paper, rel=1e-9)
        soon = bgbb.expected_purchases(int(40 / rate), x, tx, n, rate, **CLUB)
        assert found == pytest.approx(soon, rel=1e-9)


def test_the_mean_lifetime():
    # with γ = 3: δ / (γ - 1)
    patient = CLUB | {"gamma": 3.0, "delta": 8.0}
    assert bgbb.expected_lifetime(**patient) == pytest.approx(4, rel=1e-12)
    stays = bgbb.survival(np.arange(1, 20_000), gamma=3.0, delta=8.0)
    assert stays.sum() == pytest.approx(4, rel=1e-5)
    assert bgbb.expected_lifetime(**CLUB) == np.inf


# Simulation


def test_simulated_customers_are_those_of_the_model():
    club = bgbb.simulate(200_000, seed=3, opportunities=5, holdout=3, **CLUB)
    shares = club.summary["frequency"].value_counts(normalize=True).sort_index()
    chances = bgbb.probability_of(np.arange(6), 5, **CLUB)
    assert np.abs(shares - chances).max() < 4 * np.sqrt(0.25 / 200_000)
    history = (club.summary[name].to_numpy() for name in ("frequency", "recency", "n"))
    x, tx, n = history
    alive = bgbb.probability_alive(0, x, tx, n, **CLUB)
    assert club.truth["alive"].mean() == pytest.approx(alive.mean(), rel=0.01)
    silent = (x == 1) & (tx == 2)
    assert club.truth["alive"][silent].mean() == pytest.approx(alive[silent].mean(), rel=0.05)
    forecast = bgbb.expected_purchases(3, x, tx, n, **CLUB).sum()
    assert club.summary["holdout_purchases"].sum() == pytest.approx(forecast, rel=0.01)


def test_a_simulation_is_told_twice_alike():
    opportunities = np.array([0, 3, 7])
    club = bgbb.simulate(3, seed=8, opportunities=opportunities, holdout=2, **CLUB)
    again = bgbb.simulate(3, seed=8, opportunities=opportunities, holdout=2, **CLUB)
    other = bgbb.simulate(3, seed=9, opportunities=opportunities, holdout=2, **CLUB)
    assert club.purchases.equals(again.purchases)
    assert not club.truth.equals(other.truth)
    # the summary is what the purchases say; number 0 made somebody a customer
    bought = club.purchases[club.purchases["opportunity"] > 0]
    for customer, row in club.summary.iterrows():
        times = bought.loc[bought["customer_id"] == customer, "opportunity"]
        seen = times[times <= row["n"]]
        assert row["frequency"] == len(seen)
        assert row["recency"] == (seen.max() if len(seen) else 0)
        assert row["holdout_purchases"] == len(times) - len(seen)
    assert (club.purchases["opportunity"] == 0).sum() == 3


# Value


def test_lifetime_value_by_hand():
    fit, table = donors_fit(), donors().head(5).copy()
    terms = {"margin": 0.5, "discount_rate": 0.1, "per": "opportunity", "summary": table}
    value = fit.lifetime_value(40.0, opportunities=3, **terms)
    expected = [fit.expected_purchases(k, table) for k in range(4)]
    by_hand = sum(0.5 * 40 * (expected[k] - expected[k - 1]) / 1.1**k for k in (1, 2, 3))
    np.testing.assert_allclose(value, by_hand, rtol=1e-12)
    for_ever = fit.lifetime_value(40.0, opportunities=np.inf, **terms)
    residual = fit.expected_residual_purchases(0.1, summary=table)
    np.testing.assert_allclose(for_ever, 20 * residual, rtol=1e-12)
    assert (for_ever > value).all()


def test_a_rate_per_year_needs_to_know_how_far_opportunities_lie_apart():
    table = donors().head(5).copy()
    table.attrs["unit"] = "Q"
    by_year = donors_fit().expected_residual_purchases(0.1, per="year", summary=table)
    by_quarter = donors_fit().expected_residual_purchases(1.1**0.25 - 1, summary=table)
    np.testing.assert_allclose(by_year, by_quarter, rtol=1e-12)


def test_residual_lifetime_by_hand():
    fit, table = donors_fit(), donors().head(5)
    stay = fit.expected_residual_lifetime(0.3, summary=table)
    by_hand = sum(fit.probability_alive(table, ahead=k) / 1.3**k for k in range(1, 150))
    np.testing.assert_allclose(stay, by_hand, rtol=1e-10)
    # γ is below 1: some donors stay so long that no mean exists
    assert np.isinf(fit.expected_residual_lifetime(summary=table)).all()
    assert np.isinf(fit.expected_lifetime())
