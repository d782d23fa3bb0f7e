"""The trap: what holds whatever people answered."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import trap

examples = settings(derandomize=True, deadline=None, max_examples=60)
few_examples = settings(examples, max_examples=20)
ANSWER = st.integers(1, 5)
PAIRS = st.lists(st.tuples(st.sampled_from("xyz"), ANSWER, ANSWER), min_size=1, max_size=40)
POINTS = st.floats(1, 7)
MODEL = pd.DataFrame(
    {
        "size": [30, 20, 50],
        "alternatives_mean": [1.0, 2.0, 3.0],
        "alternatives_sd": [0.4, 0.5, 0.3],
        "switching_cost_mean": [70.0, 40.0, 10.0],
        "switching_cost_sd": [12.0, 15.0, 6.0],
        "intercept": [2.0, 0.5, -1.5],
        "unmet basic": [-0.1, -0.6, -1.2],
        "met basic": [0.0, 0.1, 0.05],
        "latent": [0.2, 0.5, 1.0],
    },
    index=pd.Index(["A", "B", "C"], name="market"),
)


def kano_table(pairs):
    return pd.DataFrame(pairs, columns=["feature", "functional", "dysfunctional"])


@few_examples
@given(PAIRS)
def test_kano_shares_add_up_and_the_class_is_the_most_frequent(pairs):
    table = kano_table(pairs)
    summary = trap.kano_summary(table)
    shares = summary[list("MOAIRQ")]
    assert np.allclose(shares.sum(axis=1), 1)
    assert (summary["share"] == shares.max(axis=1)).all()
    assert (summary["lead"] >= 0).all()
    assert (summary["lower"] <= summary["share"] + 1e-9).all()
    assert summary["answers"].sum() == len(table)


@examples
@given(PAIRS)
def test_asking_the_other_way_round_turns_the_classes_round(pairs):
    table = kano_table(pairs)
    turned = trap.kano_classify(table["dysfunctional"], table["functional"])
    same = trap.kano_classify(table["functional"], table["dysfunctional"])
    # who likes it there and dislikes it gone (O) is, turned round, a reverse answer
    assert set(turned[same == "O"]) <= {"R"}
    assert (turned[same == "Q"] == "Q").all()
    assert (turned[same == "I"] == "I").all()


@few_examples
@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(pairs, random):
    mixed = list(pairs)
    random.shuffle(mixed)
    one = trap.better_worse(kano_table(pairs)).sort_index()
    other = trap.better_worse(kano_table(mixed)).sort_index()
    pd.testing.assert_frame_equal(one, other)
    assert one["better"].dropna().between(0, 1).all()
    assert one["worse"].dropna().between(-1, 0).all()


@examples
@given(st.floats(0, 20), st.floats(0, 100), POINTS, POINTS)
def test_a_customer_belongs_to_a_mixture_of_the_markets(alternatives, cost, basic, latent):
    shares = trap.market_shares(MODEL, alternatives, cost)
    assert shares.sum() == pytest.approx(1)
    each = trap.staying(MODEL, basic, latent)[:, 0]
    mixed = trap.staying(MODEL, basic, latent, shares)[0]
    assert each.min() - 1e-12 <= mixed <= each.max() + 1e-12


@examples
@given(POINTS, st.lists(POINTS, min_size=2, max_size=8))
def test_more_satisfaction_never_drives_away_where_the_weights_say_so(fixed, moved):
    moved = np.sort(moved)
    for chance in (trap.staying(MODEL, fixed, moved), trap.staying(MODEL, moved, fixed)):
        assert (np.diff(chance, axis=1) >= -1e-12).all()
        assert ((chance > 0) & (chance < 1)).all()


@examples
@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(1, 7), st.booleans()),
        min_size=4, max_size=60,
    )
)  # fmt: skip
def test_a_loyalty_curve_counts_everybody_once(rows):
    table = pd.DataFrame(rows, columns=["market", "satisfaction", "stayed"])
    curve = trap.loyalty_curve(table, outcome="stayed", fewest=1)
    assert curve["answers"].sum() == len(table)
    assert (curve["answers"] * curve["share"]).sum() == pytest.approx(table["stayed"].sum())
    assert (curve["lower"] <= curve["share"] + 1e-9).all()
    assert (curve["share"] <= curve["upper"] + 1e-9).all()
    assert len(trap.loyalty_curve(table, outcome="stayed", fewest=len(table) + 1)) == 0
