"""A holdout report agrees with the course's own functions, and with itself in other forms."""

import numpy as np
import pandas as pd
import pytest

from crmlib import alive, data, rfm
from crmlib.models import BGNBD, bgnbd, holdout_report
from tests.helpers.shops import CALIBRATION_END, exact, exact_fit

TABLES = ("totals", "errors", "who_buys", "scores", "by_frequency", "alive_calibration")


@pytest.fixture(scope="module")
def report():
    return holdout_report(exact_fit(), exact(), transactions=data.load("cdnow_sample"))


@pytest.fixture(scope="module")
def expected():
    return exact_fit().expected_purchases(39.0)


def same(one, other, **tolerance):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), **tolerance)
    assert one.verdict == other.verdict


def test_totals_are_those_of_the_contest(report, expected):
    contest = alive.contest(exact(), expected)
    assert report.totals.loc["model", "purchases"] == pytest.approx(contest.loc["model"].iloc[0])
    assert report.totals.loc["past rate", "bias"] == pytest.approx(contest.loc["as before", "miss"])


def test_three_purchases_are_those_of_the_rule(report):
    rule = alive.k_rule(exact(), 3).iloc[0]
    found = report.who_buys.loc["three purchases"]
    assert found["called"] == rule["called_loyal"]
    assert found["came_back"] == pytest.approx(rule["precision"], rel=1e-12)


def test_means_by_frequency_are_those_of_the_course(report, expected):
    course = alive.expected_by_frequency(exact(), expected)
    found = report.by_frequency
    assert found.index.tolist() == course.index.tolist()
    assert found["customers"].tolist() == course["customers"].tolist()
    assert np.allclose(found[["model", "actual"]], course[["expected", "actual"]], rtol=1e-12)
    assert np.allclose(found["standard_error"], course["standard_error"], rtol=0.03)


def test_weeks_are_those_of_the_course(report):
    course = alive.track_weeks(data.load("cdnow_sample"), exact_fit().params)
    found = report.tracking
    assert len(found) == len(course) == 78
    assert (found["ends"] == course["ends"]).all()
    assert (found["actual"] == course["actual"]).all()
    assert np.allclose(found["expected"], course["expected"], rtol=1e-9)


def test_days_and_weeks_give_one_report(report):
    purchases = data.load("cdnow_sample")
    days = rfm.split(purchases, CALIBRATION_END, unit="D")
    found = holdout_report(BGNBD(days).fit(), days, transactions=purchases)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(report, name), rtol=1e-4)
    weeks = ["actual", "expected", "last_quarter"]
    pd.testing.assert_frame_equal(found.tracking[weeks], report.tracking[weeks], rtol=1e-4)
    assert "273 days" in found.verdict[1]


def test_order_of_customers_does_not_matter(report):
    shuffled = exact().sample(frac=1.0, random_state=1)
    purchases = data.load("cdnow_sample").sample(frac=1.0, random_state=1)
    same(holdout_report(exact_fit(), shuffled, transactions=purchases), report, rtol=1e-9)


def test_counted_rows_are_repeated_customers():
    table = exact()
    columns = ["frequency", "recency", "T", "holdout_purchases"]
    counted = rfm.compress(table, columns)
    fit = BGNBD(counted, count="count").fit()
    one = holdout_report(fit, counted, count="count", t=39.0)
    same(one, holdout_report(exact_fit(), table), rtol=1e-5)


def test_covariates_enter_the_forecasts():
    club = np.arange(2000) % 2
    shop = bgnbd.simulate(
        2000, 1, r=0.8, alpha=8.0 * np.exp(-club), a=0.8, b=3.0, T=40.0, holdout=20.0
    ).summary.assign(club=club)
    fit = BGNBD(shop, buying_covariates=["club"]).fit()
    report = holdout_report(fit, shop, t=20.0)
    total = fit.expected_purchases(20.0, shop).sum()
    assert report.totals.loc["model", "purchases"] == pytest.approx(total, rel=1e-12)
    assert report.verdict[0] == "No naive rule beats the model."


def test_covariates_enter_the_weeks():
    club = np.arange(300) % 2
    shop = bgnbd.simulate(
        300, 1, r=0.8, alpha=8.0 * np.exp(-club), a=0.8, b=3.0, T=40.0, holdout=20.0
    )
    start = pd.Timestamp("2024-01-01")
    purchases = shop.purchases.assign(
        date=start + pd.to_timedelta(np.floor(shop.purchases["time"] * 7), unit="D")
    )
    table = rfm.split(purchases, "2024-10-07", "2025-02-24", amount=None).assign(club=club)
    fit = BGNBD(table, buying_covariates=["club"]).fit()
    report = holdout_report(fit, table, transactions=purchases)
    by_hand = fit.unconditional_purchases(table["T"].to_numpy() + 20, table).sum()
    assert report.tracking["cumulative_expected"].iloc[-1] == pytest.approx(by_hand, rel=1e-9)


def test_weeks_that_are_not_whole_end_with_the_calibration():
    purchases = data.load("cdnow_sample")
    table = rfm.split(purchases, "1997-09-25", "1998-03-03")
    weeks = holdout_report(BGNBD(table).fit(), table, transactions=purchases).tracking
    last = weeks[weeks["period"] == "calibration"].iloc[-1]
    assert last["ends"] == pd.Timestamp("1997-09-25")
    assert last["cumulative_actual"] == table["frequency"].sum()
    assert weeks["ends"].iloc[-1] <= pd.Timestamp("1998-03-03")
    assert weeks["ends"].iloc[-1] > pd.Timestamp("1998-02-24")


def test_one_frame_sets_models_side_by_side(report):
    frame = report.to_frame()
    assert frame.columns.is_unique
    assert frame.index.is_unique
    assert frame.loc["model", "rmse"] == report.errors.loc["model", "rmse"]


def test_a_report_shows_its_verdict_tables_and_notes(report):
    for shown in (repr(report), report._repr_html_()):
        assert "BG/NBD, 2,357 customers, judged on the 39 weeks after the fit" in shown
        assert "Customer by customer" in shown
        assert "histogram afterwards" in shown
    assert all(sentence in repr(report) for sentence in (*report.verdict, *report.notes))
    assert report.customers == 2357
    assert (report.t, report.unit) == (39.0, "W")


def test_what_is_missing_is_said():
    shop = bgnbd.simulate(500, 1, r=0.5, alpha=6.0, a=0.9, b=3.0, T=52.0, holdout=26.0).summary
    report = holdout_report(BGNBD(shop).fit(), shop, t=26.0)
    assert report.tracking is None
    assert "recent buyers" not in report.who_buys.index
    assert "last quarter" not in report.totals.index
    said = " ".join(report.notes)
    assert "Without transactions=" in said
    assert "recent=" in said
    assert "26 units of time" in report.verdict[1]


def test_a_short_calibration_has_no_last_quarter():
    purchases = data.load("cdnow_sample")
    table = rfm.split(purchases, "1997-03-20", "1997-06-30")
    report = holdout_report(BGNBD(table).fit(), table, transactions=purchases)
    assert "last quarter" not in report.totals.index
    assert any("shorter than 13 weeks" in note for note in report.notes)
    acquired_later = table.attrs["customers_not_yet_acquired"]
    assert any(f"{acquired_later:,} customers who first bought" in note for note in report.notes)


def test_a_judgement_on_other_customers_must_be_meant():
    table = exact()
    first, second = table.iloc[:1200], table.iloc[1200:]
    for part in (first, second):
        part.attrs = table.attrs
    report = holdout_report(BGNBD(first).fit(), second, other_customers=True)
    assert report.customers == len(second)
