"""The checks behind the profit and loss: which rows belong, and what a table lacks."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import matched

Day = str | pd.Timestamp | None


class Window(NamedTuple):
    """First and last day that count, both whole; None leaves that end open."""

    start: Day = None
    end: Day = None

    @property
    def is_open(self) -> bool:
        """Whether every day counts."""
        return self.start is None and self.end is None


def need(table: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Refuse a table that lacks a column, has no rows, or has an empty cell in ``columns``."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(
            _("No column {missing} in {table}. Its columns are: {columns}.").format(
                table=name,
                missing=", ".join(map(repr, missing)),
                columns=", ".join(map(str, table.columns)),
            )
        )
    if table.empty:
        raise ValueError(_("There are no rows in {table}.").format(table=name))
    for column in columns:
        empty = table[column].isna()
        if empty.any():
            raise ValueError(
                _(
                    "Column {column!r} of {table} is empty in {number} rows, the first is row "
                    "{row}. Fill them, or leave these rows out."
                ).format(column=column, table=name, number=empty.sum(), row=int(empty.argmax()) + 1)
            )


def in_window(table: pd.DataFrame, date: str, window: Window) -> pd.DataFrame:
    """The rows whose day lies in the window; an error if there are none, or no days."""
    if not pd.api.types.is_datetime64_any_dtype(table[date]):
        raise ValueError(
            _("Column {column!r} holds no dates: convert it with pd.to_datetime.").format(
                column=date
            )
        )
    # whole days: an order on the evening of the last day belongs to the window
    day = table[date].dt.normalize()
    inside = day == day
    if window.start is not None:
        inside &= day >= pd.Timestamp(window.start)
    if window.end is not None:
        inside &= day <= pd.Timestamp(window.end)
    if not window.is_open and not inside.any():
        raise ValueError(
            _(
                "No row lies in the window from {start} to {end}. The table runs from {first} to "
                "{last}."
            ).format(
                start=window.start or "…",
                end=window.end or "…",
                first=f"{day.min():%Y-%m-%d}",
                last=f"{day.max():%Y-%m-%d}",
            )
        )
    return table[inside]


def costs_in_window(costs: pd.DataFrame, date: str, year: str, window: Window) -> pd.DataFrame:
    """The costs that fall into the window, by day if the table has days, else by calendar year."""
    if window.is_open:
        return costs
    if date in costs.columns:
        return in_window(costs, date, window)
    if year not in costs.columns:
        raise ValueError(
            _(
                "With start or end, the table of costs needs a column {year!r} or {date!r} that "
                "says which costs fall into the window."
            ).format(year=year, date=date)
        )
    inside = costs[year] == costs[year]
    if window.start is not None:
        first = pd.Timestamp(window.start)
        _require_whole_year(first, first)
        inside &= costs[year] >= first.year
    if window.end is not None:
        last = pd.Timestamp(window.end)
        _require_whole_year(last, last + pd.Timedelta(days=1))
        inside &= costs[year] <= last.year
    return costs[inside]


def acquisition(
    cost: float | pd.Series, acquired: pd.Series | None, customers: pd.Index, window: Window
) -> np.ndarray:
    """Acquisition cost of each of ``customers``; 0 for those won outside the window."""
    if isinstance(cost, pd.Series):
        cost = matched(cost, customers, "acquisition_cost")
    values = np.broadcast_to(np.asarray(cost, dtype=float), len(customers)).copy()
    if not (values >= 0).all():
        raise ValueError(_("acquisition_cost is below 0 or empty; expected 0 or more."))
    if acquired is not None:
        won = matched(acquired, customers, "acquired")
        if window.start is not None:
            values[won < pd.Timestamp(window.start)] = 0.0
        if window.end is not None:
            values[won > pd.Timestamp(window.end)] = 0.0
    return values


def _require_whole_year(day: pd.Timestamp, first_of_year: pd.Timestamp) -> None:
    if first_of_year.day_of_year != 1:
        raise ValueError(
            _(
                "The costs are those of calendar years, and {day} lies within one. Let the window "
                "begin on 1 January and end on 31 December."
            ).format(day=f"{day:%Y-%m-%d}")
        )
