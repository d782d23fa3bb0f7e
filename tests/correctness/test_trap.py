"""Theory of notebook 09: tables by hand, closed forms, published tables."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import integrate, stats
from statsmodels.stats.proportion import proportion_confint

from crmlib import trap
from crmlib.trap import contrasts, fitting, kano, shape
from crmlib.trap.tables import persons_counted
from tests.helpers import trap_world


def small() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "market": list("AAAABBBB"),
            "satisfaction": [7, 6, 3, 2, 7, 6, 6, 1],
            "later_retained": [True, True, True, False, True, False, False, False],
            "intent": [10, 9, 5, 1, 10, 9, 8, 0],
        }
    )


# Who is satisfied, and who stays


def test_quadrants_by_hand():
    table = trap.quadrants(small())
    assert table.loc["A"].to_list() == pytest.approx([0.5, 0, 0.25, 0.25, 0])
    assert table.loc["B"].to_list() == pytest.approx([0.25, 0.5, 0, 0.25, 2 / 3])


def test_quadrants_count_by_weight():
    table = trap.quadrants(small().assign(weight=[1, 1, 2, 1, 1, 1, 1, 1]))
    assert table.loc["A"].to_list() == pytest.approx([0.4, 0, 0.4, 0.2, 0])


def test_quadrants_where_nobody_is_satisfied():
    table = trap.quadrants(small(), satisfied=8)
    assert table["leave_if_satisfied"].isna().all()
    assert table[["hostages", "defectors"]].sum(axis=1).to_list() == [1, 1]


def test_shares_and_their_intervals_are_wilson_s():
    row = trap.retained_by(small(), "market").loc["A"]
    assert row["share"] == 0.75
    lower, upper = proportion_confint(3, 4, method="wilson")
    assert row[["lower", "upper"]].to_list() == pytest.approx([lower, upper])


def test_intervals_count_persons_not_answers():
    thrice = pd.concat([small()] * 3, ignore_index=True)
    thrice["customer_id"] = list(range(8)) * 3
    one, three = (trap.retained_by(table, "market") for table in (small(), thrice))
    assert three["answers"].to_list() == [12, 12]
    assert three["persons"].to_list() == [4, 4]
    pd.testing.assert_frame_equal(one[["share", "lower", "upper"]],
                                  three[["share", "lower", "upper"]])  # fmt: skip


def test_kish_s_effective_number():
    assert persons_counted(pd.DataFrame({"weight": [1.0, 1, 1, 1]})) == 4
    assert persons_counted(pd.DataFrame({"weight": [3.0, 1, 1, 1]})) == pytest.approx(36 / 12)


def test_a_curve_leaves_out_levels_with_few_answers():
    curve = trap.loyalty_curve(small(), fewest=2)
    assert curve.index.to_list() == [("B", 6)]
    assert curve["share"].to_list() == [0]


def test_what_was_said_stands_beside_what_was_done():
    table = trap.intent_vs_behaviour(small(), fewest=1)
    assert table.loc[("B", 6), ["said", "done"]].to_list() == pytest.approx([0.85, 0])
    assert table.loc[("A", 7), ["said", "done"]].to_list() == pytest.approx([1, 1])


# Correlation


def test_correlation_is_numpy_s():
    table = trap.correlation(small())
    for name, part in [("all", small()), *small().groupby("market")]:
        expected = np.corrcoef(part["satisfaction"], part["later_retained"])[0, 1]
        assert table.loc[name, "correlation"] == pytest.approx(expected)


def test_interval_of_a_correlation_of_normal_values_is_the_textbook_s():
    # the standard error of r is (1 - r^2) / sqrt(n) for a normal pair
    random = np.random.default_rng(1)
    x = random.normal(size=40_000)
    frame = pd.DataFrame({"x": x, "y": 0.6 * x + 0.8 * random.normal(size=40_000)})
    row = trap.correlation(frame, "x", "y", by=None).loc["all"]
    error = (row["upper"] - row["lower"]) / 2 / stats.norm.ppf(0.975)
    assert error == pytest.approx((1 - row["correlation"] ** 2) / 200, rel=0.03)


def test_a_column_that_does_not_vary_has_no_correlation():
    table = trap.correlation(small().assign(later_retained=True))
    assert table["correlation"].isna().all()


# Regressions


def answers(rows: int = 3000) -> pd.DataFrame:
    return trap_world.made_to_order(rows, 7, (0.2, -0.8, 0.1, 0.6))


def test_logit_is_statsmodels_logit_with_robust_errors():
    table = answers()
    terms = contrasts.hinges(table)
    mine = fitting.logit(table, "stays", terms)
    x = sm.add_constant(terms)
    theirs = sm.Logit(table["stays"].astype(float), x).fit(disp=0, cov_type="HC1")
    assert mine.estimate.to_list() == pytest.approx(theirs.params.to_list(), rel=1e-6)
    assert np.sqrt(np.diag(mine.covariance)) == pytest.approx(theirs.bse.to_numpy(), rel=2e-3)
    assert mine.llf == pytest.approx(theirs.llf)
    assert mine.deviance_explained == pytest.approx(theirs.prsquared)


def test_line_is_statsmodels_line_clustered_by_person():
    table = answers().assign(customer_id=np.arange(3000) // 3, weight=1.0 + np.arange(3000) % 2)
    terms = contrasts.dummies(table)
    mine = fitting.line(table.assign(stays=table["stays"].astype(float)), "stays", terms)
    model = sm.WLS(table["stays"].astype(float), sm.add_constant(terms), weights=table["weight"])
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": table["customer_id"]})
    assert mine.estimate.to_list() == pytest.approx(theirs.params.to_list())
    assert np.sqrt(np.diag(mine.covariance)) == pytest.approx(theirs.bse.to_numpy(), rel=2e-3)


def test_weighted_logit_clustered_by_person_is_gee_with_independence():
    table = answers(900).assign(customer_id=np.arange(900) // 3, weight=1.0 + np.arange(900) % 2)
    terms = contrasts.hinges(table)
    mine = fitting.logit(table, "stays", terms)
    theirs = sm.GEE(
        table["stays"].to_numpy(float), sm.add_constant(terms).to_numpy(),
        groups=table["customer_id"].to_numpy(), family=sm.families.Binomial(),
        weights=(table["weight"] / table["weight"].mean()).to_numpy(),
    ).fit()  # fmt: skip
    assert mine.estimate.to_numpy() == pytest.approx(theirs.params, rel=1e-5)
    assert np.sqrt(np.diag(mine.covariance)) == pytest.approx(theirs.bse, rel=5e-3)


def test_dummies_of_three_groups_are_differences_of_means():
    table = pd.DataFrame({"basic": [3.0, 4, 5, 5, 6, 7], "latent": [4, 3, 5, 4, 4, 4],
                          "y": [1.0, 2, 4, 4, 5, 9]})  # fmt: skip
    terms = contrasts.dummies(table)
    assert terms["low basic"].to_list() == [1, 1, 0, 0, 0, 0]
    assert terms["high basic"].to_list() == [0, 0, 0, 0, 1, 1]
    found = fitting.line(table, "y", terms[["low basic", "high basic"]]).estimate
    assert found.to_list() == pytest.approx([4, 1.5 - 4, 7 - 4])


def test_a_score_of_a_half_is_rounded_up():
    # Python's own rounding would put 4.5 with 4, and 5.5 with 6
    terms = contrasts.dummies(pd.DataFrame({"basic": [4.5, 5.5], "latent": [3.5, 4.5]}))
    assert terms["low basic"].to_list() == [0, 0]
    assert terms["high basic"].to_list() == [0, 1]


# Noise


def test_cronbach_s_alpha_of_parallel_items():
    # k items with reliability rho each: Spearman-Brown, k rho / (1 + (k - 1) rho)
    random = np.random.default_rng(3)
    true = random.normal(size=200_000)
    items = pd.DataFrame({i: true + random.normal(size=200_000) for i in range(4)})
    assert contrasts.reliability(items) == pytest.approx(4 * 0.5 / (1 + 3 * 0.5), abs=0.005)


def test_the_mean_shortfall_is_the_integral():
    table = answers(400)
    terms = trap.true_terms(table)
    items = table[[f"basic_{item}" for item in range(1, 5)]]
    score, alpha = items.mean(axis=1), contrasts.reliability(items)
    drawn = score.mean() + alpha * (score - score.mean())
    spread = score.std() * np.sqrt(alpha * (1 - alpha))
    for row in (0, 17, 200):
        law = stats.norm(drawn[row], spread)
        expected, _ = integrate.quad(lambda b: (5 - b) * law.pdf(b), -20, 5, points=[drawn[row]])  # noqa: B023
        assert terms.loc[row, "unmet basic"] == pytest.approx(expected, rel=1e-6)
        both = terms.loc[row, "met basic"] - terms.loc[row, "unmet basic"]
        assert both == pytest.approx(drawn[row] - 5)


def test_items_without_noise_need_no_correction():
    table = answers(400)
    exact = table.assign(**{f"basic_{i}": table["basic"] + 1e-6 * i * (-1) ** np.arange(400)
                            for i in range(1, 5)})  # fmt: skip
    terms = trap.true_terms(exact)
    expected = contrasts.hinges(table)["unmet basic"]
    assert terms["unmet basic"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-4)


# Remedies


def test_the_gain_of_a_remedy_is_the_mean_change_of_the_chance():
    table = answers().rename(columns={"stays": "later_retained"})
    found = trap.remedies(table, worth=200)
    terms = trap.true_terms(table)
    weight = fitting.logit(table, "later_retained", terms).estimate
    before = 1 / (1 + np.exp(-(weight["intercept"] + terms @ weight[terms.columns])))
    after = terms.assign(latent=terms["latent"] + 1)
    after = 1 / (1 + np.exp(-(weight["intercept"] + after @ weight[terms.columns])))
    gain = 100 * (after.mean() - before.mean())
    row = found.loc["M", "surprise"]
    assert row["gain"] == pytest.approx(gain)
    assert row["spend_at_most"] == pytest.approx(gain * 2)
    assert row["lower"] < gain < row["upper"]
    mended = found.loc["M", "mend basics"]
    assert mended["reached"] == pytest.approx((table["basic"] < 5).mean())
    assert mended["spend_at_most"] == pytest.approx(mended["gain"] * 2 / mended["reached"])


# Kano


def test_the_evaluation_table_is_the_usual_one():
    # Berger et al. (1993), "Kano's methods for understanding customer-defined quality"
    usual = """
        Q A A A O
        R I I I M
        R I I I M
        R I I I M
        R R R R Q
    """
    expected = usual.split()
    answered = [(f, d) for f in range(1, 6) for d in range(1, 6)]
    found = kano.kano_classify(*np.array(answered).T)
    assert found.to_list() == expected


def feature(**counts: int) -> pd.DataFrame:
    pairs = {"M": (3, 5), "O": (1, 5), "A": (1, 3), "I": (3, 3), "R": (5, 1), "Q": (1, 1)}
    rows = [pairs[letter] for letter, number in counts.items() for _ in range(number)]
    frame = pd.DataFrame(rows, columns=["functional", "dysfunctional"])
    return frame.assign(feature="f")


def test_kano_summary_by_hand():
    row = trap.kano_summary(feature(M=50, O=30, A=10, I=10)).loc["f"]
    assert row["kano_class"] == "M"
    assert row["second"] == "O"
    assert row["share"] == 0.5
    assert row["lead"] == pytest.approx(0.2)
    # variance of the difference of two multinomial shares: p1 + p2 - (p1 - p2)^2 over n
    error = np.sqrt((0.5 + 0.3 - 0.04) / 100)
    assert row["lead_lower"] == pytest.approx(0.2 - 1.959964 * error, abs=1e-6)
    assert row["clear"]
    assert not trap.kano_summary(feature(M=12, O=10)).loc["f", "clear"]


def test_better_and_worse_by_hand():
    row = trap.better_worse(feature(M=50, O=30, A=10, I=10, R=7, Q=3)).loc["f"]
    assert row["counted"] == 100
    assert row["better"] == pytest.approx(0.4)
    assert row["worse"] == pytest.approx(-0.8)
    assert row["worse_lower"] < -0.8 < row["worse_upper"] < 0


def test_a_feature_that_all_reject_has_no_better_and_no_worse():
    row = trap.better_worse(feature(R=5)).loc["f"]
    assert np.isnan(row["better"])
    assert np.isnan(row["worse"])
    assert row["kano_class"] == "R"


def test_a_change_of_class_needs_another_letter_and_more_than_chance():
    waves = [feature(A=60, M=40).assign(wave=1), feature(A=40, M=60).assign(wave=2)]
    row = trap.kano_change(pd.concat(waves)).loc["f"]
    assert (row["before"], row["after"]) == ("A", "M")
    assert row["surprised"] == pytest.approx(-0.2)
    assert row["changed"]
    few = [feature(A=6, M=4).assign(wave=1), feature(A=4, M=6).assign(wave=2)]
    assert not trap.kano_change(pd.concat(few)).loc["f", "changed"]


# Shapes


def test_bend_is_penalty_minus_reward():
    table = trap.line_or_hinge(answers(), by="market", outcome="stays")
    row = table.loc["M"]
    assert row["bend"] == pytest.approx(row["penalty"] - row["reward"])


def test_the_line_is_the_hinge_with_equal_sides():
    # so the hinge can only fit better, and each extra term costs 2 in AIC
    table = trap.line_or_hinge(trap_world.rivals())
    assert (table["aic_hinge"] <= table["aic_line"] + 2).all()


def test_curvature_of_a_square():
    x = np.tile(np.linspace(1, 7, 50), 20)
    noise = np.random.default_rng(5).normal(0, 0.01, len(x))
    frame = pd.DataFrame({"x": x, "y": 0.5 * x**2 + noise})
    row = trap.curvature(frame, "x", "y", by=None).loc["all"]
    assert row["curvature"] == pytest.approx(0.5, abs=0.01)
    assert row["slope"] == pytest.approx(2 * 0.5 * 4, abs=0.01)  # at the mean of x


def test_a_mixture_of_markets_stays_as_the_mean_of_the_markets():
    model = trap.market_model(trap_world.survey())
    shares = trap.market_shares(model, 3, 30)
    each = trap.staying(model, 6.0, [2.0, 5.0])
    assert shares.sum() == pytest.approx(1)
    assert trap.staying(model, 6.0, [2.0, 5.0], shares) == pytest.approx(shares.to_numpy() @ each)
    one = model.loc["D"]
    index = one["intercept"] + one["met basic"] + one["latent"] * (5 - shape.CENTRE)
    assert each[3, 1] == pytest.approx(1 / (1 + np.exp(-index)))
