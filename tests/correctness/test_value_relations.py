"""Costs to serve and tenure in notebook 02: tables by hand, and special cases."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import WLS

from crmlib import data, value
from crmlib.value import answers

PNL = pd.DataFrame(
    {
        "orders": [1, 1, 2, 4],
        "revenue": [50.0, 50.0, 100.0, 400.0],
        "service": [5.0, 40.0, 6.0, 12.0],
        "cost_to_serve": [10.0, 50.0, 20.0, 40.0],
        "contribution": [10.0, -30.0, 20.0, 120.0],
        "net_profit": [-30.0, -70.0, -20.0, 80.0],
    },
    index=pd.Index(list("abcd"), name="customer_id"),
)


# Cost to serve


def test_cost_by_group_by_hand():
    table = value.cost_by_group(PNL, groups=2)
    assert table["customers"].to_list() == [2, 2]
    assert table["cost_per_customer"].to_list() == [30, 30]
    assert table["cost_per_order"].to_list() == [30, 10]
    assert table["cost_per_revenue"].to_list() == pytest.approx([0.6, 0.12])


def test_the_interval_of_the_ratio_is_that_of_a_regression_through_the_origin():
    # a weighted regression of c on r through 0, weights 1/r, estimates the same ratio of sums;
    # its HC1 (sandwich) error is the ratio estimator's
    pnl = answers.pnl()
    row = value.cost_by_group(pnl, groups=1).loc[1]
    fit = WLS(pnl["cost_to_serve"], pnl["revenue"], weights=1 / pnl["revenue"]).fit(cov_type="HC1")
    assert row["cost_per_revenue"] == pytest.approx(fit.params.iloc[0], rel=1e-10)
    low, high = fit.conf_int().iloc[0]
    assert [row["lower"], row["upper"]] == pytest.approx([low, high], rel=1e-6)


def test_groups_are_equally_large_also_with_ties():
    pnl = pd.DataFrame({"orders": 1, "revenue": 5.0, "cost_to_serve": 1.0}, index=range(103))
    table = value.cost_by_group(pnl, groups=10)
    assert table["customers"].between(10, 11).all()
    assert table["customers"].sum() == 103
    assert (table["upper"] - table["lower"]).abs().max() < 1e-12


def test_hogs_are_judged_per_order():
    assert value.service_hogs(PNL, 10).to_dict() == {"a": False, "b": True, "c": False, "d": False}
    assert value.service_hogs(PNL.assign(orders=0), 0).sum() == 0


def test_rescaled_service_moves_every_line_below_it():
    hogs = value.service_hogs(PNL, 10)
    half = value.rescale_service(PNL, hogs, 0.5)
    assert (half.loc["b", ["service", "cost_to_serve"]] == [20, 30]).all()
    assert (half.loc["b", ["contribution", "net_profit"]] == [-10, -50]).all()
    pd.testing.assert_frame_equal(half.drop("b"), PNL.drop("b"))
    pd.testing.assert_frame_equal(value.rescale_service(PNL, hogs, 1.0), PNL)


def test_a_shared_cost_adds_up():
    for by in (None, "orders", "revenue"):
        assert value.share_cost(PNL, 80, by).sum() == pytest.approx(80)
    assert value.share_cost(PNL, 80).to_list() == [20] * 4
    assert value.share_cost(PNL, 80, "orders").to_list() == [10, 10, 20, 40]


def test_a_price_moves_value_and_makes_none():
    cheap, dear = (value.two_sided(130, price, 10, 75) for price in (90, 110))
    assert cheap["both"] == dear["both"] == 45
    assert cheap["customer"] - dear["customer"] == 20 == dear["firm"] - cheap["firm"]


# Tenure


def orders(rows: list[tuple[str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "date"])
    return table.assign(date=pd.to_datetime(table["date"], format="ISO8601"))


def test_tenure_and_age_by_hand():
    table = value.relations(
        orders([("a", "2022-01-01 09:00"), ("a", "2022-01-11 08:00"), ("b", "2022-03-01")]),
        PNL,
        end="2022-03-31",
    )
    assert table[["tenure", "age"]].to_numpy().tolist() == [[10, 89], [0, 30]]
    assert list(table.columns[2:]) == list(PNL.columns)
    # what comes after the end is not seen
    later = value.relations(orders([("a", "2022-01-01"), ("a", "2022-05-01")]), PNL, "2022-03-31")
    assert later.loc["a", "tenure"] == 0


def test_who_is_too_young_is_left_out():
    table = orders([("a", "2022-01-01"), ("b", "2022-03-01"), ("b", "2022-03-31")])
    assert list(value.relations(table, PNL, minimum_age=89).index) == ["a"]


def test_profit_by_tenure_by_hand():
    table = PNL.assign(tenure=[0, 0, 100, 400])
    result = value.profit_by_tenure(table, bounds=(0, 180, 365))
    assert list(result.index) == ["0", "1 to 180", "over 365"]
    assert result["customers"].to_list() == [2, 1, 1]
    assert result["per_customer"].to_list() == [-10, 20, 120]
    assert result["per_order"].to_list() == [-10, 10, 30]
    assert result["losing"].to_list() == [1, 1, 0]


def test_a_year_as_a_customer_has_a_floor():
    year = value.per_active_year(pd.Series([0, 730.5]), pd.Series([30.0, 30.0]), 365.25)
    assert year.to_list() == pytest.approx([30, 15])


def test_the_floor_decides_the_sign_in_luxi():
    ranks = value.floor_sensitivity(answers.relations())
    assert ranks.is_monotonic_increasing
    assert ranks.loc[1] < -0.4
    assert ranks.loc[365] > 0.2


def test_correlation_agrees_with_its_formula_and_covers():
    random = np.random.default_rng(4)
    x = pd.Series(random.normal(size=500))
    y = 0.3 * x + np.sqrt(1 - 0.09) * pd.Series(random.normal(size=500))
    result = value.correlation(x, y)
    assert result["r"] == pytest.approx(np.corrcoef(x, y)[0, 1], rel=1e-12)
    # Fisher's interval holds for normal data
    reach = 1.96 / np.sqrt(497)
    low, high = np.tanh(np.arctanh(result["r"]) + np.array([-reach, reach]))
    assert [result["lower"], result["upper"]] == pytest.approx([low, high], abs=0.02)
    assert stats.pearsonr(x, y).statistic == pytest.approx(result["r"])


def test_four_quadrants_cover_everybody():
    tenure, profit = pd.Series([365, 364, 365, 0]), pd.Series([0.01, 5, 0, -1])
    kinds = value.quadrants(tenure, profit)
    assert list(kinds) == ["true friends", "butterflies", "barnacles", "strangers"]
    table = value.quadrant_table(profit, kinds)
    assert table["customers"].to_list() == [1, 1, 1, 1]
    assert table["total"].sum() == pytest.approx(profit.sum())
    alone = value.quadrant_table(profit, value.quadrants(tenure, profit, long=0))
    assert alone["customers"].to_list() == [2, 0, 2, 0]
    assert alone["share"].sum() == 1


def test_lin_and_mo_are_in_the_table():
    # the two customers of the first prediction, as its prompt describes them
    pnl = answers.pnl()
    lin, mo = pnl.loc[6169], pnl.loc[3320]
    assert [lin["orders"], mo["orders"]] == [47, 2]
    assert [round(lin["revenue"]), round(mo["revenue"])] == [2215, 1601]
    assert lin["net_profit"] == pnl["net_profit"].min() < 0 < mo["net_profit"]


def test_the_margin_of_the_products_is_the_planted_one():
    assert answers.margin() == data.truth("products.margin")
