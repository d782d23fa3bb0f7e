"""The shop's tables agree with one another, and look like a company's."""

import numpy as np
import pandas as pd
import pytest

from crmlib.world import World, clock, costs, purchases, tiers
from tests.helpers.world import SEEDS, world

by_seed = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def company() -> World:
    return world(1)


@pytest.fixture(scope="module")
def orders(company) -> pd.DataFrame:
    return company.table("transactions")


@pytest.fixture(scope="module")
def customers(company) -> pd.DataFrame:
    return company.table("customers").set_index("customer_id")


def test_keys_resolve(company, orders, customers):
    assert set(orders["customer_id"]) == set(customers.index)
    assert set(orders["product_id"]) <= set(company.table("products")["product_id"])
    assert set(company.table("costs_to_serve")["customer_id"]) == set(customers.index)
    linked = company.table("subscriptions")["customer_id"].dropna()
    assert set(linked) <= set(customers.index)
    assert linked.is_unique


def test_traits_are_those_of_the_latent_table(company, customers):
    latent = company.table("truth/customers").set_index("customer_id")
    for trait in ("market", "app_user"):
        assert customers[trait].equals(latent[trait])


def test_the_first_order_is_the_acquisition_and_the_last_is_observed(orders, customers):
    first = orders.groupby("customer_id")["date"].min()
    assert (first == customers["acq_date"]).all()
    assert orders["date"].max() <= clock.LAST_DAY
    age = (clock.LAST_DAY - customers["acq_date"]).dt.days
    assert (age.min(), age.max()) == (26 * 7, 156 * 7)


def test_a_customer_orders_at_most_once_a_day(orders):
    assert not orders.duplicated(["customer_id", "date"]).any()


def test_no_order_is_lost_when_moments_become_days(company, orders):
    counted = company.table("truth/purchases").set_index("customer_id")["orders"]
    assert orders.groupby("customer_id").size().equals(counted)
    assert counted.sum() == len(orders)


def test_orders_are_moved_by_hardly_a_day(company):
    # A day that is taken moves an order to the next: rarely, or BG/NBD's dates would be off.
    taken = purchases.buy(company)
    assert (np.diff(taken.day)[np.diff(taken.customer) == 0] > 0).all()
    rates = company.table("truth/customers")["purchase_rate"]
    assert (rates / clock.DAYS_PER_WEEK).quantile(0.99) < 0.1


def test_orders_are_numbered_by_day(orders):
    assert orders["order_id"].tolist() == list(range(1, len(orders) + 1))
    assert orders["date"].is_monotonic_increasing


def test_an_order_holds_its_main_product(company, orders):
    price = orders["product_id"].map(company.table("products").set_index("product_id")["price"])
    assert (orders["qty"] * price <= orders["amount"] + 0.005).all()
    assert (orders["discount"] <= 0.2 * orders["amount"] + 0.01).all()


def test_only_app_users_order_by_app(orders, customers):
    by_app = orders.loc[orders["channel"] == "app", "customer_id"]
    assert customers.loc[by_app, "app_user"].all()


def test_a_referrer_is_an_older_customer_of_the_same_market(customers):
    referred = customers[customers["referrer_id"].notna()]
    assert (customers["acq_source"] == "referral").eq(customers["referrer_id"].notna()).all()
    referrer = customers.loc[referred["referrer_id"].astype(int)]
    assert (referrer["acq_date"].to_numpy() < referred["acq_date"].to_numpy()).all()
    assert (referrer["market"].to_numpy() == referred["market"].to_numpy()).all()


