"""Which policy pays: a change of one row of the matrix, what it brings and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.lifecycle.forecasts import start_numbers
from crmlib.lifecycle.panels import by_state, need_level, need_rate, need_state
from crmlib.lifecycle.theory import draw_matrices, row_totals
from crmlib.lifecycle.values import expected_visits, state_values

POINT = 0.01


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A change of one row of the matrix, and what it costs.

    Parameters
    ----------
    state : str
        Whom the policy is for: all persons in this state, in every period.
    to, taken_from : str
        Where more of them go, and where fewer of them go instead.
    points : float
        By how many percentage points (1 is one point, not 100%).
    cost : float
        Money per person in ``state`` and period, whether the policy works on him or her or not.
    """

    state: str
    to: str
    taken_from: str
    points: float
    cost: float = 0.0

    def matrix(self, matrix: pd.DataFrame) -> pd.DataFrame:
        """The matrix under this policy.

        Raises
        ------
        ValueError
            If a chance would leave the range from 0 to 1.

        Examples
        --------
        >>> P = pd.DataFrame([[0.8, 0.2], [0, 1]], index=["on", "off"], columns=["on", "off"])
        >>> better = Policy(state="on", to="on", taken_from="off", points=5).matrix(P)
        >>> better.loc["on"].round(2).to_list()
        [0.85, 0.15]
        """
        for name in (self.state, self.to, self.taken_from):
            need_state(name, matrix.index)
        result = matrix.astype(float).copy()
        shift = self.points * POINT
        result.loc[self.state, self.to] += shift
        result.loc[self.state, self.taken_from] -= shift
        row = result.loc[self.state]
        if row.min() < -1e-12 or row.max() > 1 + 1e-12:
            raise ValueError(
                _(
                    "{points:g} points more from {state!r} to {to!r} are not possible: only "
                    "{left:.1%} go to {taken_from!r} now, and nobody stays below 0."
                ).format(
                    points=self.points,
                    state=self.state,
                    to=self.to,
                    left=matrix.loc[self.state, self.taken_from],
                    taken_from=self.taken_from,
                )
            )
        return result


def compare_policies(
    matrix: pd.DataFrame,
    margin: pd.Series | Mapping[str, float],
    discount_rate: float,
    base: pd.Series | Mapping[str, float],
    policies: Mapping[str, Policy],
) -> pd.DataFrame:
    """Set policies side by side: what each brings, what it costs, and what it may cost at most.

    Parameters
    ----------
    matrix, margin, discount_rate
        As in :func:`state_values`.
    base : Series or mapping
        Persons in each state now. Nobody joins later.
    policies : mapping of str to Policy
        Each is applied alone, from the next period on for its effect, from now on for its cost.

    Returns
    -------
    DataFrame
        Index policy, in money over all time, discounted: ``gain`` (before cost), ``cost``,
        ``net``; ``people`` in the state now; ``highest_cost`` per person and period, at which
        nothing is gained and nothing lost.

    Examples
    --------
    >>> P = pd.DataFrame([[0.8, 0.2], [0, 1]], index=["on", "off"], columns=["on", "off"])
    >>> save = Policy(state="on", to="on", taken_from="off", points=10, cost=20)
    >>> compare_policies(P, {"on": 100, "off": 0}, 0.1, {"on": 1}, {"save": save}).round(2)
             gain   cost    net  people  highest_cost
    policy
    save   183.33  110.0  73.33     1.0         33.33
    """
    start = start_numbers(base, matrix.index)
    before = start @ state_values(matrix, margin, discount_rate)
    rows = {}
    for name, policy in policies.items():
        changed = policy.matrix(matrix)
        gain = start @ state_values(changed, margin, discount_rate) - before
        visits = expected_visits(changed, discount_rate=discount_rate)[policy.state]
        exposed = start @ visits.to_numpy()
        rows[name] = {
            "gain": gain,
            "cost": policy.cost * exposed,
            "net": gain - policy.cost * exposed,
            "people": start[matrix.index.get_loc(policy.state)],
            "highest_cost": gain / exposed,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("policy")


def policy_intervals(
    counts: pd.DataFrame,
    margin: pd.Series | Mapping[str, float],
    discount_rate: float,
    base: pd.Series | Mapping[str, float],
    policies: Mapping[str, Policy],
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """How far the gain of each policy is known, and by how much each beats the first.

    The matrix is drawn again and again from its Dirichlet rows, the same for every policy.

    Parameters
    ----------
    counts : DataFrame
        From :func:`crmlib.lifecycle.count_transitions`.
    margin, discount_rate, base, policies
        As in :func:`compare_policies`; a policy's points are taken as known.
    level, draws, seed
        As in :func:`value_intervals`.

    Returns
    -------
    DataFrame
        Index policy; ``lower`` and ``upper`` of the gain before cost, ``lower_difference`` and
        ``upper_difference`` of the gain less that of the first policy.
    """
    need_level(level)
    need_rate(discount_rate)
    row_totals(counts)
    start = start_numbers(base, counts.index)
    returns = by_state(margin, counts.index, "margin")[:, None]
    drawn = draw_matrices(counts, draws, seed)

    def worth(matrices: np.ndarray) -> np.ndarray:
        kept = np.eye(len(start)) - matrices / (1 + discount_rate)
        return start @ np.linalg.solve(kept, np.broadcast_to(returns, (draws, len(start), 1)))

    before, gains = worth(drawn), {}
    for name, policy in policies.items():
        shares = counts.div(counts.sum(axis="columns"), axis=0)
        shift = policy.matrix(shares) - shares
        gains[name] = (worth(drawn + shift.to_numpy()) - before)[:, 0]
    first = next(iter(gains.values()))
    ends = [(1 - level) / 2, (1 + level) / 2]
    rows = {
        name: [*np.quantile(gain, ends), *np.quantile(gain - first, ends)]
        for name, gain in gains.items()
    }
    columns = ["lower", "upper", "lower_difference", "upper_difference"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("policy")
