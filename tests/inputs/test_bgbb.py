"""Histories that no customer can have, and questions without a meaning, get an error in words."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import BGBB, FitError, bgbb
from tests.helpers.shops import donors_fit, histories, occasions

GOOD = occasions([0, 1, 2, 4, 0, 3, 1], [0, 3, 4, 6, 0, 3, 1], [6, 6, 6, 6, 2, 6, 6])


def changed(column: str, *values) -> pd.DataFrame:
    """The good table with other values in the first rows of a column."""
    table = GOOD.astype({column: object})
    table.loc[: len(values) - 1, column] = values
    return table


def error_of(table, **options) -> str:
    with pytest.raises(FitError) as caught:
        BGBB(table, **options).fit()
    return str(caught.value)


def test_the_good_table_is_good():
    assert len(BGBB(GOOD).fit().params) == 4


HISTORIES = {
    "half a purchase": (changed("frequency", 0, 0.5), "1 rows have in frequency no whole number"),
    "fewer than none": (changed("frequency", -1), "1 rows have in frequency no whole number"),
    "half an opportunity": (changed("recency", 0, 2.5), "1 rows have in recency no whole number"),
    "fewer than no opportunities": (changed("n", -6, -6), "2 rows have in n no whole number"),
    "a purchase too late": (changed("recency", 0, 7), "1 rows have a recency above n"),
    "too many purchases": (
        changed("frequency", 0, 5),
        "1 rows have a frequency above their recency",
    ),
    "no time of the purchase": (
        changed("recency", 0, 0),
        "1 rows have a frequency above their recency",
    ),
    "a time of no purchase": (changed("recency", 2), "1 rows have no purchase (frequency 0)"),
    "a gap": (changed("n", None, np.nan), "Column 'n': 2 rows are not a finite number"),
    "infinity": (changed("n", np.inf), "Column 'n': 1 rows are not a finite number"),
    "words": (changed("recency", "late"), "Column 'recency': 1 rows are not a finite number"),
}


@pytest.mark.parametrize(("table", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_impossible_histories_are_refused_by_the_fit_and_by_forecasts(table, expected):
    assert expected in error_of(table)
    for question in (
        donors_fit().probability_alive,
        lambda rows: donors_fit().expected_purchases(5, rows),
        lambda rows: donors_fit().expected_residual_purchases(0.1, summary=rows),
    ):
        with pytest.raises(FitError) as caught:
            question(table)
        assert expected in str(caught.value)


def test_an_error_shows_the_rows():
    text = error_of(changed("recency", *[9] * 6))
    first, second, *rows = text.splitlines()
    assert first.startswith("6 rows have a recency above n")
    assert second == "First rows:"
    assert rows[0].split() == ["frequency", "recency", "n"]
    assert len(rows) == 6


def test_a_table_of_times_is_not_one_of_opportunities():
    text = error_of(histories([1, 2], [1.5, 3.0], [9.0, 9.0]))
    assert "no column 'n'" in text
    assert "opportunities" in text
    assert "is empty" in error_of(GOOD.iloc[:0])


NOT_IDENTIFIED = {
    "nobody bought": (occasions([0, 0], [0, 0], [6, 6]), "Nobody bought at any opportunity"),
    "everybody always": (occasions([6, 2], [6, 2], [6, 2]), "Everybody bought at every"),
    "no opportunity": (occasions([0, 0], [0, 0], [0, 0]), "n is 0 for everybody"),
}


@pytest.mark.parametrize(("table", "expected"), NOT_IDENTIFIED.values(), ids=NOT_IDENTIFIED)
def test_data_that_identify_no_model_are_refused(table, expected):
    assert expected in error_of(table)


def test_counts_and_covariates_are_checked():
    table = GOOD.assign(donors=[1, 0, 2, -1, 1, 1, 1], club=1, age=[1, 2, None, 3, 4, 5, 6])
    assert "2 rows have a count of 0 or less" in error_of(table, count="donors")
    assert "'club' (buying) is the same for all" in error_of(table, buying_covariates=["club"])
    assert "Column 'age': 1 rows" in error_of(table, dropout_covariates=["age"])
    with pytest.raises(TypeError, match="buying_covariates, dropout_covariates"):
        BGBB(table, churn_covariates=["age"])


def test_one_opportunity_cannot_tell_leaving_from_not_buying():
    fit = BGBB(occasions([1, 0], [1, 0], [1, 1], customers=[30, 70]), count="customers").fit()
    assert {"flat"} <= {warning.code for warning in fit.warnings}
    # but the share of buyers is found
    assert fit.unconditional_purchases(1) == pytest.approx(0.3, rel=1e-3)


# Questions to a fitted model


@pytest.mark.parametrize("wrong", [-1, 2.5, np.nan, np.inf, [1, -1]])
@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("n_more", lambda fit, wrong: fit.expected_purchases(wrong)),
        ("ahead", lambda fit, wrong: fit.probability_alive(ahead=wrong)),
        ("y", lambda fit, wrong: fit.predictive_probability(wrong, 5)),
        ("n", lambda fit, wrong: fit.unconditional_purchases(wrong)),
        ("x", lambda fit, wrong: fit.probability_of(wrong, 5)),
        ("t", lambda fit, wrong: fit.survival(wrong)),
    ],
)
def test_numbers_of_opportunities_are_whole(name, question, wrong):
    with pytest.raises(ValueError, match=f"^{name} is .*; expected a whole number of 0 or more"):
        question(donors_fit(), wrong)


def test_a_retention_rate_needs_an_opportunity():
    with pytest.raises(ValueError, match="expected a whole number of 0 or more"):
        donors_fit().retention_rate(0)


def test_discount_rates_are_checked():
    fit = donors_fit()
    with pytest.raises(ValueError, match="expected a share between 0 and 1"):
        fit.expected_residual_purchases(10)
    with pytest.raises(ValueError, match="per is 'week'; expected 'opportunity' or 'year'"):
        fit.expected_residual_purchases(0.1, per="week")
    with pytest.raises(ValueError, match=r"attrs\['unit'\]"):
        fit.expected_residual_purchases(0.1, per="year")
    with pytest.raises(ValueError, match=r"can be infinite.*expected_purchases\(n_more\)"):
        fit.expected_residual_purchases(0.0)


def value(**changes) -> pd.Series:
    terms = {
        "spend": 20.0,
        "margin": 0.3,
        "discount_rate": 0.1,
        "per": "opportunity",
        "opportunities": 5,
        "summary": GOOD,
    }
    return donors_fit().lifetime_value(**terms | changes)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(("margin", wrong) for wrong in (-0.1, 30, np.nan)),
        *(("discount_rate", wrong) for wrong in (-0.1, 10, np.nan)),
        *(("opportunities", wrong) for wrong in (-1, 2.5, np.nan)),
    ],
)
def test_terms_of_lifetime_value_are_checked(name, wrong):
    assert (value() > 0).all()
    with pytest.raises(ValueError, match=f"{name}.* is {wrong}; expected"):
        value(**{name: wrong})


def test_units_of_opportunities_are_not_mixed_up():
    years, quarters = GOOD.copy(), GOOD.copy()
    years.attrs["unit"], quarters.attrs["unit"] = "Y", "Q"
    with pytest.raises(FitError, match="fitted in 'Y', this summary is in 'Q'"):
        BGBB(years).fit().probability_alive(quarters)


# Simulation


@pytest.mark.parametrize("name", ["alpha", "beta", "gamma", "delta"])
@pytest.mark.parametrize("wrong", [0, -1, np.inf, np.nan])
def test_parameters_of_a_simulation_are_checked(name, wrong):
    params = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78} | {name: wrong}
    with pytest.raises(ValueError, match=f"Parameter {name} is {wrong}; expected a positive"):
        bgbb.simulate(5, seed=1, opportunities=6, **params)


@pytest.mark.parametrize(
    "wrong", [{"opportunities": 2.5}, {"opportunities": [1, 2]}, {"holdout": -1}]
)
def test_opportunities_of_a_simulation_are_checked(wrong):
    params = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78, "opportunities": 6}
    with pytest.raises(ValueError, match=r"whole number|one number, or one each"):
        bgbb.simulate(5, seed=1, **params | wrong)


def test_extreme_customers_can_be_simulated():
    # chances so close to 0 or 1 that the computer takes them for it
    for tiny in ({"alpha": 1e-10, "beta": 1e-10}, {"gamma": 1e-10, "delta": 1e-10}):
        params = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78} | tiny
        club = bgbb.simulate(500, seed=1, opportunities=6, **params)
        assert club.truth.notna().all(axis=None)
        assert club.summary["frequency"].between(0, 6).all()
