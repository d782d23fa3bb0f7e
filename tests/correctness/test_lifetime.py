"""Theory of notebook 03: tables by hand, and the published figures that the course quotes."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from crmlib import data, lifetime
from crmlib.lifetime import five_points
from tests.helpers.contracts import curves

# Lifetime value


def test_the_formula_is_the_sum_of_the_table():
    years = np.arange(400)
    for first in (True, False):
        table = lifetime.clv_table(100.0, 0.8**years, 0.1, first_margin=first)
        value = lifetime.clv(100.0, 0.8, 0.1, first_margin=first)
        assert table["value_so_far"].iloc[-1] == pytest.approx(value, rel=1e-12)
    growing = lifetime.clv_table(100 * 1.03**years, 0.8**years, 0.1)
    value = lifetime.clv(100.0, 0.8, 0.1, margin_growth=0.03)
    assert growing["value_so_far"].iloc[-1] == pytest.approx(value, rel=1e-12)


def test_table_by_hand():
    table = lifetime.clv_table([10.0, 20.0, 30.0], [1, 0.5, 0.2], 0.25)
    assert table["expected_margin"].tolist() == pytest.approx([10, 10, 6])
    assert table["discount_factor"].tolist() == pytest.approx([1, 0.8, 0.64])
    assert table["value_so_far"].tolist() == pytest.approx([10, 18, 21.84])
    later = lifetime.clv_table(10.0, [1, 0.5], first_margin=False)
    assert later["present_value"].tolist() == [0, 5]


def test_costs_of_keeping_and_winning_are_taken_off():
    value = lifetime.clv(100, 0.8, 0.1, retention_cost=20, acquisition_cost=50)
    assert value == pytest.approx(80 * 1.1 / 0.3 - 50, rel=1e-12)


@pytest.mark.parametrize(("retention", "multiple"), [(0.8, "2.67"), (0.9, "4.50")])
def test_margin_multiple_of_gupta_and_lehmann(retention, multiple):
    # Gupta & Lehmann (2003): r / (1 + d - r), at a discount rate of 10%
    assert f"{lifetime.margin_multiple(retention, 0.1):.2f}" == multiple


@pytest.mark.parametrize(
    ("first_margin", "elasticities"), [(True, [2.67, 4.5]), (False, [3.67, 5.5])]
)
def test_elasticity_is_the_slope_in_logarithms(first_margin, elasticities):
    # the order of what Gupta, Lehmann & Stuart (2004) report: 3 to 7
    rates = np.array([0.8, 0.9])
    found = lifetime.retention_elasticity(rates, 0.1, first_margin=first_margin)
    assert found.round(2).tolist() == elasticities
    more, less = (
        lifetime.clv(1.0, rates * (1 + step), 0.1, first_margin=first_margin)
        for step in (1e-6, -1e-6)
    )
    np.testing.assert_allclose(found, np.log(more / less) / 2e-6, rtol=1e-6)


def test_tornado_by_hand():
    table = lifetime.tornado(
        {"margin": 100, "retention": 0.5}, {"margin": (80, 120), "retention": (0.4, 0.6)}
    )
    assert table.attrs["base"] == 200
    assert list(table.index) == ["retention", "margin"]
    assert table.loc["retention", ["value_low", "value_high"]].tolist() == pytest.approx(
        [100 / 0.6, 250]
    )
    assert table.loc["margin", "swing"] == pytest.approx(80)


def test_retention_that_earns_a_discount_back_leaves_the_value_as_it_was():
    needed = lifetime.retention_to_earn_back(-0.3, 0.8, 0.1)
    assert lifetime.clv(70, needed, 0.1) == pytest.approx(lifetime.clv(100, 0.8, 0.1), rel=1e-12)


# Five points


@pytest.mark.parametrize(
    ("convention", "percent"),
    [
        ({}, [11, 20, 33, 50, 100]),
        ({"discount_rate": 0.1}, [9, 14, 20, 25, 33]),
        ({"first_margin": False}, [22, 29, 42, 59, 111]),
    ],
)
def test_five_points_under_three_conventions(convention, percent):
    # the course's page of models, section 2
    table = lifetime.five_point_table([0.5, 0.7, 0.8, 0.85, 0.9], **convention)
    assert (100 * table["gain"]).round().tolist() == percent


@pytest.mark.parametrize(
    ("convention", "low", "high"),
    [
        ({}, 0.75, 0.8912),
        ({"first_margin": False}, 0.635, 0.883),
        ({"relative": True}, 0.80, 0.902),
    ],
)
def test_band_of_the_sentence(convention, low, high):
    found = [lifetime.retention_for_gain(gain, **convention) for gain in (0.25, 0.85)]
    assert found == pytest.approx([low, high], abs=5e-4)


def test_with_a_discount_of_a_tenth_five_points_never_bring_85_percent():
    # algebra gives a base of .991, from which five points more would be 104%
    assert lifetime.retention_for_gain(0.25, discount_rate=0.1) == pytest.approx(0.85)
    assert np.isnan(lifetime.retention_for_gain(0.85, discount_rate=0.1))
    assert lifetime.five_point_gain(0.95, discount_rate=0.1) == pytest.approx(0.5)


@pytest.mark.parametrize("relative", [True, False])
@pytest.mark.parametrize("first_margin", [True, False])
@pytest.mark.parametrize(("discount_rate", "margin_growth"), [(0, 0), (0.12, 0), (0.1, 0.04)])
def test_the_base_for_a_gain_is_where_the_gain_is(
    relative, first_margin, discount_rate, margin_growth
):
    convention = {
        "relative": relative,
        "first_margin": first_margin,
        "discount_rate": discount_rate,
        "margin_growth": margin_growth,
    }
    for gain in (0.25, 0.35):
        base = lifetime.retention_for_gain(gain, **convention)
        assert lifetime.five_point_gain(base, **convention) == pytest.approx(gain, rel=1e-9)
        # and a little more retention before brings a little more
        assert lifetime.five_point_gain(base + 1e-4, **convention) > gain


def test_five_points_of_ninety_halve_those_who_leave():
    assert lifetime.five_point_gain(0.9) == pytest.approx(1.0)
    assert five_points.better_retention(0.95) == 1.0


def test_four_choices_change_one_thing_at_a_time():
    table = lifetime.four_choices(0.8)
    assert (100 * table["gain"]).round().tolist() == [33, 25, 42, 20, 49]
    assert table["from_25"].round(3).tolist() == [0.75, 0.8, 0.635, 0.85, 0.702]
    assert table["to_85"].isna().tolist() == [False, False, False, True, False]


# Cohorts


def test_contracts_run_in_whole_months():
    contracts = pd.DataFrame(
        {
            "start": pd.to_datetime(["2021-11-01", "2023-12-01", "2023-12-01", "2023-06-01"]),
            "end": pd.to_datetime(["2022-06-30", "2023-12-31", None, "2024-01-31"]),
        }
    )
    table = lifetime.contract_lifetimes(contracts, "2023-12-31")
    assert table["tenure"].tolist() == [8, 1, 1, 7]
    # what ends after the last day has not ended yet
    assert table["churned"].tolist() == [True, True, False, False]
    assert table.attrs["unit"] == "M"


def test_retention_by_hand():
    lifetimes = pd.DataFrame(
        {"tenure": [1, 1, 2, 3, 3], "churned": [True, False, True, True, False]}
    )
    table = lifetime.retention_by_renewal(lifetimes)
    assert table["at_risk"].tolist() == [5, 3, 2]
    assert table["renewed"].tolist() == [4, 2, 1]
    assert table["survival"].tolist() == pytest.approx([4 / 5, 4 / 5 * 2 / 3, 4 / 5 * 2 / 3 / 2])
    counted = lifetime.retention_by_renewal(lifetimes.assign(count=10))
    assert counted["survival"].tolist() == pytest.approx(table["survival"].tolist())
    assert (counted["standard_error"] < table["standard_error"]).all()


def test_renewals_at_which_nobody_leaves_are_rows_too():
    lifetimes = pd.DataFrame({"tenure": [2, 4, 5], "churned": [True, True, False]})
    table = lifetime.retention_by_renewal(lifetimes)
    assert table["retention_rate"].tolist() == pytest.approx([1, 2 / 3, 1, 1 / 2, 1])
    assert table["survival"].tolist() == pytest.approx([1, 2 / 3, 2 / 3, 1 / 3, 1 / 3])


def test_a_mixed_cohort_tends_to_its_steadiest_kind():
    table = lifetime.mixed_cohort({"steady": (500, 0.9), "restless": (500, 0.5)}, 60)
    assert table["retention_rate"].iloc[1] == pytest.approx(0.7)
    assert table["retention_rate"].iloc[1:].is_monotonic_increasing
    assert table["retention_rate"].iloc[-1] == pytest.approx(0.9, abs=1e-6)
    alike = lifetime.mixed_cohort({"one": (10, 0.8), "other": (90, 0.8)})
    assert alike["retention_rate"].iloc[1:].tolist() == pytest.approx([0.8] * 8)


@pytest.mark.parametrize(
    ("cohort", "model", "year_12"),
    # per cent, the course's page of models; sBG as in Fader & Hardie (2007)
    [
        ("High End", "SBG", 37.8),
        ("High End", "Geometric", 27.0),
        ("Regular", "SBG", 17.0),
        ("Regular", "Geometric", 4.6),
    ],
)
def test_forecasts_for_year_twelve(cohort, model, year_12):
    table = lifetime.project(curves()[cohort], 7, [model])
    assert 100 * table[model].loc[12] == pytest.approx(year_12, abs=0.05)


def test_likelihoods_on_seven_years_of_the_high_end():
    # per 1,000 customers, the course's page of models
    llf = lifetime.project(curves()["High End"], 7).attrs["llf"]
    assert llf["SBG"] == pytest.approx(-1611.2, abs=0.05)
    assert llf["BdW"] == pytest.approx(-1605.3, abs=0.05)


def test_one_rate_for_all_is_the_story_without_change():
    curve = pd.Series(0.8 ** np.arange(9.0))
    table = lifetime.all_alike(curve, 6)
    assert table.attrs["c"] == pytest.approx(1.0, abs=1e-5)
    assert table.attrs["q"] == pytest.approx(0.8, rel=1e-6)
    assert table["forecast"].loc[8] == pytest.approx(0.8**8, rel=1e-5)
    llf = lifetime.project(curve, 6, ["Geometric"]).attrs["llf"]["Geometric"]
    assert table.attrs["llf"] == pytest.approx(llf, rel=1e-9)


@pytest.mark.parametrize("c", [0.5, 1.6])
def test_a_change_of_all_alike_is_found(c):
    curve = pd.Series(0.8 ** (np.arange(9.0) ** c))
    assert lifetime.all_alike(curve, 8).attrs["c"] == pytest.approx(c, rel=1e-5)


@pytest.mark.parametrize("cohort", ["High End", "Regular"])
def test_sorting_forecasts_the_published_cohorts_better_than_growing_loyalty(cohort):
    alike, sorting = lifetime.all_alike(curves()[cohort], 7), lifetime.project(curves()[cohort], 7)
    assert alike.attrs["c"] < 1
    assert alike.attrs["llf"] < sorting.attrs["llf"]["SBG"] - 5
    later = slice(8, 12)
    misses = [
        (table.loc[later, column] - table.loc[later, "actual"]).abs().max()
        for table, column in ((alike, "forecast"), (sorting, "SBG"))
    ]
    assert misses[0] > 2 * misses[1]


# Winning or keeping


FIRM = {"winning_response": (0.4, 0.07), "keeping_response": (0.9, 0.06)}


def test_customer_equity_by_hand():
    # a [m + (m - R/r) r/(1+d-r)] - A, Blattberg & Deighton (1996), with numbers of our own
    a, r = 0.4 * (1 - np.exp(-0.07 * 20)), 0.9 * (1 - np.exp(-0.06 * 30))
    by_hand = a * (200 + (200 - 30 / r) * r / (1.1 - r)) - 20
    assert lifetime.customer_equity(20, 30, 200, 0.1, **FIRM) == pytest.approx(by_hand, rel=1e-12)


def test_speed_goes_through_the_known_point():
    speed = lifetime.response_speed(8, 0.05, 0.2)
    assert lifetime.response(8, 0.2, speed) == pytest.approx(0.05, rel=1e-12)


def test_marginal_cost_is_one_over_the_slope():
    slope = (lifetime.response(30.001, 0.4, 0.07) - lifetime.response(29.999, 0.4, 0.07)) / 0.002
    assert lifetime.marginal_cost(30, 0.4, 0.07) == pytest.approx(1 / slope, rel=1e-6)


@pytest.mark.parametrize("margin", [60.0, 200.0, 2000.0])
def test_best_budgets_are_the_best(margin):
    best = lifetime.best_budgets(margin, 0.1, **FIRM)
    found = optimize.minimize(
        lambda x: -lifetime.customer_equity(*np.exp(x), margin, 0.1, **FIRM),
        np.log([best["winning"] * 1.3, best["keeping"] * 0.7]),
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-10},
    )
    assert best["equity"] == pytest.approx(-found.fun, rel=1e-8)
    assert best[["winning", "keeping"]].tolist() == pytest.approx(np.exp(found.x), rel=1e-3)


def test_at_the_best_point_one_more_customer_costs_what_a_customer_is_worth():
    best = lifetime.best_budgets(200.0, 0.1, **FIRM)
    for name in ("winning", "keeping"):
        cost = lifetime.marginal_cost(best[name], *FIRM[f"{name}_response"])
        assert cost == pytest.approx(best["value"], rel=1e-4)


def test_what_winning_costs_does_not_move_the_best_budget_for_keeping():
    dearer = FIRM | {"winning_response": (0.4, 0.02)}
    one, other = (lifetime.best_budgets(200.0, 0.1, **firm) for firm in (FIRM, dearer))
    assert one["keeping"] == pytest.approx(other["keeping"], rel=1e-12)
    assert one["equity"] > other["equity"]


def test_nothing_is_spent_where_it_cannot_pay():
    best = lifetime.best_budgets(
        1.0, 0.1, winning_response=(0.1, 0.01), keeping_response=(0.5, 0.01)
    )
    assert best[["winning", "keeping", "won", "equity"]].tolist() == [0, 0, 0, 0]


def test_cost_of_one_more_by_hand():
    cases = pd.DataFrame(
        {
            "offer": [True] * 400 + [False] * 200,
            "churned": [True] * 60 + [False] * 340 + [True] * 50 + [False] * 150,
            "cost": [12.0] * 400 + [0.0] * 200,
        }
    )
    found = lifetime.cost_of_one_more(cases)
    assert found[["without", "with_offer", "effect"]].tolist() == pytest.approx([0.25, 0.15, 0.1])
    assert found["cost_of_one_more"] == pytest.approx(120)
    # Newcombe's hybrid score interval, from the two Wilson intervals
    assert found["effect_lower"] == pytest.approx(
        0.1 - np.hypot(0.25 - 0.19513, 0.18834 - 0.15), abs=1e-4
    )
    assert found["upper"] == pytest.approx(12 / found["effect_lower"])


def test_an_effect_that_may_be_nothing_has_a_cost_without_upper_end():
    cases = pd.DataFrame(
        {
            "offer": [True] * 9 + [False] * 9,
            "churned": [True] * 3 + [False] * 6 + [True] * 4 + [False] * 5,
        }
    ).assign(cost=1.0)
    found = lifetime.cost_of_one_more(cases)
    assert np.isinf(found["upper"])
    assert np.isfinite(found["cost_of_one_more"])


def test_averages_of_luxi_s_books():
    ratio = data.truth("subscriptions.retention_spend") / data.truth(
        "subscriptions.acquisition_cost"
    )
    assert ratio == 0.25
