"""What holds for the summary of any table of purchases."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import rfm

FIRST = pd.Timestamp("2023-11-20")
CENTS = st.integers(0, 50_000)

rows = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 60), CENTS), min_size=1, max_size=40)
examples = settings(derandomize=True, deadline=None, max_examples=50)


def table_of(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    table["date"] = FIRST + pd.to_timedelta(table["date"], unit="D")
    return table.assign(amount=table["amount"] / 100)


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, rtol=1e-12, atol=1e-12, check_flags=False)


@examples
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    mixed = random.sample(rows, len(rows))
    assert_same(rfm.summarize(table_of(mixed)), rfm.summarize(table_of(rows)))


@examples
@given(rows, st.data())
def test_splitting_a_purchase_in_two_does_not_matter(rows, data):
    number = data.draw(st.integers(0, len(rows) - 1))
    customer, day, cents = rows[number]
    part = data.draw(st.integers(0, cents))
    halves = [(customer, day, part), (customer, day, cents - part)]
    split = rows[:number] + rows[number + 1 :] + halves
    assert_same(rfm.summarize(table_of(split)), rfm.summarize(table_of(rows)))


@examples
@given(rows)
def test_occasions_and_money_are_conserved(rows):
    table = table_of(rows)
    summary = rfm.summarize(table)
    days = table.drop_duplicates(["customer_id", "date"])
    assert summary["frequency"].sum() + len(summary) == len(days)
    assert list(summary.index) == sorted(set(table["customer_id"]))
    first = table.groupby("customer_id")["date"].transform("min")
    repeats = table.loc[table["date"] > first, "amount"].sum()
    np.testing.assert_allclose(
        (summary["frequency"] * summary["monetary_value"]).sum(), repeats, rtol=1e-9, atol=1e-9
    )


@examples
@given(rows)
def test_times_are_those_of_a_possible_history(rows):
    summary = rfm.summarize(table_of(rows), unit="D")
    assert (summary["recency"] >= summary["frequency"]).all()
    assert (summary["recency"] <= summary["T"]).all()
    assert ((summary["recency"] == 0) == (summary["frequency"] == 0)).all()
    assert ((summary["monetary_value"] == 0) | (summary["frequency"] > 0)).all()


@examples
@given(rows, st.integers(-40_000, 40_000))
def test_a_shop_on_other_days_has_the_same_summary(rows, days):
    table = table_of(rows)
    shifted = table.assign(date=table["date"] + pd.Timedelta(days, unit="D"))
    assert_same(rfm.summarize(shifted), rfm.summarize(table))


@examples
@given(rows, st.integers(0, 400))
def test_a_later_end_only_adds_to_t(rows, days):
    table = table_of(rows)
    end = table["date"].max() + pd.Timedelta(days, unit="D")
    earlier = rfm.summarize(table, unit="D")
    assert_same(rfm.summarize(table, unit="D", end=end), earlier.assign(T=earlier["T"] + days))


@examples
@given(rows)
def test_weeks_are_seven_days(rows):
    days, weeks = (rfm.summarize(table_of(rows), unit=unit) for unit in "DW")
    scaled = days.assign(recency=days["recency"] / 7, T=days["T"] / 7)
    assert_same(weeks, scaled)


@examples
@given(rows, st.integers(0, 60), st.integers(1, 60))
def test_a_split_loses_nothing(rows, calibration, holdout):
    table = table_of([(9, 0, 100), *rows])
    ends = [FIRST + pd.Timedelta(days, unit="D") for days in (calibration, calibration + holdout)]
    customers = rfm.split(table, *ends)
    days = table.drop_duplicates(["customer_id", "date"])
    known = days[days["customer_id"].isin(customers.index)]
    assert len(customers) + customers["frequency"].sum() == (known["date"] <= ends[0]).sum()
    later = (known["date"] > ends[0]) & (known["date"] <= ends[1])
    assert customers["holdout_purchases"].sum() == later.sum()
    money = table[table["customer_id"].isin(customers.index)]
    money = money.loc[(money["date"] > ends[0]) & (money["date"] <= ends[1]), "amount"].sum()
    np.testing.assert_allclose(customers["holdout_amount"].sum(), money, rtol=1e-9, atol=1e-9)
    left_out = customers.attrs["customers_not_yet_acquired"]
    assert len(customers) + left_out == table["customer_id"].nunique()
    assert customers.attrs["purchases_after_holdout"] == (table["date"] > ends[1]).sum()


def test_keys_that_need_more_than_32_bits_are_not_cut():
    # each of 5,000 customers buys on the first day of the calendar, and again much later
    customers = np.tile(np.arange(5000), 2)
    days = np.repeat(np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[s]"), 5000)
    table = pd.DataFrame({"customer_id": customers, "date": days, "amount": 1.0})
    summary = rfm.summarize(table, unit="D")
    assert list(summary.index) == list(range(5000))
    assert (summary["frequency"] == 1).all()
    assert (summary["recency"] == 3_652_058).all()
    assert (summary["monetary_value"] == 1.0).all()
