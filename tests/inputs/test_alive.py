"""Questions of notebook 05 that make no sense get an answer in words."""

import numpy as np
import pandas as pd
import pytest

from crmlib import alive
from tests.helpers.shops import ROUNDED

CUSTOMERS = pd.DataFrame(
    {
        "frequency": [0, 1, 2],
        "recency": [0.0, 2, 5],
        "T": [9.0, 9, 9],
        "holdout_purchases": [0, 1, 0],
    },
    index=list("abc"),
)
CUSTOMERS.attrs["holdout_length"] = 9.0
FORECAST = pd.Series([0.1, 0.5, 1.0], index=list("abc"))

TABLES = {
    "repeat_probability": alive.repeat_probability,
    "k_rule": alive.k_rule,
    "return_by_silence": alive.return_by_silence,
    "expected_by_frequency": lambda table: alive.expected_by_frequency(table, FORECAST),
    "contest": lambda table: alive.contest(table, FORECAST),
}


@pytest.mark.parametrize("question", TABLES.values(), ids=TABLES)
def test_a_table_without_a_holdout_is_refused(question):
    assert len(question(CUSTOMERS))
    with pytest.raises(ValueError, match=r"no column holdout_purchases\. Its .* rfm\.split makes"):
        question(CUSTOMERS.drop(columns="holdout_purchases"))


@pytest.mark.parametrize("question", TABLES.values(), ids=TABLES)
def test_an_empty_table_is_refused(question):
    with pytest.raises(ValueError, match="is empty"):
        question(CUSTOMERS.iloc[:0])


@pytest.mark.parametrize("k", [0, -1, (3, 0), ()])
def test_a_rule_needs_at_least_one_purchase(k):
    with pytest.raises(ValueError, match="expected whole numbers of 1 or more"):
        alive.k_rule(CUSTOMERS, k)


def test_a_cap_is_at_least_one():
    with pytest.raises(ValueError, match="cap is 0; expected 1 or more"):
        alive.repeat_probability(CUSTOMERS, cap=0)


@pytest.mark.parametrize("question", [alive.expected_by_frequency, alive.contest])
def test_a_forecast_must_cover_every_customer(question):
    with pytest.raises(ValueError, match="expected has no value for 2 customers, for example 'b'"):
        question(CUSTOMERS, FORECAST.head(1))


def test_a_contest_needs_the_length_of_the_holdout():
    table = CUSTOMERS.copy()
    table.attrs = {}
    with pytest.raises(ValueError, match="holdout_length"):
        alive.contest(table, FORECAST)


def test_calibration_needs_both_for_every_customer():
    happened = pd.Series([True, False], index=list("ab"))
    with pytest.raises(ValueError, match="happened has no value for 1 customers, for example 'c'"):
        alive.calibration(FORECAST, happened)
    with pytest.raises(ValueError, match="probability has no value for 1 customers"):
        alive.calibration(FORECAST.replace(1.0, np.nan), happened)


@pytest.mark.parametrize("weeks", [[], [4, 8], [-1, 0]])
def test_a_history_begins_with_the_first_purchase(weeks):
    with pytest.raises(ValueError, match="must begin with 0, the first purchase; got"):
        alive.alive_over_time(weeks, ROUNDED, [9])


def test_nobody_was_a_customer_before_the_first_purchase():
    with pytest.raises(ValueError, match="0 or later"):
        alive.alive_over_time([0, 4], ROUNDED, [-1, 3])


def test_tracking_needs_dates():
    purchases = pd.DataFrame({"customer_id": [1], "date": ["2024-01-01"]})
    with pytest.raises(ValueError, match=r"'date' holds no dates: convert it with pd\.to_datetime"):
        alive.track_weeks(purchases, ROUNDED)
    # and no word of rfm.split, which makes no purchases
    with pytest.raises(ValueError, match=r"no column date\. Its columns are: customer_id\.$"):
        alive.track_weeks(purchases.drop(columns="date"), ROUNDED)
