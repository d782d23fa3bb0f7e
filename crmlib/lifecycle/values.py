"""What a state is worth, and how long people stay.

The margin of a period is counted at its beginning, the present period included (as in a lifetime
value with its first margin). Rates and chances are per period: per quarter for Luxi's panel.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.lifecycle.panels import (
    by_state,
    need_level,
    need_matrix,
    need_rate,
    need_state,
    need_whole,
)
from crmlib.lifecycle.theory import draw_matrices, row_totals


def state_values(
    matrix: pd.DataFrame, margin: pd.Series | Mapping[str, float], discount_rate: float
) -> pd.Series:
    r"""Expected discounted margin of a person by present state, for ever.

    .. math:: V = R + \frac{P V}{1+d} = (I - P/(1+d))^{-1} R

    Parameters
    ----------
    matrix : DataFrame
        Chances per period, from :func:`crmlib.lifecycle.transition_matrix`.
    margin : Series or mapping
        R: margin less cost of a person in each state, at the beginning of a period, in money.
    discount_rate : float
        d, per period, above 0.

    Returns
    -------
    Series
        One value a state, in money; the margin of the present period is included.

    References
    ----------
    Pfeifer & Carraway (2000), Modeling customer relationships as Markov chains, Journal of
    Interactive Marketing 14(2), 43-55.

    Examples
    --------
    One customer who stays with a chance of 0.8 and never comes back: R (1+d) / (1+d-r).

    >>> P = pd.DataFrame([[0.8, 0.2], [0, 1]], index=["on", "off"], columns=["on", "off"])
    >>> state_values(P, {"on": 100, "off": 0}, 0.1).round(2).to_dict()
    {'on': 366.67, 'off': 0.0}
    """
    chances = need_matrix(matrix)
    need_rate(discount_rate)
    returns = by_state(margin, matrix.index, "margin")
    values = np.linalg.solve(np.eye(len(chances)) - chances / (1 + discount_rate), returns)
    return pd.Series(values, index=matrix.index.rename("state"), name="value")


def value_intervals(
    counts: pd.DataFrame,
    margin: pd.Series | Mapping[str, float],
    discount_rate: float,
    *,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """State values with intervals: the matrix drawn again and again from its Dirichlet rows.

    Parameters
    ----------
    counts : DataFrame
        From :func:`crmlib.lifecycle.count_transitions`.
    margin, discount_rate
        As in :func:`state_values`; both are taken as known.
    level : float
        Probability inside each interval.
    draws, seed : int
        Number of matrices drawn, and the seed: the same seed gives the same intervals.

    Returns
    -------
    DataFrame
        Index state; ``value`` (at the observed shares), ``lower`` and ``upper``.
    """
    need_level(level)
    need_rate(discount_rate)
    need_whole("draws", draws, 1)
    totals = row_totals(counts)
    value = state_values(counts.div(totals, axis=0), margin, discount_rate)
    drawn = draw_matrices(counts, draws, seed)
    returns = by_state(margin, counts.index, "margin")
    kept = np.eye(len(counts)) - drawn / (1 + discount_rate)
    values = np.linalg.solve(kept, np.broadcast_to(returns[:, None], (draws, len(returns), 1)))
    tail = (1 - level) / 2
    lower, upper = np.quantile(values[:, :, 0], [tail, 1 - tail], axis=0)
    return pd.DataFrame({"value": value, "lower": lower, "upper": upper}, index=value.index)


def expected_visits(
    matrix: pd.DataFrame, periods: int | None = None, discount_rate: float = 0.0
) -> pd.DataFrame:
    r"""Expected number of periods in each state (columns), by the state now (rows).

    .. math:: \sum_{t=0}^{n-1} \left(\frac{P}{1+d}\right)^t

    Without an end (``periods=None``) and without a discount rate this is the fundamental matrix
    :math:`(I-Q)^{-1}` of the states that people leave for good; the present period counts.

    Parameters
    ----------
    matrix : DataFrame
        Chances per period.
    periods : int, optional
        Periods looked at, the present one included; by default without end.
    discount_rate : float
        Per period, 0 or more. A visit later then counts less.

    Returns
    -------
    DataFrame
        Rows: state now. Columns: state visited. With ``periods`` and no discount each row adds up
        to ``periods``.

    Raises
    ------
    ValueError
        Without end and discount, if nobody ever leaves for good: every number would be infinite.

    Examples
    --------
    >>> P = pd.DataFrame([[0.8, 0.2], [0, 1]], index=["on", "off"], columns=["on", "off"])
    >>> expected_visits(P).round(6).to_dict()  # 1 / (1 - 0.8)
    {'on': {'on': 5.0}}
    >>> expected_visits(P, periods=2).round(6).loc["on"].to_dict()
    {'on': 1.8, 'off': 0.2}
    """
    chances = need_matrix(matrix)
    need_rate(discount_rate, least=-1e-12)
    step = chances / (1 + discount_rate)
    names = matrix.index
    if periods is not None:
        need_whole("periods", periods, 1)
        visits = power = np.eye(len(step))
        for _period in range(periods - 1):
            power = power @ step
            visits = visits + power
    else:
        if discount_rate <= 0:
            stay = _passing(chances)
            if not stay.any() or not _leads_out(chances, stay):
                raise ValueError(
                    _(
                        "Nobody leaves these states for good, so the visits never end. Give "
                        "periods, or a discount rate, or make a state absorbing."
                    )
                )
            names, step = names[stay], step[np.ix_(stay, stay)]
        visits = np.linalg.inv(np.eye(len(step)) - step)
    return pd.DataFrame(visits, index=names.rename("now"), columns=names.rename("visited"))


def expected_time_to(matrix: pd.DataFrame, state: str) -> pd.Series:
    """Expected number of periods until a person is in ``state`` for the first time.

    Parameters
    ----------
    matrix : DataFrame
        Chances per period.
    state : str
        Where to arrive.

    Returns
    -------
    Series
        One number a state: 0 for ``state`` itself, infinite from where some never arrive.

    Examples
    --------
    >>> P = pd.DataFrame([[0.8, 0.2], [0.1, 0.9]], index=["on", "off"], columns=["on", "off"])
    >>> expected_time_to(P, "off").round(6).to_dict()
    {'on': 5.0, 'off': 0.0}
    """
    chances = need_matrix(matrix)
    need_state(state, matrix.index)
    there = matrix.index == state
    stopped = np.where(there[:, None], np.eye(len(chances)), chances)
    way = _reachable(stopped)
    stuck = ~way[:, there].any(axis=1)
    # who can first get to where there is no way on may never arrive
    never = (way & stuck).any(axis=1)
    result = np.full(len(chances), np.inf)
    result[there] = 0.0
    on_the_way = ~there & ~never
    inner = chances[np.ix_(on_the_way, on_the_way)]
    result[on_the_way] = np.linalg.solve(np.eye(len(inner)) - inner, np.ones(len(inner)))
    return pd.Series(result, index=matrix.index.rename("state"), name="periods")


def absorbing(matrix: pd.DataFrame, states: Sequence[str]) -> pd.DataFrame:
    """The same matrix, but nobody ever leaves ``states``: "lost" then means lost for good.

    Examples
    --------
    >>> P = pd.DataFrame([[0.8, 0.2], [0.1, 0.9]], index=["on", "off"], columns=["on", "off"])
    >>> absorbing(P, ["off"]).loc["off"].to_list()
    [0.0, 1.0]
    """
    need_matrix(matrix)
    result = matrix.astype(float).copy()
    for state in states:
        need_state(state, matrix.index)
        result.loc[state] = (matrix.columns == state).astype(float)
    return result


def _reachable(chances: np.ndarray) -> np.ndarray:
    """Which states can be reached from which, in any number of steps, none included."""
    way = np.eye(len(chances), dtype=bool) | (chances > 0)
    for _step in range(len(chances)):
        way = way @ way
    return way


def _passing(chances: np.ndarray) -> np.ndarray:
    """The states that are not absorbing."""
    return chances.diagonal() < 1


def _leads_out(chances: np.ndarray, passing: np.ndarray) -> bool:
    """Whether from each of the states that pass an absorbing one can be reached."""
    return bool(_reachable(chances)[np.ix_(passing, ~passing)].any(axis=1).all())
