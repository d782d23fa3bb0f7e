"""BG/BB agrees with its special cases, and says so when a shop is one of them."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from crmlib.models import BGBB, SBG, bgbb
from crmlib.models.opportunities import simulate_at_opportunities
from tests.helpers.shops import donors, donors_fit, occasions

PARAMS = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78}
NONE, INFINITE = 1e-10, 1e8
HISTORIES = occasions([0, 1, 1, 3, 6, 2], [0, 1, 4, 5, 6, 9], [6, 6, 6, 6, 6, 12])
# what customers of a contract can have: they buy at every opportunity until they leave
RENEWALS = occasions([0, 1, 2, 3, 6], [0, 1, 2, 3, 6], [6, 6, 6, 3, 6])


def by_row(table: pd.DataFrame, **changes: float) -> np.ndarray:
    """The log-likelihood of each row."""
    model = BGBB(table)
    return model._by_row(*(PARAMS | changes).values())[0]


# Special cases of the likelihood, written out


def test_one_opportunity_is_one_coin_to_stay_and_one_to_buy():
    a, b, g, d = PARAMS.values()
    share = a / (a + b) * d / (g + d)
    found = by_row(occasions([1, 0], [1, 0], [1, 1]))
    np.testing.assert_allclose(found, np.log([share, 1 - share]), rtol=1e-12)
    np.testing.assert_allclose(
        bgbb.probability_of([0, 1], 1, **PARAMS), [1 - share, share], rtol=1e-12
    )
    assert bgbb.unconditional_purchases(1, **PARAMS) == pytest.approx(share, rel=1e-12)


def test_without_dropout_it_is_the_beta_binomial():
    x, n = HISTORIES["frequency"], HISTORIES["n"]
    a, b = PARAMS["alpha"], PARAMS["beta"]
    expected = special.betaln(a + x, b + n - x) - special.betaln(a, b)
    found = by_row(HISTORIES, gamma=NONE, delta=1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-7)


def stories(table: pd.DataFrame, buying, leaving) -> np.ndarray:
    """Sum over when a customer left, with chances of buying and of leaving as functions."""
    total = []
    for x, tx, n in table[["frequency", "recency", "n"]].to_numpy():
        left = sum(buying(x, k - x) * leaving(1, k) for k in range(tx, n))
        total.append(buying(x, n - x) * leaving(0, n) + left)
    return np.log(total)


def of_beta(a: float, b: float):
    return lambda i, j: np.exp(special.betaln(a + i, b + j) - special.betaln(a, b))


def of_one(p: float):
    return lambda i, j: p**i * (1 - p) ** j


BUYING, LEAVING = of_beta(1.2, 0.75), of_beta(0.66, 2.78)
LIMITS = {
    "one chance to leave": (
        {"gamma": INFINITE / 4, "delta": INFINITE},
        (BUYING, of_one(0.2)),
        HISTORIES,
    ),
    "one chance to buy": (
        {"alpha": INFINITE / 2, "beta": INFINITE},
        (of_one(1 / 3), LEAVING),
        HISTORIES,
    ),
    "one chance each": (
        {"alpha": INFINITE / 2, "beta": INFINITE, "gamma": INFINITE / 4, "delta": INFINITE},
        (of_one(1 / 3), of_one(0.2)),
        HISTORIES,
    ),
    "leave at once or never": (
        {"gamma": NONE / 3, "delta": NONE},
        (BUYING, lambda left, k: 0.25 * (k == 0) if left else 0.75 + 0.25 * (k == 0)),
        HISTORIES.iloc[[0, 3, 4]],
    ),
    "buy always or never": (
        {"alpha": NONE / 3, "beta": NONE},
        (lambda x, missed: 0.25 * (missed == 0) + 0.75 * (x == 0), LEAVING),
        RENEWALS,
    ),
}


@pytest.mark.parametrize(("changes", "chances", "table"), LIMITS.values(), ids=LIMITS)
def test_stand_ins_for_zero_and_infinity_are_as_good_as_the_limit(changes, chances, table):
    np.testing.assert_allclose(by_row(table, **changes), stories(table, *chances), rtol=2e-7)


def test_who_buys_at_every_opportunity_has_a_contract():
    tenure = RENEWALS["recency"] + (RENEWALS["recency"] < RENEWALS["n"])
    contract = pd.DataFrame({"tenure": tenure, "churned": RENEWALS["recency"] < RENEWALS["n"]})
    expected = SBG(contract).loglike({"alpha": PARAMS["gamma"], "beta": PARAMS["delta"]})
    found = by_row(RENEWALS, alpha=1.0, beta=NONE).sum()
    assert found == pytest.approx(expected, rel=1e-8)


# A result answers as the formulas do


def test_a_result_uses_its_own_estimates():
    fit = donors_fit()
    history = [donors()[name] for name in ("frequency", "recency", "n")]
    np.testing.assert_allclose(
        fit.probability_alive(), bgbb.probability_alive(0, *history, **fit.params)
    )
    np.testing.assert_allclose(
        fit.expected_purchases(5), bgbb.expected_purchases(5, *history, **fit.params)
    )
    np.testing.assert_allclose(
        fit.predictive_probability(2, 5),
        bgbb.predictive_probability(2, 5, *history, **fit.params),
    )
    assert fit.unconditional_purchases(9) == bgbb.unconditional_purchases(9, **fit.params)
    assert fit.probability_of(3, 6) == bgbb.probability_of(3, 6, **fit.params)
    stays = fit.survival([4, 5])
    assert fit.retention_rate(5) == pytest.approx(stays[1] / stays[0], rel=1e-12)
    assert fit.probability_alive().index.equals(donors().index)


def test_other_donors_get_the_same_answer_as_the_fit_s_own():
    fit, some = donors_fit(), donors().iloc[5:9]
    for question in (
        fit.probability_alive,
        lambda table=None: fit.expected_purchases(9, table),
        lambda table=None: fit.expected_residual_purchases(0.1, summary=table),
    ):
        pd.testing.assert_series_equal(question(some), question().iloc[5:9])


def test_each_donor_may_have_opportunities_ahead_of_his_own():
    fit, some = donors_fit(), donors().iloc[:3]
    ahead = np.array([1, 10, 0])
    together = fit.expected_purchases(ahead, some)
    alone = [fit.expected_purchases(m, some).iloc[row] for row, m in enumerate(ahead)]
    assert together.to_list() == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize(
    ("quantity", "arguments"),
    [
        ("probability_alive", ()),
        ("expected_purchases", (5,)),
        ("predictive_probability", (1, 5)),
        ("unconditional_purchases", (5,)),
        ("probability_of", (3, 6)),
        ("survival", (6,)),
        ("retention_rate", (6,)),
        ("expected_residual_lifetime", (0.1,)),
        ("expected_residual_purchases", (0.1,)),
    ],
)
def test_every_quantity_has_an_interval(quantity, arguments):
    fit = donors_fit()
    found = fit.interval(quantity, *arguments)
    frame = pd.DataFrame(found).T if found.ndim == 1 else found
    sure = frame["standard_error"] < 1e-9  # as of donors who gave last year: they are alive
    assert (frame["standard_error"] >= 0).all()
    inside = frame[~sure]
    assert len(inside)
    assert ((inside["lower"] < inside["estimate"]) & (inside["estimate"] < inside["upper"])).all()
    assert (frame["lower"] >= 0).all()


def test_intervals_of_shares_stay_below_one():
    # so few donors that the delta method alone would leave the scale
    few = donors().assign(count=np.ceil(donors()["count"] / 400))
    fit = BGBB(few, count="count").fit()
    for quantity, arguments in (
        ("probability_alive", (None, 1)),
        ("predictive_probability", (0, 5)),
        ("survival", (1,)),
        ("retention_rate", (9,)),
        ("probability_of", (0, 1)),
    ):
        assert np.max(fit.interval(quantity, *arguments, level=0.99999)["upper"]) < 1


def test_the_delta_method_agrees_with_the_bootstrap():
    fit = donors_fit()
    draws = fit.bootstrap(60, seed=4)

    def total(result):
        return (result.expected_purchases(5) * donors()["count"]).sum()

    by_delta, by_draws = fit.interval(total), fit.interval(total, draws=draws)
    # 60 draws know a standard error to about 9%
    assert by_draws["standard_error"] == pytest.approx(by_delta["standard_error"], rel=0.3)


def test_a_result_simulates_customers_like_its_own():
    club = donors_fit().simulate(30_000, seed=5, holdout=5)
    assert (club.summary["n"] == 6).all()
    frequency = club.summary["frequency"]
    expected = donors_fit().unconditional_purchases(6)
    assert abs(frequency.mean() - expected) < 4 * frequency.sem()


# At the edge: customers who do not differ, do not leave, always buy


def club(seed: int, buys=None, leaves=None, n: int = 3000):
    """Ten opportunities, ten more to come; chances differ, or are one of those given."""
    random = np.random.default_rng(seed)
    buys = random.beta(1.2, 0.8, n) if buys is None else random.choice(buys, n)
    leaves = random.beta(0.7, 2.8, n) if leaves is None else random.choice(leaves, n)
    return simulate_at_opportunities(buys, leaves, 10, 10, random)


EDGES = {
    "nobody leaves": ({"seed": 2, "leaves": [0.0]}, {"no_dropout"}),
    "one chance to leave": ({"seed": 2, "leaves": [0.15]}, {"same_dropout"}),
    "leave at once or never": ({"seed": 1, "leaves": [0.0, 1.0]}, {"all_or_nothing"}),
    "always buy": ({"seed": 1, "buys": [1.0]}, {"always_buys"}),
    "one chance to buy": ({"seed": 2, "buys": [0.4]}, {"same_buying"}),
    "buy always or never": ({"seed": 1, "buys": [0.0, 1.0]}, {"always_or_never"}),
    "one chance each": (
        {"seed": 3, "buys": [0.4], "leaves": [0.15]},
        {"same_buying", "same_dropout"},
    ),
}


@pytest.mark.parametrize(("options", "codes"), EDGES.values(), ids=EDGES)
def test_a_fit_at_the_edge_says_so_and_still_forecasts(options, codes):
    simulated = club(**options)
    fit = BGBB(simulated.summary).fit()
    assert {warning.code for warning in fit.warnings} == codes == set(fit.limit.codes)
    assert all(str(warning) in repr(fit) for warning in fit.warnings)
    assert "{" not in repr(fit)
    assert fit.limit.llf == pytest.approx(fit.llf, abs=1e-6)
    assert fit.limit.free_parameters == 4 - fit.bse.isna().sum()
    assert fit.probability_alive().between(0, 1).all()
    for m in (1, 10, 400):
        assert np.isfinite(fit.expected_purchases(m)).all()
    value = fit.lifetime_value(
        20.0, margin=0.3, discount_rate=0.1, per="opportunity", opportunities=np.inf
    )
    assert np.isfinite(value).all()
    # what it is still good for: the total of the next ten opportunities
    total = fit.interval(lambda result: result.expected_purchases(10).sum())
    actual = simulated.summary["holdout_purchases"].sum()
    assert total["estimate"] == pytest.approx(actual, rel=0.05)
    assert total["lower"] < total["estimate"] < total["upper"]


def test_the_ratio_at_the_edge_is_what_was_planted():
    table = BGBB(club(3, buys=[0.4], leaves=[0.15]).summary).fit().summary()
    for row, planted in (("alpha / (alpha + beta)", 0.4), ("gamma / (gamma + delta)", 0.15)):
        estimate, error = table.loc[row, ["estimate", "standard_error"]]
        assert abs(estimate - planted) < 3 * error < 0.1 * planted
    assert np.isinf(table.loc[["alpha", "beta", "gamma", "delta"], "estimate"]).all()


def test_a_limit_is_worth_what_its_own_model_says():
    # without dropout: the beta-binomial, fitted here by hand
    simulated = club(2, leaves=[0.0])
    fit = BGBB(simulated.summary).fit()
    x = simulated.summary["frequency"]
    a, b = fit.params[["alpha", "beta"]]
    by_hand = (special.betaln(a + x, b + 10 - x) - special.betaln(a, b)).sum()
    assert fit.limit.llf == pytest.approx(by_hand, rel=1e-8)


def test_tiny_tables_neither_hang_nor_fail():
    for table in (
        occasions([1, 0], [1, 0], [2, 2]),
        occasions([1, 1], [1, 2], [3, 3]),
        occasions([3, 0, 0], [200, 0, 0], [400, 400, 1]),
        occasions([0, 1, 0], [0, 1, 0], [0, 1, 1]),
    ):
        fit = BGBB(table).fit()
        assert fit.warnings
        assert fit.probability_alive().between(0, 1).all()
        assert np.isfinite(fit.expected_purchases(10)).all()
