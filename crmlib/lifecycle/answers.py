"""Reference answers of notebook 04, computed from the data: nothing here is typed in."""

from functools import lru_cache

import numpy as np
import pandas as pd

from crmlib import data
from crmlib.lifecycle import forecasts, memory, policies, theory, values

# the exercises' own settings, as the exercises say them
DEARER_TARGET, DEARER_BY = -25.0, 10.0
PROSPECTS, TWO_YEARS = 1000, 8
WIN_BACK_POINTS = 2.0
LAST_QUARTER = "2023-Q4"
QUARTERS_PER_YEAR = 4


@lru_cache(maxsize=1)
def panel() -> pd.DataFrame:
    """The persons of the trading area, quarter by quarter."""
    return data.load("state_panel")


@lru_cache(maxsize=1)
def counts() -> pd.DataFrame:
    """Who went where."""
    return theory.count_transitions(panel())


def matrix() -> pd.DataFrame:
    """The chances to pass, all persons and quarters."""
    return theory.transition_matrix(counts())


def chance(state: str, to: str) -> float:
    """One entry of the matrix."""
    return float(matrix().loc[state, to])


def share_of_those_who_arrived(state: str, to: str) -> float:
    """Divided by the column instead of the row: a slip."""
    return float(counts().loc[state, to] / counts()[to].sum())


def share_of_all_steps(state: str, to: str) -> float:
    """Divided by all steps: a slip."""
    return float(counts().loc[state, to] / counts().to_numpy().sum())


def stay(state: str) -> float:
    """Expected quarters of one stay, the present quarter included."""
    return 1 / (1 - chance(state, state))


def prospects(state: str) -> float:
    """Of 1,000 prospects, how many are in the state after two years."""
    future = forecasts.forecast(matrix(), {"potential": PROSPECTS}, TWO_YEARS)
    return float(future[state].iloc[-1])


def prospects_after(quarters: int) -> float:
    """Actual customers of 1,000 prospects after another number of quarters: a slip."""
    future = forecasts.forecast(matrix(), {"potential": PROSPECTS}, quarters)
    return float(future["actual"].iloc[-1])


def prospects_one_row() -> float:
    """The one-quarter chance times eight: a slip."""
    return PROSPECTS * TWO_YEARS * chance("potential", "actual")


def margin(dearer: bool = False, of_target: float = DEARER_TARGET) -> dict[str, float]:
    """Luxi's margins, or those of the exercise with dearer targets."""
    known = dict(data.truth("states.margin"))
    return known | {"target": of_target} if dearer else known


def rate() -> float:
    """Luxi's discount rate per quarter."""
    return float(data.truth("states.discount_rate"))


def value(
    state: str,
    *,
    dearer: bool = True,
    discount_rate: float | None = None,
    margin_of_target: float = DEARER_TARGET,
) -> float:
    """Value of one person."""
    used = rate() if discount_rate is None else discount_rate
    return float(values.state_values(matrix(), margin(dearer, margin_of_target), used)[state])


def value_at_the_end_of_the_quarter(state: str) -> float:
    """The margin counted at the end of each quarter: a slip."""
    return value(state) / (1 + rate())


def value_without_the_first_margin(state: str) -> float:
    """The margin of the present quarter left out: a slip."""
    return value(state) - margin(dearer=True)[state]


def policy(points: float, state: str = "lost", taken_from: str = "lost") -> policies.Policy:
    """Save, or win back, so many points."""
    return policies.Policy(state=state, to="actual", taken_from=taken_from, points=points)


def highest_cost(points: float, state: str = "lost", taken_from: str = "lost") -> float:
    """What a policy may cost per person and quarter at most."""
    return float(compared(points, state, taken_from)["highest_cost"])


def undiscounted_cost(points: float) -> float:
    """The difference of the two values, not discounted by the quarter it takes: a slip."""
    gain = value("actual", dearer=False) - value("lost", dearer=False)
    return points / 100 * gain


def compared(points: float, state: str = "lost", taken_from: str = "lost") -> pd.Series:
    """Gain, people and highest cost of one policy for the base of the last quarter."""
    base = theory.state_shares(panel()).loc[LAST_QUARTER] * panel()["person_id"].nunique()
    table = policies.compare_policies(
        matrix(), margin(), rate(), base, {"one": policy(points, state, taken_from)}
    )
    return table.loc["one"]


def gain_per_person(points: float) -> float:
    """The whole gain divided by the persons of today: a slip."""
    row = compared(points)
    return float(row["gain"] / row["people"])


@lru_cache(maxsize=3)
def order_test(who: str = "chain") -> pd.DataFrame:
    """The order test: without the marked tenth, with it alone, or of all."""
    marked = data.truth_table("state_panel").set_index("person_id")["duration_dependent"]
    of_row = panel()["person_id"].map(marked).to_numpy(dtype=bool)
    keep = {"chain": ~of_row, "tenth": of_row, "all": np.ones(len(of_row), dtype=bool)}[who]
    return memory.markov_test(panel()[keep])


def statistic(who: str, row: str = "actual") -> float:
    """The likelihood ratio of one row."""
    return float(order_test(who).loc[row, "statistic"])
