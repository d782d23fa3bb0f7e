"""Tiers: what holds whatever the customers are."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import tiers

examples = settings(derandomize=True, deadline=None, max_examples=60)
MONEY = st.lists(st.integers(0, 20), min_size=1, max_size=60)


@examples
@given(MONEY)
def test_equals_are_in_the_same_tier_and_the_larger_never_in_a_lower_one(money):
    by = pd.Series(money)
    places = tiers.assign(by).cat.codes.groupby(by).agg(["min", "max"])
    assert (places["min"] == places["max"]).all()
    assert places["max"].is_monotonic_decreasing


@examples
@given(MONEY, st.sampled_from(["lower", "order"]))
def test_no_tier_reaches_further_than_its_cut(money, ties):
    tier = tiers.assign(pd.Series(money), ties=ties)
    reached = tier.value_counts(sort=False).cumsum()
    allowed = [np.ceil(round(cut * len(money), 9)) for cut in (0.01, 0.20, 0.50)]
    assert (reached.iloc[:3].to_numpy() <= allowed).all()
    if ties == "order":
        assert (reached.iloc[:3].to_numpy() == allowed).all()


@examples
@given(st.data(), MONEY)
def test_moves_keep_everybody(data, money):
    before = pd.Series(money)
    after = pd.Series(data.draw(st.permutations(money)))
    moves = tiers.migration(*(tiers.assign(by, ties="order") for by in (before, after)))
    assert moves["customers"].sum() == len(money)
    known = moves.dropna()
    sums = known.groupby("before", observed=True)["probability"].sum()
    assert np.allclose(sums, 1)
    assert (known["lower"] <= known["probability"] + 1e-12).all()
    assert (known["probability"] <= known["upper"] + 1e-12).all()
    # with exact sizes, as many rise into a tier as fall out of it
    counts = moves["customers"].to_numpy().reshape(4, 4)
    assert (counts.sum(axis=0) == counts.sum(axis=1)).all()


@examples
@given(
    st.lists(
        st.tuples(st.integers(1, 50), st.floats(0.5, 500), st.floats(1, 500)),
        min_size=1, max_size=6,
    ),
    st.floats(0, 10_000),
)  # fmt: skip
def test_the_last_yuan_brings_the_same_everywhere(rows, budget):
    groups = pd.DataFrame(rows, columns=["customers", "ceiling", "scale"])
    plan = tiers.allocate(groups, budget)
    assert np.isclose(plan["total_spend"].sum(), budget, rtol=1e-9, atol=1e-6)
    assert (plan["spend"] >= 0).all()
    served = plan["spend"] > 0
    if served.any():
        level = plan.loc[served, "next_yuan"]
        assert np.allclose(np.log(level), np.log(level.iloc[0]), atol=1e-6)
        assert (plan.loc[~served, "next_yuan"] <= level.iloc[0] * (1 + 1e-6)).all()


@examples
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=3, max_size=30))
def test_fixed_cost_is_never_saved(rows):
    shop = pd.DataFrame(rows, columns=["margin", "cost"])
    with_fixed = tiers.drop_bottom(shop, 0.3, fixed_cost=500.0)
    without = tiers.drop_bottom(shop, 0.3)
    assert np.isclose(with_fixed["gain"], without["gain"])
    assert with_fixed["promised"] >= without["promised"]
    assert np.isclose(with_fixed["profit_after"], without["profit_after"] - 500)
