"""What was planted in the business accounts is found again, in three companies."""

import pytest

from tests.helpers import audit, audit_business
from tests.helpers.world import SEEDS, world


@pytest.mark.parametrize("case", audit_business.CASES, ids=lambda case: case.name)
def test_what_was_planted_is_found(case):
    audit.assert_holds(case, [world(seed) for seed in SEEDS])
