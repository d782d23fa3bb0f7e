"""Check a table against its schema, and say in plain words what is wrong.

Written by hand rather than with pandera: the check of a column is a line or two in either, but
here the sentences are the work (which rows, what was expected, what to do, in the learner's
language), and with pandera we would write every one of them again from its failure report and
carry a dependency with three of its own.
"""

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.data import problems
from crmlib.data.convert import convert
from crmlib.data.schema import Column, Table
from crmlib.data.tables import find


class TableError(ValueError):
    """A table that does not keep to its schema; the text says where, and what to do."""


def validate(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Check a table against the schema of its name, and return it with the schema's types.

    Numbers and days that arrive as text are read where there is one way to read them ("12.5",
    "1997-06-30"). Columns that the schema does not know are kept as they are. Nothing is
    dropped, filled or rounded, and `frame` itself is not changed.

    Parameters
    ----------
    frame : DataFrame
        The table to check.
    name : str
        The schema's name, as in `data.catalogue()`.

    Returns
    -------
    DataFrame
        The same rows, index and columns; integers are int64, real numbers float64, text str,
        dates datetime64[us], truth values bool.

    Raises
    ------
    TableError
        When the table breaks its schema. The text names, for up to five problems in column
        order, the column, how many rows, the first of them, what was expected and what to do.
    ValueError
        When no schema has this name.
    TypeError
        When `frame` is not a pandas DataFrame.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlib import data
    >>> table = pd.DataFrame({"cohort": ["Regular"], "year": ["1"], "survival": ["63.1"]})
    >>> data.validate(table, "retention_curves")
    Traceback (most recent call last):
        ...
    crmlib.data.validation.TableError: Table "retention_curves" has 1 problem.
    <BLANKLINE>
    1. Column "survival": 1 row is out of range.
       First rows: row 0: '63.1'
       Expected: a number from 0 to 1
       What to do: check sign and unit, then correct these rows or take them out yourself.
    """
    table = find(name)
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(
            _("A table is a pandas DataFrame; this is: {kind}.").format(kind=type(frame).__name__)
        )
    typed, found = examine(frame, table)
    if found:
        raise TableError(problems.report(table.name, found))
    return typed


def examine(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[str]]:
    """Return the table with its schema's types, and every problem found, in column order.

    Parameters
    ----------
    frame : DataFrame
    table : Table

    Returns
    -------
    typed : DataFrame
        Fit for use only where no problem was found.
    found : list of str
        One text a problem, in the learner's language.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlib.data.tables import find
    >>> frame = pd.DataFrame({"cohort": ["Regular"], "year": [1], "survival": [0.631]})
    >>> examine(frame, find("retention_curves"))[1]
    []
    """
    same = [str(label) for label in frame.columns[frame.columns.duplicated()].unique()]
    if same:
        return frame, [problems.same_name(same)]
    if not len(frame):
        return frame, [problems.no_rows()]
    typed, found = frame.copy(), []
    for column in table.columns:
        if column.name in frame.columns:
            typed[column.name], faults = _examine_column(frame[column.name], column)
            found.extend(faults)
        else:
            found.append(problems.missing(column, frame, table))
    found.extend(_examine_key(typed, table.key))
    return typed, found


def _examine_column(cells: pd.Series, column: Column) -> tuple[pd.Series, list[str]]:
    typed, unreadable = convert(cells, column)
    empty = cells.isna() & (not column.nullable)
    readable = typed.notna()
    rules = (
        (problems.unreadable, unreadable),
        (problems.empty, empty),
        (problems.out_of_range, readable & _outside(typed, column)),
        (problems.not_allowed, readable & _unlisted(typed, column)),
    )
    return typed, [text(column, cells[rows]) for text, rows in rules if rows.any()]


def _outside(typed: pd.Series, column: Column) -> pd.Series:
    as_bound = pd.Timestamp if column.kind == "date" else float
    outside = pd.Series(False, index=typed.index)
    if column.low is not None:
        outside |= (typed < as_bound(column.low)).fillna(False).astype(bool)
    if column.high is not None:
        outside |= (typed > as_bound(column.high)).fillna(False).astype(bool)
    return outside


def _unlisted(typed: pd.Series, column: Column) -> pd.Series:
    if not column.allowed:
        return pd.Series(False, index=typed.index)
    return ~typed.isin(column.allowed)


def _examine_key(typed: pd.DataFrame, key: tuple[str, ...]) -> list[str]:
    if not key or not set(key) <= set(typed.columns):
        return []
    names = list(key)
    full = typed[typed[names].notna().all(axis=1)]
    again = full[full.duplicated(names, keep=False)]
    return [problems.repeated(again[names])] if len(again) else []
