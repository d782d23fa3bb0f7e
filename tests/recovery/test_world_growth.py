"""What was planted in the records, the states and growth is found again (`make audit`: twenty)."""

import pytest

from tests.helpers import audit, audit_growth, audit_records
from tests.helpers.world import SEEDS, world


@pytest.mark.parametrize(
    "case", [*audit_records.CASES, *audit_growth.CASES], ids=lambda case: case.name
)
def test_what_was_planted_is_found(case):
    audit.assert_holds(case, [world(seed) for seed in SEEDS])
