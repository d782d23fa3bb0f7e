"""Purchases are summarised as Fader, Hardie & Lee (2005) define it: by hand, and on CDNOW."""

import datetime

import numpy as np
import pandas as pd
import pytest

from crmlib import data, rfm
from tests.helpers.shops import exact, published, purchases, whole

SHOP = purchases(
    ("anna", "2024-01-01", 20.0),
    ("anna", "2024-01-15", 5.0),
    ("anna", "2024-01-15", 7.0),
    ("anna", "2024-02-05", 30.0),
    ("bo", "2024-01-08", 11.0),
    ("bo", "2024-01-08", 11.0),
    ("chen", "2024-01-10", 4.0),
    ("chen", "2024-01-11", 0.0),
)


def rows(summary: pd.DataFrame) -> dict:
    return {label: tuple(row) for label, *row in summary.itertuples()}


def test_by_hand_in_weeks():
    assert rows(rfm.summarize(SHOP, end="2024-02-12")) == {
        "anna": (2, 5.0, 6.0, (5 + 7 + 30) / 2),
        "bo": (0, 0.0, 5.0, 0.0),
        "chen": (1, pytest.approx(1 / 7), pytest.approx(33 / 7), 0.0),
    }


def test_by_hand_in_days_up_to_the_last_purchase():
    assert rows(rfm.summarize(SHOP, unit="D")) == {
        "anna": (2, 35.0, 35.0, 21.0),
        "bo": (0, 0.0, 28.0, 0.0),
        "chen": (1, 1.0, 26.0, 0.0),
    }


def test_columns_have_the_field_s_names_and_kinds():
    summary = rfm.summarize(SHOP)
    kinds = {"frequency": "i", "recency": "f", "T": "f", "monetary_value": "f"}
    assert {name: dtype.kind for name, dtype in summary.dtypes.items()} == kinds
    assert summary.index.name == "customer_id"


def test_unit_and_end_are_kept():
    assert rfm.summarize(SHOP).attrs == {"unit": "W", "end": pd.Timestamp("2024-02-05")}
    attrs = rfm.summarize(SHOP, unit="D", end="2024-03-01").attrs
    assert attrs == {"unit": "D", "end": pd.Timestamp("2024-03-01")}


def test_the_table_given_is_left_alone():
    table = SHOP.copy()
    rfm.summarize(table)
    rfm.split(table, "2024-01-20")
    pd.testing.assert_frame_equal(table, SHOP)


def test_other_column_names_and_no_amount():
    renamed = SHOP.rename(columns={"customer_id": "client", "date": "day", "amount": "euros"})
    summary = rfm.summarize(renamed, customer="client", date="day", amount="euros")
    assert summary.index.name == "client"
    np.testing.assert_array_equal(summary.to_numpy(), rfm.summarize(SHOP).to_numpy())
    without = rfm.summarize(renamed, customer="client", date="day", amount=None)
    assert list(without.columns) == ["frequency", "recency", "T"]


DATES = {
    "texts": list(SHOP["date"]),
    "days and times in one column": [
        *("2024-01-01 23:59", "2024-01-15", "2024-01-15T08:00:00", "2024-02-05 00:00:01"),
        *("2024-01-08", "2024-01-08", "2024-01-10", "20240111"),
    ],
    "date objects": [datetime.date.fromisoformat(day) for day in SHOP["date"]],
    "date and datetime objects": [
        *(datetime.datetime.fromisoformat(day) for day in SHOP["date"][:4]),
        *(datetime.date.fromisoformat(day) for day in SHOP["date"][4:]),
    ],
    "times of day": list(pd.to_datetime(SHOP["date"]) + pd.Timedelta("23h59m")),
    "categories": pd.Categorical(SHOP["date"]),
    "in nanoseconds": pd.to_datetime(SHOP["date"]).astype("datetime64[ns]"),
    "in seconds": pd.to_datetime(SHOP["date"]).astype("datetime64[s]"),
}


@pytest.mark.parametrize("dates", DATES.values(), ids=DATES)
def test_every_way_to_write_a_day_means_the_same(dates):
    summary = rfm.summarize(SHOP.assign(date=dates), end="2024-02-12")
    pd.testing.assert_frame_equal(summary, rfm.summarize(SHOP, end="2024-02-12"))


@pytest.mark.parametrize(
    "end",
    ["2024-02-12", "2024-02-12 18:00", datetime.date(2024, 2, 12), np.datetime64("2024-02-12")],
)
def test_the_end_is_a_day_however_written(end):
    assert rfm.summarize(SHOP, end=end)["T"].to_list() == pytest.approx([6.0, 5.0, 33 / 7])


def test_days_before_1970_are_days_too():
    table = purchases((1, "1969-12-30 23:00", 1.0), (1, "1970-01-02 01:00", 3.0))
    assert rows(rfm.summarize(table, unit="D")) == {1: (1, 3.0, 3.0, 3.0)}


