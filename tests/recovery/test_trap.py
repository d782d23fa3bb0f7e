"""What was planted in the survey, the Kano study and the rival firms is found by notebook 09."""

import numpy as np
import pytest

from crmlib import data, trap
from tests.helpers import trap_world

SURE = 3.5  # standard errors; one in two thousand estimates is further off


@pytest.mark.parametrize("market", trap_world.MARKETS)
def test_hinge_logit_on_latent_values_finds_the_planted_weights(market):
    # without the app, whose effect is small and independent of both satisfactions
    found = trap.penalty_reward(trap_world.latent_survey(), also=["app_user"]).loc[market]
    for term, true in trap_world.planted(market).items():
        row = found.loc[term]
        assert abs(row["estimate"] - true) < SURE * row["standard_error"], term


@pytest.mark.parametrize("market", trap_world.MARKETS)
def test_hinge_logit_on_items_finds_them_once_the_noise_is_out(market):
    found = trap.penalty_reward(trap_world.survey(), corrected=True).loc[market]
    for term, true in trap_world.planted(market).items():
        row = found.loc[term]
        assert abs(row["estimate"] - true) < SURE * row["standard_error"], term


def test_noise_makes_weights_too_small_and_the_correction_brings_them_back():
    # a large survey of the city centre, so that bias shows beside chance
    truth = (-2.0, -1.3, 0.0, 0.9)
    table = trap.prepare(trap_world.made_to_order(60_000, 11, truth, mean=6.44))
    naive, right = (
        trap.penalty_reward(table, None, outcome="stays", corrected=corrected).loc["all"]
        for corrected in (False, True)
    )
    assert naive.loc["unmet basic", "upper"] < 0
    assert naive.loc["unmet basic", "lower"] > -1.0  # the trap: clearly too small
    for term, true in zip(("unmet basic", "met basic", "latent"), truth[1:], strict=True):
        assert abs(right.loc[term, "estimate"] - true) < 0.13, term  # the tenth of the docstring


def test_the_attenuated_weights_are_those_of_the_truth():
    found = trap.penalty_reward(trap_world.survey(), also=["app_user"]).loc["D"]
    implied = data.truth("survey_sat.attenuated")
    for term in ("unmet basic", "met basic", "latent"):
        row = found.loc[term]
        assert abs(row["estimate"] - implied[term]) < SURE * row["standard_error"], term


def test_correlations_are_the_implied_ones():
    found, implied = trap.correlation(trap_world.survey()), data.truth("survey_sat.correlation")
    for name, row in found.iterrows():
        error = (row["upper"] - row["lower"]) / 2 / 1.96
        assert abs(row["correlation"] - implied[name]) < SURE * error, name


def test_the_trap_pooled_negative_and_positive_within():
    found = trap.correlation(trap_world.survey())
    assert found.loc["all", "upper"] < 0
    assert (found.loc[["B", "C", "D"], "lower"] > 0).all()


def test_the_satisfied_of_the_city_centre_stay_as_implied():
    table = trap_world.survey().query("market == 'D' and satisfaction >= 6")
    truth = data.truth_table("customers").set_index("customer_id")["latent_satisfaction"]
    latent = table["customer_id"].map(truth)
    found = trap.retained_by(table, (latent >= 3.6).astype(int) + (latent >= 4.6).astype(int))
    implied = data.truth("survey_sat.satisfied_and_retained")
    for row, name in ((0, "below the centre"), (2, "a point above it")):
        share, true = found.loc[row, "share"], implied[name]
        error = (found.loc[row, "upper"] - found.loc[row, "lower"]) / 3.92
        assert abs(share - true) < SURE * error


def test_kano_classes_of_both_waves_are_the_planted_ones():
    truth = data.truth_table("survey_kano").set_index(["wave", "feature"])["kano_class"]
    for wave, table in trap_world.kano().groupby("wave"):
        found = trap.kano_summary(table)
        assert found["clear"].all()
        assert found["kano_class"].to_dict() == truth[wave].to_dict()


def test_the_one_feature_that_changed_is_found_and_no_other():
    truth = data.truth_table("survey_kano").pivot(
        index="feature", columns="wave", values="kano_class"
    )
    moved = truth.index[truth[1] != truth[2]].to_list()
    found = trap.kano_change(trap_world.kano())
    assert found.index[found["changed"]].to_list() == moved


def test_penalty_and_reward_of_both_firms_are_the_planted_ones():
    found = trap.line_or_hinge(trap_world.rivals())
    for firm, (_start, penalty, reward, _latent) in data.truth("rival_firms.loyalty").items():
        for name, true in (("penalty", penalty), ("reward", reward)):
            row = found.loc[firm]
            error = (row[f"{name}_upper"] - row[f"{name}_lower"]) / 3.92
            assert abs(row[name] - true) < SURE * error, (firm, name)
    assert found.loc["Y", "bend_lower"] > 0  # two factors
    assert found.loc["X", "bend_lower"] < 0 < found.loc["X", "bend_upper"]  # straight


def test_a_straight_firm_shows_a_bend_by_chance_only():
    seen = trap.answers_needed(trap_world.rivals(), [400], draws=120)
    assert seen.loc[400, "X"] < 0.05 + 3.5 * np.sqrt(0.05 * 0.95 / 120)
    assert seen.loc[400, "Y"] > 0.5


def test_remedies_bring_what_the_planted_weights_would_bring():
    table = trap_world.latent_survey()
    truth = data.truth_table("customers").set_index("customer_id")["loyalty_index"]
    index = table["customer_id"].map(truth)
    found = trap.remedies(trap_world.survey())
    for market, part in table.groupby("market"):
        weights = trap_world.planted(market)
        before = 1 / (1 + np.exp(-index[part.index]))
        changes = {
            "mend basics": -weights["unmet basic"] * np.maximum(5 - part["basic"], 0),
            "surprise": weights["latent"],
        }
        for remedy, change in changes.items():
            after = 1 / (1 + np.exp(-(index[part.index] + change)))
            gain = 100 * np.average(after - before, weights=part["weight"])
            row = found.loc[market, remedy]
            error = (row["upper"] - row["lower"]) / 3.92
            assert abs(row["gain"] - gain) < SURE * error, (market, remedy)


def test_intention_fades_everywhere_and_behaviour_grows_in_the_city_centre():
    said = trap.curvature(trap_world.survey(), "satisfaction", "intent")
    done = trap.curvature(trap_world.survey(), "satisfaction")
    assert (said["upper"] < 0).all()
    assert done.loc["D", "lower"] > 0
    implied = data.truth("survey_sat.curvature")
    for market in trap_world.MARKETS:
        error = (done.loc[market, "upper"] - done.loc[market, "lower"]) / 3.92
        assert abs(done.loc[market, "curvature"] - implied[market]) < SURE * error
