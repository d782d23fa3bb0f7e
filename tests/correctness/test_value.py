"""Theory of notebook 02: statements by hand, closed forms, and the figures the course quotes."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from crmlib import data, value

ORDERS = pd.DataFrame(
    {
        "customer_id": ["Anna", "Anna", "Bo", "Chen"],
        "date": pd.to_datetime(
            ["2022-03-01", "2023-12-31 20:00", "2022-06-30", "2023-01-01"], format="ISO8601"
        ),
        "amount": [100.0, 50.0, 80.0, 200.0],
        "share": [0.4, 0.4, 0.5, 0.3],
    }
)
COSTS = pd.DataFrame(
    {
        "customer_id": ["Anna", "Anna", "Bo", "Bo", "Chen"],
        "year": [2022, 2023, 2022, 2023, 2023],
        "service": [4.0, 6.0, 30.0, 1.0, 5.0],
        "delivery": [1.0, 2.0, 5.0, 0.0, 5.0],
    }
)
COSTS["total"] = COSTS["service"] + COSTS["delivery"]


@lru_cache(maxsize=1)
def luxi() -> pd.DataFrame:
    truth = data.truth().set_index("name")["value"]
    return value.customer_pnl(
        data.load("transactions"),
        data.load("costs_to_serve"),
        truth["products.margin"],
        acquisition_cost=40,
    )


# Profit and loss


def test_profit_and_loss_by_hand():
    pnl = value.customer_pnl(ORDERS, COSTS, 0.4, 20)
    assert pnl.loc["Anna"].to_dict() == pytest.approx(
        {
            "orders": 2,
            "revenue": 150,
            "gross_margin": 60,
            "cost_to_serve": 13,
            "contribution": 47,
            "acquisition_cost": 20,
            "net_profit": 27,
        }
    )
    assert pnl["net_profit"].to_list() == pytest.approx([27, 32 - 36 - 20, 80 - 10 - 20])
    assert pnl["orders"].dtype.kind == "i"


def test_the_lines_of_the_cost_can_be_kept():
    pnl = value.customer_pnl(ORDERS, COSTS, 0.4, cost=["service", "delivery"])
    assert pnl["service"].to_list() == [10, 31, 5]
    assert pnl["cost_to_serve"].to_list() == [13, 36, 10]
    assert list(pnl.columns[-3:]) == ["contribution", "acquisition_cost", "net_profit"]


def test_the_margin_can_differ_from_order_to_order():
    pnl = value.customer_pnl(ORDERS, margin="share")
    assert pnl["gross_margin"].to_list() == pytest.approx([60, 40, 60])
    assert (pnl["net_profit"] == pnl["gross_margin"]).all()


def test_a_window_counts_whole_days_and_years():
    pnl = value.customer_pnl(ORDERS, COSTS, 0.4, start="2023-01-01", end="2023-12-31")
    # Bo did not buy in 2023, but was served
    assert pnl["revenue"].to_dict() == {"Anna": 50, "Bo": 0, "Chen": 200}
    assert pnl["orders"].to_dict() == {"Anna": 1, "Bo": 0, "Chen": 1}
    assert pnl["cost_to_serve"].to_dict() == {"Anna": 8, "Bo": 1, "Chen": 10}


def test_costs_by_day_allow_any_window():
    costs = COSTS.drop(columns="year").assign(
        date=pd.to_datetime(["2022-03-01", "2023-02-01", "2022-06-30", "2022-07-01", "2023-03-01"])
    )
    pnl = value.customer_pnl(ORDERS, costs, 0.4, end="2022-06-30")
    assert pnl["cost_to_serve"].to_dict() == {"Anna": 5, "Bo": 35}


def test_windows_add_up_to_the_whole():
    orders, costs = data.load("transactions"), data.load("costs_to_serve")
    years = [
        value.customer_pnl(orders, costs, 0.42, start=f"{year}-01-01", end=f"{year}-12-31")
        for year in (2021, 2022, 2023)
    ]
    whole = value.customer_pnl(orders, costs, 0.42)
    columns = ["orders", "revenue", "cost_to_serve", "contribution"]
    total = sum(year.reindex(whole.index)[columns].fillna(0) for year in years)
    np.testing.assert_allclose(total, whole[columns], rtol=1e-9, atol=1e-7)


def test_only_who_was_won_in_the_window_bears_the_cost_of_it():
    won = ORDERS.groupby("customer_id")["date"].min()
    pnl = value.customer_pnl(ORDERS, COSTS, 0.4, 20, start="2023-01-01", acquired=won)
    assert pnl["acquisition_cost"].to_dict() == {"Anna": 0, "Bo": 0, "Chen": 20}
    each = pd.Series({"Anna": 5.0, "Bo": 6.0, "Chen": 7.0})
    pnl = value.customer_pnl(ORDERS, COSTS, 0.4, each)
    assert pnl["acquisition_cost"].to_dict() == each.to_dict()


def test_other_names_of_columns():
    orders = ORDERS.rename(columns={"customer_id": "kunde", "amount": "betrag", "date": "tag"})
    costs = COSTS.rename(columns={"customer_id": "kunde", "total": "kosten", "year": "jahr"})
    names = {"customer": "kunde", "amount": "betrag", "date": "tag", "cost": "kosten"}
    pnl = value.customer_pnl(orders, costs, 0.4, year="jahr", end="2022-12-31", **names)
    assert pnl["contribution"].to_dict() == pytest.approx({"Anna": 40 - 5, "Bo": 32 - 35})


# Concentration


@pytest.mark.parametrize("shape", [1.2, 2.0, 4.0])
def test_pareto_distribution_has_its_closed_forms(shape):
    # Pareto with shape a: Gini 1/(2a-1), the top q hold q^(1-1/a); here its exact group means
    edges = np.arange(200_001) / 200_000
    held = edges ** (1 - 1 / shape)
    values = np.diff(held)
    assert value.pareto_share(values, 0.2) == pytest.approx(0.2 ** (1 - 1 / shape), rel=1e-9)
    assert value.gini(values) == pytest.approx(1 / (2 * shape - 1), rel=1e-3)


def test_extremes():
    equal, owner = [7.0] * 50, [1.0] + [0.0] * 49
    assert value.gini(equal) == pytest.approx(0)
    assert value.gini(owner) == pytest.approx(1 - 1 / 50)
    assert value.pareto_share(equal, [0.2, 0.5, 1]).to_list() == pytest.approx([0.2, 0.5, 1])
    assert value.pareto_share(owner, 0.01) == 1
    assert value.pareto_share([3.0], 0.2) == 1


@pytest.mark.parametrize(
    ("q", "n", "top"), [(0.2, 8, 2), (0.07, 100, 7), (0.2, 5, 1), (0.21, 5, 2)]
)
def test_the_top_is_rounded_up(q, n, top):
    assert value.pareto_share(np.ones(n), q) == pytest.approx(top / n)


def test_gini_is_twice_the_area_above_the_lorenz_curve():
    values = luxi()["contribution"]
    curve = value.lorenz(values)
    area = np.trapezoid(curve, curve.index)
    assert value.gini(values) == pytest.approx(1 - 2 * area, rel=1e-9)
    assert curve.min() < 0


def test_share_lorenz_and_whale_are_one_curve():
    values = luxi()["net_profit"]
    whale, curve = value.whale_curve(values), value.lorenz(values)
    for q in (0.01, 0.2, 0.5):
        assert whale["share_of_total"].loc[q] == pytest.approx(value.pareto_share(values, q))
        assert 1 - curve.iloc[8000 - round(8000 * q)] == pytest.approx(
            value.pareto_share(values, q)
        )
    peak = value.whale_peak(values)
    assert peak["share_of_customers"] == (values > 0).mean()
    assert peak["lost"] == pytest.approx(-values[values < 0].sum())


def test_a_whale_curve_of_a_losing_firm_is_in_money_only():
    curve = value.whale_curve([10, -30])
    assert curve["cumulative"].to_list() == [0, 10, -20]
    assert curve["share_of_total"].isna().all()


def test_the_interval_is_that_of_the_percentile_bootstrap():
    values = np.random.default_rng(5).gamma(0.5, 1.0, 400)
    interval = value.pareto_interval(values, draws=400)
    random = np.random.default_rng(9)
    shares = [value.pareto_share(random.choice(values, 400), 0.2) for _ in range(1000)]
    low, high = np.quantile(shares, [0.025, 0.975])
    assert interval["lower"] == pytest.approx(low, abs=0.006)
    assert interval["upper"] == pytest.approx(high, abs=0.006)
    assert interval["share"] == value.pareto_share(values, 0.2)


# The figures that the course quotes


def test_top_fifth_of_cdnow():
    # the claims ledger of the course: 67.8% of what 23,570 customers spent in 18 months
    spent = data.load("cdnow").groupby("customer_id")["amount"].sum()
    assert len(spent) == 23_570
    assert value.pareto_share(spent) == pytest.approx(0.678, abs=0.0005)


def test_top_fifth_of_luxi_by_three_definitions():
    truth = data.truth().set_index("name")["value"]
    pnl = luxi()
    for column, share in truth["costs.top_fifth_share"].items():
        assert value.pareto_share(pnl[column]) == pytest.approx(share, rel=1e-5)
    unprofitable = (pnl["net_profit"] < 0).mean()
    assert unprofitable == pytest.approx(truth["costs.unprofitable_share"], abs=1e-6)
