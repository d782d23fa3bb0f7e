"""Theory of notebook 04: tables by hand and closed forms."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib import data, lifecycle
from crmlib.lifecycle import STATES

TWO = pd.DataFrame([[0.8, 0.2], [0.1, 0.9]], index=["on", "off"], columns=["on", "off"])


def panel(*walks: str) -> pd.DataFrame:
    """One text a person, one letter a quarter: p, t, a, l, n; a dot for no row, ? for unknown."""
    names = {state[0]: state for state in STATES} | {"?": None}
    rows = [
        (person, quarter, names[letter])
        for person, walk in enumerate(walks, start=1)
        for quarter, letter in enumerate(walk, start=1)
        if letter != "."
    ]
    return pd.DataFrame(rows, columns=["person_id", "quarter", "state"])


# Counting


def test_steps_are_counted_within_persons_and_between_neighbouring_quarters():
    counts = lifecycle.count_transitions(panel("ptaa", "a.al", "n?nl"))
    assert counts.to_numpy().sum() == 5
    assert counts.loc["actual", "actual"] == 1  # of the second person's gap nothing is known
    assert counts.loc["actual", "lost"] == 1
    assert counts.loc["non-customer", "lost"] == 1
    assert list(counts.index) == list(counts.columns) == list(STATES)


def test_the_order_of_the_rows_does_not_matter():
    table = panel("ptaalna", "nnptaal", "lllltta")
    mixed = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        lifecycle.count_transitions(table), lifecycle.count_transitions(mixed)
    )
    pd.testing.assert_frame_equal(
        lifecycle.chance_by_duration(table, "target", "actual"),
        lifecycle.chance_by_duration(mixed, "target", "actual"),
    )
    split = lifecycle.split_by_duration(mixed).sort_values(["person_id", "quarter"])
    expected = lifecycle.split_by_duration(table)["state"]
    pd.testing.assert_series_equal(split["state"].reset_index(drop=True), expected)


def test_chances_are_shares_of_the_row():
    counts = pd.DataFrame([[6, 2], [1, 9]], index=["on", "off"], columns=["on", "off"])
    matrix = lifecycle.transition_matrix(counts)
    assert matrix.to_numpy().tolist() == [[0.75, 0.25], [0.1, 0.9]]
    shares = lifecycle.transition_intervals(counts)["probability"]
    assert matrix.to_numpy().ravel().tolist() == shares.to_list()


def test_other_names_of_states_and_columns_are_welcome():
    table = pd.DataFrame({"who": [1, 1, 1], "month": [1, 2, 3], "is": ["x", "y", "x"]})
    counts = lifecycle.count_transitions(table, person="who", period="month", state="is")
    assert counts.to_numpy().tolist() == [[0, 1], [1, 0]]
    assert list(counts.index) == ["x", "y"]


def test_intervals_are_the_beta_margins_of_the_dirichlet_distribution():
    counts = pd.DataFrame([[87, 11, 2]] * 3, index=list("abc"), columns=list("abc"))
    found = lifecycle.transition_intervals(counts, level=0.9, prior=1.0)
    drawn = np.random.default_rng(1).dirichlet([88, 12, 3], 200_000)
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    np.testing.assert_allclose(found.loc["a", "lower"], low, atol=0.001)
    np.testing.assert_allclose(found.loc["a", "upper"], high, atol=0.001)
    np.testing.assert_allclose(found.loc["a", "probability"], [0.87, 0.11, 0.02])


def test_what_was_never_seen_may_still_have_a_small_chance():
    counts = pd.DataFrame([[100, 0], [0, 50]], index=["on", "off"], columns=["on", "off"])
    found = lifecycle.transition_intervals(counts)
    assert found.loc[("on", "off"), "lower"] == 0
    # Jeffreys' interval for 0 of 100: 0 to the 97.5% quantile of Beta(0.5, 100.5)
    assert found.loc[("on", "off"), "upper"] == pytest.approx(stats.beta.ppf(0.975, 0.5, 100.5))
    assert found.loc[("on", "on"), "upper"] == 1


def test_directions_of_luxi_s_changes():
    counts = lifecycle.count_transitions(data.load("state_panel"))
    kinds = lifecycle.directions(counts)
    changes = counts.to_numpy().sum() - np.trace(counts)
    # every change that happened has a direction: nothing falls through
    assert kinds.sum() == changes
    assert kinds["goes back"] == (
        counts.loc["target", "potential"] + counts.loc["non-customer", "potential"]
    )


def test_fewest_steps_counts_the_shortest_way():
    line = pd.DataFrame(
        [[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]],
        index=list("abcd"),
        columns=list("abcd"),
        dtype=float,
    )
    steps = lifecycle.fewest_steps(line)
    assert steps.loc["a"].to_list() == [0, 1, 2, np.inf]
    assert steps.loc["c"].to_list() == [1, 2, 0, np.inf]


# Forecasts


def test_a_forecast_is_a_power_of_the_matrix():
    start = np.array([300.0, 700.0])
    future = lifecycle.forecast(TWO, {"on": 300, "off": 700}, 5)
    np.testing.assert_allclose(future.loc[5], start @ np.linalg.matrix_power(TWO.to_numpy(), 5))
    assert future.loc[0].to_list() == [300, 700]


def test_the_end_of_two_states_has_a_closed_form():
    # shares are in the ratio of the chances to arrive: 0.1 : 0.2
    assert lifecycle.steady_state(TWO).to_list() == pytest.approx([1 / 3, 2 / 3])


def test_forecast_intervals_are_binomial_when_the_matrix_is_well_known():
    counts = pd.DataFrame(TWO * 1e9)
    found = lifecycle.forecast_intervals(counts, {"on": 400}, 1, draws=20_000)
    row = found.loc[(1, "on")]
    half = 1.96 * np.sqrt(400 * 0.8 * 0.2)
    assert row["expected"] == pytest.approx(320)
    assert row[["lower", "upper"]].to_list() == pytest.approx([320 - half, 320 + half], abs=1)
    now = found.loc[0, ["lower", "upper"]].to_numpy()
    np.testing.assert_allclose(now, [[400, 400], [0, 0]])


# Values


def test_a_customer_who_never_comes_back_is_worth_the_lifetime_formula():
    # m (1 + d) / (1 + d - r), the first margin counted
    gone = lifecycle.absorbing(TWO, ["off"])
    value = lifecycle.state_values(gone, {"on": 60, "off": 0}, 0.025)
    assert value["on"] == pytest.approx(60 * 1.025 / (1.025 - 0.8))


def test_values_of_recency_states_by_substitution():
    # the kind of chain in Pfeifer & Carraway (2000): states are quarters since the last purchase,
    # a purchase brings 40, each contact costs 4, after the fourth silence the firm gives up
    chance, d = [0.3, 0.2, 0.15, 0.05], 0.2
    matrix = pd.DataFrame(0.0, index=range(1, 6), columns=range(1, 6))
    for state, p in enumerate(chance, start=1):
        matrix.loc[state, 1], matrix.loc[state, state + 1] = p, 1 - p
    matrix.loc[5, 5] = 1
    value = lifecycle.state_values(matrix, {1: 36, 2: -4, 3: -4, 4: -4, 5: 0}, d)
    # backwards by hand: V_i = a_i + b_i V_1
    a, b = 0.0, 0.0
    for p, returns in zip(reversed(chance[1:]), (-4, -4, -4), strict=True):
        a, b = returns + (1 - p) * a / (1 + d), (p + (1 - p) * b) / (1 + d)
    first = (36 + 0.7 * a / (1 + d)) / (1 - (0.3 + 0.7 * b) / (1 + d))
    assert value[1] == pytest.approx(first, rel=1e-12)
    assert value[1] == pytest.approx(52.320, abs=0.001)
    assert value[4] < 0  # to write to these customers once more loses money


def test_the_value_is_what_a_long_simulation_earns():
    d, margin = 0.1, {"on": 60.0, "off": -2.0}
    walk = lifecycle.simulate(TWO, {"on": 1}, periods=70, people=6_000, seed=3)
    money = walk["state"].map(margin) / (1 + d) ** (walk["quarter"] - 1)
    earned = money.groupby(walk["person_id"]).sum()
    value = lifecycle.state_values(TWO, margin, d)["on"]
    assert earned.mean() == pytest.approx(value, abs=4 * earned.sem())


def test_visits_add_up_to_the_periods():
    visits = lifecycle.expected_visits(TWO, periods=12)
    np.testing.assert_allclose(visits.sum(axis=1), 12)
    gone = lifecycle.absorbing(TWO, ["off"])
    assert lifecycle.expected_visits(gone).loc["on", "on"] == pytest.approx(1 / 0.2)
    # discounted visits times margins are the values
    margin = pd.Series({"on": 60.0, "off": -2.0})
    discounted = lifecycle.expected_visits(TWO, discount_rate=0.025) @ margin
    np.testing.assert_allclose(discounted, lifecycle.state_values(TWO, margin, 0.025))


def test_time_to_a_state_is_infinite_where_some_never_arrive():
    chain = pd.DataFrame(
        [[0.5, 0.25, 0.25], [0, 1, 0], [0.5, 0, 0.5]],
        index=["here", "gone", "away"],
        columns=["here", "gone", "away"],
    )
    assert lifecycle.expected_time_to(chain, "away")["here"] == np.inf
    assert lifecycle.expected_time_to(chain, "gone")["here"] == pytest.approx(6)
    # 6 = 1 + 6/2 + 8/4 from here, and from away 8 = 1 + 6/2 + 8/2
    assert lifecycle.expected_time_to(chain, "gone")["away"] == pytest.approx(8)
    assert lifecycle.expected_time_to(chain, "gone")["gone"] == 0


# Policies


def test_the_highest_cost_has_a_closed_form():
    # a point moves one in a hundred from V(lost) to V(actual), one period later
    matrix = lifecycle.transition_matrix(lifecycle.count_transitions(data.load("state_panel")))
    margin, d = data.truth("states.margin"), data.truth("states.discount_rate")
    policy = lifecycle.Policy(state="lost", to="actual", taken_from="lost", points=3)
    table = lifecycle.compare_policies(matrix, margin, d, {"actual": 5, "lost": 7}, {"win": policy})
    # the gain is the discounted visits under the new matrix, each worth the old difference
    value = lifecycle.state_values(matrix, margin, d)
    expected = 0.03 * (value["actual"] - value["lost"]) / (1 + d)
    assert table.loc["win", "highest_cost"] == pytest.approx(expected, rel=1e-9)
    assert table.loc["win", "people"] == 7


def test_a_policy_at_its_highest_cost_gains_nothing():
    policy = {"state": "on", "to": "on", "taken_from": "off", "points": 5}
    margin, base = {"on": 10, "off": 0}, {"on": 100, "off": 50}
    free = lifecycle.compare_policies(TWO, margin, 0.1, base, {"it": lifecycle.Policy(**policy)})
    cost = free.loc["it", "highest_cost"]
    paid = lifecycle.compare_policies(
        TWO, margin, 0.1, base, {"it": lifecycle.Policy(**policy, cost=cost)}
    )
    assert paid.loc["it", "net"] == pytest.approx(0, abs=1e-9)
    assert paid.loc["it", "gain"] == free.loc["it", "gain"] > 0


# Memory


def test_the_order_test_by_hand():
    table = panel("ptt", "ptt", "ptl", "ntl", "ntl", "ntt")
    found = lifecycle.markov_test(table).loc["target"]
    seen = np.array([[2, 1], [1, 2]])
    expected = np.full((2, 2), 1.5)
    statistic = 2 * (seen * np.log(seen / expected)).sum()
    assert found["steps"] == 6
    assert found["statistic"] == pytest.approx(statistic)
    assert found["p_value"] == pytest.approx(stats.chi2.sf(statistic, 1))


def test_a_stay_counts_from_its_beginning_and_only_if_that_was_seen():
    table = lifecycle.chance_by_duration(panel("aal", "taal", "tal.", "ta.a"), longest=2)
    assert table["at_risk"].to_dict() == {1: 2, 2: 1}
    assert table["left"].to_dict() == {1: 1, 2: 1}


def test_a_second_stay_begins_anew():
    split = lifecycle.split_by_duration(panel("aaalaaa"), periods=2)["state"]
    expected = [None, None, "actual 3+", "lost", "actual 1", "actual 2", "actual 3+"]
    assert [None if pd.isna(name) else name for name in split] == expected


# Labels


def purchases(**days: list[str]) -> pd.DataFrame:
    rows = [(who, pd.Timestamp(day)) for who, each in days.items() for day in each]
    return pd.DataFrame(rows, columns=["customer_id", "date"])


def test_rules_make_states():
    bought = purchases(anna=["2024-05-03"], bo=["2024-01-10", "2024-12-31"])
    contacts = purchases(anna=["2024-02-01"], dora=["2024-08-15"], nobody=["2024-01-01"])
    table = lifecycle.label_states(
        bought,
        lost_after=1,
        people=["anna", "bo", "chen", "dora", "emil"],
        contacts=contacts,
        excluded=["emil"],
    )
    states = table.groupby("person_id")["state"].agg(list)
    assert states["anna"] == ["target", "actual", "lost", "lost"]
    assert states["bo"] == ["actual", "lost", "lost", "actual"]
    assert states["chen"] == ["potential"] * 4
    assert states["dora"] == ["potential", "potential", "target", "potential"]
    assert states["emil"] == ["non-customer"] * 4
    assert table["quarter"].unique().tolist() == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]


@pytest.mark.parametrize(("silence", "expected"), [(1, "allla"), (2, "aalla"), (4, "aaaaa")])
def test_longer_patience_makes_fewer_lost(silence, expected):
    bought = purchases(bo=["2024-01-10", "2024-05-02"])
    labels = lifecycle.label_states(bought, period="M", lost_after=silence)
    assert "".join(state[0] for state in labels["state"]) == expected


def test_rules_side_by_side_are_those_of_the_labels():
    orders = data.load("transactions")
    table = lifecycle.compare_rules(orders, (2,))
    labels = lifecycle.label_states(orders, lost_after=2)
    now = labels[labels["quarter"] == "2023Q4"]["state"].value_counts()
    assert table.loc[2, ["customers", "lost"]].to_list() == now[["actual", "lost"]].to_list()


# Survival


def test_kaplan_meier_by_hand():
    months = pd.Series([1, 1, 2, 3, 3, 4])
    ended = pd.Series([True, False, True, True, False, False])
    curve = lifecycle.kaplan_meier(months, ended)
    expected = np.cumprod([1, 1 - 1 / 6, 1 - 1 / 4, 1 - 1 / 3])
    np.testing.assert_allclose(curve["survival"], expected)
    assert curve["at_risk"].to_list() == [6, 6, 4, 3]
    # Greenwood's variance on the scale log(-log S), at the second month
    s = expected[2]
    half = 1.959964 * np.sqrt(1 / (6 * 5) + 1 / (4 * 3)) / abs(np.log(s))
    ends = np.exp(-np.exp(np.log(-np.log(s)) + np.array([half, -half])))
    np.testing.assert_allclose(curve.loc[2, ["lower", "upper"]].to_list(), ends, rtol=1e-5)


def test_months_of_contracts_are_calendar_months():
    contracts = pd.DataFrame(
        {
            "start": pd.to_datetime(["2023-01-01", "2023-01-31", "2023-12-15", "2023-03-01"]),
            "end": pd.to_datetime(["2023-01-31", None, None, "2024-02-29"]),
        }
    )
    table = lifecycle.contract_months(contracts, "2023-12-31")
    assert table["months"].to_list() == [1, 11, 0, 10]
    assert table["ended"].to_list() == [True, False, False, False]
