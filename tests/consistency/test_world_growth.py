"""Leads, quotes, cross-selling and referrals agree with the shop, the clock and one another."""

import numpy as np
import pandas as pd
import pytest

from crmlib.world import World, crosssell
from crmlib.world.leads import by_method
from crmlib.world.leads_parameters import SIGNALS
from tests.helpers.world import SEEDS, world

by_seed = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def company() -> World:
    return world(1)


@pytest.fixture(scope="module")
def leads(company) -> pd.DataFrame:
    return company.table("leads")


def test_leads_go_step_by_step(leads):
    days = leads[["date", "reached_date", "offered_date", "decided_date"]]
    for before, after in zip(days, days.columns[1:], strict=False):
        came = days[after].notna()
        assert (days.loc[came, after] > days.loc[came, before]).all()
        assert days.loc[came, before].notna().all()
    assert (days["offered_date"].notna() == days["decided_date"].notna()).all()
    assert days.max().max() < pd.Timestamp("2025-01-01")
    assert leads.loc[leads["converted"], "offered_date"].notna().all()


def test_what_was_not_seen_is_empty(leads):
    offered, reached = leads["offered_date"].notna(), leads["reached_date"].notna()
    for signal in SIGNALS:
        assert (leads[signal].notna() == offered).all()
    assert (leads["buyer_type"].notna() == reached).all()
    for outcome in ("margin_12m", "active_12m"):
        assert (leads[outcome].notna() == leads["converted"]).all()


@by_seed
def test_cheap_customers_are_not_the_best(seed):
    methods = by_method(world(seed))
    assert methods["cost"].idxmin() == "poaching"
    assert methods["ratio"].idxmax() == "referral chain"
    # bought customers cost least, and are worth little: the best method earns four times as much
    assert methods["value"].rank()["poaching"] <= 3
    assert methods["ratio"].max() > 4 * methods["ratio"]["poaching"]
    assert methods["value"].rank()["poaching"] <= 2


def test_quotes_go_to_customers_of_the_panel_in_their_tier(company):
    quotes, panel = company.table("quotes"), company.table("tier_panel")
    tier = panel[panel["year"] == 2023].set_index("customer_id")["tier"]
    assert (quotes["tier"] == tier[quotes["customer_id"]].to_numpy()).all()
    assert quotes.groupby("customer_id").size().eq(4).all()
    assert quotes.groupby("customer_id")["segment"].nunique().eq(1).all()
    factor = (quotes["price"] / quotes["list_price"]).round(3)
    assert set(factor) == {0.8, 0.9, 1.0, 1.1, 1.2, 1.3}
    assert quotes["date"].dt.year.eq(2024).all()


@by_seed
def test_a_tier_says_little_of_the_price_slope(seed):
    slopes = world(seed).table("truth/quotes")
    top = slopes["tier"].isin(["platinum", "gold"])
    assert abs(slopes["price_slope"].corr(top.astype(float))) < 0.2
    segment = slopes.groupby("segment")["price_slope"].mean()
    assert segment["bargain"] < segment["balanced"] - 1 < segment["service"] - 2


@pytest.mark.parametrize("name", ["crosssell_obs", "crosssell_rct"])
def test_cross_selling_agrees_with_the_orders(company, name):
    frame = company.table(name)
    orders, products = company.table("transactions"), company.table("products")
    kind = products.set_index("product_id")["category"]
    held = orders.groupby("customer_id")["product_id"].agg(lambda ids: set(kind[ids]))
    own = held[frame["customer_id"]]
    assert (own.map(len).to_numpy() == frame["categories_held"].to_numpy()).all()
    pairs = zip(own, frame["main_category"], frame["category"], strict=True)
    assert all(main in categories and new not in categories for categories, main, new in pairs)
    acquired = company.table("customers").set_index("customer_id")["acq_date"]
    age = (pd.Timestamp("2023-12-31") - acquired).dt.days / 365.25
    revenue = orders.groupby("customer_id")["amount"].sum()
    yearly = (0.42 * revenue / age)[frame["customer_id"]].to_numpy()
    assert np.abs(yearly - frame["past_margin"]).max() < 0.006
    assert frame["customer_id"].is_unique


@pytest.mark.parametrize("name", ["crosssell_obs", "crosssell_rct"])
def test_the_parts_of_profit_add_up(company, name):
    frame = company.table(name)
    new = frame["new_margin"] - frame["new_returns"] - frame["new_service"]
    assert np.abs(frame["usual_profit"] + new - frame["profit"]).max() < 0.006
    assert (frame.loc[~frame["bought"], ["new_margin", "new_returns", "new_service"]] == 0).all(
        axis=None
    )


@by_seed
def test_a_fifth_of_the_cross_buyers_makes_most_of_the_loss(seed):
    frame = world(seed).table("crosssell_obs")
    assert (crosssell.new_profit(frame) < 0).mean() == pytest.approx(0.2, abs=0.045)
    assert crosssell.loss_share(frame) == pytest.approx(0.7, abs=0.07)


def test_referrals_resolve(company):
    frame = company.table("referrals")
    assert (frame["referrer_id"].notna() == frame["referred"]).all()
    assert (frame["would_have_come"].notna() == frame["referred"]).all()
    customers = set(company.table("customers")["customer_id"])
    assert set(frame["referrer_id"].dropna()) <= customers
    assert not set(frame["referred_id"]) & customers
    assert (frame.loc[~frame["referred"], "reward"] == 0).all()
    assert frame["referred"].sum() == len(frame) / 2 == 1400


def test_new_customers_are_followed_to_the_end_of_2025(company):
    frame = company.table("referrals")
    assert frame["date"].dt.year.eq(2024).all()
    assert (frame["months_followed"] == 25 - frame["date"].dt.month).all()
    assert (frame["months_active"] <= frame["months_followed"]).all()
    stayed = frame[~frame["left"]]
    assert (stayed["months_active"] == stayed["months_followed"]).all()
    assert len(stayed) > 500
    for first in (1, 7, 13):
        column = next(name for name in frame if name.startswith(f"margin_{first}_"))
        assert (frame[column].notna() == (frame["months_active"] >= first)).all()


@by_seed
def test_most_customers_recommend_nobody(seed):
    company = world(seed)
    count = company.table("referrals")["referrer_id"].value_counts()
    assert 0.08 < len(count) / company.customers < 0.15
    assert count.max() >= 3
