"""The methods of notebook 03 find what was planted in Luxi, and the naive ones do not."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from crmlib import data, lifetime, models
from crmlib.models import sbg
from tests.helpers.contracts import simulated, staggered

LAST_DAY = "2023-12-31"


@cache
def luxi() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lifetimes of the subscribers as the firm sees them, and as they are."""
    contracts = data.load("subscriptions").set_index("contract_id")
    truth = data.truth_table("subscriptions").set_index("contract_id")
    return lifetime.contract_lifetimes(contracts, LAST_DAY), truth


def test_lifetimes_are_those_planted():
    lifetimes, truth = luxi()
    ended = lifetimes["churned"]
    assert (lifetimes["tenure"][ended] == truth["lifetime_months"][ended]).all()
    assert (lifetimes["tenure"][~ended] < truth["lifetime_months"][~ended]).all()


def test_sbg_finds_the_planted_parameters():
    fit = models.SBG(luxi()[0]).fit()
    for name in ("alpha", "beta"):
        planted = data.truth(f"subscriptions.{name}")
        assert abs(fit.params[name] - planted) < 3 * fit.bse[name]


def test_survival_is_found_within_three_standard_errors():
    table = lifetime.retention_by_renewal(luxi()[0])
    for renewal, planted in data.truth("subscriptions.survival").items():
        if int(renewal) in table.index:
            row = table.loc[int(renewal)]
            assert abs(row["survival"] - planted) < 3 * row["standard_error"]


def test_the_mean_of_the_ended_contracts_and_one_rate_for_all_are_too_low():
    lifetimes, truth = luxi()
    true_months = np.minimum(truth["lifetime_months"], 60).mean()
    ended = lifetimes.loc[lifetimes["churned"], "tenure"].mean()
    terms = {"discount_rate": 0.0, "per": "period", "periods": 60, "tenure": 0}
    one_rate, own_rates = (
        model(lifetimes).fit().lifetime_value(1.0, **terms)
        for model in (models.Geometric, models.SBG)
    )
    assert ended < 0.5 * true_months
    assert one_rate < 0.85 * true_months
    assert own_rates == pytest.approx(true_months, rel=0.05)


def test_the_rate_of_the_cohort_is_the_mean_of_those_who_are_left():
    lifetimes, truth = luxi()
    table = lifetime.retention_by_renewal(lifetimes).query("at_risk >= 200")
    left = lifetime.remaining_churn(lifetimes, truth["churn_probability"], table.index)
    assert (left["customers"] == table["at_risk"]).all()
    error = np.sqrt(left["mean_churn"] * left["mean_retention"] / left["customers"])
    assert ((table["retention_rate"] - left["mean_retention"]).abs() < 4 * error).all()
    # nobody's chance changes; the mean of those left falls to a fifth
    assert left["mean_churn"].iloc[-1] < 0.25 * left["mean_churn"].iloc[0]


def test_cost_of_one_more_customer_of_luxi():
    found = lifetime.cost_of_one_more(data.load("retention_rct"))
    truth = data.truth("retention_rct.cost_per_customer_kept")["everybody"]
    assert found["lower"] < truth < found["upper"]
    effect = data.truth("retention_rct.average_effect")
    assert found["effect_lower"] < effect < found["effect_upper"]


@pytest.mark.parametrize("seed", range(3))
def test_survival_from_cohorts_of_all_ages(seed):
    law = {"alpha": 0.7, "beta": 3.0}
    lifetimes = simulated("sBG", 20_000, seed, staggered(20_000), **law)
    table = lifetime.retention_by_renewal(lifetimes)
    off = table["survival"] - sbg.survival(table.index.to_numpy(), **law)
    assert (off.abs() < 4 * table["standard_error"]).all()


def test_projection_from_a_third_of_the_time_finds_the_end():
    law = {"alpha": 0.9, "beta": 4.0}
    curve = pd.Series(sbg.survival(np.arange(31), **law))
    table = lifetime.project(curve, 10)
    assert table["SBG"].loc[30] == pytest.approx(curve.loc[30], rel=1e-3)
    assert table["BdW"].loc[30] == pytest.approx(curve.loc[30], rel=1e-2)
    assert table["Geometric"].loc[30] < 0.5 * curve.loc[30]