def test_a_district_lies_in_its_market(customers):
    assert (
        ((customers["district"] - 101) // 10).map(dict(enumerate("ABCD"))) == customers.market
    ).all()


def test_dropout_is_the_order_of_loyalty_and_exactly_the_planted_beta(company):
    latent = company.table("truth/customers").sort_values(
        ["loyalty", "dropout_probability"], ascending=[True, False]
    )
    assert latent["dropout_probability"].is_monotonic_decreasing
    a, b = (company.parameters[f"purchases.{name}"] for name in "ab")
    assert latent["dropout_probability"].mean() == pytest.approx(a / (a + b), rel=1e-3)
    assert (latent["later_retained"] == (latent["loyalty"] > 0)).all()


@by_seed
def test_rate_spend_and_loyalty_have_nothing_to_do_with_one_another(seed):
    latent = world(seed).table("truth/customers")
    table = latent[["loyalty", "purchase_rate", "typical_amount"]].rank()
    together = table.corr().to_numpy()[np.triu_indices(3, 1)]
    assert np.abs(together).max() < 4 / np.sqrt(len(latent))


def test_costs_begin_with_the_customer_and_add_up(company, customers):
    table = company.table("costs_to_serve")
    first = table.groupby("customer_id")["year"].min()
    assert first.eq(customers["acq_date"].dt.year).all()
    assert len(table) == (2024 - customers["acq_date"].dt.year).sum()
    parts = 1.2 * table["service_min"] + table[["delivery", "returns", "discount_cost"]].sum(axis=1)
    assert np.abs(table["total"] - parts).max() < 0.006


def test_discounts_and_returns_are_those_of_the_orders(company, orders):
    keys = ["customer_id", "year"]
    table = company.table("costs_to_serve").set_index(keys)
    lost = (0.5 * orders["amount"] + 8).where(orders["returned"], 0)
    dated = orders.assign(year=orders["date"].dt.year, lost=lost).groupby(keys)
    for column, name in (("discount", "discount_cost"), ("lost", "returns")):
        sums = dated[column].sum().reindex(table.index, fill_value=0)
        assert np.abs(sums - table[name]).max() < 0.006


def test_the_panel_is_the_sum_of_the_orders(company, orders, customers):
    panel = company.table("tier_panel").set_index(["customer_id", "year"])
    first = customers.index[customers["acq_date"].dt.year == 2021]
    assert panel.index.equals(pd.MultiIndex.from_product([first, [2021, 2022, 2023]]))
    sums = orders.groupby(["customer_id", orders["date"].dt.year])["amount"].sum()
    assert np.abs(sums.reindex(panel.index, fill_value=0) - panel["revenue"]).max() < 0.006
    total = company.table("costs_to_serve").set_index(["customer_id", "year"])["total"]
    earned = 0.42 * panel["revenue"] - total.reindex(panel.index, fill_value=0)
    assert np.abs(earned - panel["contribution"]).max() < 0.006


def test_tiers_have_their_sizes(company):
    panel = company.table("tier_panel")
    count = panel.groupby(["year", "tier"]).size()
    n = len(panel) // 3
    for year in clock.YEARS:
        assert count[year, "platinum"] == np.ceil(0.01 * n)
        assert count[year, "platinum"] + count[year, "gold"] == np.ceil(0.2 * n)
    assert (panel.loc[panel["revenue"] == 0, "tier"] == "lead").all()


@by_seed
def test_the_shop_looks_like_a_company(seed):
    company = world(seed)
    count = company.table("transactions").groupby("customer_id").size()
    assert len(company.table("transactions")) == pytest.approx(30_900, rel=0.06)
    assert (count == 1).mean() == pytest.approx(0.303, abs=0.025)
    profit = costs.profit(company)
    shares = {name: costs.top_share(value) for name, value in profit.items()}
    # over forty seeds .635 ± .006, .814 ± .010 and 1.105 ± .020
    assert shares["revenue"] == pytest.approx(0.635, abs=0.025)
    assert shares["contribution"] == pytest.approx(0.81, abs=0.04)
    assert 1.03 < shares["net_profit"] < 1.18
    assert 0.38 < (profit["net_profit"] < 0).mean() < 0.43


def test_the_company_of_the_course_has_the_figures_of_the_course():
    shares = {name: costs.top_share(value) for name, value in costs.profit(world()).items()}
    assert shares["revenue"] == pytest.approx(0.63, abs=0.01)
    assert shares["contribution"] == pytest.approx(0.80, abs=0.01)
    assert 1.08 < shares["net_profit"] < 1.15
    assert 0.38 < (costs.profit(world())["net_profit"] < 0).mean() < 0.42


@by_seed
def test_tiers_change_as_in_a_shop_without_contracts(seed):
    truths = {one.name: one.value(world(seed)) for one in tiers.DERIVED}
    assert 0.4 < truths["tiers.correlation"] < 0.95
    assert 0.25 < truths["tiers.stay"]["1%"] < 0.75
    assert truths["tiers.stay"]["20%"] == pytest.approx(0.53, abs=0.08)
    assert truths["tiers.top_fifth_bought_nothing"] == pytest.approx(0.41, abs=0.09)


@by_seed
def test_markets_differ_as_planted(seed):
    latent = world(seed).table("truth/customers")
    retained = latent.groupby("market")["later_retained"].mean()
    assert retained.to_numpy() == pytest.approx([0.89, 0.78, 0.47, 0.30], abs=0.045)


def test_the_loyal_buy_longer(company, orders):
    left = company.table("truth/purchases").set_index("customer_id")["left"]
    market = company.table("customers").set_index("customer_id")["market"]
    assert left.groupby(market).mean().is_monotonic_increasing
    recent = orders.loc[orders["date"].between("2023-01-01", "2023-06-30"), "customer_id"].unique()
    again = np.isin(recent, orders.loc[orders["date"] > "2023-06-30", "customer_id"])
    bought = pd.Series(again).groupby(market.loc[recent].to_numpy()).mean()
    assert bought["A"] > bought["D"] + 0.05


def test_contracts_end_and_begin_with_months(company):
    table = company.table("subscriptions")
    assert (table["start"].dt.day == 1).all()
    assert table["end"].dropna().dt.is_month_end.all()
    assert (table["end"].isna() == table["censored"]).all()
    assert (table["end"].dropna() > table["start"][table["end"].notna()]).all()
    quarter = table["start"].dt.year.astype(str) + "-Q" + table["start"].dt.quarter.astype(str)
    assert (table["cohort"] == quarter).all()


def test_contracts_last_as_the_latent_table_says(company):
    both = company.table("subscriptions").merge(company.table("truth/subscriptions"))
    ended = both[~both["censored"]]
    months = 12 * (ended["end"].dt.year - ended["start"].dt.year) + (
        ended["end"].dt.month - ended["start"].dt.month
    )
    assert (months + 1 == ended["lifetime_months"]).all()
    start = both["start"]
    observed = 12 * (2024 - start.dt.year) + 1 - start.dt.month
    assert both["censored"].eq(both["lifetime_months"] > observed).all()


def test_a_shop_customer_subscribes_after_the_first_order(company, customers):
    table = company.table("subscriptions").dropna(subset="customer_id")
    assert len(table) == 2400
    acquired = customers.loc[table["customer_id"].astype(int), "acq_date"]
    assert (table["start"].to_numpy() > acquired.to_numpy()).all()
