"""Does the past matter? The order of the chain, and the chance to leave by how long one has stayed.

A Markov chain forgets. Two looks at a panel tell whether people do: where they came from
(:func:`markov_test`), and how long they have been there (:func:`chance_by_duration`). What to do if
they do not forget: make the past part of the state (:func:`split_by_duration`).

The subtle point: a chance that falls with time is no proof that *people* change. If people differ,
those with a high chance leave first, and the chance of those who remain is lower. The curve alone
cannot tell the one from the other.
"""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from crmlib.core.i18n import gettext as _
from crmlib.lifecycle.panels import Walks, need_level, need_state, need_whole, read_panel
from crmlib.lifecycle.theory import STATES


def markov_test(
    panel: pd.DataFrame, *, person: str = "person_id", period: str = "quarter", state: str = "state"
) -> pd.DataFrame:
    r"""Test, state by state, whether the state *before* the present one says where people go.

    A likelihood ratio test of a chain of order one against order two:

    .. math:: G_j = 2 \sum_{i,k} n_{ijk} \log\frac{n_{ijk}\, n_{j}}{n_{ij}\, n_{jk}}

    with ``i`` the state before, ``j`` the present one, ``k`` the next. Under the chain it follows a
    chi-squared distribution with (ways in - 1) (ways out - 1) degrees of freedom; ways that nobody
    took are not counted.

    Parameters
    ----------
    panel : DataFrame
        One row for each person and period; three periods in a row are needed.
    person, period, state : str
        Names of the columns.

    Returns
    -------
    DataFrame
        Index present state, and a last row "all": ``steps`` (with a known state before),
        ``statistic``, ``df``, ``p_value`` (0 to 1: small speaks against the chain).

    References
    ----------
    Anderson & Goodman (1957), Statistical inference about Markov chains, Annals of Mathematical
    Statistics 28(1), 89-110.

    Examples
    --------
    Who came from "off" stays "on" more often than who was "on" before: the chain is broken there.

    >>> panel = pd.DataFrame({"person_id": np.repeat(range(40), 3),
    ...                       "quarter": [1, 2, 3] * 40,
    ...                       "state": ["off", "on", "on"] * 20 + ["on", "on", "off"] * 20})
    >>> markov_test(panel).loc["on", ["steps", "df"]].to_list()
    [40.0, 1.0]
    >>> bool(markov_test(panel).loc["on", "p_value"] < 0.001)
    True
    """
    walks = read_panel(panel, STATES, person, period, state)
    size = len(walks.states)
    link = walks.follows()
    before, now, later = walks.state[:-2], walks.state[1:-1], walks.state[2:]
    use = link[:-1] & link[1:] & (before >= 0) & (now >= 0) & (later >= 0)
    if not use.any():
        raise ValueError(
            _("Nobody was seen in three periods in a row: the order cannot be tested.")
        )
    cell = (now[use] * size + before[use]) * size + later[use]
    counts = np.bincount(cell, minlength=size**3).reshape(size, size, size)
    rows = {name: _independence(table) for name, table in zip(walks.states, counts, strict=True)}
    result = pd.DataFrame.from_dict(
        rows, orient="index", columns=["steps", "statistic", "df"]
    ).rename_axis(state)
    result.loc["all"] = result.sum()
    result["p_value"] = stats.chi2.sf(result["statistic"], result["df"].clip(lower=1))
    # no two ways in or no two ways out: there is nothing to test
    result["p_value"] = result["p_value"].where(result["df"] > 0)
    return result


