"""What an audit case is, and when it passes.

A recovery case estimates planted parameters by a simple estimator of its own. A trap case sets the
naive number and the right number beside the truth. The cases of a group of tables lie in
`audit_<group>.py`, in a tuple CASES; the tests run them on three companies, `make audit` on twenty.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.world import World

NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Estimate:
    """One estimated parameter in one company."""

    value: float
    standard_error: float
    truth: float

    @property
    def deviation(self) -> float:
        """How many standard errors the estimate lies from the truth."""
        return (self.value - self.truth) / self.standard_error


@dataclass(frozen=True)
class Recovery:
    """Estimates of one or several parameters from one company's tables, by parameter name."""

    name: str
    estimate: Callable[[World], dict[str, Estimate]]
    kind = "recovery"


@dataclass(frozen=True)
class Numbers:
    """What a trap shows in one company."""

    naive: float
    right: float
    truth: float


@dataclass(frozen=True)
class Trap:
    """A planted trap: the naive number is at least `gap` off, the right one within `tolerance`.

    `side` says on which side of the truth the naive number lies: +1 above, -1 below.
    """

    name: str
    measure: Callable[[World], Numbers]
    gap: float
    tolerance: float
    side: int
    kind = "trap"


def recovered(case: Recovery, worlds: list[World]) -> pd.DataFrame:
    """One row a parameter: how often covered, mean deviation, scatter of the deviations."""
    found = [case.estimate(world) for world in worlds]
    rows = {}
    for name in found[0]:
        deviation = np.array([one[name].deviation for one in found])
        rows[name] = {
            "truth": found[0][name].truth,
            "mean estimate": np.mean([one[name].value for one in found]),
            "covered": int((np.abs(deviation) < NORMAL_95).sum()),
            "companies": len(worlds),
            "mean deviation": deviation.mean(),
            "largest deviation": np.abs(deviation).max(),
        }
    return pd.DataFrame(rows).T.rename_axis("parameter")


def trapped(case: Trap, worlds: list[World]) -> pd.DataFrame:
    """One row a company: the three numbers, and whether the trap is a trap there."""
    found = pd.DataFrame([vars(case.measure(world)) for world in worlds])
    found.index = pd.Index([world.seed for world in worlds], name="seed")
    found["naive is wrong"] = case.side * (found["naive"] - found["truth"]) >= case.gap
    found["right is right"] = (found["right"] - found["truth"]).abs() <= case.tolerance
    return found


def assert_recovered(case: Recovery, worlds: list[World]) -> None:
    """Fail where a few companies are enough to see that a parameter is not found.

    The bounds are wide, since there are hundreds of parameters: a right estimator passes four
    standard errors about once in sixteen thousand.
    """
    table = recovered(case, worlds)
    assert table["largest deviation"].max() < 4.2, table.to_string()
    assert table["mean deviation"].abs().max() < 4 / np.sqrt(len(worlds)), table.to_string()


def assert_trapped(case: Trap, worlds: list[World]) -> None:
    """Fail where in any company the naive number is right, or the right number wrong."""
    table = trapped(case, worlds)
    assert table[["naive is wrong", "right is right"]].all(axis=None), table.to_string()


def assert_holds(case: Recovery | Trap, worlds: list[World]) -> None:
    """Fail where a case of either kind does not hold."""
    if case.kind == "trap":
        assert_trapped(case, worlds)
    else:
        assert_recovered(case, worlds)
