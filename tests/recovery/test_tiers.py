"""What was planted is found again: moves between tiers, luck, leaving, and no effect at all."""

import numpy as np
import pandas as pd
import pytest

from crmlib import data, tiers
from tests.helpers.tiers import TOP, yearly

PLANTED = pd.DataFrame(
    [[0.5, 0.3, 0.1, 0.1], [0.05, 0.6, 0.2, 0.15], [0.0, 0.2, 0.5, 0.3], [0.0, 0.05, 0.15, 0.8]],
    index=tiers.TIERS,
    columns=tiers.TIERS,
)


@pytest.mark.parametrize("seed", range(3))
def test_planted_moves_are_found(seed):
    rng = np.random.default_rng(seed)
    before = rng.choice(4, 20_000, p=[0.1, 0.2, 0.3, 0.4])
    reached = PLANTED.to_numpy().cumsum(axis=1)[before]
    after = np.minimum((reached < rng.random((20_000, 1))).sum(axis=1), 3)
    names = np.array(tiers.TIERS)
    moves = tiers.migration(pd.Series(names[before]), pd.Series(names[after]))
    truth = PLANTED.to_numpy().ravel()
    error = np.sqrt(truth * (1 - truth) / moves["of"])
    assert ((moves["probability"] - truth).abs() <= 4 * error + 1e-12).all()


def test_intervals_hold_the_truth_as_often_as_they_say():
    truth, hits = 0.3, 0
    rng = np.random.default_rng(5)
    for _ in range(150):
        stayed = rng.random(40) < truth
        after = pd.Series(np.where(stayed, "gold", "lead"))
        row = tiers.staying(pd.Series(["gold"] * 40), after, "gold")
        hits += row["lower"] <= truth <= row["upper"]
    # 95% of 150 are 142, with a standard error of 3
    assert hits >= 142 - 3 * 3


def test_identical_customers_stay_as_chance_has_it():
    years = tiers.noise_pyramid(40_000, 3.0, seed=11)
    before, after = (tiers.assign(years[year], ties="order") for year in (1, 2))
    row = tiers.staying(before, after, TOP)
    assert row["probability"] == pytest.approx(0.20, abs=4 * np.sqrt(0.2 * 0.8 / 8000))


def test_luxi_s_pyramid_is_not_luck_alone():
    orders = data.load("transactions")
    orders = orders[orders["customer_id"].isin(yearly().index) & (orders["date"].dt.year == 2022)]
    shares = []
    for seed in range(20):
        dealt = tiers.deal(orders["amount"], yearly().index, seed).rename("revenue")
        shares.append(tiers.table(tiers.assign(dealt), dealt)["share_of_revenue"].iloc[:2].sum())
    real = yearly()[2022]
    held = tiers.table(tiers.assign(real), real.rename("revenue"))["share_of_revenue"].iloc[:2]
    assert np.mean(shares) == pytest.approx(0.54, abs=0.01)
    assert held.sum() > max(shares) + 0.25


def test_who_did_not_leave_stays_as_often_as_luck_alone_allows():
    # with the latent pace and amount and without leaving; two independent ways to the same number
    people = data.truth_table("customers").set_index("customer_id").loc[yearly().index]
    luck = [
        tiers.years_without_leaving(
            people["purchase_rate"] * 365 / 7, people["typical_amount"], seed=seed
        )
        for seed in range(10)
    ]
    expected = np.mean(
        [
            tiers.staying(tiers.assign(years[1]), tiers.assign(years[2]), TOP)["probability"]
            for years in luck
        ]
    )
    left = data.truth_table("purchases").set_index("customer_id")["left"].loc[yearly().index]
    before, after = (tiers.assign(yearly()[year])[~left] for year in (2022, 2023))
    found = tiers.staying(before, after, TOP)
    assert found["lower"] < expected < found["upper"]


def test_no_tier_has_more_hogs_by_revenue_but_by_contribution():
    hogs = data.truth_table("costs").set_index("customer_id")["service_hog"]
    planted = data.truth("costs.hog_share")
    by_revenue = tiers.profile(tiers.assign(yearly()[2022]), hogs).loc["service_hog"]
    assert (by_revenue["lower"] < planted).all()
    assert (by_revenue["upper"] > planted).all()
    by_contribution = tiers.profile(tiers.assign(yearly("contribution")[2022]), hogs)
    top = by_contribution.loc["service_hog"].loc["gold"]
    assert top["upper"] < planted / 2