def chance_by_duration(
    panel: pd.DataFrame,
    state: str = "actual",
    to: str = "lost",
    *,
    longest: int = 6,
    level: float = 0.95,
    person: str = "person_id",
    period: str = "quarter",
    column: str = "state",
) -> pd.DataFrame:
    """Chance to pass from ``state`` to ``to``, by the number of periods already spent there.

    Stays whose beginning was not seen (those under way in a person's first period) are left out:
    nobody knows how long they have lasted.

    Parameters
    ----------
    panel : DataFrame
        One row for each person and period.
    state, to : str
        Where people are, and where they go.
    longest : int
        The last class pools stays of this length or more.
    level : float
        Confidence level of the Wilson intervals.
    person, period, column : str
        Names of the columns; ``column`` holds the states.

    Returns
    -------
    DataFrame
        Index ``duration`` (1 is the first period in the state); ``at_risk`` and ``left``
        (counts), ``probability`` (0 to 1), ``lower`` and ``upper``.

    Examples
    --------
    >>> panel = pd.DataFrame({"person_id": 1, "quarter": [1, 2, 3, 4],
    ...                       "state": ["target", "actual", "actual", "lost"]})
    >>> chance_by_duration(panel, longest=3)[["at_risk", "left"]].to_dict("index")
    {1: {'at_risk': 1, 'left': 0}, 2: {'at_risk': 1, 'left': 1}}
    """
    need_level(level)
    need_whole("longest", longest, 1)
    walks = read_panel(panel, STATES, person, period, column)
    states = pd.Index(walks.states)
    for name in (state, to):
        need_state(name, states)
    lasted, begun = _lasted(walks)
    here, there = states.get_loc(state), states.get_loc(to)
    now, later = walks.state[:-1], walks.state[1:]
    use = walks.follows() & begun[:-1] & (now == here) & (later >= 0)
    if not use.any():
        raise ValueError(
            _("Nobody was seen entering the state {state!r} and staying on record.").format(
                state=state
            )
        )
    duration = np.minimum(lasted[:-1][use], longest)
    at_risk = np.bincount(duration, minlength=longest + 1)[1:]
    left = np.bincount(duration, weights=later[use] == there, minlength=longest + 1)[1:]
    table = pd.DataFrame(
        {"at_risk": at_risk, "left": left.astype(int)},
        index=pd.RangeIndex(1, longest + 1, name="duration"),
    )
    table = table[table["at_risk"] > 0]
    lower, upper = proportion_confint(
        table["left"].to_numpy(), table["at_risk"].to_numpy(), alpha=1 - level, method="wilson"
    )
    share = table["left"] / table["at_risk"]
    # rounding can put an end of Wilson's interval just beyond a share of 0 or 1
    return table.assign(
        probability=share, lower=np.minimum(lower, share), upper=np.maximum(upper, share)
    )


def split_by_duration(
    panel: pd.DataFrame,
    state: str = "actual",
    periods: int = 2,
    *,
    person: str = "person_id",
    period: str = "quarter",
    column: str = "state",
) -> pd.DataFrame:
    """Make the time already spent in a state part of the state, so that the chain may forget.

    Parameters
    ----------
    panel : DataFrame
        One row for each person and period.
    state : str
        The state to split.
    periods : int
        So many first periods get a state of their own, 1 or more.
    person, period, column : str
        Names of the columns; ``column`` holds the states.

    Returns
    -------
    DataFrame
        The panel with, for two periods, "{state} 1", "{state} 2" and "{state} 3+" in place of
        ``state``. Where a stay's beginning was not seen and it may still be in its first
        periods, the state is missing; the functions of this room leave such a step out.

    Examples
    --------
    >>> panel = pd.DataFrame({"person_id": 1, "quarter": [1, 2, 3, 4],
    ...                       "state": ["target", "actual", "actual", "actual"]})
    >>> split_by_duration(panel, periods=1)["state"].to_list()
    ['target', 'actual 1', 'actual 2+', 'actual 2+']
    """
    need_whole("periods", periods, 1)
    walks = read_panel(panel, STATES, person, period, column)
    states = pd.Index(walks.states)
    need_state(state, states)
    lasted, begun = _lasted(walks)
    here = walks.state == states.get_loc(state)
    names = panel[column].astype(object).to_numpy()[walks.order]
    for number in range(1, periods + 1):
        names[here & (lasted == number)] = f"{state} {number}"
    names[here & (lasted > periods)] = f"{state} {periods + 1}+"
    names[here & (lasted <= periods) & ~begun] = None
    result = np.empty(len(panel), dtype=object)
    result[walks.order] = names
    return panel.assign(**{column: pd.array(result, dtype="str")})


def _lasted(walks: Walks) -> tuple[np.ndarray, np.ndarray]:
    """For each row: periods in the present state so far, and whether its beginning was seen."""
    rows = np.arange(len(walks.state))
    if len(rows) == 0:
        return rows, rows.astype(bool)
    follows = np.append(False, walks.follows())
    same = np.append(False, walks.state[1:] == walks.state[:-1])
    new = ~(follows & same)
    first = np.maximum.accumulate(np.where(new, rows, 0))
    # a beginning is seen if the period before was on record, with another, known state
    before_known = np.append(False, walks.state[:-1] >= 0)
    return rows - first + 1, (follows & before_known)[first]


def _independence(table: np.ndarray) -> tuple[float, float, float]:
    """Steps, likelihood ratio and degrees of freedom; empty rows and columns are left out."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    freedom = max(table.shape[0] - 1, 0) * max(table.shape[1] - 1, 0)
    if freedom == 0:
        return float(table.sum()), 0.0, 0.0
    found = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    return float(table.sum()), float(found.statistic), float(found.dof)
