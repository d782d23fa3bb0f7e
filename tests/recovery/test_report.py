"""The analyst's report finds in Luxi's files what was planted there."""

import numpy as np
import pandas as pd
import pytest

from crmlib import data
from crmlib.data.places import locate
from crmlib.data.tables import find
from crmlib.report import reading, settings, side_files
from crmlib.report.sections.concentration import concentration
from crmlib.report.sections.decisions import tests as planned
from crmlib.report.sections.profit import profit_and_loss
from crmlib.report.sections.tier_moves import two_years
from crmlib.report.sections.worth import Worth
from crmlib.report.study import HISTORY, Study

CERTAIN = 0.001  # level of the intervals: seven parameters, and one company


@pytest.fixture(scope="module")
def study() -> Study:
    options = settings.read(model__margin=0.42, model__acquisition_cost=40.0)
    return Study(reading.read(locate(find("transactions")), options))


def test_the_file_is_read_whole(study):
    orders = data.load("transactions")
    assert study.book.rows == len(orders)
    assert study.book.cents == round(100 * orders["amount"]).astype(int).sum()
    assert study.book.customers == 8000


@pytest.mark.parametrize("name", ["r", "alpha", "a", "b"])
def test_buying_is_found(name, study):
    low, high = study.bgnbd.conf_int(CERTAIN).loc[name]
    assert low < data.truth(f"purchases.{name}") < high


@pytest.mark.parametrize("name", ["p", "q", "gamma"])
def test_spending_is_found(name, study):
    low, high = study.spend.conf_int(CERTAIN).loc[name]
    assert low < data.truth(f"purchases.{name}") < high


def test_the_planted_model_is_chosen_for_the_values(study):
    assert Worth(study).model == "BGNBD"


def test_the_planted_value_of_a_new_customer_is_found(study):
    truth = {name: data.truth(f"purchases.{name}") for name in ("r", "alpha", "a", "b")}
    worth = Worth(study)
    planted = Worth(study)
    planted.fit = worth.fit.at(np.array(list(truth.values())))
    _, low, high = worth.of_a_new_customer
    # an interval of 95%, widened by half
    middle = (low + high) / 2
    spread = 1.5 * (high - low) / 2
    assert abs(planted.of_a_new_customer[0] - middle) < spread


@pytest.mark.parametrize(("rate", "years"), [(0.1, 3.0), (0.4, 10.0), (0.0, 1.0)])
def test_the_interval_of_a_value_is_that_of_discounted_purchases(rate, years, study):
    worth = Worth(study)
    worth.rate, worth.years = rate, years
    table = study.histories[HISTORY].iloc[::97]
    table.attrs = dict(study.summary.attrs)
    terms = {"margin": 1.0, "discount_rate_per_year": rate, "years": years}
    whole = worth.fit.interval(lambda fit: fit.lifetime_value(1.0, summary=table, **terms))
    error = whole["standard_error"] / whole["estimate"]
    short = worth.fit.interval(lambda fit: worth.discounted(fit, table))
    found = short["standard_error"] / short["estimate"]
    np.testing.assert_allclose(found, error, rtol=0.01)


def test_the_mean_amount_is_as_unsure_as_over_shops_drawn_again(study):
    days = (study.summary["frequency"] + 1).to_numpy()
    revenue = study.revenue.to_numpy()
    random = np.random.default_rng(4)
    drawn = random.integers(0, len(days), (400, len(days)))
    means = revenue[drawn].sum(axis=1) / days[drawn].sum(axis=1)
    assert study.mean_amount_error == pytest.approx(means.std() / study.mean_amount, rel=0.15)


def test_what_customers_typically_spend_is_found(study):
    latent = data.truth_table("customers").set_index("customer_id")["typical_amount"]
    often = study.summary[study.summary["frequency"] >= 10]
    expected = study.expected_spend(often)
    ratio = expected.to_numpy() / latent.loc[often.index.astype(int)].to_numpy()
    assert np.median(ratio) == pytest.approx(1, abs=0.03)
    assert np.quantile(np.abs(ratio - 1), 0.9) < 0.25


def test_the_shares_of_the_top_fifth_are_found(study):
    section = concentration(study)
    share = section.tables[0].frame.set_index("top_part").loc[0.2, "share_of_revenue"]
    assert share == pytest.approx(data.truth("costs.top_fifth_share")["revenue"], abs=1e-5)


def test_profit_is_found(study):
    costs = side_files.read_costs(locate(find("costs_to_serve")), study.settings, None)
    pnl = profit_and_loss(study, costs)
    truth = data.truth("costs.top_fifth_share")
    ordered = pnl.sort_values("net_profit", ascending=False)["net_profit"]
    share = ordered.head(1600).sum() / ordered.sum()
    assert share == pytest.approx(truth["net_profit"], rel=0.02)
    unprofitable = (pnl["net_profit"] < 0).mean()
    assert unprofitable == pytest.approx(data.truth("costs.unprofitable_share"), abs=0.02)


def test_half_of_the_top_fifth_stays(study):
    money = two_years(study)
    known = money[money.index.isin(_of_2021(study))]
    top = known["before"].rank(ascending=False) <= 0.2 * len(known)
    again = known["after"].rank(ascending=False) <= 0.2 * len(known)
    assert again[top].mean() == pytest.approx(data.truth("tiers.stay")["20%"], abs=0.02)


def _of_2021(study: Study) -> pd.Index:
    first = study.customers["first"]
    return first.index[first.dt.year == 2021]


def test_the_planned_tests_use_rates_that_were_seen(study):
    table = planned(study)
    assert len(table) >= 3
    assert table["share_untreated"].between(0.005, 0.8).all()
    assert (table["smallest_lift"] > 0).all()
