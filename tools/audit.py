"""Print what twenty companies say of every planted truth and trap: ``python -m tools.audit``.

For each estimable parameter: in how many companies its 95% interval holds the truth (16 of 20 are
wanted), and the mean deviation in standard errors (below a half is wanted). For each trap: the
naive number, the right one and the truth; the naive must be wrong and the right one right in every
company.

A sound estimator misses one of the two recovery bounds by chance once in about forty parameters.
Therefore a parameter that fails is judged again on sixty further companies, with bounds as many
standard errors apart, and only that verdict counts.

Options: ``--group shop`` for one group; ``--scenario luxury`` for another company, of which only
the parameters are judged, since the traps are planted in Luxi.
"""

import argparse
import importlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from crmlib.world import scenarios
from tests.helpers import audit
from tests.helpers.world import AUDIT_SEEDS, world

HELPERS = Path(__file__).parents[1] / "tests" / "helpers"
FURTHER_SEEDS = tuple(range(101, 161))
LEAST_COVERED, LARGEST_MEAN_DEVIATION = 0.8, 0.5
# With sixty companies the mean deviation of a sound estimator is below this with 99.9%.
LARGEST_MEAN_DEVIATION_AGAIN = 3.3 / np.sqrt(len(FURTHER_SEEDS))


def groups() -> list[str]:
    """Return the groups of tables that have audit cases.

    Examples
    --------
    >>> "shop" in groups()
    True
    """
    return sorted(file.stem.removeprefix("audit_") for file in HELPERS.glob("audit_*.py"))


def sound(table: pd.DataFrame, largest: float) -> pd.Series:
    """Return for each parameter whether it is covered often enough, and not biased.

    Examples
    --------
    >>> table = pd.DataFrame({"covered": [19], "companies": [20], "mean deviation": [0.1]})
    >>> sound(table, 0.5).tolist()
    [True]
    """
    often = table["covered"] >= LEAST_COVERED * table["companies"]
    return often & (table["mean deviation"].abs() < largest)


def judge(case: audit.Recovery | audit.Trap, scenario: str | None = None) -> bool:
    """Print a case's table, and return whether it passes."""
    worlds = [world(seed, scenario=scenario) for seed in AUDIT_SEEDS]
    print(f"\n## {case.name}\n")
    if case.kind == "trap":
        table = audit.trapped(case, worlds)
        print(table.round(4).to_string())
        return bool(table[["naive is wrong", "right is right"]].all(axis=None))
    table = audit.recovered(case, worlds)
    table["sound"] = sound(table, LARGEST_MEAN_DEVIATION)
    print(table.to_string(float_format="{:.3f}".format))
    if table["sound"].all():
        return True
    print(f"\nJudged again on {len(FURTHER_SEEDS)} further companies:\n")
    again = audit.recovered(case, [world(seed, scenario=scenario) for seed in FURTHER_SEEDS])
    again = again[~table["sound"]].copy()  # only what failed: the others have passed
    again["sound"] = sound(again, LARGEST_MEAN_DEVIATION_AGAIN)
    print(again.to_string(float_format="{:.3f}".format))
    return bool(again["sound"].all())


def main() -> None:
    """Judge every case, or those of one group; the exit status says whether all pass."""
    parser = argparse.ArgumentParser(description="Audit the synthetic company.")
    parser.add_argument("--group", choices=groups(), action="append")
    parser.add_argument("--scenario", choices=scenarios.shipped())
    options = parser.parse_args()
    failed = []
    for group in options.group or groups():
        cases = importlib.import_module(f"tests.helpers.audit_{group}").CASES
        if options.scenario:
            cases = [case for case in cases if case.kind == "recovery"]
        failed += [case.name for case in cases if not judge(case, options.scenario)]
        world.cache_clear()  # eighty companies with every table would fill the memory
    print(f"\nFailed: {', '.join(failed) or 'none'}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
