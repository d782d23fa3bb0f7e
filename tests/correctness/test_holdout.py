"""A holdout report counts rightly, says who wins, and finds a true model right."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib import data
from crmlib.models import BGNBD, MBGNBD, NBD, bgnbd, holdout_report, nbd
from crmlib.models.holdout.measures import (
    area_under_curve,
    middle_ranks,
    rank_correlation,
    share_chosen,
    wilson_interval,
)
from crmlib.models.holdout.tables import predictive_variance
from tests.helpers.shops import exact, exact_fit, histories, whole, whole_fit

TRUTH = {"r": 0.5, "alpha": 6.0, "a": 0.9, "b": 3.0}


@pytest.fixture(scope="module")
def cdnow():
    return holdout_report(whole_fit(), whole(), transactions=data.load("cdnow"))


@pytest.fixture(scope="module")
def sample():
    return holdout_report(exact_fit(), exact(), transactions=data.load("cdnow_sample"))


@pytest.fixture(scope="module")
def true_shop():
    """A shop in which BG/NBD is true, its truth, and the report on the fit."""
    shop = bgnbd.simulate(8000, 3, **TRUTH, T=np.repeat([26.0, 39, 52, 78], 2000), holdout=39.0)
    return shop, holdout_report(BGNBD(shop.summary).fit(), shop.summary, t=39.0, recent=13.0)


# CDNOW, all 23,570 customers, 39 weeks after 39 weeks. Counted from the purchases themselves
# (Fader & Hardie's data), as notebook 05 prints them.


def test_cdnow_total_is_won_by_the_last_quarter(cdnow):
    assert cdnow.totals.loc["actual", "purchases"] == 19_684
    assert cdnow.totals.loc["last quarter", "purchases"] == 3 * 7195
    bias = cdnow.totals["bias"].round(3).to_dict()
    assert bias["model"] == -0.143
    assert bias["past rate"] == 0.474
    assert bias["last quarter"] == 0.097
    assert cdnow.contests.loc["total", "winner"] == "rule"
    assert (
        "On the total: the naive rule “every customer buys as in the last 13 weeks” wins, +9.7% "
        "against the model's -14.3%." in cdnow.verdict
    )


def test_cdnow_total_is_outside_what_chance_and_estimation_explain(cdnow):
    model = cdnow.totals.loc["model"]
    assert model["upper"] < 19_684
    assert "Chance and estimation alone do not explain the difference." in cdnow.verdict[1]


def test_cdnow_buries_customers_too_early(cdnow):
    lowest = cdnow.alive_calibration.iloc[0]
    assert (lowest["from"], lowest["to"], lowest["customers"]) == (0.0, 0.1, 262)
    assert round(lowest["probability_alive"], 2) == 0.05
    assert round(lowest["bought"], 2) == 0.36
    assert (
        "P(alive) is too low: of 262 customers between 0% and 10% (5% on average) 36% bought again"
        in cdnow.verdict[-1]
    )


def test_cdnow_one_time_buyers_are_alive_by_definition_and_not_calibrated(cdnow):
    one_time = int((whole()["frequency"] == 0).sum())
    assert cdnow.alive_calibration["customers"].sum() == len(whole()) - one_time
    assert any(f"{one_time:,} customers" in note for note in cdnow.notes)


def test_cdnow_the_choice_of_people_is_hardly_better_than_three_purchases(cdnow):
    rule = cdnow.who_buys.loc["three purchases"]
    assert rule["called"] == 5009
    assert round(rule["came_back"], 2) == 0.66
    assert round(rule["came_back_of_models_choice"], 2) == 0.68
    # the rule that comes nearest to the model is the one to beat
    assert cdnow.contests.loc["came_back", "rule"] == "recent buyers"
    text = next(text for text in cdnow.verdict if text.startswith("Of as many customers"))
    assert text.endswith("Chance could turn this round.")


def test_cdnow_sample_in_figures(sample):
    assert sample.totals.loc["actual", "purchases"] == 1882
    assert sample.totals["bias"].round(3).drop("shop average").to_dict() == {
        "actual": 0.0, "model": -0.121, "past rate": 0.557, "last quarter": 0.133,
    }  # fmt: skip
    assert sample.contests.loc["total", ["winner", "beyond_chance"]].tolist() == ["model", False]


# Against other ways to compute the same.


def test_errors_are_those_of_the_definitions(sample):
    expected = exact_fit().expected_purchases(39.0)
    actual = exact()["holdout_purchases"]
    found = sample.errors.loc["model"]
    assert found["mae"] == pytest.approx((expected - actual).abs().mean(), rel=1e-12)
    assert found["rmse"] == pytest.approx(((expected - actual) ** 2).mean() ** 0.5, rel=1e-12)
    assert found["bias_per_customer"] == pytest.approx((expected - actual).mean(), rel=1e-12)
    spearman = stats.spearmanr(expected, actual).statistic
    assert found["rank_correlation"] == pytest.approx(spearman, rel=1e-12)


def test_area_under_the_curve_is_that_of_mann_and_whitney(sample):
    buys = 1 - exact_fit().predictive_probability(0, 39.0)
    bought = exact()["holdout_purchases"] > 0
    pairs = stats.mannwhitneyu(buys[bought], buys[~bought]).statistic
    area = pairs / bought.sum() / (~bought).sum()
    assert sample.who_buys.loc["model", "area_under_curve"] == pytest.approx(area, rel=1e-12)


def test_found_right_and_recent_buyers_are_counted(sample):
    table = exact()
    recent = table["T"] - table["recency"] < 12.99
    bought = table["holdout_purchases"] > 0
    found = sample.who_buys.loc["recent buyers"]
    assert found["called"] == recent.sum()
    assert found["found_right"] == pytest.approx((recent == bought).mean(), rel=1e-12)
    assert found["came_back"] == pytest.approx(bought[recent].mean(), rel=1e-12)
    assert sample.who_buys.loc["nobody", "found_right"] == pytest.approx((~bought).mean())


def test_log_scores_are_mean_log_probabilities(sample):
    table, y = exact(), exact()["holdout_purchases"]
    chance = exact_fit().predictive_probability(y, 39.0)
    assert sample.scores.loc["model", "log_score"] == pytest.approx(np.log(chance).mean())
    pace = table["frequency"].sum() / table["T"].sum()
    rate = (table["frequency"] + 1) / (table["T"] + 1 / pace)
    poisson = stats.poisson.logpmf(y, 39 * rate).mean()
    assert sample.scores.loc["past rate", "log_score"] == pytest.approx(poisson, rel=1e-12)
    shares = y.value_counts(normalize=True)
    best = (shares * np.log(shares)).sum()
    assert sample.scores.loc["histogram afterwards", "log_score"] == pytest.approx(best)


def test_middle_ranks_count_customers_behind_a_row():
    values, weights = np.array([3.0, 1.0, 3.0, 2.0]), np.array([2, 1, 1, 3])
    one_by_one = stats.rankdata(np.repeat(values, weights)) - 0.5
    assert np.repeat(middle_ranks(values, weights), weights).tolist() == one_by_one.tolist()


def test_weighted_measures_equal_those_of_repeated_customers():
    random = np.random.default_rng(5)
    score, actual = random.integers(0, 5, 60).astype(float), random.poisson(1.0, 60).astype(float)
    weights = random.integers(1, 4, 60)
    long = [np.repeat(values, weights) for values in (score, actual)]
    spearman = stats.spearmanr(*long).statistic
    assert rank_correlation(score, actual, weights) == pytest.approx(spearman, rel=1e-12)
    ones = np.ones(weights.sum())
    assert area_under_curve(score, actual > 0, weights) == pytest.approx(
        area_under_curve(long[0], long[1] > 0, ones), rel=1e-12
    )
    assert share_chosen(score, weights, 17) @ weights == pytest.approx(17.0)


@pytest.mark.parametrize(("hits", "trials"), [(0, 7), (95, 262), (30, 30)])
def test_wilson_interval_is_scipys(hits, trials):
    found = stats.binomtest(hits, trials).proportion_ci(method="wilson")
    assert wilson_interval(hits, trials) == pytest.approx((found.low, found.high), abs=1e-12)


def test_predictive_variance_is_nbds_closed_form():
    fit = NBD(exact()).fit()
    table = histories([0, 3, 40], [0.0, 20, 38], [39.0, 39, 39]).astype(float)
    r, alpha = fit.params
    scale = 39 / (alpha + 39)
    closed = (r + table["frequency"]) * scale * (1 + scale)
    assert predictive_variance(fit, table, 39.0) == pytest.approx(closed.to_numpy(), rel=2e-3)


def test_chance_of_the_total_is_the_sum_over_customers(sample):
    found = sample.totals.loc["model", "standard_error"]
    by_estimation = exact_fit().interval(lambda fit: fit.expected_purchases(39.0).sum())
    by_chance = predictive_variance(exact_fit(), exact(), 39.0).sum()
    whole_error = np.hypot(by_estimation["standard_error"], by_chance**0.5)
    assert found == pytest.approx(whole_error, rel=0.01)


def test_weeks_add_up_to_the_table(sample):
    weeks, table = sample.tracking, exact()
    by_period = weeks.groupby("period")[["actual", "expected"]].sum()
    assert by_period.loc["calibration", "actual"] == table["frequency"].sum()
    assert by_period.loc["holdout", "actual"] == table["holdout_purchases"].sum()
    expected = exact_fit().unconditional_purchases(table["T"].to_numpy()).sum()
    assert by_period.loc["calibration", "expected"] == pytest.approx(expected, rel=1e-9)
    assert weeks["cumulative_actual"].iloc[-1] == by_period["actual"].sum()
    assert weeks.loc[39, "ends"] == pd.Timestamp("1997-09-30")
    assert weeks["last_quarter"].sum() == pytest.approx(sample.totals.loc["last quarter"].iloc[0])


# Where the truth is known.


def test_a_true_model_wins_everything(true_shop):
    _shop, report = true_shop
    assert (report.contests["winner"] == "model").all()
    assert report.verdict[0] == "No naive rule beats the model."
    assert "Chance and estimation explain the difference." in report.verdict[1]


def test_p_alive_of_a_true_model_is_calibrated(true_shop):
    shop, report = true_shop
    bands = report.alive_calibration
    assert bands["probability_to_buy"].between(bands["lower"], bands["upper"]).mean() >= 0.8
    assert report.verdict[-1].startswith("P(alive) holds")
    fit = BGNBD(shop.summary).fit()
    dying = fit.probability_alive()[fit.probability_alive() < 0.1]
    assert shop.truth["alive"][dying.index].mean() == pytest.approx(dying.mean(), abs=0.03)


def test_the_interval_of_the_total_holds_it_about_as_often_as_it_says():
    held = []
    for seed in range(24):
        shop = bgnbd.simulate(400, seed, **TRUTH, T=40.0, holdout=20.0).summary
        row = holdout_report(BGNBD(shop).fit(), shop, t=20.0).totals.loc["model"]
        held.append(row["lower"] <= shop["holdout_purchases"].sum() <= row["upper"])
    assert sum(held) >= 20


def test_a_wrong_model_is_found_wrong():
    # nobody leaves for good, but everybody pauses: long silences, then purchases again
    random = np.random.default_rng(4)
    shop = bgnbd.simulate(4000, 8, r=1.0, alpha=4.0, a=1.0, b=2.0, T=52.0, holdout=39.0).summary
    lost = (shop["holdout_purchases"] == 0) & (shop["frequency"] > 0)
    back = lost & (random.random(len(shop)) < 0.5)
    shop.loc[back, "holdout_purchases"] = 3
    report = holdout_report(BGNBD(shop).fit(), shop, t=39.0)
    assert report.verdict[-1].startswith("P(alive) is too low")
    assert "alone do not explain" in report.verdict[1]
    assert any(text.startswith("The largest miss lies with") for text in report.verdict)


def test_where_all_customers_are_alike_the_average_is_as_good_and_the_report_says_so():
    shop = nbd.simulate(3000, 2, r=1e6, alpha=1e7, T=40.0, holdout=40.0).summary
    fit = BGNBD(shop).fit()
    assert fit.limit is not None
    report = holdout_report(fit, shop, t=40.0)
    for measure in ("rmse", "total"):
        row = report.contests.loc[measure]
        assert row["rule"] == "shop average"
        assert row["model"] == pytest.approx(row["rule_value"], rel=0.01)
    lost = report.contests["winner"] == "rule"
    assert lost.any()
    assert report.verdict[0] == (
        f"In {lost.sum()} of {len(lost)} comparisons the best naive rule beats the model."
    )
    assert sum("the naive rule" in text for text in report.verdict) == lost.sum()
    assert np.isfinite(report.totals.loc["model"].to_numpy(float)).all()


def test_mbgnbd_calibrates_one_time_buyers_too():
    shop = bgnbd.simulate(3000, 1, **TRUTH, T=52.0, holdout=26.0, coin_after_first=True).summary
    report = holdout_report(MBGNBD(shop).fit(), shop, t=26.0)
    assert report.alive_calibration["customers"].sum() == len(shop)


def test_nbd_has_no_p_alive_to_calibrate(true_shop):
    table = true_shop[0].summary
    report = holdout_report(NBD(table).fit(), table, t=39.0)
    assert report.alive_calibration.empty
    assert "P(alive)" not in " ".join(report.verdict)
    assert report.verdict[0] != "No naive rule beats the model."
