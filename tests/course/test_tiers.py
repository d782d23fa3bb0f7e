"""What notebook 07 and its questions tell, where no cell prints it."""

import pytest

from crmlib import tiers
from crmlib.tiers import answers, widgets
from crmlib.tiers.questions import QUESTIONS
from tests.helpers.tiers import TOP, bases, yearly

BY_ID = {question.id: question for question in QUESTIONS}


@pytest.mark.parametrize(
    ("cuts", "basis", "years", "told"),
    [
        ((0.01, 0.05, 0.20), "revenue", (2022, 2023), ["hold 48%", "and 48% of the two"]),
        ((0.01, 0.20, 0.50), "contribution", (2022, 2023), ["hold 108%"]),
        ((0.01, 0.20, 0.50), "lifetime value", (2022, 2023), ["and 65% of the two"]),
        ((0.01, 0.20, 0.50), "revenue", (2022, 2023), ["and 49% of the two"]),
        ((0.01, 0.20, 0.50), "lifetime value", (2021, 2022), ["and 46% of the two"]),
        ((0.01, 0.20, 0.50), "revenue", (2021, 2022), ["and 44% of the two"]),
    ],
)
def test_answers_to_the_questions_at_the_explorer(cuts, basis, years, told):
    _ax, sentence = widgets.draw_cut_points(bases(), *cuts, basis=basis, years=years)
    for text in told:
        assert text in sentence


def test_the_three_customers_of_the_opening_are_the_first_three_of_2022():
    first = yearly()[2022].nlargest(3)
    assert list(first.index) == [5864, 5995, 2771]
    assert [round(value) for value in first] == [12247, 7316, 5608]
    assert [round(value) for value in yearly()[2021][first.index]] == [1337, 2443, 1875]


def test_top_of_the_predictions_has_32_customers():
    assert (tiers.assign(yearly()[2022]) == "platinum").sum() == 32
    assert "32 people" in BY_ID["07.p1"].prompt


def test_the_accounts_promise_what_the_prediction_says():
    promised = answers.dropped(2022, column="promised", fixed_cost=100_000.0)
    assert f"{promised:,.0f} CNY" in BY_ID["07.p3"].prompt
    assert abs(answers.dropped(2022, avoidable=0.5)) < 0.01 * promised


def test_exercise_x1_accepts_what_cdnow_shows():
    options = {option.key: option.text for option in BY_ID["07.x1"].options}
    assert options[BY_ID["07.x1"].answer] == f"about {10 * answers.cdnow_still_upper():.0f} in 10"
    # what the wrong options are told
    assert options["c"] == f"about {10 * answers.cdnow_stay('platinum'):.0f} in 10"
    assert answers.cdnow_still_upper("gold") < answers.cdnow_still_upper()


def test_question_c3_tells_what_the_data_show():
    from crmlib import data

    hogs = data.truth_table("costs").set_index("customer_id")["service_hog"].loc[yearly().index]
    shares = {
        name: hogs[tiers.assign(yearly(name)[2022]).isin(TOP)].mean()
        for name in ("revenue", "contribution")
    }
    assert shares["revenue"] == pytest.approx(hogs.mean(), abs=0.02)
    assert shares["contribution"] < 0.03


def test_with_fixed_shares_as_many_fall_as_rise():
    before, after = (tiers.assign(yearly()[year]).isin(TOP) for year in (2022, 2023))
    assert (before & ~after).sum() == (after & ~before).sum() == 323


def test_equal_allocation_returns_need_curves_that_are_magnified():
    # exercise 07.x5, its second half
    groups = answers.groups()
    served = groups[groups["contribution"] > 0].copy()
    each = served["contribution"] / served["customers"]
    served["ceiling"], served["scale"] = 0.5 * each, 0.1 * each
    plans = [tiers.allocate(served, 12_000.0, by) for by in (None, "contribution")]
    assert plans[0]["total_gain"].sum() == pytest.approx(plans[1]["total_gain"].sum())
