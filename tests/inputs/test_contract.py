"""Contracts that cannot be, or that identify no model, get an error in words."""

import numpy as np
import pandas as pd
import pytest

from crmlib.models import SBG, BdW, FitError, bdw, contract, geometric, sbg
from tests.helpers.contracts import LAWS, MODELS, MODULES, fitted, lifetimes, seen

GOOD = lifetimes([1, 2, 3, 5, 0, 4], [1, 0, 1, 0, 0, 1])


def changed(column: str, *values) -> pd.DataFrame:
    """The good table with other values in the first rows of a column."""
    table = GOOD.astype({column: object})
    table.loc[: len(values) - 1, column] = values
    return table


TABLES = {
    "half a period": (changed("tenure", 1.5), "1 rows have a tenure that is not a whole number"),
    "below 0": (changed("tenure", -1, -2), "2 rows have a tenure that is not a whole number"),
    "a gap": (changed("tenure", None), "Column 'tenure': 1 rows are not a finite number"),
    "infinity": (changed("tenure", np.inf), "Column 'tenure': 1 rows are not a finite number"),
    "words": (changed("churned", "yes", "no"), "Column 'churned': 2 rows are not a finite number"),
    "a number": (changed("churned", 1, 3), "1 rows have in churned something else than True or 1"),
    "unknown": (
        GOOD.assign(churned=pd.array([True, None, True, False, False, True], "boolean")),
        "Column 'churned': 1 rows are not a finite number",
    ),
    "left before a renewal": (changed("tenure", 0), "1 rows churned with a tenure of 0"),
    "no column": (GOOD[["tenure"]], "no column 'churned'; it has: tenure. contract.lifetimes_from"),
    "empty": (GOOD.iloc[:0], "is empty"),
    "something else": (GOOD.to_numpy(), "got ndarray"),
}


@pytest.mark.parametrize("model", MODELS)
def test_the_good_table_is_good(model):
    assert np.isfinite(MODELS[model](GOOD).fit().llf)
    truth = GOOD.assign(churned=GOOD["churned"] == 1)
    assert MODELS[model](truth).fit().llf == MODELS[model](GOOD).fit().llf


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("table", "expected"), TABLES.values(), ids=TABLES)
def test_impossible_tables_are_refused_by_the_fit(model, table, expected):
    with pytest.raises(FitError) as caught:
        MODELS[model](table)
    assert expected in str(caught.value)


@pytest.mark.parametrize("fault", ["half a period", "a number", "left before a renewal", "a gap"])
def test_forecasts_check_their_table_too(fault):
    table, expected = TABLES[fault]
    for question in (
        fitted("sBG").expected_residual_lifetime,
        lambda **who: fitted("sBG").lifetime_value(5.0, discount_rate=0, per="period", **who),
    ):
        with pytest.raises(FitError) as caught:
            question(customers=table)
        assert expected in str(caught.value)


NOT_IDENTIFIED = {
    "no renewal yet": (lifetimes([0, 0], [0, 0]), "nobody has come to a renewal yet"),
    "nobody left": (lifetimes([1, 4], [0, 0]), "is below 3/n, with 95% confidence"),
    "all left at once": (lifetimes([1, 1, 0], [1, 1, 0]), "Everybody left at the first renewal"),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("table", "expected"), NOT_IDENTIFIED.values(), ids=NOT_IDENTIFIED)
def test_data_that_identify_no_model_are_refused(model, table, expected):
    with pytest.raises(FitError) as caught:
        MODELS[model](table)
    assert expected in str(caught.value)


def test_too_few_renewals_to_tell_parameters_apart_are_refused():
    with pytest.raises(FitError, match="longest tenure is 1; sBG needs at least 2 renewals"):
        SBG(lifetimes([1, 1], [1, 0]))
    with pytest.raises(FitError, match="longest tenure is 2; BdW needs at least 3 renewals"):
        BdW(lifetimes([1, 2], [1, 0]))


