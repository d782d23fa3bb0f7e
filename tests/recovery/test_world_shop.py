"""What was planted in the shop is found again, in three companies (`make audit`: in twenty)."""

import pytest

from crmlib.world import costs, scenarios
from tests.helpers import audit, audit_costs, audit_customers, audit_shop, audit_subscriptions
from tests.helpers.world import SEEDS, world

CASES = [
    *audit_customers.CASES,
    *audit_shop.CASES,
    *audit_costs.CASES,
    *audit_subscriptions.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_planted_is_found(case):
    audit.assert_holds(case, [world(seed) for seed in SEEDS])


@pytest.mark.parametrize("scenario", scenarios.shipped())
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.kind == "recovery"], ids=lambda case: case.name
)
def test_what_a_scenario_plants_is_found(case, scenario):
    audit.assert_recovered(case, [world(1, scenario=scenario)])


@pytest.mark.parametrize("scenario", scenarios.shipped())
def test_a_scenario_is_a_company_that_lives(scenario):
    profit = costs.profit(world(1, scenario=scenario))
    assert profit["net_profit"].mean() > 0
    assert 0.02 < (profit["net_profit"] < 0).mean() < 0.7
