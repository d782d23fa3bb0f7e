"""The explorer of notebook 04, the transition editor: a thin shell around theory and plots."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
from ipywidgets import Widget
from matplotlib.axes import Axes

from crmlib.core import controls
from crmlib.core.i18n import gettext as _
from crmlib.lifecycle import forecasts, plots, theory, values

QUARTERS = (0, 4, 8, 12)
MOST_POINTS = 20
POINT = 0.01
NOTHING = 1e-9


def transitions(
    matrix: pd.DataFrame,
    margin: pd.Series | Mapping[str, float],
    discount_rate: float,
    base: pd.Series | Mapping[str, float],
) -> Widget:
    """Change one row of the matrix, and see where the base goes and what the states are worth.

    Choose a row, then move a chance up or down in percentage points. Chances stop at 0, and a row
    that no longer adds up to 100% is scaled back to it; the sentence says so.

    Parameters
    ----------
    matrix : DataFrame
        From :func:`crmlib.lifecycle.transition_matrix`.
    margin : Series or mapping
        Margin less cost of a person in each state, per period.
    discount_rate : float
        Per period, above 0.
    base : Series or mapping
        Persons in each state now.
    """
    states = list(matrix.index)
    row = "actual" if "actual" in states else states[0]
    moves = {
        f"to_{number}": controls.slider(
            _("to {state}").format(state=theory.state_name(state)), 0, -MOST_POINTS, MOST_POINTS, 1,
            unit=_("points"),
        )
        for number, state in enumerate(states)
    }  # fmt: skip
    before = values.state_values(matrix, margin, discount_rate)
    usual = forecasts.forecast(matrix, base, QUARTERS[-1])
    return controls.explorer(
        partial(draw_transitions, matrix, margin, discount_rate, before, usual),
        {
            "row": controls.choice(
                _("row: from"), {theory.state_name(name): name for name in states}, row
            ),
            **moves,
        },
    )


def edited(
    matrix: pd.DataFrame, row: str, points: Mapping[str, float]
) -> tuple[pd.DataFrame, float]:
    """Return the matrix with one row moved and scaled back to 1, and the sum before scaling."""
    moved = matrix.loc[row] + POINT * pd.Series(dict(points), dtype=float)
    moved = moved.clip(lower=0.0)
    total = float(moved.sum())
    result = matrix.copy()
    if total > NOTHING:
        result.loc[row] = moved / total
    return result, total


def draw_transitions(
    matrix: pd.DataFrame,
    margin: pd.Series | Mapping[str, float],
    discount_rate: float,
    before: pd.Series,
    usual: pd.DataFrame,
    row: str,
    **moves: float,
) -> tuple[Axes, str]:
    """The figure and the sentence for one position of the sliders."""
    states = list(matrix.index)
    points = {state: moves[f"to_{number}"] for number, state in enumerate(states)}
    new, total = edited(matrix, row, points)
    worth = values.state_values(new, margin, discount_rate)
    future = forecasts.forecast(new, usual.iloc[0], QUARTERS[-1])
    ax = plots.editor(future, worth, before, QUARTERS)
    chances = ", ".join(
        _("{state} {chance:.1%}").format(state=theory.state_name(state), chance=new.loc[row, state])
        for state in states
    )
    said = [_row_sentence(total).format(row=theory.state_name(row), chances=chances, total=total)]
    said.append(
        _(
            "After {quarters} quarters {people:,.0f} are '{row}' (as estimated: {usual:,.0f}). "
            "One person who is '{row}' now is worth {value:,.0f} CNY (as estimated: {old:,.0f})."
        ).format(
            quarters=QUARTERS[-1],
            row=theory.state_name(row),
            people=future[row].iloc[-1],
            usual=usual[row].iloc[-1],
            value=worth[row],
            old=before[row],
        )
    )
    return ax, " ".join(said)


def _row_sentence(total: float) -> str:
    if total <= NOTHING:
        return _("All chances of '{row}' are 0: the row stays as it was. {chances}.")
    if not np.isclose(total, 1.0):
        return _("From '{row}', scaled back to 100% (your row added up to {total:.0%}): {chances}.")
    return _("From '{row}': {chances}.")
