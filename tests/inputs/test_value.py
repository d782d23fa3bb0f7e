"""Tables of notebook 02 that make no sense get an answer in words."""

import numpy as np
import pandas as pd
import pytest

from crmlib import value

ORDERS = pd.DataFrame(
    {
        "customer_id": [1, 1, 2],
        "date": pd.to_datetime(["2022-03-01", "2023-05-01", "2022-06-30"]),
        "amount": [100.0, 50.0, 80.0],
    }
)
COSTS = pd.DataFrame({"customer_id": [1, 1, 2], "year": [2022, 2023, 2022], "total": [5.0, 8, 35]})


# Profit and loss


def test_a_missing_column_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"No column 'amount' in the table of orders. Its columns"):
        value.customer_pnl(ORDERS.rename(columns={"amount": "money"}))
    with pytest.raises(ValueError, match="No column 'total' in the table of costs"):
        value.customer_pnl(ORDERS, COSTS.drop(columns="total"))


def test_an_empty_table_is_refused():
    with pytest.raises(ValueError, match="There are no rows in the table of orders"):
        value.customer_pnl(ORDERS.head(0))


def test_an_empty_cell_is_named_by_its_row():
    orders = ORDERS.assign(amount=[100.0, np.nan, 80.0])
    with pytest.raises(ValueError, match="Column 'amount' of the table of orders is empty in 1 "):
        value.customer_pnl(orders)
    costs = COSTS.assign(total=[5.0, 8.0, np.nan])
    with pytest.raises(ValueError, match="the first is row 3"):
        value.customer_pnl(ORDERS, costs)


@pytest.mark.parametrize("margin", [42, 0, -0.1, np.nan])
def test_a_margin_is_a_share(margin):
    with pytest.raises(ValueError, match=r"Write 42% as 0\.42"):
        value.customer_pnl(ORDERS, margin=margin)


def test_a_margin_of_one_order_is_a_share_too():
    with pytest.raises(ValueError, match="The margin is 40; expected a share"):
        value.customer_pnl(ORDERS.assign(share=[0.4, 40, 0.3]), margin="share")


def test_tables_of_different_customers_are_refused():
    with pytest.raises(ValueError, match="no customer in common: one holds 1, the other '1'"):
        value.customer_pnl(ORDERS, COSTS.assign(customer_id=["1", "1", "2"]))


def test_a_window_may_not_cut_a_year_of_costs():
    with pytest.raises(ValueError, match="2022-07-01 lies within one"):
        value.customer_pnl(ORDERS, COSTS, start="2022-07-01")
    with pytest.raises(ValueError, match="2022-12-30 lies within one"):
        value.customer_pnl(ORDERS, COSTS, end="2022-12-30")


def test_a_window_needs_to_know_when():
    with pytest.raises(ValueError, match="Column 'date' holds no dates"):
        value.customer_pnl(ORDERS.assign(date=["a", "b", "c"]), start="2022-01-01")
    with pytest.raises(ValueError, match="needs a column 'year' or 'date'"):
        value.customer_pnl(ORDERS, COSTS.drop(columns="year"), start="2022-01-01")
    with pytest.raises(ValueError, match="runs from 2022-03-01 to 2023-05-01"):
        value.customer_pnl(ORDERS, start="2030-01-01")


def test_an_acquisition_cost_is_no_gain_and_known_for_everybody():
    with pytest.raises(ValueError, match="acquisition_cost is below 0"):
        value.customer_pnl(ORDERS, acquisition_cost=-40)
    with pytest.raises(ValueError, match="acquisition_cost has no value for 1 customers"):
        value.customer_pnl(ORDERS, acquisition_cost=pd.Series({1: 40.0}))
    with pytest.raises(ValueError, match="acquired has no value for 1 customers, for example 2"):
        value.customer_pnl(ORDERS, acquired=pd.Series({1: pd.Timestamp("2022-01-01")}))


# Concentration

SHARES = [value.pareto_share, value.lorenz, value.gini, value.pareto_interval]


