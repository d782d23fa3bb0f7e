"""The real tables hold what their sources say."""

import pandas as pd
import pytest

from crmlib import data


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    return data.load("cdnow")


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return data.load("cdnow_sample")


def test_cdnow_is_whole(cdnow):
    # Fader and Hardie (2001): 23,570 customers, followed from January 1997 to June 1998.
    assert len(cdnow) == 69_659
    assert cdnow["customer_id"].nunique() == 23_570
    assert cdnow["date"].min() == pd.Timestamp("1997-01-01")
    assert cdnow["date"].max() == pd.Timestamp("1998-06-30")


def test_every_cdnow_customer_is_new_in_the_first_quarter(cdnow):
    assert cdnow.groupby("customer_id")["date"].min().max() == pd.Timestamp("1997-03-25")


def test_cdnow_keeps_zero_amounts_and_equal_rows(cdnow, sample):
    assert (cdnow["amount"] == 0).sum() == 80
    assert cdnow.duplicated().sum() == 255
    assert (sample["amount"] == 0).sum() == 8
    assert sample.duplicated().sum() == 21


@pytest.mark.parametrize(
    ("share_of_customers", "share_of_revenue"), [(0.01, 0.159), (0.20, 0.678), (0.50, 0.896)]
)
def test_cdnow_revenue_is_as_concentrated_as_known(cdnow, share_of_customers, share_of_revenue):
    revenue = cdnow.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    top = revenue.head(round(share_of_customers * len(revenue)))
    assert top.sum() / revenue.sum() == pytest.approx(share_of_revenue, abs=0.0005)


def test_types_are_those_of_pandas_3(cdnow):
    assert cdnow.dtypes.astype(str).to_dict() == {
        "customer_id": "int64",
        "date": "datetime64[us]",
        "quantity": "int64",
        "amount": "float64",
    }
    assert str(data.load("retention_curves")["cohort"].dtype) == "str"


def test_the_sample_holds_a_tenth_of_the_customers_with_all_their_purchases(cdnow, sample):
    assert len(sample) == 6_919
    assert sample["customer_id"].nunique() == 2_357
    columns = list(cdnow.columns)
    same_customers = cdnow[cdnow["customer_id"].isin(sample["customer_id"])]
    pd.testing.assert_frame_equal(
        sample.sort_values(columns, ignore_index=True),
        same_customers.sort_values(columns, ignore_index=True),
    )


def test_the_summary_is_the_sample_over_39_weeks_rounded(sample):
    # Fader, Hardie and Lee (2005) count days with a purchase, and time in weeks.
    end = pd.Timestamp("1997-09-30")
    days = (
        sample[sample["date"] <= end].groupby(["customer_id", "date"], sort=False)["amount"].sum()
    ).reset_index()
    by_customer = days.groupby("customer_id", sort=False)
    first, last = by_customer["date"].min(), by_customer["date"].max()
    repeat = days[days["customer_id"].duplicated()].groupby("customer_id")["amount"].mean()
    summary = data.load("cdnow_summary").set_index("customer_id")
    assert list(summary.index) == list(first.index)
    assert (summary["frequency"] == by_customer.size() - 1).all()
    half_a_cent = 0.005 + 1e-9
    assert (summary["recency"] - (last - first).dt.days / 7).abs().max() < half_a_cent
    assert (summary["T"] - (end - first).dt.days / 7).abs().max() < half_a_cent
    exact = repeat.reindex(summary.index).fillna(0.0)
    assert (summary["monetary_value"] - exact).abs().max() < half_a_cent


def test_the_summary_has_the_published_totals():
    # Fader, Hardie and Lee (2005): 2,357 customers, of whom 946 bought again.
    summary = data.load("cdnow_summary")
    assert len(summary) == 2_357
    assert (summary["frequency"] > 0).sum() == 946
    # The first customer in the authors' spreadsheet.
    first = summary.iloc[0]
    assert first[["frequency", "recency", "T"]].tolist() == pytest.approx([2, 30.43, 38.86])


def test_donations_are_the_published_counts():
    # Fader, Hardie and Shang (2010), table 1: 11,104 donors, 22 histories over 6 years.
    donations = data.load("donations")
    assert donations["count"].sum() == 11_104
    count = donations.set_index(["frequency", "recency"])["count"]
    possible = {(x, t) for x in range(7) for t in range(x, 7) if (x == 0) == (t == 0)}
    assert set(count.index) == possible
    assert count[0, 0] == 3_464
    assert count[1, 1] == 1_091
    assert count[4, 6] == 512
    assert count[6, 6] == 1_203


def test_retention_curves_are_the_published_percentages():
    # Fader and Hardie (2007), table 1.
    survival = data.load("retention_curves").pivot_table("survival", "year", "cohort")
    published = {
        "Regular": "100 63.1 46.8 38.2 32.6 28.9 26.2 24.1 22.3 20.7 19.4 18.3 17.3",
        "High End": "100 86.9 74.3 65.3 59.3 55.1 51.7 49.1 46.8 44.5 42.7 40.9 39.4",
    }
    for cohort, per_cent in published.items():
        expected = [float(number) for number in per_cent.split()]
        assert (100 * survival[cohort]).tolist() == pytest.approx(expected, rel=1e-9)