@pytest.mark.parametrize("model", MODELS)
def test_counts_and_covariates_are_checked(model):
    table = GOOD.assign(people=[1, 2, 3, 0, -1, 2], club=1)
    with pytest.raises(FitError, match="2 rows have a count of 0 or less"):
        MODELS[model](table, count="people")
    with pytest.raises(FitError, match="the same for all customers"):
        MODELS[model](table, churn_covariates="club")
    with pytest.raises(TypeError, match="covariates it takes: churn_covariates"):
        MODELS[model](table, buying_covariates=["people"])
    fit = MODELS[model](table, churn_covariates="people").fit()
    with pytest.raises(FitError, match="say whom you mean with customers="):
        fit.survival(3)
    with pytest.raises(ValueError, match="3 values for 6 customers"):
        fit.survival([1, 2, 3], customers=table)


# Questions to a fitted model


@pytest.mark.parametrize("t", [-1, 2.5, np.nan, np.inf, [1, 0.5]])
def test_times_are_whole_periods(t):
    fit = fitted("BdW")
    with pytest.raises(ValueError, match=r"t is .*; expected whole periods, 0 or more"):
        fit.survival(t)
    for question in (fit.retention_rate, fit.probability_of):
        with pytest.raises(ValueError, match=r"t is .*; expected whole periods, 1 or more"):
            question(t)
    with pytest.raises(ValueError, match=r"tenure is .*; expected whole periods, 0 or more"):
        fit.expected_residual_lifetime(0.1, tenure=t)


def test_nobody_is_retained_before_the_first_renewal():
    with pytest.raises(ValueError, match="t is 0; expected whole periods, 1 or more"):
        fitted("sBG").retention_rate(0)


def value(**changes):
    terms = {"margin_per_period": 20.0, "discount_rate": 0.1, "per": "year", "periods": 5}
    return fitted("sBG").lifetime_value(**terms | changes)


def test_the_good_terms_are_good():
    assert (value()[~seen("High End")["churned"]] > 0).all()


@pytest.mark.parametrize(
    ("name", "wrong", "expected"),
    [
        *(("discount_rate", wrong, "expected a share") for wrong in (-0.1, 1, 10, np.nan)),
        *(("periods", wrong, "expected whole periods") for wrong in (0, 2.5, -np.inf, np.nan)),
        *(("margin_per_period", wrong, "expected an amount") for wrong in (np.nan, np.inf)),
        *(("per", wrong, "expected 'period' or 'year'") for wrong in ("month", "years", None)),
    ],
)
def test_terms_of_lifetime_value_are_checked(name, wrong, expected):
    with pytest.raises(ValueError, match=name) as caught:
        value(**{name: wrong})
    assert expected in str(caught.value)


def test_the_period_of_a_discount_rate_must_be_said():
    with pytest.raises(TypeError, match="per"):
        fitted("sBG").lifetime_value(20.0, discount_rate=0.1)


def test_a_yearly_rate_needs_a_unit_of_time():
    table = seen("High End").copy()
    table.attrs.clear()
    fit = SBG(table, count="count").fit()
    with pytest.raises(ValueError, match=r"attrs\['unit'\] to 'Y'"):
        fit.expected_residual_lifetime(0.1, per="year")
    assert fit.expected_residual_lifetime(0.1, per="period").max() > 0


# Survivors


SURVIVORS = {
    "rising": ([100, 80, 85], "survivors cannot increase"),
    "a gap inside": ([100, np.nan, 80], "survivors must be numbers, without a gap"),
    "words at the end": (pd.Series([100, 80, "n/a"]), "survivors must be numbers, without a gap"),
    "infinity": ([np.inf, 80], "survivors must be numbers"),
    "below 0": ([100, 80, -1], "fewer than 0 survivors"),
    "nobody": ([0, 0], "there is nobody at the start"),
    "nothing": ([], "there are no survivors to read"),
    "all unknown": ([np.nan, np.nan], "there are no survivors to read"),
    "shares": ([1.0, 0.6, 0.45], "look like shares or per cents, from 1 down"),
    "per cents": ([100.0, 63.1, 46.8], "look like shares or per cents, from 100 down"),
    "half a customer": ([0.5, 0.2], "look like shares or per cents, from 0.5 down"),
    "no start": (pd.Series([80, 70], index=[1, 2]), "rows are numbered 1, 2; expected 0"),
    "backwards": (pd.Series([80, 70, 9], index=[2, 1, 0]), "rows are numbered 2, 1, 0; expected 0"),
    "a year left out": (pd.Series([80, 70, 9, 8], index=[0, 1, 3, 4]), "numbered 0, 1, 3, …"),
}


