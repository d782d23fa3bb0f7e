"""Questions of notebook 03 that make no sense get an answer in words."""

import pandas as pd
import pytest

from crmlib import lifetime

LIFETIMES = pd.DataFrame({"tenure": [1, 2], "churned": [True, False]}, index=["anna", "bo"])
CONTRACTS = pd.DataFrame(
    {"start": pd.to_datetime(["2023-01-01"]), "end": pd.to_datetime(["2023-02-28"])}
)
FIRM = {"winning_response": (0.4, 0.07), "keeping_response": (0.9, 0.06)}


@pytest.mark.parametrize("retention", [-0.1, 1.2, 80, float("nan")])
def test_a_retention_rate_is_a_share(retention):
    with pytest.raises(ValueError, match=r"retention is .*expected a share from 0 to 1, such as"):
        lifetime.clv(100, retention)


def test_a_discount_rate_is_not_negative():
    with pytest.raises(ValueError, match=r"discount_rate is -0\.1; expected 0 or more"):
        lifetime.clv(100, 0.8, -0.1)


def test_a_margin_does_not_shrink_by_more_than_all():
    with pytest.raises(ValueError, match="margin_growth is -1"):
        lifetime.clv(100, 0.8, margin_growth=-1)


@pytest.mark.parametrize("rates", [{"retention": 1.0}, {"retention": 0.97, "margin_growth": 0.05}])
def test_a_value_without_bound_is_refused(rates):
    with pytest.raises(ValueError, match=r"has no bound.*Choose a higher discount rate"):
        lifetime.clv(100, **rates)


@pytest.mark.parametrize("survival", [[], [0.9, 0.8], [100, 80]])
def test_a_survival_curve_begins_with_everybody(survival):
    with pytest.raises(ValueError, match="must begin with 1"):
        lifetime.clv_table(100, survival)


@pytest.mark.parametrize("survival", [[1, 0.5, 0.6], [1, -0.1], [1, float("nan")]])
def test_a_survival_curve_never_rises(survival):
    with pytest.raises(ValueError, match="never rise: who left stays away"):
        lifetime.clv_table(100, survival)


def test_nobody_keeps_more_than_all():
    with pytest.raises(ValueError, match="nobody keeps more than all"):
        lifetime.five_point_gain(0.96)


def test_a_gain_needs_something_to_compare_with():
    with pytest.raises(ValueError, match="expected a rate above 0 to compare with"):
        lifetime.five_point_gain([0.5, 0.0])


@pytest.mark.parametrize("gain", [0, -0.25, float("nan")])
def test_a_gain_is_positive(gain):
    with pytest.raises(ValueError, match="expected a share above 0"):
        lifetime.retention_for_gain(gain)


def test_a_tornado_moves_known_inputs():
    with pytest.raises(ValueError, match=r"price: not among the inputs of the base\. Expected one"):
        lifetime.tornado({"margin": 1, "retention": 0.5}, {"price": (1, 2)})


def test_a_margin_cannot_be_cut_by_all():
    with pytest.raises(ValueError, match="margin_change is -1"):
        lifetime.retention_to_earn_back(-1, 0.8)


@pytest.mark.parametrize(
    ("question", "column"),
    [
        (lambda t: lifetime.retention_by_renewal(t.drop(columns="churned")), "churned"),
        (lambda t: lifetime.remaining_churn(t.drop(columns="tenure"), pd.Series(), [1]), "tenure"),
        (lambda t: lifetime.contract_lifetimes(t, "2023-12-31"), "start, end"),
        (lifetime.cost_of_one_more, "offer, cost"),
    ],
)
def test_a_missing_column_is_named(question, column):
    with pytest.raises(ValueError, match=rf"no column {column}\. Its columns are"):
        question(LIFETIMES)


def test_an_empty_table_is_refused():
    with pytest.raises(ValueError, match="is empty"):
        lifetime.retention_by_renewal(LIFETIMES.iloc[:0])


def test_somebody_must_have_come_to_a_renewal():
    with pytest.raises(ValueError, match="nobody has come to a renewal"):
        lifetime.retention_by_renewal(LIFETIMES.assign(tenure=0))


def test_contracts_need_dates():
    with pytest.raises(
        ValueError, match=r"'start' holds no dates: convert it with pd\.to_datetime"
    ):
        lifetime.contract_lifetimes(CONTRACTS.assign(start="2023-01-01"), "2023-12-31")


@pytest.mark.parametrize("start", ["2023-05-01", None])
def test_a_contract_begins_before_it_ends(start):
    contracts = CONTRACTS.assign(start=pd.to_datetime([start]))
    with pytest.raises(ValueError, match=r"1 contracts begin after they end .* see row 0"):
        lifetime.contract_lifetimes(contracts, "2023-12-31")


def test_every_customer_needs_a_true_chance():
    with pytest.raises(ValueError, match="no value for 1 customers, for example 'bo'"):
        lifetime.remaining_churn(LIFETIMES, pd.Series({"anna": 0.1}), [1])


@pytest.mark.parametrize("kinds", [{"steady": (500, 1.2)}, {"steady": (-1, 0.5)}])
def test_kinds_of_customers_are_possible(kinds):
    with pytest.raises(ValueError, match=r"steady: .*expected 0 customers or more"):
        lifetime.mixed_cohort(kinds)


def test_a_cohort_is_followed_for_a_while():
    with pytest.raises(ValueError, match="periods is 0"):
        lifetime.mixed_cohort({"steady": (500, 0.9)}, 0)


@pytest.mark.parametrize("seen", [0, 3])
def test_a_projection_sees_a_part_of_the_curve(seen):
    with pytest.raises(ValueError, match=f"seen is {seen}; expected a renewal from 1 to 2"):
        lifetime.project(pd.Series([1, 0.8, 0.7]), seen)


def test_a_change_needs_two_renewals():
    with pytest.raises(ValueError, match="two renewals or more"):
        lifetime.all_alike(pd.Series([1, 0.8, 0.7]), 1)


@pytest.mark.parametrize(("ceiling", "speed"), [(0, 0.1), (1.2, 0.1), (0.5, 0), (0.5, -1)])
def test_a_response_rises_to_a_ceiling(ceiling, speed):
    with pytest.raises(ValueError, match="expected a ceiling above 0 and at most 1"):
        lifetime.response(10, ceiling, speed)


def test_a_budget_is_not_negative():
    with pytest.raises(ValueError, match="spend is -1; expected money, 0 or more"):
        lifetime.response(-1, 0.5, 0.1)


@pytest.mark.parametrize("point", [(0, 0.1, 0.2), (10, 0.2, 0.2), (10, 0.1, 1.2)])
def test_a_known_point_lies_below_the_ceiling(point):
    with pytest.raises(ValueError, match="0 < achieved < ceiling"):
        lifetime.response_speed(*point)


def test_budgets_need_a_margin():
    with pytest.raises(ValueError, match="margin is 0; expected money above 0"):
        lifetime.best_budgets(0, 0.1, **FIRM)


def test_an_experiment_has_two_groups():
    cases = pd.DataFrame({"offer": [True, True], "churned": [True, False], "cost": 1.0})
    with pytest.raises(ValueError, match="no one to compare with"):
        lifetime.cost_of_one_more(cases)
