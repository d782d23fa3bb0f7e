"""A holdout that cannot judge the model gets an error in words."""

import numpy as np
import pandas as pd
import pytest

from crmlib import data, rfm
from crmlib.models import BGNBD, FitError, GammaGamma, holdout_report
from crmlib.models.bgbb import BGBB
from tests.helpers.shops import CALIBRATION_END, exact, exact_fit


def error_of(holdout, fit=None, kind=FitError, **options) -> str:
    with pytest.raises(kind) as caught:
        holdout_report(fit or exact_fit(), holdout, **options)
    return str(caught.value)


def changed(column: str, *values: object) -> pd.DataFrame:
    table = exact().astype({column: object})
    table.iloc[: len(values), table.columns.get_loc(column)] = values
    return table


def without(*attributes: str) -> pd.DataFrame:
    table = exact().copy()
    table.attrs = {name: value for name, value in table.attrs.items() if name not in attributes}
    return table


def test_no_holdout_at_all():
    text = error_of(exact().drop(columns="holdout_purchases"))
    assert "no column 'holdout_purchases'" in text
    assert "rfm.split" in text
    assert "got ndarray" in error_of(exact().to_numpy())


def test_a_model_of_something_else():
    spend = GammaGamma(exact()).fit()
    assert "got GammaGammaResult" in error_of(exact(), spend)
    assert "got BGNBD" in error_of(exact(), BGNBD(exact()))
    donors = pd.DataFrame({"frequency": [0, 1, 2, 3, 0], "recency": [0, 2, 2, 5, 0], "n": 5})
    assert "got BGBBResult" in error_of(exact(), BGBB(donors).fit())


@pytest.mark.parametrize("value", [-1, 0.5])
def test_purchases_that_cannot_be(value):
    assert error_of(changed("holdout_purchases", value)).startswith(
        "1 rows have holdout_purchases that are not a whole number"
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, "two"])
def test_purchases_that_are_no_number(value):
    assert "'holdout_purchases': 1 rows are not a finite number" in error_of(
        changed("holdout_purchases", value)
    )


def test_another_unit_of_time():
    days = rfm.split(data.load("cdnow_sample"), CALIBRATION_END, unit="D")
    assert "fitted in 'W', this summary is in 'D'" in error_of(days)


def test_other_customers():
    back = exact()[exact()["holdout_purchases"] > 0]
    text = error_of(back)
    assert f"{len(exact()) - len(back):,} customers of the fit are not in it" in text
    assert "other_customers=True" in text


def test_a_fit_that_has_seen_the_holdout():
    seen = BGNBD(rfm.summarize(data.load("cdnow_sample"))).fit()
    assert "have a history that the fit did not see" in error_of(exact(), seen)


def test_length_of_the_holdout():
    assert "give t=" in error_of(without("holdout_length"))
    assert "t is 26, but the table says that its holdout is 39 long" in error_of(exact(), t=26.0)


@pytest.mark.parametrize("t", [0.0, -39.0, np.nan, np.inf])
def test_length_that_cannot_be(t):
    assert "expected a length of time above 0" in error_of(
        without("holdout_length"), kind=ValueError, t=t
    )


@pytest.mark.parametrize(
    "option", [{"recent": 0.0}, {"recent": np.nan}, {"cap": 0}, {"cap": 2.5}, {"bands": 0},
               {"level": 1.0}, {"level": 0.0}],
)  # fmt: skip
def test_options_that_cannot_be(option):
    (name,) = option
    assert error_of(exact(), kind=ValueError, **option).startswith(f"{name} is ")


def test_counts_that_cannot_be():
    assert "count of 0 or less" in error_of(exact().assign(n=0), count="n")


def test_weeks_need_a_calendar():
    text = error_of(without("end"), transactions=data.load("cdnow_sample"))
    assert "attrs['end']" in text


def test_weeks_need_one_row_per_customer():
    purchases = data.load("cdnow_sample")
    counted = exact().assign(n=1)
    assert "one row per customer" in error_of(counted, transactions=purchases, count="n")
    twice = pd.concat([exact(), exact().head(1)])
    twice.attrs = exact().attrs
    assert "one row per customer" in error_of(twice, transactions=purchases)


def test_transactions_that_are_not_those_of_the_table():
    purchases = data.load("cdnow_sample")
    customer = purchases["customer_id"].iloc[0]
    missing = purchases[purchases["customer_id"] != customer]
    assert error_of(exact(), transactions=missing).startswith(
        "1 customers have other purchases in the transactions"
    )
    stranger = purchases.assign(customer_id=purchases["customer_id"].replace(customer, 99_999))
    assert "1 customers of the calibration period who are not" in error_of(
        exact(), transactions=stranger
    )
    assert "pandas DataFrame" in error_of(exact(), transactions=purchases.to_numpy())


def test_transactions_with_other_columns():
    text = error_of(exact(), transactions=data.load("cdnow_sample"), kind=ValueError, date="day")
    assert "no column 'day'" in text


def test_a_table_without_a_history():
    text = error_of(exact().drop(columns="T"), transactions=data.load("cdnow_sample"))
    assert "no column 'T'" in text


def test_a_table_without_the_covariates_of_the_fit():
    club = exact().assign(club=np.arange(len(exact())) % 2)
    fit = BGNBD(club, buying_covariates=["club"]).fit()
    assert "no column 'club'" in error_of(exact(), fit)


def test_a_holdout_in_which_nobody_bought():
    nobody = exact().assign(holdout_purchases=0)
    report = holdout_report(exact_fit(), nobody)
    assert report.totals["bias"].isna().all()
    assert np.isnan(report.errors.loc["model", "rank_correlation"])
    assert "rank_correlation" not in report.contests.index
    assert report.contests.loc["found_right", "rule"] == "nobody"
    assert report.verdict
