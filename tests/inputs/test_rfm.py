"""A table of purchases that cannot be summarised gets an error that says where and what to do."""

import numpy as np
import pandas as pd
import pytest

from crmlib import rfm
from tests.helpers.shops import purchases

GOOD = purchases(*((f"c{number}", "2024-01-01", 5.0) for number in range(9)))


def with_values(column: str, values: dict) -> pd.DataFrame:
    """The good table, with other values in some rows of a column."""
    table = GOOD.astype({column: object})
    for row, value in values.items():
        table.loc[row, column] = value
    return table


def error_of(table, **options) -> str:
    with pytest.raises(rfm.PurchasesError) as caught:
        rfm.summarize(table, **options)
    return str(caught.value)


def test_the_good_table_is_good():
    assert len(rfm.summarize(GOOD)) == 9


def test_an_error_gives_column_number_first_rows_and_remedy():
    table = with_values("amount", dict.fromkeys([1, 2, 4, 5, 7, 8], -3.0))
    assert error_of(table) == (
        "Column 'amount': 6 rows are negative. A return is not a purchase: take it off the "
        "purchase that it belongs to, or set these rows aside, then try again.\n"
        "First rows (row: value):\n  1: -3.0\n  2: -3.0\n  4: -3.0\n  5: -3.0\n  7: -3.0"
    )


ROWS = {
    "unreadable dates": ("date", {2: "31/01/2024", 5: "soon"}, "2024-01-31", "pd.to_datetime"),
    "an impossible day": ("date", {2: "2024-02-30"}, "2024-01-31", "pd.to_datetime"),
    "a month without a day": ("date", {2: "2024-01", 3: "2024"}, "2024-01-31", "pd.to_datetime"),
    "missing dates": ("date", {2: None, 5: pd.NaT}, "2024-01-31", "pd.to_datetime"),
    "missing ids": ("customer_id", {2: None, 5: np.nan}, "no customer id", "fill the ids in"),
    "two kinds of ids": ("customer_id", {2: 7, 5: 8}, "mixes", "astype(str)"),
    "amounts as words": ("amount", {2: "free", 5: "$3"}, "finite amount", "amount=None"),
    "missing amounts": ("amount", {2: None, 5: np.nan}, "finite amount", "amount=None"),
    "infinite amounts": ("amount", {2: np.inf, 5: -np.inf}, "finite amount", "amount=None"),
    "negative amounts": ("amount", {2: -0.01, 5: -9}, "return", "set these rows aside"),
}


@pytest.mark.parametrize(("column", "values", *["expected", "remedy"]), ROWS.values(), ids=ROWS)
def test_faulty_rows_are_named(column, values, expected, remedy):
    text = error_of(with_values(column, values))
    assert repr(column) in text
    assert f"{len(values)} rows" in text
    for row in values:
        assert f"\n  {row}: " in text
    assert expected in text
    assert remedy in text


def test_every_kind_of_fault_has_its_own_text():
    faults = {
        "missing column": error_of(GOOD.drop(columns="date")),
        "unreadable date": error_of(with_values("date", {2: "soon"})),
        "date after end": error_of(GOOD, end="2023-12-31"),
        "missing id": error_of(with_values("customer_id", {2: None})),
        "infinite amount": error_of(with_values("amount", {2: np.inf})),
        "negative amount": error_of(with_values("amount", {2: -1.0})),
        "empty table": error_of(GOOD.iloc[:0]),
    }
    sentences = {text.splitlines()[0].split("rows")[-1] for text in faults.values()}
    assert len(sentences) == len(faults)


def test_a_gap_in_whole_numbers_is_named():
    amounts = pd.array([5, None, *[5] * 7], dtype="Int64")
    assert "1 rows are not a finite amount" in error_of(GOOD.assign(amount=amounts))


def test_rows_are_called_by_the_table_s_own_labels():
    table = with_values("amount", {4: -1.0}).set_axis([f"line {n}" for n in range(9)])
    assert error_of(table).endswith("\n  line 4: -1.0")


@pytest.mark.parametrize(
    "dates",
    [[20240101] * 9, [20240101.0] * 9, pd.Series([20240101] * 9, dtype=object), [True] * 9],
    ids=["numbers", "real numbers", "numbers as objects", "truth values"],
)
def test_numbers_are_not_taken_for_dates(dates):
    text = error_of(GOOD.assign(date=dates))
    assert text.startswith("Column 'date' holds numbers (")
    assert """pd.to_datetime(table['date'], format="%Y%m%d")""" in text


def test_one_number_among_texts_is_not_taken_for_a_date():
    assert "holds numbers (20240105)" in error_of(with_values("date", {3: 20240105}))


