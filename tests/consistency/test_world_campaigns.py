"""Leaving, keeping, winning back: the tables agree with one another and with the shop's."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from crmlib.world import World, clock
from crmlib.world.churn import QUARTERS
from crmlib.world.retention_offer import baseline, effect
from crmlib.world.winback import value_per_person_asked
from tests.helpers.world import SEEDS, world

by_seed = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def company() -> World:
    return world(1)


@pytest.fixture(scope="module")
def panel(company) -> pd.DataFrame:
    return company.table("churn_panel")


@pytest.fixture(scope="module")
def experiment(company) -> pd.DataFrame:
    """Each case with both possible outcomes."""
    return company.table("retention_rct").merge(company.table("truth/retention_rct"), on="case_id")


@pytest.fixture(scope="module")
def winback(company) -> pd.DataFrame:
    return company.table("winback_rct")


def months(days: pd.Series) -> pd.Series:
    return 12 * days.dt.year + days.dt.month


def test_a_subscriber_is_seen_every_quarter_until_leaving(panel):
    by_subscriber = panel.groupby("subscriber_id")
    place = panel["quarter"].map(QUARTERS.index)
    assert by_subscriber["tenure_quarters"].first().eq(0).all()
    assert (place - panel["tenure_quarters"]).groupby(panel["subscriber_id"]).nunique().eq(1).all()
    assert by_subscriber["churned"].sum().max() == 1
    last = by_subscriber.tail(1)
    assert (last["churned"] | (last["quarter"] == QUARTERS[-1])).all()
    assert not panel.drop(last.index)["churned"].any()


def test_as_many_subscribers_begin_as_have_left(panel):
    assert panel["quarter"].value_counts().eq(3000).all()
    begun = panel[panel["tenure_quarters"] == 0]["quarter"].value_counts()
    left = panel[panel["churned"]]["quarter"].value_counts()
    for before, after in pairwise(QUARTERS):
        assert begun[after] == left[before]


def test_plan_and_payment_of_a_subscriber_stay(panel):
    assert panel.groupby("subscriber_id")[["plan", "autopay"]].nunique().eq(1).all(axis=None)


@by_seed
def test_subscribers_leave_by_their_chances(seed):
    tables = [world(seed).table(name) for name in ("churn_panel", "truth/churn_panel")]
    both = tables[0].merge(tables[1], on=["subscriber_id", "quarter"], validate="one_to_one")
    chance = both["churn_probability"]
    error = np.sqrt((chance * (1 - chance)).sum())
    assert abs(both["churned"].sum() - chance.sum()) < 4 * error


@by_seed
def test_old_subscribers_leave_less_by_sorting(seed):
    table = world(seed).table("churn_panel")
    before = table[table["quarter"] <= QUARTERS[4]]
    old = before["tenure_quarters"] >= 3
    rate = before["churned"].groupby(old).mean()
    assert rate[True] < 0.9 * rate[False]


def test_one_of_the_two_possible_outcomes_is_seen(experiment):
    seen = np.where(
        experiment["offer"], experiment["churned_with_offer"], experiment["churned_without_offer"]
    )
    assert (experiment["churned"] == seen).all()
    assert experiment["cost"].eq(12.0 * experiment["offer"]).all()


def test_chances_and_effects_are_those_of_the_scores(company, experiment):
    risk, openness = (experiment[f"{name}_score"].to_numpy() for name in ("risk", "openness"))
    p = company.parameters
    chance, saved = (experiment[name].to_numpy() for name in ("churn_probability", "effect"))
    assert chance == pytest.approx(baseline(p, risk), abs=6e-5)
    assert saved == pytest.approx(effect(p, risk, openness), abs=6e-5)


def test_chances_stay_chances_with_the_offer(experiment):
    chance = experiment["churn_probability"]
    with_offer = chance - experiment["effect"]
    assert with_offer.between(0, 1).all()
    assert experiment["effect"].min() >= -0.15
    # somebody whom the offer helps never leaves because of it, and the other way round
    helped = experiment["effect"] > 0
    because = experiment["churned_with_offer"] & ~experiment["churned_without_offer"]
    assert not (because & helped).any()
    assert because[~helped].any()


@by_seed
def test_the_offer_falls_by_chance(seed):
    table = world(seed).table("retention_rct")
    arms = table.groupby("offer")[["risk_score", "openness_score"]].mean()
    assert (arms.loc[True] - arms.loc[False]).abs().max() < 4 * np.sqrt(4 / len(table))


@by_seed
def test_the_experiment_teaches_what_the_course_says(seed):
    company = world(seed)
    table, latent = company.table("retention_rct"), company.table("truth/retention_rct")
    saved = latent["effect"]
    riskiest = table["risk_score"].rank(ascending=False) / len(table)
    assert saved.mean() == pytest.approx(0.023, abs=0.002)
    assert saved[riskiest <= 0.2].mean() == pytest.approx(-0.042, abs=0.008)
    assert saved[riskiest <= 0.1].mean() == pytest.approx(-0.061, abs=0.008)
    assert saved[saved >= saved.quantile(0.8)].mean() == pytest.approx(0.11, abs=0.005)
    assert 12 / saved.mean() == pytest.approx(520, rel=0.1)
    left = table.groupby("offer")["churned"].mean()
    assert left[False] - left[True] > 0


def test_former_subscribers_had_contracts_that_ended(company, winback):
    contracts = company.table("subscriptions").set_index("contract_id")
    former = contracts.loc[winback["contract_id"]].reset_index()
    assert former["end"].notna().all()
    tenure = months(former["end"]) - months(former["start"]) + 1
    assert tenure.tolist() == winback["first_tenure"].tolist()
    assert (winback["offer_date"] > former["end"]).all()
    assert winback["offer_date"].min() >= clock.OUTCOMES_FIRST_DAY


def test_offers_are_equally_many_and_discounts_belong_to_them(winback):
    assert winback["offer"].value_counts().eq(750).all()
    lower = winback["offer"].isin(["price", "both"])
    assert winback["discount"].gt(0).eq(lower).all()
    assert set(winback.loc[lower, "discount"]) == {0.1, 0.2, 0.3}


def test_only_the_regained_have_a_second_life(company, winback):
    second = winback[["second_tenure", "second_ended", "second_margin"]]
    assert second.notna().eq(winback["regained"], axis=0).all(axis=None)
    back = winback[winback["regained"]]
    followed = (clock.OUTCOMES_LAST_DAY - back["offer_date"]).dt.days / 30.4375
    ended = back["second_ended"].astype(bool)
    assert (back["second_tenure"] <= followed + 0.005).all()
    assert back["second_tenure"][~ended].sub(followed[~ended]).abs().max() < 0.006
    whole = company.table("truth/winback_rct")["second_lifetime"]
    assert back["second_tenure"][ended].equals(whole[ended[ended].index])
    assert 0.02 < 1 - ended.mean() < 0.2


@by_seed
def test_what_regains_most_keeps_shortest_and_earns_least(seed):
    values = value_per_person_asked(world(seed))
    table = world(seed).table("winback_rct")
    rate = table.groupby("offer")["regained"].mean()
    assert rate.idxmax() == "both"
    assert rate.idxmin() == "none"
    middle = {name: values[f"{name}, 20% off"] for name in ("price", "both")}
    middle |= {name: values[f"{name}, 0% off"] for name in ("none", "upgrade")}
    assert sorted(middle, key=middle.get) == ["both", "price", "none", "upgrade"]
    tenure = table.groupby("offer")["second_tenure"].median()
    assert tenure.idxmin() == "both"
