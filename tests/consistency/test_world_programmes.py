"""Stamp cards, club, rivals: the tables agree with one another and with the shop's."""

import numpy as np
import pandas as pd
import pytest

from crmlib.world import World, cards, clock
from tests.helpers.world import SEEDS, world

by_seed = pytest.mark.parametrize("seed", SEEDS)


@pytest.fixture(scope="module")
def company() -> World:
    return world(1)


@pytest.fixture(scope="module")
def stamps(company) -> pd.DataFrame:
    return company.table("loyalty_cards")


@pytest.fixture(scope="module")
def club(company) -> pd.DataFrame:
    return company.table("club_panel")


@pytest.fixture(scope="module")
def captives(company) -> pd.DataFrame:
    return company.table("hostage_panel")


@pytest.fixture(scope="module")
def customers(company) -> pd.DataFrame:
    return company.table("customers").set_index("customer_id")


def test_stamps_follow_one_another_and_the_second_card_the_first(stamps):
    place = 10 * (stamps["card_no"] - 1) + stamps["stamp_no"]
    assert place.equals(stamps.groupby("holder_id").cumcount() + 1)
    assert stamps.groupby("holder_id")[["card_type", "cups_before"]].nunique().eq(1).all(axis=None)


def test_only_the_last_wait_may_end_without_a_stamp_and_then_with_the_trial(stamps):
    last = stamps.groupby("holder_id").tail(1)
    assert stamps.drop(last.index)["stamped"].all()
    days = stamps.groupby("holder_id")["gap_days"].sum()
    assert days.max() < 180.001
    cut = last.loc[~last["stamped"], "holder_id"]
    assert days[cut].to_numpy() == pytest.approx(180)
    # the others have filled both cards, or got a stamp in the trial's last minutes
    filled = last["card_no"].eq(2) & last["stamp_no"].eq(10)
    at_the_end = last["holder_id"].map(days) > 179.98
    assert (~last["stamped"] | filled | at_the_end).all()


@by_seed
def test_there_are_about_as_many_cards_and_stamps_as_the_course_says(seed):
    table = world(seed).table("loyalty_cards")
    assert table.groupby(["holder_id", "card_no"]).ngroups == pytest.approx(1200, rel=0.03)
    assert table["stamped"].sum() == pytest.approx(11_000, rel=0.04)
    holders = table.drop_duplicates("holder_id")["card_type"].value_counts()
    assert holders.tolist() == [320, 320]


def test_the_pull_of_the_two_cards_is_the_one_that_the_course_says(company):
    values = {one.name: one.value(company) for one in cards.DERIVED}
    difference = values["loyalty_cards.difference"]
    assert difference["slope alone"] == pytest.approx(0.046, abs=5e-4)
    assert difference["with illusion"] == pytest.approx(0.166, abs=5e-4)
    # at the beginning of the next card, the pace falls back
    assert max(values["loyalty_cards.reset"].values()) < -0.3


@by_seed
def test_the_gift_card_is_filled_sooner(seed):
    table = world(seed).table("loyalty_cards")
    first = table[table["card_no"] == 1]
    pace = first["stamped"].groupby(first["holder_id"]).sum()
    pace = pace / first.groupby("holder_id")["gap_days"].sum()
    before = first.groupby("holder_id")["cups_before"].first()
    gain = np.log((pace + 0.01) / (before + 1)).groupby(
        first.groupby("holder_id")["card_type"].first()
    )
    assert gain.mean()["12+2 given"] > gain.mean()["10"]


def test_every_regular_has_every_month(club, customers):
    assert club.groupby("customer_id")["month"].agg(list).map(tuple).unique().tolist() == [
        tuple(range(37, 61))
    ]
    assert set(club["customer_id"]) <= set(customers.index)
    assert club["customer_id"].nunique() == 3000


def test_regulars_are_those_who_bought_last(company, club):
    last = company.table("transactions").groupby("customer_id")["date"].max()
    regular = last.index.isin(club["customer_id"])
    assert last[regular].min() >= last[~regular].max()


