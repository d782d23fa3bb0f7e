"""Where everybody will be if the matrix stays as it is: expected, in the end, and by chance."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.lifecycle.panels import by_state, need_level, need_matrix, need_whole
from crmlib.lifecycle.theory import draw_matrices, row_totals


def forecast(
    matrix: pd.DataFrame, start: pd.Series | Mapping[str, float], periods: int
) -> pd.DataFrame:
    """Where everybody will be, if the matrix stays as it is.

    .. math:: n_{t+1} = n_t P

    Parameters
    ----------
    matrix : DataFrame
        From :func:`transition_matrix`; chances per period.
    start : Series or mapping
        Persons (or shares) in each state now; states left out have none.
    periods : int
        Periods ahead, 0 or more.

    Returns
    -------
    DataFrame
        Index ``period`` (0 is now), one column a state, expected numbers.

    Examples
    --------
    >>> P = pd.DataFrame([[0.9, 0.1], [0.2, 0.8]], index=["on", "off"], columns=["on", "off"])
    >>> forecast(P, {"on": 1000}, 2).round(6)
               on    off
    period
    0      1000.0    0.0
    1       900.0  100.0
    2       830.0  170.0
    """
    chances = need_matrix(matrix)
    need_whole("periods", periods, 0)
    rows = [start_numbers(start, matrix.index)]
    for _period in range(periods):
        rows.append(rows[-1] @ chances)
    index = pd.RangeIndex(periods + 1, name="period")
    return pd.DataFrame(np.array(rows), index=index, columns=matrix.columns)


def forecast_intervals(
    counts: pd.DataFrame,
    start: pd.Series | Mapping[str, float],
    periods: int,
    *,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """How far a forecast can be off by chance: the luck of the persons, and an uncertain matrix.

    The interval holds if the chain is right. A result far outside speaks against the chain.

    Parameters
    ----------
    counts : DataFrame
        From :func:`crmlib.lifecycle.count_transitions`.
    start : Series or mapping
        Persons in each state now: numbers, not shares.
    periods : int
        Periods ahead, 0 or more.
    level : float
        Probability inside each interval.
    draws, seed : int
        Number of futures drawn, and the seed.

    Returns
    -------
    DataFrame
        Index (``period``, ``state``); ``expected``, ``lower`` and ``upper``, in persons.
    """
    need_level(level)
    need_whole("draws", draws, 1)
    shares = counts.div(row_totals(counts), axis=0)
    expected = forecast(shares, start, periods)
    numbers = start_numbers(start, counts.index)
    matrices = draw_matrices(counts, draws, seed)
    random = np.random.default_rng(seed)
    power = np.broadcast_to(np.eye(len(numbers)), matrices.shape)
    ends = [(1 - level) / 2, (1 + level) / 2]
    rows = []
    for _period in range(periods + 1):
        spread = np.sqrt(np.einsum("i,kij->kj", numbers, power * (1 - power)).clip(min=0))
        futures = numbers @ power + spread * random.standard_normal(spread.shape)
        rows.append(np.quantile(futures, ends, axis=0).T)
        power = power @ matrices
    lower, upper = np.vstack(rows).clip(min=0).T
    index = pd.MultiIndex.from_product([expected.index, counts.index], names=["period", "state"])
    ends = {"expected": expected.to_numpy().ravel(), "lower": lower, "upper": upper}
    return pd.DataFrame(ends, index=index)


def steady_state(matrix: pd.DataFrame) -> pd.Series:
    """Shares in each state that the matrix, left alone, leads to from any beginning.

    Raises
    ------
    ValueError
        If where things end depends on where they begin, for example with two absorbing states.

    Examples
    --------
    >>> P = pd.DataFrame([[0.9, 0.1], [0.2, 0.8]], index=["on", "off"], columns=["on", "off"])
    >>> steady_state(P).round(3).to_dict()
    {'on': 0.667, 'off': 0.333}
    """
    chances = need_matrix(matrix)
    size = len(chances)
    equations = np.vstack([chances.T - np.eye(size), np.ones(size)])
    if np.linalg.matrix_rank(equations) < size:
        raise ValueError(
            _("The end depends on the beginning here: there is more than one state without return.")
        )
    shares = np.linalg.lstsq(equations, np.append(np.zeros(size), 1.0), rcond=None)[0]
    return pd.Series(shares, index=matrix.index, name="share")


def simulate(
    matrix: pd.DataFrame,
    start: pd.Series | Mapping[str, float],
    periods: int,
    people: int,
    seed: int,
) -> pd.DataFrame:
    """Let people walk through the states by chance: a panel of which the truth is known.

    Parameters
    ----------
    matrix : DataFrame
        Chances per period, as from :func:`transition_matrix`.
    start : Series or mapping
        Shares or numbers in each state in the first period, in any unit.
    periods, people : int
        Periods (1 or more) and persons (1 or more).
    seed : int
        The same seed gives the same panel.

    Returns
    -------
    DataFrame
        ``person_id``, ``quarter`` (1, 2, …) and ``state``.

    Examples
    --------
    >>> P = pd.DataFrame([[0, 1.0], [1.0, 0]], index=["on", "off"], columns=["on", "off"])
    >>> simulate(P, {"on": 1}, periods=3, people=1, seed=1)["state"].to_list()
    ['on', 'off', 'on']
    """
    chances = need_matrix(matrix)
    need_whole("periods", periods, 1)
    need_whole("people", people, 1)
    shares = start_numbers(start, matrix.index)
    random = np.random.default_rng(seed)
    upper = chances.cumsum(axis=1)
    walk = np.empty((periods, people), dtype=int)
    walk[0] = random.choice(len(shares), people, p=shares / shares.sum())
    for period in range(1, periods):
        chance = random.random(people)
        walk[period] = (chance[:, None] >= upper[walk[period - 1], :-1]).sum(axis=1)
    return pd.DataFrame(
        {
            "person_id": np.repeat(np.arange(1, people + 1), periods),
            "quarter": np.tile(np.arange(1, periods + 1), people),
            "state": matrix.index.to_numpy()[walk.T.ravel()],
        }
    )


def start_numbers(start: pd.Series | Mapping[str, float], states: pd.Index) -> np.ndarray:
    """How many are in each state now, in the order of ``states``; those left out have none."""
    given = dict(start)
    unknown = [state for state in given if state not in states]
    numbers = by_state(dict.fromkeys(states, 0.0) | given, states, "start")
    if unknown or (numbers < 0).any() or numbers.sum() <= 0:
        raise ValueError(
            _(
                "start is {start}; expected how many are in each state (0 or more, not all 0). "
                "The states are: {states}."
            ).format(start=given, states=", ".join(map(str, states)))
        )
    return numbers
