"""States and passages: the five states of a relation as a Markov chain.

A *panel* says in which state each person was in each period. Counting who went where gives the
*transition matrix*: rows from, columns to, each row adding up to 1. From it follow where everybody
will be (``forecasts``) and what a state is worth (``values``).

The subtle point: the chain forgets. Where somebody goes depends on the present state alone. That is
an assumption, and ``memory`` tests it.
"""

from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy import stats

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.lifecycle.panels import need_level, need_matrix, read_panel

STATES = ("potential", "target", "actual", "lost", "non-customer")

# A text has one translation, and "actual" is also what really happened: as states the words are
# looked up with a prefix, which translations leave out.
PREFIX = "state: "
SHOWN = (
    N_("state: potential"),
    N_("state: target"),
    N_("state: actual"),
    N_("state: lost"),
    N_("state: non-customer"),
)

# Which changes the story of acquiring, developing, keeping and recovering tells.
DIRECTIONS = MappingProxyType(
    {
        N_("as the story goes"): (
            ("potential", "target"),
            ("target", "actual"),
            ("actual", "lost"),
            ("lost", "target"),
            ("lost", "actual"),
        ),
        N_("skips a stage"): (("potential", "actual"), ("non-customer", "target")),
        N_("goes back"): (("target", "potential"), ("non-customer", "potential")),
        N_("drops out"): tuple((state, "non-customer") for state in STATES[:-1]),
    }
)


def state_name(state: str) -> str:
    """A state as the learner reads it, in the learner's language; other names stay as they are.

    Examples
    --------
    >>> state_name("actual"), state_name("on")
    ('actual', 'on')
    """
    text = PREFIX + str(state)
    return _(text).removeprefix(PREFIX)


