"""The surveys agree with the shop's tables and with one another, and show what they should."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crmlib.world import World, kano, servqual, survey, survey_truths
from crmlib.world.complaints import states
from tests.helpers.audit_surveys import answers, correlation, hinges
from tests.helpers.world import SEEDS, world

by_seed = pytest.mark.parametrize("seed", SEEDS)
MARKETS = list("ABCD")
# Kano's table: rows the answer to "it is there", columns the answer to "it is not there"
KANO_TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")


@pytest.fixture(scope="module")
def company() -> World:
    return world(1)


@pytest.fixture(scope="module")
def invited(company) -> pd.DataFrame:
    return company.table("survey_invited")


@pytest.fixture(scope="module")
def answered(company) -> pd.DataFrame:
    return answers(company)


@pytest.fixture(scope="module")
def cases(company) -> pd.DataFrame:
    return company.table("complaints")


@pytest.mark.parametrize(
    "name", ["survey_invited", "survey_sat", "survey_kano", "survey_servqual", "complaints"]
)
def test_traits_are_the_same_wherever_they_appear(company, name):
    frame = company.table(name)
    known = company.table("customers").merge(company.table("truth/customers"))
    shared = [column for column in frame if column in known.columns]
    assert "customer_id" in shared
    joined = frame[["customer_id"]].merge(known, how="left")
    for column in shared:
        assert joined[column].equals(frame[column]), column


def test_a_customer_is_invited_once_a_wave_and_answers_what_he_was_sent(company, invited):
    assert not invited.duplicated(["wave", "customer_id"]).any()
    everybody = invited[invited["market"] == "D"].groupby("wave")["customer_id"].nunique()
    assert everybody.eq(company.table("customers")["market"].eq("D").sum()).all()
    shared = ["invitation_id", "wave", "customer_id", "market", "app_user", "invited_share"]
    sent = invited.loc[invited["answered"], shared].reset_index(drop=True)
    pd.testing.assert_frame_equal(company.table("survey_sat")[shared], sent)
    latent = company.table("truth/survey_sat")
    assert latent["invitation_id"].equals(sent["invitation_id"])


def test_waves_have_their_days(invited):
    assert invited.groupby("wave")["date"].unique().map(list).tolist() == [
        [day] for day in survey.WAVE_DAYS
    ]


def test_what_drives_answering_is_what_the_records_say(company, invited, cases):
    orders, complaints = company.table("transactions"), cases[cases["complained"]]
    for day, sent in invited.groupby("date"):
        age = (day - orders["date"]).dt.days
        lately = orders.loc[age.between(0, 90), "customer_id"]
        assert sent["customer_id"].isin(lately).equals(sent["recent_order"])
        before = complaints.loc[complaints["date"] <= day, "customer_id"]
        assert sent["customer_id"].isin(before).equals(sent["complained"])


def test_answers_are_the_latent_values_on_the_scale(company):
    frame = company.table("survey_sat")
    latent = company.table("truth/survey_sat")
    for name in ("satisfaction", "will_expectation", "should_expectation"):
        on_scale = latent[name].round().clip(1, 7)
        edge = (latent[name] % 1 - 0.5).abs() < 0.001  # rounded to the scale before decimals
        assert (on_scale - frame[name])[~edge].eq(0).all()


@by_seed
def test_the_survey_has_the_size_of_the_course(seed):
    assert len(world(seed).table("survey_sat")) == pytest.approx(9_100, rel=0.04)
    counts = (
        world(seed)
        .table("survey_sat")
        .pivot_table("wave", "satisfaction", "market", "count", fill_value=0)
    )
    assert counts.loc[[1, 2], MARKETS[1:]].to_numpy().max() < 30
    assert counts.loc[[3, 4, 5, 6], "A"].min() >= 30
    assert counts.loc[[4, 5, 6, 7], "D"].min() >= 30


@by_seed
def test_the_trap_has_its_numbers(seed):
    frame = answers(world(seed))
    stays = {
        market: np.average(here["later_retained"], weights=here["weight"])
        for market, here in frame.groupby("market")
    }
    assert list(stays.values()) == pytest.approx([0.89, 0.78, 0.47, 0.30], abs=0.06)
    within = [
        correlation(here, "satisfaction", "later_retained")
        for _market, here in frame.groupby("market")
    ]
    assert correlation(frame, "satisfaction", "later_retained") < -0.05
    assert within == pytest.approx([0.08, 0.17, 0.24, 0.29], abs=0.12)
    assert within[0] < within[3]
    satisfied = frame[(frame["market"] == "D") & (frame["satisfaction"] >= 6)]
    latent, retained = satisfied["latent_satisfaction"], satisfied["later_retained"]
    assert retained[latent < 3.6].mean() == pytest.approx(0.09, abs=0.05)
    assert retained[latent >= 4.6].mean() == pytest.approx(0.51, abs=0.06)


def test_what_is_implied_is_what_the_specification_asks_for():
    company = world(1)
    assert list(survey_truths.correlation(company).values()) == pytest.approx(
        [-0.10, 0.08, 0.17, 0.24, 0.29], abs=0.01
    )
    retained = survey_truths.retained(company)
    assert list(retained.values()) == pytest.approx([0.89, 0.78, 0.47, 0.30, 0.48, 0.74], abs=0.01)
    assert list(survey_truths.satisfied_and_retained(company).values()) == pytest.approx(
        [0.09, 0.51], abs=0.01
    )
    curvature = survey_truths.curvature(company)
    assert curvature["A"] < 0
    assert curvature["B"] < 0
    assert curvature["D"] > 4 * curvature["C"] > 0
    found = survey_truths.attenuated(company)
    assert found["unmet basic"] == pytest.approx(-0.8, abs=0.05)
    assert 0.8 < found["latent"] < 0.9


@by_seed
def test_intention_flattens_and_behaviour_steepens_in_market_d_only(seed):
    frame = answers(world(seed))
    curvature = {}
    for market, here in frame.groupby("market"):
        above = here["satisfaction"] - 5.0
        columns = np.column_stack([np.ones(len(here)), above, above**2])
        fits = (
            sm.WLS(here[what].astype(float), columns, weights=here["weight"]).fit(
                cov_type="cluster", cov_kwds={"groups": here["customer_id"]}
            )
            for what in ("intent", "later_retained")
        )
        curvature[market] = [(fit.params.iloc[2], fit.bse.iloc[2]) for fit in fits]
    assert all(said[0] < -3 * said[1] for said, _did in curvature.values())
    steeper = {market: did[0] / did[1] for market, (_said, did) in curvature.items()}
    assert steeper["D"] > 3
    assert all(steeper[market] < 2.6 for market in "AB")


def test_expectations_rise_and_the_two_kinds_pull_apart(company):
    frame = company.table("survey_sat")
    assert frame.groupby("wave")["should_expectation"].mean().diff().dropna().between(0, 0.25).all()
    columns = ["will_expectation", "should_expectation"]
    latent = company.table("truth/customers").set_index("customer_id")
    satisfied = latent.loc[frame["customer_id"], ["basic_satisfaction", "latent_satisfaction"]]
    matrix = np.column_stack([np.ones(len(frame)), satisfied, frame[columns]]).astype(float)
    slopes = np.linalg.lstsq(matrix, frame["satisfaction"].to_numpy(dtype=float), rcond=None)[0]
    assert slopes[3] > 0.1
    assert slopes[4] < -0.1


def test_items_measure_what_they_should(answered):
    within = answered[answered["market"] == "D"]
    assert within["basic_score"].corr(within["basic_satisfaction"]) > 0.8
    assert within["latent_score"].corr(within["latent_satisfaction"]) > 0.9
    assert within["basic_score"].corr(within["latent_score"]) < 0.4


def test_a_case_is_empty_where_nothing_happened(company, cases):
    happened = company.table("truth/complaints").set_index("customer_id")
    assert cases["customer_id"].is_unique
    assert set(happened.index[happened["complained"]]) <= set(cases["customer_id"])
    assert happened.loc[happened["complained"], "failed"].all()
    joined = happened.loc[cases["customer_id"]].reset_index()
    for name in ("failed", "complained", "severity"):
        assert joined[name].equals(cases[name])
    for name in ("date", "severity"):
        assert cases[name].notna().equals(cases["failed"])
    for name in ("handled_days", "compensation", "justice_procedural", "justice_interactional"):
        assert cases[name].notna().equals(cases["complained"])


def test_a_failure_follows_an_order(company, cases):
    orders = company.table("transactions")[["customer_id", "date"]]
    failed = cases.loc[cases["failed"], ["customer_id", "date"]]
    pairs = failed.merge(orders, on="customer_id", suffixes=("", "_of_order"))
    days = (pairs["date"] - pairs["date_of_order"]).dt.days
    within = pairs.loc[days.between(0, 10), "customer_id"]
    assert set(failed["customer_id"]) == set(within)


@by_seed
def test_complaints_have_the_figures_of_the_course(seed):
    company = world(seed)
    frame = company.table("complaints")
    state = states(frame, company.parameters["complaints.just_from"])
    assert len(frame) == pytest.approx(3_000, rel=0.05)
    changed = (frame["sat_after"] - frame["sat_before"]).groupby(state).mean()
    assert changed["justly handled"] == pytest.approx(0.35, abs=0.06)
    assert changed["no failure"] == pytest.approx(0, abs=0.06)
    rebought = frame["rebought"].groupby(state).mean()
    wanted = {"no failure": 0.7, "justly handled": 0.7, "poorly handled": 0.45}
    assert rebought[list(wanted)].tolist() == pytest.approx(list(wanted.values()), abs=0.075)


@by_seed
def test_those_who_complain_are_more_loyal_and_the_loyal_come_back(seed):
    company = world(seed)
    cases = company.table("complaints").merge(company.table("truth/customers"))
    loyal = cases[cases["failed"]].groupby("complained")["loyalty"].mean()
    assert loyal[True] - loyal[False] > 0.3
    assert cases.groupby("rebought")["later_retained"].mean().diff().iloc[1] > 0.05


def test_the_classes_of_the_features_are_found_by_kanos_table(company):
    frame = company.table("survey_kano")
    place = zip(frame["functional"] - 1, frame["dysfunctional"] - 1, strict=True)
    frame = frame.assign(found=[KANO_TABLE[there][not_there] for there, not_there in place])
    found = frame.groupby(["wave", "feature"])["found"].agg(lambda kinds: kinds.mode()[0])
    truth = company.table("truth/survey_kano").set_index(["wave", "feature"])["kano_class"]
    assert found.to_dict() == truth.to_dict()
    assert truth[1].value_counts().to_dict() == {"M": 3, "O": 3, "A": 3, "I": 2, "R": 1}
    changed = truth[1][truth[1] != truth[2]]
    assert changed.to_dict() == {"app knows the usual order": "A"}
    assert truth[2, "app knows the usual order"] == "M"


def test_every_pair_of_answers_belongs_to_its_class():
    for kind, pairs in kano.PAIRS.items():
        assert {KANO_TABLE[there - 1][not_there - 1] for there, not_there in pairs} == {kind}
    count = sum(row.count(kind) for row in KANO_TABLE for kind in "MOAIR")
    assert count == sum(map(len, kano.PAIRS.values()))


def test_the_kano_waves_ask_so_many_customers(company):
    frame = company.table("survey_kano")
    assert frame.groupby("wave")["customer_id"].nunique().tolist() == [1000, 1000]
    assert frame.groupby(["wave", "customer_id"]).size().eq(12).all()


@by_seed
def test_service_quality_has_reliable_scales_and_gaps(seed):
    company = world(seed)
    frame = company.table("survey_servqual")
    assert len(servqual.items()) == 22
    for dimension, truth in servqual.alphas(company).items():
        items = frame.filter(regex=f"^perceived_{dimension}")
        k = items.shape[1]
        alpha = k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var())
        assert truth - 0.05 < alpha < truth + 0.02
        expected = frame.filter(regex=f"^expected_{dimension}")
        gap = items.to_numpy().mean() - expected.to_numpy().mean()
        assert (gap > 0) == (dimension == "tangibles")


@by_seed
def test_perception_predicts_the_verdict_better_than_the_gap(seed):
    frame = world(seed).table("survey_servqual")
    scores = {
        kind: np.column_stack(
            [
                frame.filter(regex=f"^{kind}_{dimension}").mean(axis=1)
                for dimension in servqual.DIMENSIONS
            ]
        )
        for kind in ("perceived", "expected")
    }
    perceived = sm.add_constant(scores["perceived"])
    gap = sm.add_constant(scores["perceived"] - scores["expected"])
    by_perception, by_gap = (sm.OLS(frame["overall"], x).fit() for x in (perceived, gap))
    assert by_perception.rsquared - by_gap.rsquared > 0.05
    heaviest = servqual.DIMENSIONS[int(np.argmax(by_perception.params[1:]))]
    assert heaviest == "reliability"


@by_seed
def test_rival_firms_differ_in_shape_only(seed):
    frame = world(seed).table("rival_firms")
    means = frame.groupby("firm")[["basic", "latent", "satisfaction", "retained"]].mean()
    assert (means.loc["X"] - means.loc["Y"]).abs().max() < 0.1
    better = {}
    for firm, here in frame.groupby("firm"):
        hinged = np.column_stack(
            [
                np.broadcast_to(np.asarray(column, dtype=float), len(here))
                for column in hinges(here["basic"], here["latent"]).values()
            ]
        )
        straight = np.column_stack([np.ones(len(here)), here[["basic", "latent"]]])
        yes = here["retained"].astype(float).to_numpy()
        better[firm] = (
            sm.Logit(yes, straight).fit(disp=0).aic - sm.Logit(yes, hinged).fit(disp=0).aic
        )
    assert better["Y"] > 10  # two-factor
    assert better["X"] < 10  # straight


def test_sizes_follow_the_number_of_customers():
    small = world(7, 400)
    assert len(small.table("survey_servqual")) == 60
    assert len(small.table("rival_firms")) == 400
    assert len(small.table("survey_kano")) == 2 * 50 * 12
