"""Tiers: by hand, by closed forms, and by published figures."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib import data, tiers
from crmlib.value.theory import pareto_share
from tests.helpers.tiers import TOP, cdnow_halves, yearly

NAMES = ("key", "ordinary", "small")


# Cutting


def test_cuts_count_customers():
    tier = tiers.assign(pd.Series(range(1000)))
    assert tier.value_counts(sort=False).to_dict() == {
        "platinum": 10, "gold": 190, "iron": 300, "lead": 500,
    }  # fmt: skip
    assert tier.loc[[999, 990, 989, 800, 799, 500, 499, 0]].tolist() == [
        "platinum", "platinum", "gold", "gold", "iron", "iron", "lead", "lead",
    ]  # fmt: skip


def test_a_part_of_a_customer_is_rounded_up():
    # 1% of 150 are 1.5, 7% of 100 are 7.000000000000001 in floating point
    assert (tiers.assign(pd.Series(range(150))) == "platinum").sum() == 2
    assert (tiers.assign(pd.Series(range(100)), (0.07,), ("top", "rest")) == "top").sum() == 7


def test_equals_are_treated_alike():
    by = pd.Series([9, 5, 5, 5, 1, 0, 0, 0, 0, 0])
    lower = tiers.assign(by, (0.2, 0.5), NAMES)
    assert lower.tolist() == ["key", *["ordinary"] * 4, *["small"] * 5]
    order = tiers.assign(by, (0.2, 0.5), NAMES, ties="order")
    assert order.tolist() == ["key", "key", *["ordinary"] * 3, *["small"] * 5]


def test_curry_s_pyramid():
    # Curry & Curry (2000): 1%, 4%, 15%, 80%
    tier = tiers.assign(pd.Series(range(500)), cuts=(0.01, 0.05, 0.20))
    assert tier.value_counts(sort=False).tolist() == [5, 20, 75, 400]


def test_tiers_of_the_panel_are_found_again():
    # the generator takes who stands first among equals, but calls who bought nothing lead
    panel = data.load("tier_panel")
    for year, rows in panel.groupby("year"):
        assert (tiers.assign(rows["revenue"]).astype(str) == rows["tier"]).all(), year


# Money


def test_table_by_hand():
    revenue = pd.Series([50.0, 30, 10, 10, 0], name="revenue")
    profit = pd.Series([30.0, 5, 0, 0, -15], name="profit")
    table = tiers.table(
        tiers.assign(revenue, (0.2, 0.4), NAMES), pd.DataFrame({"r": revenue, "p": profit})
    )
    assert table["customers"].tolist() == [1, 1, 3]
    assert table["share_of_r"].tolist() == pytest.approx([0.5, 0.3, 0.2])
    assert table["share_of_p"].tolist() == pytest.approx([1.5, 0.25, -0.75])


def test_shares_of_a_loss_are_not_given():
    profit = pd.Series([1.0, -5.0], name="profit")
    table = tiers.table(tiers.assign(profit, (0.5,), ("top", "rest")), profit)
    assert table["share_of_profit"].isna().all()


def test_concentration_of_cdnow():
    # the course's own figures on all 23,570 customers: top 1% 15.9%, top 20% 67.8%, and the
    # bottom half 10.4% of the revenue of 18 months
    spent = cdnow_halves().sum(axis=1)
    table = tiers.table(tiers.assign(spent, ties="order"), spent.rename("revenue"))
    shares = 100 * table["share_of_revenue"]
    assert shares["platinum"] == pytest.approx(15.9, abs=0.05)
    assert shares[TOP].sum() == pytest.approx(67.8, abs=0.05)
    assert shares["lead"] == pytest.approx(10.4, abs=0.05)
    assert shares[TOP].sum() == pytest.approx(100 * pareto_share(spent, 0.2), rel=1e-9)


# Moving


def test_migration_by_hand():
    before = pd.Series(["gold"] * 4 + ["lead"] * 6)
    after = pd.Series(["gold", "gold", "lead", "lead", "gold", *["lead"] * 5])
    moves = tiers.migration(before, after)
    assert moves.loc[("gold", "lead"), ["customers", "of"]].tolist() == [2, 4]
    assert moves.loc[("lead", "gold"), "probability"] == pytest.approx(1 / 6)
    # Wilson (1927): (p + z^2/2n -/+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)
    z, n, p = stats.norm.ppf(0.975), 4, 0.5
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    cell = moves.loc[("gold", "gold")]
    assert cell[["lower", "upper"]].tolist() == pytest.approx([0.5 - half, 0.5 + half])
    assert np.isnan(moves.loc[("iron", "gold"), "probability"])


def test_twenty_tiers_are_counted_as_by_hand():
    rng = np.random.default_rng(3)
    before, after = (pd.Series(rng.integers(0, 20, 3000)).astype("category") for _ in "ab")
    moves = tiers.migration(before, after)["customers"]
    by_hand = pd.crosstab(before, after)
    assert moves.to_numpy().reshape(20, 20).tolist() == by_hand.to_numpy().tolist()


def test_customers_are_matched_by_number():
    before = pd.Series(["gold", "lead"], index=[1, 2])
    after = pd.Series(["lead", "gold"], index=[2, 1])
    assert tiers.staying(before, after, "gold")["probability"] == 1


def test_staying_adds_the_ways_within_the_top():
    before, after = (tiers.assign(yearly()[year]) for year in (2022, 2023))
    moves = tiers.migration(before, after)
    top = tiers.staying(before, after, TOP)
    within = moves.loc[(TOP, TOP), "customers"].sum()
    assert top["stayed"] == within
    assert top["of"] == 636


def test_the_planted_world_s_own_figures():
    before, after = (tiers.assign(yearly()[year]) for year in (2022, 2023))
    planted = data.truth("tiers.stay")
    assert tiers.staying(before, after, "platinum")["probability"] == pytest.approx(planted["1%"])
    assert tiers.staying(before, after, TOP)["probability"] == pytest.approx(planted["20%"])
    nothing = (yearly().loc[before.isin(TOP), 2023] == 0).mean()
    assert nothing == pytest.approx(data.truth("tiers.top_fifth_bought_nothing"))


def test_two_in_five_of_cdnow_s_top_fifth_bought_nothing_afterwards():
    halves = cdnow_halves()
    top = tiers.assign(halves["first"], ties="order").isin(TOP)
    assert 100 * (halves["second"][top] == 0).mean() == pytest.approx(40, abs=0.5)


# Traits


def test_profile_by_hand():
    tier = pd.Series(["gold"] * 3 + ["lead"] * 2)
    traits = pd.DataFrame(
        {"cost": [1.0, 2, 3, 4, np.nan], "left": [True, False, False, True, True]}
    )
    rows = tiers.profile(tier, traits)
    gold = rows.loc[("cost", "gold")]
    # Student: the 97.5% point with 2 degrees of freedom is 4.303, the deviation 1
    assert gold["mean"] == 2
    assert gold["upper"] == pytest.approx(2 + 4.302653 / np.sqrt(3), rel=1e-6)
    assert rows.loc[("cost", "lead"), ["customers", "mean"]].tolist() == [1, 4]
    assert np.isnan(rows.loc[("cost", "lead"), "lower"])
    assert rows.loc[("left", "gold"), "mean"] == pytest.approx(1 / 3)
    assert rows.loc[("left", "platinum"), "customers"] == 0


# Noise


def test_top_fifth_of_identical_customers():
    # the course's claims ledger: Poisson(3), the top 20% hold 37% of the orders
    assert tiers.noise_top_share(0.2, 3.0) == pytest.approx(0.37, abs=0.005)
    orders = tiers.noise_pyramid(400_000, 3.0, years=1)[1]
    assert pareto_share(orders, 0.2) == pytest.approx(tiers.noise_top_share(0.2, 3.0), abs=0.002)


@pytest.mark.parametrize("rate", [0.3, 3.0, 40.0])
def test_noise_shares_by_summing_the_distribution(rate):
    counts = np.arange(400)[::-1]
    weight = stats.poisson.pmf(counts, rate)
    for q in (0.01, 0.2, 0.5, 1.0):
        taken = np.clip(q - np.concatenate([[0], np.cumsum(weight)[:-1]]), 0, weight)
        expected = (taken * counts).sum() / rate
        assert tiers.noise_top_share(q, rate) == pytest.approx(expected, rel=1e-9)


def test_a_deal_gives_every_order_to_somebody():
    dealt = tiers.deal(np.arange(1.0, 2001), pd.RangeIndex(100), seed=3)
    assert dealt.sum() == pytest.approx(2000 * 2001 / 2)
    assert dealt.mean() == pytest.approx(20010)
    # the variance of a sum of 2000 orders, each here with chance 1/100
    variance = (np.arange(1.0, 2001) ** 2).sum() / 100 * 0.99
    assert dealt.std() == pytest.approx(np.sqrt(variance), rel=0.25)


# Dropping


SHOP = pd.DataFrame(
    {"margin": [100.0, 60, 20, 10], "cost": [20.0, 20, 30, 8]}, index=["Ann", "Bo", "Chen", "Dora"]
)


def test_drop_bottom_by_hand():
    # on paper, with 10 of the fixed cost each: 70, 30, -20, -8
    result = tiers.drop_bottom(SHOP, share=0.5, fixed_cost=40.0)
    assert result.to_dict() == {
        "customers": 2, "profit_before": 72, "promised": 28, "gain": 8, "profit_after": 80,
        "break_even": pytest.approx(30 / 38),
    }  # fmt: skip
    half = tiers.drop_bottom(SHOP, share=0.5, fixed_cost=40.0, avoidable=0.5)
    assert half["gain"] == 19 - 30
    assert half["promised"] == 28


def test_dropping_chosen_customers():
    result = tiers.drop_bottom(SHOP, dropped=pd.Index(["Dora"]))
    assert result["gain"] == -2
    assert result["break_even"] == 1.25


def test_spiral_by_hand():
    # 72: Chen and Dora go; then 20 each of Ann and Bo, both above: 80
    rounds = tiers.spiral(SHOP, fixed_cost=40.0)
    assert rounds["customers"].tolist() == [4, 2]
    assert rounds["profit"].tolist() == [72, 80]
    assert rounds["losers"].tolist() == [2, 0]
    # with 100 to carry, first Chen and Dora (25 each), then Bo (50) and at last Ann
    assert tiers.spiral(SHOP, 100.0)[["customers", "profit"]].to_numpy().tolist() == [
        [4, 12], [2, 20], [1, -20],
    ]  # fmt: skip


# Allocating


def test_response_at_three_points():
    values = tiers.response([0, 50, 1e9], ceiling=80, scale=50)
    assert values.tolist() == pytest.approx([0, 80 * (1 - np.exp(-1)), 80])


def test_allocation_beats_every_other_on_a_fine_grid():
    groups = pd.DataFrame(
        {"customers": [1, 2, 4], "ceiling": [100.0, 50, 8], "scale": [80.0, 25, 10]}
    )
    best = tiers.allocate(groups, 120.0)["total_gain"].sum()
    steps = np.linspace(0, 120, 121)
    first, second = np.meshgrid(steps, steps)
    third = 120 - first - second
    spends = np.stack([first, second / 2, third / 4])[:, third >= 0]
    gains = [
        number * tiers.response(spend, ceiling, scale)
        for spend, (number, ceiling, scale) in zip(spends, groups.to_numpy(), strict=True)
    ]
    others = np.sum(gains, axis=0)
    assert others.max() <= best
    assert others.max() == pytest.approx(best, rel=1e-3)


def test_in_proportion_is_best_when_the_large_are_the_small_magnified():
    # ceiling and scale both proportional to value: the same first return, the same shape
    value = pd.Series([1000.0, 100, 10], index=["platinum", "gold", "iron"])
    groups = pd.DataFrame(
        {"customers": 5, "ceiling": 0.4 * value, "scale": 0.1 * value, "value": value}
    )
    groups["of_group"] = groups["value"] * groups["customers"]
    marginal, by_value = (tiers.allocate(groups, 700.0, by) for by in (None, "of_group"))
    assert marginal["spend"].tolist() == pytest.approx(by_value["spend"].tolist())
