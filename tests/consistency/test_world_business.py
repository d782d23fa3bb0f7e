"""The business accounts agree with one another, and look like a firm's portfolio."""

import numpy as np
import pandas as pd
import pytest

from crmlib.data.tables import find
from crmlib.world import World, business, clock, collect
from tests.helpers.world import SEEDS, world

by_seed = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def accounts() -> pd.DataFrame:
    return world(1).table("b2b_accounts").set_index("account_id")


@pytest.fixture(scope="module")
def quarters() -> pd.DataFrame:
    return world(1).table("b2b_quarters")


def test_every_account_has_every_quarter_and_two_informants(accounts, quarters):
    assert (quarters.groupby("account_id").size() == len(business.QUARTERS)).all()
    roles = world(1).table("b2b_trust").groupby("account_id")["role"].agg(set)
    assert (roles == {"buyer", "user"}).all()
    for table in (quarters, world(1).table("b2b_trust")):
        assert set(table["account_id"]) == set(accounts.index)


def test_the_quarters_of_the_last_year_sum_up(accounts, quarters):
    of_2023 = quarters[quarters["quarter"].str.startswith("2023")].groupby("account_id")
    assert accounts["revenue_2023"].to_numpy() == pytest.approx(of_2023["revenue"].sum(), rel=1e-9)
    assert (accounts["visits_2023"] == of_2023["visits"].sum()).all()


def test_nobody_buys_more_than_the_potential(accounts, quarters):
    potential = quarters["account_id"].map(accounts["potential"])
    assert (quarters["revenue"] <= potential / business.QUARTERS_PER_YEAR).all()


def test_relations_began_before_the_first_day(accounts):
    assert accounts["since"].max() < clock.FIRST_DAY


def test_quarters_without_visit_and_dispute_take_no_hours(quarters):
    idle = (quarters["visits"] == 0) & (quarters["disputes"] == 0)
    assert idle.any()
    assert (quarters["hours"][idle] == 0).all()


def test_latent_tables_have_the_same_accounts(accounts):
    for name in ("truth/b2b_accounts", "truth/b2b_relations"):
        assert world(1).table(name)["account_id"].tolist() == accounts.index.tolist()
    latent = world(1).table("truth/b2b_accounts").set_index("account_id")
    assert latent["potential"].equals(accounts["potential"])


@by_seed
def test_a_fifth_of_the_accounts_brings_two_thirds_of_the_revenue(seed):
    revenue = world(seed).table("b2b_accounts")["revenue_2023"].sort_values(ascending=False)
    assert 0.55 < revenue.head(80).sum() / revenue.sum() < 0.8
    assert 0.005 < ((revenue / revenue.sum()) ** 2).sum() < 0.06


@by_seed
def test_revenue_says_little_of_potential(seed):
    table = world(seed).table("b2b_accounts")
    logs = np.log(table[["revenue_2023", "potential"]])
    assert 0.5 < logs.corr().iloc[0, 1] < 0.8
    share = table["revenue_2023"] / table["potential"]
    assert share.quantile(0.05) < 0.1
    assert share.quantile(0.95) > 0.75


@by_seed
def test_some_accounts_cost_more_than_they_bring(seed):
    p = world(seed).parameters
    hours = world(seed).table("b2b_quarters").groupby("account_id")["hours"].sum()
    revenue = world(seed).table("b2b_quarters").groupby("account_id")["revenue"].sum()
    profit = p["b2b_quarters.margin"] * revenue - p["b2b_quarters.cost_per_hour"] * hours
    assert 0.1 < (profit < 0).mean() < 0.35
    assert profit.sum() > 0


@by_seed
def test_traits_have_a_standard_deviation_of_about_1(seed):
    # what the words "per standard deviation" of the parameters' meanings promise
    table = world(seed).table("truth/b2b_relations")[["communication", "trust", "commitment"]]
    assert table.std().to_numpy() == pytest.approx(1, rel=0.12)
    assert table.mean().to_numpy() == pytest.approx(0, abs=0.2)


@by_seed
def test_one_in_five_accounts_leaves(seed):
    assert 0.14 < world(seed).table("b2b_accounts")["left_2024"].mean() < 0.3


def test_the_best_visits_are_the_best_of_whole_visits_shared_out_one_by_one():
    p, latent = collect(), world(1).table("truth/b2b_accounts").head(30)
    given = np.zeros(len(latent))
    for _visit in range(90):
        gain = business.expected_revenue(p, latent, given + 1) - business.expected_revenue(
            p, latent, given
        )
        given[gain.argmax()] += 1
    best = business.best_visits(p, latent, 90.0)
    assert best.sum() == pytest.approx(90)
    one_by_one, at_best = (
        business.expected_revenue(p, latent, visits).sum() for visits in (given, best)
    )
    assert one_by_one <= at_best <= 1.002 * one_by_one
    assert np.abs(best - given).max() < 1


@by_seed
def test_the_best_visits_beat_those_in_proportion_to_revenue(seed):
    assert 0.03 < business.gain_of_best_visits(world(seed)) < 0.12


def test_visits_are_worth_less_and_less():
    p, latent = collect(), world(1).table("truth/b2b_accounts")
    revenue = [business.expected_revenue(p, latent, np.full(len(latent), v)) for v in range(9)]
    assert (np.diff(revenue, axis=0) > 0).all()
    assert (np.diff(revenue, n=2, axis=0) < 0).all()


@pytest.mark.parametrize("name", ["b2b_accounts", "b2b_quarters", "b2b_trust"])
def test_the_rows_are_those_of_the_schema(name):
    assert len(world().table(name)) == find(name).rows


def test_the_other_scenarios_leave_the_business_accounts_alone():
    usual = World(3, 400).table("b2b_accounts")
    pd.testing.assert_frame_equal(usual, World(3, 400, collect("luxury")).table("b2b_accounts"))
