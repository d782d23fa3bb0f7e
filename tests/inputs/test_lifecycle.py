"""Tables and settings of notebook 04 that make no sense get an answer in words."""

import pandas as pd
import pytest

from crmlib import lifecycle
from crmlib.lifecycle import STATES

PANEL = pd.DataFrame(
    {
        "person_id": [1, 1, 1, 2, 2, 2],
        "quarter": [1, 2, 3, 1, 2, 3],
        "state": ["target", "actual", "lost", "target", "actual", "actual"],
    }
)
TWO = pd.DataFrame([[0.8, 0.2], [0.1, 0.9]], index=["on", "off"], columns=["on", "off"])
ALL_COUNTS = pd.DataFrame(1, index=STATES, columns=STATES)
BUYS = pd.DataFrame({"customer_id": [1], "date": pd.to_datetime(["2024-01-05"])})

OF_A_PANEL = {
    "state_shares": lifecycle.state_shares,
    "count_transitions": lifecycle.count_transitions,
    "markov_test": lifecycle.markov_test,
    "chance_by_duration": lifecycle.chance_by_duration,
    "split_by_duration": lifecycle.split_by_duration,
}


@pytest.mark.parametrize("question", OF_A_PANEL.values(), ids=OF_A_PANEL)
def test_a_faulty_panel_is_refused(question):
    assert len(question(PANEL))
    with pytest.raises(ValueError, match=r"no column state\. Its columns are: person_id, quarter"):
        question(PANEL.drop(columns="state"))
    with pytest.raises(ValueError, match="is empty"):
        question(PANEL.iloc[:0])
    twice = pd.concat([PANEL, PANEL.iloc[[1]]])
    with pytest.raises(ValueError, match=r"1 rows give a person a second state.*person 1 in 2"):
        question(twice)
    with pytest.raises(ValueError, match="must have no gaps"):
        question(PANEL.assign(quarter=[None, 2, 3, 1, 2, 3]))
    with pytest.raises(ValueError, match="has no state at all"):
        question(PANEL.assign(state=None))


def test_a_state_without_a_next_period_has_no_chances():
    counts = lifecycle.count_transitions(PANEL)
    with pytest.raises(ValueError, match="Nobody was seen in state 'potential', 'lost'"):
        lifecycle.transition_matrix(counts)
    with pytest.raises(ValueError, match="Counts must be 0 or more"):
        lifecycle.transition_matrix(TWO - 0.15)


def test_the_story_has_five_states():
    assert lifecycle.directions(ALL_COUNTS).sum() == 13
    with pytest.raises(ValueError, match=r"The story has these states: potential.*has: on, off"):
        lifecycle.directions(TWO)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_between_0_and_1(level):
    months, ended = pd.Series([1, 2]), pd.Series([True, False])
    for question in (
        lambda: lifecycle.transition_intervals(ALL_COUNTS, level),
        lambda: lifecycle.chance_by_duration(PANEL, level=level),
        lambda: lifecycle.kaplan_meier(months, ended, level),
        lambda: lifecycle.forecast_intervals(ALL_COUNTS, {"actual": 1}, 1, level=level),
    ):
        with pytest.raises(ValueError, match="expected a number between 0 and 1"):
            question()


MATRICES = {
    "values": lambda m: lifecycle.state_values(m, {"on": 1, "off": 0}, 0.1),
    "visits": lambda m: lifecycle.expected_visits(m, 3),
    "time": lambda m: lifecycle.expected_time_to(m, "on"),
    "forecast": lambda m: lifecycle.forecast(m, {"on": 1}, 3),
    "end": lifecycle.steady_state,
    "steps": lifecycle.fewest_steps,
    "absorbing": lambda m: lifecycle.absorbing(m, ["on"]),
    "simulate": lambda m: lifecycle.simulate(m, {"on": 1}, 2, 2, 1),
}


@pytest.mark.parametrize("question", MATRICES.values(), ids=MATRICES)
def test_what_is_no_matrix_is_refused(question):
    assert len(question(TWO))
    with pytest.raises(ValueError, match=r"Row 'on' holds \[0\.9, 0\.2\]: expected chances"):
        question(pd.DataFrame([[0.9, 0.2], [0.1, 0.9]], index=TWO.index, columns=TWO.columns))
    with pytest.raises(ValueError, match="Row 'off' holds"):
        question(TWO.where(TWO != 0.9))
    with pytest.raises(ValueError, match="the same states as rows and as columns"):
        question(TWO.rename(columns={"on": "an"}))