def test_the_club_opens_in_whole_districts_for_good(club, customers):
    district = club["customer_id"].map(customers["district"])
    assert club["club_open"].groupby([district, club["month"]]).nunique().eq(1).all()
    opened = club["month"].where(club["club_open"]).groupby(district).min()
    assert set(opened) == {41, 45, 49, 53}
    for column in ("club_open", "member"):
        assert club.groupby("customer_id")[column].is_monotonic_increasing.all()


def test_members_join_within_three_months_of_the_opening(club):
    assert not (club["member"] & ~club["club_open"]).any()
    member = club[club["member"]].groupby("customer_id")["month"].min()
    opened = club[club["club_open"]].groupby("customer_id")["month"].min()
    assert set(member - opened[member.index]) == {0, 1, 2, 3}


def test_heavy_buyers_are_those_of_2023(company, club):
    orders = company.table("transactions")
    revenue = orders[orders["date"].dt.year == 2023].groupby("customer_id")["amount"].sum()
    buyer = club.groupby("customer_id")["buyer"].first()
    revenue = revenue.reindex(buyer.index, fill_value=0)
    assert revenue[buyer == "heavy"].min() >= revenue[buyer == "light"].max()
    assert buyer.value_counts()["heavy"] == pytest.approx(1500, abs=2)


@by_seed
def test_members_spent_about_two_fifths_more_before(seed):
    table = world(seed).table("club_panel")
    joins = table.groupby("customer_id")["member"].any()
    before = table[table["month"] < 41].groupby("customer_id")["spend"].mean()
    ratio = before[joins].mean() / before[~joins].mean()
    assert ratio == pytest.approx(1.4, abs=0.1)
    assert 0.3 < joins.mean() < 0.45


def test_rivals_open_in_districts_of_their_markets(company):
    table = company.table("rivals")
    assert len(table) == 6
    assert table["district"].is_unique
    assert ((table["district"] - 101) // 10).map(dict(enumerate("ABCD"))).equals(table["market"])
    assert table["opening_date"].is_monotonic_increasing
    assert table["opening_date"].between(clock.OUTCOMES_FIRST_DAY, clock.OUTCOMES_LAST_DAY).all()
    assert table["market"].tolist().count("A") == 1


def test_the_rival_of_the_captives_is_the_one_in_the_list(company, captives):
    (event,) = company.table("rivals").query("market == 'A'").itertuples()
    month = 12 * (event.opening_date.year - 2021) + event.opening_date.month
    expected = (captives["district"] == event.district) & (captives["month"] >= month)
    assert captives["rival_open"].equals(expected)


def test_captives_are_the_customers_of_market_a_who_are_still_there(company, captives, customers):
    latent = company.table("truth/customers").set_index("customer_id")
    left = company.table("truth/purchases").set_index("customer_id")["left"]
    there = latent.index[(latent["market"] == "A") & latent["later_retained"] & ~left]
    assert sorted(set(captives["customer_id"])) == sorted(there)
    assert (captives["customer_id"].map(customers["district"]) == captives["district"]).all()
    assert len(captives) == 12 * len(there)


def test_who_has_left_does_not_come_back(captives):
    assert captives.groupby("customer_id")["active"].is_monotonic_decreasing.all()
    assert captives.groupby("customer_id")["satisfaction"].nunique().eq(1).all()


@by_seed
def test_hostages_leave_when_a_rival_opens_and_the_satisfied_stay(seed):
    table = world(seed).table("hostage_panel")
    end = table.pivot_table("active", "customer_id", "month")
    person = table.drop_duplicates("customer_id").set_index("customer_id")
    exposed = person["district"] == 101
    hostage = person["satisfaction"] <= 3
    stayed = end[60][end[54] == 1]
    kept = {
        (rival, unhappy): stayed[(exposed == rival) & (hostage == unhappy)].mean()
        for rival in (True, False)
        for unhappy in (True, False)
    }
    # without a rival they stay like everybody else
    assert kept[False, True] > 0.85
    assert kept[True, True] < 0.65
    happy = stayed[exposed & (person["satisfaction"] >= 5)]
    assert happy.mean() > 0.85
