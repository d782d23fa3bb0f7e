"""Raw records, states and contacts agree with the customers, with one another and the calendar."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib.world import World, clock, states
from tests.helpers.audit_records import passages
from tests.helpers.world import SEEDS, world

by_seed = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def company() -> World:
    return world(1)


@pytest.fixture(scope="module")
def records(company) -> pd.DataFrame:
    owner = company.table("truth/crm_raw")
    customers = company.table("customers")
    return company.table("crm_raw").merge(owner).merge(customers, on="customer_id")


@pytest.fixture(scope="module")
def contacts(company) -> pd.DataFrame:
    return company.table("touchpoints")


def test_every_customer_is_somewhere_and_at_most_once_in_a_silo(company, records):
    assert set(records["customer_id"]) == set(company.table("customers")["customer_id"])
    assert not records.duplicated(["customer_id", "silo"]).any()
    assert records["silo_id"].is_unique
    assert len(records) == pytest.approx(1.24 * company.customers, rel=0.02)


def test_app_users_have_an_account(company, records):
    accounts = set(records.loc[records["silo"] == "app", "customer_id"])
    customers = company.table("customers")
    assert set(customers.loc[customers["app_user"], "customer_id"]) <= accounts


def test_records_are_of_their_customers_time_and_place(records):
    assert (records["registered"] >= records["acq_date"]).all()
    first = records.groupby("customer_id")["registered"].min()
    assert (first == records.groupby("customer_id")["acq_date"].first()).all()
    assert records["updated"].between(records["registered"], clock.LAST_DAY).all()
    same = records["district_x"] == records["district_y"]
    assert (same == ~records["district_old"]).all()
    market = (records[["district_x", "district_y"]] - 101) // 10
    assert (market["district_x"] == market["district_y"]).all()


def test_years_of_birth_lie_in_the_age_band(records):
    known = records.dropna(subset="birth_year")
    age = 2023 - known["birth_year"]
    youngest = known["age_band"].str[:2].astype(int)
    oldest = known["age_band"].str[3:].replace("", "80").astype(int)
    assert age.between(youngest, oldest).all()


def test_a_key_without_a_typo_is_the_same_in_every_silo(records):
    for key in ("name", "phone"):
        right = records[~records[f"{key}_misspelt"]].dropna(subset=f"{key}_key")
        assert right.groupby("customer_id")[f"{key}_key"].nunique().max() == 1
        wrong = records[records[f"{key}_misspelt"]].dropna(subset=f"{key}_key")
        true = right.groupby("customer_id")[f"{key}_key"].first()
        beside = true.reindex(wrong["customer_id"]).to_numpy()
        known = pd.notna(beside)
        assert known.sum() > 50
        assert (wrong[f"{key}_key"].to_numpy()[known] != beside[known]).all()


def test_phones_are_eight_digits_and_names_two_words(records):
    assert records["phone_key"].dropna().str.fullmatch(r"\d{8}").all()
    assert records["name_key"].dropna().str.fullmatch(r"[a-z]+ [a-z]+").all()


def test_the_panel_is_whole(company):
    panel = company.table("state_panel")
    assert panel.groupby("person_id").size().eq(12).all()
    assert panel["quarter"].tolist()[:12] == list(states.QUARTERS)
    assert set(panel["state"]) == set(states.STATES)


def test_impossible_passages_do_not_occur(company):
    steps = passages(company)
    seen = pd.crosstab(steps["state"], steps["following"]).reindex(
        index=list(states.STATES), columns=list(states.STATES)
    )
    possible = states.matrix(company.parameters) > 0
    assert ((seen.to_numpy() > 0) == possible).all()


@by_seed
def test_only_the_different_tenth_breaks_the_order_of_the_chain(seed):
    steps = passages(world(seed)).query("state == 'actual'")
    steps = steps[steps["quarter"] != states.QUARTERS[0]]
    steps = steps.assign(new=steps["lasted"] == 1, leaves=steps["following"] != "actual")

    def significance(group: pd.DataFrame) -> float:
        return stats.chi2_contingency(pd.crosstab(group["new"], group["leaves"]))[1]

    assert significance(steps) < 1e-4
    assert significance(steps[~steps["duration_dependent"]]) > 1e-3


@by_seed
def test_the_matrix_of_all_is_near_the_planted_one(seed):
    of_all = states.pooled(world(seed))
    planted = world(seed).parameters["states.transition"]
    for state in states.STATES:
        assert of_all[state] == pytest.approx(planted[state], abs=0.02)


def test_contacts_lie_in_their_quarter(company, contacts):
    quarter = contacts["date"].dt.year.astype(str) + "-Q" + contacts["date"].dt.quarter.astype(str)
    assert (quarter == contacts["quarter"]).all()
    assert contacts["date"].is_monotonic_increasing
    assert set(contacts["person_id"]) <= set(company.table("state_panel")["person_id"])
    assert len(contacts) == pytest.approx(60_000, rel=0.1)


def test_outcomes_are_those_of_a_person_and_quarter(contacts):
    by_quarter = contacts.groupby(["person_id", "quarter"])
    for outcome in ("responded", "opted_out"):
        assert by_quarter[outcome].nunique().eq(1).all()


def test_who_opted_out_is_left_alone(contacts):
    out = contacts[contacts["opted_out"]].groupby("person_id")["quarter"].agg(["min", "max"])
    assert (out["min"] == out["max"]).all()
    assert len(out) > 100
    by_firm = contacts[contacts["direction"] == "outbound"]
    last = by_firm.groupby("person_id")["quarter"].max()
    assert (last[out.index] == out["max"]).all()


@by_seed
def test_response_is_best_at_four_and_people_flee_above_eight(seed):
    table = world(seed).table("touchpoints")
    firm = table[table["direction"] == "outbound"]
    seen = firm.groupby(["person_id", "quarter"]).agg(
        n=("opted_out", "size"), out=("opted_out", "first")
    )
    leave = seen["out"].groupby(seen["n"] > 8).mean()
    assert leave[True] > 0.15
    assert leave[False] < 0.01
    assert np.sum(seen["n"] > 8) > 300
