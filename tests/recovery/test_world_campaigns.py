"""What was planted in campaigns and programmes is found again (`make audit`: in twenty)."""

import pytest

from tests.helpers import audit, audit_campaigns, audit_programmes
from tests.helpers.world import SEEDS, world

CASES = [*audit_campaigns.CASES, *audit_programmes.CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_planted_is_found(case):
    audit.assert_holds(case, [world(seed) for seed in SEEDS])
