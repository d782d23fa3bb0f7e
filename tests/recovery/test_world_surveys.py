"""What was planted in the surveys and studies is found again (`make audit`: in twenty)."""

import pytest

from tests.helpers import audit, audit_studies, audit_surveys
from tests.helpers.world import SEEDS, world

CASES = (*audit_surveys.CASES, *audit_studies.CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_planted_is_found(case):
    worlds = [world(seed) for seed in SEEDS]
    if case.kind == "trap":
        audit.assert_trapped(case, worlds)
    else:
        audit.assert_recovered(case, worlds)
