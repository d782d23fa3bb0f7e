"""Reading a panel (one state for each person and period) and a matrix of chances.

Every function of this room begins here, so that a faulty table is answered in the same words.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import need_columns

# Shares that were rounded, as in a report, add up to 1 only nearly.
ROUNDING = 1e-4


class Walks(NamedTuple):
    """A panel as whole numbers, sorted by person and period; a state of -1 is unknown."""

    person: np.ndarray
    period: np.ndarray
    state: np.ndarray
    states: tuple[str, ...]
    order: np.ndarray

    def follows(self) -> np.ndarray:
        """Tell for each row but the first whether it continues the row before it."""
        same = self.person[1:] == self.person[:-1]
        return same & (self.period[1:] == self.period[:-1] + 1)


def read_panel(
    panel: pd.DataFrame,
    states: tuple[str, ...],
    person: str = "person_id",
    period: str = "quarter",
    state: str = "state",
) -> Walks:
    """Check a panel and turn it into sorted whole numbers.

    ``states`` are used if the panel knows no others; else the panel's own, in alphabetical order.

    Raises
    ------
    ValueError
        If a column is missing, the table is empty, or somebody has two states in one period.
    """
    need_columns(panel, person, period, state)
    known = panel[state].dropna()
    if known.empty:
        raise ValueError(
            _("Column {state!r} has no state at all: there is nothing to count.").format(
                state=state
            )
        )
    if not set(known.unique()) <= set(states):
        states = tuple(sorted(known.unique()))
    people = pd.factorize(panel[person])[0]
    periods = pd.factorize(panel[period], sort=True)[0]
    if (people < 0).any() or (periods < 0).any():
        raise ValueError(
            _("Columns {person!r} and {period!r} must have no gaps: fill or drop them.").format(
                person=person, period=period
            )
        )
    order = np.lexsort((periods, people))
    walks = Walks(
        people[order],
        periods[order],
        pd.Index(states).get_indexer(panel[state])[order],
        states,
        order,
    )
    twice = (np.diff(walks.person) == 0) & (np.diff(walks.period) == 0)
    if twice.any():
        row = panel.iloc[order[1:][twice][0]]
        raise ValueError(
            _(
                "{number} rows give a person a second state in the same period, for example "
                "person {who} in {when}. Keep one row for each person and period."
            ).format(number=int(twice.sum()), who=row[person], when=row[period])
        )
    return walks


def need_matrix(matrix: pd.DataFrame) -> np.ndarray:
    """Refuse what is no matrix of chances: square, same names, each row adding up to 1."""
    if list(matrix.index) != list(matrix.columns):
        raise ValueError(
            _(
                "The matrix needs the same states as rows and as columns, in the same order; "
                "rows: {rows}; columns: {columns}."
            ).format(rows=list(matrix.index), columns=list(matrix.columns))
        )
    chances = matrix.to_numpy(dtype=float)
    sums = chances.sum(axis=1)
    wrong = ~(np.abs(sums - 1) <= ROUNDING) | (chances < 0).any(axis=1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            _(
                "Row {state!r} holds {row}: expected chances of 0 to 1 that add up to 1. "
                "transition_matrix makes such rows out of counts."
            ).format(state=matrix.index[row], row=chances[row].round(4).tolist())
        )
    return chances / sums[:, None]


def by_state(values: pd.Series | Mapping[str, float], states: pd.Index, name: str) -> np.ndarray:
    """Return one number a state, in the order of ``states``."""
    numbers = pd.Series(dict(values), dtype=float).reindex(states)
    missing = list(states[numbers.isna()])
    if missing:
        raise ValueError(
            _(
                "{name} has no number for: {missing}. Give one for each state (0 is a number)."
            ).format(name=name, missing=", ".join(missing))
        )
    return numbers.to_numpy()


def need_state(state: str, states: pd.Index) -> None:
    """Refuse a state that the matrix or panel does not know."""
    if state not in states:
        raise ValueError(
            _("There is no state {state!r}. The states are: {states}.").format(
                state=state, states=", ".join(map(str, states))
            )
        )


def need_level(level: float) -> None:
    """Refuse a confidence level outside 0 to 1."""
    if not 0 < level < 1:
        raise ValueError(
            _("level is {level}; expected a number between 0 and 1, such as 0.95.").format(
                level=level
            )
        )


def need_whole(name: str, number: int, least: int) -> None:
    """Refuse a number of periods or people that is not whole or too small."""
    if not isinstance(number, int | np.integer) or number < least:
        raise ValueError(
            _("{name} is {number!r}; expected a whole number of {least} or more.").format(
                name=name, number=number, least=least
            )
        )


def need_rate(discount_rate: float, least: float = 0.0) -> None:
    """Refuse a discount rate at or below ``least``: for ever would be worth infinitely much."""
    if not discount_rate > least:
        raise ValueError(
            _(
                "discount_rate is {rate}; expected a rate above {least:g} per period, such as "
                "0.025 for 2.5% a quarter."
            ).format(rate=discount_rate, least=least)
        )
