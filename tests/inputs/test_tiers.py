"""Questions of notebook 07 that make no sense get an answer in words."""

import numpy as np
import pandas as pd
import pytest

from crmlib import tiers

REVENUE = pd.Series([9.0, 5, 1, 0], index=list("abcd"))
SHOP = pd.DataFrame({"margin": [5.0, 1], "cost": [1.0, 2]})
GROUPS = pd.DataFrame({"customers": [1, 2], "ceiling": [9.0, 3], "scale": [3.0, 3]})


def test_who_bought_nothing_has_zero_not_nothing():
    with pytest.raises(ValueError, match=r"missing for 1 customers, for example 'c'.*fillna\(0\)"):
        tiers.assign(REVENUE.replace(1, np.nan))


def test_text_is_no_revenue():
    with pytest.raises(ValueError, match="by holds no numbers"):
        tiers.assign(pd.Series(["many", "few"]))


def test_nobody_is_refused():
    with pytest.raises(ValueError, match="empty"):
        tiers.assign(REVENUE.iloc[:0])


@pytest.mark.parametrize("cuts", [(), (0.2, 0.01, 0.5), (0, 0.2, 0.5), (1, 20, 50), (-0.1, 0.2, 1)])
def test_cuts_are_rising_shares(cuts):
    with pytest.raises(ValueError, match="expected rising shares between 0 and 1"):
        tiers.assign(REVENUE, cuts)


def test_names_fit_the_cuts():
    with pytest.raises(ValueError, match="3 cuts make 4 tiers; expected as many different names"):
        tiers.assign(REVENUE, names=("key", "small"))
    with pytest.raises(ValueError, match="different names"):
        tiers.assign(REVENUE, (0.5,), ("key", "key"))


def test_ties_are_settled_in_one_of_two_ways():
    with pytest.raises(ValueError, match="expected 'lower' or 'order'"):
        tiers.assign(REVENUE, ties="upper")


def test_who_left_stays_in_the_table():
    before = tiers.assign(REVENUE)
    with pytest.raises(ValueError, match="after has no row for 1 customers, for example 'd'"):
        tiers.migration(before, before.drop("d"))
    with pytest.raises(ValueError, match="after has no row for 2 customers"):
        tiers.staying(before, before.iloc[:2], "gold")


def test_a_tier_for_everybody():
    with pytest.raises(ValueError, match="1 customers have no tier, for example 1"):
        tiers.migration(pd.Series(["gold", None]), pd.Series(["gold", "lead"]))


def test_a_tier_that_nobody_is_in():
    before = tiers.assign(REVENUE)
    with pytest.raises(ValueError, match=r"Nobody is in silver before\. The tiers are: platinum"):
        tiers.staying(before, before, "silver")


def test_money_for_everybody():
    with pytest.raises(ValueError, match="revenue has no row for 1 customers"):
        tiers.table(tiers.assign(REVENUE), REVENUE.drop("a").rename("revenue"))


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: tiers.noise_pyramid(0), "customers is 0; expected a whole number of 1 or more"),
        (lambda: tiers.noise_pyramid(10, years=1.5), "years is 1.5"),
        (lambda: tiers.noise_pyramid(10, rate=0), "rate is 0; expected orders a year, above 0"),
        (lambda: tiers.noise_top_share(20, 3), "q is 20; expected a part of the customers"),
        (lambda: tiers.noise_top_share(0.2, -1), "rate is -1"),
        (lambda: tiers.deal([1.0, np.nan], pd.RangeIndex(3)), "1 of the amounts are missing"),
        (lambda: tiers.deal([1.0], pd.RangeIndex(0)), "empty"),
        (
            lambda: tiers.years_without_leaving(pd.Series([1.0, 2]), pd.Series([3.0])),
            "a pace of 0 or more and a typical amount above 0",
        ),
    ],
)
def test_noise_needs_customers_and_a_rate(call, match):
    with pytest.raises(ValueError, match=match):
        call()


@pytest.mark.parametrize(
    "wrong", [{"share": 0}, {"share": 1}, {"share": 10}, {"avoidable": 50}, {"fixed_cost": -1}]
)
def test_dropping_needs_shares_and_a_cost(wrong):
    with pytest.raises(ValueError, match="expected a share between 0 and 1"):
        tiers.drop_bottom(SHOP, **wrong)


def test_dropping_needs_margin_and_cost():
    with pytest.raises(ValueError, match=r"no column cost\. Its columns are: margin"):
        tiers.drop_bottom(SHOP[["margin"]])
    with pytest.raises(ValueError, match="'cost' must hold a number in every row"):
        tiers.spiral(SHOP.assign(cost=[1, np.nan]), 10)
    with pytest.raises(ValueError, match="no customers of the table"):
        tiers.drop_bottom(SHOP, dropped=pd.Index([99]))


def test_a_budget_needs_groups_that_can_answer():
    with pytest.raises(ValueError, match="budget is -5; expected 0 or more"):
        tiers.allocate(GROUPS, -5)
    with pytest.raises(ValueError, match="of every group must be above 0"):
        tiers.allocate(GROUPS.assign(scale=0), 5)
    with pytest.raises(ValueError, match="no column value"):
        tiers.allocate(GROUPS, 5, by="value")
    with pytest.raises(ValueError, match="'loss' has values below 0, or none above"):
        tiers.allocate(GROUPS.assign(loss=[-1.0, 2]), 5, by="loss")
