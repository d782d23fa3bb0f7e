"""What can go wrong before a report is made: what, where, what was expected, what to do."""

from collections.abc import Iterable

import pandas as pd

from crmlib.core.i18n import gettext as _

ROWS_SHOWN = 5
LONGEST_CELL = 40


class ReportError(ValueError):
    """A report that cannot be made; the text says why and what to do."""


def fault(headline: str, *, rows: str = "", expected: str = "", todo: str) -> ReportError:
    """Return an error of up to four lines.

    Parameters
    ----------
    headline : str
        What is wrong, with the name of the column or file.
    rows : str
        Some of the rows, from :func:`some_rows`.
    expected : str
        What should be there.
    todo : str
        What to do now.

    Examples
    --------
    >>> print(fault("The file is empty.", todo="choose another file."))
    The file is empty.
       What to do: choose another file.
    """
    lines = [headline]
    if rows:
        lines.append(_("First rows: {rows}").format(rows=rows))
    if expected:
        lines.append(_("Expected: {what}").format(what=expected))
    lines.append(_("What to do: {todo}").format(todo=todo))
    return ReportError("\n   ".join(lines))


def some_rows(cells: pd.Series) -> str:
    """Name the first rows and what stands in them; row 1 is the first below the header.

    Examples
    --------
    >>> some_rows(pd.Series(["x", ""], index=[3, 9]))
    "row 4: 'x'; row 10: ''"
    """
    shown = cells.head(ROWS_SHOWN)
    return "; ".join(
        _("row {number}: {cell!r}").format(number=int(label) + 1, cell=short(cell))
        for label, cell in shown.items()
    )


def short(cell: object) -> str:
    """Return a cell as a text that fits into a line."""
    text = str(cell)
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"


def listing(names: Iterable[object]) -> str:
    """Return names in quotation marks, with commas.

    Examples
    --------
    >>> listing(["date", "amount"])
    '"date", "amount"'
    """
    return ", ".join(f'"{short(name)}"' for name in names)
