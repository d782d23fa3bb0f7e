"""Companies that tests share: each is generated once a process."""

from functools import cache

from crmlib.world import World, collect

# In `make test` three; the audit has twenty.
SEEDS = (1, 2, 3)
AUDIT_SEEDS = tuple(range(1, 21))


@cache
def world(seed: int = 2026, customers: int = 8000, scenario: str | None = None) -> World:
    """Return a company; its tables are made when a test first asks for them."""
    return World(seed, customers, collect(scenario))