def state_shares(
    panel: pd.DataFrame, *, person: str = "person_id", period: str = "quarter", state: str = "state"
) -> pd.DataFrame:
    """Share of the persons in each state, period by period.

    Parameters
    ----------
    panel : DataFrame
        One row for each person and period.
    person, period, state : str
        Names of the columns. Periods are sorted as texts or numbers.

    Returns
    -------
    DataFrame
        One row a period, one column a state, shares of 0 to 1 that add up to 1.

    Examples
    --------
    >>> panel = pd.DataFrame({"person_id": [1, 2, 1, 2], "quarter": [1, 1, 2, 2],
    ...                       "state": ["target", "target", "actual", "target"]})
    >>> state_shares(panel)[["target", "actual"]].to_numpy().tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    walks = read_panel(panel, STATES, person, period, state)
    known = walks.state >= 0
    names = np.sort(panel[period].unique())
    table = np.zeros((len(names), len(walks.states)))
    np.add.at(table, (walks.period[known], walks.state[known]), 1)
    return pd.DataFrame(
        table / table.sum(axis=1, keepdims=True),
        index=pd.Index(names, name=period),
        columns=pd.Index(walks.states, name="state"),
    )


def count_transitions(
    panel: pd.DataFrame, *, person: str = "person_id", period: str = "quarter", state: str = "state"
) -> pd.DataFrame:
    """Count who went where from each period to the next.

    Parameters
    ----------
    panel : DataFrame
        One row for each person and period; other columns are ignored. Where a person has no row
        or no state in a period, the step is not counted.
    person, period, state : str
        Names of the columns.

    Returns
    -------
    DataFrame
        Rows ``from``, columns ``to``, whole numbers. The five states of the course in their
        order; if the panel has others, its own in alphabetical order.

    Raises
    ------
    ValueError
        If a column is missing, or a person has two states in one period.

    Examples
    --------
    >>> panel = pd.DataFrame({"person_id": [1, 1, 1], "quarter": [1, 2, 3],
    ...                       "state": ["target", "actual", "actual"]})
    >>> count_transitions(panel).loc[["target", "actual"], ["actual", "lost"]]
    to      actual  lost
    from
    target       1     0
    actual       1     0
    """
    walks = read_panel(panel, STATES, person, period, state)
    now, later = walks.state[:-1], walks.state[1:]
    step = walks.follows() & (now >= 0) & (later >= 0)
    size = len(walks.states)
    table = np.bincount(now[step] * size + later[step], minlength=size**2)
    return _square(table.reshape(size, size), walks.states)


def transition_matrix(counts: pd.DataFrame) -> pd.DataFrame:
    r"""Turn counts into chances: each row divided by its sum.

    .. math:: \hat p_{ij} = n_{ij} / n_i

    Parameters
    ----------
    counts : DataFrame
        From :func:`count_transitions`: rows from, columns to.

    Returns
    -------
    DataFrame
        The same shape; each row adds up to 1.

    Raises
    ------
    ValueError
        If a row has no count: nobody was seen in that state with a next period.

    Examples
    --------
    >>> counts = pd.DataFrame([[3, 1], [2, 2]], index=["on", "off"], columns=["on", "off"])
    >>> transition_matrix(counts)
          on   off
    on  0.75  0.25
    off 0.50  0.50
    """
    totals = row_totals(counts)
    return counts.div(totals, axis=0)


def transition_intervals(
    counts: pd.DataFrame, level: float = 0.95, prior: float = 0.5
) -> pd.DataFrame:
    r"""Chances with their intervals, from the Dirichlet distribution of each row.

    A row of chances, seen through its counts, follows a Dirichlet distribution, and each of its
    chances a Beta distribution:

    .. math:: p_{ij} \sim \mathrm{Beta}(n_{ij} + c,\; n_i - n_{ij} + c\,(K - 1))

    with ``c`` the prior count of each of the K cells. Where a passage was never seen the lower end
    is 0; where no other was seen the upper end is 1.

    Parameters
    ----------
    counts : DataFrame
        From :func:`count_transitions`.
    level : float
        Probability inside each interval, between 0 and 1.
    prior : float
        Prior count a cell, above 0; 0.5 is Jeffreys' choice.

    Returns
    -------
    DataFrame
        Index (``from``, ``to``); ``count``, ``probability``, ``lower`` and ``upper``.

    Examples
    --------
    >>> counts = pd.DataFrame([[87, 13], [5, 45]], index=["on", "off"], columns=["on", "off"])
    >>> transition_intervals(counts).round(3).loc[("on", "off")].to_dict()
    {'count': 13.0, 'probability': 0.13, 'lower': 0.075, 'upper': 0.206}
    """
    need_level(level)
    if not prior > 0:
        raise ValueError(_("prior is {prior}; expected a number above 0.").format(prior=prior))
    n = counts.to_numpy(dtype=float)
    totals = row_totals(counts).to_numpy()[:, None]
    hits, others = n + prior, totals - n + prior * (n.shape[1] - 1)
    tail = (1 - level) / 2
    lower = np.where(n > 0, stats.beta.ppf(tail, hits, others), 0.0)
    upper = np.where(n < totals, stats.beta.ppf(1 - tail, hits, others), 1.0)
    index = pd.MultiIndex.from_product([counts.index, counts.columns], names=["from", "to"])
    columns = {"count": n, "probability": n / totals, "lower": lower, "upper": upper}
    return pd.DataFrame({name: table.ravel() for name, table in columns.items()}, index=index)


def directions(counts: pd.DataFrame) -> pd.Series:
    """Sort the changes of state by what the story of stages says about them.

    Parameters
    ----------
    counts : DataFrame
        From :func:`count_transitions`, with the five states of the course.

    Returns
    -------
    Series
        Number of changes "as the story goes", that skip a stage, go back, or drop out. Staying
        is no change, and is not counted.

    Examples
    --------
    >>> counts = pd.DataFrame(1, index=STATES, columns=STATES)
    >>> directions(counts).to_dict()  # the missing seven fit no story: they are not there
    {'as the story goes': 5, 'skips a stage': 2, 'goes back': 2, 'drops out': 4}
    """
    if list(counts.index) != list(STATES) or list(counts.columns) != list(STATES):
        raise ValueError(
            _("The story has these states: {states}. The table has: {found}.").format(
                states=", ".join(STATES), found=", ".join(map(str, counts.index))
            )
        )
    kinds = {name: sum(counts.loc[pair] for pair in pairs) for name, pairs in DIRECTIONS.items()}
    return pd.Series(kinds, name="changes")


def fewest_steps(matrix: pd.DataFrame) -> pd.DataFrame:
    """Periods that a passage between two states takes at least; infinite where there is no way.

    Parameters
    ----------
    matrix : DataFrame
        From :func:`transition_matrix`.

    Returns
    -------
    DataFrame
        Rows from, columns to; 0 on the diagonal.

    Examples
    --------
    >>> line = pd.DataFrame([[0.5, 0.5, 0], [0, 0.5, 0.5], [0, 0, 1]], index=list("abc"),
    ...                     columns=list("abc"))
    >>> fewest_steps(line).loc["a"].to_list(), float(fewest_steps(line).loc["c", "a"])
    ([0.0, 1.0, 2.0], inf)
    """
    possible = need_matrix(matrix) > 0
    size = len(matrix)
    steps = np.full((size, size), np.inf)
    reached = np.eye(size, dtype=bool)
    for step in range(size):
        steps[reached & np.isinf(steps)] = step
        reached = reached @ possible
    return _square(steps, tuple(matrix.index))


def draw_matrices(counts: pd.DataFrame, draws: int, seed: int, prior: float = 0.5) -> np.ndarray:
    """Draw matrices that fit the counts: shape (draws, states, states), rows adding up to 1."""
    random = np.random.default_rng(seed)
    rows = [random.dirichlet(row + prior, draws) for row in counts.to_numpy(dtype=float)]
    return np.stack(rows, axis=1)


def row_totals(counts: pd.DataFrame) -> pd.Series:
    """How many were seen in each state with a next period; an error where nobody was."""
    totals = counts.sum(axis=1)
    empty = list(totals.index[totals <= 0])
    if empty or (counts < 0).to_numpy().any():
        raise ValueError(
            _(
                "Nobody was seen in state {states} with a next period, so its chances are "
                "unknown. Leave this state out, or take a longer panel."
            ).format(states=", ".join(map(repr, empty)))
            if empty
            else _("Counts must be 0 or more.")
        )
    return totals


def _square(table: np.ndarray, states: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        table, index=pd.Index(states, name="from"), columns=pd.Index(states, name="to")
    )
