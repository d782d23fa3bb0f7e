"""Theory of notebook 05: tables by hand, and the figures of CDNOW that the course quotes."""

import numpy as np
import pandas as pd
import pytest

from crmlib import alive, data, rfm
from crmlib.models import bgnbd
from tests.helpers.shops import CALIBRATION_END, ROUNDED, exact, exact_fit, whole

PERCENT = 0.05


def customers(frequency, holdout_purchases, **columns) -> pd.DataFrame:
    return pd.DataFrame({"frequency": frequency, "holdout_purchases": holdout_purchases, **columns})


# The rule of three


def test_chance_to_buy_again_in_all_of_cdnow():
    # the course's claims ledger: months 1-9, then 10-18, all 23,570 customers
    table = alive.repeat_probability(whole())
    expected = [14.6, 37.8, 54.7, 64.8, 71.1, 83.7]
    assert (100 * table["probability"]).to_list() == pytest.approx(expected, abs=PERCENT)
    assert table["customers"].sum() == 23_570
    assert list(table.index) == [1, 2, 3, 4, 5, 6]


def test_chance_to_buy_again_in_the_sample():
    # the same, on the 1/10 sample: here the rule of three seems to hold, by chance
    table = alive.repeat_probability(exact())
    expected = [13.7, 35.8, 58.4, 59.0, 79.0, 77.1]
    assert (100 * table["probability"]).to_list() == pytest.approx(expected, abs=PERCENT)
    assert table["customers"].loc[[3, 4]].to_list() == [214, 100]


def test_intervals_are_wilson_s():
    table = alive.repeat_probability(customers([0] * 10, [1] * 3 + [0] * 7))
    # Wilson (1927) for 3 of 10 at 95%: (p + z^2/2n -/+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)
    z, n, p = 1.959964, 10, 0.3
    middle, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    assert table.loc[1, ["lower", "upper"]].to_list() == pytest.approx([low, high], rel=1e-6)
    wider = alive.repeat_probability(customers([0] * 10, [1] * 3 + [0] * 7), level=0.99)
    assert wider.loc[1, "lower"] < low
    assert wider.loc[1, "upper"] > high


def test_the_last_class_pools():
    table = alive.repeat_probability(customers([0, 1, 2, 5, 9], [0, 1, 0, 1, 1]), cap=3)
    assert table["customers"].to_dict() == {1: 1, 2: 1, 3: 3}
    assert table["returned"].to_dict() == {1: 0, 2: 1, 3: 2}


def test_k_rule_by_hand():
    table = alive.k_rule(customers([0, 0, 1, 2, 2, 3], [0, 1, 0, 1, 0, 4]), (1, 2, 3, 4, 5))
    assert table["called_loyal"].to_list() == [6, 4, 3, 1, 0]
    assert table["bought_again_among_them"].to_list() == [3, 2, 2, 1, 0]
    assert table["precision"].to_list() == pytest.approx(
        [3 / 6, 2 / 4, 2 / 3, 1, np.nan], nan_ok=True
    )
    assert table["recall"].to_list() == pytest.approx([1, 2 / 3, 2 / 3, 1 / 3, 0])


def test_k_rule_without_anybody_who_came_back():
    table = alive.k_rule(customers([0, 1], [0, 0]), 1)
    assert table["precision"].to_list() == [0]
    assert np.isnan(table["recall"]).all()


def test_k_rule_follows_from_the_chances():
    chances, rules = alive.repeat_probability(whole(), cap=40), alive.k_rule(whole(), range(1, 8))
    for k in rules.index:
        loyal = chances.loc[k:]
        assert rules.loc[k, "called_loyal"] == loyal["customers"].sum()
        assert rules.loc[k, "precision"] == pytest.approx(
            loyal["returned"].sum() / loyal["customers"].sum(), rel=1e-12
        )
        assert rules.loc[k, "recall"] == pytest.approx(
            loyal["returned"].sum() / chances["returned"].sum(), rel=1e-12
        )


