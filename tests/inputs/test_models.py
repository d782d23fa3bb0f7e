"""A summary that no customer can have, or that identifies no model, gets an error in words."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import BGNBD, FitError, GammaGamma, bgnbd, gamma_gamma
from tests.helpers.shops import ROUNDED, histories, published_fit, published_spend, spending

GOOD = histories([0, 1, 2, 4, 0, 3, 1], [0, 3.0, 8, 20, 0, 19, 1], [30.0, 25, 30, 21, 9, 24, 28])
SPEND = spending([0, 1, 2, 4, 7], [0.0, 20.0, 35.0, 27.5, 11.0])


def changed(table: pd.DataFrame, column: str, *values) -> pd.DataFrame:
    """The table with other values in the first rows of a column."""
    table = table.astype({column: object})
    table.loc[: len(values) - 1, column] = values
    return table


def error_of(model, table, **options) -> str:
    with pytest.raises(FitError) as caught:
        model(table, **options).fit()
    return str(caught.value)


def test_the_good_tables_are_good():
    assert len(BGNBD(GOOD).fit().params) == 4
    assert len(GammaGamma(SPEND).fit().params) == 3


def test_an_error_shows_how_many_rows_and_the_first_five():
    text = error_of(BGNBD, changed(GOOD, "recency", *[99.0] * 6))
    first, second, *rows = text.splitlines()
    assert first.startswith("6 rows have a recency above T")
    assert second == "First rows:"
    assert rows[0].split() == ["frequency", "recency", "T"]
    assert [row.split()[0] for row in rows[1:]] == ["0", "1", "2", "3", "4"]
    assert rows[1].split()[1:] == ["0.0", "99.0", "30.0"]


HISTORIES = {
    "half a purchase": (changed(GOOD, "frequency", 0, 1.5), "1 rows have a frequency that is not"),
    "fewer than none": (changed(GOOD, "frequency", -1, -2), "2 rows have a frequency that is not"),
    "recency below 0": (changed(GOOD, "recency", 0, -1.0), "1 rows have a recency below 0"),
    "recency above T": (changed(GOOD, "recency", 0, 26.0), "1 rows have a recency above T"),
    "T below 0": (changed(GOOD, "T", -1.0), "1 rows have a recency above T"),
    "recency without a repeat": (changed(GOOD, "recency", 3.0), "no repeat purchase (frequency 0)"),
    "a gap": (changed(GOOD, "T", None, np.nan), "Column 'T': 2 rows are not a finite number"),
    "infinity": (changed(GOOD, "T", np.inf), "Column 'T': 1 rows are not a finite number"),
    "words": (changed(GOOD, "recency", "long"), "Column 'recency': 1 rows are not a finite number"),
}


@pytest.mark.parametrize(("table", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_impossible_histories_are_refused_by_the_fit_and_by_forecasts(table, expected):
    assert expected in error_of(BGNBD, table)
    for question in (
        published_fit().probability_alive,
        lambda rows: published_fit().expected_purchases(9.0, rows),
    ):
        with pytest.raises(FitError) as caught:
            question(table)
        assert expected in str(caught.value)


@pytest.mark.parametrize("model", [BGNBD, GammaGamma])
def test_missing_columns_are_listed_with_those_there_are(model):
    text = error_of(model, pd.DataFrame({"frequency": [1, 2], "purchases": [2, 3]}))
    assert {"BGNBD": "'recency', 'T'", "GammaGamma": "'monetary_value'"}[model.__name__] in text
    assert "it has: frequency, purchases" in text
    assert "rfm.summarize" in text


@pytest.mark.parametrize("model", [BGNBD, GammaGamma])
def test_an_empty_table_and_something_else_are_refused(model):
    table = GOOD.assign(monetary_value=1.0)
    assert "is empty" in error_of(model, table.iloc[:0])
    assert "got ndarray" in error_of(model, table.to_numpy())


NOT_IDENTIFIED = {
    "nobody bought twice": (histories([0, 0, 0], [0.0, 0, 0], [9.0, 8, 7]), "second day"),
    "one customer": (GOOD.iloc[[2]], "One customer is not enough"),
    "no time observed": (histories([0, 0], [0.0, 0], [0.0, 0]), "T is 0 for everybody"),
    "repeats in no time": (histories([1, 2, 0], [0.0, 0, 0], [0.0, 0, 0]), "T is 0 for everybody"),
}


@pytest.mark.parametrize(("table", "expected"), NOT_IDENTIFIED.values(), ids=NOT_IDENTIFIED)
def test_data_that_identify_no_model_are_refused(table, expected):
    assert expected in error_of(BGNBD, table)


SPENDS = {
    "zero": (changed(SPEND, "monetary_value", 0.0, 0.0), "1 repeat buyers have a mean amount of 0"),
    "negative": (
        changed(SPEND, "monetary_value", 0.0, -3.0),
        "1 rows have a monetary_value below 0",
    ),
    "a gap": (changed(SPEND, "monetary_value", np.nan), "Column 'monetary_value': 1 rows"),
    "half a purchase": (changed(SPEND, "frequency", 1.5), "1 rows have a frequency that is not"),
    "fewer than none": (changed(SPEND, "frequency", -1), "1 rows have a frequency that is not"),
    "nobody bought twice": (spending([0, 0], [0.0, 0.0]), "Fewer than two customers"),
    "one repeat buyer": (spending([0, 3], [0.0, 9.0]), "Fewer than two customers"),
    "everybody alike": (spending([0, 3, 4], [0.0, 9.0, 9.0]), "exactly the same"),
}


@pytest.mark.parametrize(("table", "expected"), SPENDS.values(), ids=SPENDS)
def test_spend_that_the_model_cannot_describe_is_refused(table, expected):
    assert expected in error_of(GammaGamma, table)


@pytest.mark.parametrize("fault", ["negative", "a gap", "half a purchase", "fewer than none"])
def test_forecasts_of_spend_check_their_table(fault):
    table, expected = SPENDS[fault]
    with pytest.raises(FitError) as caught:
        published_spend().expected_spend(table)
    assert expected in str(caught.value)
    with pytest.raises(FitError, match="no column 'monetary_value'"):
        published_spend().expected_spend(GOOD)


def test_who_paid_nothing_can_still_get_a_forecast():
    spend = published_spend().expected_spend(spending([3, 0], [0.0, 0.0]))
    assert 0 < spend.iloc[0] < spend.iloc[1]


@pytest.mark.parametrize("model", [BGNBD, GammaGamma])
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([1, 0, 2, -1, 1], "2 rows have a count of 0 or less"),
        ([1, None, 2, 1, 1], "Column 'customers': 1 rows are not a finite number"),
    ],
)
def test_counts_are_checked(model, counts, expected):
    table = GOOD.head(5).assign(monetary_value=[0, 3.0, 4, 5, 0], customers=counts)
    assert expected in error_of(model, table, count="customers")
    assert "no column 'people'" in error_of(model, table, count="people")


# Questions to a fitted model


@pytest.mark.parametrize("t", [-1.0, np.nan, np.inf, [1.0, -1.0]])
def test_a_time_ahead_is_checked(t):
    with pytest.raises(ValueError, match="expected a time of 0 or more"):
        published_fit().expected_purchases(t)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 95])
def test_a_level_is_a_share(alpha):
    with pytest.raises(ValueError, match=r"0\.05"):
        published_fit().conf_int(alpha)


def value(**changes) -> pd.Series:
    summary = GOOD.copy()
    summary.attrs["unit"] = "W"
    terms = {
        "spend": 20.0,
        "margin": 0.3,
        "discount_rate_per_year": 0.1,
        "years": 2,
        "summary": summary,
    }
    return published_fit().lifetime_value(**terms | changes)


def test_the_good_terms_are_good():
    assert (value() > 0).all()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(("margin", wrong) for wrong in (-0.1, 30, np.nan)),
        *(("discount_rate_per_year", wrong) for wrong in (-0.1, 10, np.nan)),
        *(("years", wrong) for wrong in (0, -1, np.nan)),
    ],
)
def test_terms_of_lifetime_value_are_checked(name, wrong):
    with pytest.raises(ValueError, match=f"{name} is {wrong}; expected"):
        value(**{name: wrong})


def test_lifetime_value_needs_a_unit_of_time():
    with pytest.raises(ValueError, match=r"summary\.attrs\['unit'\] to 'W'"):
        value(summary=GOOD)


def test_days_are_not_taken_for_weeks():
    fitted, asked = GOOD.copy(), GOOD.copy()
    fitted.attrs["unit"], asked.attrs["unit"] = "W", "D"
    with pytest.raises(FitError, match="fitted in 'W', this summary is in 'D'"):
        BGNBD(fitted).fit().probability_alive(asked)


def test_spend_must_cover_every_customer():
    with pytest.raises(ValueError, match="spend has no value for 5 customers, for example 2"):
        value(spend=pd.Series([20.0, 30.0]))


# Simulated shops


@pytest.mark.parametrize("name", ROUNDED)
@pytest.mark.parametrize("wrong", [0, -1, np.inf, np.nan])
def test_parameters_of_a_simulation_are_checked(name, wrong):
    with pytest.raises(
        ValueError, match=f"Parameter {name} is {wrong}; expected a positive number"
    ):
        bgnbd.simulate(5, seed=1, T=39.0, **ROUNDED | {name: wrong})


@pytest.mark.parametrize("times", [{"T": -1.0}, {"T": np.inf}, {"T": 9.0, "holdout": -1.0}])
def test_times_of_a_simulation_are_checked(times):
    with pytest.raises(ValueError, match="expected a time of 0 or more"):
        bgnbd.simulate(5, seed=1, **ROUNDED, **times)


def test_very_slow_buyers_can_be_simulated():
    # a rate may be so small that the computer takes it for 0
    shop = bgnbd.simulate(5000, seed=1, T=39.0, **ROUNDED | {"r": 0.002})
    assert shop.summary["frequency"].min() == 0


def test_spend_can_be_simulated_for_a_list_and_for_customers():
    law = {"p": 6.0, "q": 4.0, "gamma": 15.0}
    from_list = gamma_gamma.simulate([1, 0, 2], seed=1, **law)
    customers = pd.Series([1, 0, 2], index=list("abc"))
    from_series = gamma_gamma.simulate(customers, seed=1, **law)
    assert list(from_series.index) == list("abc")
    np.testing.assert_array_equal(from_list, from_series)
