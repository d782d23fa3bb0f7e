"""What notebook 04 and its exercises tell where no cell prints it."""

import pytest

from crmlib import data, lifecycle
from crmlib.lifecycle import STATES, answers, widgets
from crmlib.lifecycle.questions import QUESTIONS


def value_with(points: float) -> float:
    """Value of an actual customer when so many points are moved from lost to actual."""
    moves = dict.fromkeys(STATES, 0) | {"actual": points, "lost": -points}
    matrix, total = widgets.edited(answers.matrix(), "actual", moves)
    assert total == pytest.approx(1)
    return lifecycle.state_values(matrix, answers.margin(), answers.rate())["actual"]


def test_answers_to_the_questions_at_the_explorer():
    assert round(value_with(1)) == 771
    assert min(points for points in range(13) if value_with(points) >= 1000) == 6
    # "the first points bring less than the later ones"
    assert value_with(2) - value_with(1) > value_with(1) - value_with(0)


def test_most_prospects_are_where_exercise_x1_says():
    future = lifecycle.forecast(answers.matrix(), {"potential": 1000}, 8)
    order = list(future.loc[8].sort_values(ascending=False).index)
    assert order[:3] == ["potential", "non-customer", "actual"]
    question = next(question for question in QUESTIONS if question.id == "04.x1")
    chosen = next(option for option in question.options if option.key == question.answer)
    assert "potential" in chosen.text
    assert future["target"].idxmax() == 3
    assert (future["actual"] > future["target"]).idxmax() == 5


def test_truths_of_the_predictions():
    save, win = answers.compared(1, "actual")["gain"], answers.compared(3, "lost")["gain"]
    assert win > 1.05 * save
    stays = lifecycle.chance_by_duration(answers.panel())
    assert stays.lower[1] > stays.upper[4]


def test_the_person_who_is_shown_goes_through_all_five_states():
    panel = answers.panel()
    assert set(panel[panel["person_id"] == 549]["state"]) == set(STATES)


def test_the_prompt_of_x3_counts_the_steps():
    steps = answers.counts().loc["actual"]
    question = next(question for question in QUESTIONS if question.id == "04.x3")
    assert f"{steps.sum():,}" in question.prompt
    assert steps["potential"] == 0


def test_a_target_stays_two_and_a_half_quarters():
    assert answers.stay("target") == pytest.approx(2.5, abs=0.05)


def test_the_statistic_falls_to_less_than_a_quarter_without_the_marked():
    assert answers.statistic("chain") < answers.statistic("all") / 4
    assert answers.statistic("tenth") > answers.statistic("all")
    assert 0.01 < answers.order_test("chain").loc["actual", "p_value"] < 0.1


def test_nobody_who_left_luxi_s_shop_comes_back():
    # planted: BG/NBD, where leaving is for good; so whoever "came back" had never left
    assert data.truth_table("purchases")["left"].dtype == bool


@pytest.mark.parametrize(
    ("question", "given", "word"),
    [
        ("04.c2", lambda: 1 - answers.chance("actual", "actual"), "chance to leave"),
        ("04.x2", lambda: answers.value("target", dearer=False) - 10, "once"),
        ("04.x2", lambda: answers.value("target", margin_of_target=25), "sign"),
        ("04.x4", lambda: answers.undiscounted_cost(2), "Discount once"),
        ("04.x4", lambda: answers.highest_cost(2, taken_from="target"), "'lost'"),
    ],
)
def test_typical_slips_are_told_from_the_answer(question, given, word):
    asked = next(one for one in QUESTIONS if one.id == question)
    assert not asked.accepts(given(), asked.answer())
    (wrong,) = [slip for slip in asked.known_wrong if slip.value() == pytest.approx(given())]
    assert word in wrong.says


def test_a_stay_of_seven_quarters_is_right():
    asked = next(one for one in QUESTIONS if one.id == "04.c2")
    assert asked.accepts(7, asked.answer())
    assert not any(asked.accepts(slip.value(), asked.answer()) for slip in asked.known_wrong)