def test_return_by_silence_by_hand():
    table = alive.return_by_silence(
        customers(
            [0, 0, 0, 1, 1], [0, 1, 1, 1, 0], recency=[0.0, 0, 0, 5, 9], T=[4.0, 5, 30, 9, 9]
        ),
        bounds=(4, 26),
    )
    rows = table.set_index(["purchase_days", "silence"])[["customers", "returned"]]
    assert rows.T.to_dict("list") == {
        (1, "up to 4"): [1, 0],
        (1, "4 to 26"): [1, 1],
        (1, "over 26"): [1, 1],
        (2, "up to 4"): [2, 1],
    }


# Forecasts


def test_expected_by_frequency_by_hand():
    table = alive.expected_by_frequency(
        customers([0, 0, 1, 3, 8], [0, 2, 1, 5, 3]), pd.Series([0.5, 0.7, 1.0, 2.0, 4.0]), cap=3
    )
    assert list(table.index) == [0, 1, 3]
    assert table["customers"].to_list() == [2, 1, 2]
    assert table["expected"].to_list() == pytest.approx([0.6, 1.0, 3.0])
    assert table["actual"].to_list() == pytest.approx([1.0, 1.0, 4.0])
    # standard deviation of (0, 2) is sqrt 2, of (5, 3) too; one customer has none
    assert table["standard_error"].to_list() == pytest.approx([1.0, 0.0, 1.0])


def test_a_forecast_is_matched_by_customer():
    table = customers([0, 1], [0, 1]).set_axis(["anna", "bo"])
    forecast = pd.Series({"bo": 2.0, "anna": 1.0, "chen": 9.0})
    assert alive.expected_by_frequency(table, forecast)["expected"].to_dict() == {0: 1.0, 1: 2.0}


def test_contest_by_hand():
    table = customers([0, 1, 2, 4], [0, 0, 1, 3], T=[10.0, 10, 10, 20]).set_axis(list("abcd"))
    table.attrs["holdout_length"] = 10.0
    # the model puts b and d first; going on as before, c and d; the rule, c and d
    result = alive.contest(table, pd.Series({"d": 3.0, "b": 2.0, "c": 0.5, "a": 0.1}), k=3)
    assert result["purchases"].to_list() == pytest.approx([5.6, 0 + 1 + 2 + 2, np.nan], nan_ok=True)
    assert result["miss"].to_list() == pytest.approx([5.6 / 4 - 1, 5 / 4 - 1, np.nan], nan_ok=True)
    assert result["chosen_came_back"].to_list() == [0.5, 1.0, 1.0]
    assert list(result.index) == ["model", "as before", "rule of k"]


def test_tracking_by_hand():
    rows = [
        *(("anna", day) for day in ("2024-01-01", "2024-01-07 09:00", "2024-01-07 21:00")),
        *(("bo", day) for day in ("2024-01-08", "2024-01-09", "2024-01-22")),
        ("anna", "2024-01-21"),
    ]
    purchases = pd.DataFrame(rows, columns=["customer_id", "date"])
    purchases["date"] = pd.to_datetime(purchases["date"], format="ISO8601")
    weeks = alive.track_weeks(purchases, ROUNDED)
    assert list(weeks.index) == [1, 2, 3]
    assert list(weeks["ends"].astype(str)) == ["2024-01-07", "2024-01-14", "2024-01-21"]
    assert weeks["actual"].to_list() == [1, 1, 1]
    # on the last day of week 1 anna is 6 days old; of week 2, 13 days, and bo 6
    new = [bgnbd.unconditional_purchases(days / 7, **ROUNDED) for days in (6, 13, 20)]
    expected = [new[0], new[1], new[2] - new[0]]
    assert weeks["expected"].to_list() == pytest.approx(expected, rel=1e-12)
    assert len(alive.track_weeks(purchases, ROUNDED, end="2024-01-20")) == 2


