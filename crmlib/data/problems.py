"""What a faulty table is told: one short text for each way of breaking a schema."""

from collections.abc import Iterable
from difflib import get_close_matches

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import ngettext
from crmlib.data.schema import Column, Table

MOST_PROBLEMS = 5
MOST_ROWS = 3
LONGEST_CELL = 40


def report(name: str, problems: list[str]) -> str:
    """Return a headline, then up to five numbered problems.

    Examples
    --------
    >>> print(report("donations", ["It has no rows."]))
    Table "donations" has 1 problem.
    <BLANKLINE>
    1. It has no rows.
    """
    headline = ngettext(
        'Table "{name}" has {count} problem.',
        'Table "{name}" has {count} problems.',
        len(problems),
    ).format(name=name, count=len(problems))
    shown = [f"{number}. {text}" for number, text in enumerate(problems[:MOST_PROBLEMS], start=1)]
    left = len(problems) - len(shown)
    if left:
        shown.append(_("… and {count} more.").format(count=left))
    return "\n\n".join([headline, *shown])


def no_rows() -> str:
    """Say that the table is empty."""
    return _paragraph(
        _("The table has no rows."),
        todo=_("check the file, and the filter that made the table."),
    )


def same_name(names: list[str]) -> str:
    """Say that several columns have one name."""
    return _paragraph(
        _("Several columns have the same name: {names}.").format(names=", ".join(names)),
        todo=_("rename them, or take the surplus ones out."),
    )


def missing(column: Column, frame: pd.DataFrame, table: Table) -> str:
    """Say that a column is not there, and which other column it might be."""
    return _paragraph(
        _('Column "{column}" is missing ({meaning}).').format(
            column=column.name, meaning=_(column.meaning)
        ),
        found=_listing(frame.columns),
        expected=_listing([wanted.name for wanted in table.columns]),
        todo=_todo_missing(column, frame, table),
    )


def unreadable(column: Column, cells: pd.Series) -> str:
    """Say which cells hold something else than the column's kind."""
    headline = ngettext(
        'Column "{column}": {count} row cannot be read.',
        'Column "{column}": {count} rows cannot be read.',
        len(cells),
    )
    todo = {
        "integer": _("take out text, signs of money and fractions, then check again."),
        "real": _(
            "take out text, signs of money and thousands separators; the decimal sign is a point."
        ),
        "text": _('read the file with dtype={{"{column}": "str"}}, so that leading zeros stay.'),
        "date": _(
            'convert it by pd.to_datetime(…, format="…"), with the format of your file; '
            "for a time of day add .dt.normalize()."
        ),
        "truth value": _("write True or False."),
    }[column.kind]
    return _about_cells(headline, column, cells, todo)


def empty(column: Column, cells: pd.Series) -> str:
    """Say which cells of the column are empty."""
    headline = ngettext(
        'Column "{column}": {count} row is empty.',
        'Column "{column}": {count} rows are empty.',
        len(cells),
    )
    todo = _(
        "find out why; fill these rows, or take them out yourself "
        'by frame.dropna(subset=["{column}"]).'
    )
    return _about_cells(headline, column, cells, todo)


def out_of_range(column: Column, cells: pd.Series) -> str:
    """Say which cells are below the column's smallest or above its largest value."""
    headline = ngettext(
        'Column "{column}": {count} row is out of range.',
        'Column "{column}": {count} rows are out of range.',
        len(cells),
    )
    todo = _("check sign and unit, then correct these rows or take them out yourself.")
    return _about_cells(headline, column, cells, todo)


def not_allowed(column: Column, cells: pd.Series) -> str:
    """Say which cells hold a value that the column's list does not have."""
    headline = ngettext(
        'Column "{column}": {count} row has a value that is not in the list.',
        'Column "{column}": {count} rows have a value that is not in the list.',
        len(cells),
    )
    todo = _("check spelling, capitals and spaces.")
    return _about_cells(headline, column, cells, todo)


def repeated(rows: pd.DataFrame) -> str:
    """Say which rows have a key that another row has too; `rows` holds the key columns."""
    key = list(rows.columns)
    headline = ngettext(
        "{columns}: {count} row has the same values as another row.",
        "{columns}: {count} rows have the same values as another row.",
        len(rows),
    )
    shown = [", ".join(map(_cell, cells)) for cells in rows.head(MOST_ROWS).to_numpy(object)]
    todo = _("look at frame[frame.duplicated({key}, keep=False)], and decide which rows stay.")
    return _paragraph(
        headline.format(columns=_listing(key), count=len(rows)),
        rows=_rows(rows.index, shown),
        expected=_("{columns} occur together once only").format(columns=_listing(key)),
        todo=todo.format(key=key),
    )


def expected(column: Column) -> str:
    """Say what a cell of the column may hold.

    Examples
    --------
    >>> expected(Column("survival", "real", "share still under contract", low=0, high=1))
    'a number from 0 to 1'
    >>> expected(Column("quantity", "integer", "number of CDs", unit="CDs", low=1))
    'a whole number of at least 1 (CDs)'
    """
    if column.allowed:
        return _("one of {values}").format(values=", ".join(str(value) for value in column.allowed))
    kind = {
        "integer": _("a whole number"),
        "real": _("a number"),
        "text": _("text"),
        "date": _("a day (year-month-day)"),
        "truth value": _("True or False"),
    }[column.kind]
    if column.low is not None and column.high is not None:
        kind = _("{kind} from {low} to {high}").format(kind=kind, low=column.low, high=column.high)
    elif column.low is not None:
        kind = _("{kind} of at least {low}").format(kind=kind, low=column.low)
    elif column.high is not None:
        kind = _("{kind} of at most {high}").format(kind=kind, high=column.high)
    return f"{kind} ({_(column.unit)})" if column.unit else kind


def _about_cells(headline: str, column: Column, cells: pd.Series, todo: str) -> str:
    return _paragraph(
        headline.format(column=column.name, count=len(cells)),
        rows=_rows(cells.index, [_cell(cell) for cell in cells.head(MOST_ROWS)]),
        expected=expected(column),
        todo=todo.format(column=column.name),
    )


def _paragraph(
    headline: str, *, rows: str = "", found: str = "", expected: str = "", todo: str
) -> str:
    lines = [headline]
    if rows:
        lines.append(_("First rows: {rows}").format(rows=rows))
    if found:
        lines.append(_("Found: {columns}").format(columns=found))
    if expected:
        lines.append(_("Expected: {what}").format(what=expected))
    lines.append(_("What to do: {todo}").format(todo=todo))
    return "\n   ".join(lines)


def _rows(labels: pd.Index, cells: list[str]) -> str:
    return "; ".join(
        _("row {label}: {cell}").format(label=label, cell=cell)
        for label, cell in zip(labels, cells, strict=False)
    )


def _cell(value: object) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return _("(empty)")
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_CELL else value[:LONGEST_CELL] + "…")
    return str(value)


def _listing(names: Iterable[object]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _todo_missing(column: Column, frame: pd.DataFrame, table: Table) -> str:
    if column.name in frame.index.names:
        return _("it is in the index: use frame.reset_index().")
    known = {wanted.name for wanted in table.columns}
    spare = {str(name).lower(): name for name in frame.columns if name not in known}
    near = get_close_matches(column.name.lower(), spare, n=1, cutoff=0.7)
    if near:
        return _("rename the column: frame.rename(columns={names}).").format(
            names={spare[near[0]]: column.name}
        )
    return _("add the column, or rename the one that holds it.")