@pytest.mark.parametrize(("survivors", "expected"), SURVIVORS.values(), ids=SURVIVORS)
def test_survivors_that_cannot_be_are_refused(survivors, expected):
    with pytest.raises(FitError) as caught:
        contract.lifetimes_from_survivors(survivors)
    assert expected in str(caught.value)
    if isinstance(survivors, list) and len(survivors) == 3:
        with pytest.raises(FitError, match="Cohort north: "):
            contract.lifetimes_from_survivors(pd.DataFrame({"north": survivors}))


def test_the_rows_at_fault_are_shown():
    with pytest.raises(FitError) as caught:
        contract.lifetimes_from_survivors([100, 80, 85, 84])
    assert str(caught.value).splitlines()[-1].split() == ["2", "85"]


@pytest.mark.parametrize(
    ("survivors", "size", "expected"),
    [
        ([1000, 800], 1000, "these begin at 1000"),
        ([0.9, 0.8], 1000, "these begin at 0.9"),
        ([1, 0.8], 0, "cohort_size is 0; expected a number above 0"),
        ([1, 0.8], np.nan, "cohort_size is nan"),
    ],
)
def test_the_size_of_a_cohort_is_checked(survivors, size, expected):
    with pytest.raises(FitError) as caught:
        contract.lifetimes_from_survivors(survivors, cohort_size=size)
    assert expected in str(caught.value)


def test_a_cohort_without_a_size_is_named():
    both = pd.DataFrame({"a": [1.0, 0.5], "b": [1.0, 0.8]})
    with pytest.raises(FitError, match="Cohort b: these look like shares"):
        contract.lifetimes_from_survivors(both, cohort_size={"a": 10})
    with pytest.raises(FitError, match="no column"):
        contract.lifetimes_from_survivors(pd.DataFrame())
    with pytest.raises(ValueError, match="unit is 'years'; expected one of Y, Q, M, W, D"):
        contract.lifetimes_from_survivors([100, 50], unit="years")


# Simulated customers


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("wrong", [0, -1, np.nan, np.inf])
def test_parameters_of_a_simulation_are_checked(model, wrong):
    for name in LAWS[model]:
        with pytest.raises(ValueError, match=f"Parameter {name} is {wrong}; expected a"):
            MODULES[model].simulate(5, seed=1, periods=4, **LAWS[model] | {name: wrong})


def test_a_chance_to_leave_is_below_one():
    with pytest.raises(ValueError, match="expected a number between 0 and 1"):
        geometric.simulate(5, seed=1, periods=4, churn_probability=1.0)


@pytest.mark.parametrize("periods", [-1, 2.5, np.nan, [1, 2.5, 3]])
def test_periods_of_a_simulation_are_checked(periods):
    with pytest.raises(ValueError, match=r"periods is .*; expected whole periods"):
        sbg.simulate(3, seed=1, periods=periods, **LAWS["sBG"])


def test_each_customer_has_one_number_of_periods():
    with pytest.raises(ValueError, match="periods has 2 entries for 3 customers"):
        bdw.simulate(3, seed=1, periods=[4, 5], **LAWS["BdW"])


def test_very_loyal_customers_can_be_simulated():
    # a chance to leave may be so small that the computer takes it for 0
    customers = sbg.simulate(2000, seed=1, periods=40, alpha=0.001, beta=3.0)
    assert customers.summary["tenure"].max() == 40
    assert (customers.truth["lifetime"] >= 1).all()