def test_money_needs_a_number_for_every_state_and_a_rate():
    with pytest.raises(ValueError, match="margin has no number for: off"):
        lifecycle.state_values(TWO, {"on": 60}, 0.1)
    for rate in (0, -0.1, float("nan")):
        with pytest.raises(ValueError, match="expected a rate above 0 per period"):
            lifecycle.state_values(TWO, {"on": 60, "off": 0}, rate)


def test_visits_without_an_end_are_refused():
    with pytest.raises(ValueError, match="the visits never end"):
        lifecycle.expected_visits(TWO)
    with pytest.raises(ValueError, match="more than one state without return"):
        lifecycle.steady_state(lifecycle.absorbing(TWO, ["on", "off"]))


def test_an_unknown_state_is_named():
    with pytest.raises(ValueError, match=r"There is no state 'gone'\. The states are: on, off"):
        lifecycle.expected_time_to(TWO, "gone")
    with pytest.raises(ValueError, match="There is no state 'gone'"):
        lifecycle.chance_by_duration(PANEL, to="gone")
    with pytest.raises(ValueError, match="Nobody was seen entering the state 'target'"):
        lifecycle.chance_by_duration(PANEL, "target", "actual")


@pytest.mark.parametrize("start", [{"gone": 1}, {"on": -1, "off": 2}, {"on": 0}])
def test_a_start_says_how_many_are_where(start):
    with pytest.raises(ValueError, match="expected how many are in each state"):
        lifecycle.forecast(TWO, start, 3)


def test_periods_and_people_are_whole_numbers():
    with pytest.raises(ValueError, match="periods is -1; expected a whole number of 0 or more"):
        lifecycle.forecast(TWO, {"on": 1}, -1)
    with pytest.raises(ValueError, match="people is 0; expected a whole number of 1 or more"):
        lifecycle.simulate(TWO, {"on": 1}, 2, 0, 1)
    with pytest.raises(ValueError, match="prior is 0; expected a number above 0"):
        lifecycle.transition_intervals(ALL_COUNTS, prior=0)


def test_a_policy_cannot_take_more_than_there_is():
    greedy = lifecycle.Policy(state="on", to="on", taken_from="off", points=21)
    with pytest.raises(ValueError, match="21 points more from 'on' to 'on' are not possible: only"):
        greedy.matrix(TWO)


def test_two_quarters_cannot_test_the_order():
    with pytest.raises(ValueError, match="three periods in a row"):
        lifecycle.markov_test(PANEL[PANEL["quarter"] < 3])


def test_purchases_have_days_and_customers():
    with pytest.raises(ValueError, match="no column date"):
        lifecycle.label_states(BUYS.drop(columns="date"))
    with pytest.raises(ValueError, match="holds no dates: convert it"):
        lifecycle.label_states(BUYS.assign(date="2024-01-05"))
    with pytest.raises(ValueError, match="purchases: 1 rows have no date or no customer_id"):
        lifecycle.label_states(BUYS.assign(date=pd.NaT))
    with pytest.raises(ValueError, match="period is 'W'; expected one of: M, Q, Y"):
        lifecycle.label_states(BUYS, period="W")
    with pytest.raises(ValueError, match="lost_after is 0; expected a whole number of 1 or more"):
        lifecycle.label_states(BUYS, lost_after=0)


def test_contracts_make_sense():
    contracts = pd.DataFrame(
        {"start": pd.to_datetime(["2023-05-01"]), "end": pd.to_datetime(["2023-01-31"])}
    )
    with pytest.raises(ValueError, match="1 contracts have no start, or one after their end"):
        lifecycle.contract_months(contracts, "2023-12-31")
    with pytest.raises(ValueError, match="No contract has ended"):
        lifecycle.kaplan_meier(pd.Series([1, 2]), pd.Series([False, False]))
    with pytest.raises(ValueError, match="months must be 0 or more"):
        lifecycle.kaplan_meier(pd.Series([1, -2]), pd.Series([True, False]))
    with pytest.raises(ValueError, match="months has 2 values and ended 1"):
        lifecycle.kaplan_meier(pd.Series([1, 2]), pd.Series([True]))