IDS = {
    "numbers": [30, 30, 30, 30, 4, 4, 11, 11],
    "texts": ["b"] * 4 + ["a"] * 2 + ["c"] * 2,
    "categories": pd.Categorical(["b"] * 4 + ["a"] * 2 + ["c"] * 2, list("xabc")),
    "real numbers": [3.5] * 4 + [0.5] * 2 + [9.5] * 2,
    "numbers that need 64 bits": np.array([2**64 - 2] * 4 + [2**64 - 3] * 2 + [2**64 - 1] * 2),
}


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
def test_ids_of_every_kind_are_sorted_and_keep_their_kind(ids):
    table = SHOP.assign(customer_id=ids)
    summary = rfm.summarize(table)
    assert list(summary.index) == sorted(set(ids))
    assert summary.index.dtype == table["customer_id"].dtype
    assert summary.loc[ids[0], "frequency"] == 2
    assert summary.loc[ids[4], "frequency"] == 0


def test_ids_of_few_bits_do_not_overflow():
    ids = np.arange(-128, 128, dtype="int8")
    summary = rfm.summarize(pd.DataFrame({"customer_id": ids, "date": "2024-01-01", "amount": 1.0}))
    assert list(summary.index) == list(range(-128, 128))
    assert summary.index.dtype == "int8"


def test_number_like_texts_stay_apart():
    table = purchases(("7", "2024-01-01", 1.0), ("07", "2024-01-01", 1.0))
    assert list(rfm.summarize(table).index) == ["07", "7"]


def test_split_by_hand():
    customers = rfm.split(SHOP, "2024-01-10", "2024-01-31")
    assert rows(customers) == {
        "anna": (0, 0.0, pytest.approx(9 / 7), 0.0, 1, 12.0),
        "bo": (0, 0.0, pytest.approx(2 / 7), 0.0, 0, 0.0),
        "chen": (0, 0.0, 0.0, 0.0, 1, 0.0),
    }
    assert customers.attrs == {
        "unit": "W",
        "end": pd.Timestamp("2024-01-10"),
        "holdout_end": pd.Timestamp("2024-01-31"),
        "holdout_length": 3.0,
        "customers_not_yet_acquired": 0,
        "purchases_after_holdout": 1,
    }


def test_split_counts_whom_it_leaves_out():
    customers = rfm.split(SHOP, "2024-01-08", unit="D", amount=None)
    assert list(customers.index) == ["anna", "bo"]
    assert list(customers["holdout_purchases"]) == [2, 0]
    assert "holdout_amount" not in customers
    assert customers.attrs["customers_not_yet_acquired"] == 1
    assert customers.attrs["holdout_length"] == 28.0


def test_split_describes_the_first_period_as_summarize_does():
    table = data.load("cdnow_sample")
    first = table[table["date"] <= "1997-09-30"]
    alone = rfm.summarize(first, end="1997-09-30")
    pd.testing.assert_frame_equal(exact()[list(alone.columns)], alone, check_flags=False)


def naive_summary(table: pd.DataFrame, end: str) -> pd.DataFrame:
    """The definitions, spelled out with group-bys."""
    days = table.groupby(["customer_id", "date"], as_index=False)["amount"].sum()
    customers = days.groupby("customer_id")
    first, last = customers["date"].min(), customers["date"].max()
    repeats = days[days["date"] != days["customer_id"].map(first)]
    return pd.DataFrame(
        {
            "frequency": customers.size() - 1,
            "recency": (last - first).dt.days / 7,
            "T": (pd.Timestamp(end) - first).dt.days / 7,
            "monetary_value": repeats.groupby("customer_id")["amount"].mean(),
        }
    ).fillna({"monetary_value": 0.0})


def test_all_of_cdnow_against_plain_group_bys():
    table = data.load("cdnow")
    naive = naive_summary(table, "1998-06-30")
    pd.testing.assert_frame_equal(rfm.summarize(table), naive, check_flags=False, rtol=1e-12)


def test_split_of_all_of_cdnow_against_plain_group_bys():
    table = data.load("cdnow")
    before, after = table[table["date"] <= "1997-09-30"], table[table["date"] > "1997-09-30"]
    naive = naive_summary(before, "1997-09-30")
    later = after.groupby("customer_id")
    naive["holdout_purchases"] = later["date"].nunique()
    naive["holdout_amount"] = later["amount"].sum()
    naive = naive.fillna(0).astype({"holdout_purchases": "int64"})
    pd.testing.assert_frame_equal(whole(), naive, check_flags=False, rtol=1e-9)


def test_the_published_summary_of_cdnow_follows_from_the_purchases():
    # Fader & Hardie's own summary of the 1/10 sample; they give weeks with two decimals
    ours, theirs = exact().loc[published().index], published()
    assert len(exact()) == len(theirs) == 2357
    pd.testing.assert_series_equal(ours["frequency"], theirs["frequency"])
    for column in ("recency", "T"):
        difference = (ours[column] - theirs[column]).abs()
        assert difference.max() <= 0.005 + 1e-9
    # the exact purchases give cents, their summary the mean with two decimals
    assert (ours["monetary_value"] - theirs["monetary_value"]).abs().max() <= 0.005 + 1e-9
