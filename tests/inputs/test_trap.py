"""Questions of notebook 09 that make no sense get an answer in words."""

import pandas as pd
import pytest

from crmlib import trap
from crmlib.trap import contrasts
from tests.helpers import trap_world


def answers() -> pd.DataFrame:
    table = trap_world.made_to_order(300, 1, (0.0, -0.5, 0.2, 0.4))
    whole = table["basic"].round().clip(1, 7).astype(int)
    return table.assign(later_retained=table["stays"], satisfaction=whole, intent=7,
                        alternatives=3, switching_cost=20.0)  # fmt: skip


KANO = pd.DataFrame({"feature": ["f"] * 4, "wave": [1, 1, 2, 2], "functional": [1, 3, 1, 3],
                     "dysfunctional": [5, 3, 5, 3]})  # fmt: skip

QUESTIONS = {
    "correlation": trap.correlation,
    "loyalty_curve": trap.loyalty_curve,
    "quadrants": trap.quadrants,
    "intent_vs_behaviour": trap.intent_vs_behaviour,
    "penalty_reward": trap.penalty_reward,
    "remedies": trap.remedies,
    "curvature": lambda table: trap.curvature(table, "satisfaction"),
    "explained": lambda table: trap.explained(table, {"latent": ["latent"]}),
    "line_or_hinge": lambda table: trap.line_or_hinge(table, "market", "later_retained"),
    "market_model": trap.market_model,
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_missing_column_is_named(question):
    with pytest.raises(ValueError, match=r"no column .*later_retained.*Its columns are: market"):
        question(answers().drop(columns="later_retained"))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_an_empty_table_is_refused(question):
    with pytest.raises(ValueError, match="is empty"):
        question(answers().iloc[:0])


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_gaps_are_counted(question):
    table = answers().astype({"later_retained": object})
    table.loc[[3, 5], "later_retained"] = None
    with pytest.raises(ValueError, match="later_retained is empty in 2 rows, for example row 3"):
        question(table)


@pytest.mark.parametrize("name", ["quadrants", "penalty_reward", "remedies", "loyalty_curve"])
def test_staying_is_yes_or_no(name):
    with pytest.raises(ValueError, match="must say yes or no"):
        QUESTIONS[name](answers().assign(later_retained=0.5))


@pytest.mark.parametrize("name", ["penalty_reward", "remedies", "line_or_hinge", "market_model"])
def test_where_everybody_stays_nothing_can_be_explained(name):
    with pytest.raises(ValueError, match=r"later_retained is the same for everybody"):
        QUESTIONS[name](answers().assign(later_retained=True))


def test_weights_are_above_zero():
    with pytest.raises(ValueError, match="weight must be above 0; its smallest value is -1"):
        trap.quadrants(answers().assign(weight=-1))


def test_terms_that_do_not_vary_are_named():
    with pytest.raises(ValueError, match=r"unmet basic.*cannot be told apart"):
        trap.penalty_reward(answers().assign(basic=6.0))


def test_terms_that_separate_perfectly_are_refused():
    table = answers()
    table["later_retained"] = table["latent"] > table["latent"].median()
    with pytest.raises(ValueError, match="without a single exception"):
        trap.penalty_reward(table)


@pytest.mark.parametrize("options", [{"method": "ols"}, {"method": "dummies", "corrected": True}])
def test_methods_are_two(options):
    with pytest.raises(ValueError, match='expected "hinge" or "dummies"'):
        trap.penalty_reward(answers(), **options)


def test_a_correction_needs_items():
    table = answers().drop(columns=[f"basic_{item}" for item in range(1, 5)])
    with pytest.raises(ValueError, match="no items basic_1, basic_2"):
        trap.penalty_reward(table, corrected=True)


def test_a_reliability_needs_two_items_that_differ():
    with pytest.raises(ValueError, match="two items or more"):
        contrasts.reliability(answers()[["basic_1"]])
    with pytest.raises(ValueError, match="answers that differ"):
        contrasts.reliability(pd.DataFrame({"a": [1, 1], "b": [2, 2]}))


def test_items_that_go_against_each_other_are_refused():
    table = answers()
    table["basic_2"] = 8 - table["basic_1"]
    table["basic_3"] = 8 - table["basic_1"]
    with pytest.raises(ValueError, match="do not measure one thing"):
        trap.true_terms(table)


def test_preparing_needs_items_and_matching_invitations():
    with pytest.raises(ValueError, match="no items latent_1"):
        trap.prepare(pd.DataFrame({"basic_1": [5]}))
    invited = pd.DataFrame({"invitation_id": [1], "invited_share": 0.5, "answered": True})
    invited = invited.assign(app_user=True, recent_order=True, complained=False)
    one = pd.DataFrame({"invitation_id": [1, 2], "basic_1": [5, 5], "latent_1": [3, 3]})
    with pytest.raises(ValueError, match="weight is empty in 1 rows"):
        trap.prepare(one, invited)
    assert trap.prepare(one.head(1), invited)["weight"].to_list() == [2.0]


@pytest.mark.parametrize("question", [trap.kano_summary, trap.better_worse, trap.kano_change])
def test_kano_answers_are_whole_numbers_from_1_to_5(question):
    wrong = KANO.assign(functional=[1, 6, 1, 3])
    with pytest.raises(ValueError, match="functional holds 6, at place 1; expected whole numbers"):
        question(wrong if question is not trap.kano_change else wrong.assign(wave=[1, 1, 2, 2]))
    with pytest.raises(ValueError, match="no column dysfunctional"):
        question(KANO.drop(columns="dysfunctional"))


def test_kano_needs_as_many_answers_to_both_questions():
    with pytest.raises(ValueError, match="2 answers to the first question and 1 to the second"):
        trap.kano_classify([1, 2], [3])


def test_a_change_needs_two_waves():
    with pytest.raises(ValueError, match="holds one wave only"):
        trap.kano_change(KANO.assign(wave=1))


@pytest.mark.parametrize("sizes", [[], [20], [100, 5000]])
def test_sizes_of_surveys_are_possible(sizes):
    with pytest.raises(ValueError, match="between 50 and 4000"):
        trap.answers_needed(trap_world.rivals(), sizes)


def test_scales_are_two():
    with pytest.raises(ValueError, match='expected "shares" or "log odds"'):
        trap.curvature(answers(), "latent", scale="odds")


def test_suppliers_are_counted_from_zero():
    with pytest.raises(ValueError, match="must be 0 or more"):
        trap.market_model(answers().assign(alternatives=-1))