def test_tracking_adds_up_to_the_totals_of_cdnow():
    purchases, params = data.load("cdnow_sample"), exact_fit().params
    weeks = alive.track_weeks(purchases, params)
    # 39 weeks from 1 January end on 30 September 1997
    assert str(weeks.loc[39, "ends"].date()) == CALIBRATION_END
    assert weeks.loc[:39, "actual"].sum() == exact()["frequency"].sum()
    assert weeks.loc[40:, "actual"].sum() == exact()["holdout_purchases"].sum()
    assert len(weeks) == 78
    total = bgnbd.unconditional_purchases(exact()["T"].to_numpy(), **params).sum()
    assert weeks.loc[:39, "expected"].sum() == pytest.approx(total, rel=1e-10)
    later = bgnbd.unconditional_purchases(exact()["T"].to_numpy() + 39, **params).sum()
    assert weeks["expected"].sum() == pytest.approx(later, rel=1e-10)


# P(alive)


def test_surface_holds_the_formula():
    grid = alive.alive_surface(ROUNDED, T=39.0, frequencies=[0, 2, 7], steps=3)
    assert list(grid.index) == [0.0, 13.0, 26.0, 39.0]
    for x in grid.columns:
        for tx in grid.index:
            value = bgnbd.probability_alive(x, tx, 39.0, **ROUNDED)
            assert grid.loc[tx, x] == pytest.approx(value, rel=1e-12)
    assert (grid[0] == 1).all()


def test_path_knows_only_the_past():
    weeks = [0, 3.99, 4, 10, 12, 30]
    path = alive.alive_over_time([0, 4, 12], ROUNDED, weeks)
    histories_seen = [(0, 0), (0, 0), (1, 4), (1, 4), (2, 12), (2, 12)]
    expected = [
        bgnbd.probability_alive(x, tx, T, **ROUNDED)
        for (x, tx), T in zip(histories_seen, weeks, strict=True)
    ]
    assert path.to_list() == pytest.approx(expected, rel=1e-12)
    assert path.name == "probability_alive"


def test_two_purchases_at_one_time_are_one_occasion():
    once, twice = (
        alive.alive_over_time(list(weeks), ROUNDED, [9]) for weeks in ((0, 4), (0, 4, 4))
    )
    assert once.to_list() == twice.to_list()


# Calibration


def test_calibration_by_hand():
    stated = pd.Series([0.05, 0.15, 0.2, 0.99, 1.0, 1.0], index=list("abcdef"))
    happened = pd.Series([True, False, False, True, True, False], index=list("abcdef"))
    table = alive.calibration(stated, happened.iloc[::-1])
    assert table["customers"].to_list() == [2, 1, 1, 2]
    assert table["stated"].to_list() == pytest.approx([0.1, 0.2, 0.99, 1.0])
    assert table["observed"].to_list() == [0.5, 0.0, 1.0, 0.5]
    assert ((table["lower"] <= table["observed"]) & (table["observed"] <= table["upper"])).all()


def test_true_probabilities_are_calibrated():
    shop = bgnbd.simulate(60_000, seed=8, T=39.0, **ROUNDED)
    history = (shop.summary[name] for name in ("frequency", "recency", "T"))
    stated = pd.Series(bgnbd.probability_alive(*history, **ROUNDED))
    table = alive.calibration(stated, shop.truth["alive"], classes=10)
    assert len(table) > 8
    error = np.sqrt(table["stated"] * (1 - table["stated"]) / table["customers"])
    assert ((table["observed"] - table["stated"]).abs() <= 4 * error).all()
    assert table.iloc[-1][["stated", "observed"]].to_list() == [1.0, 1.0]


def test_summaries_of_split_fit_every_table():
    table = rfm.split(data.load("cdnow_sample"), CALIBRATION_END, unit="D")
    assert len(alive.return_by_silence(table, bounds=(28, 91, 182))) > 10