ZONES = {
    "a typed column": pd.to_datetime(GOOD["date"]).dt.tz_localize("Asia/Shanghai"),
    "texts": ["2024-01-01T12:00:00+08:00"] * 9,
    "texts of two zones": ["2024-01-01T12:00:00+08:00", *["2024-01-01T12:00:00Z"] * 8],
    "some texts": ["2024-01-01T12:00:00+08:00", *["2024-01-01"] * 8],
}


@pytest.mark.parametrize("dates", ZONES.values(), ids=ZONES)
def test_time_zones_are_refused_and_the_advice_works(dates):
    table = GOOD.assign(date=dates)
    text = error_of(table)
    assert "Column 'date' has a time zone" in text
    advice = "pd.to_datetime(table['date'], format=\"ISO8601\", utc=True)"
    assert f"{advice}.dt.tz_convert(shop_zone).dt.tz_localize(None)" in text
    moments = pd.to_datetime(table["date"], format="ISO8601", utc=True)
    table["date"] = moments.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    assert len(rfm.summarize(table)) == 9


def test_missing_columns_are_listed_with_those_there_are():
    text = error_of(GOOD, customer="client", amount="euros")
    assert "no column 'client', 'euros'" in text
    assert "customer_id, date, amount" in text
    assert "customer=…" in text


def test_the_amount_may_be_missing_when_it_is_not_asked_for():
    assert len(rfm.summarize(GOOD.drop(columns="amount"), amount=None)) == 9


@pytest.mark.parametrize("options", [{"customer": "date"}, {"amount": "customer_id"}])
def test_one_column_cannot_play_two_parts(options):
    assert "have one name" in error_of(GOOD, **options)


def test_two_columns_of_one_name_are_refused():
    assert "have one name" in error_of(pd.concat([GOOD, GOOD[["date"]]], axis=1))


def test_an_empty_table_is_refused():
    assert "is empty" in error_of(GOOD.iloc[:0])


def test_something_else_than_a_table_is_refused():
    assert "got list" in error_of([("anna", "2024-01-01", 5.0)])


def test_an_unknown_unit_is_refused():
    text = error_of(GOOD, unit="M")
    assert "'M'" in text
    assert "'W' (weeks) or 'D' (days)" in text


def test_purchases_after_the_end_are_refused():
    table = purchases(
        ("anna", "2024-01-01", 1.0), ("anna", "2024-02-01", 1.0), ("bo", "2024-02-02", 1.0)
    )
    text = error_of(table, end="2024-01-31")
    assert text.startswith("Column 'date': 2 rows are later than end (2024-01-31), and 1 customers")
    assert "rfm.split" in text
    assert text.endswith("  1: '2024-02-01'\n  2: '2024-02-02'")


def test_an_end_before_everything_is_refused():
    assert "9 rows are later than end (2023-12-31), and 9 customers" in error_of(
        GOOD, end="2023-12-31"
    )


ENDS = [
    *("soon", "now", "2025", "2025-01", "01/02/2025", "30.09.2025", "2025-01-01T00:00Z"),
    *(20250101, 20250101.0, np.int64(20250101), True, pd.NaT, ["2025-01-01"]),
    pd.Timestamp("2025-01-01", tz="UTC"),
]


@pytest.mark.parametrize("end", ENDS, ids=repr)
def test_an_end_that_is_no_clear_day_is_refused(end):
    text = error_of(GOOD, end=end)
    assert "end is" in text or "has a time zone" in text
    assert "day" in text


# rfm.split


def split_error(table, *days, **options) -> str:
    with pytest.raises(rfm.PurchasesError) as caught:
        rfm.split(table, *days, **options)
    return str(caught.value)


@pytest.mark.parametrize("holdout_end", ["2024-01-31", "2024-01-30", "2023-01-01"])
def test_a_holdout_must_follow_the_calibration(holdout_end):
    text = split_error(GOOD, "2024-01-31", holdout_end)
    assert f"holdout_end ({holdout_end}) must be later than calibration_end (2024-01-31)" in text
    assert "the earlier first" in text


def test_a_calibration_that_takes_up_the_whole_table_is_refused():
    assert "must be later" in split_error(GOOD, "2024-01-01")


def test_a_calibration_before_everything_is_refused():
    text = split_error(GOOD, "2023-12-31", "2024-02-01")
    assert "No purchase up to calibration_end (2023-12-31); the first is on 2024-01-01" in text


@pytest.mark.parametrize("days", [("soon",), ("2023-12-31", "later"), (20231231,)])
def test_days_of_split_are_checked(days):
    assert "expected a day such as '2024-01-31'" in split_error(GOOD, *days)


def test_split_checks_the_table_as_summarize_does():
    assert "6 rows" in split_error(with_values("amount", dict.fromkeys(range(6), -1)), "2024-01-02")
    assert "unit is 'M'" in split_error(
        purchases((1, "2024-01-01", 1.0), (1, "2024-03-01", 1.0)), "2024-01-02", unit="M"
    )
