"""Planted chances, values and lifetimes are found again, within their own intervals."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib import data, lifecycle
from crmlib.lifecycle import STATES
from tests.helpers.world import SEEDS, world

PLANTED = pd.DataFrame(
    [data.truth("states.transition")[state] for state in STATES], index=STATES, columns=STATES
)
START = data.truth("states.start_shares")


def luxi() -> pd.DataFrame:
    return data.load("state_panel")


def test_a_simulated_chain_is_found_again_and_passes_the_order_test():
    inside, rejected, seeds = 0, 0, 8
    for seed in range(seeds):
        panel = lifecycle.simulate(PLANTED, START, periods=12, people=1500, seed=seed)
        found = lifecycle.transition_intervals(lifecycle.count_transitions(panel))
        possible = PLANTED.to_numpy().ravel() > 0
        truth = PLANTED.to_numpy().ravel()
        inside += ((found["lower"] <= truth) & (truth <= found["upper"]))[possible].sum()
        rejected += lifecycle.markov_test(panel).loc["all", "p_value"] < 0.05
    trials = seeds * int((PLANTED > 0).sum(axis=None))
    # 95% intervals: the number inside is binomial
    low, high = stats.binom.ppf([0.0005, 0.9995], trials, 0.95)
    assert low <= inside <= high
    assert rejected <= stats.binom.ppf(0.9995, seeds, 0.05)


def test_values_of_a_simulated_chain_are_found_again():
    margin, d = data.truth("states.margin"), data.truth("states.discount_rate")
    truth = lifecycle.state_values(PLANTED, margin, d)
    outside = 0
    for seed in range(4):
        panel = lifecycle.simulate(PLANTED, START, periods=12, people=1500, seed=seed)
        counts = lifecycle.count_transitions(panel)
        found = lifecycle.value_intervals(counts, margin, d, level=0.99, draws=500)
        outside += int(not found["lower"]["actual"] <= truth["actual"] <= found["upper"]["actual"])
    assert outside <= 1


def test_values_of_the_planted_matrix_are_those_of_the_truth():
    margin, d = data.truth("states.margin"), data.truth("states.discount_rate")
    values = lifecycle.state_values(PLANTED, margin, d)
    for state, truth in data.truth("states.value").items():
        assert values[state] == pytest.approx(truth, abs=0.001)


def test_luxi_s_rows_are_found_again_except_the_one_with_a_memory():
    found = lifecycle.transition_intervals(lifecycle.count_transitions(luxi()), level=0.999)
    truth = PLANTED.to_numpy().ravel()
    inside = pd.Series((found["lower"] <= truth) & (truth <= found["upper"]), index=found.index)
    assert inside.drop("actual", level=0).all()
    assert not inside[("actual", "lost")]
    # within .01 of the truth, and the gap of the other row
    gap = (found["probability"] - truth).abs()
    assert gap.drop("actual", level=0).max() < 0.005
    assert gap[("actual", "lost")] > 0.01


def implied_loss() -> np.ndarray:
    """Chance to be lost in the first three quarters, of a mixture of nine in ten and one in ten."""
    share = data.truth("states.duration_dependent_share")
    loss = data.truth("states.loss_by_duration")
    row = PLANTED.loc["actual"]
    others, leave, chances = np.array([1 - share, share]), row["non-customer"], []
    for quarter in range(3):
        own = loss["new"] if quarter < data.truth("states.new_quarters") else loss["later"]
        lost = np.array([row["lost"], own])
        chances.append(others @ lost / others.sum())
        others = others * (1 - lost - leave)
    return np.array(chances)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_chance_to_be_lost_falls_with_the_time_as_planted(seed):
    panel = world(seed).table("state_panel")
    table = lifecycle.chance_by_duration(panel, longest=3, level=0.999)
    planted = implied_loss()
    # of first stays exactly; later stays have a few more of the tenth, who come and go
    assert (table["lower"] <= planted + 0.02).all()
    assert (planted <= table["upper"]).all()
    assert table["probability"][1] - table["probability"][3] > 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_test_names_the_row_that_is_broken_and_no_other(seed):
    panel = world(seed).table("state_panel")
    p_value = lifecycle.markov_test(panel)["p_value"]
    assert p_value["actual"] < 1e-4
    assert (p_value.drop(["actual", "all"]) > 0.001).all()
    marked = world(seed).table("truth/state_panel").set_index("person_id")["duration_dependent"]
    chain = panel[~panel["person_id"].map(marked).to_numpy()]
    assert (lifecycle.markov_test(chain)["p_value"] > 0.001).all()


def test_who_is_marked_is_lost_early_or_hardly_ever():
    marked = data.truth_table("state_panel").set_index("person_id")["duration_dependent"]
    own = luxi()[luxi()["person_id"].map(marked).to_numpy()]
    table = lifecycle.chance_by_duration(own, longest=3, level=0.999)
    for quarter, planted in ((1, 0.5), (2, 0.5), (3, 0.02)):
        assert table["lower"][quarter] <= planted <= table["upper"][quarter]


def test_survival_of_contracts_is_found_again():
    contracts = lifecycle.contract_months(data.load("subscriptions"), "2023-12-31")
    curve = lifecycle.kaplan_meier(contracts["months"], contracts["ended"], level=0.99)
    planted = data.truth("subscriptions.survival")
    for month in (12, 24):
        assert curve["lower"][month] <= planted[str(month)] <= curve["upper"][month]
    # the mistake is far off
    wrong = lifecycle.ended_only(contracts["months"], contracts["ended"])
    assert wrong[12] < planted["12"] / 2


def test_called_lost_is_not_gone():
    # in Luxi's shop nobody who left returns: every return is one of somebody who had never left
    gone = data.truth_table("purchases").set_index("customer_id")["left"]
    labels = lifecycle.label_states(data.load("transactions"), lost_after=2)
    wide = labels.pivot_table(index="person_id", columns="quarter", values="state", aggfunc="first")
    came_back = wide.index[((wide == "lost") & (wide.shift(-1, axis=1) == "actual")).any(axis=1)]
    now_lost = wide.index[wide["2023Q4"] == "lost"]
    assert len(came_back) > 1000
    assert 0.4 < gone[now_lost].mean() < 0.5