@pytest.mark.parametrize("measure", SHARES)
def test_a_share_needs_a_total_above_zero(measure):
    with pytest.raises(ValueError, match=r"add up to -10\.00\. A share of a total needs"):
        measure([10, -20])


@pytest.mark.parametrize("measure", [*SHARES, value.whale_curve, value.whale_peak])
def test_values_must_be_there(measure):
    with pytest.raises(
        ValueError, match="1 of 3 values are empty or infinite, the first at place 2"
    ):
        measure([10, np.nan, 5])
    with pytest.raises(ValueError, match="Expected one value per customer"):
        measure([])


@pytest.mark.parametrize("q", [0, 20, -0.2, np.nan, []])
def test_q_is_a_part_of_the_customers(q):
    with pytest.raises(ValueError, match=r"expected a part of the customers, such as 0\.2"):
        value.pareto_share([1, 2, 3], q)


# Costs to serve

PNL = pd.DataFrame(
    {
        "orders": [1, 2, 3],
        "revenue": [10.0, 20, 30],
        "service": [1.0, 2, 3],
        "cost_to_serve": [2.0, 3, 4],
        "contribution": [2.0, 5, 9],
        "net_profit": [-2.0, 1, 5],
    },
    index=[1, 2, 3],
)


@pytest.mark.parametrize("groups", [0, 4])
def test_there_are_no_more_groups_than_customers(groups):
    with pytest.raises(
        ValueError, match=f"groups is {groups}; expected a whole number from 1 to 3"
    ):
        value.cost_by_group(PNL, groups=groups)


def test_costs_need_their_columns_and_sensible_numbers():
    with pytest.raises(ValueError, match="No column 'service' in the table of customers"):
        value.service_hogs(PNL.drop(columns="service"), 10)
    with pytest.raises(ValueError, match="expected money per order, 0 or more"):
        value.service_hogs(PNL, -1)
    with pytest.raises(ValueError, match="hogs has no value for 2 customers, for example 2"):
        value.rescale_service(PNL, pd.Series({1: True}), 0.5)
    with pytest.raises(ValueError, match="factor is -1; expected 0 or more"):
        value.rescale_service(PNL, pd.Series(True, index=PNL.index), -1)


def test_a_cost_is_spread_by_a_column_without_losses():
    with pytest.raises(ValueError, match="cannot be spread by 'net_profit': it has values below 0"):
        value.share_cost(PNL, 100, "net_profit")
    with pytest.raises(ValueError, match="total is -1; expected a cost of 0 or more"):
        value.share_cost(PNL, -1)


def test_the_two_sides_take_no_numbers_below_zero():
    with pytest.raises(ValueError, match="price = -5, effort = 1, cost = 4: expected"):
        value.two_sided(10, -5, 1, 4)


# Tenure


def test_relations_need_dates_and_common_customers():
    with pytest.raises(ValueError, match="holds no dates: convert it"):
        value.relations(ORDERS.assign(date=["a", "b", "c"]), PNL)
    with pytest.raises(ValueError, match="The two tables have no customer in common"):
        value.relations(ORDERS, PNL.set_axis([7, 8, 9]))
    with pytest.raises(ValueError, match="Nobody has been known for 900 days; the oldest for 426"):
        value.relations(ORDERS, PNL, minimum_age=900)


def test_bounds_rise():
    table = PNL.assign(tenure=[0, 10, 20])
    with pytest.raises(ValueError, match="bounds must rise"):
        value.profit_by_tenure(table, bounds=(10, 0))


def test_a_floor_is_above_zero():
    with pytest.raises(ValueError, match="floor is 0; expected days above 0"):
        value.per_active_year(pd.Series([0.0]), pd.Series([5.0]), 0)


@pytest.mark.parametrize("x", [[1.0, 2.0], [1.0, 1.0, 1.0]])
def test_a_correlation_needs_two_columns_that_vary(x):
    with pytest.raises(ValueError, match="at least three values each that are not all equal"):
        value.correlation(pd.Series(x), pd.Series(range(len(x))))
